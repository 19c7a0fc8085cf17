// Package kommunebilde is the domain of kommunebilder: what a Norwegian county
// governor's office knows about its municipalities, who may see and change it,
// and how it came to be so.
//
// Everything that happens is an [Event] in a [Record] of an append-only
// [Journal]. [Decide] judges a [Command] against a [State] and answers with the
// events it leads to, or refuses. [State.Apply] takes a record over into the
// next state. [PictureOf] is the only way out: it shows one [Audience] one
// board, and leaves out what that audience may not see.
//
// The package is pure. It imports the standard library only, does no I/O and
// never reads the clock: whoever calls gives the time. States are immutable and
// may be read from any number of goroutines; they share what they have in
// common, so that a change costs microseconds and keeping an old state costs
// nothing.
//
// Two layers never mix: an edition (utgave) is the office's yearly judgement,
// the live picture (nåbildet) is what is true right now. They are boards of
// their own, with scales of their own; no function here adds the one to the
// other.
package kommunebilde
