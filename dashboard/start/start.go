package start

import (
	"html/template"
	"slices"
	"strconv"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/jottings"
)

// Catalogue is an edition in the making, by its name alone.
type Catalogue struct {
	ID    domain.BoardID
	Title domain.Words
}

// Options are what the page is made of, beside the request. All of it is what the reader
// may see.
type Options struct {
	Now    *domain.Picture  // the live picture, nil: not theirs to see
	Others []domain.Picture // situations, those that are over too, and editions
	Before time.Time        // when the visit before this one ended, zero: the first
	All    bool             // every change, not the first few
	Setup  *Setup           // nil: not for the reader, or all done

	Editions []Edition // those that are worked on, for the office

	Jottings []jottings.Jotting // the reader's own

	Known []domain.Municipality // the reader's, whose sources they may read while it is judged
	// Catalogues are editions in the making of which the reader may read what is judged.
	Catalogues []Catalogue
}

// Setup is how far a new installation has come.
type Setup struct{ Accounts, Edition, Base, Meeting bool }

// Done reports whether nothing is left to set up.
func (s Setup) Done() bool { return s.Accounts && s.Edition && s.Base && s.Meeting }

const (
	fewChanges  = 6
	mostChanges = 200
	// longest is how far back changes are told of, however long nobody was here.
	longest = 60 * 24 * time.Hour
	// newcomer is how far back they are told of to someone who was never here.
	newcomer = 7 * 24 * time.Hour
)

type view struct {
	kit.Page
	Heading, Today string
	Open           []openRow
	Known          []openRow
	Setup          []setupStep
	Yours          []item
	Jottings       []jotting
	Changes        []change
	Since          string
	ChangesOf      string // "6 of 31", "" all are shown
	AllHref        string
	NoChanges      string
	Actions        []action
	ActionsOf      string
	Next           *next
	Later          []next
	Editions       []edition
	Plan           string // where a meeting is scheduled, "" not for the reader
	Map            template.HTML
	MapColumn      string
	Counts         []count
	Rest           string
}

// openRow is a meeting that is open, or a situation.
type openRow struct {
	Name, Note, Href, Do string
	Situation            bool
}

type setupStep struct {
	Done             bool
	Name, Note, Href string
}

// Page is the first page.
func Page(s *kit.Site, r kit.Request, o Options) ([]byte, error) {
	pg := s.NewPage(r, "start", "")
	pg.Title, pg.Nav = pg.T("start.title"), "start"
	if o.Now != nil {
		pg.OnBoard(*o.Now)
		pg.Edits, pg.Data = false, pg.Words.Script
	}
	now := pg.Local(r.Now)
	v := view{Heading: pg.T("start.day", pg.T("weekday."+strconv.Itoa(int(now.Weekday()))), strconv.Itoa(now.Day()), pg.T("month.full."+strconv.Itoa(int(now.Month()))))}
	boards := slices.Clone(o.Others)
	if o.Now != nil {
		boards = slices.Insert(boards, 0, *o.Now)
	}
	v.Open = openOn(&pg, boards)
	for _, m := range o.Known {
		v.Known = append(v.Known, openRow{Name: pg.T("start.known", m.Name), Note: pg.T("start.known_about"), Href: pg.Link("/kommune/" + string(m.ID) + "/kunnskap"), Do: pg.T("start.known_read")})
	}
	for _, c := range o.Catalogues {
		name, _ := c.Title.In(pg.Lang)
		v.Known = append(v.Known, openRow{Name: pg.T("start.catalogue", name), Note: pg.T("start.catalogue_about"), Href: pg.Link("/utgave/" + string(c.ID) + "/grunnlag"), Do: pg.T("start.catalogue_read")})
	}
	v.Today = today(&pg, v.Open, o.Before)
	v.Setup = setup(&pg, o.Setup)
	v.Yours = yours(&pg, boards, o.Editions)
	v.Jottings = jotted(&pg, boards, o.Jottings)
	v.since(&pg, boards, o)
	v.Actions = openActions(&pg, boards)
	v.ActionsOf = actionsOf(&pg, v.Actions)
	v.comes(&pg, boards)
	v.Editions = editionsOf(&pg, o.Editions)
	if o.Now != nil {
		v.picture(s, pg, o.Now.ForViews())
	}
	v.Page = pg
	return s.Render(v.Lang, "start", &v)
}

