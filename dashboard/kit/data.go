package kit

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/domain/actors"
)

// scriptWords are the words that the script needs: those under "js.".
func (w *Words) forScript() template.HTML {
	var keys []string
	for key := range w.m {
		if strings.HasPrefix(key, "js.") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var b Builder
	b.Raw(`<script type="application/json" id="words">{`)
	for i, key := range keys {
		if i > 0 {
			b.Raw(",")
		}
		b.JSON(strings.TrimPrefix(key, "js.")).Raw(":").JSON(w.m[key])
	}
	b.Raw(`}</script>`)
	return b.HTML()
}

// PageData is the catalogue as the script needs it.
func (b *Board) PageData() template.HTML {
	var w Builder
	named := slices.Concat(Judged(b.Catalogue, b.Kind), b.Cols)
	w.Raw(`<script type="application/json" id="page">{"municipalities":[`)
	for i, m := range b.Catalogue.Municipalities {
		if i > 0 {
			w.Raw(",")
		}
		w.Raw(`{"id":`).JSON(string(m.ID)).Raw(`,"name":`).JSON(m.Name).Raw(`,"region":`).JSON(string(m.Region)).Raw(`}`)
	}
	w.Raw(`],"columns":[`)
	for i, c := range b.Catalogue.Columns {
		if i > 0 {
			w.Raw(",")
		}
		w.Raw(`{"id":`).JSON(string(c.ID))
		if slices.Contains(named, i) {
			name, _ := c.Name.In(b.Words.Lang)
			w.Raw(`,"name":`).JSON(name).Raw(`,"short":`).JSON(b.Short(i))
		}
		if c.StaleAfter > 0 {
			w.Raw(`,"stale":`, strconv.Itoa(c.StaleAfter))
		}
		w.Raw(`}`)
	}
	w.Raw(`],"levels":{`)
	for i, l := range ScaleOf(b.Kind) {
		if i > 0 {
			w.Raw(",")
		}
		w.JSON(string(l)).Raw(`:{"word":`).JSON(b.Word(l))
		if word := b.Words.Level(l); word != b.Word(l) {
			w.Raw(`,"edition":`).JSON(word)
		}
		w.Raw(`,"means":`).JSON(b.Words.Means(b.Kind, l))
		w.Raw(`,"glyph":`).JSON("g-" + string(l)).Raw(`,"mark":`).JSON("m-" + string(l)).Raw(`}`)
	}
	w.Raw(`}`)
	if veil := b.Picture.Veil(); veil > 0 {
		w.Raw(`,"veil":`, strconv.FormatUint(uint64(veil), 10))
	}
	if a, ok := actors.One(b.Picture, b.Filter.Actor); ok {
		w.Raw(`,"actor":{"id":`).JSON(string(a.ID)).Raw(`,"names":[`)
		for i, name := range a.Names() {
			if i > 0 {
				w.Raw(",")
			}
			w.JSON(name)
		}
		w.Raw(`]}`)
	}
	w.Raw(`}</script>`)
	return w.HTML()
}
