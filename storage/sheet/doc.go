// Package sheet reads the spreadsheets that an office has, and writes tables
// that a spreadsheet opens.
//
// [ReadStatuses] takes XLSX and CSV. It finds the header row by its words, reads
// a row per cell (long form) or a row per municipality (wide form), and answers
// with cells or with all faults, never with some of the cells. What it does not
// understand it refuses: an unknown column that holds something, a level with
// no words for it, two answers for one cell. What the file has no column for it
// does not mention; an empty cell in a column that is there says "none".
//
// [ReadContacts] takes a list of municipalities' contacts the same way, [ReadSupervision]
// and [ReadSurvey] evidence: of these a row that cannot be read is told and left out, and
// keeps no other out. Columns that nobody knows are told, and not read.
//
// Files come from anywhere, so everything about them is bounded before it is
// used; see limits.go. XLSX is read by a reader of our own: it takes only what
// a cell holds, and checks references, sizes and the packing on the way, which
// general libraries do not.
//
// [WriteCSV] writes text so that no spreadsheet takes it for a formula.
//
// The package does no I/O of its own and keeps nothing.
package sheet
