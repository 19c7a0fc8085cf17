package meetings

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/chart"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/series"
)

// meetingsView lists a board's meetings and, for a lead, opens one.
type meetingsView struct {
	kit.Page
	Open     []meetingRow
	Series   []seriesBlock
	Alone    []meetingRow // past meetings of no series
	MayOpen  bool
	Arrange  bool // sees the list of actors
	Template bool // writes the template of the minutes
	Board    string
	Form     template.HTML
	Coming   []coming
	Choices  []choice // series that a meeting with a date can continue
	Earliest string   // the first date that can be given
}

// seriesBlock is a series with its newest past meetings.
type seriesBlock struct {
	Name, Href, Next string // Next: the form of its next meeting, "" while one goes on
	Count            string
	Past             []meetingRow
}

type meetingRow struct {
	Href, Title, Kind, Case string
	OpenedStamp, Opened     string
	ClosedStamp, Closed     string
	Opener                  string
}

// seriesShown is how many meetings of a series the list shows; the series' own
// page has them all.
const seriesShown = 4

// Meetings lists a board's meetings, those of a series together. next is the
// series whose next meeting the form is filled in for, "" for a meeting of its
// own; of is the meeting with a date that it is filled in for, "" for none.
func Meetings(s *kit.Site, r kit.Request, p domain.Picture, next domain.MeetingID, of calendar.ID) ([]byte, error) {
	pg := s.NewPage(r, "meetings", "")
	pg.Title, pg.Nav = pg.T("meetings.title"), "meetings"
	pg.OnBoard(p)
	pg.Edits, pg.Data = false, pg.Words.Script
	v := meetingsView{Page: pg, MayOpen: r.Rights[domain.RightLead], Board: pg.Body.Board, Arrange: r.Rights[domain.RightSeePersons], Template: r.Rights[domain.RightTemplate]}
	for _, m := range p.Meetings() {
		row := newMeetingRow(&pg, m)
		if m.Open() {
			v.Open = append(v.Open, row)
		} else if m.SeriesID == "" {
			v.Alone = append(v.Alone, row)
		}
	}
	for _, one := range series.Of(p) {
		v.Series = append(v.Series, newSeriesBlock(&pg, one, v.MayOpen))
	}
	v.comes(&pg, p)
	if v.MayOpen {
		form, err := openingOf(&pg, p, next, of)
		if err != nil {
			return nil, err
		}
		var w kit.Builder
		form.draw(&w)
		v.Form = w.HTML()
	}
	return s.Render(v.Lang, "meetings", &v)
}

func newSeriesBlock(p *kit.Page, s series.Series, mayOpen bool) seriesBlock {
	out := seriesBlock{Name: seriesName(p, s), Href: p.Link("/serie/" + string(s.ID)), Count: p.N("n.meetings", len(s.Meetings))}
	if mayOpen && !s.Meetings[0].Open() {
		out.Next = nextIn(p, s)
	}
	for _, m := range s.Meetings {
		if !m.Open() && len(out.Past) < seriesShown {
			out.Past = append(out.Past, newMeetingRow(p, m))
		}
	}
	return out
}

func seriesName(p *kit.Page, s series.Series) string {
	if s.Name == "" {
		return p.T("series.nameless")
	}
	return s.Name
}

// nextIn returns where the next meeting of a series is opened.
func nextIn(p *kit.Page, s series.Series) string {
	return p.Link("/moter?board=" + string(s.Meetings[0].Board) + "&serie=" + string(s.ID) + "#ny")
}

func newMeetingRow(p *kit.Page, m domain.Meeting) meetingRow {
	row := meetingRow{
		Href: p.Link("/mote/" + string(m.ID)), Title: m.Title, Kind: p.T("meeting.kind." + string(m.Kind)), Case: m.Case,
		OpenedStamp: p.Stamp(m.OpenedAt), Opened: p.Day(m.OpenedAt) + " " + p.Minute(m.OpenedAt), Opener: p.Who(m.OpenedBy),
	}
	if !m.Open() {
		row.ClosedStamp, row.Closed = p.Stamp(m.ClosedAt), p.Day(m.ClosedAt)+" "+p.Minute(m.ClosedAt)
	}
	return row
}

// meetingView is one meeting: when, who is invited, what changed.
type meetingView struct {
	kit.Page
	M        meetingRow
	Now      bool // it is open
	MayClose bool
	Close    string
	Invited  string
	Region   string
	BoardURL string
	Changes  []changeRow
	Count    string
	Older    string // addresses of more changes, "" none
	Newer    string
	Shown    string // which changes are shown, "" all
	Export   string // all of them as a file, but its format; "" not for the reader
	Chart    *chart.View

	AsOf, AsOfStamp, Present string // the time the page is of, and the way to now; "" it is of now
	query                    string // the part of an address that keeps that time

	Console, Minutes, Playback, Differences, Snapshot   string // addresses, "" not for the reader
	Series, SeriesHref, Actors                          string
	Own, Done, Missing, Notes, Waiting, Todo, Suggested template.HTML
}

