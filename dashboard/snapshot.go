package dashboard

import (
	"bytes"
	"strconv"
	"strings"

	"kommunebilde"
)

// Snapshot is a board's picture as one file that can be mailed and kept: styles
// inside, no script, no address that leads anywhere. It says of which time it
// is, and that it does not follow.
func (s *Site) Snapshot(r Request, p kommunebilde.Picture) ([]byte, error) {
	pg := s.newPage(r, "snapshot", "")
	pg.onBoard(p)
	c := p.Catalogue()
	b := s.newBoard(pg, p, Filter{}, all(len(c.Municipalities)), judged(c, p.Board().Kind))
	pg.Title = pg.T("snapshot.title", pg.titleOf(p.Board()), pg.Day(pg.clock.now)+" "+pg.Minute(pg.clock.now))
	w := &builder{b: make([]byte, 0, pageSize)}
	w.raw(`<!doctype html><html`).attr("lang", pg.Lang).raw(`><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>`)
	if pg.Exercise {
		w.text(pg.T("exercise.word") + " – ")
	}
	w.text(pg.Title)
	if pg.Demo {
		w.text(" – " + pg.T("demo.word"))
	}
	w.raw(`</title><style>`)
	if css, ok := s.assets.byName[s.assets.hashed["app.css"]]; ok {
		w.b = append(w.b, css.Body...)
	}
	w.raw(`</style></head><body data-kind="snapshot"`).attr("data-layer", pg.Body.Layer).flag("data-exercise", pg.Exercise).raw(`>`, string(pg.Sprite()))
	from := len(w.b)
	pg.snapshot(w, b)
	w.b = append(w.b[:from], withoutLinks(w.b[from:])...)
	w.raw(`</body></html>`)
	return w.b, nil
}

func (p *page) snapshot(w *builder, b *board) {
	w.raw(`<main id="main" class="snapshot">`)
	if p.Exercise {
		w.raw(`<p class="exercise-line"><strong class="exercise">`).text(p.T("exercise.word")).raw(`</strong> `).text(p.T("exercise.note")).raw(`</p>`)
	}
	w.raw(`<h1>`).text(p.Title).raw(`</h1><p class="facts"><span>`).text(p.County).raw(`</span><span>`)
	b.asOf(w, *p)
	w.raw(`</span><span>`).text(p.T("snapshot.revision", strconv.FormatUint(uint64(p.Body.Rev), 10))).raw(`</span></p><p class="warn-box">`).text(p.T("snapshot.still", p.Day(p.clock.now)+" "+p.Second(p.clock.now))).raw(`</p>`)
	if p.Demo {
		w.raw(`<p><b>`).text(p.T("demo")).raw(`</b></p>`)
	}
	w.raw(`<div class="snap"><div><ul class="tally">`)
	for i, l := range togglesOn(b.kind) {
		w.raw(`<li><i class="sw" data-level="`).text(string(l)).raw(`">`).marked(signOf(l)).raw(`</i> `).text(p.T("toggle." + string(l))).raw(` <b>`).int(b.total[i]).raw(`</b></li>`)
	}
	w.raw(`</ul>`)
	if b.mapAt >= 0 && b.geo != nil {
		name, _ := b.c.Columns[b.mapAt].Name.In(p.Lang)
		w.raw(`<h2>`).text(name).raw(`</h2>`)
		b.geographic(w, mapOptions{id: "map", glyph: 40, only: -1})
		b.credit(w)
	}
	w.raw(`</div><div>`)
	b.grid(w, gridOptions{class: "areas roomy", marks: true})
	w.raw(`</div></div>`)
	p.reasons(w, b)
	if b.kind == kommunebilde.KindSituation {
		var of []kommunebilde.MunicipalityID
		for _, m := range b.c.Municipalities {
			of = append(of, m.ID)
		}
		p.sums(w, b.p, of)
	}
	w.raw(`</main>`)
}

// reasons appends the cells that are worse than normal, worst first, and what is
// said of them.
func (p *page) reasons(w *builder, b *board) {
	w.raw(`<h2>`).text(p.T("snapshot.reasons")).raw(`</h2><div class="wide"><table class="t"><thead><tr><th scope="col">`).text(p.T("municipality.level")).raw(`</th><th scope="col">`).text(p.T("log.place")).raw(`</th><th scope="col">`).text(p.T("log.area")).raw(`</th><th scope="col">`).text(p.T("log.text")).raw(`</th><th scope="col">`).text(p.T("log.time")).raw(`</th></tr></thead><tbody>`)
	for _, worse := range []int{2, 1} {
		for _, r := range b.rows {
			for _, col := range b.cols {
				cell := b.p.Cell(r, col)
				if toggleIndex(cell.Level) != worse {
					continue
				}
				name, _ := b.c.Columns[col].Name.In(p.Lang)
				w.raw(`<tr><td>`).chip(cell.Level, b.word(cell.Level)).raw(`</td><th scope="row">`).text(b.c.Municipalities[r].Name).raw(`</th><td>`).text(name).raw(`</td><td>`).text(strings.TrimSpace(cell.Text + " " + b.w.marking(cell.Marking))).raw(`</td><td>`)
				if b.kind == kommunebilde.KindEdition {
					w.text(p.Date(cell.Date))
				} else {
					w.time(cell.At, p.zone, p.Short(cell.At)+" "+p.Minute(cell.At))
				}
				w.raw(`</td></tr>`)
			}
		}
	}
	w.raw(`</tbody></table></div>`)
}

// withoutLinks takes the addresses out of the parts that pages and file share: a
// file has nowhere to lead. What had a name for those who listen keeps it.
func withoutLinks(html []byte) []byte {
	out := make([]byte, 0, len(html))
	for {
		before, rest, ok := bytes.Cut(html, []byte(`<a href="`))
		out = append(out, before...)
		if !ok {
			return out
		}
		_, rest, _ = bytes.Cut(rest, []byte(`"`))
		if bytes.HasPrefix(rest, []byte(` aria-label=`)) {
			out = append(out, `<a role="img"`...)
		} else {
			out = append(out, `<a`...)
		}
		html = rest
	}
}
