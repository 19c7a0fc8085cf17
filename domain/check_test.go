package domain

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// Check tells what in a state does not agree with itself: log, cells, texts,
// marks, stories and meetings. The tests ask it after every record.
func (s *State) Check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	known := map[*Text]bool{nil: true}
	for i, t := range s.texts {
		known[t] = true
		if i > 0 && s.texts[i-1].id.Compare(t.id) >= 0 {
			wrong("text %s after %s", t.id, s.texts[i-1].id)
		}
	}
	meetings := 0
	for _, id := range s.order {
		b := s.boards[id]
		if b == nil || b.id != id {
			wrong("board %s is %v", id, b)
			continue
		}
		b.checkMeetings(s, wrong)
		b.checkLog(wrong)
		b.checkCells(known, wrong)
		for at := range b.marks {
			if place(b.rowOf, at.Municipality) < 0 || place(b.columnOf, at.Column) < 0 {
				wrong("%s: a mark on %v", id, at)
			}
		}
		for i, v := range b.publications {
			if v.Value.version != i+1 || v.Revision > b.revision || !known[v.Value.note] {
				wrong("%s: publication %d is %+v", id, i, v)
			}
		}
		meetings += len(b.meetings)
	}
	if meetings != len(s.meetings) || len(s.order) != len(s.boards) {
		wrong("%d meetings on boards of %d, %d boards of %d", meetings, len(s.meetings), len(s.order), len(s.boards))
	}
	return errors.Join(errs...)
}

func (b *board) checkMeetings(s *State, wrong func(string, ...any)) {
	open := 0
	for i, m := range b.meetings {
		if m != s.meetings[m.ID] || m.Board != b.id || i > 0 && b.meetings[i-1].Opened >= m.Opened {
			wrong("%s: meeting %d, %s, is not the one of its name, or not in its place", b.id, i, m.ID)
		}
		if m.Open() {
			open++
		}
	}
	if open != b.openMeetings {
		wrong("%s: %d meetings are open, %d are counted", b.id, open, b.openMeetings)
	}
}

// checkLog holds the log to the cells, each change is one line, and to the stories.
func (b *board) checkLog(wrong func(string, ...any)) {
	var last Revision
	lines := map[[2]int16]int{}
	stories := map[string]int{}
	for i := range b.log {
		l := &b.log[i]
		if l.revision < last || l.revision > b.revision {
			wrong("%s: line %d is of %d, after %d and at %d", b.id, i, l.revision, last, b.revision)
		}
		last = l.revision
		if l.line != nil {
			if name := l.line.Story; name != "" {
				if n := stories[name]; n >= len(b.stories[name]) || b.stories[name][n].line != l.line {
					wrong("%s: line %d is not number %d of %s", b.id, i, n, name)
				}
				stories[name]++
			}
			continue
		}
		c := b.rows[l.row][l.col]
		if c == nil || int(l.nth) >= len(c.changes) || c.changes[l.nth].revision != l.revision || c.changes[l.nth].by != l.by || c.changes[l.nth].at != l.at {
			wrong("%s: line %d is of another change", b.id, i)
		}
		lines[[2]int16{l.row, l.col}]++
	}
	for name, story := range b.stories {
		if stories[name] != len(story) {
			wrong("%s: %d of %s in the log, %d in the story", b.id, stories[name], name, len(story))
		}
	}
	for row := range b.rows {
		for col, c := range b.rows[row] {
			if n := lines[[2]int16{int16(row), int16(col)}]; c != nil && n != len(c.changes) {
				wrong("%s: %d changes of %d/%d in the log, %d in the cell", b.id, n, row, col, len(c.changes))
			}
		}
	}
}

func (b *board) checkCells(known map[*Text]bool, wrong func(string, ...any)) {
	for row := range b.rows {
		for col, c := range b.rows[row] {
			if c == nil {
				continue
			}
			for i, at := range c.changes {
				if i > 0 && c.changes[i-1].revision >= at.revision {
					wrong("%s: %d/%d changed at %d after %d", b.id, row, col, at.revision, c.changes[i-1].revision)
				}
				if !known[at.text] || !known[at.author] || !known[at.reportedBy] || !known[at.confirmedBy] {
					wrong("%s: %d/%d has a text that the state has not", b.id, row, col)
				}
				if !slices.Contains(b.kind.Levels(), at.level) {
					wrong("%s: %d/%d became %q", b.id, row, col, at.level)
				}
			}
		}
	}
}

// TestCheckFinds: what is broken by hand is found.
func TestCheckFinds(t *testing.T) {
	whole := func() *State {
		text, set := &Text{id: TextID{Revision: 2}}, change{revision: 2, level: Red}
		set.text = text
		m := &Meeting{ID: "m", Board: Live, Opened: 1}
		line := &Line{Story: "notes"}
		b := &board{
			id: Live, kind: KindLive, revision: 3, rows: [][]*cell{{{changes: []change{set}}}}, meetings: []*Meeting{m}, openMeetings: 1,
			log:     []logEntry{{revision: 2}, {revision: 3, row: -1, line: line}},
			stories: map[string][]logEntry{"notes": {{revision: 3, line: line}}},
			marks:   map[CellRef]*mark{},
		}
		s := NewState("e")
		s.boards[Live], s.order, s.meetings["m"], s.texts = b, []BoardID{Live}, m, []*Text{text}
		return s
	}
	if err := whole().Check(); err != nil {
		t.Fatal(err)
	}
	for name, breaks := range map[string]func(*State, *board){
		"a text lost":               func(s *State, _ *board) { s.texts = nil },
		"texts out of order":        func(s *State, _ *board) { s.texts = append(s.texts, &Text{}) },
		"a meeting twice":           func(s *State, b *board) { m := *b.meetings[0]; s.meetings["m"] = &m },
		"a meeting of no board":     func(s *State, _ *board) { s.meetings["n"] = &Meeting{} },
		"an open meeting uncounted": func(_ *State, b *board) { b.openMeetings = 0 },
		"a line out of order":       func(_ *State, b *board) { b.log[0].revision = 9 },
		"a line of another change":  func(_ *State, b *board) { b.log[0].by = "x" },
		"a line beyond the cell":    func(_ *State, b *board) { b.log[0].nth = 1 },
		"a change without a line":   func(_ *State, b *board) { b.log = b.log[1:] },
		"a story with a line more":  func(_ *State, b *board) { b.log = b.log[:1] },
		"a story with a line less":  func(_ *State, b *board) { b.stories = nil },
		"a level of another scale":  func(_ *State, b *board) { b.rows[0][0].changes[0].level = Critical },
		"a change twice": func(_ *State, b *board) {
			c := b.rows[0][0]
			c.changes = append(c.changes, c.changes[0])
			b.log = slices.Insert(b.log, 1, logEntry{revision: 2, nth: 1})
		},
		"a mark on nothing":  func(_ *State, b *board) { b.marks[CellRef{"0001", "helse"}] = &mark{} },
		"a version left out": func(_ *State, b *board) { b.publications = History[release]{{Value: release{version: 2}}} },
		"a board unlisted":   func(s *State, _ *board) { s.boards["2022"] = &board{id: "2022"} },
	} {
		s := whole()
		breaks(s, s.boards[Live])
		if s.Check() == nil {
			t.Errorf("%s: not found", name)
		}
	}
}
