// Package signoff has the pages where judgements of a planned edition become the office's:
// how far the work has come and what keeps the edition from being published, and the
// comparison of one area's judgements with each other.
//
// What is read is never drawn again under its reader: an approval is of the sum that stood
// there, and where the judgement is another by now, the page says so.
package signoff
