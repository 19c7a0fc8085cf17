package signoff

import (
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/signoff"
)

// matrix is every unit as a sign: areas as rows, municipalities in the order of the
// meetings' agenda, and the summaries apart.
func (w *sheet) matrix() template.HTML {
	b := kit.NewBuilder(160 << 10)
	w.matrixHead(b)
	b.Raw(`<tbody>`)
	cat := w.o.Picture.Catalogue()
	for _, i := range cat.Areas() {
		w.matrixRow(b, cat.Columns[i].ID)
	}
	b.Raw(`</tbody>`)
	if all := cat.Summaries(); len(all) > 0 {
		b.Raw(`<tbody class="apart">`)
		w.matrixRow(b, cat.Columns[all[0]].ID)
		b.Raw(`</tbody>`)
	}
	return b.HTML()
}

func (w *sheet) matrixHead(b *kit.Builder) {
	b.Raw(`<thead><tr><th scope="col">`).Text(w.pg.T("work.area")).Raw(`</th><th scope="col" class="who">`).Text(w.pg.T("progress.responsible")).Raw(`</th><th scope="col" class="signs"><span class="vh">`).Text(w.pg.T("progress.units")).Raw(`</span><span class="line">`)
	for _, r := range heads(w.o.Picture.Catalogue()) {
		b.Raw(`<span class="rg"`).Flag("data-up", r.up).Flag("data-tick", r.tick).Raw(`>`)
		for range r.n {
			b.Raw(`<i></i>`)
		}
		b.Raw(`<b>`).Text(r.name).Raw(`</b></span>`)
	}
	b.Raw(`</span></th>`)
	for _, s := range signoff.States() {
		b.Raw(`<th scope="col" class="n">`).WorkSign(string(s)).Raw(`<span class="vh">`).Text(w.pg.T("work.state." + string(s))).Raw(`</span></th>`)
	}
	b.Raw(`<th scope="col" class="decide">`).Text(w.pg.T("work.decide")).Raw(`</th></tr></thead>`)
}

// head is a region's name over its n signs; up: in the upper of two lines, with a tick
// down to its first sign where no name of the lower line is in the way.
type head struct {
	name     string
	n        int
	up, tick bool
}

// heads places the names of regions so that none covers another: in the lower line those
// that have room over their own signs.
func heads(cat *domain.Catalogue) (out []head) {
	const sign, gap, letter = 14, 5, 7.5 // px, with room for readers who space their text
	width := func(name string) int { return int(float64(utf8.RuneCountInString(name))*letter) + gap - 1 }
	at, low, high := 0, 0, 0
	for _, r := range cat.Regions {
		h := head{name: strings.TrimSuffix(r.Short, "reg."), n: len(cat.Members(r.ID))} // after its town
		room := h.n*sign + gap
		if at < low && at < high {
			h.name = "" // the signs under it name it
		}
		if h.up = h.name != "" && (at < low || width(h.name) > room && at >= high); h.up {
			high, h.tick = at+width(h.name), at+sign/2 >= low
		} else if h.name != "" {
			low = at + width(h.name)
		}
		at += room
		out = append(out, h)
	}
	return out
}

func (w *sheet) matrixRow(b *kit.Builder, c domain.ColumnID) {
	name := w.name(c)
	b.Raw(`<tr`).Flag("data-chosen", c == w.o.Chosen.Column).Raw(`><th scope="row"><a`).Attr("href", w.link("/vurdering/"+string(c))).Raw(`>`).Text(name).Raw(`</a></th><td class="who">`)
	b.Text(w.people(w.o.Plan.Areas[c].Assessors)).Raw(`</td>`)
	if w.o.Work.Rests(c) {
		b.Raw(`<td class="rests" colspan="`).Int(2 + len(signoff.States())).Raw(`">`).Text(w.pg.T("progress.resting")).Raw(`</td></tr>`)
		return
	}
	b.Raw(`<td class="signs"><span class="line">`)
	var region domain.RegionID
	for _, m := range w.o.Picture.Catalogue().Municipalities {
		if m.Region != region {
			if region != "" {
				b.Raw(`</span>`)
			}
			region = m.Region
			b.Raw(`<span class="rg">`)
		}
		w.sign(b, m, c, name)
	}
	b.Raw(`</span></span></td>`)
	n := w.o.Work.Count(w.rows, []domain.ColumnID{c})
	for _, s := range signoff.States() {
		b.Raw(`<td class="n"`).Flag("data-none", n[s] == 0).Raw(`>`).WorkSign(string(s)).Raw(` `).Int(n[s]).Raw(`</td>`)
	}
	b.Raw(`<td class="decide">`)
	w.approval(b, c, n)
	b.Raw(`</td></tr>`)
}

// sign is one unit, as a link to its page that says it in full.
func (w *sheet) sign(b *kit.Builder, m domain.Municipality, c domain.ColumnID, area string) {
	u := w.o.Work.Unit(m.ID, c)
	at := domain.CellRef{Municipality: m.ID, Column: c}
	b.Raw(`<a`).Attr("href", w.unitLink(at))
	if at == w.o.Chosen {
		b.Raw(` aria-current="true"`).Num("data-unit", int64(u.Touched))
	}
	b.Raw(` aria-label="`).Text(m.Name).Raw(`, `).Text(area).Raw(`: `).Text(w.pg.T("work.state." + string(u.State)))
	if u.State != signoff.Missing && u.At > 0 {
		b.Raw(`, `).Text(w.pg.Who(u.By)).Raw(` `).Text(w.pg.When(time.UnixMilli(u.At)))
	}
	b.Raw(`">`).WorkSign(string(u.State)).Raw(`</a>`)
}

// approval says who can go on with an area: the way to what waits for the reader, or why
// nothing does.
func (w *sheet) approval(b *kit.Builder, c domain.ColumnID, n signoff.Counts) {
	mine := 0
	var first domain.CellRef
	for _, at := range w.mine {
		if at.Column == c {
			if mine++; mine == 1 {
				first = at
			}
		}
	}
	waits := 0
	for _, m := range w.rows {
		if w.o.Work.Unit(m, c).Ready() {
			waits++
		}
	}
	switch {
	case mine > 0:
		b.Raw(`<a`).Attr("href", w.choose(first)).Raw(`>`).Text(w.pg.T("progress.review", strconv.Itoa(mine))).Raw(`</a>`)
	case n[signoff.Approved] == len(w.rows):
		b.Text(w.pg.T("progress.all"))
	case waits > 0 && w.o.May(c, domain.RightApprove):
		b.Text(w.pg.T("progress.own", w.pg.UserName))
	case waits > 0:
		b.Text(w.pg.N("progress.waits", waits))
	case n[signoff.Approved] == 0:
		b.Text(w.pg.T("progress.none"))
	default:
		b.Text(w.pg.T("progress.no_more"))
	}
}
