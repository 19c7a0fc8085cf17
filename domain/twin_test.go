package domain_test

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "kommunebilde/domain"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/typed"
)

// twin is the live board as the simplest thing that could be right: a list of
// maps, one per record.
type twin struct {
	now  map[[2]string]Level
	past []map[[2]string]Level // by revision - 1
	last map[[2]string]Revision

	stood  map[[2]string]Revision   // the change that a cell stands at: the last, or what an undo brought back
	stoods []map[[2]string]Revision // by revision - 1

	told []spokenOf // in the order of the records
}

// spokenOf is what a record says in the roll-call.
type spokenOf struct {
	rev, undoes Revision
	about       bool // another's word, or about several
	changed     map[string]bool
}

// roll is the roll-call of all that was told, and how often others spoke of each.
func (w *twin) roll() (map[string]rollcall.State, map[string]int) {
	undone := map[Revision]bool{}
	for _, r := range slices.Backward(w.told) {
		if r.undoes > 0 && !undone[r.rev] {
			undone[r.undoes] = true
		}
	}
	states, mentioned := map[string]rollcall.State{}, map[string]int{}
	for _, r := range w.told {
		for m, changed := range r.changed {
			switch {
			case r.undoes > 0 || undone[r.rev]:
			case r.about:
				mentioned[m]++
			case changed:
				states[m] = rollcall.Changed
			case states[m] == "":
				states[m] = rollcall.NoChange
			}
		}
	}
	return states, mentioned
}

// record takes a record in; undone is the one that it takes back, 0 for none.
func (w *twin) record(rev Revision, set map[[2]string]Level, undone Revision) {
	for k, v := range set {
		w.now[k], w.last[k], w.stood[k] = v, rev, rev
		if undone > 0 {
			w.stood[k] = w.stoods[undone-2][k]
		}
	}
	for Revision(len(w.stoods)) < rev {
		w.stoods = append(w.stoods, nil)
	}
	w.stoods[rev-1] = maps.Clone(w.stood)
	for Revision(len(w.past)) < rev {
		w.past = append(w.past, nil)
	}
	copied := map[[2]string]Level{}
	for k, v := range w.now {
		copied[k] = v
	}
	w.past[rev-1] = copied
}

func TestAgainstPlainMap(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := started(t)
		l.do(editor, actors.List{ID: "nett", Name: "Nettselskap"})
		w := &twin{now: map[[2]string]Level{}, last: map[[2]string]Revision{}, stood: map[[2]string]Revision{}}
		for r := range l.s.Head().Revision {
			w.record(r+1, nil, 0)
		}
		municipality := rapid.SampledFrom([]string{"0001", "0002", "0003"})
		column := rapid.SampledFrom([]string{"helse", "plan"})
		level := rapid.SampledFrom(KindLive.Levels())
		by := rapid.SampledFrom([]Actor{leader, coLeader})
		sets := map[Revision]map[[2]string]Level{} // what each record set
		base := l.s.Head().Revision
		states := []*State{l.s}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			l.later(time.Duration(rapid.IntRange(0, 40).Draw(rt, "s")) * time.Second)
			if rapid.IntRange(0, 3).Draw(rt, "undo") == 0 && l.s.Head().Revision > base {
				r := Revision(rapid.Uint64Range(uint64(base)+1, uint64(l.s.Head().Revision)).Draw(rt, "rev"))
				stands := true
				set := map[[2]string]Level{}
				for k := range sets[r] {
					stands = stands && (w.last[k] == r || w.stood[k] == r)
					set[k] = NotAssessed
					if v, ok := w.past[r-2][k]; ok {
						set[k] = v
					}
				}
				err := l.try(by.Draw(rt, "by"), Undo{Board: Live, Revision: r})
				if (err == nil) != stands {
					rt.Fatalf("undo of %d: %v, stands %t", r, err, stands)
				}
				if err == nil {
					w.record(l.s.Head().Revision, set, r)
					w.told = append(w.told, spokenOf{rev: l.s.Head().Revision, undoes: r})
					sets[l.s.Head().Revision] = set
				}
			} else {
				set := map[[2]string]Level{}
				var edits []CellEdit
				for range rapid.IntRange(1, 3).Draw(rt, "cells") {
					k := [2]string{municipality.Draw(rt, "m"), column.Draw(rt, "c")}
					if _, ok := set[k]; ok {
						continue
					}
					set[k] = level.Draw(rt, "level")
					edits = append(edits, CellEdit{Municipality: MunicipalityID(k[0]), Column: ColumnID(k[1]), Level: set[k]})
				}
				who := rapid.SampledFrom([]typed.Text{"", "Ordføreren", "Nettselskap v/vakt"}).Draw(rt, "who")
				say := spokenOf{rev: l.s.Head().Revision + 1, changed: map[string]bool{}}
				for k, v := range set {
					before, ok := w.now[k]
					say.changed[k[0]] = say.changed[k[0]] || v != before && (ok || v != NotAssessed)
				}
				say.about = len(say.changed) > 1 || who == "Nettselskap v/vakt"
				w.told = append(w.told, say)
				rev := l.do(by.Draw(rt, "by"), SetLevels{Board: Live, Meeting: "m1", ReportedBy: who, Cells: edits})
				w.record(rev, set, 0)
				sets[rev] = set
			}
			states = append(states, l.s)
		}
		check := func(p Picture, want map[[2]string]Level, where string) {
			for _, m := range []string{"0001", "0002", "0003"} {
				for _, c := range []string{"helse", "plan"} {
					wanted, ok := want[[2]string{m, c}]
					if !ok {
						wanted = NotAssessed
					}
					if got := p.Level(p.Row(MunicipalityID(m)), p.Col(ColumnID(c))); got != wanted {
						rt.Fatalf("%s: %s/%s is %s, want %s", where, m, c, got, wanted)
					}
				}
			}
		}
		now := l.picture(reader, Live)
		check(now, w.now, "now")
		answered, mentioned := w.roll()
		for _, e := range rollcall.Of(now, "m1") {
			m, n := string(e.Municipality), 0
			for _, by := range e.Mentioned {
				n += by.Times
			}
			if want := cmp.Or(answered[m], rollcall.NotReported); e.State != want || n != mentioned[m] {
				rt.Fatalf("%s is %s and %d times mentioned, want %s and %d", m, e.State, n, want, mentioned[m])
			}
		}
		for r := base; r <= l.s.Head().Revision; r++ {
			check(now.AtRevision(r), w.past[r-1], fmt.Sprintf("at revision %d", r))
		}
		for _, s := range states { // old states are what they were
			p, _ := PictureOf(s, Audience{Kind: AudienceStaff}, Live, l.now)
			check(p, w.past[s.Head().Revision-1], fmt.Sprintf("the state of revision %d", s.Head().Revision))
		}
		replayed, err := NewState("epoke").Replay(slicesSeq(l.recs))
		if err != nil {
			rt.Fatal(err)
		}
		p, _ := PictureOf(replayed, Audience{Kind: AudienceStaff}, Live, l.now)
		check(p, w.now, "replayed")
		if got, want := len(p.Log(0, 0)), len(now.Log(0, 0)); got != want {
			rt.Fatalf("replayed log has %d lines, want %d", got, want)
		}
	})
}

