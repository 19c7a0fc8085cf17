// Package outbox has what follows from a record and reaches somebody outside: letters
// by mail now, other work later. It lies beside the journal: who is told, when, and what
// came of it. Here are its states, and how they follow from what came of each try; who
// does the work is server/work's.
package outbox
