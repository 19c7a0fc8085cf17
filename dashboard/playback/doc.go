// Package playback draws a board between two times, and what differs between two
// editions.
package playback
