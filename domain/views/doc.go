// Package views has the filters of a board that the office keeps under a name. A
// meeting may open with one.
package views
