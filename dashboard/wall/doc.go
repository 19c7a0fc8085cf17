// Package wall draws a board for a big screen that is read at a distance: one area's
// map (layout A), one region at a time (B), or the whole pattern (C).
package wall
