package dashboard

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"kommunebilde"
)

// scriptWords are the words that the script needs: those under "js.".
func (w *words) forScript() template.HTML {
	var keys []string
	for key := range w.m {
		if strings.HasPrefix(key, "js.") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var b builder
	b.raw(`<script type="application/json" id="words">{`)
	for i, key := range keys {
		if i > 0 {
			b.raw(",")
		}
		b.json(strings.TrimPrefix(key, "js.")).raw(":").json(w.m[key])
	}
	b.raw(`}</script>`)
	return template.HTML(b.b)
}

// pageData is the catalogue as the script needs it.
func (b *board) pageData() template.HTML {
	var w builder
	lang := b.w.lang
	w.raw(`<script type="application/json" id="page">{"municipalities":[`)
	for i, m := range b.c.Municipalities {
		if i > 0 {
			w.raw(",")
		}
		w.raw(`{"id":`).json(string(m.ID)).raw(`,"name":`).json(m.Name).raw(`,"region":`).json(string(m.Region)).raw(`}`)
	}
	w.raw(`],"columns":[`)
	for i, c := range b.c.Columns {
		if i > 0 {
			w.raw(",")
		}
		w.raw(`{"id":`).json(string(c.ID))
		if c.Kind == kommunebilde.ColumnArea && b.kind != kommunebilde.KindSituation || slices.Contains(b.cols, i) {
			name, _ := c.Name.In(lang)
			short, _ := c.Short.In(lang)
			w.raw(`,"name":`).json(name).raw(`,"short":`).json(short)
		}
		if c.StaleAfter > 0 {
			w.raw(`,"stale":`, strconv.Itoa(c.StaleAfter))
		}
		w.raw(`}`)
	}
	w.raw(`],"levels":{`)
	for i, l := range scaleOf(b.kind) {
		if i > 0 {
			w.raw(",")
		}
		w.json(string(l)).raw(`:{"word":`).json(b.word(l))
		if word := b.w.level(l); word != b.word(l) {
			w.raw(`,"edition":`).json(word)
		}
		w.raw(`,"means":`).json(b.w.means(b.kind, l))
		w.raw(`,"glyph":`).json("g-" + string(l)).raw(`,"mark":`).json("m-" + string(l)).raw(`}`)
	}
	w.raw(`}`)
	if veil := b.p.Veil(); veil > 0 {
		w.raw(`,"veil":`, strconv.FormatUint(uint64(veil), 10))
	}
	if a, ok := b.p.RegionalActor(b.f.Actor); ok {
		w.raw(`,"actor":{"id":`).json(string(a.ID)).raw(`,"names":[`)
		for i, name := range a.Names() {
			if i > 0 {
				w.raw(",")
			}
			w.json(name)
		}
		w.raw(`]}`)
	}
	w.raw(`}</script>`)
	return template.HTML(w.b)
}
