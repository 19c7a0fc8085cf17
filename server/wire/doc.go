// Package wire writes what goes over the wire: frames, snapshots, cells and the log,
// as kb.v1 and the API have them. It writes what a picture has and judges nothing: what
// an audience may not see is not in its picture.
package wire
