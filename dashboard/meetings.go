package dashboard

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"kommunebilde"
)

// meetingsView lists a board's meetings and, for a lead, opens one.
type meetingsView struct {
	page
	Open     []meetingRow
	Series   []seriesBlock
	Alone    []meetingRow // past meetings of no series
	MayOpen  bool
	Arrange  bool // sees the list of actors
	Template bool // writes the template of the minutes
	Board    string
	Form     template.HTML
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

type choice struct{ Value, Name string }

// seriesShown is how many meetings of a series the list shows; the series' own
// page has them all.
const seriesShown = 4

// Meetings lists a board's meetings, those of a series together. next is the
// series whose next meeting the form is filled in for, "" for a meeting of its
// own.
func (s *Site) Meetings(r Request, p kommunebilde.Picture, next kommunebilde.MeetingID) ([]byte, error) {
	pg := s.newPage(r, "meetings", "")
	pg.Title, pg.Nav = pg.T("meetings.title"), "meetings"
	pg.onBoard(p)
	pg.Body.Live = ""
	v := meetingsView{page: pg, MayOpen: r.Rights[kommunebilde.RightLead], Board: pg.Body.Board, Arrange: r.Rights[kommunebilde.RightSeePersons], Template: r.Rights[kommunebilde.RightTemplate]}
	for _, m := range p.Meetings() {
		row := pg.meetingRow(m)
		if m.Open() {
			v.Open = append(v.Open, row)
		} else if m.SeriesID == "" {
			v.Alone = append(v.Alone, row)
		}
	}
	for _, series := range p.Series() {
		v.Series = append(v.Series, pg.seriesBlock(series, v.MayOpen))
	}
	if v.MayOpen {
		form, err := pg.openingOf(p, next)
		if err != nil {
			return nil, err
		}
		var w builder
		form.draw(&w)
		v.Form = template.HTML(w.b)
	}
	return s.render(v.Lang, "meetings", &v)
}

func (p *page) seriesBlock(s kommunebilde.Series, mayOpen bool) seriesBlock {
	out := seriesBlock{Name: p.seriesName(s), Href: p.Link("/serie/" + string(s.ID)), Count: p.N("n.meetings", len(s.Meetings))}
	if mayOpen && !s.Meetings[0].Open() {
		out.Next = p.nextIn(s)
	}
	for _, m := range s.Meetings {
		if !m.Open() && len(out.Past) < seriesShown {
			out.Past = append(out.Past, p.meetingRow(m))
		}
	}
	return out
}

func (p *page) seriesName(s kommunebilde.Series) string {
	if s.Name == "" {
		return p.T("series.nameless")
	}
	return s.Name
}

// nextIn returns where the next meeting of a series is opened.
func (p *page) nextIn(s kommunebilde.Series) string {
	return p.Link("/moter?board=" + string(s.Meetings[0].Board) + "&serie=" + string(s.ID) + "#ny")
}

func (p *page) meetingRow(m kommunebilde.Meeting) meetingRow {
	row := meetingRow{
		Href: p.Link("/mote/" + string(m.ID)), Title: m.Title, Kind: p.T("meeting.kind." + string(m.Kind)), Case: m.Case,
		OpenedStamp: p.Stamp(m.OpenedAt), Opened: p.Day(m.OpenedAt) + " " + p.Minute(m.OpenedAt), Opener: p.name(m.OpenedBy),
	}
	if !m.Open() {
		row.ClosedStamp, row.Closed = p.Stamp(m.ClosedAt), p.Day(m.ClosedAt)+" "+p.Minute(m.ClosedAt)
	}
	return row
}

// meetingView is one meeting: when, who is invited, what changed.
type meetingView struct {
	page
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
	Part     string // which changes are shown, "" all
	Chart    *chartView

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
	Revision                                      kommunebilde.Revision
}

// meetingLog is how many changes a meeting's page shows at once, and how many
// significant events: texts may be long.
const meetingLog = 100

// log fills in the changes before the until-th (from 0; 0: the newest), newest
// first. They are counted from the first, so that an address goes on to show the
// same.
func (v *meetingView) log(pg *page, p kommunebilde.Picture, m kommunebilde.Meeting, until int) {
	var all []kommunebilde.LogEntry
	for _, e := range p.Log(m.Opened-1, 0) {
		if e.Change != nil && e.Change.Meeting == m.ID {
			all = append(all, e)
		}
	}
	if until <= 0 || until > len(all) {
		until = len(all)
	}
	from := max(0, until-meetingLog)
	for _, e := range all[from:until] {
		v.Changes = append(v.Changes, pg.changeRow(p, e))
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
	if len(all) > meetingLog {
		v.Part = pg.T("meeting.log_part", strconv.Itoa(from+1), strconv.Itoa(until), strconv.Itoa(len(all)))
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
func (s *Site) Meeting(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID, o MeetingOptions) ([]byte, error) {
	if !o.At.IsZero() {
		p, r.Rights = p.At(o.At), r.Rights.Reading()
	}
	pg := s.newPage(r, "meeting", "")
	pg.Nav = "meetings"
	pg.onBoard(p)
	if !o.At.IsZero() {
		pg.Body.Live, pg.Body.At, pg.Edits = "", pg.Stamp(o.At), false
	}
	rm, err := pg.roomOf(p, id)
	if err != nil {
		return nil, err
	}
	if !o.At.IsZero() && rm.m.OpenedAt.After(o.At) {
		return nil, &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "at", Msg: "at.meeting"}
	}
	rm.m = rm.m.AsOf(o.At)
	m := rm.m
	pg.Title, pg.Charts = m.Title, true
	v := meetingView{
		M: pg.meetingRow(m), Now: m.Open(), MayClose: m.Open() && r.Rights[kommunebilde.RightLead],
		Close: pg.Link("/mote/" + string(m.ID) + "/avslutt"), BoardURL: pg.boardWith(p.Board(), m.Filter),
	}
	if !o.At.IsZero() {
		v.query = "at=" + o.At.UTC().Format(time.RFC3339Nano)
		v.AsOf, v.AsOfStamp, v.Present = pg.Day(o.At)+" "+pg.Second(o.At), pg.Stamp(o.At), rm.path("")
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
	v.Invited = pg.invited(c, m)
	v.meeting(rm, p)
	v.log(&pg, p, m, o.Until)
	if changes, ok := meetingChangesOf(p, id, o.At); ok && changes.Total > 0 {
		v.Chart = meetingChartView(pg, changes)
		v.Chart.Address = pg.Link("/diagram/mote?board=" + pg.Body.Board + "&id=" + string(id))
		if v.query != "" {
			v.Chart.Address += "&" + v.query
		}
	} else {
		pg.Charts = false
	}
	pg.Data = pg.w.script
	v.page = pg
	return s.render(v.Lang, "meeting", &v)
}

// meeting fills in what a meeting has besides its changes.
func (v *meetingView) meeting(rm *room, p kommunebilde.Picture) {
	m := rm.m
	if rm.req.Rights[kommunebilde.RightLead] || rm.lead {
		v.Console = rm.Link("/konsoll/" + string(m.ID))
	}
	end := rm.now
	if whole, ok := p.Meeting(m.ID); ok && !whole.Open() {
		end = whole.ClosedAt
	}
	if rm.req.Rights[kommunebilde.RightSeePersons] {
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
	part := func(draw func(*builder)) template.HTML {
		var w builder
		draw(&w)
		return template.HTML(w.b)
	}
	v.Own, v.Suggested = part(rm.ownRow), part(rm.suggestions)
	if rm.told() {
		v.Done, v.Missing = part(rm.doneLine), part(rm.missingLine)
	}
	v.Notes = part(func(w *builder) { rm.notes(w, true) })
	v.Waiting, v.Todo = part(rm.proposals), part(rm.openActions)
}

// queryTime writes a time as an address carries it.
func queryTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func reverse[T any](s []T) {
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
		s[i], s[j] = s[j], s[i]
	}
}

func (p *page) invited(c *kommunebilde.Catalogue, m kommunebilde.Meeting) string {
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

func (p *page) changeRow(pic kommunebilde.Picture, e kommunebilde.LogEntry) changeRow {
	m, col := pic.Catalogue().Municipalities[e.Row], pic.Catalogue().Columns[e.Col]
	name, lang := col.Name.In(p.Lang)
	c := e.Change
	row := changeRow{
		Stamp: p.Stamp(e.At), When: p.When(e.At), Place: m.Name, PlaceHref: p.Link("/kommune/" + string(m.ID) + boardQuery(pic)),
		Area: name, AreaLang: other(lang, p.Lang), From: mini(c.From, p.w.levelOn(pic.Board().Kind, c.From)), To: mini(c.Level, p.w.levelOn(pic.Board().Kind, c.Level)),
		Text: c.Text, Redacted: c.Redacted, Reported: c.ReportedBy, By: p.name(e.By), Undone: c.Undoes > 0, Revision: e.Revision,
		Undo: p.Link("/tavle/" + string(pic.Board().ID) + "/angre"),
	}
	still := pic.Cell(e.Row, e.Col).Revision == e.Revision
	row.MayUndo = still && p.mayUndo(*c)
	return row
}

// mini is a level as a small cell, with its word for who does not see it; ""
// where the word stands beside it.
func mini(l kommunebilde.Level, word string) template.HTML {
	var w builder
	w.raw(`<span class="mini" data-level="`).text(string(l)).raw(`"`)
	if word == "" {
		w.raw(` aria-hidden="true"`)
	} else {
		w.raw(` role="img"`).attr("aria-label", word).attr("title", word)
	}
	w.raw(`>`).small(l).raw(`</span>`)
	return template.HTML(w.b)
}

func meetingChartView(pg page, c meetingChanges) *chartView {
	v := &chartView{Title: pg.T("chart.meeting"), Fold: pg.T("chart.numbers"), Head: []string{pg.T("chart.time")}}
	for _, l := range c.Levels {
		v.Head = append(v.Head, levelSet(pg.w, l))
	}
	for _, span := range c.Spans {
		v.Rows = append(v.Rows, chartRow{Name: pg.When(span.From), Cells: numbers(span.Counts)})
	}
	return v
}
