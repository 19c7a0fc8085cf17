// Kommunebilder serves a county governor's picture of its municipalities, and
// keeps it.
//
// main.go finds the subcommand, config.go reads flags and environment, serve.go
// wires the rooms together and closes them in order. folder.go opens a data
// folder; the operations on it (ops_*.go) are carried out by the one process
// that owns the folder: the server, asked over its admin socket, or, where no
// server runs, the subcommand itself.
package main
