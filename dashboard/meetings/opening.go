package meetings

import (
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/series"
	"kommunebilde/domain/views"
)

// opening is the form that opens a meeting, filled in as the last one of a
// series was where it is for its next.
type opening struct {
	*kit.Page
	p      domain.Picture
	c      *domain.Catalogue
	series *series.Series // nil: a meeting of its own
	as     domain.Meeting // what it is filled in from; zero: nothing
	called string         // what the meeting with a date is called, "" for none
}

// openingOf returns the form, for the next meeting of a series if it is told, or for one
// that has a date.
func openingOf(p *kit.Page, pic domain.Picture, next domain.MeetingID, of calendar.ID) (*opening, error) {
	o := &opening{Page: p, p: pic, c: pic.Catalogue()}
	if of != "" {
		coming := calendar.Of(pic)
		i := slices.IndexFunc(coming, func(m calendar.Meeting) bool { return m.ID == of })
		if i < 0 {
			return nil, kit.UnknownField("dato")
		}
		o.called, next = coming[i].Title, coming[i].InSeries
	}
	if next == "" {
		return o, nil
	}
	found, ok := series.One(pic, next)
	if !ok {
		return nil, kit.UnknownField("serie")
	}
	o.series, o.as = &found, found.Meetings[0]
	return o, nil
}

func (o *opening) draw(w *kit.Builder) {
	t := o.T
	w.Raw(`<h2 id="ny">`)
	if o.series != nil {
		w.Text(t("meeting.next_of", seriesName(o.Page, *o.series))).Raw(`</h2><p class="meta">`).Text(t("meeting.next_note")).Raw(` <a`).Attr("href", o.Link("/moter#ny")).Raw(`>`).Text(t("meeting.next_not")).Raw(`</a></p>`)
	} else {
		w.Text(t("meetings.new")).Raw(`</h2><p class="meta">`).Text(t("meetings.new_note")).Raw(`</p>`)
	}
	w.Raw(`<form class="form" method="post"`).Attr("action", o.Link("/moter")).Raw(`>`)
	w.Raw(string(o.Fields()))
	o.boardField(w)
	o.field(w, "title", t("meeting.title"), o.title(), domain.MaxName, true)
	w.Raw(`<label class="fld"><span>`).Text(t("meeting.kind")).Raw(`</span><select name="kind">`)
	for _, k := range domain.MeetingKinds() {
		kit.Choose(w, string(k), t("meeting.kind."+string(k)), k == o.as.Kind)
	}
	w.Raw(`</select></label>`)
	o.field(w, "case", t("meeting.case"), o.as.Case, 40, false)
	o.opensWith(w)
	if o.series == nil {
		o.field(w, "series", t("meeting.series"), "", domain.MaxName, false)
	}
	o.agendaField(w)
	o.actorFields(w)
	o.inviteFields(w)
	w.Raw(`<label class="check"><input type="checkbox" name="reports" value="yes"`).Flag("checked", o.as.Reports).Raw(`> `).Text(t("meeting.reports")).Raw(`</label>`)
	w.Raw(`<p><button class="btn go" type="submit">`).Text(t("meeting.open")).Raw(`</button></p></form>`)
}

// title is what the meeting is called beforehand: as its date has it, or as the series,
// with today's.
func (o *opening) title() string {
	switch {
	case o.called != "":
		return o.called
	case o.series != nil:
		return seriesName(o.Page, *o.series) + " " + o.Short(o.Now)
	}
	return ""
}

func (o *opening) field(w *kit.Builder, name, label, value string, most int, required bool) {
	w.Raw(`<label class="fld"><span>`).Text(label).Raw(`</span><input`).Attr("name", name).Attr("value", value).Num("maxlength", int64(most)).Flag("required", required).Raw(` autocomplete="off"></label>`)
}

// boardField appends where the meeting is: a series stays on its board.
func (o *opening) boardField(w *kit.Builder) {
	here := o.p.Board()
	if o.series != nil {
		w.Raw(`<input type="hidden" name="board"`).Attr("value", string(here.ID)).Raw(`><input type="hidden" name="in_series"`).Attr("value", string(o.series.ID)).Raw(`>`)
		return
	}
	w.Raw(`<label class="fld"><span>`).Text(o.T("screens.board")).Raw(`</span><select name="board">`)
	for _, b := range o.Request.Boards {
		if b.Kind != domain.KindEdition && b.Phase != domain.PhaseClosed && (b.ID == here.ID || o.RightsOn(b.ID)[domain.RightLead]) {
			kit.Choose(w, string(b.ID), o.TitleOf(b), b.ID == here.ID)
		}
	}
	w.Raw(`</select></label>`)
}

// opensWith appends what the meeting opens with: the county, a region, or a view
// that the office has saved.
func (o *opening) opensWith(w *kit.Builder) {
	w.Raw(`<label class="fld"><span>`).Text(o.T("meeting.opens_with")).Raw(`</span><select name="opens">`)
	kit.Choose(w, "", o.T("meeting.county"), o.as.Region == "" && o.as.View == "")
	w.Raw(`<optgroup`).Attr("label", o.T("meeting.opens_regions")).Raw(`>`)
	for _, region := range o.c.Regions {
		kit.Choose(w, "region/"+string(region.ID), region.Name, o.as.View == "" && o.as.Region == region.ID)
	}
	w.Raw(`</optgroup>`)
	saved := slices.DeleteFunc(views.Of(o.p), func(v views.View) bool { return !v.Fits })
	if len(saved) > 0 {
		w.Raw(`<optgroup`).Attr("label", o.T("views.head")).Raw(`>`)
		for _, v := range saved {
			kit.Choose(w, "view/"+string(v.ID), v.Name, o.as.View == v.ID)
		}
		w.Raw(`</optgroup>`)
	}
	w.Raw(`</select></label>`)
}

