// Package start draws the first page of somebody who is signed in: what changed since
// they were here, what waits for them, which meeting is next, what is still to be done,
// and how the live picture was left. A new installation shows who manages it what is
// still to be set up.
package start
