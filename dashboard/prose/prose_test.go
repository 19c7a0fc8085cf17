package prose

import (
	"strings"
	"testing"
	"time"
)

// What is typed, and what is shown of it.
var examples = []struct{ typed, html string }{
	{"", ""},
	{" \n\n ", ""},
	{"To av tre lister.\nIngen søkere.", "<p>To av tre lister.<br>Ingen søkere.</p>"},
	{"Første.\n\n \nAndre.", "<p>Første.</p><p>Andre.</p>"},
	{"Tiltak kommunen selv peker på:\n– avtale med Skjåk\n– ALIS-stilling\nSlutt.", "<p>Tiltak kommunen selv peker på:</p><ul><li>avtale med Skjåk</li><li>ALIS-stilling</li></ul><p>Slutt.</p>"},
	{"- a\n• b\n·\tc", "<ul><li>a</li><li>b</li><li>c</li></ul>"},
	{"•\ta\no\tb\no\tc\n•\td", "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>"},
	{"- a\n  1. b\n  2. c\n  går videre\n- d", "<ul><li>a<ol><li>b</li><li>c<br>går videre</li></ol></li><li>d</li></ul>"},
	{"- a\n  - b\n    - c\n  hører til c\n- d", "<ul><li>a<ul><li>b</li><li>c<br>hører til c</li></ul></li><li>d</li></ul>"},
	{"- a\n  fortsetter\n- b", "<ul><li>a<br>fortsetter</li><li>b</li></ul>"},
	{"1. a\n2. b\n3. c", "<ol><li>a</li><li>b</li><li>c</li></ol>"},
	{"1. a\n  - x\n2. b", "<ol><li>a<ul><li>x</li></ul></li><li>b</li></ol>"},
	{"1. a\n2. b\n4. c", "<ol><li>a</li><li>b</li></ol><p>4. c</p>"},
	{"1. a\n  2. b\n  3. c", "<ol><li>a</li><li>b</li><li>c</li></ol>"},
	{"1. a\n  1. b\n  2. c\n2. d", "<ol><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ol>"},
	{"1. a\n\n2. b", "<p>1. a</p><p>2. b</p>"},
	{"1. januar fikk kommunen ny lege.", "<p>1. januar fikk kommunen ny lege.</p>"},
	{"2022. Kommunen har fulgt opp.\n2023. Det samme.", "<p>2022. Kommunen har fulgt opp.<br>2023. Det samme.</p>"},
	{"12. mai\n13. mai", "<p>12. mai<br>13. mai</p>"},
	{"–\n-5 grader\n- ", "<p>–<br>-5 grader<br>-</p>"},
	{"o nei", "<p>o nei</p>"},
	{"*a* _b_ # c <b>&amp;</b> ![x](https://x.example/y.png)", `<p>*a* _b_ # c &lt;b&gt;&amp;amp;&lt;/b&gt; ![x](<a href="https://x.example/y.png" rel="noopener nofollow">https://x.example/y.png</a>)</p>`},
	{"Se https://www.ssb.no/a?b=1&c=2.", `<p>Se <a href="https://www.ssb.no/a?b=1&amp;c=2" rel="noopener nofollow">https://www.ssb.no/a?b=1&amp;c=2</a>.</p>`},
	{"(https://no.wikipedia.org/wiki/Lom_(kommune))", `<p>(<a href="https://no.wikipedia.org/wiki/Lom_(kommune)" rel="noopener nofollow">https://no.wikipedia.org/wiki/Lom_(kommune)</a>)</p>`},
	{`https://x.example/"onmouseover="alert(1)`, `<p><a href="https://x.example/" rel="noopener nofollow">https://x.example/</a>&#34;onmouseover=&#34;alert(1)</p>`},
	{"javascript:alert(1) http://a.example xhttps://a.example https:// https://a@b.example https://%zz", "<p>javascript:alert(1) http://a.example xhttps://a.example https:// https://a@b.example https://%zz</p>"},
	{"barne\u00advern og 1\u00a0000", "<p>barne\u00advern og 1\u00a0000</p>"},
	{"a\xffb", "<p>a\uFFFDb</p>"},
}

func TestHTML(t *testing.T) {
	for _, e := range examples {
		if got := string(HTML(e.typed)); got != e.html {
			t.Errorf("%q\n got %s\nwant %s", e.typed, got, e.html)
		}
	}
}

func TestFirstLine(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "\n \n Først. Så.\nAndre": "Først. Så.", "– a\n– b": "a", "1. januar": "1. januar", "2022. Kommunen": "2022. Kommunen",
	} {
		if got := FirstLine(in); got != want {
			t.Errorf("%q begins with %q, want %q", in, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	const typed = "Tiltak:\n•\ta\no\tb\nhttps://x.example \n\n\n\n1. c\n2. d\n   e"
	const want = "Tiltak:\n– a\n  – b\n\nhttps://x.example\n1. c\n2. d\n  e"
	if got := Plain(typed); got != want {
		t.Errorf("got %q", got)
	}
}

// TestLinear: a million characters, whatever they are, take far less than a second;
// whatever looked at each line once for each line would take many.
func TestLinear(t *testing.T) {
	for _, unit := range []string{"ord og ", "– punkt\n", "1. a\n", "1. a\n  1. b\n", "  1. b\n", "- a\n  - b\n    c\n", "https://a.example/) ", "https://", ")", "https://a(", "\n", " ", "o\t", "æ"} {
		s := strings.Repeat(unit, 1_000_000/len(unit))
		start := time.Now()
		HTML(s)
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%q: %v", unit, took)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	s := strings.Repeat("To av tre lister står uten fast lege. Se https://www.ssb.no/a.\n– avtale\n– stilling\n\n", 1200)[:100_000]
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		HTML(s)
	}
}
