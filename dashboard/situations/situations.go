package situations

import (
	"slices"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// Situations lists what goes on and what is over, and lets a lead open a
// situation or an exercise. The boards are those the reader may see; now is the
// live picture where the reader may see it, else nil.
func Situations(s *kit.Site, r kit.Request, boards []domain.Board, now *domain.Picture) ([]byte, error) {
	pg := s.NewPage(r, "situations", "")
	if now != nil { // no line tells of all boards: the page asks now and then
		pg.OnBoard(*now)
		pg.Edits, pg.Data = false, pg.Words.Script
	}
	pg.Title, pg.Nav = pg.T("situations.title"), "situations"
	var open, over []domain.Board
	for _, b := range boards {
		switch {
		case b.Kind != domain.KindSituation && !b.Exercise:
		case b.Phase == domain.PhaseClosed:
			over = append(over, b)
		default:
			open = append(open, b)
		}
	}
	return s.Frame(pg, func(w *kit.Builder) {
		w.Raw(`<main id="main" class="page"><h1>`).Text(pg.Title).Raw(`</h1><p class="read">`).Text(pg.T("situations.about")).Raw(`</p><div id="situations" data-part="board"><h2>`).Text(pg.T("situations.open")).Raw(`</h2>`)
		situationTable(&pg, w, open, "situations.none")
		w.Raw(`</div>`)
		if mayOpen(&pg) {
			situationForms(&pg, w, boards)
		}
		w.Raw(`<div id="situations-over" data-part="board">`)
		if len(over) > 0 {
			w.Raw(`<h2>`).Text(pg.T("situations.over")).Raw(`</h2>`)
			situationTable(&pg, w, over, "situations.none")
		}
		w.Raw(`</div></main>`)
	})
}

// mayOpen reports whether the reader may begin a situation.
func mayOpen(p *kit.Page) bool {
	return !p.Request.Cacheable && p.Request.User != nil && (p.Request.Rights[domain.RightLead] || p.Request.Rights[domain.RightEdit] || p.Request.Rights[domain.RightBase])
}

func situationTable(p *kit.Page, w *kit.Builder, list []domain.Board, none string) {
	if len(list) == 0 {
		w.Raw(`<p>`).Text(p.T(none)).Raw(`</p>`)
		return
	}
	w.Raw(`<div class="wide"><table class="t"><thead><tr><th scope="col">`).Text(p.T("situations.name")).Raw(`</th><th scope="col">`).Text(p.T("situations.kind")).Raw(`</th><th scope="col">`).Text(p.T("meeting.opened")).Raw(`</th><th scope="col">`).Text(p.T("situations.state")).Raw(`</th><td></td></tr></thead><tbody>`)
	for _, b := range list {
		name, lang := b.Title.In(p.Lang)
		w.Raw(`<tr><th scope="row"><a`).Attr("href", p.Link(kit.BoardPath(b, 0)))
		if o := kit.OtherLang(lang, p.Lang); o != "" {
			w.Attr("lang", o)
		}
		w.Raw(`>`).Text(name).Raw(`</a></th><td>`)
		if b.Exercise {
			w.Raw(`<strong class="exercise">`).Text(p.T("exercise.word")).Raw(`</strong> `)
		}
		w.Text(p.T("situations.kind."+string(b.Kind))).Raw(`</td><td>`).Time(b.OpenedAt, p.Zone, p.Day(b.OpenedAt)+" "+p.Minute(b.OpenedAt)).Raw(`</td><td>`)
		if b.Phase == domain.PhaseClosed {
			w.Text(p.T("situations.closed")).Raw(` `).Time(b.ClosedAt, p.Zone, p.Day(b.ClosedAt)+" "+p.Minute(b.ClosedAt))
		} else {
			w.Text(p.T("phase." + string(b.Phase)))
		}
		w.Raw(`</td><td>`)
		if rights := p.RightsOn(b.ID); rights[domain.RightLead] && b.Phase != domain.PhaseClosed && !p.Request.Cacheable {
			w.Raw(`<span class="rowacts"><a class="btn sm"`).Attr("href", p.Link("/moter?board="+string(b.ID))).Attr("aria-label", p.T("situations.meetings")+": "+name).Raw(`>`).Text(p.T("situations.meetings")).Raw(`</a>`)
			if b.Phase == domain.PhaseIdle {
				word := "situations.close"
				if b.Exercise {
					word = "situations.close_exercise"
				}
				w.Raw(`<form method="post"`).Attr("action", p.Link("/tavle/"+string(b.ID)+"/avslutt")).Raw(`>`)
				p.Hidden(w)
				w.Raw(`<button class="btn sm" type="submit"`).Attr("aria-label", p.T(word)+": "+name).Raw(`>`).Text(p.T(word)).Raw(`</button></form>`)
			}
			w.Raw(`</span>`)
		}
		w.Raw(`</td></tr>`)
	}
	w.Raw(`</tbody></table></div>`)
}

// situationForms appends the two forms: a situation, and an exercise that copies
// a board.
func situationForms(p *kit.Page, w *kit.Builder, boards []domain.Board) {
	t := p.T
	w.Raw(`<div class="twoforms"><section><h2>`).Text(t("situations.new")).Raw(`</h2><p class="meta">`).Text(t("situations.new_note")).Raw(`</p><form class="form" method="post"`).Attr("action", p.Link("/hendelser")).Raw(`>`)
	p.Hidden(w)
	w.Raw(`<label class="fld"><span>`).Text(t("situations.name")).Raw(`</span><input name="title" required autocomplete="off"`).Num("maxlength", domain.MaxName).Raw(`></label><label class="check"><input type="checkbox" name="exercise" value="yes"> `).Text(t("situations.is_exercise")).Raw(`</label><p><button class="btn go" type="submit">`).Text(t("situations.open_button")).Raw(`</button></p></form></section>`)
	copies := slices.DeleteFunc(slices.Clone(boards), func(b domain.Board) bool {
		return b.Kind == domain.KindEdition || b.Exercise || b.Phase == domain.PhaseClosed || !p.RightsOn(b.ID)[domain.RightLead]
	})
	if len(copies) > 0 {
		w.Raw(`<section><h2>`).Text(t("situations.exercise")).Raw(`</h2><p class="meta">`).Text(t("situations.exercise_note")).Raw(`</p><form class="form" method="post"`).Attr("action", p.Link("/hendelser")).Raw(`>`)
		p.Hidden(w)
		w.Raw(`<label class="fld"><span>`).Text(t("situations.exercise_name")).Raw(`</span><input name="title" required autocomplete="off"`).Num("maxlength", domain.MaxName).Raw(`></label><label class="fld"><span>`).Text(t("situations.from")).Raw(`</span><select name="from">`)
		for _, b := range copies {
			kit.Choose(w, string(b.ID), p.TitleOf(b), false)
		}
		w.Raw(`</select></label><p><button class="btn" type="submit">`).Text(t("situations.exercise_open")).Raw(`</button></p></form></section>`)
	}
	w.Raw(`</div>`)
}
