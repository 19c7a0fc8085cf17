package server

import (
	"strconv"
	"time"
	"unicode/utf8"

	"kommunebilde"
)

// What goes over the wire, written by appending: a frame is on every change's
// way to every screen. Frame, snapshot and cell of the API share appendCell.

// Names returns what to call an account on screen.
type Names func(kommunebilde.AccountID) string

// Encoder returns the function that makes frames for [live.Options]: what
// changed on a board after a revision, as the picture's audience sees it.
func Encoder(names Names) func(p kommunebilde.Picture, after kommunebilde.Revision) []byte {
	return func(p kommunebilde.Picture, after kommunebilde.Revision) []byte {
		return appendFrame(nil, names, p, after)
	}
}

func appendFrame(b []byte, names Names, p kommunebilde.Picture, after kommunebilde.Revision) []byte {
	log := p.Log(after, 0)
	before := map[[2]int]kommunebilde.Level{}
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
	for i, at := range p.Touched(after) {
		b = comma(b, i)
		b = appendCell(b, names, p.Cell(at[0], at[1]), before[at])
	}
	b = append(b, `],"log":`...)
	b = appendLog(b, names, log)
	b = append(b, `,"meetings":[`...)
	n := 0
	for _, l := range log {
		if l.Meeting != nil {
			b = comma(b, n)
			b = appendMeeting(b, names, *l.Meeting)
			n++
		}
	}
	return append(b, ']', '}')
}

// appendCell writes one cell. from is the level before the change, "" to leave
// it out.
func appendCell(b []byte, names Names, c kommunebilde.Cell, from kommunebilde.Level) []byte {
	b = append(b, `{"m":`...)
	b = appendString(b, string(c.Municipality))
	b = append(b, `,"c":`...)
	b = appendString(b, string(c.Column))
	b = append(b, `,"level":`...)
	b = appendString(b, string(c.Level))
	if from != "" {
		b = append(b, `,"from":`...)
		b = appendString(b, string(from))
	}
	b = append(b, `,"changed_rev":`...)
	b = strconv.AppendUint(b, uint64(c.Revision), 10)
	b = appendMarking(b, names, c.Marking)
	if c.Revision == 0 {
		return append(b, '}')
	}
	b = append(b, `,"at":`...)
	b = appendTime(b, c.At)
	if !c.EventAt.IsZero() && !c.EventAt.Equal(c.At) {
		b = append(b, `,"event_at":`...)
		b = appendTime(b, c.EventAt)
	}
	b = appendBy(b, names, c.By)
	b = appendField(b, "text", c.Text)
	if c.TextID.Revision != 0 {
		b = appendField(b, "text_id", c.TextID.String())
	}
	if c.Redacted {
		b = append(b, `,"redacted":true`...)
	}
	b = appendField(b, "author", c.Author)
	b = appendField(b, "date", c.Date)
	b = appendField(b, "reported_by", c.ReportedBy)
	b = appendField(b, "meeting", string(c.Meeting))
	b = appendField(b, "source", c.Source)
	if c.Undoes != 0 {
		b = append(b, `,"undoes":`...)
		b = strconv.AppendUint(b, uint64(c.Undoes), 10)
	}
	if c.Over != nil {
		b = append(b, `,"over":`...)
		b = appendOver(b, names, *c.Over)
	}
	return append(b, '}')
}

func appendOver(b []byte, names Names, o kommunebilde.Overwritten) []byte {
	b = append(b, `{"rev":`...)
	b = strconv.AppendUint(b, uint64(o.Revision), 10)
	b = appendField(b, "level", string(o.Level))
	b = appendBy(b, names, o.By)
	return append(b, '}')
}

