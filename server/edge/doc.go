// Package edge is where requests come in and answers go out. It alone knows Fiber: what a
// handler has of a request is a [Call], and what it answers, the call's methods answer.
//
// An [Edge] has [Route]s. A request goes the same way to each of them:
//
//   - door gives the answer its headers, takes the public path's prefix away, and looks
//     whether the answer lies ready on the shelf: then it is given, and that was all.
//   - first gives it an id, ends panics, answers errors, counts and logs.
//   - serve checks what the route says, in the order that [Call] tells, and runs the
//     handler. A read of a board waits for its turn there, a change does not.
//   - trace.go leaves the line in the audit log that the route says it leaves.
//
// A handler returns an error and nothing of the answer; errors.go is the one place where
// an error becomes a status, a page or JSON. Nothing of an error gets out that is no
// [domain.Error].
//
// Who asks is server/auth's to say, what they see the domain's: [Look] is the one way to
// the state. The edge knows no page and no noun. What people are told in words, it asks of
// [Pages].
package edge
