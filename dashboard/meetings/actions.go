package meetings

import (
	"slices"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/suggestion"
)

// OpenActions appends what is still to be done, older meetings' first.
func (r *Sitting) OpenActions(w *kit.Builder) {
	var open []actions.Action
	for _, a := range actions.Of(r.Picture) {
		if a.Ended == nil {
			open = append(open, a)
		}
	}
	w.Raw(`<section id="actions" data-part="actions" aria-labelledby="actions-h"><h2 id="actions-h">`).Text(r.T("actions.open")).Raw(` <span class="count">`).Int(len(open)).Raw(`</span></h2>`)
	if len(open) == 0 {
		w.Raw(`<p class="meta">`).Text(r.T("actions.none")).Raw(`</p></section>`)
		return
	}
	w.Raw(`<ul class="actions">`)
	part := r.paged("tiltak", len(open))
	for _, a := range open[part.from:part.to] {
		r.action(w, a)
	}
	w.Raw(`</ul>`)
	r.pager(w, part, "actions", r.T("actions.open"))
	w.Raw(`</section>`)
}

func (r *Sitting) action(w *kit.Builder, a actions.Action) {
	place := r.NameOf(a.Municipality)
	if a.Column != "" {
		place += " · " + r.ColumnName(a.Column)
	}
	w.Raw(`<li`).Attr("data-action", string(a.ID)).Raw(`><p><b>`).Text(place).Raw(`</b><br>`).Text(a.Text).Raw(`</p><p class="meta">`).Text(r.ActionFacts(a)).Raw(`</p>`)
	if r.Request.Rights[domain.RightLead] && r.M.Open() && a.Ended == nil {
		w.Raw(`<form class="rowacts" method="post"`).Attr("action", r.BoardPath("/tiltak")).Attr("data-said", r.T("notice.tiltak-slutt")).Raw(`>`)
		r.Hidden(w)
		w.Raw(`<input type="hidden" name="action"`).Attr("value", string(a.ID)).Raw(`><button class="btn sm" type="submit" name="done" value="yes"`).Attr("aria-label", r.T("actions.done")+": "+kit.Cut(a.Text, kit.Labelled)).Raw(`>`).Text(r.T("actions.done")).Raw(`</button></form>`)
		w.Raw(`<details class="more"><summary`).Attr("aria-label", r.T("actions.drop")+": "+kit.Cut(a.Text, kit.Labelled)).Raw(`>`).Text(r.T("actions.drop")).Raw(`</summary><form method="post"`).Attr("action", r.BoardPath("/tiltak")).Attr("data-said", r.T("notice.tiltak-slutt")).Raw(`>`)
		r.Hidden(w)
		w.Raw(`<input type="hidden" name="action"`).Attr("value", string(a.ID)).Raw(`><input type="hidden" name="done" value="no"><label class="fld"><span>`).Text(r.T("actions.why")).Raw(`</span><input name="note" required autocomplete="off"`).Num("maxlength", domain.MaxReason).Raw(`></label><button class="btn sm" type="submit">`).Text(r.T("actions.drop")).Raw(`</button></form></details>`)
	}
	w.Raw(`</li>`)
}

// ActionFacts says owner, date, and which meeting an action comes from.
func (r *Sitting) ActionFacts(a actions.Action) string {
	var facts []string
	add := func(s string) { facts = append(facts, s) }
	if a.Owner != "" {
		add(a.Owner)
	}
	if a.Due != "" {
		add(r.T("actions.by", r.Date(a.Due)))
		if t, err := kit.ParseTime(a.Due); err == nil && r.Now.After(t.AddDate(0, 0, 1)) && a.Ended == nil {
			add(r.T("actions.late"))
		}
	}
	if a.Meeting != r.M.ID {
		if m, ok := r.Picture.Meeting(a.Meeting); ok {
			add(r.T("actions.from", m.Title, r.Short(m.OpenedAt)))
		}
	}
	if a.Ended != nil {
		word := "actions.is_done"
		if !a.Done {
			word = "actions.is_dropped"
		}
		add(r.T(word, r.When(a.Ended.At)))
		if a.Note != "" {
			add(a.Note)
		}
	}
	if len(facts) == 0 {
		add(r.T("actions.since", r.When(a.Entry.At)))
	}
	return strings.Join(facts, " · ")
}

// ActionForm appends the form for something to be done.
func (r *Sitting) ActionForm(w *kit.Builder, m domain.MunicipalityID, col domain.ColumnID) {
	w.Raw(`<details id="new-action"><summary>`).Text(r.T("actions.new")).Raw(`</summary><form class="form" method="post"`).Attr("action", r.Path("/tiltak")).Attr("data-said", r.T("notice.tiltak")).Attr("aria-label", r.T("actions.new")).Raw(`>`)
	r.Hidden(w)
	w.Raw(`<input type="hidden" name="m"`).Attr("value", string(m)).Raw(`><input type="hidden" name="c"`).Attr("value", string(col)).Raw(`><p class="meta">`).Text(r.NameOf(m) + ", " + r.ColumnName(col)).Raw(`</p>`)
	w.Raw(`<label class="fld"><span>`).Text(r.T("actions.text")).Raw(`</span><input id="action-text" name="text" required autocomplete="off"`).Num("maxlength", domain.MaxReason).Raw(`></label>`)
	w.Raw(`<label class="fld"><span>`).Text(r.T("actions.owner")).Raw(`</span><input name="owner" autocomplete="off"`).Num("maxlength", domain.MaxName).Raw(`></label><label class="fld"><span>`).Text(r.T("actions.due")).Raw(`</span><input name="due" type="date"></label>`)
	w.Raw(`<p><button class="btn" type="submit">`).Text(r.T("actions.add")).Raw(`</button></p></form></details>`)
}

// OnCell appends what is still to be done about a cell, and what was suggested of it for
// the next edition; nothing where there is neither.
func OnCell(p *kit.Page, w *kit.Builder, pic domain.Picture, m domain.MunicipalityID, c domain.ColumnID) {
	r := &Sitting{Page: p, Picture: pic, Catalogue: pic.Catalogue(), BoardKind: pic.Board().Kind}
	open := slices.DeleteFunc(actions.Of(pic), func(a actions.Action) bool {
		return a.Ended != nil || a.Municipality != m || a.Column != "" && a.Column != c
	})
	if len(open) > 0 {
		w.Raw(`<section class="on-cell"><h3>`).Text(r.T("actions.open")).Raw(`</h3><ul>`)
		for _, a := range open {
			w.Raw(`<li>`).Text(a.Text).Raw(` <span class="meta">`).Text(r.ActionFacts(a)).Raw(`</span></li>`)
		}
		w.Raw(`</ul></section>`)
	}
	suggested := slices.DeleteFunc(suggestion.Of(pic), func(s suggestion.Suggestion) bool {
		return s.Municipality != m || s.Column != c || p.Now.Sub(s.Entry.At) > suggestedFor
	})
	if len(suggested) > 0 {
		w.Raw(`<section class="on-cell"><h3>`).Text(r.T("suggest.head")).Raw(`</h3><ul>`)
		for _, s := range suggested {
			w.Raw(`<li>`).Text(s.Text).Raw(` <span class="meta">`).Time(s.Entry.At, p.Zone, p.When(s.Entry.At)).Raw(`</span></li>`)
		}
		w.Raw(`</ul></section>`)
	}
}

// suggestedFor is how long a suggestion stands on its cell.
const suggestedFor = 365 * 24 * time.Hour
