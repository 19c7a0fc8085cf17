// Package storage keeps the journal, the accounts and the sessions in one bbolt
// file in a folder that one process owns, and beside it what is typed and not saved.
//
// What it promises:
//
//   - Append returns nil only after the records are on the disk: one
//     transaction, bbolt's own syncs, all or none.
//   - A record is shown only after its hash was checked against the one before
//     it and its texts against the hashes in it. bbolt's pages have no checksums:
//     without this a flipped bit is served as another status.
//   - After a write or sync that failed, the outcome is unknown. The store then
//     refuses every further write with [ErrFailed], shows nothing of what was
//     not acknowledged, and goes on reading, until the folder is opened again.
//     A disk that is full is found out before the transaction begins: that is
//     [ErrFull], nothing was stored, and the same may be tried again.
//   - A damaged, truncated, empty or missing file, and one of a newer program,
//     is refused in one sentence and left as it is.
//   - A redacted text is gone from the file when Redact returns. Backups made
//     before still have it.
//
// The folder holds:
//
//	journal.db       the bbolt file
//	blobs/           files that people have sent, each under the SHA-256 of its bytes
//	marker.json      tells that the folder was initialised once; a copied or
//	                 restored folder is known by it and gets a new epoch
//	drafts.db        what is typed and not saved: see [Jottings]
//	journal.lock     held by the process that owns the folder
//	*.new            an unfinished copy, taken away at the next start
//	restore.partial  a restore that did not come to its end
//
// Buckets of journal.db: records (revision → hash ‖ body), texts (revision, n →
// salt ‖ body, or a mark that it is gone), meta, accounts, sessions, traces (seq →
// hash ‖ body: the audit log, a chain of its own), outbox (what is to be sent, and was),
// post (where municipalities take notices). Meta, accounts, sessions, outbox and post are
// outside the chains: each value carries a checksum of its own.
//
// # Why it is so
//
// The transaction writes the journal and nothing else. Keys that keep the state beside
// it would cost two to two and a half times as much under load, and the state can be
// built from the journal at any start: 200,000 records take two to three seconds of CPU.
// bbolt keeps its freelist in the file, as it does by default; without it, opening a
// file of a million records takes ten seconds. The file is opened with a timeout, since
// bbolt's lock makes a second process wait without a word.
//
// bbolt's pages have no checksums: of 24 flipped bits, 13 were served as other data.
// That is why the chain of hashes is checked wherever a record is read, and why values
// outside the chains have checksums of their own.
//
// Texts lie beside their record, under its revision and their number, in the same
// transaction. The record holds a text's length and a salted hash of it; the salt lies
// with the text and goes with it, so that nobody can guess a short text from its hash.
// To take a text out, the file is written again without it and put in the place of the
// old one, which is then overwritten: bbolt itself would leave the text in free pages.
//
// # Recovery
//
// A process that dies in the middle of Append leaves the records of the whole group or
// none: bbolt's meta page is written last. After a write that failed in any other way,
// nobody knows which of the two it is, so that the store takes nothing more. At the next
// start it opens the file again, checks the chain, and goes on from the last whole
// record. A folder that was copied or restored gets a new epoch, so that screens with a
// position in the old one take a new snapshot instead of waiting for a revision that
// means something else.
//
// One writer at a time; readers are never held up by it. A backup is one long
// read transaction: while it runs the file may grow, nothing waits.
package storage
