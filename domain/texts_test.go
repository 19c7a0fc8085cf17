package domain_test

import (
	"testing"

	. "kommunebilde/domain"
	"kommunebilde/domain/texts"
)

// TestEveryTextHasAPlace: of every kind of event ever written, each text is told
// with what it is.
func TestEveryTextHasAPlace(t *testing.T) {
	for _, r := range goldenRecords(t) {
		for i, p := range texts.PlacedIn(r) {
			if want := (TextID{Revision: r.Revision, N: i}); p.Text.ID() != want || p.Event == "" || p.Field == "" {
				t.Errorf("text %s of record %d: %+v", want, r.Revision, p)
			}
		}
	}
}

// TestTextsAreFoundWithTheirPlace: a name is found wherever it was typed, by anyone who may
// take it out.
func TestTextsAreFoundWithTheirPlace(t *testing.T) {
	l := imported(t)
	ids, err := texts.Find(l.s, admin, "i. BERG", l.now)
	if err != nil || len(ids) != 1 {
		t.Fatalf("found %v, %v", ids, err)
	}
	r := l.recs[ids[0].Revision-1]
	want := texts.Placed{Text: texts.PlacedIn(r)[ids[0].N].Text, Event: "levels_set", Field: "author", Board: "2021", Municipality: "0001", Column: "helse"}
	if got := texts.PlacedIn(r)[ids[0].N]; got != want || got.Text.String() != "I. Berg" {
		t.Errorf("%+v, want %+v", got, want)
	}
	if _, err := texts.Find(l.s, editor, "I. Berg", l.now); CodeOf(err) != Forbidden {
		t.Errorf("for an editor: %v", err)
	}
	l.do(admin, texts.Redact{Texts: ids, Reason: "Slettet konto"})
	if ids, err = texts.Find(l.s, admin, "Berg", l.now); err != nil || len(ids) != 0 {
		t.Errorf("after it was taken out: %v, %v", ids, err)
	}
}
