// Package batch tells what a file of judgements would change in a planned edition, before
// anything is changed: cell by cell against what its author saw. What is then written is
// an [assessment.Save] of just that.
package batch
