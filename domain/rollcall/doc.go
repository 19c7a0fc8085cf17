// Package rollcall has who has answered in a meeting, and what the municipalities' own
// contacts report to its lead: that nothing has changed, or levels that the lead takes
// or leaves. A meeting's roll-call also counts the levels that the lead sets.
package rollcall
