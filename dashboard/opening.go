package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"kommunebilde"
)

// opening is the form that opens a meeting, filled in as the last one of a
// series was where it is for its next.
type opening struct {
	*page
	p      kommunebilde.Picture
	c      *kommunebilde.Catalogue
	series *kommunebilde.Series // nil: a meeting of its own
	as     kommunebilde.Meeting // what it is filled in from; zero: nothing
}

// openingOf returns the form, for the next meeting of a series if it is told.
func (p *page) openingOf(pic kommunebilde.Picture, series kommunebilde.MeetingID) (*opening, error) {
	o := &opening{page: p, p: pic, c: pic.Catalogue()}
	if series == "" {
		return o, nil
	}
	found, ok := pic.OneSeries(series)
	if !ok {
		return nil, unknown("serie")
	}
	o.series, o.as = &found, found.Meetings[0]
	return o, nil
}

func (o *opening) draw(w *builder) {
	t := o.T
	w.raw(`<h2 id="ny">`)
	if o.series != nil {
		w.text(t("meeting.next_of", o.seriesName(*o.series))).raw(`</h2><p class="meta">`).text(t("meeting.next_note")).raw(` <a`).attr("href", o.Link("/moter#ny")).raw(`>`).text(t("meeting.next_not")).raw(`</a></p>`)
	} else {
		w.text(t("meetings.new")).raw(`</h2><p class="meta">`).text(t("meetings.new_note")).raw(`</p>`)
	}
	w.raw(`<form class="form" method="post"`).attr("action", o.Link("/moter")).raw(`>`)
	w.raw(string(o.Fields()))
	o.boardField(w)
	o.field(w, "title", t("meeting.title"), o.as.Title, kommunebilde.MaxName, true)
	w.raw(`<label class="fld"><span>`).text(t("meeting.kind")).raw(`</span><select name="kind">`)
	for _, k := range kommunebilde.MeetingKinds() {
		choose(w, string(k), t("meeting.kind."+string(k)), k == o.as.Kind)
	}
	w.raw(`</select></label>`)
	o.field(w, "case", t("meeting.case"), o.as.Case, 40, false)
	o.opensWith(w)
	if o.series == nil {
		o.field(w, "series", t("meeting.series"), "", kommunebilde.MaxName, false)
	}
	o.agendaField(w)
	o.actorFields(w)
	o.inviteFields(w)
	w.raw(`<label class="check"><input type="checkbox" name="reports" value="yes"`).flag("checked", o.as.Reports).raw(`> `).text(t("meeting.reports")).raw(`</label>`)
	w.raw(`<p><button class="btn go" type="submit">`).text(t("meeting.open")).raw(`</button></p></form>`)
}

func (o *opening) field(w *builder, name, label, value string, most int, required bool) {
	w.raw(`<label class="fld"><span>`).text(label).raw(`</span><input`).attr("name", name).attr("value", value).num("maxlength", int64(most)).flag("required", required).raw(` autocomplete="off"></label>`)
}

// boardField appends where the meeting is: a series stays on its board.
func (o *opening) boardField(w *builder) {
	here := o.p.Board()
	if o.series != nil {
		w.raw(`<input type="hidden" name="board"`).attr("value", string(here.ID)).raw(`><input type="hidden" name="in_series"`).attr("value", string(o.series.ID)).raw(`>`)
		return
	}
	w.raw(`<label class="fld"><span>`).text(o.T("screens.board")).raw(`</span><select name="board">`)
	for _, b := range o.req.Boards {
		if b.Kind != kommunebilde.KindEdition && b.Phase != kommunebilde.PhaseClosed && (b.ID == here.ID || o.rightsOn(b.ID)[kommunebilde.RightLead]) {
			choose(w, string(b.ID), o.titleOf(b), b.ID == here.ID)
		}
	}
	w.raw(`</select></label>`)
}

