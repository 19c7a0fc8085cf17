package demo

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	_ "time/tzdata" // the story's days are Oslo's, on every machine

	"kommunebilde/domain"
	"kommunebilde/domain/jottings"
	"kommunebilde/storage/county"
)

// ErrNotEmpty: the journal holds something already.
var ErrNotEmpty = errors.New("the demo needs an empty journal")

// Seed fills an empty journal with the demo's story up to now, and returns what people of
// the story have typed and not saved. It refuses a journal that holds anything
// (ErrNotEmpty). After another error the journal holds a part of the story.
func Seed(ctx context.Context, j domain.Journal, pack county.Pack, now time.Time) ([]jottings.Jotting, error) {
	head, err := j.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("seed demo: %w", err)
	}
	if head.Revision != 0 {
		return nil, ErrNotEmpty
	}
	t, err := newTeller(pack, now)
	if err != nil {
		return nil, err
	}
	records, typing, err := t.tell(domain.NewState(head.Epoch))
	if err != nil {
		return nil, err
	}
	for len(records) > 0 {
		n, size := 0, 0
		for n < len(records) && n < domain.MaxGroupCount {
			if size += len(records[n].Body); n > 0 && size > domain.MaxGroup/2 {
				break
			}
			n++
		}
		if err := j.Append(ctx, records[:n]); err != nil {
			return nil, fmt.Errorf("seed demo: %w", err)
		}
		records = records[n:]
	}
	return typing, nil
}

// step is one command of the story.
type step struct {
	at     time.Time
	by     domain.Actor
	cmd    domain.Command
	seen   bool                                 // its cells are edited by somebody who has seen them as they are
	ask    func(domain.Decision) domain.Command // makes its command of what there is then; nil: nothing to do
	undoes *step                                // it takes this one back
	rev    domain.Revision                      // once it has happened
}

// teller makes up the story.
type teller struct {
	pack  county.Pack
	now   time.Time
	oslo  *time.Location
	rnd   *rand.Rand
	texts texts
	rows  []domain.Municipality
	areas []domain.Column
	steps []*step
}

func newTeller(pack county.Pack, now time.Time) (*teller, error) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return nil, fmt.Errorf("seed demo: %w", err)
	}
	t := &teller{pack: pack, now: now.Truncate(time.Second), oslo: oslo, rnd: rand.New(rand.NewPCG(2022, 1111)), texts: readTexts()}
	t.rows = pack.Catalogue.Municipalities
	for _, i := range pack.Catalogue.Areas() {
		t.areas = append(t.areas, pack.Catalogue.Columns[i])
	}
	if t.now.Before(t.day(time.November, 12, 0, 0)) {
		return nil, fmt.Errorf("seed demo: the story ends after 11 November 2022, the clock says %s", now.Format(time.DateOnly))
	}
	if len(t.rows) == 0 || len(t.areas) == 0 {
		return nil, errors.New("seed demo: the county has no municipalities or no areas")
	}
	return t, nil
}

// day returns a time of 2022 in Oslo.
func (t *teller) day(m time.Month, day, hour, minute int) time.Time {
	return time.Date(2022, m, day, hour, minute, 0, 0, t.oslo)
}

func (t *teller) add(at time.Time, by domain.Actor, cmd domain.Command) *step {
	s := &step{at: at, by: by, cmd: cmd}
	t.steps = append(t.steps, s)
	return s
}

// tell lets all steps happen, in the order of their times.
func (t *teller) tell(s *domain.State) ([]domain.Record, []jottings.Jotting, error) {
	begin := t.day(time.August, 15, 8, 0)
	t.add(begin, actor(admin), domain.DeclareDemo{})
	t.add(begin.Add(5*time.Minute), actor(editor), domain.OpenLive{Catalogue: t.pack.Catalogue, Map: &t.pack.Map})
	t.edition()
	t.meetings()
	y := t.year()
	slices.SortStableFunc(t.steps, func(a, b *step) int { return a.at.Compare(b.at) })
	var out []domain.Record
	for _, step := range t.steps {
		cmd := step.command(s)
		if cmd == nil {
			continue
		}
		events, err := domain.Decide(s, step.by, cmd, step.at)
		if err != nil {
			return nil, nil, fmt.Errorf("seed demo: %s: %T: %w", step.at.Format(time.DateTime), cmd, err)
		}
		r, err := domain.Seal(s.Head(), step.at, step.by.ID, "", events, t.salt)
		if err != nil {
			return nil, nil, fmt.Errorf("seed demo: %w", err)
		}
		if s, err = s.Apply(r); err != nil {
			return nil, nil, fmt.Errorf("seed demo: %w", err)
		}
		step.rev = r.Revision
		out = append(out, r)
	}
	return out, y.jottings(), nil
}

// command completes a step's command with what was not known before.
func (s *step) command(state *domain.State) domain.Command {
	if s.ask != nil {
		return s.ask(domain.Judge(state, s.by, s.at))
	}
	if s.undoes != nil {
		return domain.Undo{Board: domain.Live, Revision: s.undoes.rev}
	}
	set, ok := s.cmd.(domain.SetLevels)
	if !ok || !s.seen {
		return s.cmd
	}
	a := domain.AudienceOf(state, s.by, set.Board, s.at)
	if p, ok := domain.PictureOf(state, a, set.Board, s.at); ok {
		for i, c := range set.Cells {
			set.Cells[i].Seen = p.Cell(p.Row(c.Municipality), p.Col(c.Column)).Revision
		}
	}
	return set
}

// salt need not be secret: the demo's sentences lie open in its source.
func (t *teller) salt() (out domain.Salt) {
	binary.LittleEndian.PutUint64(out[:8], t.rnd.Uint64())
	binary.LittleEndian.PutUint64(out[8:], t.rnd.Uint64())
	return out
}
