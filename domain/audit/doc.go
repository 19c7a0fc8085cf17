// Package audit has the traces of an audit log: who saw or did what that changed no
// board, in a chain of hashes of its own beside the journal. Like a record, a trace is
// sealed when it is written and checked when it is read.
package audit
