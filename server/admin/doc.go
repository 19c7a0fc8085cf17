// Package admin is the admin socket: how somebody who works on the machine itself asks the
// server that owns a data folder for an operation. It carries bytes and says who asks, by
// the operating system's word; what an operation does is its owner's.
package admin
