// Package prose shows plain text as it was meant: it is kept as it was typed, and
// read here into paragraphs, lists and addresses. There is no markup to learn, and
// none that an outsider could put in.
//
// A line break is a line break, and an empty line begins a new paragraph. Lines that
// begin with "– ", "- ", "• " or "· " are a list, and so are lines that begin with "1. ",
// "2. " and on; what stands further in than the list is a list in it, or goes on with
// the point above. What begins with "https://" is a link that shows its own address.
// All else is text.
package prose
