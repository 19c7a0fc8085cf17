package playback

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/worddiff"
	"kommunebilde/domain"
	"kommunebilde/domain/differences"
)

// differencesAPage is how many differences one page lists.
const differencesAPage = 200

// differencesView is what two pictures of a board tell otherwise.
type differencesView struct {
	kit.Page
	Form, Playback    string // addresses
	Export            string // the whole list as a file, but its format
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
	Text                             template.HTML
	Stamp, When, Reported, By        string
}

// Differences is what a picture tells otherwise than an earlier one of the same
// board, cell by cell, a page at a time (from 1). What only one of them has is
// said and not compared.
func Differences(s *kit.Site, r kit.Request, before, after domain.Picture, from, to time.Time, side int) ([]byte, error) {
	pg := s.NewPage(r, "differences", "")
	pg.OnBoard(after)
	pg.Body.Live, pg.Edits, pg.Nav = "", false, "meetings"
	board := after.Board()
	pg.Title = pg.T("differences.title", pg.TitleOf(board))
	pg.Data = pg.Words.Script
	v := differencesView{
		Form: pg.Link(kit.PathOf(r)), FromField: field(pg.Clock, from), ToField: field(pg.Clock, whole(to)),
		Times: pg.T("differences.between", pg.Day(from)+" "+pg.Second(from), pg.Day(to)+" "+pg.Second(to)),
	}
	v.Export = pg.Link("/forskjeller/" + string(board.ID) + "/eksport?fra=" + queryMillis(from) + "&til=" + queryMillis(to))
	if after.ShownVersion() == 0 {
		v.Playback = pg.Link("/avspilling/" + string(board.ID))
	}
	compared := differences.Compare(before, after)
	v.Incomparable = incomparable(&pg, compared, before.Catalogue(), after.Catalogue())
	n := len(compared.Differences)
	v.Count = pg.N("n.differences", n)
	first := max(0, min(side-1, (n-1)/differencesAPage)) * differencesAPage
	last := min(first+differencesAPage, n)
	for _, d := range compared.Differences[first:last] {
		v.Rows = append(v.Rows, newDifferenceRow(&pg, after, d))
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
	v.Page = pg
	return s.Render(v.Lang, "differences", &v)
}

func newDifferenceRow(p *kit.Page, pic domain.Picture, d differences.Difference) differenceRow {
	c, kind := pic.Catalogue(), pic.Board().Kind
	m, col := c.Municipalities[pic.Row(d.After.Municipality)], c.Columns[pic.Col(d.After.Column)]
	name, lang := col.Name.In(p.Lang)
	row := differenceRow{
		Place: m.Name, PlaceHref: p.Place("/kommune/"+string(m.ID), pic.Board().ID), Area: name, AreaLang: kit.OtherLang(lang, p.Lang),
		SameLevel: d.Before.Level == d.After.Level, Redacted: d.After.Redacted,
		Text: changedText(p.Words, d), Reported: d.After.ReportedBy, By: p.Who(d.After.By),
	}
	switch {
	case kind == domain.KindEdition && d.After.Date != "":
		row.When = p.Date(d.After.Date)
	case !d.After.At.IsZero():
		row.Stamp, row.When = p.Stamp(d.After.At), p.Short(d.After.At)+" "+p.Second(d.After.At)
	}
	var w kit.Builder
	w.Raw(`<span class="minis">`)
	if !row.SameLevel {
		w.Chip(d.Before.Level, p.Words.LevelOn(kind, d.Before.Level)).Raw(`<span aria-hidden="true">→</span>`)
	}
	w.Chip(d.After.Level, p.Words.LevelOn(kind, d.After.Level)).Raw(`</span>`)
	row.Levels = w.HTML()
	return row
}

// changedText returns what the cell says now, and what it no longer says. A text that
// was taken out is never told.
func changedText(words *kit.Words, d differences.Difference) template.HTML {
	var w kit.Builder
	worddiff.Together(&w, words, worddiff.Words(d.Before.Text, d.After.Text))
	return w.HTML()
}

// incomparable says what the two pictures do not share.
func incomparable(p *kit.Page, d differences.Comparison, was, is *domain.Catalogue) []string {
	var out []string
	say := func(key string, names []string) {
		if len(names) > 0 {
			out = append(out, p.T(key, strings.Join(names, ", ")))
		}
	}
	municipalities := func(ids []domain.MunicipalityID, c *domain.Catalogue) (names []string) {
		for _, id := range ids {
			names = append(names, c.Municipalities[c.MunicipalityIndex(id)].Name)
		}
		return names
	}
	columns := func(ids []domain.ColumnID, c *domain.Catalogue) (names []string) {
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
