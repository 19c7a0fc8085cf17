package overview

import (
	"slices"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/views"
)

// Saved views: a filter of the office's under a name. What an address carries
// and what is kept are the same filter in two forms.

// views appends the menu of the board's saved views, where there are any or the reader
// may save one.
func (o *overview) views(w *kit.Builder) {
	list, may := views.Of(o.Picture), o.mayArrange()
	if len(list) == 0 && !may {
		return
	}
	shown := o.shownView(list)
	w.Raw(`<details class="folded" name="more"`).Flag("data-on", shown >= 0).Raw(`><summary class="btn sm"`).Attr("title", o.Words.T("views.head")).Raw(`>`).Text(o.Words.T("views.menu")).Raw(`</summary><div class="fold">`)
	if len(list) > 0 {
		w.Raw(`<ul class="views"`).Attr("aria-label", o.Words.T("views.head")).Raw(`>`)
		for i, v := range list {
			o.view(w, v, i == shown, may)
		}
		w.Raw(`</ul>`)
	}
	o.saveView(w, shown >= 0)
	w.Raw(`</div></details>`)
}

// shownView is the place of the saved view that the page shows, -1 if it is none.
func (o *overview) shownView(list []views.View) int {
	now, err := o.Filter.Kept()
	if err != nil || !o.Filter.Set() {
		return -1
	}
	return slices.IndexFunc(list, func(v views.View) bool { return v.Fits && kit.SameFilter(now, v.Filter) })
}

// view appends one saved view, with a button that removes it for anyone who may.
func (o *overview) view(w *kit.Builder, v views.View, shown, may bool) {
	name := v.Name
	if name == "" {
		name = o.Words.T("views.nameless")
	}
	w.Raw(`<li>`)
	if v.Fits {
		w.Raw(`<a`).Attr("href", o.Here(kit.FilterOf(v.Filter))).Flag(`aria-current="true"`, shown).Raw(`>`).Text(name).Raw(`</a>`)
	} else {
		w.Raw(`<span class="meta">`).Text(o.Words.T("views.misfit", name)).Raw(`</span>`)
	}
	if may {
		w.Raw(`<form method="post"`).Attr("action", o.pg.Link("/tavle/"+string(o.brd.ID)+"/utvalg/fjern")).Raw(`>`)
		o.pg.Hidden(w)
		w.Raw(`<input type="hidden" name="view"`).Attr("value", string(v.ID)).Raw(`><button class="btn sm quiet" type="submit"`).Attr("aria-label", o.Words.T("views.remove")+": "+name).Raw(`>`).Text(o.Words.T("views.remove")).Raw(`</button></form>`)
	}
	w.Raw(`</li>`)
}

func (o *overview) mayArrange() bool {
	return o.pg.Request.Rights[domain.RightArrange] && o.pg.Writable()
}

// saveView appends the form that keeps the filter on show, for anyone who may, unless it
// is kept; it says why there is nothing to keep.
func (o *overview) saveView(w *kit.Builder, kept bool) {
	if !o.mayArrange() || kept {
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
