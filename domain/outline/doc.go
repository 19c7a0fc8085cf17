// Package outline has which sections the minutes of a meeting have (mal for referat
// og situasjonsrapport), in which order, under which headings. There is one for all
// meetings, the office's own. Minutes of a closed meeting keep the outline that was
// in force when it was closed.
package outline
