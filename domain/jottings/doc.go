// Package jottings is what an expert has typed and not saved. A jotting belongs to its
// author, a cell and a tab of the browser; nobody else ever sees it. It is kept beside the
// journal, as accounts are: the journal never holds half a sentence.
//
// A jotting is gone when its text is saved or thrown away, and ninety days after its last
// change. (A draft is something else: a state of the work.)
package jottings
