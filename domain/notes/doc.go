// Package notes has the significant events (viktige hendelser) of a meeting: what a
// lead writes, or promotes from a change, so that it stands on every screen.
package notes
