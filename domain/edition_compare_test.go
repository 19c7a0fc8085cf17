package domain_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	. "kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

// lastYear is an office whose edition of last year says anything at all.
func lastYear(t *testing.T, rt *rapid.T) (*year, map[CellRef]CellEdit) {
	y, said := &year{newLine(t)}, map[CellRef]CellEdit{}
	catalogue := testCatalogue()
	y.do(editor, OpenLive{Catalogue: catalogue, Map: testMap()})
	y.do(editor, editions.Open{Board: "2022", Title: Words{NB: "Kommunebilde 2022"}, Catalogue: catalogue})
	set := SetLevels{Board: "2022"}
	for _, m := range catalogue.Municipalities {
		for _, c := range catalogue.Columns {
			edit := CellEdit{Municipality: m.ID, Column: c.ID, Level: rapid.SampledFrom([]Level{NotAssessed, Green, Yellow, Red}).Draw(rt, "level"), Text: rapid.SampledFrom([]typed.Text{"", "Én.", "To."}).Draw(rt, "text")}
			if edit.Level != NotAssessed || edit.Text != "" {
				set.Cells = append(set.Cells, edit)
				said[CellRef{Municipality: m.ID, Column: c.ID}] = edit
			}
		}
	}
	if len(set.Cells) == 0 {
		rt.Skip("nothing was said")
	}
	y.do(editor, set)
	y.do(editor, editions.Publish{Board: "2022"})
	y.plan()
	return y, said
}

// TestCarriedAndConfirmedIsLastYear: what is carried over is missing until somebody says
// that it holds; when all is said to hold, the edition says what last year's said, and every
// cell that last year had is unchanged.
func TestCarriedAndConfirmedIsLastYear(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		y, said := lastYear(t, rt)
		y.do(editor, plan.OpenRound{Board: "2023"})
		carried := y.try(editor, assessment.CarryOver{Board: "2023"})
		if hasText := slices.ContainsFunc(y.recs[2].Events[0].Texts(), func(t *Text) bool { return t != nil }); (carried == nil) != hasText {
			rt.Fatalf("carried over: %v", carried)
		}
		w := y.work()
		for _, m := range w.Ground.Catalogue().Municipalities {
			for _, lead := range w.Leads() {
				if u := w.Unit(m.ID, lead); u.State != signoff.Missing || len(u.Missing) == 0 {
					rt.Fatalf("%s/%s is %s before anybody looked, and lacks %v", m.ID, lead, u.State, u.Missing)
				}
				y.now = y.now.Add(1)
				if w.Area(lead) {
					_ = y.try(editor, assessment.ConfirmUnchanged{Board: "2023", Municipality: m.ID, Column: lead, Seen: w.Unit(m.ID, lead).Revision})
				}
			}
		}
		w = y.work()
		for _, m := range w.Ground.Catalogue().Municipalities {
			for _, lead := range w.Leads() {
				confirmed := false // an area that last year did not speak of has nothing to confirm
				if _, ok := said[CellRef{Municipality: m.ID, Column: lead}]; ok {
					confirmed = true
				}
				for _, c := range w.Covers(lead) {
					is, was := w.Cell(m.ID, c), said[CellRef{Municipality: m.ID, Column: c}]
					if confirmed && was.Column != "" && (is.Level != was.Level || is.Text.String() != string(was.Text) || is.Standing != assessment.Unchanged) {
						rt.Fatalf("%s/%s is %+v, was %+v", m.ID, c, is, was)
					}
				}
			}
		}
	})
}

// TestComparedOnlyWithItsOwn: a column is compared with the one that judged the same, by id
// and version or by what it is said to follow, and with none where it is told why not;
// whichever of the two one begins with.
func TestComparedOnlyWithItsOwn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		y, _ := lastYear(t, rt)
		type pair struct{ now, before ColumnID }
		columns := y.work().Ground.Catalogue().Columns
		for range rapid.IntRange(1, 6).Draw(rt, "edits") {
			col := rapid.SampledFrom(columns).Draw(rt, "column")
			if i := y.work().Ground.Catalogue().ColumnIndex(col.ID); i >= 0 {
				col = y.work().Ground.Catalogue().Columns[i]
			}
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0: // another meaning, and so another version
				col.Means.Green.NB += "!"
			case 1:
				col.Follows = &Follows{Board: "2022", Column: rapid.SampledFrom([]ColumnID{"helse", "plan", "leger"}).Draw(rt, "follows"), Version: rapid.IntRange(1, 2).Draw(rt, "version")}
			case 2:
				col.Follows = nil
			case 3:
				col.NotComparable.NB = rapid.SampledFrom([]string{"", "Ny målemåte"}).Draw(rt, "why")
			}
			_ = y.try(editor, plan.SetColumns{Board: "2023", Set: []Column{col}})
		}
		w := y.work()
		before := w.Before.Ground.Catalogue().Columns
		byNow, byBefore := map[pair]bool{}, map[pair]bool{}
		for _, c := range w.Ground.Catalogue().Columns {
			if b, ok := w.Before.Column(c.ID); ok {
				byNow[pair{c.ID, b}] = true
			} else if cell := w.Cell("0001", c.ID); cell.Was != nil || cell.Standing != assessment.New {
				rt.Fatalf("%s is compared with nothing, and its cell is %+v", c.ID, cell)
			}
		}
		for _, b := range before {
			for _, c := range w.Ground.Catalogue().Columns {
				follows := Follows{Board: "2022", Column: c.ID, Version: c.Version}
				if c.Follows != nil {
					follows = *c.Follows
				}
				if c.NotComparable.NB == "" && follows == (Follows{Board: "2022", Column: b.ID, Version: b.Version}) {
					byBefore[pair{c.ID, b.ID}] = true
				}
			}
		}
		if !reflect.DeepEqual(byNow, byBefore) {
			rt.Fatalf("from now %v, from before %v", byNow, byBefore)
		}
	})
}

// TestNothingTypedIsLeft: of every kind of event there is, all texts can be taken out, and
// then no word is left anywhere in the state.
func TestNothingTypedIsLeft(t *testing.T) {
	l := goldenLineage(t)
	var words []string
	for _, r := range l.recs {
		for n, text := range r.Texts {
			if err := l.try(admin, texts.Redact{Texts: []TextID{{Revision: r.Revision, N: n}}, Reason: "navn"}); err != nil && CodeOf(err) != Conflict {
				t.Errorf("text %d of record %d: %v", n, r.Revision, err)
			}
			// The catalogue, which is no text, says that one too.
			if len(text.Body) > 5 && text.Body != "Statsforvalteren" {
				words = append(words, text.Body)
			}
		}
	}
	if len(words) < 60 {
		t.Fatalf("only %d texts", len(words))
	}
	for found := range reaches(l.s) {
		for _, word := range words {
			if strings.Contains(found, word) {
				t.Errorf("%q was taken out, and %.80q is left", word, found)
			}
		}
	}
}

// reaches are all strings that a value reaches, however deep.
func reaches(v any) map[string]bool {
	out, seen := map[string]bool{}, map[unsafe.Pointer]bool{}
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			out[v.String()] = true
		case reflect.Pointer:
			if p := v.UnsafePointer(); !v.IsNil() && !seen[p] {
				seen[p] = true
				if v.Type() == reflect.TypeFor[*Text]() {
					out[(*Text)(p).String()] = true
					return
				}
				walk(v.Elem())
			}
		case reflect.Interface:
			walk(v.Elem())
		case reflect.Slice, reflect.Array:
			if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
				out[string(v.Bytes())] = true
				return
			}
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				walk(it.Key())
				walk(it.Value())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(v))
	return out
}
