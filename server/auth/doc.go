// Package auth knows who asks: local accounts with passwords and passkeys,
// sessions of browsers and tokens of programs.
//
// Everything is held in memory and written through to a [Store]: looking a
// session up costs one SHA-256 and one map access. A secret leaves the package
// once, when it is made; only its SHA-256 is kept. New sessions and their
// last-seen times (at most every five minutes) are written in groups by the one
// goroutine that [New] starts and [Auth.Close] ends; they may be lost in a
// crash, and then somebody signs in again. Ending a session is written at once,
// before the call returns, and no group that is under way can bring it back. What
// takes rights away does so in memory first: where it cannot be stored it holds
// even so, the answer says that it may not outlast a restart, and it is tried
// again with the next that is written.
//
// A session ends when nobody used it for twelve hours, seven days after login,
// when its owner or an administrator ends it, and when its account is disabled
// or gets another password or other rights. The two limits are kept by
// monotonic time: a clock that is set forwards ends nobody's session, one that
// is set back prolongs none. An open socket counts as use.
//
// A wall screen's session alone has no end by time: see screen.go.
//
// An account may have a second step: passkeys, an app's codes, and recovery codes
// beside them (second.go, webauthn.go, totp.go, recovery.go). Then the password
// alone gives no session; a passkey, which checks who holds it, gives one by
// itself. How somebody signs in is changed only in a session whose owner showed
// who they are within ten minutes (fresh.go). Somebody new, or who forgot, is
// invited to choose a password (invite.go).
//
// A wrong password costs a delay that grows by account, by address and by both
// together, and never a lock: see throttle.go. Passwords that are tried first are
// not taken at all (usual.go). An unknown account costs as much
// work as a known one. At most two passwords are hashed at once; the rest wait,
// those who signed in from the same address before ahead of all others.
//
// People also sign in by OpenID Connect (oidc.go): [Providers.Start] sends the
// browser away, [Providers.Finish] takes what it comes back with. A login that has
// begun lies in memory for ten minutes, for one browser, once; after a restart
// somebody begins again. Issuer and subject tell who somebody is there, never a
// name or an address. A goroutine for each provider knows whether it answers, so
// that neither a start nor the login page waits for one that does not.
//
// The audit log is written here, too (trail.go): one goroutine seals traces and
// writes them in groups, one each 20 ms at most, since it shares bbolt's one
// writer with the meeting. What has to be in it before an answer goes out waits
// for its group ([Trail.Leave]); reads and refusals never wait ([Trail.Note]).
package auth
