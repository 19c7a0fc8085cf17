package meetings

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/suggestion"
)

// Sitting is a meeting as one reader sees it: the roll-call, what is written down,
// what waits. Console, meeting page, walls and minutes draw it from here.
type Sitting struct {
	*kit.Page
	Picture    domain.Picture
	Catalogue  *domain.Catalogue
	M          domain.Meeting
	BoardKind  domain.BoardKind
	Cols       []int // what is judged
	Roll       []rollcall.Entry
	SetsLevels bool // may set levels in it now
}

// SittingOf returns a meeting of the picture's board.
func SittingOf(p *kit.Page, pic domain.Picture, id domain.MeetingID) (*Sitting, error) {
	m, ok := pic.Meeting(id)
	if !ok {
		return nil, &domain.Error{Code: domain.NotFound, Field: "meeting", Msg: "meeting.unknown"}
	}
	r := &Sitting{Page: p, Picture: pic, Catalogue: pic.Catalogue(), M: m, BoardKind: pic.Board().Kind, Roll: rollcall.Of(pic, id)}
	r.Cols = kit.Judged(r.Catalogue, r.BoardKind)
	r.SetsLevels = m.Open() && !p.Request.Cacheable && p.Request.Rights[domain.RightSetLevels]
	return r, nil
}

// NameOf returns the name of a municipality.
func (r *Sitting) NameOf(m domain.MunicipalityID) string {
	if i := r.Catalogue.MunicipalityIndex(m); i >= 0 {
		return r.Catalogue.Municipalities[i].Name
	}
	return string(m)
}

// RegionOf returns the region of a municipality.
func (r *Sitting) RegionOf(m domain.MunicipalityID) domain.RegionID {
	if i := r.Catalogue.MunicipalityIndex(m); i >= 0 {
		return r.Catalogue.Municipalities[i].Region
	}
	return ""
}

// ColumnName returns a column's name, "" for none.
func (r *Sitting) ColumnName(id domain.ColumnID) string {
	i := r.Catalogue.ColumnIndex(id)
	if i < 0 {
		return ""
	}
	name, _ := r.Catalogue.Columns[i].Name.In(r.Lang)
	return name
}

// Path returns an address of the meeting.
func (r *Sitting) Path(below string) string { return r.Link("/mote/" + string(r.M.ID) + below) }

// BoardPath returns an address of the meeting's board.
func (r *Sitting) BoardPath(below string) string {
	return r.Link("/tavle/" + string(r.Picture.Board().ID) + below)
}

// Answered returns how many municipalities have reported.
func (r *Sitting) Answered() int {
	n := 0
	for _, e := range r.Roll {
		if e.State != rollcall.NotReported {
			n++
		}
	}
	return n
}

// Missing returns who has not reported, in the catalogue's order.
func (r *Sitting) Missing() []rollcall.Entry {
	var out []rollcall.Entry
	for _, e := range r.Roll {
		if e.State == rollcall.NotReported {
			out = append(out, e)
		}
	}
	return out
}

// Entry returns a municipality's place in the roll-call.
func (r *Sitting) Entry(m domain.MunicipalityID) (rollcall.Entry, bool) {
	i := slices.IndexFunc(r.Roll, func(e rollcall.Entry) bool { return e.Municipality == m })
	if i < 0 {
		return rollcall.Entry{}, false
	}
	return r.Roll[i], true
}

// Agenda returns the regions of the roll-call in the order they are called.
func (r *Sitting) Agenda() []domain.RegionID {
	var out []domain.RegionID
	add := func(id domain.RegionID) {
		if !slices.Contains(out, id) && slices.ContainsFunc(r.Roll, func(e rollcall.Entry) bool { return r.RegionOf(e.Municipality) == id }) {
			out = append(out, id)
		}
	}
	for _, id := range r.M.Agenda {
		add(id)
	}
	for _, region := range r.Catalogue.Regions {
		add(region.ID)
	}
	return out
}

// RollOf returns a region's part of the roll-call.
func (r *Sitting) RollOf(region domain.RegionID) []rollcall.Entry {
	var out []rollcall.Entry
	for _, e := range r.Roll {
		if r.RegionOf(e.Municipality) == region {
			out = append(out, e)
		}
	}
	return out
}

