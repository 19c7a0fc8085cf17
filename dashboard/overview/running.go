package overview

import (
	"html/template"
	"strings"

	"kommunebilde/dashboard/kit"
)

// running is what stands over each printed page: one that is on its own says what it
// belongs to, what was chosen of it, and that it is not real.
func running(b *kit.Board, pg kit.Page) template.HTML {
	var w kit.Builder
	w.Raw(`<p class="print-only" aria-hidden="true">`)
	if pg.Exercise {
		w.Raw(`<b>`).Text(pg.T("exercise.word")).Raw(`</b> – `)
	}
	w.Raw(`<b>`).Text(pg.Title).Raw(`</b>. `)
	of, _ := asOfWords(b, pg)
	if pg.Past != "" {
		of += ". " + pg.T("asof.past", pg.Past)
	}
	w.Text(of + ". ")
	if b.Filter.Set() || pg.Kind == "overview" {
		(&overview{Board: b, pg: pg}).inWords(&w)
		w.Raw(`. `)
	}
	if old := b.Old(pg); old.Words != "" {
		w.Text(strings.TrimRight(old.Words+" "+old.Newer, ". ") + ". ")
	}
	if pg.Demo {
		w.Raw(`<b>`).Text(pg.T("demo")).Raw(`</b>`)
	}
	return w.Raw(`</p>`).HTML()
}