// agendaField appends a place for each region, in the order they are called.
func (o *opening) agendaField(w *kit.Builder) {
	w.Raw(`<details class="also"><summary>`).Text(o.T("meeting.agenda")).Raw(`</summary><p class="meta">`).Text(o.T("meeting.agenda_note")).Raw(`</p><ol class="agenda">`)
	for i := range o.c.Regions {
		w.Raw(`<li><label><span>`).Text(o.T("meeting.agenda_place", strconv.Itoa(i+1))).Raw(`</span> <select name="agenda"><option value=""></option>`)
		for _, region := range o.c.Regions {
			kit.Choose(w, string(region.ID), region.Name, i < len(o.as.Agenda) && o.as.Agenda[i] == region.ID)
		}
		w.Raw(`</select></label></li>`)
	}
	w.Raw(`</ol></details>`)
}

// actorFields appends who takes part as well: those of the office's list to
// tick, and room for guests.
func (o *opening) actorFields(w *kit.Builder) {
	list := actors.Of(o.p)
	label := o.T("meeting.actors")
	if len(list) > 0 {
		label = o.T("meeting.guests")
		w.Raw(`<fieldset><legend>`).Text(o.T("meeting.listed")).Raw(`</legend><div class="checks" tabindex="0" role="group"`).Attr("aria-label", o.T("meeting.listed")).Raw(`>`)
		for _, a := range list {
			w.Raw(`<label><input type="checkbox" name="listed"`).Attr("value", string(a.ID)).Flag("checked", slices.Contains(o.as.Listed, a.ID)).Raw(`> `).Text(a.Name).Raw(`</label>`)
		}
		w.Raw(`</div>`)
		if o.Request.Rights[domain.RightArrange] {
			w.Raw(`<p><a`).Attr("href", o.Link("/aktorer")).Raw(`>`).Text(o.T("actors.edit")).Raw(`</a></p>`)
		}
		w.Raw(`</fieldset>`)
	}
	w.Raw(`<label class="fld"><span>`).Text(label + " (" + o.T("meeting.actors_hint") + ")").Raw(`</span><textarea name="actors" rows="2">`).Text(strings.Join(o.as.Guests, "\n")).Raw(`</textarea></label>`)
	w.Careful(o.Words, o.Link(kit.CarefulPath))
}

// invitesAll, invitesOpens and invitesChosen are whom a meeting invites: everybody, whom
// it opens with, or those that are ticked.
const (
	invitesAll    = "all"
	invitesOpens  = "opens"
	invitesChosen = "chosen"
)

// invites is what is chosen beforehand: as the last of the series had it, and for a
// meeting of its own nobody.
func (o *opening) invites() string {
	switch n := len(o.as.Invited); {
	case n > 0 && n == len(o.c.Municipalities):
		return invitesAll
	case n > 0 && o.as.Region != "" && n == len(o.c.Members(o.as.Region)) && !slices.ContainsFunc(o.c.Members(o.as.Region), func(row int) bool {
		return !slices.Contains(o.as.Invited, o.c.Municipalities[row].ID)
	}):
		return invitesOpens
	}
	return invitesChosen
}

func (o *opening) inviteFields(w *kit.Builder) {
	w.Raw(`<fieldset class="invite"><legend>`).Text(o.T("meeting.invited")).Raw(`</legend><p class="meta">`).Text(o.T("meeting.invite_note")).Raw(`</p>`)
	if open := kit.OpenMeetings(o.p); len(open) > 0 {
		var titles []string
		for _, m := range open {
			titles = append(titles, "«"+m.Title+"»")
		}
		w.Raw(`<p class="meta">`).Text(o.T("meeting.invite_others", strings.Join(titles, ", "))).Raw(`</p>`)
	}
	for _, to := range []struct{ value, word string }{
		{invitesAll, o.N("meeting.invites_all", len(o.c.Municipalities))}, {invitesOpens, o.T("meeting.invites_opens")}, {invitesChosen, o.T("meeting.invites_chosen")},
	} {
		w.Raw(`<label class="check"><input type="radio" name="invites"`).Attr("value", to.value).Flag("checked", to.value == o.invites()).Raw(`> `).Text(to.word).Raw(`</label>`)
	}
	w.Raw(`<div class="checks" tabindex="0" role="group"`).Attr("aria-label", o.T("meeting.invites_chosen")).Raw(`>`)
	for _, region := range o.c.Regions {
		w.Raw(`<b>`).Text(region.Name).Raw(`</b>`)
		for _, row := range o.c.Members(region.ID) {
			m := o.c.Municipalities[row]
			w.Raw(`<label><input type="checkbox" name="invited"`).Attr("value", string(m.ID)).Flag("checked", o.invites() == invitesChosen && slices.Contains(o.as.Invited, m.ID)).Raw(`> `).Text(m.Name).Raw(`</label>`)
		}
	}
	w.Raw(`</div></fieldset>`)
}
