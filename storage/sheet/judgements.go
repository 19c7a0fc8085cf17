package sheet

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
)

// maxJudged is the longest text of a cell of an edition, in runes.
const maxJudged = 5000

// Judgements is what a file says of a planned edition's cells.
type Judgements struct {
	Rows    []batch.Row // in the order of the file, each cell once
	Places  []Row       // where in the file each of them stands
	Short   []Row       // as of [Statuses]
	Hidden  []Row
	Skipped []string
}

// ReadJudgements reads the cells of a planned edition from a file that it gave away, XLSX,
// CSV or JSON, or from a table as [ReadStatuses] takes it. In a sheet of its own, cells are
// found by number and id, and their names must be those; work, authors and what the
// numbers are of are left alone. The error is a *Faults.
func ReadJudgements(name string, data []byte, cat *domain.Catalogue, board domain.BoardID) (Judgements, error) {
	if len(data) <= maxPacked && isJSON(data) {
		return readJSON(data, cat, board)
	}
	n := namesOf(cat)
	n.planned = true
	grids, skipped, faults := readGrids(data, n.heads)
	if faults != nil {
		return Judgements{}, faults
	}
	r := reader{names: n, judged: &Judgements{}, board: board, first: map[domain.CellRef]where{}, faults: &Faults{}}
	if err := r.all(name, grids); err != nil {
		return Judgements{}, err
	}
	r.judged.Short, r.judged.Hidden, r.judged.Skipped = r.out.Short, r.out.Hidden, skipped
	return *r.judged, nil
}

// columnByID returns the column that a row of an own sheet names by its id, if it does;
// the name beside it must be of that.
func (s *rowReader) columnByID() (id domain.ColumnID, told bool) {
	a := s.get(fieldColumnID)
	if a.value == "" {
		return "", false
	}
	id = domain.ColumnID(a.value)
	name := s.get(fieldArea)
	switch {
	case s.names.title[id] == "":
		s.fault(a.col, a.value, "column.neither")
	case name.value != "" && !s.names.calls(name.value, id):
		s.fault(name.col, name.value, "column.other", s.names.title[id])
	}
	return id, true
}

// judgement reads what is said of a cell of a planned edition.
func (s *rowReader) judgement(m domain.MunicipalityID, c domain.ColumnID, a found, before int) {
	if _, own := s.l.fields[fieldSeen]; own && s.g.name != "" { // as CSV it was guarded, and a spreadsheet kept that
		a.text.value = unguard(a.text.value)
	}
	r := batch.Row{Municipality: m, Column: c, Text: s.said(a.text, maxJudged), Evidence: s.evidence(), Seen: s.seen(), Version: s.version()}
	switch {
	case !s.names.summaries[c]:
		level := s.level(a)
		r.Level = &level
	case a.level.value != "":
		s.fault(a.level.col, a.level.value, "level.summary")
	}
	if _, own := s.l.fields[fieldColumnID]; !own {
		for _, beside := range []placed{a.author, a.date} {
			if beside.value != "" {
				s.fault(beside.col, beside.value, "column.planned")
			}
		}
	}
	if board := s.get(fieldBoard); board.value != "" && board.value != string(s.board) {
		s.fault(board.col, board.value, "edition.other", s.board)
	}
	if s.faults.Count == before {
		s.keep(r, a.level.col)
	}
}

// keep adds a row, unless its cell was answered before.
func (s *rowReader) keep(r batch.Row, col int) {
	at := domain.CellRef{Municipality: r.Municipality, Column: r.Column}
	was, twice := s.first[at]
	if !twice {
		s.first[at] = where{s.g.name, s.row, len(s.judged.Rows)}
		s.judged.Rows = append(s.judged.Rows, r)
		s.judged.Places = append(s.judged.Places, Row{s.g.name, s.row})
		return
	}
	if !says(s.judged.Rows[was.index], r) {
		s.answeredTwice(at, was, col)
	}
}

// says reports whether two rows say the same.
func says(a, b batch.Row) bool {
	refs := func(r batch.Row) []evidence.Ref {
		if r.Evidence == nil {
			return nil
		}
		return *r.Evidence
	}
	return a.Version == b.Version && same(a.Seen, b.Seen) && same(a.Level, b.Level) && same(a.Text, b.Text) &&
		(a.Evidence == nil) == (b.Evidence == nil) && slices.Equal(refs(a), refs(b))
}

func same[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// seen reads the revision that the author saw, nil where the file does not tell.
func (s *rowReader) seen() *domain.Revision {
	a := s.get(fieldSeen)
	if a.lacks() || a.kind > isNumber {
		return nil
	}
	n, err := strconv.ParseUint(a.value, 10, 63)
	if err != nil {
		s.fault(a.col, a.value, "revision.wrong")
		return nil
	}
	r := domain.Revision(n)
	return &r
}

// version reads the column's version, 0 where the file does not tell.
func (s *rowReader) version() int {
	a := s.get(fieldVersion)
	if a.value == "" {
		return 0
	}
	n, err := strconv.Atoi(a.value)
	if err != nil || n < 1 {
		s.fault(a.col, a.value, "version.wrong")
		return 0
	}
	return n
}

var evidenceRef = regexp.MustCompile(`^([a-z0-9][a-z0-9-]{0,63})@([1-9][0-9]{0,8})$`)

// evidence reads what a cell rests on, as "k1@2 k7@1"; nil where the file does not tell.
func (s *rowReader) evidence() *[]evidence.Ref {
	a := s.get(fieldEvidence)
	if a.lacks() || a.kind > isNumber {
		return nil
	}
	refs := []evidence.Ref{}
	for _, word := range strings.FieldsFunc(a.value, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' }) {
		part := evidenceRef.FindStringSubmatch(word)
		if part == nil {
			s.fault(a.col, word, "evidence.wrong")
			continue
		}
		version, _ := strconv.Atoi(part[2])
		refs = append(refs, evidence.Ref{ID: evidence.ID(part[1]), Version: version})
	}
	return &refs
}
