package kit

import (
	"html/template"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/plan"
)

// Tab is a page of an edition.
type Tab struct {
	Name, Href string
	Current    bool
}

// EditionHead is the band over the pages of an edition that is being made: its name, how far
// it has come, its pages, and what comes next.
type EditionHead struct {
	Name, Lang, Phase, Judged, Next string
	Tabs                            []Tab
}

// NewEditionHead returns the band of a planned edition; at is the page that is shown.
func (p *Page) NewEditionHead(b domain.Board, at, next string) EditionHead {
	name, lang := b.Title.In(p.Lang)
	out := EditionHead{Name: name, Lang: OtherLang(lang, p.Lang), Phase: p.T("phase." + string(b.Phase)), Judged: p.JudgedOf(b), Next: next}
	for _, tab := range []string{"vurdering", "fremdrift", "oppsett"} {
		out.Tabs = append(out.Tabs, Tab{p.T("edition.tab." + tab), p.Link("/utgave/" + string(b.ID) + "/" + tab), tab == at})
	}
	return out
}

// NextDay says which of an edition's days comes next, "" for none.
func (p *Page) NextDay(d plan.Days) string {
	today := p.Local(p.Now).Format(time.DateOnly)
	for _, day := range []struct{ word, day string }{{"work.drafted", d.Drafted}, {"work.approved", d.Approved}, {"work.published_day", d.Published}} {
		if day.day >= today {
			return p.T(day.word, p.Date(day.day))
		}
	}
	return ""
}

// workSigns are the signs of the work on a judgement. They stand on pages of an edition
// that is being made, and never in a cell with a level.
const workSigns = `<svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">` +
	`<symbol id="w-missing" viewBox="0 0 16 16"><circle class="o dash" cx="8" cy="8" r="6"/></symbol>` +
	`<symbol id="w-draft" viewBox="0 0 16 16"><circle class="o" cx="8" cy="8" r="6"/><path d="M2 8a6 6 0 0 0 12 0z"/></symbol>` +
	`<symbol id="w-submitted" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/></symbol>` +
	`<symbol id="w-approved" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/><path class="k" d="M4.6 8.3 7 10.7l4.4-4.9"/></symbol>` +
	`<symbol id="w-changed" viewBox="0 0 16 16"><circle class="o" cx="7" cy="9" r="5.6"/><path class="o" d="M4.6 9.2 6.4 11l3.2-3.8"/><path d="M10 0h6v6z"/></symbol>` +
	`<symbol id="w-compared" viewBox="0 0 16 16"><circle class="o" cx="5.5" cy="8" r="4.5"/><circle class="o" cx="10.5" cy="8" r="4.5"/></symbol>` +
	`</svg>`

// WorkSign appends the sign of a state of the work.
func (w *Builder) WorkSign(state string) *Builder {
	return w.Raw(`<svg class="m work" aria-hidden="true"><use href="#w-`).Text(state).Raw(`"/></svg>`)
}

// WorkMark is a sign of the work with its word.
func (w *Builder) WorkMark(state, word string) *Builder {
	return w.Raw(`<span class="work">`).WorkSign(state).Raw(` `).Text(word).Raw(`</span>`)
}

// Signs returns the signs of the work, for pages that show them.
func (EditionHead) Signs() template.HTML { return workSigns }
