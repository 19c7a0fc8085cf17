package overview

import (
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/views"
)

// Saved views: a filter of the office's under a name. What an address carries
// and what is kept are the same filter in two forms.

// views appends the board's saved views, each with a button that removes it for
// who may.
func (o *overview) views(w *kit.Builder) {
	list := views.Of(o.Picture)
	if len(list) == 0 {
		return
	}
	now, err := o.Filter.Kept()
	w.Raw(`<p class="fold-h" id="views-h">`).Text(o.Words.T("views.head")).Raw(`</p><ul class="views" aria-labelledby="views-h">`)
	for _, v := range list {
		name := v.Name
		if name == "" {
			name = o.Words.T("views.nameless")
		}
		w.Raw(`<li>`)
		if v.Fits {
			w.Raw(`<a`).Attr("href", o.Here(kit.FilterOf(v.Filter))).Flag(`aria-current="true"`, err == nil && kit.SameFilter(now, v.Filter)).Raw(`>`).Text(name).Raw(`</a>`)
		} else {
			w.Raw(`<span class="meta">`).Text(o.Words.T("views.misfit", name)).Raw(`</span>`)
		}
		if o.mayArrange() {
			w.Raw(`<form method="post"`).Attr("action", o.pg.Link("/tavle/"+string(o.brd.ID)+"/utvalg/fjern")).Raw(`>`)
			o.pg.Hidden(w)
			w.Raw(`<input type="hidden" name="view"`).Attr("value", string(v.ID)).Raw(`><button class="btn sm quiet" type="submit"`).Attr("aria-label", o.Words.T("views.remove")+": "+name).Raw(`>`).Text(o.Words.T("views.remove")).Raw(`</button></form>`)
		}
		w.Raw(`</li>`)
	}
	w.Raw(`</ul>`)
}

func (o *overview) mayArrange() bool {
	return o.pg.Request.Rights[domain.RightArrange] && o.pg.Writable()
}

// saveView appends the form that keeps the filter on show, for anyone who may; it says
// why there is nothing to keep.
func (o *overview) saveView(w *kit.Builder) {
	if !o.mayArrange() {
		return
	}
	if _, err := o.Filter.Kept(); err != nil || !o.Filter.Set() {
		w.Raw(`<p class="meta">`).Text(o.Words.T("views.nothing")).Raw(`</p>`)
		return
	}
	w.Raw(`<form class="save-view" method="post"`).Attr("action", o.pg.Link("/tavle/"+string(o.brd.ID)+"/utvalg")).Raw(`>`)
	o.pg.Hidden(w)
	w.Raw(`<input type="hidden" name="filter"`).Attr("value", o.Filter.Query()).Raw(`><label class="fld"><span>`).Text(o.Words.T("views.name")).Raw(`</span><input name="name" required autocomplete="off"`).Num("maxlength", domain.MaxName)
	w.Raw(`></label><button class="btn sm" type="submit">`).Text(o.Words.T("views.save")).Raw(`</button></form>`)
}
