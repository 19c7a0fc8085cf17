// Package server is what browsers and programs speak to: pages, API, sockets.
//
// Every request goes the same way. edge.go gives it a request id, a time limit
// and headers, catches panics and counts it. The route table in routes.go says
// for each address who may come there, and what that leaves in the audit log
// (trace.go); [Server] asks the policy of package
// kommunebilde and hands the handler a call that holds the picture it may use:
// a handler never sees a State, and nothing below it sees a *fiber.Ctx. A
// handler returns an error; errors.go is the one place where an error becomes a
// status, a page or JSON.
//
// Reading: picture → dashboard → bytes. What everybody sees alike (published
// editions, signed out, no filter) is kept packed in cache.go; what is made for
// one reader is packed quickly. Writing:
// form.go and api.go make one command, the Clerk decides and stores it, and
// only then is it answered.
//
// A socket (socket.go) has two goroutines: the handler's, which reads, and a
// writer. The handler returns only after its writer has ended, since the
// connection goes back to a pool then. Nobody else holds the connection: to end
// a socket, its context is cancelled. News are written by a few goroutines of the
// board, one screen after the other and waiting for none (socket_fan.go); the
// writer has what they leave.
//
// A wall screen is an account that a browser becomes by a code (screen_pair.go);
// what it shows is stored with the account and told by an ephemeral frame. Who
// leads, who edits (follow.go) and how many look (crowd.go) is told so too: it is
// stored nowhere.
//
// [Server.Serve] takes two listeners, one for users and one for operators.
// [Server.Shutdown] refuses new connections, ends sockets with 1012, waits for
// requests and returns; it does not close the Clerk, which is its owner's.
package server
