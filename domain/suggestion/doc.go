// Package suggestion has what a meeting suggests for the next edition: a task for
// an area's assessor, and nothing that alters an edition. It is for staff.
package suggestion
