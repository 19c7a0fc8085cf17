// Package differences compares two pictures of a board: what of it became another
// between two times, as one audience sees it.
package differences
