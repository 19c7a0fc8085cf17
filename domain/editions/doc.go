// Package editions has the rules of the yearly editions: drafts, hearings, publication
// and corrections, and the import of a whole edition from a spreadsheet. The kernel keeps
// what phase and picture rest on.
package editions
