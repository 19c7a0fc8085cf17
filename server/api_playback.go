package server

import (
	"strconv"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
	"kommunebilde/server/wire"
)

// apiPlayback is a board at a time and its changes until another, oldest first.
// A record is never cut in two: "next" is where to go on.
func (s *Server) apiPlayback(k *edge.Call) error {
	p, err := spanIn(k, "from", "to")
	if err != nil {
		return err
	}
	after, begins := k.Shown.RevisionAt(p.from), true
	if v := k.Query("after"); v != "" {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			return edge.Wrong("after", "rev.wrong")
		}
		begins = false
		after = max(after, domain.Revision(n))
	}
	log, more := pageOf(p.end, after, playbackMost)
	b := append([]byte(nil), `{"epoch":`...)
	b = wire.AppendString(b, string(k.Shown.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(p.start.Board().Revision), 10)
	b = append(b, `,"from":`...)
	b = strconv.AppendInt(b, p.from.UnixMilli(), 10)
	b = append(b, `,"to":`...)
	b = strconv.AppendInt(b, p.to.UnixMilli(), 10)
	if k.Query("dense") == "1" {
		b, log, more = appendDense(b, p, log, more, begins)
	} else {
		b = append(b, `,"start":[`...)
		if begins {
			b = appendStart(b, p.start)
		}
		b = append(b, `],"changes":[`...)
		n := 0
		b, log, more = appendPage(b, log, more, func(b []byte, l domain.LogEntry) []byte {
			if l.Change == nil {
				return b
			}
			n++
			return appendStep(wire.Comma(b, n-1), l)
		})
		b = append(b, ']')
	}
	return k.JSON(append(appendNext(b, after, log, more), '}'))
}

// appendStep writes a change of the log.
func appendStep(b []byte, l domain.LogEntry) []byte {
	b = append(b, `{"rev":`...)
	b = strconv.AppendUint(b, uint64(l.Revision), 10)
	b = append(b, `,"at":`...)
	b = strconv.AppendInt(b, l.At.UnixMilli(), 10)
	b = wire.AppendField(b, "m", string(l.Change.Municipality))
	b = wire.AppendField(b, "c", string(l.Change.Column))
	b = wire.AppendField(b, "level", string(l.Change.Level))
	return append(b, '}')
}

// appendStart writes the cells that had a level.
func appendStart(b []byte, p domain.Picture) []byte {
	n := 0
	for row := range p.Catalogue().Municipalities {
		for col := range p.Catalogue().Columns {
			c := p.Cell(row, col)
			if c.Revision == 0 {
				continue
			}
			b = wire.Comma(b, n)
			n++
			b = wire.AppendString(append(b, `{"m":`...), string(c.Municipality))
			b = wire.AppendField(b, "c", string(c.Column))
			b = wire.AppendField(b, "level", string(c.Level))
			b = append(b, `,"changed_rev":`...)
			b = strconv.AppendUint(b, uint64(c.Revision), 10)
			b = append(b, `,"at":`...)
			b = strconv.AppendInt(b, c.At.UnixMilli(), 10)
			b = append(b, '}')
		}
	}
	return b
}