type changeRow struct {
	Stamp, When, Place, PlaceHref, Area, AreaLang string
	From, To                                      template.HTML
	Text, Reported, By                            string
	Redacted, Undone, MayUndo                     bool
	Undo                                          string
	Meeting                                       domain.MeetingID
	Revision                                      domain.Revision
}

// meetingLog is how many changes a meeting's page shows at once, and how many
// significant events: texts may be long.
const meetingLog = 100

// log fills in the changes before the until-th (from 0; 0: the newest), newest
// first. They are counted from the first, so that an address goes on to show the
// same.
func (v *meetingView) log(pg *kit.Page, p domain.Picture, m domain.Meeting, until int) {
	all := p.ChangesIn(m)
	if until <= 0 || until > len(all) {
		until = len(all)
	}
	from := max(0, until-meetingLog)
	for _, e := range all[from:until] {
		v.Changes = append(v.Changes, newChangeRow(pg, p, e))
	}
	reverse(v.Changes)
	v.Count = pg.N("n.changes", len(all))
	at := func(n int) string {
		q := "?til=" + strconv.Itoa(n)
		if v.query != "" {
			q += "&" + v.query
		}
		return pg.Link("/mote/" + string(m.ID) + q + "#meeting-log")
	}
	if from > 0 {
		v.Older = at(from)
	}
	if until < len(all) {
		v.Newer = at(min(len(all), until+meetingLog))
	}
	if pg.Request.Rights[domain.RightRecord] {
		v.Export = pg.Link("/mote/" + string(m.ID) + "/eksport?")
		if v.query != "" {
			v.Export += v.query + "&"
		}
	}
	if len(all) > meetingLog {
		v.Shown = pg.T("meeting.log_part", strconv.Itoa(from+1), strconv.Itoa(until), strconv.Itoa(len(all)))
	}
}

// MeetingOptions says which part of a meeting's changes its page shows, and of
// which time the page is.
type MeetingOptions struct {
	Until int       // the changes before the until-th, 0: the newest
	At    time.Time // zero: now
}

// Meeting is one meeting and its changes, newest first. As of a time it is only
// to be read: nothing can be done there that would happen now.
func Meeting(s *kit.Site, r kit.Request, p domain.Picture, id domain.MeetingID, o MeetingOptions) ([]byte, error) {
	if !o.At.IsZero() {
		p, r.Rights = p.At(o.At), r.Rights.Reading()
	}
	pg := s.NewPage(r, "meeting", "")
	pg.Nav = "meetings"
	pg.OnBoard(p)
	if !o.At.IsZero() {
		pg.Body.Live, pg.Body.At, pg.Edits = "", pg.Stamp(o.At), false
		pg.Past = pg.Day(o.At) + " " + pg.Second(o.At)
	}
	rm, err := SittingOf(&pg, p, id)
	if err != nil {
		return nil, err
	}
	if !o.At.IsZero() && rm.M.OpenedAt.After(o.At) {
		return nil, &domain.Error{Code: domain.Invalid, Field: "at", Msg: "at.meeting"}
	}
	rm.M = rm.M.AsOf(o.At)
	m := rm.M
	pg.Title, pg.Charts = m.Title, true
	v := meetingView{
		M: newMeetingRow(&pg, m), Now: m.Open(), MayClose: m.Open() && r.Rights[domain.RightLead],
		Close: pg.Link("/mote/" + string(m.ID) + "/avslutt"), BoardURL: pg.BoardWith(p.Board(), m.Filter),
	}
	if !o.At.IsZero() {
		v.query = "at=" + o.At.UTC().Format(time.RFC3339Nano)
		v.AsOf, v.AsOfStamp, v.Present = pg.Day(o.At)+" "+pg.Second(o.At), pg.Stamp(o.At), rm.Path("")
		join := "?"
		if strings.Contains(v.BoardURL, join) {
			join = "&"
		}
		v.BoardURL += join + v.query
	}
	c := p.Catalogue()
	if i := c.RegionIndex(m.Region); i >= 0 {
		v.Region = c.Regions[i].Name
	}
	v.Invited = invited(&pg, c, m)
	v.meeting(rm, p)
	v.log(&pg, p, m, o.Until)
	if changes, ok := chart.MeetingChangesOf(p, id, o.At); ok && changes.Total > 0 {
		v.Chart = chart.MeetingChartView(pg, changes)
		v.Chart.Address = pg.Link("/diagram/mote?board=" + pg.Body.Board + "&id=" + string(id))
		if v.query != "" {
			v.Chart.Address += "&" + v.query
		}
	} else {
		pg.Charts = false
	}
	pg.Data = pg.Words.Script
	v.Page = pg
	return s.Render(v.Lang, "meeting", &v)
}

