package dashboard

import (
	"strconv"
	"strings"

	"kommunebilde"
)

// Closing is where a meeting ends: what it leaves without a reason, each with
// room to write one, who has not reported, and the button.
func (s *Site) Closing(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID) ([]byte, error) {
	pg := s.newPage(r, "closing", "")
	pg.onBoard(p)
	pg.Body.Live, pg.Edits, pg.Nav = "", false, "meetings"
	rm, err := pg.roomOf(p, id)
	if err != nil {
		return nil, err
	}
	pg.Title = pg.T("close.title", rm.m.Title)
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, rm.closing)
}

func (r *room) closing(w *builder) {
	t := r.T
	w.raw(`<main id="main" class="page"><nav`).attr("aria-label", t("nav.path")).raw(`><ol class="crumbs"><li><a`).attr("href", r.path("")).raw(`>`).text(r.m.Title).raw(`</a></li><li aria-current="page">`).text(t("console.end")).raw(`</li></ol></nav><h1>`).text(r.Title).raw(`</h1>`)
	lacking := r.p.Unexplained(r.m.ID)
	w.raw(`<section id="lacking"><h2>`).text(t("minutes.s.unexplained")).raw(`</h2>`)
	if len(lacking) > 0 {
		r.reasonForm(w, lacking)
	} else {
		w.raw(`<p>`).text(t("minutes.all_explained")).raw(`</p>`)
	}
	w.raw(`</section><h2>`).text(t("roll.missing_head")).raw(`</h2>`)
	r.missingLine(w)
	w.raw(`<section class="closing-end" aria-labelledby="end-h"><h2 id="end-h">`).text(t("console.end")).raw(`</h2><p>`).text(t("close.then")).raw(`</p>`)
	r.closeForm(w, len(lacking) > 0)
	w.raw(`</section></main>`)
}

// reasonForm appends the cells that lack a reason, with a field for each; those
// left empty stay as they are.
func (r *room) reasonForm(w *builder, lacking []kommunebilde.Cell) {
	w.raw(`<p>`).text(r.N("close.lacking", len(lacking))).raw(`</p><form class="reasons" method="post"`).attr("action", r.path("/begrunnelser")).raw(`>`)
	r.hidden(w)
	w.raw(`<ol>`)
	for _, c := range lacking {
		id := string(c.Municipality) + "." + string(c.Column)
		w.raw(`<li><input type="hidden" name="cell"`).attr("value", id).raw(`><input type="hidden"`).attr("name", "seen-"+id).attr("value", strconv.FormatUint(uint64(c.Revision), 10)).raw(`><label class="fld"><span>`)
		w.raw(string(mini(c.Level, ""))).raw(` <b>`).text(r.name(c.Municipality) + ", " + r.column(c.Column)).raw(`</b>: `).text(strings.ToLower(r.w.levelOn(r.kind, c.Level)))
		if c.ReportedBy != "" {
			w.text(", " + c.ReportedBy)
		}
		w.text(", "+r.When(c.EventAt)).raw(`</span><textarea rows="2"`).attr("name", "text-"+id).num("maxlength", kommunebilde.MaxReason).raw(`></textarea></label></li>`)
	}
	w.raw(`</ol>`).careful(r.w, r.Link(carefulPath)).raw(`<button class="btn" type="submit">`).text(r.T("close.save")).raw(`</button></form>`)
}