// StateWords says where a municipality stands.
func (r *Sitting) StateWords(e rollcall.Entry) string {
	if e.State == rollcall.NotReported {
		return r.T("roll.not_reported")
	}
	if e.Entry.At.IsZero() {
		return r.T("roll." + string(e.State)) // when is withheld
	}
	return r.T("roll."+string(e.State)) + " " + r.When(e.Entry.At)
}

// confirmedWords says when "no change" was said after the last change, and by
// whom; "" if it was not.
func (r *Sitting) confirmedWords(e rollcall.Entry) string {
	if e.Confirmed == nil {
		return ""
	}
	words := r.T("roll.confirmed", r.When(e.Confirmed.Entry.At))
	if by := e.Confirmed.ReportedBy; by != "" {
		words += ", " + by
	}
	return words
}

// mentionedWords says who else reported about a municipality; "" for nobody.
func (r *Sitting) mentionedWords(e rollcall.Entry) string {
	var by []string
	others := false
	for _, m := range e.Mentioned {
		switch {
		case m.By == "":
			others = true
		case m.Times > 1:
			by = append(by, r.T("roll.mentioned_times", m.By, strconv.Itoa(m.Times)))
		default:
			by = append(by, m.By)
		}
	}
	if others {
		by = append(by, r.T("roll.mentioned_others"))
	}
	if len(by) == 0 {
		return ""
	}
	return r.T("roll.mentioned", strings.Join(by, ", "))
}

// Besides is what is said of a municipality beside where it stands, "" for
// nothing.
func (r *Sitting) Besides(e rollcall.Entry) string {
	words := []string{r.confirmedWords(e), r.mentionedWords(e)}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " · ")
}

// WholeState is what is said of where a municipality stands, and beside it.
func (r *Sitting) WholeState(state string, e rollcall.Entry) string {
	if words := r.Besides(e); words != "" {
		return state + " · " + words
	}
	return state
}

// MissingName is the name of one who has not reported, with who reported about it.
func (r *Sitting) MissingName(e rollcall.Entry) string {
	s := r.NameOf(e.Municipality)
	if words := r.mentionedWords(e); words != "" {
		s += " (" + words + ")"
	}
	return s
}

// RollSign appends the sign of a state: a dashed ring, a tick, a corner.
func RollSign(w *kit.Builder, s rollcall.State) *kit.Builder {
	return w.Raw(`<i class="roll" data-roll="`).Text(string(s)).Raw(`" aria-hidden="true"></i>`)
}

// SeesAll reports whether the reader sees the whole roll-call: a municipality sees only
// where it stands itself.
func (r *Sitting) SeesAll() bool { return r.Picture.Audience().Kind != domain.AudienceMunicipality }

// DoneLine appends how many have answered, with a bar of it.
func (r *Sitting) DoneLine(w *kit.Builder) {
	n, all := r.Answered(), len(r.Roll)
	w.Raw(`<div id="roll-done" data-part="cells reports" class="roll-done"><span>`).Text(r.T("roll.done", strconv.Itoa(n), strconv.Itoa(all)))
	w.Raw(`</span><progress max="`).Int(max(all, 1)).Raw(`" value="`).Int(n).Raw(`"`).Attr("aria-label", r.T("roll.head")).Raw(`></progress></div>`)
}

// MissingLine appends who has not reported, by region; it is always there while
// somebody is missing.
func (r *Sitting) MissingLine(w *kit.Builder) {
	missing := r.Missing()
	w.Raw(`<div id="roll-missing" data-part="cells reports">`)
	if len(missing) == 0 {
		w.Raw(`<p>`).Text(r.T("roll.complete")).Raw(`</p></div>`)
		return
	}
	w.Raw(`<dl class="missing">`)
	for _, id := range r.Agenda() {
		var names []string
		for _, e := range r.RollOf(id) {
			if e.State == rollcall.NotReported {
				names = append(names, r.MissingName(e))
			}
		}
		if len(names) == 0 {
			continue
		}
		w.Raw(`<dt>`).Text(r.RegionName(id)).Raw(`</dt><dd>`)
		for i, name := range names {
			if i > 0 {
				w.Raw(`, `)
			}
			w.Text(name)
		}
		w.Raw(`</dd>`)
	}
	w.Raw(`</dl></div>`)
}

