// Package console draws the lead's screen of one meeting: who is called next, the
// cell, what was done, and what must be answered before it is closed.
package console
