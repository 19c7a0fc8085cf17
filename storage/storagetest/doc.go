// Package storagetest holds what tests of journals share: [Run], the one suite
// that every [domain.Journal] passes, and [Memory], a journal without a
// disk that passes it too and can be made to fail.
//
// Memory is no mock. It keeps the contract of the interface word for word: it
// refuses a record that is not the next, gives back only what it took, opened
// again from its bytes, and takes nothing more after a failed Append until it
// is opened again. So code that works on it works on a disk.
package storagetest
