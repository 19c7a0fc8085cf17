// Package e2e drives the finished program as its users do: the binary from bin/
// on a fresh data folder, real Chromium, real sockets. The tests carry the build
// tag e2e; `make e2e` builds the program first and sees to the browser.
//
// A test fails on any error in a browser's console, on any report of the content
// security policy, and on any uncaught exception.
package e2e
