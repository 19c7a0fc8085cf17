package server

import (
	"strconv"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
	"kommunebilde/server/wire"
)

// Sizes of a page of the log.
const (
	changesDefault = 200
	changesMost    = 1000
)

// listTail is how much of an answer is kept for what comes after its list.
const listTail = 1 << 10

// apiChanges is the log after a revision, oldest first. A record is never cut in
// two: "next" is where to go on.
func (s *Server) apiChanges(k *edge.Call) error {
	after, err := strconv.ParseUint(k.Query("after", "0"), 10, 64)
	if err != nil {
		return &domain.Error{Code: domain.Invalid, Field: "after", Msg: "rev.wrong"}
	}
	limit, err := strconv.Atoi(k.Query("limit", strconv.Itoa(changesDefault)))
	if err != nil || limit < 1 || limit > changesMost {
		return &domain.Error{Code: domain.Invalid, Field: "limit", Msg: "limit.wrong", Args: []string{strconv.Itoa(changesMost)}}
	}
	log, more := pageOf(k.Shown, domain.Revision(after), limit)
	b := append([]byte(nil), `{"epoch":`...)
	b = wire.AppendString(b, string(k.Shown.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(k.Shown.Board().Revision), 10)
	b = append(b, `,"changes":[`...)
	n := 0
	b, log, more = appendPage(b, log, more, func(b []byte, l domain.LogEntry) []byte {
		n++
		return wire.AppendLine(wire.Comma(b, n-1), s.cfg.Auth.Name, l)
	})
	b = append(b, ']')
	return k.JSON(append(appendNext(b, domain.Revision(after), log, more), '}'))
}

// appendPage appends lines of whole records until the answer is full. A record is never
// cut in two: one that is longer comes alone. It returns the lines that it has, and whether there are more.
func appendPage(b []byte, log []domain.LogEntry, more bool, line func([]byte, domain.LogEntry) []byte) ([]byte, []domain.LogEntry, bool) {
	full := max(edge.AnswerMost-listTail, len(b)+edge.AnswerMost/4) // also after what is long itself
	begins, size := 0, len(b)                                       // of the record that is being written
	for i, l := range log {
		if i > 0 && l.Revision != log[i-1].Revision {
			begins, size = i, len(b)
		}
		if b = line(b, l); begins > 0 && len(b) > full {
			return b[:size], log[:begins], true
		}
	}
	return b, log, more
}

// appendNext writes where to go on, and whether there is anything.
func appendNext(b []byte, after domain.Revision, log []domain.LogEntry, more bool) []byte {
	if len(log) > 0 {
		after = log[len(log)-1].Revision
	}
	b = append(b, `,"next":`...)
	b = strconv.AppendUint(b, uint64(after), 10)
	b = append(b, `,"more":`...)
	return strconv.AppendBool(b, more)
}

// pageOf returns whole records of the log: about limit lines, all of the first
// record at least.
func pageOf(p domain.Picture, after domain.Revision, limit int) (log []domain.LogEntry, more bool) {
	log = p.Log(after, limit+1)
	if len(log) <= limit {
		return log, false
	}
	cut := log[limit].Revision
	n := limit
	for n > 0 && log[n-1].Revision == cut {
		n--
	}
	if n > 0 {
		return log[:n], true
	}
	log = p.Log(after, limit+domain.MaxCells+1)
	for n = 0; n < len(log) && log[n].Revision == cut; n++ {
	}
	return log[:n], n < len(log)
}
