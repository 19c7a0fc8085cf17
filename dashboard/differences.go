package dashboard

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"kommunebilde"
)

// differencesAPage is how many differences one page lists.
const differencesAPage = 200

// differencesView is what two pictures of a board tell otherwise.
type differencesView struct {
	page
	Form, Playback    string // addresses
	Times             string
	FromField         string
	ToField           string
	Count             string
	Rows              []differenceRow
	Incomparable      []string // sentences about what is not compared
	Of, Earlier, More string   // which page this is, and where the others are
}

type differenceRow struct {
	Place, PlaceHref, Area, AreaLang string
	Levels                           template.HTML
	SameLevel, Redacted              bool
	Stamp, When, Text, Reported, By  string
}

// Differences is what a picture tells otherwise than an earlier one of the same
// board, cell by cell, a page at a time (from 1). What only one of them has is
// said and not compared.
func (s *Site) Differences(r Request, before, after kommunebilde.Picture, from, to time.Time, side int) ([]byte, error) {
	pg := s.newPage(r, "differences", "")
	pg.onBoard(after)
	pg.Body.Live, pg.Edits, pg.Nav = "", false, "meetings"
	board := after.Board()
	pg.Title = pg.T("differences.title", pg.titleOf(board))
	pg.Data = pg.w.script
	v := differencesView{
		Form: pg.Link(pathOf(r)), FromField: pg.field(from), ToField: pg.field(whole(to)),
		Times: pg.T("differences.between", pg.Day(from)+" "+pg.Second(from), pg.Day(to)+" "+pg.Second(to)),
	}
	if after.ShownVersion() == 0 {
		v.Playback = pg.Link("/avspilling/" + string(board.ID))
	}
	compared := kommunebilde.Compare(before, after)
	v.Incomparable = pg.incomparable(compared, before.Catalogue(), after.Catalogue())
	n := len(compared.Differences)
	v.Count = pg.N("n.differences", n)
	first := max(0, min(side-1, (n-1)/differencesAPage)) * differencesAPage
	last := min(first+differencesAPage, n)
	for _, d := range compared.Differences[first:last] {
		v.Rows = append(v.Rows, pg.differenceRow(after, d))
	}
	if n > differencesAPage {
		address := func(page int) string {
			return v.Form + "?fra=" + queryMillis(from) + "&til=" + queryMillis(to) + "&side=" + strconv.Itoa(page)
		}
		page := first/differencesAPage + 1
		v.Of = pg.T("playback.page_is", strconv.Itoa(first+1), strconv.Itoa(last), strconv.Itoa(n))
		if first > 0 {
			v.Earlier = address(page - 1)
		}
		if last < n {
			v.More = address(page + 1)
		}
	}
	v.page = pg
	return s.render(v.Lang, "differences", &v)
}

func (p *page) differenceRow(pic kommunebilde.Picture, d kommunebilde.Difference) differenceRow {
	c, kind := pic.Catalogue(), pic.Board().Kind
	m, col := c.Municipalities[pic.Row(d.After.Municipality)], c.Columns[pic.Col(d.After.Column)]
	name, lang := col.Name.In(p.Lang)
	row := differenceRow{
		Place: m.Name, PlaceHref: p.Link("/kommune/" + string(m.ID) + boardQuery(pic)), Area: name, AreaLang: other(lang, p.Lang),
		SameLevel: d.Before.Level == d.After.Level, Redacted: d.After.Redacted,
		Text: d.After.Text, Reported: d.After.ReportedBy, By: p.name(d.After.By),
	}
	switch {
	case kind == kommunebilde.KindEdition && d.After.Date != "":
		row.When = p.Date(d.After.Date)
	case !d.After.At.IsZero():
		row.Stamp, row.When = p.Stamp(d.After.At), p.Short(d.After.At)+" "+p.Second(d.After.At)
	}
	var w builder
	w.raw(`<span class="minis">`)
	if !row.SameLevel {
		w.chip(d.Before.Level, p.w.levelOn(kind, d.Before.Level)).raw(`<span aria-hidden="true">→</span>`)
	}
	w.chip(d.After.Level, p.w.levelOn(kind, d.After.Level)).raw(`</span>`)
	row.Levels = template.HTML(w.b)
	return row
}

// incomparable says what the two pictures do not share.
func (p *page) incomparable(d kommunebilde.Comparison, was, is *kommunebilde.Catalogue) []string {
	var out []string
	say := func(key string, names []string) {
		if len(names) > 0 {
			out = append(out, p.T(key, strings.Join(names, ", ")))
		}
	}
	municipalities := func(ids []kommunebilde.MunicipalityID, c *kommunebilde.Catalogue) (names []string) {
		for _, id := range ids {
			names = append(names, c.Municipalities[c.MunicipalityIndex(id)].Name)
		}
		return names
	}
	columns := func(ids []kommunebilde.ColumnID, c *kommunebilde.Catalogue) (names []string) {
		for _, id := range ids {
			name, _ := c.Columns[c.ColumnIndex(id)].Name.In(p.Lang)
			names = append(names, name)
		}
		return names
	}
	say("differences.gone", append(municipalities(d.Gone, was), columns(d.GoneColumns, was)...))
	say("differences.new", append(municipalities(d.New, is), columns(d.NewColumns, is)...))
	say("differences.redefined", columns(d.OtherVersions, is))
	return out
}
