package wire

import (
	"slices"
	"strconv"

	"kommunebilde/domain"
	"kommunebilde/domain/subjects"
)

// What goes over the wire, written by appending: a frame is on every change's
// way to every screen. Frame, snapshot and cell of the API share AppendCell.

// Names returns what to call an account on screen.
type Names func(domain.AccountID) string

// Encoder returns the function that makes frames for [live.Options]: what
// changed on a board after a revision, as the picture's audience sees it.
//
// A frame names the parts that became another for that audience. It also lists
// cells; a screen knows which of its parts are drawn from these.
func Encoder(names Names) func(p domain.Picture, after domain.Revision) []byte {
	return func(p domain.Picture, after domain.Revision) []byte {
		return appendFrame(nil, names, p, after)
	}
}

// parts are what a frame can name.
var parts = subjects.Parts()

func appendFrame(b []byte, names Names, p domain.Picture, after domain.Revision) []byte {
	log := p.Log(after, 0)
	before := map[[2]int]domain.Level{}
	for _, l := range log {
		at := [2]int{l.Row, l.Col}
		if _, ok := before[at]; !ok && l.Change != nil {
			before[at] = l.Change.From
		}
	}
	b = append(b, `{"prev":`...)
	b = strconv.AppendUint(b, uint64(after), 10)
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(p.Board().Revision), 10)
	b = append(b, `,"cells":[`...)
	for i, at := range append(p.Touched(after), p.Confirmed(after)...) {
		b = Comma(b, i)
		b = AppendCell(b, names, p.Cell(at[0], at[1]), before[at])
	}
	b = append(b, `],"log":[`...)
	for i, l := range log {
		b = AppendLine(Comma(b, i), names, l)
	}
	b = append(b, `],"meetings":[`...)
	n := 0
	for _, l := range log {
		if l.Meeting != nil {
			b = Comma(b, n)
			b = appendMeeting(b, names, *l.Meeting)
			n++
		}
	}
	b = append(b, ']')
	if changed := p.Changed(parts, after); len(changed) > 0 {
		b = append(b, `,"parts":[`...)
		for i, part := range changed {
			b = AppendString(Comma(b, i), part)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// AppendLine writes a line of the log.
func AppendLine(b []byte, names Names, l domain.LogEntry) []byte {
	b = append(b, `{"rev":`...)
	b = strconv.AppendUint(b, uint64(l.Revision), 10)
	b = append(b, `,"at":`...)
	b = AppendTime(b, l.At)
	b = AppendBy(b, names, l.By)
	if l.Change != nil {
		b = append(b, `,"kind":"level_set","cell":`...)
		b = AppendCell(b, names, l.Change.Cell, l.Change.From)
	} else {
		b = AppendField(b, "kind", l.Kind)
		if l.Meeting != nil {
			b = AppendField(b, "meeting", string(l.Meeting.ID))
		}
	}
	return append(b, '}')
}

func appendMeeting(b []byte, names Names, m domain.Meeting) []byte {
	b = append(b, `{"id":`...)
	b = AppendString(b, string(m.ID))
	b = append(b, `,"open":`...)
	b = strconv.AppendBool(b, m.Open())
	b = AppendField(b, "kind", string(m.Kind))
	b = AppendField(b, "title", m.Title)
	b = AppendField(b, "case", m.Case)
	b = AppendField(b, "region", string(m.Region))
	b = append(b, `,"invited":[`...)
	for i, id := range m.Invited {
		b = Comma(b, i)
		b = AppendString(b, string(id))
	}
	b = append(b, ']')
	b = AppendField(b, "series", m.Series)
	b = AppendField(b, "in_series", string(m.SeriesID))
	if len(m.Agenda) > 0 {
		b = append(b, `,"agenda":[`...)
		for i, id := range m.Agenda {
			b = Comma(b, i)
			b = AppendString(b, string(id))
		}
		b = append(b, ']')
	}
	b = append(b, `,"opened_at":`...)
	b = AppendTime(b, m.OpenedAt)
	if m.Reports {
		b = append(b, `,"reports":true`...)
	}
	if !m.Open() {
		b = append(b, `,"closed_at":`...)
		b = AppendTime(b, m.ClosedAt)
	}
	return append(b, '}')
}

// AppendSnapshot writes a whole board, with the meetings that are open. Cells
// that were never set are left out.
func AppendSnapshot(b []byte, names Names, p domain.Picture, rests ...domain.ColumnID) []byte {
	board, c := p.Board(), p.Catalogue()
	b = append(b, `{"epoch":`...)
	b = AppendString(b, string(p.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(board.Revision), 10)
	b = append(b, `,"board":`...)
	b = AppendBoard(b, board)
	if v := p.ShownVersion(); v > 0 {
		b = append(b, `,"version":`...)
		b = strconv.AppendInt(b, int64(v), 10)
	}
	if v := p.Veil(); v > 0 {
		b = append(b, `,"veil":`...)
		b = strconv.AppendUint(b, uint64(v), 10)
	}
	b = append(b, `,"scale":[`...)
	for i, level := range board.Kind.Levels() {
		b = Comma(b, i)
		b = AppendString(b, string(level))
	}
	b = append(b, `],"municipalities":[`...)
	for i, m := range c.Municipalities {
		b = Comma(b, i)
		b = append(b, `{"id":`...)
		b = AppendString(b, string(m.ID))
		b = AppendField(b, "name", m.Name)
		b = AppendField(b, "region", string(m.Region))
		b = append(b, '}')
	}
	b = append(b, `],"columns":[`...)
	n := 0
	for _, col := range c.Columns {
		if !Judges(board.Kind, col.Kind) {
			continue
		}
		b = Comma(b, n)
		n++
		b = append(b, `{"id":`...)
		b = AppendString(b, string(col.ID))
		b = AppendField(b, "kind", string(col.Kind))
		b = AppendField(b, "area", string(col.Area))
		b = append(b, `,"version":`...)
		b = strconv.AppendInt(b, int64(col.Version), 10)
		b = append(b, `,"name":`...)
		b = appendWords(b, col.Name)
		if col.Every == 2 {
			b = append(b, `,"every":2`...)
		}
		if slices.Contains(rests, col.ID) || col.Area != "" && slices.Contains(rests, col.Area) {
			b = append(b, `,"rests":true`...)
		}
		b = append(b, '}')
	}
	b = append(b, `],"cells":[`...)
	n = 0
	for row := range c.Municipalities {
		for col := range c.Columns {
			if cell := p.Cell(row, col); cell.Revision != 0 {
				b = Comma(b, n)
				n++
				b = AppendCell(b, names, cell, "")
			}
		}
	}
	b = append(b, `],"meetings":[`...)
	n = 0
	for _, m := range p.OpenMeetings() {
		b = Comma(b, n)
		n++
		b = appendMeeting(b, names, m)
	}
	return append(b, ']', '}')
}

// Judges tells which columns a board has cells in.
func Judges(k domain.BoardKind, c domain.ColumnKind) bool {
	switch k {
	case domain.KindLive:
		return c == domain.ColumnArea
	case domain.KindSituation:
		return c == domain.ColumnFunction
	}
	return c != domain.ColumnFunction
}

// AppendBoard writes a board without its cells.
func AppendBoard(b []byte, board domain.Board) []byte {
	b = append(b, `{"id":`...)
	b = AppendString(b, string(board.ID))
	b = AppendField(b, "kind", string(board.Kind))
	b = append(b, `,"title":`...)
	b = appendWords(b, board.Title)
	b = AppendField(b, "phase", string(board.Phase))
	b = AppendField(b, "base", string(board.Base))
	b = AppendField(b, "judged", board.Judged)
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(board.Revision), 10)
	if len(board.Publications) > 0 {
		b = append(b, `,"versions":[`...)
		for i, v := range board.Publications {
			b = Comma(b, i)
			b = append(b, `{"version":`...)
			b = strconv.AppendInt(b, int64(v.Version), 10)
			b = append(b, `,"at":`...)
			b = AppendTime(b, v.At)
			b = AppendField(b, "note", v.Note)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	if board.Demo {
		b = append(b, `,"demo":true`...)
	}
	if board.Exercise {
		b = append(b, `,"exercise":true`...)
	}
	if !board.ClosedAt.IsZero() {
		b = append(b, `,"closed_at":`...)
		b = AppendTime(b, board.ClosedAt)
	}
	return append(b, '}')
}

func appendWords(b []byte, w domain.Words) []byte {
	b = append(b, `{"nb":`...)
	b = AppendString(b, w.NB)
	b = AppendField(b, "nn", w.NN)
	b = AppendField(b, "en", w.EN)
	return append(b, '}')
}
