package minutes

import (
	"strconv"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/outline"
)

// TemplateOptions say what the page of the minutes' template shows.
type TemplateOptions struct {
	Draft    []outline.Edit   // not saved yet; nil: the template in force
	Seen     domain.Revision  // what a draft began from
	Err      error            // why a draft was not saved
	Meetings []domain.Meeting // to look at it with, newest first
	Preview  domain.MeetingID // one of them, "" none
	Of       domain.Picture   // the board of that meeting
}

type templateView struct {
	kit.Page
	Parts            []templatePart
	N                int
	Seen             domain.Revision
	Draft, Standard  bool
	Changed, Stamp   string // when the template in force was set, "" never
	By, Error        string
	Meetings         []kit.Choice
	Chosen, Preview  string
	Action, Cancel   string
	MaxName, MaxText int
	Full             bool
}

type templatePart struct {
	I, Number   int // place in the form; among those shown
	Key, Name   string
	Heading     string
	Text        string
	Shown, Own  bool
	First, Last bool
	Wrong       bool
}

// ReportTemplate is where the office edits the sections of its minutes. p is the
// live picture, whose template is the office's.
func ReportTemplate(s *kit.Site, r kit.Request, p domain.Picture, o TemplateOptions) ([]byte, error) {
	pg := s.NewPage(r, "template", "")
	pg.OnBoard(p)
	pg.Title, pg.Nav, pg.Body.Live, pg.Edits = pg.T("template.title"), "meetings", "", false
	force := outline.Of(p)
	v := templateView{
		Draft: o.Draft != nil, Standard: force.Standard, Seen: o.Seen, Action: pg.Link("/referatmal"), Cancel: pg.Link("/referatmal"),
		MaxName: domain.MaxName, MaxText: domain.MaxReason, Chosen: string(o.Preview),
	}
	shown := outline.Outline{Sections: o.Draft}
	if o.Draft == nil {
		shown, v.Seen = force, force.Revision
	}
	if force.Revision > 0 {
		v.Stamp, v.Changed, v.By = pg.Stamp(force.At), pg.Day(force.At)+" "+pg.Minute(force.At), pg.Who(force.By)
	}
	wrong := -1
	if o.Err != nil {
		v.Error = pg.Words.Refusal(o.Err)
		wrong = wrongSection(o.Err)
	}
	v.fill(&pg, shown.Sections, wrong)
	for _, m := range o.Meetings {
		v.Meetings = append(v.Meetings, kit.Choice{Value: string(m.ID), Name: m.Title + ", " + pg.Day(m.OpenedAt)})
	}
	if o.Preview != "" {
		m, err := minutesOf(s, r, o.Of, o.Preview, 0, &shown)
		if err != nil {
			return nil, err
		}
		v.Preview = m.plain()
	}
	v.Page = pg
	return s.Render(v.Lang, "template", &v)
}

func (v *templateView) fill(pg *kit.Page, sections []outline.Edit, wrong int) {
	number := 0
	for i, s := range sections {
		part := templatePart{
			I: i, Key: string(s.Key), Name: pg.T("minutes.s." + string(s.Key)), Heading: string(s.Heading), Text: string(s.Text),
			Shown: !s.Hidden, Own: s.Key == outline.KeyOwn, First: i == 0, Last: i == len(sections)-1, Wrong: i == wrong,
		}
		if part.Shown {
			number++
			part.Number = number
		}
		v.Parts = append(v.Parts, part)
	}
	v.N, v.Full = len(sections), len(sections) >= outline.MaxSections
}

// wrongSection returns which section a refusal is about, -1 for none.
func wrongSection(err error) int {
	e, ok := err.(*domain.Error)
	if !ok {
		return -1
	}
	var digits []rune
	for _, r := range e.Field {
		if r >= '0' && r <= '9' {
			digits = append(digits, r)
		}
	}
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return -1
	}
	return n
}
