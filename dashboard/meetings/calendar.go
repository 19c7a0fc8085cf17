package meetings

import (
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/series"
)

// coming is a meeting that has a date.
type coming struct {
	ID                         calendar.ID
	Title, Series, Stamp, When string
	Calendar, Begin            string // addresses
}

// choice is a series that a meeting can continue.
type choice struct{ ID, Name string }

// comes fills in which meetings have a date, and for a lead the form that gives one.
func (v *meetingsView) comes(pg *kit.Page, p domain.Picture) {
	names := map[domain.MeetingID]string{}
	for _, s := range series.Of(p) {
		names[s.ID] = seriesName(pg, s)
		v.Choices = append(v.Choices, choice{string(s.ID), names[s.ID]})
	}
	for _, m := range calendar.Of(p) {
		v.Coming = append(v.Coming, coming{
			ID: m.ID, Title: m.Title, Series: names[m.InSeries], Stamp: pg.Stamp(m.At), When: pg.Day(m.At) + " " + pg.Minute(m.At),
			Calendar: pg.Link("/tavle/" + pg.Body.Board + "/kalender/" + string(m.ID) + ".ics"), Begin: BeginLink(pg, p.Board().ID, m),
		})
	}
	v.Earliest = pg.Local(pg.Now.Add(time.Minute)).Format("2006-01-02T15:04")
}

// BeginLink is where a meeting that has a date is opened.
func BeginLink(p *kit.Page, b domain.BoardID, m calendar.Meeting) string {
	return p.Link("/moter?board=" + string(b) + "&dato=" + string(m.ID) + "#ny")
}
