package dashboard

import (
	"slices"

	"kommunebilde"
)

// own returns the reader's own place in the roll-call: that of a municipality's
// contact in a meeting that invites it and takes its reports.
func (r *room) own() (kommunebilde.RollEntry, bool) {
	a := r.p.Audience()
	if a.Kind != kommunebilde.AudienceMunicipality || r.req.Cacheable || r.req.User == nil || !r.req.Rights[kommunebilde.RightReport] ||
		!r.m.Open() || !r.m.Reports || !slices.Contains(r.m.Invited, a.Municipality) {
		return kommunebilde.RollEntry{}, false
	}
	return r.entry(a.Municipality)
}

// ownState says where the reader's municipality stands.
func (r *room) ownState(w *builder, e kommunebilde.RollEntry) {
	w.raw(`<p class="own-state">`).rollSign(e.State).raw(`<span><b>`).text(r.name(e.Municipality)).raw(`</b>: `).text(r.stateWords(e)).raw(`<br><span class="meta">`).text(r.T("own.since", r.When(r.m.OpenedAt))).raw(`</span></span></p>`)
}

// ownNoChange appends the button that says all of it in one tap.
func (r *room) ownNoChange(w *builder, e kommunebilde.RollEntry) {
	w.raw(`<form method="post"`).attr("action", r.path("/ingen-endring")).raw(`>`)
	r.hidden(w)
	w.raw(`<input type="hidden" name="m"`).attr("value", string(e.Municipality)).raw(`><input type="hidden" name="reported_by"`).attr("value", r.reporter(e)).raw(`><button class="btn go" type="submit">`).text(r.T("roll.no_change_key")).raw(`</button></form>`)
}

// reporter is who the reader reports as.
func (r *room) reporter(e kommunebilde.RollEntry) string {
	if r.UserName == "" {
		return r.name(e.Municipality)
	}
	return r.T("own.reporter", r.name(e.Municipality), r.UserName)
}

// ownRow appends a contact's own place: nothing new, or a report for the lead.
func (r *room) ownRow(w *builder) {
	e, ok := r.own()
	if !ok {
		return
	}
	w.raw(`<section id="own" class="own" aria-labelledby="own-h"><h2 id="own-h">`).text(r.T("own.head")).raw(`</h2><div class="own-go">`)
	r.ownState(w, e)
	r.ownNoChange(w, e)
	w.raw(`</div><details><summary>`).text(r.T("own.report")).raw(`</summary><form class="form" method="post"`).attr("action", r.path("/meld")).attr("aria-label", r.T("own.report")).raw(`>`)
	r.hidden(w)
	w.raw(`<label class="fld"><span>`).text(r.T("log.area")).raw(`</span><select name="cell">`)
	for _, col := range r.cols {
		c := r.c.Columns[col]
		choose(w, string(e.Municipality)+"."+string(c.ID), r.column(c.ID), c.ID == preparednessArea)
	}
	w.raw(`</select></label><label class="fld"><span>`).text(r.T("log.text")).raw(`</span><textarea name="text" rows="3"`).num("maxlength", kommunebilde.MaxReason).raw(`></textarea></label>`)
	w.careful(r.w, r.Link(carefulPath))
	w.raw(`<label class="fld"><span>`).text(r.T("console.reported")).raw(`</span><input name="reported_by" autocomplete="off"`).num("maxlength", kommunebilde.MaxName).attr("value", r.reporter(e)).raw(`></label><p class="meta">`).text(r.T("own.choose")).raw(`</p><div class="ckeys">`)
	for _, l := range r.kind.Levels()[:3] {
		w.raw(`<button class="ckey" type="submit" name="level"`).attr("value", string(l)).attr("data-level", string(l)).raw(`>`).marked(l).raw(`<span><b>`).text(r.w.levelOn(r.kind, l)).raw(`</b><span>`).text(r.w.means(r.kind, l)).raw(`</span></span></button>`)
	}
	w.raw(`</div></form></details></section>`)
}

// ownBar appends the same in one line, at the foot of the board: on a phone the
// municipality confirms in two taps.
func (p *page) ownBar(w *builder, pic kommunebilde.Picture) {
	m, ok := openMeeting(pic)
	if !ok || !p.writable() {
		return
	}
	r, err := p.roomOf(pic, m.ID)
	if err != nil {
		return
	}
	e, ok := r.own()
	if !ok {
		return
	}
	w.raw(`<section id="own" class="own-bar" data-part="live"`).attr("aria-label", r.T("own.head")).raw(`>`)
	r.ownState(w, e)
	w.raw(`<a class="btn"`).attr("href", r.path("#own")).raw(`>`).text(r.T("own.report")).raw(`</a>`)
	r.ownNoChange(w, e)
	w.raw(`</section>`)
}
