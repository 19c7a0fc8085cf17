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
// snapshot anew.
//
// The policy is asked at the time of sending: the audience is evaluated anew
// before each frame, and the picture that is encoded is that audience's own.
//
// The package knows neither HTTP nor a database nor HTML. It starts one
// goroutine, which [Clerk.Close] ends, and short timers that end by themselves.
package live
