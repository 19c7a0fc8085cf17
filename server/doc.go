// Package server is what browsers and programs speak to: pages, API, sockets.
//
// It wires rooms together and has the addresses of everything but screens and accounts:
//
//   - server/edge takes requests in. It alone knows Fiber; a handler has an [edge.Call],
//     which says who asks, what they see and may, and how to answer.
//   - server/screens is what stays connected, and the walls.
//   - server/accounts is signing in, one's own account, and everybody's.
//   - server/page is what the dashboard is told of a call, server/wire what goes over the
//     wire.
//   - server/live decides, stores and publishes; server/auth is who somebody is.
//
// The table in routes.go says for each address who may come there, how much they may send,
// and what that leaves in the audit log. A handler finds the picture it may use in its
// call; it never sees a State.
//
// Reading: picture → dashboard → bytes. Writing: a form or JSON becomes one command by its
// tags (forms.go, command.go), the Clerk decides and stores it, and only then is it
// answered. openapi.go describes the API by the routes and the same tags.
//
// [Server.Serve] takes the listener for users; [Ops] answers operators on another.
// [Server.Shutdown] refuses new connections, ends sockets with 1012, waits for
// requests and returns; it does not close the Clerk, which is its owner's.
package server
