package sheet

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// cellKind is what a file says about a cell's value.
type cellKind byte

const (
	isText    cellKind = iota
	isNumber           // of an XLSX file: may be a date
	isError            // #N/A and its kin
	isFormula          // a formula that was saved without its result
)

type cell struct {
	value string
	kind  cellKind
}

// grid is one sheet: row i of the spreadsheet is rows[i-1].
type grid struct {
	name   string // "" for CSV
	rows   [][]cell
	date04 bool // days are counted from 1904
	hidden map[int]bool
}

// at returns a cell, an empty one outside the grid. row counts from 1.
func (g *grid) at(row, col int) cell {
	if row < 1 || row > len(g.rows) || col < 0 || col >= len(g.rows[row-1]) {
		return cell{}
	}
	return g.rows[row-1][col]
}

// set puts a cell in its place and returns how many places that made; the
// caller has checked the limits.
func (g *grid) set(row, col int, c cell) (grown int) {
	for len(g.rows) < row {
		g.rows = append(g.rows, nil)
		grown++
	}
	for len(g.rows[row-1]) <= col {
		g.rows[row-1] = append(g.rows[row-1], cell{})
		grown++
	}
	g.rows[row-1][col] = c
	return grown
}

// known returns how many cells of the best of the first rows may head a column,
// for choosing between readings of a CSV file.
func (g *grid) known(heads func(string) bool) int {
	best := 0
	for row := 1; row <= min(headerRows, len(g.rows)); row++ {
		known := 0
		for _, c := range g.rows[row-1] {
			if heads(c.value) {
				known++
			}
		}
		best = max(best, known)
	}
	return best
}

func blank(row []cell) bool {
	for _, c := range row {
		if c.value != "" || c.kind > isNumber {
			return false
		}
	}
	return true
}

// columnName returns a column's letters; 0 is A.
func columnName(col int) string {
	var b []byte
	for col++; col > 0; col = (col - 1) / 26 {
		b = append([]byte{byte('A' + (col-1)%26)}, b...)
	}
	return string(b)
}

// clean composes letters (NFC), makes one kind of line end, and takes blanks of
// all kinds off both ends.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return norm.NFC.String(strings.TrimFunc(s, isBlank))
}

func isBlank(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\u00a0', '\u202f', '\u2007', '\u200b', '\ufeff':
		return true
	}
	return false
}

// badRune reports whether a character may not be kept in a text: control
// characters, and marks that turn the direction of writing.
func badRune(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	switch r {
	case 0x200e, 0x200f, 0x061c, 0x2028, 0x2029, 0xfeff, 0xfffd:
		return true
	}
	return false
}

// fold makes a name comparable: small letters, single blanks, one kind of
// hyphen, no full stops.
func fold(s string) string {
	s = strings.ToLower(clean(s))
	s = strings.Map(func(r rune) rune {
		switch r {
		case '‐', '‑', '‒', '–', '—', '−':
			return '-'
		case '.', ':', '*', '«', '»', '"':
			return -1
		case '_':
			return ' '
		}
		if isBlank(r) {
			return ' '
		}
		return r
	}, s)
	s = strings.ReplaceAll(s, "&", " og ")
	s = strings.Join(strings.Fields(s), " ")
	for _, sign := range [...]string{"-", "/"} {
		s = strings.ReplaceAll(strings.ReplaceAll(s, " "+sign, sign), sign+" ", sign)
	}
	return s
}
