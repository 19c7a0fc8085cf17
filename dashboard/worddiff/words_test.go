package worddiff

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// marked writes spans as findings are written: [-removed-]{+added+}.
func marked(spans []Span) string {
	var out strings.Builder
	for _, s := range spans {
		fmt.Fprintf(&out, map[Kind]string{Same: "%s", Removed: "[-%s-]", Added: "{+%s+}"}[s.Kind], s.Text)
	}
	return out.String()
}

func TestWords(t *testing.T) {
	for _, e := range []struct {
		before, after, want string
		n                   int
	}{
		{"", "", "", 0},
		{"Likt.", "Likt.", "Likt.", 0},
		{"", "Nytt.", "{+Nytt.+}", 1},
		{"Borte.", "", "[-Borte.-]", 1},
		{"rødt", "gult", "[-rødt-]{+gult+}", 1},
		{"siden 2021", "siden 2022", "siden [-2021-]{+2022+}", 1},
		{"økt til 3,1 prosent", "økt til 3,4 prosent", "økt til [-3,1-]{+3,4+} prosent", 1},
		{"i barnevernet, men sårbarheten er stor", "i barneverntjenesten. Sårbarheten er fortsatt stor",
			"i [-barnevernet, men sårbarheten-]{+barneverntjenesten. Sårbarheten+} er{+ fortsatt+} stor", 2},
		{"Kommunen har ikke fast lege.", "Kommunen har fast lege.", "Kommunen har [-ikke -]fast lege.", 1},
		{"en to tre", "fire fem seks", "[-en to tre-]{+fire fem seks+}", 1},
		{"barne\u00advern", "barnevern", "[-barne\u00advern-]{+barnevern+}", 1},
		{"a\nb", "a b", "a[-\n-]{+ +}b", 1},
		{"a\xff", "b", "[-a\xff-]{+b+}", 1},
	} {
		got := Words(e.before, e.after)
		if marked(got) != e.want || Count(got) != e.n {
			t.Errorf("%q to %q:\n got %s (%d)\nwant %s (%d)", e.before, e.after, marked(got), Count(got), e.want, e.n)
		}
	}
}

// TestLongTextsAreNotCompared: what would take long is refused at once.
func TestLongTextsAreNotCompared(t *testing.T) {
	before := strings.Repeat("æ", MaxLength-1) + " a"
	if got := Words(before, before+"b"); len(got) != 2 || got[0] != (Span{Removed, before}) || got[1] != (Span{Added, before + "b"}) {
		t.Errorf("%d spans", len(got))
	}
	if got := Words(before[2:], before[2:len(before)-1]+"b"); len(got) != 3 {
		t.Errorf("the longest text has %d spans", len(got))
	}
}

// TestSearchEnds: with nothing in common the search gives up, and what is left is
// removed and added.
func TestSearchEnds(t *testing.T) {
	before, after := strange(MaxLength)
	start := time.Now()
	spans := Words(before, after)
	if took := time.Since(start); !whole(spans, before, after) || took > 3*time.Second {
		t.Errorf("%d spans took %v", len(spans), took)
	}
}

// strange returns two texts of n characters that share blanks only.
func strange(n int) (a, b string) {
	var x, y strings.Builder
	for i := range n / 6 {
		fmt.Fprintf(&x, "a%04d ", i)
		fmt.Fprintf(&y, "b%04d ", i)
	}
	return x.String(), y.String()
}

// whole reports whether spans are both texts, with no change after a change, what is
// removed first, and nothing empty.
func whole(spans []Span, before, after string) bool {
	var was, is string
	for i, s := range spans {
		if s.Text == "" || i > 0 && (spans[i-1].Kind == s.Kind || spans[i-1].Kind == Added && s.Kind == Removed) {
			return false
		}
		if s.Kind != Added {
			was += s.Text
		}
		if s.Kind != Removed {
			is += s.Text
		}
	}
	return was == before && is == after
}

// aText is made of few words, so that texts have much in common.
func aText() *rapid.Generator[string] {
	word := rapid.SampledFrom([]string{"ikke", "lege", "Lom", "er", " ", " ", " ", ".", ", ", "\n", "3,1", "2022", "–", "å\u030a", "\u00a0", "👩\u200d🚒"})
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 0, 40).Draw(t, "words"), "") })
}

func TestWordsAreWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := aText().Draw(t, "before"), aText().Draw(t, "after")
		if spans := Words(before, after); !whole(spans, before, after) {
			t.Fatalf("%s", marked(spans))
		}
	})
}

func FuzzWords(f *testing.F) {
	f.Add("i barnevernet, men", "i barneverntjenesten. Men")
	f.Add("a\xff\xed\xa0\x80", "\ufffd b")
	f.Fuzz(func(t *testing.T, before, after string) {
		if spans := Words(before, after); !whole(spans, before, after) {
			t.Errorf("%s", marked(spans))
		}
	})
}

func BenchmarkWords(b *testing.B) {
	const sentence = "To av tre fastlegelister står uten fast lege, og vikarbruken har vart i over ett år. "
	like := strings.Repeat(sentence, 24)
	b.Run("like", func(b *testing.B) {
		after := strings.ReplaceAll(like[:1000], "over ett år", "fjorten måneder") + like[1000:]
		for b.Loop() {
			Words(like, after)
		}
	})
	for _, n := range []int{2_000, 5_000, 20_000} {
		before, after := strange(n)
		b.Run(fmt.Sprintf("strange-%d", n), func(b *testing.B) {
			for b.Loop() {
				Words(before, after)
			}
		})
	}
}