func appendLog(b []byte, names Names, log []kommunebilde.LogEntry) []byte {
	b = append(b, '[')
	for i, l := range log {
		b = comma(b, i)
		b = append(b, `{"rev":`...)
		b = strconv.AppendUint(b, uint64(l.Revision), 10)
		b = append(b, `,"at":`...)
		b = appendTime(b, l.At)
		b = appendBy(b, names, l.By)
		if l.Change != nil {
			b = append(b, `,"kind":"level_set","cell":`...)
			b = appendCell(b, names, l.Change.Cell, l.Change.From)
		} else {
			b = appendField(b, "kind", l.Kind)
			if l.Meeting != nil {
				b = appendField(b, "meeting", string(l.Meeting.ID))
			}
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendMeeting(b []byte, names Names, m kommunebilde.Meeting) []byte {
	b = append(b, `{"id":`...)
	b = appendString(b, string(m.ID))
	b = append(b, `,"open":`...)
	b = strconv.AppendBool(b, m.Open())
	b = appendField(b, "kind", string(m.Kind))
	b = appendField(b, "title", m.Title)
	b = appendField(b, "case", m.Case)
	b = appendField(b, "region", string(m.Region))
	b = append(b, `,"invited":[`...)
	for i, id := range m.Invited {
		b = comma(b, i)
		b = appendString(b, string(id))
	}
	b = append(b, ']')
	b = appendField(b, "series", m.Series)
	b = appendField(b, "in_series", string(m.SeriesID))
	if len(m.Agenda) > 0 {
		b = append(b, `,"agenda":[`...)
		for i, id := range m.Agenda {
			b = comma(b, i)
			b = appendString(b, string(id))
		}
		b = append(b, ']')
	}
	b = append(b, `,"opened_at":`...)
	b = appendTime(b, m.OpenedAt)
	if m.Reports {
		b = append(b, `,"reports":true`...)
	}
	if !m.Open() {
		b = append(b, `,"closed_at":`...)
		b = appendTime(b, m.ClosedAt)
	}
	return append(b, '}')
}

// appendSnapshot writes a whole board, with the meetings that are open. Cells
// that were never set are left out.
func appendSnapshot(b []byte, names Names, p kommunebilde.Picture) []byte {
	board, c := p.Board(), p.Catalogue()
	b = append(b, `{"epoch":`...)
	b = appendString(b, string(p.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(board.Revision), 10)
	b = append(b, `,"board":`...)
	b = appendBoard(b, board)
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
		b = comma(b, i)
		b = appendString(b, string(level))
	}
	b = append(b, `],"municipalities":[`...)
	for i, m := range c.Municipalities {
		b = comma(b, i)
		b = append(b, `{"id":`...)
		b = appendString(b, string(m.ID))
		b = appendField(b, "name", m.Name)
		b = appendField(b, "region", string(m.Region))
		b = append(b, '}')
	}
	b = append(b, `],"columns":[`...)
	n := 0
	for _, col := range c.Columns {
		if !judges(board.Kind, col.Kind) {
			continue
		}
		b = comma(b, n)
		n++
		b = append(b, `{"id":`...)
		b = appendString(b, string(col.ID))
		b = appendField(b, "kind", string(col.Kind))
		b = appendField(b, "area", string(col.Area))
		b = append(b, `,"version":`...)
		b = strconv.AppendInt(b, int64(col.Version), 10)
		b = append(b, `,"name":`...)
		b = appendWords(b, col.Name)
		b = append(b, '}')
	}
	b = append(b, `],"cells":[`...)
	n = 0
	for row := range c.Municipalities {
		for col := range c.Columns {
			if cell := p.Cell(row, col); cell.Revision != 0 {
				b = comma(b, n)
				n++
				b = appendCell(b, names, cell, "")
			}
		}
	}
	b = append(b, `],"meetings":[`...)
	n = 0
	for _, m := range p.Meetings() {
		if m.Open() {
			b = comma(b, n)
			n++
			b = appendMeeting(b, names, m)
		}
	}
	return append(b, ']', '}')
}

// judges tells which columns a board has cells in.
func judges(k kommunebilde.BoardKind, c kommunebilde.ColumnKind) bool {
	switch k {
	case kommunebilde.KindLive:
		return c == kommunebilde.ColumnArea
	case kommunebilde.KindSituation:
		return c == kommunebilde.ColumnFunction
	}
	return c != kommunebilde.ColumnFunction
}

func appendBoard(b []byte, board kommunebilde.Board) []byte {
	b = append(b, `{"id":`...)
	b = appendString(b, string(board.ID))
	b = appendField(b, "kind", string(board.Kind))
	b = append(b, `,"title":`...)
	b = appendWords(b, board.Title)
	b = appendField(b, "phase", string(board.Phase))
	b = appendField(b, "base", string(board.Base))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(board.Revision), 10)
	if len(board.Publications) > 0 {
		b = append(b, `,"versions":[`...)
		for i, v := range board.Publications {
			b = comma(b, i)
			b = append(b, `{"version":`...)
			b = strconv.AppendInt(b, int64(v.Version), 10)
			b = append(b, `,"at":`...)
			b = appendTime(b, v.At)
			b = appendField(b, "note", v.Note)
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
		b = appendTime(b, board.ClosedAt)
	}
	return append(b, '}')
}

func appendWords(b []byte, w kommunebilde.Words) []byte {
	b = append(b, `{"nb":`...)
	b = appendString(b, w.NB)
	b = appendField(b, "nn", w.NN)
	b = appendField(b, "en", w.EN)
	return append(b, '}')
}

func appendBy(b []byte, names Names, id kommunebilde.AccountID) []byte {
	if id == "" {
		return b
	}
	b = appendField(b, "by", string(id))
	if names != nil {
		b = appendField(b, "by_name", names(id))
	}
	return b
}

// appendField writes a member that is not the first, and nothing for "".
func appendField(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, '"', ':')
	return appendString(b, value)
}

func appendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z07:00")
	return append(b, '"')
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

// appendString writes a JSON string that may also stand in a script element:
// <, > and & are escaped, as encoding/json does.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != 0x7f {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, '\\', 'n')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == 0x2028 || r == 0x2029 {
			b = append(b, s[start:i]...)
			switch r {
			case 0x2028:
				b = append(b, `\u2028`...)
			case 0x2029:
				b = append(b, `\u2029`...)
			default:
				b = append(b, `\ufffd`...)
			}
			start = i + size
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
