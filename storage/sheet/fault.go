package sheet

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Fault is one thing that is wrong in a file, and where a spreadsheet shows it. What
// it is, is said by whoever tells it, in the language of the one who asks.
type Fault struct {
	Sheet  string   // "" for a CSV file, or the file as a whole
	Row    int      // from 1; 0: the sheet as a whole
	Column string   // letters; "" for the row as a whole
	Value  string   // as it stands there, shortened
	Code   string   // what kind of fault
	Args   []string // what else its kind names: a limit, another row
	Near   string   // the name that Value is a slip of the finger from; "" for none
}

// String returns it for logs and tests.
func (f Fault) String() string {
	var place []string
	if f.Sheet != "" {
		place = append(place, "sheet “"+f.Sheet+"”")
	}
	if f.Row > 0 {
		place = append(place, fmt.Sprintf("row %d", f.Row))
	}
	if f.Column != "" {
		place = append(place, "column "+f.Column)
	}
	s := cmp.Or(strings.Join(place, ", "), "file") + ": " + f.Code
	if f.Value != "" {
		s += " “" + f.Value + "”"
	}
	if len(f.Args) > 0 {
		s += " (" + strings.Join(f.Args, ", ") + ")"
	}
	if f.Near != "" {
		s += " near “" + f.Near + "”"
	}
	return s
}

// Faults is everything that is wrong in a file, as far as it is told.
type Faults struct {
	List  []Fault // at most 200, in the order of sheets, rows and columns
	Count int     // all of them
}

// Error implements error, for logs.
func (f *Faults) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d faults, nothing was read:", f.Count)
	for _, fault := range f.List {
		b.WriteString("\n" + fault.String())
	}
	if more := f.Count - len(f.List); more > 0 {
		fmt.Fprintf(&b, "\n… and %d more", more)
	}
	return b.String()
}

// wrong is what is wrong with a value; the zero wrong is nothing.
type wrong struct {
	code string
	args []string
	near string
}

// is makes a wrong of a code and what else it names.
func is(code string, args ...any) wrong {
	w := wrong{code: code}
	for _, a := range args {
		w.args = append(w.args, fmt.Sprint(a))
	}
	return w
}

// add notes a fault at a place; col counts from 0, -1 is none.
func (f *Faults) add(sheet string, row, col int, value string, w wrong) {
	f.Count++
	if len(f.List) == maxTold {
		return
	}
	letters := ""
	if col >= 0 {
		letters = columnName(col)
	}
	f.List = append(f.List, Fault{Sheet: shorten(sheet), Row: row, Column: letters, Value: shorten(value), Code: w.code, Args: w.args, Near: w.near})
}

func (f *Faults) err() error {
	if f.Count == 0 {
		return nil
	}
	return f
}

// fileFault makes the one fault of a file that cannot be read at all.
func fileFault(sheet, value, code string, args ...any) *Faults {
	f := &Faults{}
	f.add(sheet, 0, -1, value, is(code, args...))
	return f
}

// damaged makes the fault of a file that no spreadsheet program writes; how is for
// logs.
func damaged(sheet, value, how string) *Faults { return fileFault(sheet, value, "file.damaged", how) }

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