func slicesSeq(recs []Record) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for _, r := range recs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// TestForksDoNotShareWhatTheyWrite: two lines from one state, record by record in
// turn, are each what their own records say. What states share grows in steps, so
// that room is left now and then only: it is tried after each number of changes.
func TestForksDoNotShareWhatTheyWrite(t *testing.T) {
	l := started(t)
	for n := range 9 {
		l.later(time.Minute).say("0001", "helse", Yellow, fmt.Sprint("før ", n), "Bø")
		l.do(leader, rollcall.ReportNoChange{Meeting: "m1", Municipalities: []MunicipalityID{"0001"}})
		fork := func() *line {
			return &line{t: t, s: l.s, now: l.now, recs: slices.Clone(l.recs), salt: l.salt}
		}
		green, red := fork(), fork()
		for i := range 3 {
			green.later(time.Second).say("0001", "helse", Green, fmt.Sprint("grønn ", i), "Ås")
			red.later(time.Minute).say("0001", "helse", Red, fmt.Sprint("rød ", i), "Bø")
			for _, f := range []*line{green, red} { // the reason is found among the texts
				f.do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Yellow, Same: true}}})
			}
			red.do(leader, rollcall.ReportNoChange{Meeting: "m1", Municipalities: []MunicipalityID{"0001"}})
			green.do(leader, rollcall.ReportNoChange{Meeting: "m1", Municipalities: []MunicipalityID{"0001"}})
		}
		for name, f := range map[string]*line{"green": green, "red": red} {
			replayed, err := NewState("epoke").Replay(slicesSeq(f.recs))
			if err != nil {
				t.Fatal(err)
			}
			want, _ := PictureOf(replayed, Audience{Kind: AudienceStaff}, Live, f.now)
			got := f.picture(reader, Live)
			row, col := got.Row("0001"), got.Col("helse")
			if !reflect.DeepEqual(got.History(row, col), want.History(row, col)) || !reflect.DeepEqual(got.Log(0, 0), want.Log(0, 0)) || !reflect.DeepEqual(f.s.ConfirmedOn(Live), replayed.ConfirmedOn(Live)) {
				t.Errorf("after %d changes the %s line is not what its records say: %+v", n+1, name, got.History(row, col))
			}
		}
	}
}

func TestApplyOnlyTheNextRecord(t *testing.T) {
	l := started(t)
	last := l.recs[len(l.recs)-1]
	if _, err := l.s.Apply(last); err == nil {
		t.Error("the last record was applied twice")
	}
	if _, err := NewState("x").Apply(last); err == nil {
		t.Error("a record was applied with a gap")
	}
}

func BenchmarkApplyOneCell(b *testing.B) {
	l := started(b)
	edit := SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Red}}}
	b.ReportAllocs()
	for b.Loop() {
		events, err := Decide(l.s, leader, edit, l.now)
		if err != nil {
			b.Fatal(err)
		}
		r, err := Seal(l.s.Head(), l.now, leader.ID, "", events, func() Salt { return Salt{} })
		if err != nil {
			b.Fatal(err)
		}
		if l.s, err = l.s.Apply(r); err != nil {
			b.Fatal(err)
		}
	}
}
