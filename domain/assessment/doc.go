// Package assessment is the experts' work on a planned edition: levels, texts and the
// evidence that they rest on, what is carried over from the edition before, and the
// office's own notes. The unit of work is an area of one municipality with its indicators,
// or the municipality's summary: see [Unit].
package assessment
