// Package accounts has who may sign in, and by what. Accounts and sessions lie beside
// the journal: a record names an account by its id, which stays when the person's name
// is erased.
package accounts
