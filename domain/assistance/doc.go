// Package assistance has the requests for assistance (bistandsanmodninger) of a board:
// who asked whom for what, and how far it has come.
package assistance
