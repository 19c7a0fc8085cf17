package sheet

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Fault is one thing that is wrong in a file, and where a spreadsheet shows it.
type Fault struct {
	Sheet    string // "" for a CSV file, or the file as a whole
	Row      int    // from 1; 0: the sheet as a whole
	Column   string // letters; "" for the row as a whole
	Value    string // as it stands there, shortened
	Code     Code   // what kind of fault
	Expected string // what should have stood there, in bokmål
}

// Code is a kind of fault, for whoever wants other words than Expected.
type Code string

// Kinds of faults.
const (
	BadFile         Code = "file"         // not a file of a kind we read, or over a limit
	NoHeader        Code = "header"       // no header row, or one that lacks something
	UnknownColumn   Code = "column"       // a column nobody asked for holds something
	BadMunicipality Code = "municipality" //
	BadArea         Code = "area"         // neither area nor indicator
	BadLevel        Code = "level"        //
	BadDate         Code = "date"         //
	BadText         Code = "text"         // too long, or characters that cannot be kept
	BadValue        Code = "value"        // a formula without a result
	Twice           Code = "twice"        // two answers for one cell
)

func (f Fault) String() string {
	var place []string
	if f.Sheet != "" {
		place = append(place, "ark «"+f.Sheet+"»")
	}
	if f.Row > 0 {
		place = append(place, fmt.Sprintf("rad %d", f.Row))
	}
	if f.Column != "" {
		place = append(place, "kolonne "+f.Column)
	}
	s := strings.Join(place, ", ")
	if s == "" {
		s = "filen"
	}
	if f.Value != "" {
		s += ": «" + f.Value + "»"
	}
	return s + ": ventet " + f.Expected
}

// Faults is everything that is wrong in a file, as far as it is told.
type Faults struct {
	List  []Fault // at most 200, in the order of sheets, rows and columns
	Count int     // all of them
}

// Error implements error: one fault a line, in bokmål.
func (f *Faults) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d feil, ingenting er lest inn:", f.Count)
	for _, fault := range f.List {
		b.WriteString("\n" + fault.String())
	}
	if more := f.Count - len(f.List); more > 0 {
		fmt.Fprintf(&b, "\n… og %d til", more)
	}
	return b.String()
}

// add notes a fault at a place; col counts from 0, -1 is none.
func (f *Faults) add(sheet string, row, col int, value string, code Code, expected string) {
	f.Count++
	if len(f.List) == maxTold {
		return
	}
	letters := ""
	if col >= 0 {
		letters = columnName(col)
	}
	f.List = append(f.List, Fault{Sheet: shorten(sheet), Row: row, Column: letters, Value: shorten(value), Code: code, Expected: expected})
}

func (f *Faults) err() error {
	if f.Count == 0 {
		return nil
	}
	return f
}

// file makes the one fault of a file that cannot be read at all.
func fileFault(sheet, value, expected string) *Faults {
	f := &Faults{}
	f.add(sheet, 0, -1, value, BadFile, expected)
	return f
}

// shorten keeps a value short and visible: what does not print becomes a box.
func shorten(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || badRune(r) || r == '\n' || r == '\t' {
			return '□'
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
