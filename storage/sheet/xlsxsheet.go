package sheet

import (
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
)

// sheetReader reads one sheet, cell by cell. Every reference is checked: rows
// and columns only go forward, lie where they say, and stay within the limits.
type sheetReader struct {
	w      *workbook
	d      *xmlReader
	g      *grid
	row    int // from 1
	col    int // from 0
	merges [][4]int
}

// readSheet returns a sheet, nil for a part that is none (a chart).
func (w *workbook) readSheet(name string, body []byte) (*grid, *Faults) {
	r := &sheetReader{w: w, d: newXML(body), g: &grid{name: name, date04: w.date04}}
	for {
		t, err := r.d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, damaged(name, "", "the XML of the sheet")
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		var faults *Faults
		switch start.Name.Local {
		case "chartsheet", "dialogsheet", "macrosheet":
			return nil, nil
		case "row":
			faults = r.beginRow(start)
		case "c":
			faults = r.readCell(start)
		case "mergeCell":
			faults = r.merge(attr(start, "ref"))
		}
		if faults != nil {
			return nil, faults
		}
	}
	r.fillDown()
	return r.g, nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

func (r *sheetReader) bad(col int, value, code string, args ...any) *Faults {
	f := &Faults{}
	f.add(r.g.name, r.row, col, value, is(code, args...))
	return f
}

func (r *sheetReader) damaged(col int, value, how string) *Faults {
	return r.bad(col, value, "file.damaged", how)
}

func (r *sheetReader) beginRow(e xml.StartElement) *Faults {
	next := r.row + 1
	if ref := attr(e, "r"); ref != "" {
		n, err := strconv.Atoi(ref)
		if err != nil || n < next || n > 1<<20 {
			return r.damaged(-1, ref, "row numbers")
		}
		next = n
	}
	r.row, r.col = next, -1
	if hidden := attr(e, "hidden"); hidden == "1" || hidden == "true" {
		if r.g.hidden == nil {
			r.g.hidden = map[int]bool{}
		}
		r.g.hidden[next] = true
	}
	return nil
}

func (r *sheetReader) readCell(e xml.StartElement) *Faults {
	next := r.col + 1
	if ref := attr(e, "r"); ref != "" {
		col, row, ok := parseRef(ref)
		if !ok || row != r.row || col < next {
			return r.damaged(-1, ref, "the order of cells")
		}
		next = col
	}
	if r.row == 0 || next >= 1<<14 {
		return r.damaged(-1, attr(e, "r"), "a cell in no row, or beyond XFD")
	}
	r.col = next
	var raw, inline string
	var formula, value bool
	for depth := 1; depth > 0; {
		t, err := r.d.Token()
		if err != nil {
			return r.damaged(r.col, "", "the XML of the cell")
		}
		switch t := t.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			switch t.Name.Local {
			case "v":
				raw, err = charData(r.d)
				value = true
			case "is":
				inline, err = richText(r.d)
			case "f":
				formula = true
				err = r.d.skip()
			default:
				err = r.d.skip()
			}
			if err != nil {
				return r.damaged(r.col, "", "the XML of the cell")
			}
		}
	}
	c, ok := r.interpret(attr(e, "t"), raw, inline)
	if !ok {
		return r.damaged(r.col, raw, "the type of the cell")
	}
	if formula && !value {
		c.kind = isFormula
	}
	return r.put(c)
}

// put keeps a cell that holds something.
func (r *sheetReader) put(c cell) *Faults {
	switch {
	case c.value == "" && c.kind <= isNumber:
		return nil // formatted, but empty: as many as there are
	case r.row > maxRow:
		return r.bad(r.col, c.value, "file.rows", maxRow)
	case r.col >= maxColumn:
		return r.bad(r.col, c.value, "file.columns", maxColumn)
	}
	if r.w.cells += r.g.set(r.row, r.col, c); r.w.cells > maxCells {
		return r.bad(r.col, "", "file.cells", maxCells)
	}
	return nil
}

// interpret turns what a cell's XML says into a value.
func (r *sheetReader) interpret(kind, raw, inline string) (cell, bool) {
	switch kind {
	case "s":
		if raw == "" {
			return cell{}, true
		}
		i, err := strconv.Atoi(raw)
		if err != nil || i < 0 || i >= len(r.w.strings) {
			return cell{}, false
		}
		return cell{value: r.w.strings[i]}, true
	case "inlineStr":
		return cell{value: clean(inline)}, true
	case "str":
		return cell{value: clean(unescape(raw))}, true
	case "d": // a date as ISO 8601 writes it
		return cell{value: clean(raw)}, true
	case "b":
		switch raw {
		case "1":
			return cell{value: "SANN"}, true
		case "0":
			return cell{value: "USANN"}, true
		}
		return cell{}, raw == ""
	case "e":
		return cell{value: clean(raw), kind: isError}, true
	case "", "n":
		raw = strings.TrimSpace(raw)
		if raw == "" {
			return cell{}, true
		}
		f, err := strconv.ParseFloat(raw, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return cell{}, false
		}
		if f == math.Trunc(f) && math.Abs(f) < 1e15 {
			raw = strconv.FormatInt(int64(f), 10)
		}
		return cell{value: raw, kind: isNumber}, true
	}
	return cell{}, false
}

// parseRef reads a reference such as AB12.
func parseRef(ref string) (col, row int, ok bool) {
	n := 0
	for n < len(ref) && n < 4 && ref[n] >= 'A' && ref[n] <= 'Z' {
		col = col*26 + int(ref[n]-'A') + 1
		n++
	}
	digits := ref[n:]
	if n == 0 || n > 3 || col > 1<<14 || len(digits) == 0 || len(digits) > 7 || digits[0] == '0' {
		return 0, 0, false
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		row = row*10 + int(c-'0')
	}
	return col - 1, row, row <= 1<<20
}

// merge notes a merged range that goes over several rows.
func (r *sheetReader) merge(ref string) *Faults {
	from, to, two := strings.Cut(ref, ":")
	if !two {
		to = from
	}
	c1, r1, ok1 := parseRef(from)
	c2, r2, ok2 := parseRef(to)
	if !ok1 || !ok2 || c2 < c1 || r2 < r1 {
		return r.damaged(-1, ref, "merged cells")
	}
	if len(r.merges) == maxMerges {
		return r.bad(-1, ref, "file.merges", maxMerges)
	}
	r.merges = append(r.merges, [4]int{c1, r1, c2, r2})
	return nil
}

// fillDown gives each row under a merged range the range's value: a
// municipality that stands once beside many rows is each row's. Nothing is
// filled to the right, where a title would turn into many.
func (r *sheetReader) fillDown() {
	last := len(r.g.rows)
	for _, m := range r.merges {
		c := r.g.at(m[1], m[0])
		if c.value == "" || m[3] == m[1] || m[0] >= maxColumn {
			continue
		}
		for row := m[1] + 1; row <= min(m[3], last); row++ {
			if !blank(r.g.rows[row-1]) && r.g.at(row, m[0]).value == "" && r.w.cells < maxCells {
				r.w.cells += r.g.set(row, m[0], c)
			}
		}
	}
}
