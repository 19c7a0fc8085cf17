package live

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

// A screen's copy of a board: snapshot at N and the frames N+1 … M must be the
// snapshot at M, for every audience, however slowly it reads and whenever it
// comes back.

// move is one thing that happens, its numbers drawn beforehand.
type move struct{ kind, a, b, c int }

const (
	moveSet = iota
	moveBulk
	moveUndo
	movePoll
	moveAll
	moveReconnect
	moveWait
	moveMeet
	moveAdjourn
	moveEdition
	movePublish
	moveCorrect
	moveHearing
	moveBase
	movePack
	moveRedact
	moveRestart
	moveMark
	moveLift
	moves
)

func (m move) String() string { return fmt.Sprintf("%d(%d,%d,%d)", m.kind, m.a, m.b, m.c) }

func TestSnapshotAndFramesAreTheSnapshot(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		number := rapid.IntRange(0, 99)
		script := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) move {
			kind := rapid.OneOf(rapid.Just(moveSet), rapid.Just(movePoll), rapid.IntRange(0, moves-1))
			return move{kind.Draw(t, "kind"), number.Draw(t, "a"), number.Draw(t, "b"), number.Draw(t, "c")}
		}), 1, 120).Draw(rt, "script")
		var err error
		synctest.Test(t, func(t *testing.T) { err = play(t, script, map[string]int{}) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// The random scripts judge themselves by what these come to: each shows that
// one way of ending or going on is reached, and not by accident.
func TestScriptsReachWhatTheyShould(t *testing.T) {
	one := move{moveSet, 0, 1, 0} // with a text
	for name, c := range map[string]struct {
		script []move
		want   map[string]int
	}{
		"one change":      {[]move{one}, map[string]int{"frames": 3}},           // staff, screen and the one who is invited
		"changes joined":  {[]move{one, one, one}, map[string]int{"joined": 3}}, // some have the first at once, and the others joined to it
		"back again":      {[]move{one, {moveReconnect, 0, 0, 0}}, map[string]int{"frames": 3, "joined": 0}},
		"after a restart": {[]move{one, {moveRestart, 0, 0, 0}}, map[string]int{"frames": 3, "resync epoch": 0}},
		"meeting closed":  {[]move{{moveAdjourn, 0, 0, 0}}, map[string]int{"frames": 2, "gone": 1}},
		"published":       {[]move{{movePublish, 0, 0, 0}}, map[string]int{"resync changed": 1}}, // staff; the others did not see it
		"base changed":    {[]move{{movePublish, 0, 0, 0}, {moveAdjourn, 0, 0, 0}, {moveBase, 0, 0, 0}}, map[string]int{"resync changed": 3, "gone": 1}},
		"text taken out":  {[]move{one, {moveAll, 0, 0, 0}, {moveRedact, 0, 1, 0}}, map[string]int{"resync redacted": 4}},
		// Of what is under a marking (0001, plan) only staff hears.
		"marked":             {[]move{{moveMark, 0, 1, 0}}, map[string]int{"resync redacted": 3}},
		"set under it":       {[]move{{moveMark, 0, 1, 0}, {moveAll, 0, 0, 0}, one}, map[string]int{"frames": 1}},
		"set beside it":      {[]move{{moveMark, 0, 1, 0}, {moveAll, 0, 0, 0}, {moveSet, 1, 1, 0}}, map[string]int{"frames": 3}},
		"set under its text": {[]move{{moveMark, 0, 1, 1}, {moveAll, 0, 0, 0}, one}, map[string]int{"frames": 3}},
		"another invitation": {[]move{{moveMeet, 1, 0, 0}, {moveAll, 0, 0, 0}, {moveAdjourn, 0, 0, 0}, {moveAll, 0, 0, 0}, {moveAdjourn, 0, 0, 0}}, map[string]int{"gone": 1}},
		"correction":         {[]move{{movePublish, 0, 0, 0}, {moveAll, 0, 0, 0}, {moveCorrect, 0, 0, 0}}, map[string]int{"resync changed": 2}}, // the public is not told
	} {
		t.Run(name, func(t *testing.T) {
			got := map[string]int{}
			synctest.Test(t, func(t *testing.T) {
				if err := play(t, c.script, got); err != nil {
					t.Error(err)
				}
			})
			for k, n := range c.want {
				if got[k] != n {
					t.Errorf("%s: %d times, want %d (%v)", k, got[k], n, got)
				}
			}
		})
	}
}

// looker is somebody who looks at a board.
type looker struct {
	by    domain.Actor
	board domain.BoardID
	w     *Watcher
	shows shown
	moved bool // something may have happened that frames do not carry
}

// stage is a script being played.
type stage struct {
	*office
	lookers []*looker
	meeting int
	counts  map[string]int
}

func play(t *testing.T, script []move, counts map[string]int) error {
	s := &stage{office: newOffice(t), counts: counts}
	s.begin()
	s.try(editor, editions.Open{Board: "2022", Title: domain.Words{NB: "2022"}, Catalogue: catalogue(3)})
	s.try(editor, domain.SetLevels{Board: "2022", Cells: []domain.CellEdit{{Municipality: "0001", Column: "plan", Level: domain.Red}}})
	for _, board := range []domain.BoardID{domain.Live, "2022"} {
		for _, by := range []domain.Actor{reader, invited, other, screen, nobody} {
			s.lookers = append(s.lookers, &looker{by: by, board: board})
		}
	}
	script = slices.Concat([]move{{kind: moveAll}}, script, []move{{kind: moveAll}})
	for i, m := range script {
		s.move(m)
		for j, l := range s.lookers {
			if m.kind == moveAll || m.kind == movePoll && j == m.a%len(s.lookers) {
				if err := s.poll(l); err != nil {
					return fmt.Errorf("move %d of %v: %w", i, script, err)
				}
			}
		}
	}
	return nil
}

// try submits a command that the rules may refuse.
func (s *stage) try(by domain.Actor, cmd domain.Command) bool {
	_, err := s.clerk.Submit(context.Background(), by, "", cmd)
	return err == nil
}

// shake notes that lookers of a board ("" all) may have to resync.
func (s *stage) shake(done bool, board domain.BoardID) {
	for _, l := range s.lookers {
		l.moved = l.moved || done && (board == "" || l.board == board)
	}
}

func (s *stage) move(m move) {
	rows := []domain.MunicipalityID{"0001", "0002", "0003"}
	cols := []domain.ColumnID{"helse", "plan", "vei"}
	levels := []domain.Level{domain.Green, domain.Yellow, domain.Red, domain.NotAssessed}
	edit := func(i int) domain.CellEdit {
		e := domain.CellEdit{Municipality: rows[(m.a+i)%3], Column: cols[m.b%3], Level: levels[m.c%4]}
		if m.c%2 == 0 {
			e.Text = typed.Of(fmt.Sprintf("Tekst %d", m.a))
		}
		return e
	}
	switch m.kind {
	case moveSet, moveBulk:
		n := 1
		if m.kind == moveBulk {
			n = 3
		}
		cmd := domain.SetLevels{Board: domain.Live, ReportedBy: "Bø v/NN", Meeting: s.open()}
		by := []domain.Actor{leader, second}[m.a%2]
		if m.b%4 == 0 {
			cmd.Board, cmd.Meeting, by = "2022", "", editor
		}
		for i := range n {
			e := edit(i)
			if cmd.Board == "2022" {
				p, _ := s.picture(reader, "2022")
				e.Seen = p.Cell(p.Row(e.Municipality), p.Col(e.Column)).Revision
			}
			cmd.Cells = append(cmd.Cells, e)
		}
		s.try(by, cmd)
	case moveUndo:
		s.try(leader, domain.Undo{Board: domain.Live})
	case moveMeet:
		s.meeting++
		cmd := domain.OpenMeeting{
			ID: domain.MeetingID(fmt.Sprintf("x%d", s.meeting)), Board: domain.Live,
			Kind: domain.MeetingRegion, Title: "Møte", Invited: []domain.MunicipalityID{rows[m.a%3]},
		}
		s.try(leader, cmd)
	case moveAdjourn:
		if s.try(leader, domain.CloseMeeting{Meeting: s.open()}) {
			for _, l := range s.lookers { // what they may look back to may begin later
				l.moved = l.moved || l.board == domain.Live && l.by.Grants != nil && l.by.Grants[0].Role == domain.RoleMunicipality
			}
		}
	case movePublish:
		s.shake(s.try(editor, editions.Publish{Board: "2022", Note: "Rettet"}), "2022")
	case moveCorrect:
		s.shake(s.try(editor, editions.OpenCorrection{Board: "2022", Reason: "Feil"}), "2022")
	case moveHearing:
		s.shake(s.try(editor, editions.NoteHearing{Board: "2022", Hearing: domain.Hearing{From: "2022-09-22", To: "2022-10-13"}}), "2022")
	case moveEdition:
		id := domain.BoardID(fmt.Sprint(2023 + m.a%3))
		s.try(editor, editions.Open{Board: id, Title: domain.Words{NB: "x"}, Catalogue: catalogue(3)})
	case moveBase:
		s.shake(s.try(editor, domain.ChangeBase{Edition: "2022"}), domain.Live)
	case movePack:
		next := catalogue(3)
		next.Municipalities[0].Name = fmt.Sprintf("Ny %d", m.a)
		s.shake(s.try(admin, domain.ApplyPack{Catalogue: next}), domain.Live)
	case moveRedact:
		p, _ := s.picture(reader, domain.Live)
		if c := p.Cell(m.a%3, m.b%3); c.Text != "" {
			s.shake(s.try(admin, texts.Redact{Texts: []domain.TextID{c.TextID}, Reason: "Navn"}), "")
		}
	case moveMark, moveLift:
		board := domain.Live
		if m.a%4 == 3 {
			board = "2022"
		}
		cells := []domain.CellRef{{Municipality: rows[m.a%3], Column: cols[m.b%3]}}
		fields := []domain.Field{domain.FieldLevel, domain.FieldText}
		var cmd domain.Command = domain.MarkCells{Board: board, Cells: cells, Fields: fields[m.c%2:], Basis: "offl-13", Reason: "x"}
		if m.kind == moveLift {
			cmd = domain.LiftMarking{Board: board, Cells: cells, Reason: "x"}
		}
		done := s.try(editor, cmd)
		s.shake(done, board)
		s.shake(done && board == "2022", domain.Live) // which may show it beneath
	case moveReconnect:
		l := s.lookers[m.a%len(s.lookers)]
		if l.w != nil {
			l.w.Close()
			l.w = s.clerk.Watch(l.board, s.as(l.by, l.board), l.shows.pos)
		}
	case moveWait:
		pass(time.Duration(m.a) * time.Second / 4)
	case moveRestart:
		s.restart()
		for _, l := range s.lookers {
			if l.w != nil {
				l.w.Close()
				l.w = s.clerk.Watch(l.board, s.as(l.by, l.board), l.shows.pos)
			}
		}
	}
}

// open returns an open meeting of the live picture, "m1" if there is none.
func (s *stage) open() domain.MeetingID {
	p, _ := s.picture(reader, domain.Live)
	for _, m := range p.Meetings() {
		if m.Open() {
			return m.ID
		}
	}
	return "m1"
}

// poll brings a looker up to date and compares what it shows with the truth.
func (s *stage) poll(l *looker) error {
	defer func() { l.moved = false }()
	name := fmt.Sprintf("%s on %s", l.by.ID, l.board)
	for {
		if l.w == nil {
			p, ok := s.picture(l.by, l.board)
			if !ok {
				return nil
			}
			l.shows = snapshot(p)
			l.w = s.clerk.Watch(l.board, s.as(l.by, l.board), l.shows.pos)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*pace)
		before := len(l.shows.log)
		frames, err := l.w.Next(ctx)
		cancel()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return s.compare(l, name)
		case errors.Is(err, ErrGone):
			// A meeting that ends and another that begins at once are two steps: a
			// screen may be at the first, and is let in again at the second.
			if _, ok := s.picture(l.by, l.board); ok && !l.moved {
				return fmt.Errorf("%s: gone, but there to see", name)
			}
			l.moved = false
			s.counts["gone"]++
		case errors.Is(err, ErrResync):
			if !l.moved {
				return fmt.Errorf("%s: resync without need: %w", name, err)
			}
			l.moved = false
			s.counts["resync "+err.Error()[:len(err.Error())-len(": resync")]]++
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		}
		if err != nil {
			l.w.Close()
			l.w = nil
			continue
		}
		for _, f := range frames {
			if err := l.shows.apply(f); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		s.counts["frames"]++
		if len(l.shows.log) > before+1 {
			s.counts["joined"]++
		}
	}
}

func (s *stage) compare(l *looker, name string) error {
	p, ok := s.picture(l.by, l.board)
	if !ok {
		return fmt.Errorf("%s: waits for what it may not see", name)
	}
	want := snapshot(p)
	switch {
	case l.shows.pos != want.pos:
		return fmt.Errorf("%s stands at %v, want %v", name, l.shows.pos, want.pos)
	case l.w.Position() != want.pos:
		return fmt.Errorf("%s: its watcher stands at %v, want %v", name, l.w.Position(), want.pos)
	case !maps.Equal(l.shows.cells, want.cells):
		return fmt.Errorf("%s shows %v, want %v", name, l.shows.cells, want.cells)
	case !slices.Equal(l.shows.log, want.log):
		return fmt.Errorf("%s has the log %q, want %q", name, l.shows.log, want.log)
	}
	return nil
}
