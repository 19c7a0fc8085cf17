package sheet

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
)

// Statuses is what a file says of an edition's cells.
type Statuses struct {
	Cells    []editions.Cell  // in the order of the file, each once, with names composed (NFC)
	Repeated []domain.CellRef // those that the file has several times, with the same answer
	Short    []Row            // those that have nothing under the last header
	Hidden   []Row            // those that a filter or somebody hid: they are read
	Skipped  []string         // sheets that somebody hid: they are not
}

// Row is a row of a file as a spreadsheet shows it.
type Row struct {
	Sheet string // "" for a CSV file
	Row   int    // from 1
}

// ReadStatuses reads the levels of an edition from a file of the given name,
// XLSX or CSV. today, as 2006-01-02, is the last day on which anything can have
// been judged. The error is a *Faults: everything that is wrong, each with its
// place; there are then no cells.
//
// What the file has no column for is not mentioned (nil). An empty cell in a
// column that it has takes away what stands there.
func ReadStatuses(name string, data []byte, cat *domain.Catalogue, today string) (Statuses, error) {
	n := namesOf(cat)
	grids, skipped, faults := readGrids(data, n.heads)
	if faults != nil {
		return Statuses{}, faults
	}
	r := reader{names: n, today: today, out: Statuses{Skipped: skipped}, first: map[domain.CellRef]where{}, faults: &Faults{}}
	if err := r.all(name, grids); err != nil {
		return Statuses{}, err
	}
	return r.out, nil
}

// all reads all sheets, or tells what is wrong in them.
func (r *reader) all(name string, grids []*grid) error {
	found := false
	for _, g := range grids {
		before := r.faults.Count
		l, ok := r.names.layoutOf(g, r.faults)
		found = found || ok || r.faults.Count > before
		if ok && r.faults.Count == before {
			r.sheet(g, l)
		}
	}
	if !found {
		for _, g := range grids {
			r.faults.add(g.name, 0, -1, "", is("header.none", headerRows))
		}
		if len(grids) == 0 {
			return fileFault("", name, "file.hidden")
		}
	}
	if err := r.faults.err(); err != nil {
		return err
	}
	if len(r.first) == 0 {
		return fileFault("", name, "file.nothing")
	}
	return nil
}

