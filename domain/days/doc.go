// Package days tells when a period of whole days begins and ends in a zone, and which
// days are free in Norway. It has no clock, and the zone comes in.
package days