// RegionName returns the name of a region.
func (r *Sitting) RegionName(id domain.RegionID) string {
	if i := r.Catalogue.RegionIndex(id); i >= 0 {
		return r.Catalogue.Regions[i].Name
	}
	return string(id)
}

// DrawNotes appends the significant events, newest first, with the forms to write
// one and to withdraw one for anyone who may.
func (r *Sitting) DrawNotes(w *kit.Builder, forms bool) {
	w.Raw(`<div id="notes" data-part="notes cells"><ol class="notes">`)
	list := notes.Of(r.Picture, r.M.ID)
	for _, n := range list[:min(len(list), meetingLog)] {
		w.Raw(`<li`).Attr("data-note", string(n.ID)).Flag("data-withdrawn", n.Withdrawn != nil).Raw(`>`)
		w.Time(n.Entry.At, r.Zone, r.When(n.Entry.At)).Raw(` <span class="what">`)
		switch {
		case n.Withheld:
			w.Raw(`<span class="meta">`).Text(r.T("marking.note")).Raw(`</span>`)
		case n.Redacted:
			w.Raw(`<span class="meta">`).Text(r.T("panel.redacted")).Raw(`</span>`)
		case n.Withdrawn != nil:
			w.Raw(`<del>`).Text(n.Text).Raw(`</del>`)
		default:
			w.Text(n.Text)
		}
		if n.Withdrawn != nil {
			w.Raw(` <span class="meta">`).Text(r.T("notes.withdrawn", r.When(n.Withdrawn.At)))
			if n.Reason != "" {
				w.Raw(`: `).Text(n.Reason)
			}
			w.Raw(`</span>`)
		}
		w.Raw(`</span>`)
		if forms && r.SetsLevels && n.Withdrawn == nil {
			w.Raw(`<details class="more"><summary`).Attr("aria-label", r.T("notes.withdraw")+": "+kit.Cut(n.Text, kit.Labelled)).Raw(`>`).Text(r.T("notes.withdraw")).Raw(`</summary><form method="post"`).Attr("action", r.Path("/hendelse/trekk")).Attr("data-said", r.T("notice.hendelse-trukket")).Raw(`>`)
			r.Hidden(w)
			w.Raw(`<input type="hidden" name="note"`).Attr("value", string(n.ID)).Raw(`><label class="fld"><span>`).Text(r.T("notes.reason")).Raw(`</span><input name="reason" autocomplete="off"`).Num("maxlength", domain.MaxReason)
			w.Raw(`></label><button class="btn sm" type="submit">`).Text(r.T("notes.withdraw")).Raw(`</button></form></details>`)
		}
		w.Raw(`</li>`)
	}
	switch {
	case len(list) == 0:
		w.Raw(`<li class="none">`).Text(r.T("notes.none")).Raw(`</li>`)
	case len(list) > meetingLog:
		w.Raw(`<li class="none">`).Text(r.T("meeting.notes_more")).Raw(`</li>`)
	}
	w.Raw(`</ol></div>`)
	if forms && r.SetsLevels {
		w.Raw(`<form class="note-form" method="post"`).Attr("action", r.Path("/hendelse")).Attr("data-said", r.T("notice.hendelse")).Attr("aria-label", r.T("notes.write")).Raw(`>`)
		r.Hidden(w)
		w.Raw(`<label class="fld"><span>`).Text(r.T("notes.write")).Raw(`</span><input id="note-text" name="text" required autocomplete="off"`).Num("maxlength", domain.MaxReason).Raw(`></label><button class="btn" type="submit">`).Text(r.T("notes.add")).Raw(`</button></form>`)
	}
}

// StandingNotes returns the notes that are not withdrawn, newest first.
func (r *Sitting) StandingNotes() []notes.Note {
	return slices.DeleteFunc(notes.Of(r.Picture, r.M.ID), func(n notes.Note) bool { return n.Withdrawn != nil || n.Redacted || n.Withheld })
}

