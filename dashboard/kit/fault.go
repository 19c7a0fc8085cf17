package kit

import "strconv"

// Fault is one thing that is wrong in a spreadsheet that somebody gave us.
type Fault struct {
	Sheet  string   // "" for a file that has none
	Row    int      // from 1; 0: the sheet as a whole
	Column string   // letters; "" for the row as a whole
	Value  string   // as it stands there
	Code   string   // what kind of fault
	Args   []string // what else its kind names
	Near   string   // what the value may have been meant to be
}

// Fault returns the place of a fault, and what is wrong there and what to do.
func (w *Words) Fault(f Fault) string {
	place := w.Place(f)
	if place != "" {
		place += ": "
	}
	said := place + w.T("fault."+f.Code, append([]string{f.Value}, f.Args...)...)
	if f.Near != "" {
		said += " " + w.T("fault.near", f.Near)
	}
	return said
}

// Place returns where a fault is, "" for the file as a whole.
func (w *Words) Place(f Fault) (place string) {
	add := func(key, value string) {
		if place != "" {
			place += ", "
		}
		place += w.T(key, value)
	}
	if f.Sheet != "" {
		add("fault.sheet", f.Sheet)
	}
	if f.Row > 0 {
		add("fault.row", strconv.Itoa(f.Row))
	}
	if f.Column != "" {
		add("fault.column", f.Column)
	}
	return place
}
