// Package texts finds what people typed, tells where it stands, and takes it out.
package texts
