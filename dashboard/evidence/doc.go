// Package evidence is what people see of the office's evidence: all that is known about
// one municipality, with its age, and the forms in which it is kept.
package evidence
