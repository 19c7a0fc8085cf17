package sheet

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	"kommunebilde"
)

// ReadStatuses reads the levels of an edition from a file of the given name,
// XLSX or CSV. The error is a *Faults: everything that is wrong, each with its
// place; there are then no cells. Cells come in the order of the file, each
// once, with names composed (NFC).
//
// A cell without a level says nothing: it is left out, unless a text beside it
// shows that a level was meant.
func ReadStatuses(name string, data []byte, cat *kommunebilde.Catalogue) ([]kommunebilde.CellEdit, error) {
	n := namesOf(cat)
	grids, faults := readGrids(data, n.heads)
	if faults != nil {
		return nil, faults
	}
	r := reader{names: n, first: map[place]where{}, faults: &Faults{}}
	found := false
	for _, g := range grids {
		before := r.faults.Count
		l, ok := n.layoutOf(g, r.faults)
		found = found || ok || r.faults.Count > before
		if ok && r.faults.Count == before {
			r.sheet(g, l)
		}
	}
	if !found {
		for _, g := range grids {
			r.faults.add(g.name, 0, -1, "", NoHeader, fmt.Sprintf("en overskriftsrad blant de %d første radene: kommune, fagområde og nivå, eller kommune og ett fagområde i hver kolonne", headerRows))
		}
		if len(grids) == 0 {
			return nil, fileFault("", name, "et synlig ark")
		}
	}
	if err := r.faults.err(); err != nil {
		return nil, err
	}
	if len(r.edits) == 0 {
		return nil, fileFault("", name, "minst én rad med et nivå")
	}
	return r.edits, nil
}

