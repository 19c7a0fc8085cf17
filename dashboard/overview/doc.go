// Package overview draws a board: map and grid with their filters, the panel of one
// cell, and the pages of one municipality, one area and one region.
package overview
