package worddiff

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The texts of two who wrote in the same cell.
const (
	base   = "To av tre fastlegelister står uten fast lege, og vikarbruken har vart i over ett år. Kommunen har avtale med Skjåk om 60 pasienter."
	mine   = "To av tre fastlegelister står uten fast lege, og vikarbruken har vart i over ett år. Ingen søkere til hjemlene i 2023. Kommunen har avtale med Skjåk om 60 pasienter fra 1. oktober."
	theirs = "To av tre fastlegelister står uten fast lege, og vikarbruken har vart i fjorten måneder. Kommunen har avtale med Skjåk om 60 pasienter. Legevakten er sårbar i ferier."
	both   = "To av tre fastlegelister står uten fast lege, og vikarbruken har vart i fjorten måneder. Ingen søkere til hjemlene i 2023. Kommunen har avtale med Skjåk om 60 pasienter fra 1. oktober. Legevakten er sårbar i ferier."
)

func TestMerge(t *testing.T) {
	for _, e := range []struct {
		base, mine, theirs, want string
		touched                  bool
	}{
		{base, mine, theirs, both, false},
		{base, theirs, mine, both, false},
		{"a, b, c", "x, b, c", "a, b, y", "x, b, y", false},
		{"a, b, c", "x, b, c", "y, b, c", "y, b, c", true},
		{"a, b, c", "x, b, z", "x, b, c", "x, b, z", false}, // one change is the same
		{"Tilbudet er stort.", "Tilbudet er ikke stort.", "Tilbudet er lite.", "Tilbudet er lite.", true},
		{"Slutt.", "Slutt. Mitt.", "Slutt. Ditt.", "Slutt. Ditt.", true},
		{"– a\n– b", "– a\n– b, først", "– a nå\n– b", "– a nå\n– b, først", false},
		{"a, b", "", "a, c", "a, c", true},
		{"a\xff, b", "c", "d", "d", true},
	} {
		if got, touched := Merge(e.base, e.mine, e.theirs); got != e.want || touched != e.touched {
			t.Errorf("%q, %q and %q:\n got %q, %t\nwant %q, %t", e.base, e.mine, e.theirs, got, touched, e.want, e.touched)
		}
	}
}

// TestMergeLosesNothing: one change alone is that change; of two that are put together
// every word that was added stands there, whoever is named first.
func TestMergeLosesNothing(t *testing.T) {
	merged := 0
	rapid.Check(t, func(t *rapid.T) {
		base := aText().Draw(t, "base")
		mine, theirs := changed(t, base, "mine"), changed(t, base, "theirs")
		for _, one := range [][2]string{{base, theirs}, {theirs, base}, {theirs, theirs}} {
			if text, touched := Merge(base, one[0], one[1]); text != theirs || touched {
				t.Fatalf("%q, %q give %q, %t", one[0], one[1], text, touched)
			}
		}
		text, touched := Merge(base, mine, theirs)
		if other, also := Merge(base, theirs, mine); also != touched || !touched && other != text {
			t.Fatalf("the other way round: %q, %t", other, also)
		}
		if touched {
			if text != theirs {
				t.Fatalf("touched, and the text is %q", text)
			}
			return
		}
		merged++
		for _, s := range append(Words(base, mine), Words(base, theirs)...) {
			if s.Kind == Added && !strings.Contains(text, s.Text) {
				t.Fatalf("%q lost %q", text, s.Text)
			}
		}
	})
	if merged < 20 {
		t.Errorf("only %d were put together", merged)
	}
}

// changed is a text with a word put in, or in the place of some of it.
func changed(t *rapid.T, base, who string) string {
	letters := []rune(base)
	from := rapid.IntRange(0, len(letters)).Draw(t, who+" from")
	to := rapid.IntRange(from, min(from+3, len(letters))).Draw(t, who+" to")
	return string(letters[:from]) + rapid.SampledFrom([]string{" ikke", "fast ", "", who}).Draw(t, who) + string(letters[to:])
}

func BenchmarkMerge(b *testing.B) {
	for b.Loop() {
		Merge(base, mine, theirs)
	}
}
