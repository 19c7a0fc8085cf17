package worddiff

import (
	"strings"

	"kommunebilde/dashboard/kit"
)

// look is how a kind of span is shown: an element, and the word for those who hear it.
type look struct{ begin, end, word string }

var (
	removed = look{`<del>`, `</del>`, "worddiff.removed"}
	added   = look{`<ins>`, `</ins>`, "worddiff.added"}
	only    = look{`<mark>`, `</mark>`, "worddiff.only"}
)

// Together appends a difference in one column. What it stands in has the class
// "worddiff", here and below.
func Together(w *kit.Builder, words *kit.Words, spans []Span) {
	write(w, words, spans, map[Kind]look{Removed: removed, Added: added})
}

// Before appends the left of two columns: the text before, and what was removed of it.
func Before(w *kit.Builder, words *kit.Words, spans []Span) {
	write(w, words, spans, map[Kind]look{Removed: removed})
}

// After appends the right of two columns: the text after, and what was added.
func After(w *kit.Builder, words *kit.Words, spans []Span) {
	write(w, words, spans, map[Kind]look{Added: added})
}

// Left appends the first of two texts that stand beside each other, where neither is
// the later: what stands in it alone is marked.
func Left(w *kit.Builder, words *kit.Words, spans []Span) {
	write(w, words, spans, map[Kind]look{Removed: only})
}

// Right appends the second of them.
func Right(w *kit.Builder, words *kit.Words, spans []Span) {
	write(w, words, spans, map[Kind]look{Added: only})
}

// write appends the spans that are the same and those that have a look. The words say
// where a change begins and where it ends: a struck "ikke" must not be heard as said.
func write(w *kit.Builder, words *kit.Words, spans []Span, looks map[Kind]look) {
	changed := false
	over := func() {
		if changed {
			w.Raw(`<span class="vh"> `).Text(words.T("worddiff.over")).Raw(`. </span>`)
		}
		changed = false
	}
	for _, s := range spans {
		if s.Kind == Same {
			over()
			w.Text(s.Text)
			continue
		}
		look, ok := looks[s.Kind]
		if !ok {
			continue
		}
		w.Raw(look.begin, `<span class="vh"> `).Text(words.T(look.word)).Raw(`: </span>`)
		text(w, s)
		w.Raw(look.end)
		changed = true
	}
	over()
}

// text appends what a change says. A line break that changed alone has a sign, because
// nothing of it would be seen.
func text(w *kit.Builder, s Span) {
	if strings.TrimSpace(s.Text) != "" || !strings.Contains(s.Text, "\n") {
		w.Text(s.Text)
		return
	}
	for range strings.Count(s.Text, "\n") {
		w.Raw(`¶`)
		if s.Kind == Added {
			w.Raw("\n")
		}
	}
}
