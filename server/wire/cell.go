package wire

import (
	"strconv"

	"kommunebilde/domain"
)

// AppendCell writes one cell. from is the level before the change, "" to leave
// it out.
func AppendCell(b []byte, names Names, c domain.Cell, from domain.Level) []byte {
	b = append(b, `{"m":`...)
	b = AppendString(b, string(c.Municipality))
	b = append(b, `,"c":`...)
	b = AppendString(b, string(c.Column))
	b = append(b, `,"level":`...)
	b = AppendString(b, string(c.Level))
	if from != "" {
		b = append(b, `,"from":`...)
		b = AppendString(b, string(from))
	}
	b = append(b, `,"changed_rev":`...)
	b = strconv.AppendUint(b, uint64(c.Revision), 10)
	b = appendMarking(b, names, c.Marking)
	if c.Revision == 0 {
		return append(b, '}')
	}
	b = append(b, `,"at":`...)
	b = AppendTime(b, c.At)
	b = AppendChanged(b, c)
	if !c.EventAt.IsZero() && !c.EventAt.Equal(c.At) {
		b = append(b, `,"event_at":`...)
		b = AppendTime(b, c.EventAt)
	}
	if !c.Entered.Equal(c.EventAt) {
		b = append(b, `,"entered_at":`...)
		b = AppendTime(b, c.Entered)
	}
	if !c.Due.IsZero() {
		b = append(b, `,"confirm_by":`...)
		b = AppendTime(b, c.Due)
	}
	b = AppendBy(b, names, c.By)
	b = AppendField(b, "text", c.Text)
	if c.TextID.Revision != 0 {
		b = AppendField(b, "text_id", c.TextID.String())
	}
	if c.Redacted {
		b = append(b, `,"redacted":true`...)
	}
	b = AppendField(b, "author", c.Author)
	b = AppendField(b, "date", c.Date)
	b = AppendField(b, "reported_by", c.ReportedBy)
	if c.Confirms {
		b = append(b, `,"confirms":true`...)
	}
	b = AppendField(b, "confirmed_by", c.ConfirmedBy)
	b = AppendField(b, "meeting", string(c.Meeting))
	b = AppendField(b, "source", c.Source)
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

// AppendChanged writes when a change was said, and when the cell last became another,
// where these differ from when it was made.
func AppendChanged(b []byte, c domain.Cell) []byte { return appendChangedAt(appendSaid(b, c), c) }

// appendSaid tells when what an undo brought back was said.
func appendSaid(b []byte, c domain.Cell) []byte {
	if c.Said.IsZero() || c.Said.Equal(c.At) {
		return b
	}
	return AppendTime(append(b, `,"said_at":`...), c.Said)
}

// appendChangedAt tells when a cell last became another, null for never, where that is
// not when its level was said.
func appendChangedAt(b []byte, c domain.Cell) []byte {
	at := c.ChangedAt()
	if at.Equal(c.Said) {
		return b
	}
	b = append(b, `,"changed_at":`...)
	if at.IsZero() {
		return append(b, "null"...)
	}
	return AppendTime(b, at)
}

func appendOver(b []byte, names Names, o domain.Overwritten) []byte {
	b = append(b, `{"rev":`...)
	b = strconv.AppendUint(b, uint64(o.Revision), 10)
	b = AppendField(b, "level", string(o.Level))
	b = AppendBy(b, names, o.By)
	return append(b, '}')
}

// appendMarking writes what the reader may know of a cell's marking, and nothing
// where there is none.
func appendMarking(b []byte, names Names, m *domain.Marking) []byte {
	if m == nil {
		return b
	}
	b = append(b, `,"marking":{"fields":[`...)
	for i, f := range m.Fields {
		b = AppendString(Comma(b, i), string(f))
	}
	b = append(b, ']')
	b = AppendField(b, "basis", string(m.Basis))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(m.Revision), 10)
	b = append(b, `,"at":`...)
	b = AppendTime(b, m.At)
	b = AppendBy(b, names, m.By)
	b = AppendField(b, "reason", m.Reason)
	return append(b, '}')
}
