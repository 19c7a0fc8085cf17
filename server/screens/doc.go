// Package screens is all that stays connected: the sockets on which screens follow a
// board, who leads and is followed, who edits and how many look, and the wall screens that
// are paired by a code.
//
// A socket has two goroutines: the handler's, which reads, and a writer. The handler
// returns only after its writer has ended, since the connection goes back to a pool then.
// Nobody else holds the connection: to end a socket, its context is cancelled. News is
// written by a few goroutines of the board, one screen after the other and waiting for none
// (fan.go); the writer has what they leave.
//
// The fan-out writes frames of RFC 6455 itself, past the library: the library's way through
// a lock, a deadline and a pool for each screen costs more than the message. The reader is
// our own for another reason, which read.go tells.
//
// A wall screen is an account that a browser becomes by a code (pair.go); what it shows is
// stored with the account and told by an ephemeral frame. Who leads, who edits (follow.go)
// and how many look (crowd.go) is told so too: it is stored nowhere.
package screens
