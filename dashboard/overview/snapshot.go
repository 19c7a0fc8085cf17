package overview

import (
	"bytes"
	"strconv"
	"strings"

	"kommunebilde/dashboard/access"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
)

// Snapshot is a board's picture as one file that can be mailed and kept: styles and
// typeface inside, no script, no address that leads anywhere. It says of which time it
// is, and that it does not follow.
func Snapshot(s *kit.Site, r kit.Request, p domain.Picture) ([]byte, error) {
	pg := s.NewPage(r, "snapshot", "")
	pg.OnBoard(p)
	c := p.Catalogue()
	b := s.NewBoard(pg, p, kit.Filter{}, kit.UpTo(len(c.Municipalities)), kit.Judged(c, p.Board().Kind))
	pg.Title = pg.T("snapshot.title", pg.TitleOf(p.Board()), pg.Day(pg.Clock.Now)+" "+pg.Minute(pg.Clock.Now))
	w := kit.NewBuilder(kit.PageSize)
	w.Raw(`<!doctype html><html`).Attr("lang", pg.Lang).Raw(`><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>`)
	if pg.Exercise {
		w.Text(pg.T("exercise.word") + " – ")
	}
	w.Text(pg.Title)
	if pg.Demo {
		w.Text(" – " + pg.T("demo.word"))
	}
	w.Raw(`</title><style>`)
	w.Raw(string(s.Inline("app.css")), `</style></head><body data-kind="snapshot"`).Attr("data-layer", pg.Body.Layer).Flag("data-exercise", pg.Exercise).Raw(`>`, string(pg.Sprite()))
	var main kit.Builder
	snapshot(&pg, &main, b)
	w.Raw(string(withoutLinks(main.Bytes())), `</body></html>`)
	return w.Bytes(), nil
}

func snapshot(p *kit.Page, w *kit.Builder, b *kit.Board) {
	w.Raw(`<main id="main" class="snapshot">`)
	if p.Exercise {
		w.Raw(`<p class="exercise-line"><strong class="exercise">`).Text(p.T("exercise.word")).Raw(`</strong> `).Text(p.T("exercise.note")).Raw(`</p>`)
	}
	w.Raw(`<h1>`).Text(p.Title).Raw(`</h1><p class="facts"><span>`).Text(p.County).Raw(`</span><span>`)
	b.AsOf(w, *p)
	if note := b.RestsNote(); note != "" {
		w.Raw(` · `).Text(note)
	}
	w.Raw(`</span><span>`).Text(p.T("snapshot.revision", strconv.FormatUint(uint64(p.Body.Rev), 10))).Raw(`</span></p><p class="warn-box">`).Text(p.T("snapshot.still", p.Day(p.Clock.Now)+" "+p.Second(p.Clock.Now))).Raw(`</p>`)
	if p.Demo {
		w.Raw(`<p><b>`).Text(p.T("demo")).Raw(`</b></p>`)
	}
	w.Raw(`<div class="snap"><div><ul class="tally">`)
	for i, l := range kit.TogglesOn(b.Kind) {
		w.Raw(`<li><i class="sw" data-level="`).Text(string(l)).Raw(`">`).Marked(kit.SignOf(l)).Raw(`</i> `).Text(p.T("toggle." + string(l))).Raw(` <b>`).Int(b.Total[i]).Raw(`</b></li>`)
	}
	w.Raw(`</ul>`)
	if b.MapAt >= 0 && b.Geometry != nil {
		name, _ := b.Catalogue.Columns[b.MapAt].Name.In(p.Lang)
		w.Raw(`<h2>`).Text(name).Raw(`</h2>`)
		b.Geographic(w, kit.MapOptions{ID: "map", Glyph: 40, Only: -1})
		b.Credit(w)
	}
	w.Raw(`</div><div>`)
	b.Grid(w, kit.GridOptions{Class: "areas roomy", Marks: true})
	w.Raw(`</div></div>`)
	reasons(p, w, b)
	if b.Kind == domain.KindSituation {
		var of []domain.MunicipalityID
		for _, m := range b.Catalogue.Municipalities {
			of = append(of, m.ID)
		}
		situations.Sums(p, w, b.Picture, of)
	}
	w.Raw(`</main>`)
}

// reasons appends the cells that are worse than normal, worst first, and what is
// said of them.
func reasons(p *kit.Page, w *kit.Builder, b *kit.Board) {
	w.Raw(`<h2>`).Text(p.T("snapshot.reasons")).Raw(`</h2><div class="wide"><table class="t"><thead><tr><th scope="col">`).Text(p.T("municipality.level")).Raw(`</th><th scope="col">`).Text(p.T("log.place")).Raw(`</th><th scope="col">`).Text(p.T("log.area")).Raw(`</th><th scope="col">`).Text(p.T("log.text")).Raw(`</th><th scope="col">`).Text(p.T("log.time")).Raw(`</th></tr></thead><tbody>`)
	for _, worse := range []int{2, 1} {
		for _, r := range b.Rows {
			for _, col := range b.Cols {
				cell := b.Picture.Cell(r, col)
				if kit.ToggleIndex(cell.Level) != worse {
					continue
				}
				name, _ := b.Catalogue.Columns[col].Name.In(p.Lang)
				w.Raw(`<tr><td>`).Chip(cell.Level, b.Word(cell.Level)).Raw(`</td><th scope="row">`).Text(b.Catalogue.Municipalities[r].Name).Raw(`</th><td>`).Text(name).Raw(`</td><td>`).Text(strings.TrimSpace(cell.Text + " " + access.MarkingWords(b.Words, cell.Marking))).Raw(`</td><td>`)
				if b.Kind == domain.KindEdition {
					w.Text(p.Date(cell.Date))
				} else {
					w.Time(cell.At, p.Zone, p.Short(cell.At)+" "+p.Minute(cell.At))
				}
				w.Raw(`</td></tr>`)
			}
		}
	}
	w.Raw(`</tbody></table></div>`)
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
