// Package typed holds what people type. Whatever edge it comes in by (a form, a
// JSON command, the admin socket, a spreadsheet, a flag), it becomes a [Text]
// before anything judges it.
package typed