// openOn returns what goes on, situations first.
func openOn(pg *kit.Page, boards []domain.Picture) []openRow {
	var situations, meetings []openRow
	for _, p := range boards {
		b := p.Board()
		if b.Kind == domain.KindSituation && b.Phase != domain.PhaseClosed {
			situations = append(situations, openRow{
				Name: pg.TitleOf(b), Note: pg.T("start.situation_since", pg.When(b.OpenedAt)),
				Href: pg.Link("/tavle/" + string(b.ID)), Do: pg.T("start.open_board"), Situation: true,
			})
		}
		for _, m := range p.OpenMeetings() {
			meetings = append(meetings, openRow{
				Name: m.Title, Note: pg.T("start.meeting_since", pg.When(m.OpenedAt)),
				Href: pg.BoardWith(b, m.Filter), Do: pg.T("start.open_board"),
			})
		}
	}
	return append(situations, meetings...)
}

// today says in one sentence what goes on, and when the reader was here last.
func today(pg *kit.Page, open []openRow, before time.Time) string {
	words := ""
	if len(open) == 0 {
		words = pg.T("start.quiet") + " "
	}
	if before.IsZero() {
		return words + pg.T("start.first")
	}
	return words + pg.T("start.before", longDay(pg, before))
}

// longDay is "tirsdag 29. august", or that it was today or yesterday.
func longDay(pg *kit.Page, t time.Time) string {
	day := pg.Local(t)
	if days := daysTo(pg, t); days == 0 || days == -1 {
		return pg.T(map[int]string{0: "start.today", -1: "start.yesterday"}[days], pg.Minute(t))
	}
	word := "start.long_day"
	if day.Year() != pg.Local(pg.Now).Year() {
		word = "start.long_day_year"
	}
	return pg.T(word, pg.T("weekday.in."+strconv.Itoa(int(day.Weekday()))), strconv.Itoa(day.Day()), pg.T("month.full."+strconv.Itoa(int(day.Month()))), strconv.Itoa(day.Year()))
}

// shortDay is "i dag 08:12", "i går 14:20", else "3. sep.".
func shortDay(pg *kit.Page, t time.Time) string {
	switch daysTo(pg, t) {
	case 0:
		return pg.T("start.today", pg.Minute(t))
	case -1:
		return pg.T("start.yesterday", pg.Minute(t))
	}
	return pg.Short(t)
}

// daysTo returns how many days by the calendar a time is from now: 1 for tomorrow.
func daysTo(pg *kit.Page, t time.Time) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := pg.Local(t).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(t).Sub(midnight(pg.Now)) / (24 * time.Hour))
}

// setup returns the steps of a new installation, none where there is nothing to do.
func setup(pg *kit.Page, s *Setup) []setupStep {
	if s == nil || s.Done() {
		return nil
	}
	step := func(name string, done bool, href string) setupStep {
		return setupStep{done, pg.T("start.setup." + name), pg.T("start.note." + name), pg.Link(href)}
	}
	return []setupStep{
		step("accounts", s.Accounts, "/kontoer"),
		step("edition", s.Edition, "/utgaver"),
		step("base", s.Base, "/utgaver"),
		step("meeting", s.Meeting, "/moter#ny"),
	}
}

// count is how many municipalities have a level in the area on the map.
type count struct {
	Chip template.HTML
	N    string
}

// picture fills in the live picture: coloured while somebody keeps it, and at rest what
// was left.
func (v *view) picture(s *kit.Site, pg kit.Page, p domain.Picture) {
	b := s.NewBoard(pg, p, kit.Filter{}, nil, nil)
	if b.Geometry == nil || b.MapAt < 0 {
		return
	}
	var w kit.Builder
	b.Geographic(&w, kit.MapOptions{ID: "start-map", Glyph: 40, Only: -1})
	b.Credit(&w)
	v.Map = w.HTML()
	v.MapColumn, _ = b.Catalogue.Columns[b.MapAt].Name.In(pg.Lang)
	if p.Resting() {
		v.Rest = pg.RestWords(p)
	}
	for _, l := range []domain.Level{domain.Red, domain.Yellow} {
		n := 0
		for row := range b.Catalogue.Municipalities {
			if p.Level(row, b.MapAt) == l {
				n++
			}
		}
		if n > 0 {
			var chip kit.Builder
			chip.Chip(l, b.Word(l))
			words := pg.N("n.municipalities", n)
			if p.Resting() {
				words = pg.T("start.left", strconv.Itoa(n))
			}
			v.Counts = append(v.Counts, count{chip.HTML(), words})
		}
	}
}

// WorkSigns are the signs of the work on an edition, where there is one.
func (v view) WorkSigns() template.HTML {
	if len(v.Editions) == 0 {
		return ""
	}
	return kit.EditionHead{}.Signs()
}
