// Package live keeps the journal and tells every screen what became of it.
//
// The [Clerk] is one goroutine. It takes commands from a bounded queue, judges
// each against the state as it will be once everything before it is durable,
// appends the records of a whole group with one call, and only then publishes:
// first to the rings, then the state, then the answers. Nobody is told of a
// change that could still be lost. No timer is in that loop: while one group
// syncs, the next gathers, and a lone command waits for nobody.
//
// Each board has a ring: its newest groups, and the frames of the newest one,
// encoded once for each audience and position when the first screen asks. A
// [Watcher] is a position in that ring and nothing else: no queue, no goroutine.
// Whoever calls [Watcher.Next] is given one frame over all that it lacks,
// however much that is, so that a slow screen costs the others nothing. What it
// promises is what etcd promises of a watch: frames are ordered, unique, atomic
// (a group is shown whole or not at all) and without a gap; where frames cannot
// bring an audience up to date, Next says [ErrResync] and the screen takes the
// new snapshot.
//
// The policy is asked at the time of sending: the audience is evaluated again
// before each frame, and the picture that is encoded is that audience's own.
//
// # Why one goroutine
//
// An fsync costs more than anything else that a command does, so that commands must
// share it. With 200 writers at once, a transaction for each keeps 642 commands a
// second, bbolt's own Batch 10,972, and one writer that drains its queue 30,211. A lone
// writer waits 0.6 ms, where Batch, which waits for company, needs 12 ms. One writer
// also means that a command is judged by the state that it will be applied to, so that
// no rule needs a lock or a retry.
//
// A write that fails leaves the outcome unknown. The Clerk then refuses every further
// command and keeps showing what it has, until the process is started again. A disk
// that is full is known before anything is written: the group is refused, and the next
// may be kept.
//
// # Why a ring of groups, and frames made late
//
// A screen is a position. It costs nothing while it waits, and one that reads slowly
// holds up nobody: it skips what it missed and is given the last value of each cell.
// Frames are encoded once for each audience and position, since hundreds of screens ask
// for the same one. A change that an audience may not see makes no frame for it, not
// even an empty one, whose time would tell.
//
// The package knows neither HTTP nor a database nor HTML. It starts one
// goroutine, which [Clerk.Close] ends, and short timers that end by themselves.
package live
