// Package worddiff compares two texts as people do, word by word, shows what is
// removed and added, and puts two people's changes of one text together. It never
// compares letters: of "rødt" and "gult" nobody says that "rød" became "gul".
//
// The search is a library's; what a word is, what belongs to one change, and what may
// be put together unseen is decided here.
package worddiff
