package meetings

import (
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/rollcall"
)

// endedView is a meeting that was closed, as its contacts are told of it.
type endedView struct {
	kit.Page
	Meeting string
	Reports []endedReport
}

// endedReport is one report of the reader's own.
type endedReport struct {
	When, Stamp, Place string
	Cells              []endedCell // none: "no change"
	Outcome            string
}

type endedCell struct {
	Area, AreaLang, Level, Text string
	Redacted                    bool
}

// Ended is the page of a meeting for a contact who was in it, once it is closed:
// that it is, and what they reported themselves. Nothing of it changes by itself,
// so that it follows no board.
func Ended(s *kit.Site, r kit.Request, id domain.MeetingID, e rollcall.ClosedMeeting) ([]byte, error) {
	pg := s.NewPage(r, "ended", "")
	pg.Demo, pg.Exercise = pg.Demo || e.Demo, e.Exercise
	pg.Body.User = string(r.User.ID)
	pg.Title = closedAt(&pg, e.ClosedAt)
	v := endedView{Page: pg, Meeting: string(id)}
	rm := Sitting{Page: &pg, Catalogue: e.Catalogue}
	for _, report := range e.Reports {
		out := endedReport{When: pg.When(report.At), Stamp: pg.Stamp(report.At), Place: rm.NameOf(report.Municipality)}
		for _, c := range report.Cells {
			cell := endedCell{Level: pg.Words.LevelOn(e.Kind, c.Level), Text: c.Text.String(), Redacted: c.Text.Redacted()}
			if i := e.Catalogue.ColumnIndex(c.Column); i >= 0 {
				cell.Area, cell.AreaLang = e.Catalogue.Columns[i].Name.In(pg.Lang)
			}
			out.Cells = append(out.Cells, cell)
		}
		switch {
		case report.Cells == nil:
		case report.Taken:
			out.Outcome = pg.T("ended.taken")
		case report.Decided:
			out.Outcome = pg.T("ended.left")
		default:
			out.Outcome = pg.T("ended.unanswered")
		}
		v.Reports = append(v.Reports, out)
	}
	return s.Render(v.Lang, "ended", &v)
}

// closedView is a meeting that was closed, for the lead.
type closedView struct {
	kit.Page
	Meeting, By, Minutes, BoardURL string
}

// Closed is what a meeting's console becomes once the meeting is closed: it says
// that, and by whom. The script shows what was written at the console and not
// stored.
func Closed(s *kit.Site, r kit.Request, p domain.Picture, id domain.MeetingID) ([]byte, error) {
	pg := s.NewPage(r, "ended", "")
	pg.OnBoard(p)
	rm, err := SittingOf(&pg, p, id)
	if err != nil {
		return nil, err
	}
	pg.Body.Live, pg.Edits, pg.Console = "", false, true
	pg.Title = closedAt(&pg, rm.M.ClosedAt)
	b := s.NewBoard(pg, p, kit.Filter{}, nil, nil)
	pg.Data = pg.Words.Script + b.PageData()
	v := closedView{Page: pg, Meeting: string(id), By: rm.M.Title, Minutes: pg.Link("/referat/" + string(id)), BoardURL: pg.BoardWith(p.Board(), rm.M.Filter)}
	if who := pg.Who(rm.M.ClosedBy); who != "" {
		v.By = pg.T("ended.by", who, rm.M.Title)
	}
	return s.Render(v.Lang, "closed", &v)
}

// closedAt says when a meeting was closed.
func closedAt(p *kit.Page, at time.Time) string {
	if p.When(at) != p.Minute(at) {
		return p.T("ended.title_day", p.Short(at), p.Minute(at))
	}
	return p.T("ended.title", p.Minute(at))
}