// readGrids tells the kinds of files apart by what is in them, since names lie.
func readGrids(data []byte, heads func(string) bool) ([]*grid, *Faults) {
	switch {
	case len(data) > maxPacked:
		return nil, fileFault("", "", fmt.Sprintf("en fil på høyst %d MB", maxPacked>>20))
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fileFault("", "", "en fil som ikke er tom")
	case bytes.HasPrefix(data, []byte("PK")):
		return readXLSX(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, fileFault("", "", "XLSX uten passord (dette er et eldre regneark eller har passord)")
	}
	g, faults := readCSV(data, heads)
	return []*grid{g}, faults
}

// reader gathers the cells of all sheets.
type reader struct {
	names  *names
	edits  []kommunebilde.CellEdit
	first  map[place]where
	faults *Faults
}

type place struct {
	m kommunebilde.MunicipalityID
	c kommunebilde.ColumnID
}

// where tells where in the file a cell was first answered, and its index.
type where struct {
	sheet      string
	row, index int
}

func (r *reader) sheet(g *grid, l layout) {
	header := g.rows[l.row-1]
	for row := l.row + 1; row <= len(g.rows); row++ {
		cells := g.rows[row-1]
		if blank(cells) || slices.Equal(cells, header) { // a header printed on each page
			continue
		}
		s := rowReader{reader: r, g: g, l: &l, row: row}
		for _, col := range l.unknown {
			if c := g.at(row, col); c.value != "" {
				head := g.at(l.row, col).value
				if head == "" {
					head = c.value
				}
				r.faults.add(g.name, row, col, head, UnknownColumn, "en kjent overskrift, eller en tom kolonne")
			}
		}
		if l.wide {
			s.wideRow()
		} else {
			s.longRow()
		}
	}
}

// rowReader reads one row.
type rowReader struct {
	*reader
	g   *grid
	l   *layout
	row int
}

func (s *rowReader) fault(col int, value string, code Code, expected string) {
	s.faults.add(s.g.name, s.row, col, value, code, expected)
}

// get returns the cell of a field, an empty one if the sheet has no such
// column.
func (s *rowReader) get(f field) (c cell, col int) {
	col, ok := s.l.fields[f]
	if !ok {
		return cell{}, -1
	}
	return s.value(col), col
}

// value returns a cell, after a word about one whose formula failed.
func (s *rowReader) value(col int) cell {
	c := s.g.at(s.row, col)
	if c.kind > isNumber {
		s.fault(col, c.value, BadValue, "en verdi; formelen i cellen ga ingen")
		return cell{kind: c.kind}
	}
	return c
}

// municipality reads who the row is about, from its number, its name or both.
func (s *rowReader) municipality() kommunebilde.MunicipalityID {
	out := s.l.municipality
	ok, any := true, out != ""
	for _, f := range []field{fieldNumber, fieldMunicipality} {
		c, col := s.get(f)
		if c.value == "" {
			ok = ok && c.kind <= isNumber
			continue
		}
		any = true
		id, expected := s.names.municipality(c.value)
		switch {
		case expected != "":
			s.fault(col, c.value, BadMunicipality, expected)
			ok = false
		case out != "" && id != out:
			s.fault(col, c.value, BadMunicipality, "samme kommune som i raden ellers, "+string(out))
			ok = false
		}
		out = id
	}
	if !any && ok {
		col, has := s.l.fields[fieldMunicipality]
		if !has {
			col = s.l.fields[fieldNumber]
		}
		s.fault(col, "", BadMunicipality, "et kommunenummer eller kommunenavn")
	}
	if !ok {
		return ""
	}
	return out
}

// column reads what the row is about: an indicator, or else an area.
func (s *rowReader) column() kommunebilde.ColumnID {
	indicator, indicatorCol := s.get(fieldIndicator)
	area, areaCol := s.get(fieldArea)
	if indicator.kind > isNumber || area.kind > isNumber {
		return ""
	}
	if indicator.value == "" && area.value == "" {
		if s.l.column == "" {
			s.fault(max(areaCol, indicatorCol), "", BadArea, "et fagområde eller en indikator i utgaven")
		}
		return s.l.column
	}
	if indicator.value == "" {
		id, expected := s.names.column(area.value, true, indicatorCol < 0)
		if expected != "" {
			s.fault(areaCol, area.value, BadArea, expected)
		}
		return id
	}
	id, expected := s.names.column(indicator.value, areaCol < 0, true)
	if expected != "" {
		s.fault(indicatorCol, indicator.value, BadArea, expected)
		return ""
	}
	if area.value != "" {
		of, expected := s.names.column(area.value, true, false)
		switch {
		case expected != "":
			s.fault(areaCol, area.value, BadArea, expected)
			return ""
		case of != s.names.areaOf[id]:
			s.fault(areaCol, area.value, BadArea, "fagområdet til indikatoren: "+s.names.title[s.names.areaOf[id]])
			return ""
		}
	}
	return id
}

func (s *rowReader) longRow() {
	level, levelCol := s.get(fieldLevel)
	text, textCol := s.get(fieldText)
	author, authorCol := s.get(fieldAuthor)
	date, dateCol := s.get(fieldDate)
	before := s.faults.Count
	m, c := s.municipality(), s.column()
	e := kommunebilde.CellEdit{Municipality: m, Column: c}
	s.fill(&e, level, levelCol, text, textCol, author, authorCol, date, dateCol)
	if s.faults.Count == before && e.Level != "" {
		s.take(e, levelCol)
	}
}

func (s *rowReader) wideRow() {
	var rest []cell
	for _, w := range s.l.cells {
		for _, col := range []int{w.level, w.text, w.author, w.date} {
			rest = append(rest, s.g.at(s.row, col))
		}
	}
	before := s.faults.Count
	author, authorCol := s.get(fieldAuthor)
	day, dayCol := s.get(fieldDate)
	m := kommunebilde.MunicipalityID("")
	if who, _ := s.get(fieldMunicipality); !blank(rest) || who.value != "" {
		m = s.municipality()
	}
	whole := s.faults.Count == before
	for _, w := range s.l.cells {
		before := s.faults.Count
		e := kommunebilde.CellEdit{Municipality: m, Column: w.id}
		own := func(col int, row cell, rowCol int) (cell, int) {
			if c := s.g.at(s.row, col); col >= 0 && c != (cell{}) {
				return s.value(col), col
			}
			return row, rowCol
		}
		level, levelCol := own(w.level, cell{}, w.level)
		text, textCol := own(w.text, cell{}, w.text)
		a, aCol := own(w.author, author, authorCol)
		d, dCol := own(w.date, day, dayCol)
		if level == (cell{}) && text == (cell{}) {
			continue
		}
		s.fill(&e, level, levelCol, text, textCol, a, aCol, d, dCol)
		if whole && s.faults.Count == before && e.Level != "" {
			s.take(e, levelCol)
		}
	}
}

// fill reads what is said of a cell.
func (s *rowReader) fill(e *kommunebilde.CellEdit, lv cell, lvCol int, text cell, textCol int, author cell, authorCol int, day cell, dayCol int) {
	known := false
	switch {
	case lv.kind > isNumber: // told already
	case lv.value != "":
		if e.Level, known = level(lv.value); !known {
			s.fault(lvCol, lv.value, BadLevel, levelExpected)
		}
	case text.value != "":
		s.fault(lvCol, "", BadLevel, levelExpected+", siden det står en tekst")
	}
	e.Text = s.text(text, textCol, kommunebilde.MaxReason)
	e.Author = s.text(author, authorCol, kommunebilde.MaxName)
	if day.value != "" {
		var ok bool
		if e.Date, ok = date(day, s.g.date04); !ok {
			s.fault(dayCol, day.value, BadDate, dateExpected)
		}
	}
}

func (s *rowReader) text(c cell, col, most int) string {
	if len(c.value) > most*utf8.UTFMax || utf8.RuneCountInString(c.value) > most {
		s.fault(col, c.value, BadText, fmt.Sprintf("en tekst på høyst %d tegn", most))
		return ""
	}
	for _, r := range c.value {
		if badRune(r) {
			s.fault(col, c.value, BadText, fmt.Sprintf("en tekst uten styretegn (her er U+%04X)", r))
			return ""
		}
	}
	return c.value
}

// take adds a cell. One that was answered before must have the same answer.
func (s *rowReader) take(e kommunebilde.CellEdit, col int) {
	at := place{e.Municipality, e.Column}
	was, twice := s.first[at]
	if !twice {
		s.first[at] = where{s.g.name, s.row, len(s.edits)}
		s.edits = append(s.edits, e)
		return
	}
	old := &s.edits[was.index]
	if old.Level != e.Level || differ(old.Text, e.Text) || differ(old.Author, e.Author) || differ(old.Date, e.Date) {
		before := fmt.Sprintf("rad %d", was.row)
		if was.sheet != s.g.name {
			before += " i ark «" + was.sheet + "»"
		}
		s.fault(col, string(e.Municipality)+" "+string(e.Column), Twice, "ett svar for cellen; et annet står i "+before)
		return
	}
	for _, t := range []struct {
		into *string
		from string
	}{{&old.Text, e.Text}, {&old.Author, e.Author}, {&old.Date, e.Date}} {
		if *t.into == "" {
			*t.into = t.from
		}
	}
}

func differ(a, b string) bool { return a != "" && b != "" && a != b }
