package kommunebilde

import (
	"slices"
	"sort"
	"time"
)

// A board's log, as a picture shows it: every change of a cell, and what else
// happened, in order.

// LogEntry is one line of a board's log: a Change, or what else happened.
type LogEntry struct {
	Revision Revision
	At       time.Time
	By       AccountID
	Change   *Change  // nil for another event
	Kind     string   // the other event's kind: "meeting_opened", "edition_published", …
	Meeting  *Meeting // of meeting_opened and meeting_closed
	Row, Col int      // places of the change in the catalogue
}

// Log returns the board's log lines after a revision, oldest first, at most
// limit (≤ 0: all). Of an edition only staff has one.
func (p Picture) Log(after Revision, limit int) []LogEntry {
	if p.board.kind == KindEdition && p.audience.Kind != AudienceStaff {
		return nil
	}
	log := p.lines(max(after, p.before()))
	if limit > 0 && len(log) > limit {
		log = log[:limit]
	}
	return p.entries(log)
}

// Latest returns the last n log lines, newest first.
func (p Picture) Latest(n int) []LogEntry {
	if p.board.kind == KindEdition && p.audience.Kind != AudienceStaff {
		return nil
	}
	log := p.lines(p.before())
	out := p.entries(log[max(0, len(log)-n):])
	slices.Reverse(out)
	return out
}

// RevisionAt returns the revision of the last log line that is not later than a
// time, 0 if there is none: what came after it is Log of that. It is not the
// revision of the picture at that time, which a redaction moves.
func (p Picture) RevisionAt(t time.Time) Revision {
	if lines := p.At(t).lines(0); len(lines) > 0 {
		return lines[len(lines)-1].revision
	}
	return 0
}

// before returns the revision after which the audience's log begins.
func (p Picture) before() Revision { return max(p.begins(), 1) - 1 }

// lines returns the log lines in (after, cut] that are for the audience.
func (p Picture) lines(after Revision) []logEntry {
	log := p.between(after)
	if !p.blind || !slices.ContainsFunc(log, p.silent) {
		return log
	}
	return slices.DeleteFunc(slices.Clone(log), p.silent)
}

func (p Picture) between(after Revision) []logEntry {
	log := p.board.log
	from := sort.Search(len(log), func(i int) bool { return log[i].revision > after })
	to := sort.Search(len(log), func(i int) bool { return log[i].revision > p.cut })
	return log[min(from, to):to]
}

// heard returns the revision that the audience knows the board to have: that of
// the last line that is for it. What happens under a marking is no news.
func (p Picture) heard(r Revision) Revision {
	p.board = p.state.boards[p.board.id] // an earlier one ends before its redactions
	log := p.board.log
	i := sort.Search(len(log), func(i int) bool { return log[i].revision > r })
	for i > 0 && p.silent(log[i-1]) {
		i--
	}
	if i == 0 {
		return 0
	}
	return log[i-1].revision
}

func (p Picture) entries(log []logEntry) []LogEntry {
	out := make([]LogEntry, 0, len(log))
	for i := range log {
		out = append(out, p.entry(&log[i]))
	}
	return out
}

func (p Picture) entry(l *logEntry) LogEntry {
	e := LogEntry{Revision: l.revision, At: fromMillis(l.at), Row: int(l.row), Col: int(l.col)}
	if p.rights[RightSeePersons] {
		e.By = l.by
	}
	if l.event == nil {
		changes := p.board.rows[l.row][l.col].upTo(l.revision)
		e.Change = &Change{Cell: p.show(int(l.row), int(l.col), last(changes)), From: last(changes[:len(changes)-1]).is()}
		return e
	}
	e.Kind = l.event.kind()
	switch event := l.event.(type) {
	case *MeetingOpened:
		e.Meeting = p.meeting(event.Meeting)
	case *MeetingClosed:
		e.Meeting = p.meeting(event.Meeting)
	}
	return e
}

// Touched returns the places that changed after a revision, each once, in no
// particular order.
func (p Picture) Touched(after Revision) [][2]int {
	seen := map[[2]int]bool{}
	var out [][2]int
	for _, l := range p.lines(after) {
		at := [2]int{int(l.row), int(l.col)}
		if l.event == nil && !seen[at] {
			seen[at] = true
			out = append(out, at)
		}
	}
	return out
}
