// Package signoff is how judgements of a planned edition become the office's: experts
// submit units, others compare them area by area, send them back or approve them, and an
// editor approves the edition. An approval holds a sum of what was approved: any other
// content ends it, the same content again restores it. Whoever wrote cannot approve.
package signoff
