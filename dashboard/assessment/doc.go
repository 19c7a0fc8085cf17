// Package assessment has the experts' workplace: one area of a planned edition for all
// municipalities, one municipality for all areas, and one of each, open for writing.
//
// A row is drawn by the same code whether it is on the page or came after a change: the
// page asks for the rows that changed since a revision (?endret=), and takes them over by
// their ids. What is open for writing is never drawn again under its writer.
package assessment
