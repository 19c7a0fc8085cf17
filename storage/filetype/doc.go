// Package filetype judges files that people send: whether a file is of a kind that is taken
// in, is what its name says, and holds nothing that runs, hides or fetches. It looks at
// bytes, keeps none, and unpacks nothing.
package filetype
