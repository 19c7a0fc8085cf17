// Loadscreens connects many screens to a running server, changes statuses, and
// prints one table: how long it is from the answer to a change until the last
// screen has it, whether any screen missed a change or got one twice, and what
// a delivered message costs the server, beside plain TCP writes of the same
// bytes to as many connections in the same run.
//
//	loadscreens -url http://127.0.0.1:8080 -n 350,1000,5000 -token-file tokens -pid 4711
//
// It is a stranger to the server: it knows its addresses only, opens a meeting
// of its own and closes it. It changes what the live picture shows, so that it
// is for made-up data. It speaks to the loopback interface only, and number and
// time are bounded.
package main
