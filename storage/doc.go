// Package storage keeps the journal, the accounts and the sessions in one bbolt
// file in a folder that one process owns.
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
//     not acknowledged, and goes on reading, until the folder is opened anew.
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
//	marker.json      tells that the folder was initialised once; a copied or
//	                 restored folder is known by it and gets a new epoch
//	journal.lock     held by the process that owns the folder
//	*.new            an unfinished copy, taken away at the next start
//	restore.partial  a restore that did not come to its end
//
// Buckets of journal.db: records (revision → hash ‖ body), texts (revision, n →
// salt ‖ body, or a mark that it is gone), meta, accounts, sessions, traces (seq →
// hash ‖ body: the audit log, a chain of its own). Meta, accounts and sessions are
// outside the chains: each value carries a checksum of its own.
//
// One writer at a time; readers are never held up by it. A backup is one long
// read transaction: while it runs the file may grow, nothing waits.
package storage
