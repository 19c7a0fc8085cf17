// Package domain is the domain of kommunebilder: what a Norwegian county
// governor's office knows about its municipalities, who may see and change it,
// and how it came to be so.
//
// Everything that happens is an [Event] in a [Record] of an append-only
// [Journal]. [Decide] judges a [Command] against a [State] and answers with the
// events it leads to, or refuses. [State.Apply] takes a record over into the
// next state. [PictureOf] is the only way out: it shows one [Audience] one
// board, and leaves out what that audience may not see.
//
// # Words
//
//   - Board: a table of municipalities × columns with a scale: an edition, the live
//     picture, a situation, or an exercise.
//   - Catalogue: a board's municipalities, regions and columns, its own for ever.
//   - Cell: what a board says of one municipality in one column. Its level is a word
//     of the scale.
//   - Meeting: a time in which levels of a live board are set, with who leads, who is
//     invited, a roll-call and minutes.
//   - Command: what somebody wants. Event: what happened. Record: the events of one
//     decision, in the journal under a revision.
//   - Text: what somebody typed. It lies beside its record, so that it can be taken out.
//   - Marking: that something of a cell is exempt from public access, and why.
//   - Right: what an actor may see or do on a board. The policy gives rights by role,
//     kind of board and phase.
//   - Audience: whom a board is shown to, as far as it makes a difference.
//   - Picture: a board as an audience sees it, now or at an earlier revision.
//   - Line, story: what a board's log holds beside changes of cells, by what it tells of.
//   - Slot: what a subject keeps beside the boards' logs.
//
// # How a record comes about
//
// Whoever keeps the journal calls [Decide] with the state as it is, the actor, a command
// and the time. The command judges itself: its Decide method asks the [Decision] for
// boards and meetings, which refuses what the actor may not see or do, and returns
// events. [Seal] makes a record of them: it gives each text its salt and its place, and
// chains the record to the one before it by a hash over the bytes as they are stored,
// never over JSON that was encoded again. Once the record is durable, [State.Apply] hands
// the next state to each event's Apply method in turn. Nothing is decided there: what an
// event names is there, or the journal is corrupt.
//
// Nobody switches on commands or events. What others must know of one, it says itself:
// by the [Line] it adds to its board's log (whom it concerns, which meeting it is of), or
// by a method of its own ([Record.Removes], [Record.Veils]).
//
// A subject is a package below this one. It brings events and commands, keeps what it
// knows in a [Slot] or in lines of a board's log, and shows it by a function of a
// [Picture]. Package subjects lists them.
//
// # What is shared, and what may change
//
// A state is never changed once it was handed out, with one exception: taking a text out
// empties it in every state that holds it, since a text must not be readable in an old
// state. Its body is an atomic pointer. Everything that only grows lies in slices that
// all states of one line share, each state with a length of its own: history, playback
// and a board at any earlier time need no replay. A second Apply on the same state begins
// a fork, which copies such slices before it appends. During [State.Replay] nobody else sees
// the state, and each thing is copied once.
//
// A kind of event that was once written is read for ever. An unknown kind is refused, an
// unknown field of a known kind is ignored: what must not be ignored is a new kind.
//
// The package is pure. It imports the standard library and package typed, does no I/O and
// never reads the clock: whoever calls gives the time. States are immutable and
// may be read from any number of goroutines; they share what they have in
// common, so that a change costs microseconds and keeping an old state costs
// nothing.
//
// Two layers never mix: an edition (utgave) is the office's yearly judgement,
// the live picture (nåbildet) is what is true right now. They are boards of
// their own, with scales of their own; no function here adds the one to the
// other.
package domain