// meeting fills in what a meeting has besides its changes.
func (v *meetingView) meeting(rm *Sitting, p domain.Picture) {
	m := rm.M
	if rm.Request.Rights[domain.RightLead] || rm.SetsLevels {
		v.Console = rm.Link("/konsoll/" + string(m.ID))
	}
	end := rm.Now
	if whole, ok := p.Meeting(m.ID); ok && !whole.Open() {
		end = whole.ClosedAt
	}
	if rm.Request.Rights[domain.RightSeePersons] {
		v.Snapshot = rm.Link("/oyeblikksbilde/" + string(m.Board) + ".html")
		if v.query != "" {
			v.Snapshot += "?" + v.query
		}
		v.Minutes = rm.Link("/referat/" + string(m.ID))
		span := string(m.Board) + "?fra=" + queryTime(m.OpenedAt) + "&til=" + queryTime(end.Add(time.Second))
		v.Playback, v.Differences = rm.Link("/avspilling/"+span), rm.Link("/forskjeller/"+span)
		if v.query != "" {
			v.Playback += "&" + v.query
		}
	}
	v.Series, v.Actors = m.Series, strings.Join(m.Actors, ", ")
	if m.SeriesID != "" {
		v.SeriesHref = rm.Link("/serie/" + string(m.SeriesID))
	}
	drawn := func(draw func(*kit.Builder)) template.HTML {
		var w kit.Builder
		draw(&w)
		return w.HTML()
	}
	v.Own, v.Suggested = drawn(rm.ownRow), drawn(rm.suggestions)
	if rm.SeesAll() {
		v.Done, v.Missing = drawn(rm.DoneLine), drawn(rm.MissingLine)
	}
	v.Notes = drawn(func(w *kit.Builder) { rm.DrawNotes(w, true) })
	v.Waiting, v.Todo = drawn(rm.Proposals), drawn(rm.OpenActions)
}

// queryTime writes a time as an address carries it.
func queryTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func reverse[T any](s []T) {
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
		s[i], s[j] = s[j], s[i]
	}
}

func invited(p *kit.Page, c *domain.Catalogue, m domain.Meeting) string {
	switch {
	case len(m.Invited) == 0:
		return p.T("meeting.invite_none")
	case len(m.Invited) == len(c.Municipalities):
		return p.T("meeting.invite_all")
	}
	var names []string
	for _, row := range c.Municipalities {
		for _, id := range m.Invited {
			if id == row.ID {
				names = append(names, row.Name)
			}
		}
	}
	return strings.Join(names, ", ")
}

func newChangeRow(p *kit.Page, pic domain.Picture, e domain.LogEntry) changeRow {
	m, col := pic.Catalogue().Municipalities[e.Row], pic.Catalogue().Columns[e.Col]
	name, lang := col.Name.In(p.Lang)
	c := e.Change
	row := changeRow{
		Stamp: p.Stamp(e.At), When: p.When(e.At), Place: m.Name, PlaceHref: p.Place("/kommune/"+string(m.ID), pic.Board().ID),
		Area: name, AreaLang: kit.OtherLang(lang, p.Lang), From: kit.Mini(c.From, p.Words.LevelOn(pic.Board().Kind, c.From)), To: kit.Mini(c.Level, p.Words.LevelOn(pic.Board().Kind, c.Level)),
		Text: c.Text, Redacted: c.Redacted, Reported: c.ReportedBy, By: p.Who(e.By), Undone: c.Undoes > 0, Revision: e.Revision,
		Undo: p.Link("/tavle/" + string(pic.Board().ID) + "/angre"), Meeting: c.Meeting,
	}
	if row.Undone { // nobody says again what it brings back
		row.Text, row.Redacted, row.Reported = "", false, ""
	}
	still := pic.Cell(e.Row, e.Col).Revision == e.Revision
	if c.Confirms { // the words are told where they were said
		row.From, row.Text, row.Redacted, row.Reported = "", "", false, p.Words.Confirmed(c.Cell)
	} else if c.From == c.Level {
		row.From = ""
	}
	row.MayUndo = still && p.MayUndo(*c)
	return row
}
