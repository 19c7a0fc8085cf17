package start

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/suggestion"
)

// item is one thing that waits for the reader.
type item struct{ What, Of, Href string }

// yours returns what waits for the reader: a roll-call that asks for their municipality,
// messages that a lead settles, actions that have their name, and suggestions about
// their areas.
func yours(pg *kit.Page, boards []domain.Picture, editions []Edition) (out []item) {
	for _, p := range boards {
		for _, m := range p.OpenMeetings() {
			out = append(out, asked(pg, p, m)...)
		}
		for _, a := range toDo(p) {
			if a.Owner != "" && strings.EqualFold(a.Owner, pg.UserName) {
				out = append(out, item{a.Text, joined(place(pg, p, a), dueWords(pg, a)), pg.Link("/mote/" + string(a.Meeting) + "#actions")})
			}
		}
	}
	return append(out, suggested(pg, boards, editions)...)
}

// asked is what an open meeting waits for.
func asked(pg *kit.Page, p domain.Picture, m domain.Meeting) (out []item) {
	if own := p.Audience().Municipality; own != "" {
		for _, e := range rollcall.Of(p, m.ID) {
			if e.Municipality == own && e.State == rollcall.NotReported {
				out = append(out, item{pg.T("start.roll_asks", p.Catalogue().Municipalities[p.Row(own)].Name), m.Title, pg.Link("/mote/" + string(m.ID))})
			}
		}
	}
	if !pg.RightsOn(p.Board().ID)[domain.RightLead] {
		return out
	}
	waiting := 0
	for _, proposal := range rollcall.Proposals(p, m.ID) {
		if proposal.Decided == nil {
			waiting++
		}
	}
	if waiting > 0 {
		out = append(out, item{pg.N("start.proposals", waiting), m.Title, pg.Link("/konsoll/" + string(m.ID))})
	}
	return out
}

// suggestedFor is how long a suggestion to the edition is told of here.
const suggestedFor = 365 * 24 * time.Hour

// suggested is what was suggested to the next edition of the areas that the reader
// assesses: what waits for an answer where an edition is worked on, else all of it.
func suggested(pg *kit.Page, boards []domain.Picture, editions []Edition) (out []item) {
	add := func(p domain.Picture, s suggestion.Suggestion, href string) {
		row, col := p.Row(s.Municipality), p.Col(s.Column)
		if row < 0 || col < 0 || pg.Now.Sub(s.Entry.At) > suggestedFor || !slices.Contains(pg.Request.User.Areas, s.Column) {
			return
		}
		name, _ := p.Catalogue().Columns[col].Name.In(pg.Lang)
		where := p.Catalogue().Municipalities[row].Name + " · " + name
		out = append(out, item{pg.T("start.suggested", where), joined(s.Text, shortDay(pg, s.Entry.At)), pg.Link(href)})
	}
	for _, e := range editions {
		for _, s := range slices.Backward(e.Waiting) {
			lead, _ := e.Work.Lead(s.Column)
			add(e.Picture, s, "/utgave/"+string(e.Picture.Board().ID)+"/vurdering/"+string(lead)+"/"+string(s.Municipality))
		}
	}
	if len(editions) > 0 {
		return out
	}
	for _, p := range boards {
		for _, s := range slices.Backward(suggestion.Of(p)) {
			add(p, s, "/mote/"+string(s.Meeting))
		}
	}
	return out
}

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// action is something to be done.
type action struct {
	due                           time.Time
	Text, Place, Owner, Due, Late string
	Href                          string
}

// openActions returns what is still to be done, what is due first at the top.
func openActions(pg *kit.Page, boards []domain.Picture) (out []action) {
	for _, p := range boards {
		for _, a := range toDo(p) {
			row := action{Text: a.Text, Place: place(pg, p, a), Owner: a.Owner, Href: pg.Link("/mote/" + string(a.Meeting) + "#actions")}
			if due, err := kit.ParseTime(a.Due); a.Due != "" && err == nil {
				row.due, row.Due = due, pg.Short(due)
				if late := -daysTo(pg, due); late > 0 {
					row.Late = pg.N("start.late", late)
				}
			}
			out = append(out, row)
		}
	}
	slices.SortStableFunc(out, func(a, b action) int {
		if a.due.IsZero() != b.due.IsZero() {
			return map[bool]int{true: 1, false: -1}[a.due.IsZero()]
		}
		return a.due.Compare(b.due)
	})
	return out
}

// toDo returns what is still to be done on a board that goes on.
func toDo(p domain.Picture) []actions.Action {
	if p.Board().Phase == domain.PhaseClosed {
		return nil
	}
	return slices.DeleteFunc(actions.Of(p), func(a actions.Action) bool { return a.Ended != nil })
}

func place(pg *kit.Page, p domain.Picture, a actions.Action) string {
	row := p.Row(a.Municipality)
	if row < 0 {
		return ""
	}
	name := p.Catalogue().Municipalities[row].Name
	if col := p.Col(a.Column); a.Column != "" && col >= 0 {
		area, _ := p.Catalogue().Columns[col].Name.In(pg.Lang)
		name += " · " + area
	}
	return name
}

func dueWords(pg *kit.Page, a actions.Action) string {
	if a.Due == "" {
		return ""
	}
	return pg.T("actions.by", pg.Date(a.Due))
}

// actionsOf says how many are open, and how many of them late.
func actionsOf(pg *kit.Page, all []action) string {
	if len(all) == 0 {
		return ""
	}
	late := 0
	for _, a := range all {
		if a.Late != "" {
			late++
		}
	}
	words := pg.N("start.open_n", len(all))
	if late > 0 {
		words += ", " + pg.T("start.late_n", strconv.Itoa(late))
	}
	return words
}

// next is a meeting that is to come.
type next struct {
	Title, Stamp, When, Of string
	Calendar, Begin        string // addresses; "" not for the reader
}

// comes fills in which meetings are to come.
func (v *view) comes(pg *kit.Page, boards []domain.Picture) {
	var all []next
	for _, p := range boards {
		lead := pg.RightsOn(p.Board().ID)[domain.RightLead]
		if lead && p.Board().Kind != domain.KindEdition && v.Plan == "" {
			v.Plan = pg.Link("/moter?board=" + string(p.Board().ID) + "#dato")
		}
		for _, m := range calendar.Of(p) {
			all = append(all, newNext(pg, p, m, lead))
		}
	}
	slices.SortStableFunc(all, func(a, b next) int { return strings.Compare(a.Stamp, b.Stamp) })
	if len(all) > 0 {
		v.Next, v.Later = &all[0], all[1:]
	}
}

func newNext(pg *kit.Page, p domain.Picture, m calendar.Meeting, lead bool) next {
	days := daysTo(pg, m.At)
	in := pg.N("start.in_days", days)
	if days < 2 {
		in = pg.T(map[bool]string{true: "start.is_today", false: "start.is_tomorrow"}[days < 1])
	}
	at := pg.Local(m.At)
	n := next{
		Title: m.Title, Stamp: m.At.UTC().Format(time.RFC3339), Of: in,
		When:     pg.T("start.at", pg.T("weekday.in."+strconv.Itoa(int(at.Weekday()))), pg.Short(m.At), pg.Minute(m.At)),
		Calendar: pg.Link("/tavle/" + string(p.Board().ID) + "/kalender/" + string(m.ID) + ".ics"),
	}
	if n.Title == "" {
		n.Title = pg.T("start.untitled")
	}
	if lead {
		n.Begin = meetings.BeginLink(pg, p.Board().ID, m)
	}
	return n
}
