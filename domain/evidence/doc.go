// Package evidence has what the office knows about its municipalities and rests its
// judgements on (kunnskapsgrunnlag): supervision, statistics, plans, meetings, complaints.
//
// Evidence belongs to no edition. It has versions, which are never changed: who uses it
// names the version it was judged by ([Ref]). What is shown of a version changes only
// when the evidence is withdrawn, exempted or given narrower access, a text of it is
// redacted or a file removed.
//
// Its events touch no board: no frame tells of them, and no screen is woken. Pages that
// show evidence are drawn from the state when they are asked for.
package evidence
