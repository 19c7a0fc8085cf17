// Package e2e drives the finished program as its users do: the binary from bin/
// on a fresh data folder, real Chromium, real sockets. The tests carry the build
// tag e2e; `make e2e` builds the program first and sees to the browser. With the
// tag browsers, too, a short meeting is held in Firefox and WebKit beside Chromium;
// `make browsers` sees to those.
//
// A test fails on any error in a browser's console, on any report of the content
// security policy, and on any uncaught exception.
package e2e
