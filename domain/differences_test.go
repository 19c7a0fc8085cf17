package domain_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "kommunebilde/domain"
	"kommunebilde/domain/differences"
	"kommunebilde/domain/texts"
)

// levelsOf is a picture as a plain map.
func levelsOf(p Picture) map[[2]string]Level {
	out := map[[2]string]Level{}
	for row, m := range p.Catalogue().Municipalities {
		for col, c := range p.Catalogue().Columns {
			out[[2]string{string(m.ID), string(c.ID)}] = p.Level(row, col)
		}
	}
	return out
}

// The differences between two pictures, done to the earlier, make the later;
// and backwards.
func TestDifferencesLeadFromOneToTheOther(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := started(t)
		var times []time.Time
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			times = append(times, l.now)
			l.later(time.Duration(rapid.IntRange(0, 3).Draw(rt, "s")) * time.Second)
			l.set(leader, rapid.SampledFrom([]MunicipalityID{"0001", "0002", "0003"}).Draw(rt, "m"), rapid.SampledFrom([]ColumnID{"helse", "plan"}).Draw(rt, "c"), rapid.SampledFrom(KindLive.Levels()).Draw(rt, "level"))
		}
		times = append(times, l.now)
		p := l.picture(reader, Live)
		one, other := p.At(rapid.SampledFrom(times).Draw(rt, "from")), p.At(rapid.SampledFrom(times).Draw(rt, "to"))
		is := levelsOf(one)
		for _, d := range differences.Compare(one, other).Differences {
			k := [2]string{string(d.After.Municipality), string(d.After.Column)}
			if is[k] != d.Before.Level {
				rt.Fatalf("%v was %s, the list says %s", k, is[k], d.Before.Level)
			}
			is[k] = d.After.Level
		}
		if got, want := fmt.Sprint(is), fmt.Sprint(levelsOf(other)); got != want {
			rt.Fatalf("%s, want %s", got, want)
		}
		if there, back := differences.Compare(one, other).Differences, differences.Compare(other, one).Differences; len(there) != len(back) {
			rt.Fatalf("%d there, %d back", len(there), len(back))
		}
	})
}

func TestDifferences(t *testing.T) {
	l := started(t)
	begin := l.now
	l.later(time.Second).set(leader, "0001", "helse", Red)
	l.later(time.Second).do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Yellow, Text: "Veien er stengt"}}})
	l.later(time.Second).set(leader, "0003", "plan", Red)
	middle := l.now
	l.later(time.Second).set(leader, "0003", "plan", NotAssessed)
	l.later(time.Second).do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Yellow, Text: "Veien er åpen for buss"}}})
	changed := func(d []differences.Difference) (out []string) {
		for _, d := range d {
			out = append(out, fmt.Sprintf("%s.%s %s>%s", d.After.Municipality, d.After.Column, d.Before.Level, d.After.Level))
		}
		return out
	}
	p := l.picture(reader, Live)
	for _, c := range []struct {
		name     string
		from, to Picture
		want     []string
	}{
		{"nothing", p, p, nil},
		{"to the middle", p.At(begin), p.At(middle), []string{"0002.plan not_assessed>yellow", "0003.plan not_assessed>red", "0001.helse not_assessed>red"}},
		{"changed and back", p.At(begin), p, []string{"0002.plan not_assessed>yellow", "0001.helse not_assessed>red"}},
		{"another text", p.At(middle), p, []string{"0002.plan yellow>yellow", "0003.plan red>not_assessed"}},
	} {
		if got := changed(differences.Compare(c.from, c.to).Differences); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	q := l.picture(boContact, Live)
	for _, d := range differences.Compare(q.At(middle), q).Differences {
		if d.After.By != "" || d.After.ReportedBy != "" {
			t.Errorf("a municipality sees who: %+v", d.After)
		}
	}

	// Another pack: one municipality and one area less, one area with another definition.
	l.later(time.Hour).do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	next := testCatalogue()
	next.Municipalities = slices.Delete(next.Municipalities, 0, 1)
	next.Columns = slices.Delete(next.Columns, 2, 4)
	next.Columns[1].Version = 2
	next.Ended = []Ended{{ID: "0002"}, {ID: "plan"}, {ID: "planalder"}}
	l.later(time.Hour).do(admin, ApplyPack{Catalogue: next})
	p = l.picture(reader, Live)
	got := differences.Compare(p.At(begin), p)
	if !slices.Equal(got.Gone, []MunicipalityID{"0002"}) || !slices.Equal(got.GoneColumns, []ColumnID{"plan", "planalder"}) || !slices.Equal(got.OtherVersions, []ColumnID{"leger"}) || len(got.New)+len(got.NewColumns) > 0 {
		t.Errorf("over another pack: %+v", got)
	}
	if want := []string{"0001.helse not_assessed>red"}; !slices.Equal(changed(got.Differences), want) {
		t.Errorf("over another pack: %v, want %v", changed(got.Differences), want)
	}
	if back := differences.Compare(p, p.At(begin)); !slices.Equal(back.New, got.Gone) || !slices.Equal(back.NewColumns, got.GoneColumns) {
		t.Errorf("backwards: %+v", back)
	}
}

// What came after a time is the same after a text was taken out, which moves the
// picture's own revision.
func TestRevisionAtIsNotMovedByRedactions(t *testing.T) {
	l := started(t)
	rev := l.do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Yellow, Text: "Kari Nordmann er savnet"}}})
	at := l.now
	l.later(time.Second).set(leader, "0001", "helse", Red)
	p := l.picture(reader, Live)
	if got := p.RevisionAt(at); got != rev {
		t.Fatalf("revision %d, want %d", got, rev)
	}
	l.later(time.Hour).do(admin, texts.Redact{Texts: []TextID{p.Cell(p.Row("0002"), p.Col("plan")).TextID}, Reason: "navn"})
	p = l.picture(reader, Live)
	if got := p.RevisionAt(at); got != rev || p.At(at).Board().Revision == rev {
		t.Errorf("revision %d, want %d; the picture's own is %d", got, rev, p.At(at).Board().Revision)
	}
	if got := p.Log(p.RevisionAt(at), 1); len(got) != 1 || got[0].Change == nil || got[0].Change.Level != Red {
		t.Errorf("after it: %+v", got)
	}
	if got := p.RevisionAt(time.Unix(0, 0)); got != 0 {
		t.Errorf("before everything: %d", got)
	}
}
