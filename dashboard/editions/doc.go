// Package editions lists the yearly editions, and is where one becomes the base of
// the live picture.
package editions
