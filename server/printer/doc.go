// Package printer makes PDFs of documents in HTML: in a process of its own that has
// Chromium, nothing to read and no network, asked over a Unix socket.
//
// A [Worker] prints one document at a time, each in a fresh tab. It ends its browser with
// a document that takes too long, and begins a new one for the next. A [Client] asks it.
package printer