// readGrids tells the kinds of files apart by what is in them, since names lie. It
// names the sheets that were left out.
func readGrids(data []byte, heads func(string) bool) (out []*grid, skipped []string, faults *Faults) {
	switch {
	case len(data) > maxPacked:
		return nil, nil, fileFault("", "", "file.large", maxPacked>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, nil, fileFault("", "", "file.empty")
	case bytes.HasPrefix(data, []byte("PK")):
		return readXLSX(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, nil, fileFault("", "", "file.old")
	}
	g, faults := readCSV(data, heads)
	return []*grid{g}, nil, faults
}

// reader gathers the cells of all sheets.
type reader struct {
	names  *names
	today  string
	out    Statuses
	judged *Judgements // of a planned edition, nil for another
	board  domain.BoardID
	first  map[domain.CellRef]where
	faults *Faults
}

// where tells where in the file a cell was first answered, and its index.
type where struct {
	sheet      string
	row, index int
}

func (r *reader) sheet(g *grid, l layout) {
	header := g.rows[l.row-1]
	l.strangeHeads(g, r.faults)
	for row := l.row + 1; row <= len(g.rows); row++ {
		cells := g.rows[row-1]
		if blank(cells) || slices.Equal(cells, header) { // a header printed on each page
			continue
		}
		s := rowReader{reader: r, g: g, l: &l, row: row}
		s.strays()
		if g.hidden[row] {
			s.out.Hidden = append(s.out.Hidden, Row{g.name, row})
		}
		if len(cells) < len(header) { // to neither kind of file an empty cell at the end is one
			s.out.Short = append(s.out.Short, Row{g.name, row})
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

// strangeHeads tells of headers that nobody knows with something below them, once
// and where they stand, and leaves their columns alone from then on.
func (l *layout) strangeHeads(g *grid, faults *Faults) {
	l.unknown = slices.DeleteFunc(l.unknown, func(col int) bool {
		head := g.at(l.row, col).value
		if head == "" {
			return false
		}
		for row := l.row + 1; row <= len(g.rows); row++ {
			if below := g.at(row, col).value; below != "" && below != head { // a header printed on each page
				faults.add(g.name, l.row, col, head, is("column.unknown"))
				return true
			}
		}
		return false
	})
}

// strays tells of what stands in columns that nobody asked for.
func (s *rowReader) strays() {
	for _, col := range s.l.unknown {
		if c := s.g.at(s.row, col); c.value != "" {
			s.fault(col, c.value, "column.headless")
		}
	}
	for col := len(s.g.rows[s.l.row-1]); col < len(s.g.rows[s.row-1]); col++ {
		if value := s.g.at(s.row, col).value; value != "" {
			s.fault(col, value, "column.beyond")
		}
	}
}

func (s *rowReader) fault(col int, value, code string, args ...any) {
	s.wrong(col, value, is(code, args...))
}

func (s *rowReader) wrong(col int, value string, w wrong) {
	s.faults.add(s.g.name, s.row, col, value, w)
}

// placed is a cell of the file, and its column; -1 if the file has no such
// column.
type placed struct {
	cell
	col int
}

// lacks reports whether the file has no such column.
func (a placed) lacks() bool { return a.col < 0 }

// get returns the cell in the column of a field.
func (s *rowReader) get(f field) placed {
	col, ok := s.l.fields[f]
	if !ok {
		return placed{col: -1}
	}
	return s.value(col)
}

// value returns the cell in a column, after a word about a formula that
// failed.
func (s *rowReader) value(col int) placed {
	c := s.g.at(s.row, col)
	if c.kind > isNumber {
		s.fault(col, c.value, "value.none")
		return placed{cell{kind: c.kind}, col}
	}
	return placed{c, col}
}

// municipality reads who the row is about, from its number, its name or both.
func (s *rowReader) municipality() domain.MunicipalityID {
	out := s.l.municipality
	ok, any := true, out != ""
	for _, f := range []field{fieldNumber, fieldMunicipality} {
		a := s.get(f)
		if a.value == "" {
			ok = ok && a.kind <= isNumber
			continue
		}
		any = true
		id, unknown := s.names.municipality(a.value)
		switch {
		case unknown.code != "":
			s.wrong(a.col, a.value, unknown)
			ok = false
		case out != "" && id != out:
			s.fault(a.col, a.value, "municipality.other", s.names.called[out])
			ok = false
		}
		out = id
	}
	if !any && ok {
		col, has := s.l.fields[fieldMunicipality]
		if !has {
			col = s.l.fields[fieldNumber]
		}
		s.fault(col, "", "municipality.missing")
	}
	if !ok {
		return ""
	}
	return out
}

// column reads what the row is about: an indicator, or else an area.
func (s *rowReader) column() domain.ColumnID {
	indicator, area := s.get(fieldIndicator), s.get(fieldArea)
	if indicator.kind > isNumber || area.kind > isNumber {
		return ""
	}
	if indicator.value == "" && area.value == "" {
		if s.l.column == "" {
			s.fault(max(area.col, indicator.col), "", "area.missing")
		}
		return s.l.column
	}
	if indicator.value == "" {
		id, unknown := s.names.column(area.value, true, indicator.lacks())
		if unknown.code != "" {
			s.wrong(area.col, area.value, unknown)
		}
		return id
	}
	id, unknown := s.names.column(indicator.value, area.lacks(), true)
	if unknown.code != "" {
		s.wrong(indicator.col, indicator.value, unknown)
		return ""
	}
	if area.value != "" {
		of, unknown := s.names.column(area.value, true, false)
		switch {
		case unknown.code != "":
			s.wrong(area.col, area.value, unknown)
			return ""
		case of != s.names.areaOf[id]:
			s.fault(area.col, area.value, "area.other", s.names.title[s.names.areaOf[id]])
			return ""
		}
	}
	return id
}

// found is what a row says of one cell.
type found struct{ level, text, author, date placed }

func (s *rowReader) longRow() {
	before := s.faults.Count
	a := found{s.get(fieldLevel), s.get(fieldText), s.get(fieldAuthor), s.get(fieldDate)}
	m := s.municipality()
	c, told := s.columnByID()
	if !told {
		c = s.column()
	}
	s.take(m, c, a, before)
}

func (s *rowReader) wideRow() {
	if s.saysNothing() {
		return
	}
	before := s.faults.Count
	author, date := s.get(fieldAuthor), s.get(fieldDate)
	m := s.municipality()
	whole := s.faults.Count == before
	for _, w := range s.l.cells {
		before := s.faults.Count
		a := found{s.own(w.level), s.own(w.text), s.own(w.author), s.own(w.date)}
		if a.author.cell == (cell{}) && !author.lacks() {
			a.author = author
		}
		if a.date.cell == (cell{}) && !date.lacks() {
			a.date = date
		}
		if !whole {
			before = -1
		}
		s.take(m, w.id, a, before)
	}
}

// own returns the cell in a column of one of ours, which the file may lack.
func (s *rowReader) own(col int) placed {
	if col < 0 {
		return placed{col: -1}
	}
	return s.value(col)
}

// saysNothing reports whether a wide row names no municipality and no level, as
// one with a remark in a column that we leave alone.
func (s *rowReader) saysNothing() bool {
	var cells []cell
	for _, f := range []field{fieldMunicipality, fieldNumber} {
		if col, ok := s.l.fields[f]; ok {
			cells = append(cells, s.g.at(s.row, col))
		}
	}
	for _, w := range s.l.cells {
		for _, col := range []int{w.level, w.text, w.author, w.date} {
			cells = append(cells, s.g.at(s.row, col))
		}
	}
	return blank(cells)
}

// take reads what is said of a cell, and adds it unless the row has had more
// faults than before. Where the file has neither level nor text, its author and
// date are of nothing.
func (s *rowReader) take(m domain.MunicipalityID, c domain.ColumnID, a found, before int) {
	if s.judged != nil {
		s.judgement(m, c, a, before)
		return
	}
	e := editions.Cell{Municipality: m, Column: c, Level: s.level(a)}
	if a.level.kind <= isNumber && a.level.value == "" && a.text.value == "" {
		a.author.cell, a.date.cell = cell{}, cell{}
	}
	e.Text, e.Author = s.said(a.text, domain.MaxReason), s.said(a.author, domain.MaxName)
	e.Date = s.day(a.date)
	if s.faults.Count == before {
		s.add(e, a.level.col)
	}
}

// level reads a level, "" for none.
func (s *rowReader) level(a found) domain.Level {
	switch {
	case a.level.kind > isNumber: // told already
	case a.level.value != "":
		if is, known := level(a.level.value); known {
			return is
		}
		s.fault(a.level.col, a.level.value, "level.unknown")
	case a.text.value != "":
		s.fault(a.level.col, "", "level.missing")
	}
	return ""
}

// said reads a text, nil where the file has no column for it.
func (s *rowReader) said(a placed, most int) *string {
	if a.lacks() {
		return nil
	}
	text := s.text(a, most)
	return &text
}

// day reads a date, nil where the file has no column for it.
func (s *rowReader) day(a placed) *string {
	if a.lacks() {
		return nil
	}
	day, ok := "", true
	if a.value != "" {
		day, ok = date(a.cell, s.g.date04)
	}
	switch {
	case !ok:
		s.fault(a.col, a.value, "date.wrong")
	case day > s.today:
		shown := a.value
		if a.kind == isNumber { // nobody sees the number that a day is
			shown = day
		}
		s.fault(a.col, shown, "date.ahead")
	}
	return &day
}

func (s *rowReader) text(a placed, most int) string {
	if w := checkText(a.value, most); w.code != "" {
		s.wrong(a.col, a.value, w)
		return ""
	}
	return a.value
}

// checkText tells what is wrong with a text.
func checkText(text string, most int) wrong {
	if len(text) > most*utf8.UTFMax || utf8.RuneCountInString(text) > most {
		return is("text.long", most)
	}
	for _, r := range text {
		if badRune(r) {
			return is("text.control", fmt.Sprintf("U+%04X", r))
		}
	}
	return wrong{}
}

// add keeps a cell. One that was answered before must have the same answer; of
// two sheets one may have columns that the other lacks.
func (s *rowReader) add(e editions.Cell, col int) {
	at := domain.CellRef{Municipality: e.Municipality, Column: e.Column}
	was, twice := s.first[at]
	if !twice {
		s.first[at] = where{s.g.name, s.row, len(s.out.Cells)}
		s.out.Cells = append(s.out.Cells, e)
		return
	}
	old := &s.out.Cells[was.index]
	if old.Level != e.Level || differ(old.Text, e.Text) || differ(old.Author, e.Author) || differ(old.Date, e.Date) {
		s.answeredTwice(at, was, col)
		return
	}
	old.Text, old.Author, old.Date = cmp.Or(old.Text, e.Text), cmp.Or(old.Author, e.Author), cmp.Or(old.Date, e.Date)
	if !slices.Contains(s.out.Repeated, at) {
		s.out.Repeated = append(s.out.Repeated, at)
	}
}

// answeredTwice tells of a cell that has another answer elsewhere.
func (s *rowReader) answeredTwice(at domain.CellRef, was where, col int) {
	what := s.names.called[at.Municipality] + ", " + s.names.title[at.Column]
	if was.sheet != s.g.name {
		s.fault(col, what, "cell.twice_sheet", was.row, was.sheet)
	} else {
		s.fault(col, what, "cell.twice", was.row)
	}
}

func differ(a, b *string) bool { return a != nil && b != nil && *a != *b }
