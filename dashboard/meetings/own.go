package meetings

import (
	"slices"

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

// ownState says where the reader's municipality stands.
func (r *Sitting) ownState(w *kit.Builder, e rollcall.Entry) {
	RollSign(w.Raw(`<p id="own-state" class="own-state" data-part="cells reports">`), e.State).Raw(`<span><b>`).Text(r.NameOf(e.Municipality)).Raw(`</b>: `).Text(r.WholeState(r.StateWords(e), e)).Raw(`<br><span class="meta">`).Text(r.M.Title + " · " + r.T("own.since", r.When(r.M.OpenedAt))).Raw(`</span></span></p>`)
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
	r.ownState(w, e)
	r.ownNoChange(w, e)
	w.Raw(`</div><details><summary>`).Text(r.T("own.report")).Raw(`</summary><form id="meld" class="form" method="post"`).Attr("action", r.Path("/meld")).Attr("data-said", r.T("notice.meldt")).Attr("aria-label", r.T("own.report")).Raw(`>`)
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

// OwnBar appends the same in one line, at the foot of the board: on a phone the
// municipality confirms in two taps.
func OwnBar(p *kit.Page, w *kit.Builder, pic domain.Picture) {
	m, ok := kit.OpenMeeting(pic)
	if !ok || !p.Writable() {
		return
	}
	r, err := SittingOf(p, pic, m.ID)
	if err != nil {
		return
	}
	e, ok := r.own()
	if !ok {
		return
	}
	w.Raw(`<section id="own" class="own-bar" data-part="cells reports"`).Attr("aria-label", r.T("own.head")).Raw(`>`)
	r.ownState(w, e)
	w.Raw(`<a class="btn"`).Attr("href", r.Path("#meld")).Raw(`>`).Text(r.T("own.report")).Raw(`</a>`)
	r.ownNoChange(w, e)
	r.ownStatus(w)
	w.Raw(`</section>`)
}