// opensWith appends what the meeting opens with: the county, a region, or a view
// that the office has saved.
func (o *opening) opensWith(w *builder) {
	w.raw(`<label class="fld"><span>`).text(o.T("meeting.opens_with")).raw(`</span><select name="opens">`)
	choose(w, "", o.T("meeting.county"), o.as.Region == "" && o.as.View == "")
	w.raw(`<optgroup`).attr("label", o.T("meeting.opens_regions")).raw(`>`)
	for _, region := range o.c.Regions {
		choose(w, "region/"+string(region.ID), region.Name, o.as.View == "" && o.as.Region == region.ID)
	}
	w.raw(`</optgroup>`)
	views := slices.DeleteFunc(o.p.Views(), func(v kommunebilde.View) bool { return !v.Fits })
	if len(views) > 0 {
		w.raw(`<optgroup`).attr("label", o.T("views.head")).raw(`>`)
		for _, v := range views {
			choose(w, "view/"+string(v.ID), v.Name, o.as.View == v.ID)
		}
		w.raw(`</optgroup>`)
	}
	w.raw(`</select></label>`)
}

// agendaField appends a place for each region, in the order they are called.
func (o *opening) agendaField(w *builder) {
	w.raw(`<details class="also"><summary>`).text(o.T("meeting.agenda")).raw(`</summary><p class="meta">`).text(o.T("meeting.agenda_note")).raw(`</p><ol class="agenda">`)
	for i := range o.c.Regions {
		w.raw(`<li><label><span>`).text(o.T("meeting.agenda_place", strconv.Itoa(i+1))).raw(`</span> <select name="agenda"><option value=""></option>`)
		for _, region := range o.c.Regions {
			choose(w, string(region.ID), region.Name, i < len(o.as.Agenda) && o.as.Agenda[i] == region.ID)
		}
		w.raw(`</select></label></li>`)
	}
	w.raw(`</ol></details>`)
}

// actorFields appends who takes part besides: those of the office's list to
// tick, and room for guests.
func (o *opening) actorFields(w *builder) {
	list := o.p.RegionalActors()
	label := o.T("meeting.actors")
	if len(list) > 0 {
		label = o.T("meeting.guests")
		w.raw(`<fieldset><legend>`).text(o.T("meeting.listed")).raw(`</legend><div class="checks" tabindex="0" role="group"`).attr("aria-label", o.T("meeting.listed")).raw(`>`)
		for _, a := range list {
			w.raw(`<label><input type="checkbox" name="listed"`).attr("value", string(a.ID)).flag("checked", slices.Contains(o.as.Listed, a.ID)).raw(`> `).text(a.Name).raw(`</label>`)
		}
		w.raw(`</div>`)
		if o.req.Rights[kommunebilde.RightArrange] {
			w.raw(`<p><a`).attr("href", o.Link("/aktorer")).raw(`>`).text(o.T("actors.edit")).raw(`</a></p>`)
		}
		w.raw(`</fieldset>`)
	}
	w.raw(`<label class="fld"><span>`).text(label + " (" + o.T("meeting.actors_hint") + ")").raw(`</span><textarea name="actors" rows="2">`).text(strings.Join(o.as.Guests, "\n")).raw(`</textarea></label>`)
	w.careful(o.w, o.Link(carefulPath))
}

func (o *opening) inviteFields(w *builder) {
	w.raw(`<fieldset><legend>`).text(o.T("meeting.invited")).raw(`</legend><p class="meta">`).text(o.T("meeting.invite_note")).raw(`</p><div class="checks" tabindex="0" role="group"`).attr("aria-label", o.T("meeting.invited")).raw(`>`)
	for _, region := range o.c.Regions {
		w.raw(`<b>`).text(region.Name).raw(`</b>`)
		for _, row := range o.c.Members(region.ID) {
			m := o.c.Municipalities[row]
			w.raw(`<label><input type="checkbox" name="invited"`).attr("value", string(m.ID)).flag("checked", slices.Contains(o.as.Invited, m.ID)).raw(`> `).text(m.Name).raw(`</label>`)
		}
	}
	w.raw(`</div></fieldset>`)
}
