// Package minutes draws the minutes of a meeting, as a page and as text, and the
// template that they are written by.
package minutes
