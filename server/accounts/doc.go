// Package accounts is signing in and out, the second step, passkeys, invitations and
// providers, one's own account, and everybody's for those who manage them. Who somebody is
// and what is stored of them is server/auth's; here are the addresses and their forms.
//
// No answer, log line or trace holds a password, a code or what was typed as a name, and a
// refused log-in takes as long and looks the same whether there is such an account or not.
package accounts
