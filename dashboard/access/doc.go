// Package access draws who may see what: the policy in words, what is withheld and
// why, and the audit log.
package access
