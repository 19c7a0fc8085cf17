package kit

import (
	"kommunebilde/domain"
)

// The live picture at rest: nobody keeps it, and every view says so.

// AtRest is what a layout names as its room where the picture is at rest: pages
// are made again when that begins or ends.
const AtRest = "rest"

// RestWords say that nobody keeps the live picture, and who closed the last
// meeting, when.
func (p *Page) RestWords(pic domain.Picture) string {
	words := p.T("rest.none")
	m, ok := pic.LastMeeting()
	if !ok {
		return words
	}
	when := p.When(m.ClosedAt)
	who := p.Who(m.ClosedBy)
	switch {
	case m.Title == "" && who == "":
		return words + " " + p.T("rest.when", when) + "."
	case m.Title == "":
		return words + " " + p.T("rest.by", who, when) + "."
	case who != "":
		return words + " " + p.T("rest.closed_by", who, m.Title, when)
	}
	return words + " " + p.T("rest.closed", m.Title, when)
}

// WasThen appends what a level that rests was when the picture was kept.
func (b *Board) WasThen(w *Builder, row, col int) {
	h, of := b.Picture.Recent(row, col, 1)
	if of == 0 {
		w.Text(b.Words.T("panel.never"))
		return
	}
	last := h[0]
	w.Text(b.Words.T("rest.none")).Raw(` `).Text(b.Words.T("rest.was", b.Word(last.Level))).Raw(` `).Time(last.At, b.Clock.Zone, b.Clock.When(last.At))
}

// Limits appends, for anyone who keeps the office's data, that no level of the live
// picture grows old, and the one press that mends it.
func (p *Page) Limits(w *Builder, pic domain.Picture) {
	may := p.Request.Rights[domain.RightBase]
	if !pic.Limitless() || !may && !p.Admin || p.Request.Cacheable || p.Past != "" {
		return
	}
	w.Raw(`<div class="band limits" role="status"><p>`).Text(p.T("limits.none"))
	if !may {
		w.Raw(` `).Text(p.T("limits.later"))
	}
	w.Raw(`</p>`)
	if may {
		w.Raw(`<form method="post"`).Attr("action", p.Link("/tavle/"+string(domain.Live)+"/grunnlag")).Raw(`>`)
		p.Hidden(w)
		w.Raw(`<input type="hidden" name="limits" value="pack"><button class="btn" type="submit">`).Text(p.T("limits.button")).Raw(`</button></form>`)
	}
	w.Raw(`</div>`)
}
