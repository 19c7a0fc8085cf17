// Package calendar has the meetings that are to come: which day, on which board, and
// what they are called. Staff alone sees them; a meeting itself begins when somebody
// opens it.
package calendar
