// Package pdf finishes the tagged PDF that Chromium prints, so that it passes the core
// checks of PDF/UA-1 and is the same bytes each time, and checks that a PDF does.
//
// It reads what Chromium writes and nothing more: a classic table of objects, no object
// streams, no encryption, no inline images. Whatever else it is given, it refuses.
package pdf
