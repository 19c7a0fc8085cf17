package dashboard

import (
	"slices"
	"strconv"

	"kommunebilde"
)

// room is a meeting as one reader sees it: the roll-call, what is written down,
// what waits. Console, meeting page, walls and minutes draw it from here.
type room struct {
	*page
	p    kommunebilde.Picture
	c    *kommunebilde.Catalogue
	m    kommunebilde.Meeting
	kind kommunebilde.BoardKind
	cols []int // what is judged
	roll []kommunebilde.RollEntry
	lead bool // may set levels in it now
}

// roomOf returns a meeting of the picture's board.
func (p *page) roomOf(pic kommunebilde.Picture, id kommunebilde.MeetingID) (*room, error) {
	m, ok := pic.Meeting(id)
	if !ok {
		return nil, &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "meeting", Msg: "meeting.unknown"}
	}
	r := &room{page: p, p: pic, c: pic.Catalogue(), m: m, kind: pic.Board().Kind, roll: pic.RollCall(id)}
	r.cols = judged(r.c, r.kind)
	r.lead = m.Open() && !p.req.Cacheable && p.req.Rights[kommunebilde.RightSetLevels]
	return r, nil
}

// judged returns the places of the columns that a kind of board judges and that
// stand in its table.
func judged(c *kommunebilde.Catalogue, kind kommunebilde.BoardKind) []int {
	if kind != kommunebilde.KindSituation {
		return c.Areas()
	}
	var out []int
	for i, col := range c.Columns {
		if col.Kind == kommunebilde.ColumnFunction {
			out = append(out, i)
		}
	}
	return out
}

func (r *room) name(m kommunebilde.MunicipalityID) string {
	if i := r.c.MunicipalityIndex(m); i >= 0 {
		return r.c.Municipalities[i].Name
	}
	return string(m)
}

func (r *room) region(m kommunebilde.MunicipalityID) kommunebilde.RegionID {
	if i := r.c.MunicipalityIndex(m); i >= 0 {
		return r.c.Municipalities[i].Region
	}
	return ""
}

// column returns a column's name, "" for none.
func (r *room) column(id kommunebilde.ColumnID) string {
	i := r.c.ColumnIndex(id)
	if i < 0 {
		return ""
	}
	name, _ := r.c.Columns[i].Name.In(r.Lang)
	return name
}

// path returns an address of the meeting.
func (r *room) path(below string) string { return r.Link("/mote/" + string(r.m.ID) + below) }

// boardPath returns an address of the meeting's board.
func (r *room) boardPath(below string) string {
	return r.Link("/tavle/" + string(r.p.Board().ID) + below)
}

// answered returns how many municipalities have reported.
func (r *room) answered() int {
	n := 0
	for _, e := range r.roll {
		if e.State != kommunebilde.NotReported {
			n++
		}
	}
	return n
}

// missing returns who has not reported, in the catalogue's order.
func (r *room) missing() []kommunebilde.RollEntry {
	var out []kommunebilde.RollEntry
	for _, e := range r.roll {
		if e.State == kommunebilde.NotReported {
			out = append(out, e)
		}
	}
	return out
}

func (r *room) entry(m kommunebilde.MunicipalityID) (kommunebilde.RollEntry, bool) {
	i := slices.IndexFunc(r.roll, func(e kommunebilde.RollEntry) bool { return e.Municipality == m })
	if i < 0 {
		return kommunebilde.RollEntry{}, false
	}
	return r.roll[i], true
}

// agenda returns the regions of the roll-call in the order they are called.
func (r *room) agenda() []kommunebilde.RegionID {
	var out []kommunebilde.RegionID
	add := func(id kommunebilde.RegionID) {
		if !slices.Contains(out, id) && slices.ContainsFunc(r.roll, func(e kommunebilde.RollEntry) bool { return r.region(e.Municipality) == id }) {
			out = append(out, id)
		}
	}
	for _, id := range r.m.Agenda {
		add(id)
	}
	for _, region := range r.c.Regions {
		add(region.ID)
	}
	return out
}

// of returns a region's part of the roll-call.
func (r *room) of(region kommunebilde.RegionID) []kommunebilde.RollEntry {
	var out []kommunebilde.RollEntry
	for _, e := range r.roll {
		if r.region(e.Municipality) == region {
			out = append(out, e)
		}
	}
	return out
}

// stateWords says where a municipality stands.
func (r *room) stateWords(e kommunebilde.RollEntry) string {
	if e.State == kommunebilde.NotReported {
		return r.T("roll.not_reported")
	}
	if e.State == kommunebilde.Reported {
		return r.T("roll.reported")
	}
	return r.T("roll."+string(e.State)) + " " + r.When(e.Entry.At)
}

// rollSign appends the sign of a state: a dashed ring, a tick, a corner.
func (w *builder) rollSign(s kommunebilde.RollState) *builder {
	return w.raw(`<i class="roll" data-roll="`).text(string(s)).raw(`" aria-hidden="true"></i>`)
}

