package domain

import (
	"errors"
	"fmt"
)

// Code says what kind of refusal an [Error] is. Codes cross the wire: new ones
// may be added, none may change its meaning.
type Code string

const (
	Invalid     Code = "invalid"     // the input is wrong; Field says where
	NotFound    Code = "not_found"   // unknown, or not for this actor to know
	Conflict    Code = "conflict"    // somebody else was first
	Forbidden   Code = "forbidden"   // may be seen but not changed
	TooOld      Code = "too_old"     // the command waited too long to be true
	Unavailable Code = "unavailable" // cannot be taken now; try again later
	Internal    Code = "internal"    // our fault
)

// Error is what a user may be told. Msg is the key of a sentence in the
// catalogue of words, Args what the sentence names; only these and Cells reach a user.
// Err is the cause, for the log.
type Error struct {
	Code  Code
	Field string // which part of the input, "" if the whole
	Msg   string
	Args  []string
	Err   error
	Cells []CellRef // of the actor's own board, that the refusal is about
}

// Error implements error, for the log.
func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Msg
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if len(e.Args) > 0 {
		s += fmt.Sprintf(" %q", e.Args)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of err: "" for nil, Internal for an error that is not
// an [Error].
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Wrong refuses input; field says where it is wrong.
func Wrong(field, msg string, args ...string) error {
	return &Error{Code: Invalid, Field: field, Msg: msg, Args: args}
}

// Unknown refuses what is not there, or not for this actor to know.
func Unknown(field, msg string, args ...string) error {
	return &Error{Code: NotFound, Field: field, Msg: msg, Args: args}
}

// Clash refuses what somebody else was first with, or what is not so any more.
func Clash(msg string, args ...string) error {
	return &Error{Code: Conflict, Msg: msg, Args: args}
}

// Denied refuses what may be seen, but not changed by this actor.
func Denied(msg string) error { return &Error{Code: Forbidden, Msg: msg} }
