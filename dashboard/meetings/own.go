package meetings

import (
	"slices"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/rollcall"
)

// own returns the reader's own place in the roll-call: that of a municipality's
// contact in a meeting that invites it and takes its reports.
func (r *Sitting) own() (rollcall.Entry, bool) {
	a := r.Picture.Audience()
	if a.Kind != domain.AudienceMunicipality || r.Request.Cacheable || r.Request.User == nil || !r.Request.Rights[domain.RightReport] ||
		!r.M.Open() || !r.M.Reports || !slices.Contains(r.M.Invited, a.Municipality) {
		return rollcall.Entry{}, false
	}
	return r.Entry(a.Municipality)
}

// others are what the other meetings are called that the reader answers in with one word.
func (r *Sitting) others() (titles []string) {
	for _, m := range ownMeetings(r.Page, r.Picture) {
		if m.M.ID != r.M.ID {
			titles = append(titles, "«"+m.M.Title+"»")
		}
	}
	return titles
}

// ownState says where the reader's municipality stands. On a page of several meetings the
// first has the name that scripts know.
func (r *Sitting) ownState(w *kit.Builder, e rollcall.Entry, first bool) {
	w.Raw(`<p`)
	if first {
		w.Raw(` id="own-state" data-part="cells reports"`)
	}
	RollSign(w.Raw(` class="own-state">`), e.State).Raw(`<span><b>`).Text(r.NameOf(e.Municipality)).Raw(`</b>: `).Text(r.WholeState(r.StateWords(e), e)).Raw(`<br><span class="meta">`).Text(r.M.Title + " · " + r.T("own.since", r.When(r.M.OpenedAt))).Raw(`</span></span></p>`)
}

// ownNoChange appends the button that says all of it in one tap.
func (r *Sitting) ownNoChange(w *kit.Builder, e rollcall.Entry) {
	w.Raw(`<form method="post"`).Attr("action", r.Path("/ingen-endring")).Attr("data-said", r.T("notice.ingen-endring")).Raw(`>`)
	r.Hidden(w)
	w.Raw(`<input type="hidden" name="m"`).Attr("value", string(e.Municipality)).Raw(`><input type="hidden" name="reported_by"`).Attr("value", r.reporter(e)).Raw(`><button class="btn go" type="submit">`).Text(r.T("roll.no_change_key")).Raw(`</button></form>`)
}

// ownStatus is where the script says how it goes with what is sent.
func (r *Sitting) ownStatus(w *kit.Builder) {
	w.Raw(`<p id="edit-status" class="meta" role="status"`).Attr("data-unsent", r.T("ended.unsent")).Raw(`></p>`)
}

// reporter is who the reader reports as: of the municipality, unless they are
// called by its name already.
func (r *Sitting) reporter(e rollcall.Entry) string {
	name := r.NameOf(e.Municipality)
	switch {
	case r.UserName == "":
		return name
	case domain.SpeaksFor(r.UserName, name):
		return r.UserName
	}
	return r.T("own.reporter", name, r.UserName)
}

// ownRow appends a contact's own place: nothing new, or a report for the lead.
func (r *Sitting) ownRow(w *kit.Builder) {
	e, ok := r.own()
	if !ok {
		return
	}
	w.Raw(`<section id="own" class="own" aria-labelledby="own-h"><h2 id="own-h">`).Text(r.T("own.head")).Raw(`</h2><div class="own-go">`)
	r.ownState(w, e, true)
	r.ownNoChange(w, e)
	w.Raw(`</div>`)
	r.ownOthers(w)
	w.Raw(`<details><summary>`).Text(r.T("own.report")).Raw(`</summary><form id="meld" class="form" method="post"`).Attr("action", r.Path("/meld")).Attr("data-said", r.T("notice.meldt")).Attr("aria-label", r.T("own.report")).Raw(`>`)
	r.Hidden(w)
	w.Raw(`<label class="fld"><span>`).Text(r.T("log.area")).Raw(`</span><select name="cell">`)
	for _, col := range r.Cols {
		c := r.Catalogue.Columns[col]
		kit.Choose(w, string(e.Municipality)+"."+string(c.ID), r.ColumnName(c.ID), c.ID == kit.PreparednessArea)
	}
	w.Raw(`</select></label><label class="fld"><span>`).Text(r.T("log.text")).Raw(`</span><textarea name="text" rows="3"`).Attr("data-draft", string(r.M.ID)).Num("maxlength", domain.MaxReason).Raw(`></textarea></label>`)
	w.Careful(r.Words, r.Link(kit.CarefulPath))
	w.Raw(`<label class="fld"><span>`).Text(r.T("console.reported")).Raw(`</span><input name="reported_by" autocomplete="off"`).Num("maxlength", domain.MaxName).Attr("value", r.reporter(e)).Raw(`></label><p class="meta">`).Text(r.T("own.choose")).Raw(`</p><div class="ckeys">`)
	for _, l := range r.BoardKind.Levels()[:3] {
		w.Raw(`<button class="ckey" type="submit" name="level"`).Attr("value", string(l)).Attr("data-level", string(l)).Raw(`>`).Marked(l).Raw(`<span><b>`).Text(r.Words.LevelOn(r.BoardKind, l)).Raw(`</b><span>`).Text(r.Words.Means(r.BoardKind, l)).Raw(`</span></span></button>`)
	}
	w.Raw(`</div></form></details>`)
	r.ownStatus(w)
	w.Raw(`</section>`)
}

// ownOthers says which other meetings "no change" counts in.
func (r *Sitting) ownOthers(w *kit.Builder) {
	if others := r.others(); len(others) > 0 {
		w.Raw(`<p class="meta">`).Text(r.T("own.others", strings.Join(others, ", "))).Raw(`</p>`)
	}
}

// ownMeetings returns the open meetings that the reader answers in, the newest first.
func ownMeetings(p *kit.Page, pic domain.Picture) (out []*Sitting) {
	for _, m := range kit.OpenMeetings(pic) {
		r, err := SittingOf(p, pic, m.ID)
		if err != nil {
			continue
		}
		if _, ok := r.own(); ok {
			out = append(out, r)
		}
	}
	return out
}

// OwnBar appends the same in one line, at the foot of the board: on a phone the
// municipality confirms in two taps. Of several meetings each says where it stands and
// takes a report of its own.
func OwnBar(p *kit.Page, w *kit.Builder, pic domain.Picture) {
	if !p.Writable() {
		return
	}
	in := ownMeetings(p, pic)
	if len(in) == 0 {
		return
	}
	w.Raw(`<section id="own" class="own-bar" data-part="cells reports"`).Attr("aria-label", p.T("own.head")).Raw(`>`)
	for i, r := range in {
		e, _ := r.own()
		r.ownState(w, e, i == 0)
		w.Raw(`<a class="btn"`).Attr("href", r.Path("#meld")).Raw(`>`).Text(p.T("own.report"))
		if len(in) > 1 {
			w.Raw(`<span class="vh">: `).Text(r.M.Title).Raw(`</span>`)
		}
		w.Raw(`</a>`)
	}
	e, _ := in[0].own()
	in[0].ownNoChange(w, e)
	in[0].ownOthers(w)
	in[0].ownStatus(w)
	w.Raw(`</section>`)
}