// told tells whether the reader is told of the whole roll-call: a municipality
// only where it stands itself.
func (r *room) told() bool { return r.p.Audience().Kind != kommunebilde.AudienceMunicipality }

// doneLine appends how many have answered, with a bar of it.
func (r *room) doneLine(w *builder) {
	n, all := r.answered(), len(r.roll)
	w.raw(`<div id="roll-done" data-part="live" class="roll-done"><span>`).text(r.T("roll.done", strconv.Itoa(n), strconv.Itoa(all)))
	w.raw(`</span><progress max="`).int(max(all, 1)).raw(`" value="`).int(n).raw(`"`).attr("aria-label", r.T("roll.head")).raw(`></progress></div>`)
}

// missingLine appends who has not reported, by region; it is always there while
// somebody is missing.
func (r *room) missingLine(w *builder) {
	missing := r.missing()
	w.raw(`<div id="roll-missing" data-part="live">`)
	if len(missing) == 0 {
		w.raw(`<p>`).text(r.T("roll.complete")).raw(`</p></div>`)
		return
	}
	w.raw(`<dl class="missing">`)
	for _, id := range r.agenda() {
		var names []string
		for _, e := range r.of(id) {
			if e.State == kommunebilde.NotReported {
				names = append(names, r.name(e.Municipality))
			}
		}
		if len(names) == 0 {
			continue
		}
		w.raw(`<dt>`).text(r.regionName(id)).raw(`</dt><dd>`)
		for i, name := range names {
			if i > 0 {
				w.raw(`, `)
			}
			w.text(name)
		}
		w.raw(`</dd>`)
	}
	w.raw(`</dl></div>`)
}

func (r *room) regionName(id kommunebilde.RegionID) string {
	if i := r.c.RegionIndex(id); i >= 0 {
		return r.c.Regions[i].Name
	}
	return string(id)
}

// notes appends the significant events, newest first, with the forms to write
// one and to withdraw one for who may.
func (r *room) notes(w *builder, forms bool) {
	w.raw(`<div id="notes" data-part="live"><ol class="notes">`)
	list := r.p.Notes(r.m.ID)
	for _, n := range list[:min(len(list), meetingLog)] {
		w.raw(`<li`).attr("data-note", string(n.ID)).flag("data-withdrawn", n.Withdrawn != nil).raw(`>`)
		w.time(n.Entry.At, r.zone, r.When(n.Entry.At)).raw(` <span class="what">`)
		switch {
		case n.Withheld:
			w.raw(`<span class="meta">`).text(r.T("marking.note")).raw(`</span>`)
		case n.Redacted:
			w.raw(`<span class="meta">`).text(r.T("panel.redacted")).raw(`</span>`)
		case n.Withdrawn != nil:
			w.raw(`<del>`).text(n.Text).raw(`</del>`)
		default:
			w.text(n.Text)
		}
		if n.Withdrawn != nil {
			w.raw(` <span class="meta">`).text(r.T("notes.withdrawn", r.When(n.Withdrawn.At)))
			if n.Reason != "" {
				w.raw(`: `).text(n.Reason)
			}
			w.raw(`</span>`)
		}
		w.raw(`</span>`)
		if forms && r.lead && n.Withdrawn == nil {
			w.raw(`<details class="more"><summary`).attr("aria-label", r.T("notes.withdraw")+": "+cut(n.Text, labelled)).raw(`>`).text(r.T("notes.withdraw")).raw(`</summary><form method="post"`).attr("action", r.path("/hendelse/trekk")).attr("data-said", r.T("notice.hendelse-trukket")).raw(`>`)
			r.hidden(w)
			w.raw(`<input type="hidden" name="note"`).attr("value", string(n.ID)).raw(`><label class="fld"><span>`).text(r.T("notes.reason")).raw(`</span><input name="reason" autocomplete="off"`).num("maxlength", kommunebilde.MaxReason)
			w.raw(`></label><button class="btn sm" type="submit">`).text(r.T("notes.withdraw")).raw(`</button></form></details>`)
		}
		w.raw(`</li>`)
	}
	switch {
	case len(list) == 0:
		w.raw(`<li class="none">`).text(r.T("notes.none")).raw(`</li>`)
	case len(list) > meetingLog:
		w.raw(`<li class="none">`).text(r.T("meeting.notes_more")).raw(`</li>`)
	}
	w.raw(`</ol></div>`)
	if forms && r.lead {
		w.raw(`<form class="note-form" method="post"`).attr("action", r.path("/hendelse")).attr("data-said", r.T("notice.hendelse")).attr("aria-label", r.T("notes.write")).raw(`>`)
		r.hidden(w)
		w.raw(`<label class="fld"><span>`).text(r.T("notes.write")).raw(`</span><input name="text" required autocomplete="off"`).num("maxlength", kommunebilde.MaxReason).raw(`></label><button class="btn" type="submit">`).text(r.T("notes.add")).raw(`</button></form>`)
	}
}

