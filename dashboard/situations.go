package dashboard

import (
	"slices"

	"kommunebilde"
)

// Situations lists what goes on and what is over, and lets a lead open a
// situation or an exercise. The boards are those the reader may see.
func (s *Site) Situations(r Request, boards []kommunebilde.Board) ([]byte, error) {
	pg := s.newPage(r, "situations", "")
	pg.Title, pg.Nav = pg.T("situations.title"), "situations"
	var open, over []kommunebilde.Board
	for _, b := range boards {
		switch {
		case b.Kind != kommunebilde.KindSituation && !b.Exercise:
		case b.Phase == kommunebilde.PhaseClosed:
			over = append(over, b)
		default:
			open = append(open, b)
		}
	}
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, func(w *builder) {
		w.raw(`<main id="main" class="page"><h1>`).text(pg.Title).raw(`</h1><p class="read">`).text(pg.T("situations.about")).raw(`</p><h2>`).text(pg.T("situations.open")).raw(`</h2>`)
		pg.situationTable(w, open, "situations.none")
		if pg.mayOpen() {
			pg.situationForms(w, boards)
		}
		if len(over) > 0 {
			w.raw(`<h2>`).text(pg.T("situations.over")).raw(`</h2>`)
			pg.situationTable(w, over, "situations.none")
		}
		w.raw(`</main>`)
	})
}

// mayOpen tells whether the reader may begin a situation.
func (p *page) mayOpen() bool {
	return !p.req.Cacheable && p.req.User != nil && (p.req.Rights[kommunebilde.RightLead] || p.req.Rights[kommunebilde.RightEdit] || p.req.Rights[kommunebilde.RightBase])
}

func (p *page) situationTable(w *builder, list []kommunebilde.Board, none string) {
	if len(list) == 0 {
		w.raw(`<p>`).text(p.T(none)).raw(`</p>`)
		return
	}
	w.raw(`<div class="wide"><table class="t"><thead><tr><th scope="col">`).text(p.T("situations.name")).raw(`</th><th scope="col">`).text(p.T("situations.kind")).raw(`</th><th scope="col">`).text(p.T("meeting.opened")).raw(`</th><th scope="col">`).text(p.T("situations.state")).raw(`</th><td></td></tr></thead><tbody>`)
	for _, b := range list {
		name, lang := b.Title.In(p.Lang)
		w.raw(`<tr><th scope="row"><a`).attr("href", p.Link(boardPath(b, 0)))
		if o := other(lang, p.Lang); o != "" {
			w.attr("lang", o)
		}
		w.raw(`>`).text(name).raw(`</a></th><td>`)
		if b.Exercise {
			w.raw(`<strong class="exercise">`).text(p.T("exercise.word")).raw(`</strong> `)
		}
		w.text(p.T("situations.kind."+string(b.Kind))).raw(`</td><td>`).time(b.OpenedAt, p.zone, p.Day(b.OpenedAt)+" "+p.Minute(b.OpenedAt)).raw(`</td><td>`)
		if b.Phase == kommunebilde.PhaseClosed {
			w.text(p.T("situations.closed")).raw(` `).time(b.ClosedAt, p.zone, p.Day(b.ClosedAt)+" "+p.Minute(b.ClosedAt))
		} else {
			w.text(p.T("phase." + string(b.Phase)))
		}
		w.raw(`</td><td>`)
		if rights := p.rightsOn(b.ID); rights[kommunebilde.RightLead] && b.Phase != kommunebilde.PhaseClosed && !p.req.Cacheable {
			w.raw(`<span class="rowacts"><a class="btn sm"`).attr("href", p.Link("/moter?board="+string(b.ID))).attr("aria-label", p.T("situations.meetings")+": "+name).raw(`>`).text(p.T("situations.meetings")).raw(`</a>`)
			if b.Phase == kommunebilde.PhaseIdle {
				word := "situations.close"
				if b.Exercise {
					word = "situations.close_exercise"
				}
				w.raw(`<form method="post"`).attr("action", p.Link("/tavle/"+string(b.ID)+"/avslutt")).raw(`>`)
				p.hidden(w)
				w.raw(`<button class="btn sm" type="submit"`).attr("aria-label", p.T(word)+": "+name).raw(`>`).text(p.T(word)).raw(`</button></form>`)
			}
			w.raw(`</span>`)
		}
		w.raw(`</td></tr>`)
	}
	w.raw(`</tbody></table></div>`)
}

func (p *page) rightsOn(b kommunebilde.BoardID) kommunebilde.Rights {
	if p.req.RightsOn == nil {
		return p.req.Rights
	}
	return p.req.RightsOn(b)
}

// situationForms appends the two forms: a situation, and an exercise that copies
// a board.
func (p *page) situationForms(w *builder, boards []kommunebilde.Board) {
	t := p.T
	w.raw(`<div class="twoforms"><section><h2>`).text(t("situations.new")).raw(`</h2><p class="meta">`).text(t("situations.new_note")).raw(`</p><form class="form" method="post"`).attr("action", p.Link("/hendelser")).raw(`>`)
	p.hidden(w)
	w.raw(`<label class="fld"><span>`).text(t("situations.name")).raw(`</span><input name="title" required autocomplete="off"`).num("maxlength", kommunebilde.MaxName).raw(`></label><label class="check"><input type="checkbox" name="exercise" value="yes"> `).text(t("situations.is_exercise")).raw(`</label><p><button class="btn go" type="submit">`).text(t("situations.open_button")).raw(`</button></p></form></section>`)
	copies := slices.DeleteFunc(slices.Clone(boards), func(b kommunebilde.Board) bool {
		return b.Kind == kommunebilde.KindEdition || b.Exercise || b.Phase == kommunebilde.PhaseClosed || !p.rightsOn(b.ID)[kommunebilde.RightLead]
	})
	if len(copies) > 0 {
		w.raw(`<section><h2>`).text(t("situations.exercise")).raw(`</h2><p class="meta">`).text(t("situations.exercise_note")).raw(`</p><form class="form" method="post"`).attr("action", p.Link("/hendelser")).raw(`>`)
		p.hidden(w)
		w.raw(`<label class="fld"><span>`).text(t("situations.exercise_name")).raw(`</span><input name="title" required autocomplete="off"`).num("maxlength", kommunebilde.MaxName).raw(`></label><label class="fld"><span>`).text(t("situations.from")).raw(`</span><select name="from">`)
		for _, b := range copies {
			choose(w, string(b.ID), p.titleOf(b), false)
		}
		w.raw(`</select></label><p><button class="btn" type="submit">`).text(t("situations.exercise_open")).raw(`</button></p></form></section>`)
	}
	w.raw(`</div>`)
}
