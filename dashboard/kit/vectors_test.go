package kit

import (
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"kommunebilde/domain"
)

// vectors reads what the script's tests read too (vectors.test.ts).
func vectors[T any](t *testing.T, file string) (out []T) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil || len(out) == 0 {
		t.Fatalf("%s: %d vectors, %v", file, len(out), err)
	}
	return out
}

func TestSinceVectors(t *testing.T) {
	for _, v := range vectors[struct {
		Since   string
		Seconds *int
	}](t, "testdata/since.json") {
		var f Filter
		err := f.parseSince(v.Since)
		if v.Seconds == nil {
			if err == nil {
				t.Errorf("%q is taken as %s", v.Since, f.sinceOf)
			}
			continue
		}
		if want := time.Duration(*v.Seconds) * time.Second; err != nil || f.sinceOf != want {
			t.Errorf("%q is %s (%v), want %s", v.Since, f.sinceOf, err, want)
		}
	}
}

func TestAgeVectors(t *testing.T) {
	now := time.UnixMilli(1e12)
	for _, v := range vectors[struct {
		What, Age    string
		Rev          domain.Revision
		Ago, SaidAgo time.Duration
		Copied, Is   bool
	}](t, "testdata/ages.json") {
		c := domain.Cell{Revision: v.Rev, At: now.Add(-v.Ago * time.Second)}
		c.Said = c.At
		if v.SaidAgo > 0 {
			c.Said = now.Add(-v.SaidAgo * time.Second)
		}
		if v.Copied {
			c.Source = "exercise"
		}
		age, ok := span(v.Age)
		if got := saidBy(c, now.Add(-age)); got != v.Is || !ok {
			t.Errorf("%s: %v", v.What, got)
		}
	}
	day := domain.Cell{Revision: 3, At: now, Said: now, Date: "2000-01-01"} // an edition's, imported now
	if !saidBy(day, now.Add(-time.Hour)) {
		t.Error("a judgement is as old as its import")
	}
}

func TestMatchVectors(t *testing.T) {
	for _, v := range vectors[struct {
		Name, Typed string
		Is          int
	}](t, "testdata/match.json") {
		if got := Match(v.Name, v.Typed); got != v.Is {
			t.Errorf("%q of %q: %d, want %d", v.Typed, v.Name, got, v.Is)
		}
	}
}

func TestLineVectors(t *testing.T) {
	for _, v := range vectors[struct {
		What  string
		Cells []struct {
			ID   string
			Rank int
			At   int64
		}
		Most  int
		Shown []string
		More  int
	}](t, "testdata/lines.json") {
		list := []line{}
		slices.SortFunc(v.Cells, func(a, b struct {
			ID   string
			Rank int
			At   int64
		}) int {
			return cmp.Compare(a.Rank, b.Rank)
		})
		for _, c := range v.Cells {
			list = append(list, line{cell: domain.Cell{Column: domain.ColumnID(c.ID), EventAt: time.UnixMilli(c.At)}})
		}
		newestFirst(list, func(c domain.Cell) time.Time { return c.EventAt })
		shown := []string{}
		for _, l := range list[:min(v.Most, len(list))] {
			shown = append(shown, string(l.cell.Column))
		}
		if !slices.Equal(shown, v.Shown) || len(list)-len(shown) != v.More {
			t.Errorf("%s: %v and %d more, want %v and %d", v.What, shown, len(list)-len(shown), v.Shown, v.More)
		}
	}
}
