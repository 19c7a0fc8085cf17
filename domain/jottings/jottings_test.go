package jottings

import (
	"errors"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

func whole() Jotting {
	return Jotting{
		ID: "0123456789abcdef", Author: "kari", Board: "2026", Municipality: "3433", Column: "beredskap",
		Text: "Planen er fra", Evidence: []string{"e1@2"}, Seen: 7, Revision: 3, At: time.Date(2026, 9, 1, 10, 41, 0, 0, time.UTC),
	}
}

func TestCheck(t *testing.T) {
	j := whole()
	j.Text = typed.Text(strings.Repeat("å", Longest))
	if err := j.Check(); err != nil {
		t.Errorf("a long text: %v", err)
	}
	for field, spoil := range map[string]func(*Jotting){
		"id":       func(j *Jotting) { j.ID = "0123456789abcde/" },
		"board":    func(j *Jotting) { j.Board = "" },
		"m":        func(j *Jotting) { j.Municipality = "" },
		"c":        func(j *Jotting) { j.Column = "" },
		"rev":      func(j *Jotting) { j.Revision = 0 },
		"text":     func(j *Jotting) { j.Text = typed.Text(strings.Repeat("å", Longest+1)) },
		"evidence": func(j *Jotting) { j.Evidence = []string{strings.Repeat("e", longestReference+1)} },
	} {
		j := whole()
		spoil(&j)
		var e *domain.Error
		if err := j.Check(); !errors.As(err, &e) || e.Field != field || e.Code != domain.Invalid {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, id := range []ID{"", "0123456789abcde", ID(strings.Repeat("a", 65)), "0123456789ABCDEF", "0123456789abcdeø"} {
		j := whole()
		if j.ID = id; j.Check() == nil {
			t.Errorf("id %q is taken", id)
		}
	}
}

// TestTheLastRevisionWins: in whatever order they come.
func TestTheLastRevisionWins(t *testing.T) {
	kept := whole()
	for name, one := range map[string]struct {
		change  func(*Jotting)
		changed bool
		code    domain.Code
	}{
		"the same again":         {func(*Jotting) {}, false, ""},
		"the same later":         {func(j *Jotting) { j.At = j.At.Add(time.Hour) }, false, ""},
		"the next":               {func(j *Jotting) { j.Revision, j.Text = 4, "Planen er fra 2019." }, true, ""},
		"one far ahead":          {func(j *Jotting) { j.Revision = 90 }, true, ""},
		"an older":               {func(j *Jotting) { j.Revision, j.Text = 2, "Planen" }, false, domain.Conflict},
		"another text, same rev": {func(j *Jotting) { j.Text = "Noe annet" }, false, domain.Conflict},
		"another choice":         {func(j *Jotting) { j.Evidence = nil }, false, domain.Conflict},
		"another cell":           {func(j *Jotting) { j.Revision, j.Column = 4, "skole" }, false, domain.Invalid},
	} {
		next := whole()
		one.change(&next)
		changed, err := next.After(&kept)
		if changed != one.changed || (err == nil) != (one.code == "") || err != nil && domain.CodeOf(err) != one.code {
			t.Errorf("%s: %t, %v", name, changed, err)
		}
	}
}

func TestGone(t *testing.T) {
	j := whole()
	if j.Gone(j.At.Add(Lasts-time.Second)) || !j.Gone(j.At.Add(Lasts)) {
		t.Error("it does not end after ninety days")
	}
}