// standing returns the notes that are not withdrawn, newest first.
func (r *room) standing() []kommunebilde.Note {
	return slices.DeleteFunc(r.p.Notes(r.m.ID), func(n kommunebilde.Note) bool { return n.Withdrawn != nil || n.Redacted || n.Withheld })
}

// proposals appends the contacts' reports that wait, for the lead to take or
// leave, and for the municipality to see what became of its own.
func (r *room) proposals(w *builder) {
	w.raw(`<div id="proposals" data-part="live">`)
	list := r.p.Proposals(r.m.ID)
	if r.lead {
		list = slices.DeleteFunc(list, func(q kommunebilde.Proposal) bool { return q.Decided != nil })
	}
	if len(list) > 0 {
		w.raw(`<h2>`).text(r.T("proposals.head")).raw(` <span class="count">`).int(len(list)).raw(`</span></h2><ol class="proposals">`)
		part := r.paged("forslag", len(list))
		for _, q := range list[part.from:part.to] {
			r.proposal(w, q)
		}
		w.raw(`</ol>`)
		r.pager(w, part, "proposals", r.T("proposals.head"))
	}
	w.raw(`</div>`)
}

// suggestions appends what the meeting suggested for the next edition, for the
// areas' assessors.
func (r *room) suggestions(w *builder) {
	w.raw(`<section id="suggested" data-part="live">`)
	list := slices.DeleteFunc(r.p.Suggestions(), func(s kommunebilde.Suggestion) bool { return s.Meeting != r.m.ID })
	if len(list) > 0 {
		w.raw(`<h2>`).text(r.T("suggest.head")).raw(`</h2><ul class="actions">`)
	}
	part := r.paged("innspill", len(list))
	for _, s := range list[part.from:part.to] {
		w.raw(`<li><p><b>`).text(r.name(s.Municipality)+" · "+r.column(s.Column)).raw(`</b><br>`).text(s.Text).raw(`</p><p class="meta">`).time(s.Entry.At, r.zone, r.When(s.Entry.At))
		if by := r.page.name(s.Entry.By); by != "" {
			w.raw(`, `).text(by)
		}
		w.raw(`</p></li>`)
	}
	if len(list) > 0 {
		w.raw(`</ul>`)
	}
	r.pager(w, part, "suggested", r.T("suggest.head"))
	w.raw(`</section>`)
}

func (r *room) proposal(w *builder, q kommunebilde.Proposal) {
	place := ""
	w.raw(`<li`).num("data-proposal", int64(q.ID)).raw(`><p>`).time(q.Entry.At, r.zone, r.When(q.Entry.At))
	for i, c := range q.Cells {
		if i == 0 {
			place = r.name(c.Municipality)
			w.raw(` <b>`).text(place).raw(`</b>`)
		}
		row, col := r.p.Row(c.Municipality), r.p.Col(c.Column)
		w.raw(` · `).text(r.column(c.Column)).raw(` <span class="minis">`)
		if row >= 0 && col >= 0 {
			was := r.p.Level(row, col)
			w.raw(string(mini(was, r.w.levelOn(r.kind, was)))).raw(` → `)
		}
		w.raw(string(mini(c.Level, r.w.levelOn(r.kind, c.Level)))).raw(`</span>`)
		if text := c.Text.String(); text != "" {
			w.raw(`</p><p class="txt">`).text(text)
		}
	}
	w.raw(`</p>`)
	if q.ReportedBy != "" {
		w.raw(`<p class="meta">`).text(r.T("panel.reported", q.ReportedBy)).raw(`</p>`)
	}
	switch {
	case q.Decided != nil && q.Taken:
		w.raw(`<p class="meta">`).text(r.T("proposals.taken", r.When(q.Decided.At))).raw(`</p>`)
	case q.Decided != nil:
		w.raw(`<p class="meta">`).text(r.T("proposals.left", r.When(q.Decided.At))).raw(`</p>`)
	case r.lead:
		w.raw(`<form class="rowacts" method="post"`).attr("action", r.path("/forslag")).raw(`>`)
		r.hidden(w)
		w.raw(`<input type="hidden" name="proposal" value="`).int(int(q.ID)).raw(`"><button class="btn sm" name="take" value="yes" type="submit"`).attr("aria-label", r.T("proposals.take")+": "+place).raw(`>`).text(r.T("proposals.take"))
		w.raw(`</button> <button class="btn sm" name="take" value="no" type="submit"`).attr("aria-label", r.T("proposals.leave")+": "+place).raw(`>`).text(r.T("proposals.leave")).raw(`</button></form>`)
	default:
		w.raw(`<p class="meta">`).text(r.T("proposals.waiting")).raw(`</p>`)
	}
	w.raw(`</li>`)
}
