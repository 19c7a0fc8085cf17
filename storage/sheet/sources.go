package sheet

import (
	"slices"
	"strconv"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
)

// Sources is what a file says of evidence. A row that cannot be read keeps no other out,
// but for those of the same case.
type Sources struct {
	List    []batch.Source
	Places  []Row    // where in the file each of them begins
	Refused Faults   // of rows that are not in the list
	Unread  []string // headers that nobody knows, with something below them
	Hidden  []Row    // as of [Statuses]
	Skipped []string
}

// Columns of a file of evidence.
const (
	sourceCase field = 100 + iota
	sourceTitle
	sourceFrom
	sourceSummary
	sourceLink
	sourceAccess
	sourceDay
	sourceBody
	sourceBasis
	sourceState
	deviationText
	deviationNumber
	deviationState
	deviationDue
	deviationClosed
	deviationCount
	deviationsOpen
	deviationsClosed
	surveyYear
	surveyDay
	surveyROS
	surveyValid
)

// sourceReader reads the sheets of one file of evidence.
type sourceReader struct {
	cat    *domain.Catalogue
	names  *names
	today  string
	faults *Faults
	out    *Sources
	at     map[evidence.ID]int      // in the list
	bad    map[caseName]bool        // with a row that is refused
	cases  map[evidence.ID]caseName // of the list
	year   int                      // of a survey, 0 where the file tells
}

// readSources reads every sheet that has a header; row reads one row below it.
func readSources(data []byte, cat *domain.Catalogue, today, missing string, fieldOf func(string) field, header func(layout) bool, row func(*sourceReader, rowReader)) (*sourceReader, error) {
	grids, skipped, faults := readGrids(data, func(value string) bool {
		return value != "" && len(value) <= longName && fieldOf(fold(value)) != fieldUnknown
	})
	if faults != nil {
		return nil, faults
	}
	out := &Sources{Skipped: skipped}
	r := &sourceReader{cat: cat, names: namesOf(cat), today: today, faults: &out.Refused, out: out, at: map[evidence.ID]int{}, bad: map[caseName]bool{}, cases: map[evidence.ID]caseName{}}
	found := false
	for _, g := range grids {
		l, ok := sourceLayout(g, fieldOf, header)
		if !ok {
			continue
		}
		found = true
		if faults := r.twice(g, l, fieldOf); faults != nil {
			return nil, faults
		}
		r.unread(g, &l)
		for n := l.row + 1; n <= len(g.rows); n++ {
			if cells := g.rows[n-1]; blank(cells) || slices.Equal(cells, g.rows[l.row-1]) {
				continue
			}
			if g.hidden[n] {
				out.Hidden = append(out.Hidden, Row{g.name, n})
			}
			row(r, rowReader{reader: &reader{names: r.names, today: today, faults: r.faults}, g: g, l: &l, row: n})
		}
	}
	switch {
	case !found:
		return nil, fileFault("", "", missing, headerRows)
	case len(out.List) == 0 && out.Refused.Count == 0:
		return nil, fileFault("", "", "file.rowless")
	}
	return r, nil
}

// sourceLayout finds the header: the first row that has what it must.
func sourceLayout(g *grid, fieldOf func(string) field, is func(layout) bool) (layout, bool) {
	for row := 1; row <= min(headerRows, len(g.rows)); row++ {
		l := layout{row: row, fields: map[field]int{}}
		for col, c := range g.rows[row-1] {
			f := fieldUnknown
			if c.value != "" && len(c.value) <= longName {
				f = fieldOf(fold(c.value))
			}
			if _, taken := l.fields[f]; !taken && f > fieldIgnored {
				l.fields[f] = col
			}
			if f == fieldUnknown {
				l.unknown = append(l.unknown, col)
			}
		}
		_, name := l.fields[fieldMunicipality]
		_, number := l.fields[fieldNumber]
		if (name || number) && is(l) {
			return l, true
		}
	}
	return layout{}, false
}

// twice refuses a header with two columns for one thing.
func (r *sourceReader) twice(g *grid, l layout, fieldOf func(string) field) *Faults {
	faults := &Faults{}
	for col, c := range g.rows[l.row-1] {
		if c.value == "" || len(c.value) > longName {
			continue
		}
		if f := fieldOf(fold(c.value)); f > fieldIgnored && l.fields[f] != col {
			faults.add(g.name, l.row, col, c.value, is("header.twice"))
		}
	}
	if faults.Count == 0 {
		return nil
	}
	return faults
}

// unread names the columns that have a header nobody knows, and leaves them alone. What
// stands below no header is refused where it stands.
func (r *sourceReader) unread(g *grid, l *layout) {
	l.unknown = slices.DeleteFunc(l.unknown, func(col int) bool {
		head := g.at(l.row, col).value
		for row := l.row + 1; head != "" && row <= len(g.rows); row++ {
			if g.at(row, col).value != "" {
				if head := shorten(head); !slices.Contains(r.out.Unread, head) && len(r.out.Unread) < maxTold {
					r.out.Unread = append(r.out.Unread, head)
				}
				break
			}
		}
		return head != ""
	})
}

// words reads a text, "" where there is none.
func (s *rowReader) words(f field, most int) typed.Text { return typed.Of(s.text(s.get(f), most)) }

// anyDay reads a day, also one to come, "" where there is none.
func (s *rowReader) anyDay(f field) string {
	a := s.get(f)
	if a.value == "" {
		return ""
	}
	day, ok := date(a.cell, s.g.date04)
	if !ok {
		s.fault(a.col, a.value, "date.wrong")
		return ""
	}
	return day
}

// count reads how many there are, -1 where it is not told.
func (s *rowReader) count(f field) int {
	a := s.get(f)
	if a.value == "" {
		return -1
	}
	n, err := strconv.Atoi(a.value)
	if err != nil || n < 0 || n > 100 {
		s.fault(a.col, a.value, "count.wrong")
		return -1
	}
	return n
}

// areas reads which areas and indicators a row is about, several with semicolons between.
func (s *rowReader) areas() (out []domain.ColumnID) {
	for _, f := range []field{fieldArea, fieldIndicator} {
		a := s.get(f)
		for _, name := range strings.FieldsFunc(a.value, func(r rune) bool { return r == ';' || r == '\n' }) {
			if name = clean(name); name == "" {
				continue
			}
			id, unknown := s.names.column(name, f == fieldArea, true)
			if unknown.code != "" {
				s.wrong(a.col, name, unknown)
			} else if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// access reads who outside the office may see it, "" where it is not told.
func (s *rowReader) access() evidence.Access {
	a := s.get(sourceAccess)
	switch fold(a.value[:min(len(a.value), longName)]) {
	case "":
		return ""
	case "internt", "intern", "kontoret", "bare kontoret", "berre kontoret", "office", "internal":
		return evidence.Office
	case "kommunen", "også kommunen det gjelder", "også kommunen det gjeld", "own", "municipality", "the municipality":
		return evidence.Own
	case "åpen", "åpent", "open", "ope", "alle", "offentlig", "offentleg", "public", "everyone":
		return evidence.Public
	}
	s.fault(a.col, a.value, "access.unknown")
	return ""
}
