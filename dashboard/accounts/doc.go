// Package accounts draws logging in with its second step, one's own account, and
// what administrators do with everybody's: invitations, roles, contacts.
package accounts
