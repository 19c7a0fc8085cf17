package worddiff

import (
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// MaxLength is how many characters a text may have to be compared.
const MaxLength = 20_000

// longest is how long is searched; what then is left counts as removed and added.
const longest = 200 * time.Millisecond

// Kind says what became of a stretch of text.
type Kind int

// The kinds of spans.
const (
	Same Kind = iota
	Removed
	Added
)

// Span is a stretch of text that is in both texts or in one of them.
type Span struct {
	Kind Kind
	Text string
}

// Words compares two texts. The spans that are not added make up the text before, those
// that are not removed the text after; of a change what is removed comes first. Texts
// that are too long or not in UTF-8 are not compared: one is removed, the other added.
func Words(before, after string) []Span {
	switch {
	case before == after:
		return join(nil, Same, before)
	case !comparable(before) || !comparable(after):
		return join(join(nil, Removed, before), Added, after)
	}
	var known vocabulary
	search := diffmatchpatch.New()
	search.DiffTimeout = longest
	return changes(known.spell(search.DiffMainRunes(known.runes(before), known.runes(after), false)))
}

// Count returns how many changes there are: a word that became another is one.
func Count(spans []Span) (n int) {
	changed := false
	for _, s := range spans {
		if s.Kind != Same && !changed {
			n++
		}
		changed = s.Kind != Same
	}
	return n
}

func comparable(s string) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= MaxLength
}

// vocabulary gives each word a rune, since the library compares runes. They begin
// above what is reserved, and there are more of them than a text may have words.
type vocabulary struct {
	words []string
	of    map[string]rune
}

const firstRune = 0x10000

func (v *vocabulary) runes(s string) []rune {
	if v.of == nil {
		v.of = map[string]rune{}
	}
	var out []rune
	for len(s) > 0 {
		word := s[:wordLen(s)]
		r, ok := v.of[word]
		if !ok {
			r = firstRune + rune(len(v.words))
			v.words = append(v.words, word)
			v.of[word] = r
		}
		out = append(out, r)
		s = s[len(word):]
	}
	return out
}

// token is a word of the comparison, and what became of it.
type token = Span

func (v *vocabulary) spell(diffs []diffmatchpatch.Diff) (out []token) {
	kinds := map[diffmatchpatch.Operation]Kind{diffmatchpatch.DiffDelete: Removed, diffmatchpatch.DiffInsert: Added}
	for _, d := range diffs {
		for _, r := range d.Text {
			out = append(out, token{kinds[d.Type], v.words[r-firstRune]})
		}
	}
	return out
}

// changes makes spans of tokens. A lone blank between two changes is part of both, and
// each change says first what is removed.
func changes(tokens []token) (out []Span) {
	for i := 0; i < len(tokens); {
		if tokens[i].Kind == Same {
			out = join(out, Same, tokens[i].Text)
			i++
			continue
		}
		var removed, added []byte
		for ; i < len(tokens); i++ {
			t := tokens[i]
			if t.Kind == Same && (i+1 == len(tokens) || tokens[i+1].Kind == Same || !blank(t.Text)) {
				break
			}
			if t.Kind != Added {
				removed = append(removed, t.Text...)
			}
			if t.Kind != Removed {
				added = append(added, t.Text...)
			}
		}
		out = join(join(out, Removed, string(removed)), Added, string(added))
	}
	return out
}

// join appends a span, or makes the last one longer.
func join(spans []Span, k Kind, text string) []Span {
	if text == "" {
		return spans
	}
	if n := len(spans); n > 0 && spans[n-1].Kind == k {
		spans[n-1].Text += text
		return spans
	}
	return append(spans, Span{k, text})
}

// wordLen returns how long the word is that a text begins with: letters, digits and
// their marks, with the sign inside a number ("3,1", "10.42"); blanks; a line break; or
// a single sign.
func wordLen(s string) int {
	first, n := utf8.DecodeRuneInString(s)
	is := letter
	switch {
	case first == '\n':
		return n
	case unicode.IsSpace(first):
		is = func(r rune) bool { return unicode.IsSpace(r) && r != '\n' }
	case !letter(first):
		return n
	}
	for last := first; n < len(s); {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !is(r) && !(inNumber(last, r) && startsDigit(s[n+size:])) {
			break
		}
		last, n = r, n+size
	}
	return n
}

// letter takes what cannot be seen, such as a soft hyphen, for part of a word.
func letter(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.Cf)
}

func inNumber(before, r rune) bool {
	return unicode.IsDigit(before) && (r == ',' || r == '.' || r == ':')
}

func startsDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r)
}

func blank(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) || r == '\n' {
			return false
		}
	}
	return true
}
