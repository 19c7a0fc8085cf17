package assessment

import (
	"html/template"
	"slices"
	"strconv"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/prose"
	"kommunebilde/domain"
	"kommunebilde/domain/signoff"
)

// whole is one municipality with all its areas and its summary.
type whole struct {
	kit.Page
	Band                kit.EditionHead
	Name, M             string
	Previous, Following kit.Tab
	Done                string
	Strip               template.HTML
	Texts               []wholeText // of the summary, as it would be read
	Unwritten           string      // that the summary is not
	Sheet               template.HTML
	Address             string
	PageHref            string
}

type wholeText struct {
	Name string
	Text template.HTML
}

// Whole is the page of one municipality, o.Open: its areas as rows of the workplace, which
// open for writing as they do there, and its summary.
func Whole(s *kit.Site, r kit.Request, o Options) ([]byte, error) {
	pg := s.NewPage(r, "workplace", "")
	pg.OnBoard(o.Picture)
	pg.Edits, pg.Nav, pg.Own, pg.Data = false, "editions", "workplace", pg.Words.Script
	rows := o.Picture.Catalogue().Municipalities
	i := o.Picture.Row(o.Open)
	m := rows[i]
	v := whole{Name: m.Name, M: string(m.ID), Band: pg.NewEditionHead(o.Picture.Board(), "vurdering", next(&pg, o.Plan))}
	v.PageHref = pg.Place("/kommune/"+string(m.ID), o.Picture.Board().ID)
	address := func(m domain.Municipality) string {
		return pg.Link("/utgave/" + string(o.Picture.Board().ID) + "/kommune/" + string(m.ID))
	}
	v.Address = address(m)
	if i > 0 {
		v.Previous = kit.Tab{Name: rows[i-1].Name, Href: address(rows[i-1])}
	}
	if i < len(rows)-1 {
		v.Following = kit.Tab{Name: rows[i+1].Name, Href: address(rows[i+1])}
	}
	all := o.units(&pg, m)
	v.Done = pg.T("work.done", strconv.Itoa(submitted(all)), strconv.Itoa(len(all)))
	v.Strip = stripOf(&pg, all)
	v.texts(&pg, o, all)
	var b kit.Builder
	if o.Since == 0 {
		wholeHead(&b, &pg, o)
	}
	b.Raw(`<tbody>`)
	for _, r := range all {
		if one := (sheet{pg: &pg, o: r.of(o), col: o.column(r.lead())}); o.Since == 0 || one.changedSince(r) {
			one.row(&b, r)
		}
	}
	b.Raw(`</tbody>`)
	v.Sheet = b.HTML()
	pg.Title = v.Name + " – " + pg.TitleOf(o.Picture.Board())
	v.Page = pg
	return s.Render(v.Lang, "whole", &v)
}

// lead is the column that names a row's unit.
func (r row) lead() domain.ColumnID { return r.u.Cells[0].Column }

// of is what a row is drawn from: its own area.
func (r row) of(o Options) Options {
	o.Area = r.lead()
	return o
}

// units are a municipality's areas and its summary.
func (o Options) units(pg *kit.Page, m domain.Municipality) (out []row) {
	for _, lead := range o.Work.Leads() {
		u := o.Work.Unit(m.ID, lead)
		r := row{m: m, u: u, whole: true}
		for _, s := range o.Waiting {
			if s.Municipality == m.ID && slices.Contains(o.Work.Covers(lead), s.Column) {
				r.waiting++
			}
		}
		if u.Returned != nil && pg.Request.User != nil {
			r.own = slices.Contains(u.Authors, pg.Request.User.ID)
		}
		out = append(out, r)
	}
	return out
}

func submitted(all []row) (n int) {
	for _, r := range all {
		if r.u.State == signoff.Submitted || r.u.State == signoff.Approved {
			n++
		}
	}
	return n
}

// stripOf is every area as a sign.
func stripOf(pg *kit.Page, all []row) template.HTML {
	var b kit.Builder
	b.Raw(`<li><span>`)
	for _, r := range all {
		b.Raw(`<a`).Attr("href", "#"+r.key()).Attr("data-go", r.key()).
			Attr("aria-label", string(r.lead())+": "+pg.T("work.state."+string(r.u.State))).Raw(`>`).WorkSign(string(r.u.State)).Raw(`</a>`)
	}
	return b.Raw(`</span></li>`).HTML()
}

// texts are the summary's, as they would be read.
func (v *whole) texts(pg *kit.Page, o Options, all []row) {
	for _, r := range all {
		if o.column(r.lead()).Kind != domain.ColumnSummary {
			continue
		}
		for _, c := range r.u.Cells {
			if text := c.Text.String(); text != "" {
				name, _ := o.column(c.Column).Name.In(pg.Lang)
				v.Texts = append(v.Texts, wholeText{name, prose.HTML(text)})
			}
		}
		if len(v.Texts) == 0 {
			v.Unwritten = pg.T("work.summary_none")
		}
	}
}

func wholeHead(b *kit.Builder, pg *kit.Page, o Options) {
	w := sheet{pg: pg, o: o}
	b.Raw(`<thead><tr>`)
	for _, th := range [][2]string{
		{"name", pg.T("work.area")}, {"prev", w.before()}, {"ind", pg.T("work.indicators")}, {"lvl", pg.T("work.level")}, {"text", pg.T("work.first")},
		{"num", pg.T("work.evidence")}, {"std", w.since()}, {"state", pg.T("work.status")}, {"miss", pg.T("work.missing")},
	} {
		b.Raw(`<th scope="col" class="`, th[0], `">`).Text(th[1]).Raw(`</th>`)
	}
	b.Raw(`</tr></thead>`)
}
