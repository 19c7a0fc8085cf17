// Package actions has what is to be done (tiltak): agreed in a meeting about a
// municipality or one of its cells, by an owner and before a day, open until it is
// done or will not be.
package actions