// Proposals appends the contacts' reports that wait, for the lead to take or
// leave, and for the municipality to see what became of its own.
func (r *Sitting) Proposals(w *kit.Builder) {
	w.Raw(`<div id="proposals" data-part="reports cells">`)
	list := rollcall.Proposals(r.Picture, r.M.ID)
	if r.SetsLevels {
		list = slices.DeleteFunc(list, func(q rollcall.Proposal) bool { return q.Decided != nil })
	}
	if len(list) > 0 {
		w.Raw(`<h2>`).Text(r.T("proposals.head")).Raw(` <span class="count">`).Int(len(list)).Raw(`</span></h2><ol class="proposals">`)
		part := r.paged("forslag", len(list))
		for _, q := range list[part.from:part.to] {
			r.proposal(w, q)
		}
		w.Raw(`</ol>`)
		r.pager(w, part, "proposals", r.T("proposals.head"))
	}
	w.Raw(`</div>`)
}

// Unanswered says which contacts' reports nobody took or left.
func (r *Sitting) Unanswered() []string {
	var out []string
	for _, q := range rollcall.Proposals(r.Picture, r.M.ID) {
		if q.Decided != nil {
			continue
		}
		cells := make([]string, len(q.Cells))
		for i, c := range q.Cells {
			cells[i] = r.ColumnName(c.Column) + ": " + strings.ToLower(r.Words.LevelOn(r.BoardKind, c.Level))
			if text := c.Text.String(); text != "" {
				cells[i] += ". " + text
			}
		}
		said := r.When(q.Entry.At)
		if q.ReportedBy != "" {
			said += ", " + q.ReportedBy
		}
		out = append(out, r.T("proposals.unanswered", r.NameOf(q.Cells[0].Municipality), said, strings.Join(cells, "; ")))
	}
	return out
}

// suggestions appends what the meeting suggested for the next edition, for the
// areas' assessors.
func (r *Sitting) suggestions(w *kit.Builder) {
	w.Raw(`<section id="suggested" data-part="suggestions">`)
	list := slices.DeleteFunc(suggestion.Of(r.Picture), func(s suggestion.Suggestion) bool { return s.Meeting != r.M.ID })
	if len(list) > 0 {
		w.Raw(`<h2>`).Text(r.T("suggest.head")).Raw(`</h2><ul class="actions">`)
	}
	part := r.paged("innspill", len(list))
	for _, s := range list[part.from:part.to] {
		w.Raw(`<li><p><b>`).Text(r.NameOf(s.Municipality)+" · "+r.ColumnName(s.Column)).Raw(`</b><br>`).Text(s.Text).Raw(`</p><p class="meta">`).Time(s.Entry.At, r.Zone, r.When(s.Entry.At))
		if by := r.Page.Who(s.Entry.By); by != "" {
			w.Raw(`, `).Text(by)
		}
		w.Raw(`</p></li>`)
	}
	if len(list) > 0 {
		w.Raw(`</ul>`)
	}
	r.pager(w, part, "suggested", r.T("suggest.head"))
	w.Raw(`</section>`)
}

