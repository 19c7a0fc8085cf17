package kommunebilde

import (
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// twin is the live board as the simplest thing that could be right: a list of
// maps, one per record.
type twin struct {
	now  map[[2]string]Level
	past []map[[2]string]Level // by revision - 1
	last map[[2]string]Revision
}

func (w *twin) record(rev Revision, set map[[2]string]Level) {
	for k, v := range set {
		w.now[k] = v
		w.last[k] = rev
	}
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
		w := &twin{now: map[[2]string]Level{}, last: map[[2]string]Revision{}}
		for r := range l.s.Head().Revision {
			w.record(r+1, nil)
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
					stands = stands && w.last[k] == r
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
					w.record(l.s.Head().Revision, set)
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
				rev := l.do(by.Draw(rt, "by"), SetLevels{Board: Live, Meeting: "m1", Cells: edits})
				w.record(rev, set)
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
		for r := base; r <= l.s.Head().Revision; r++ {
			check(now.AtRevision(r), w.past[r-1], fmt.Sprintf("at revision %d", r))
		}
		for _, s := range states { // old states are what they were
			p, _ := PictureOf(s, Audience{Kind: AudienceStaff}, Live, l.now)
			check(p, w.past[s.Head().Revision-1], fmt.Sprintf("the state of revision %d", s.Head().Revision))
		}
		replayed, err := Replay(NewState("epoke"), slicesSeq(l.recs))
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

func TestForksDoNotShareWhatTheyWrite(t *testing.T) {
	l := started(t)
	l.set(leader, "0001", "helse", Yellow)
	fork := func(level Level) *line {
		f := &line{t: t, s: l.s, now: l.now, recs: slices.Clone(l.recs)}
		f.set(leader, "0001", "helse", level)
		f.set(leader, "0001", "plan", level)
		return f
	}
	green, red := fork(Green), fork(Red)
	green.set(leader, "0001", "helse", Yellow)
	red.set(leader, "0001", "helse", Red)
	for f, want := range map[*line][]Level{green: {Yellow, Green, Yellow}, red: {Yellow, Red, Red}} {
		p := f.picture(reader, Live)
		var got []Level
		for _, c := range p.History(p.Row("0001"), p.Col("helse")) {
			got = append(got, c.Level)
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
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