func (r *Sitting) proposal(w *kit.Builder, q rollcall.Proposal) {
	place, newer := "", domain.Cell{}
	w.Raw(`<li`).Num("data-proposal", int64(q.ID)).Raw(`><p>`).Time(q.Entry.At, r.Zone, r.When(q.Entry.At))
	for i, c := range q.Cells {
		if i == 0 {
			place = r.NameOf(c.Municipality)
			w.Raw(` <b>`).Text(place).Raw(`</b>`)
		}
		row, col := r.Picture.Row(c.Municipality), r.Picture.Col(c.Column)
		w.Raw(` · `).Text(r.ColumnName(c.Column)).Raw(` <span class="minis">`)
		if row >= 0 && col >= 0 {
			was := r.Picture.Cell(row, col)
			if was.Level != c.Level {
				w.Raw(string(kit.Mini(was.Level, r.Words.LevelOn(r.BoardKind, was.Level)))).Raw(` → `)
			}
			if was.Revision > max(q.ID, newer.Revision) {
				newer = was
			}
		}
		w.Raw(string(kit.Mini(c.Level, r.Words.LevelOn(r.BoardKind, c.Level)))).Raw(`</span>`)
		if text := c.Text.String(); text != "" {
			w.Raw(`</p><p class="txt">`).Text(text)
		}
	}
	w.Raw(`</p>`)
	if q.ReportedBy != "" {
		w.Raw(`<p class="meta">`).Text(r.T("panel.reported", q.ReportedBy)).Raw(`</p>`)
	}
	switch {
	case q.Decided != nil && q.Taken:
		w.Raw(`<p class="meta">`).Text(r.T("proposals.taken", r.When(q.Decided.At))).Raw(`</p>`)
	case q.Decided != nil:
		w.Raw(`<p class="meta">`).Text(r.T("proposals.left", r.When(q.Decided.At))).Raw(`</p>`)
	case r.SetsLevels:
		take := r.T("proposals.take")
		if newer.Revision > 0 {
			take = r.T("proposals.anyway")
			w.Raw(`<p class="meta">`).Text(r.T("proposals.newer", r.Words.LevelOn(r.BoardKind, newer.Level), r.When(newer.At), r.Page.Who(newer.By))).Raw(`</p>`)
		}
		w.Raw(`<form class="rowacts" method="post"`).Attr("action", r.Path("/forslag")).Raw(`>`)
		r.Hidden(w)
		w.Raw(`<input type="hidden" name="proposal" value="`).Int(int(q.ID)).Raw(`"><input type="hidden" name="seen" value="`).Int(int(newer.Revision)).Raw(`"><button class="btn sm" name="take" value="yes" type="submit"`).Attr("aria-label", take+": "+place).Raw(`>`).Text(take)
		w.Raw(`</button> <button class="btn sm" name="take" value="no" type="submit"`).Attr("aria-label", r.T("proposals.leave")+": "+place).Raw(`>`).Text(r.T("proposals.leave")).Raw(`</button></form>`)
	default:
		w.Raw(`<p class="meta">`).Text(r.T("proposals.waiting")).Raw(`</p>`)
	}
	w.Raw(`</li>`)
}

// Asked returns the municipalities of the roll-call.
func (r *Sitting) Asked() []domain.MunicipalityID {
	var out []domain.MunicipalityID
	for _, e := range r.Roll {
		out = append(out, e.Municipality)
	}
	return out
}

// paged returns the part of a list of n that the page's address asks for, the
// first one if it asks for none.
func (r *Sitting) paged(key string, n int) paged {
	q := url.Values{}
	if u, err := url.Parse(r.Request.Path); err == nil {
		q = u.Query()
	}
	page, err := strconv.Atoi(q.Get(key))
	last := max(1, (n+kit.ListSize-1)/kit.ListSize)
	if err != nil || page < 1 {
		page = 1
	}
	page = min(page, last)
	return paged{key, (page - 1) * kit.ListSize, min(page*kit.ListSize, n), n, q}
}

// pager leads to the parts of the list before and after, on the meeting's page;
// nothing where the list is all there.
func (r *Sitting) pager(w *kit.Builder, p paged, place, label string) {
	if p.n <= kit.ListSize {
		return
	}
	link := func(rel, word string, from int) {
		q := url.Values{}
		for _, key := range []string{"at", "til", "tiltak", "forslag", "innspill"} {
			if v := p.query.Get(key); v != "" {
				q.Set(key, v)
			}
		}
		q.Set(p.key, strconv.Itoa(from/kit.ListSize+1))
		w.Raw(` <a class="btn sm" rel="`, rel, `"`).Attr("href", r.Path("?"+q.Encode()+"#"+place)).Raw(`>`).Text(r.T(word)).Raw(`</a>`)
	}
	w.Raw(`<nav class="rowacts"`).Attr("aria-label", label).Raw(`><span class="meta">`).Text(r.T("meeting.log_part", strconv.Itoa(p.from+1), strconv.Itoa(p.to), strconv.Itoa(p.n))).Raw(`</span>`)
	if p.from > 0 {
		link("prev", "playback.page_prev", p.from-kit.ListSize)
	}
	if p.to < p.n {
		link("next", "playback.page_next", p.to)
	}
	w.Raw(`</nav>`)
}

// paged is a part of a list of a meeting: [from, to) of n.
type paged struct {
	key      string // of the address, and the id of the list's place
	from, to int
	n        int
	query    url.Values // of the page
}
