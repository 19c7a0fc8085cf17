package console

import (
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/domain"
)

// Closing is where a meeting ends: what it leaves without a reason, each with
// room to write one, who has not reported, and the button. Typed are reasons that
// were refused because something had changed meanwhile: none is lost.
func Closing(s *kit.Site, r kit.Request, p domain.Picture, id domain.MeetingID, typed []domain.ReasonGiven) ([]byte, error) {
	pg := s.NewPage(r, "closing", "")
	pg.OnBoard(p)
	pg.Edits, pg.Nav, pg.Data = false, "meetings", pg.Words.Script
	rm, err := meetings.SittingOf(&pg, p, id)
	if err != nil {
		return nil, err
	}
	pg.Title = pg.T("close.title", rm.M.Title)
	return s.Frame(pg, func(w *kit.Builder) { closing(rm, w, typed) })
}

func closing(r *meetings.Sitting, w *kit.Builder, typed []domain.ReasonGiven) {
	t := r.T
	w.Raw(`<main id="main" class="page"><nav`).Attr("aria-label", t("nav.path")).Raw(`><ol class="crumbs"><li><a`).Attr("href", r.Path("")).Raw(`>`).Text(r.M.Title).Raw(`</a></li><li aria-current="page">`).Text(t("console.end")).Raw(`</li></ol></nav><h1>`).Text(r.Title).Raw(`</h1>`)
	lacking := r.Picture.Unexplained(r.M.ID)
	changedMeanwhile(r, w, typed, slices.DeleteFunc(slices.Clone(lacking), func(c domain.Cell) bool { return setSince(r, c) }))
	w.Raw(`<section id="lacking" data-part="cells"><h2>`).Text(t("minutes.s.unexplained")).Raw(`</h2>`)
	reasonForm(r, w, lacking, typed)
	w.Raw(`</section><h2>`).Text(t("roll.missing_head")).Raw(`</h2>`)
	r.MissingLine(w)
	unansweredList(r, w)
	then := "close.then"
	if len(kit.OpenMeetings(r.Picture)) > 1 {
		then = "close.then_other"
	}
	w.Raw(`<section id="closing-end" data-part="cells reports" class="closing-end" aria-labelledby="end-h"><h2 id="end-h">`).Text(t("console.end")).Raw(`</h2><p>`).Text(t(then)).Raw(`</p>`)
	// The button belongs to the form of the reasons: what is typed there is stored
	// with the closing.
	w.Raw(`<button class="btn" type="submit" form="reasons"`).Attr("formaction", r.Path("/avslutt"))
	if len(lacking) > 0 {
		w.Raw(` name="unexplained" value="yes">`).Text(t("console.end_anyway"))
	} else {
		w.Raw(`>`).Text(t("meeting.close"))
	}
	w.Raw(`</button></section></main>`)
}

// unansweredList appends the reports that nobody has taken or left, as long as there
// are any.
func unansweredList(r *meetings.Sitting, w *kit.Builder) {
	w.Raw(`<div id="unanswered" data-part="cells reports">`)
	if list := r.Unanswered(); len(list) > 0 {
		w.Raw(`<h2>`).Text(r.T("close.unanswered")).Raw(`</h2><ul class="unexplained">`)
		for _, s := range list {
			w.Raw(`<li>`).Text(s).Raw(`</li>`)
		}
		w.Raw(`</ul>`)
	}
	w.Raw(`</div>`)
}

// setSince reports whether another meeting has set a cell since: what is written now
// would be the reason of that.
func setSince(r *meetings.Sitting, c domain.Cell) bool {
	return r.Picture.Cell(r.Picture.Row(c.Municipality), r.Picture.Col(c.Column)).Revision != c.Revision
}

// reasonForm appends the cells that lack a reason, with a field for each that can
// still be given one; those left empty stay as they are.
func reasonForm(r *meetings.Sitting, w *kit.Builder, lacking []domain.Cell, typed []domain.ReasonGiven) {
	lead := r.T("minutes.all_explained")
	if len(lacking) > 0 {
		lead = r.N("close.lacking", len(lacking))
	}
	w.Raw(`<p>`).Text(lead).Raw(`</p><form id="reasons" class="reasons" method="post"`).Attr("action", r.Path("/begrunnelser")).Raw(`>`)
	r.Hidden(w)
	if len(lacking) == 0 {
		w.Raw(`</form>`)
		return
	}
	w.Raw(`<ol>`)
	fields := false
	for _, c := range lacking {
		if setSince(r, c) {
			w.Raw(`<li><p>`)
			lacks(r, w, c)
			w.Raw(`. <span class="meta">`).Text(r.T("close.set_since")).Raw(`</span></p></li>`)
			continue
		}
		fields = true
		id := string(c.Municipality) + "." + string(c.Column)
		w.Raw(`<li><input type="hidden" name="cell"`).Attr("value", id).Raw(`><input type="hidden"`).Attr("name", "seen-"+id).Attr("value", strconv.FormatUint(uint64(c.Revision), 10)).Raw(`><label class="fld"><span>`)
		lacks(r, w, c)
		w.Raw(`</span><textarea rows="2"`).Attr("name", "text-"+id).Num("maxlength", domain.MaxReason).Raw(`>`)
		if i := typedOf(typed, c); i >= 0 {
			w.Raw("\n").Text(string(typed[i].Text))
		}
		w.Raw(`</textarea></label></li>`)
	}
	w.Raw(`</ol>`)
	if fields {
		w.Careful(r.Words, r.Link(kit.CarefulPath)).Raw(`<button class="btn" type="submit">`).Text(r.T("close.save")).Raw(`</button>`)
	}
	w.Raw(`</form>`)
}

// lacks appends a level that has no reason: where, which, by whom and since when.
func lacks(r *meetings.Sitting, w *kit.Builder, c domain.Cell) {
	w.Raw(string(kit.Mini(c.Level, ""))).Raw(` <b>`).Text(r.NameOf(c.Municipality) + ", " + r.ColumnName(c.Column)).Raw(`</b>: `).Text(strings.ToLower(r.Words.LevelOn(r.BoardKind, c.Level)))
	if c.ReportedBy != "" {
		w.Text(", " + c.ReportedBy)
	}
	w.Text(", " + r.When(c.EventAt))
}

// typedOf returns the place of the reason that was typed for a cell, -1 for none.
func typedOf(typed []domain.ReasonGiven, c domain.Cell) int {
	return slices.IndexFunc(typed, func(r domain.ReasonGiven) bool { return r.Municipality == c.Municipality && r.Column == c.Column })
}

// changedMeanwhile says which cells were changed while their reasons were typed,
// and repeats what was typed for those that have no field any more.
func changedMeanwhile(r *meetings.Sitting, w *kit.Builder, typed []domain.ReasonGiven, lacking []domain.Cell) {
	if len(typed) == 0 {
		return
	}
	w.Raw(`<section class="own" role="alert"><p><b>`).Text(r.T("close.changed")).Raw(`</b></p><ul>`)
	for _, given := range typed {
		row, col := r.Picture.Row(given.Municipality), r.Picture.Col(given.Column)
		if row < 0 || col < 0 {
			continue
		}
		c := r.Picture.Cell(row, col)
		field := slices.ContainsFunc(lacking, func(l domain.Cell) bool { return l.Municipality == c.Municipality && l.Column == c.Column })
		if field && c.Revision == given.Seen {
			continue
		}
		w.Raw(`<li>`).Text(r.NameOf(c.Municipality) + ", " + r.ColumnName(c.Column) + ": ").Raw(string(kit.Mini(c.Level, ""))).Text(" " + r.Words.LevelOn(r.BoardKind, c.Level) + " " + r.When(c.At))
		if by := r.Page.Who(c.By); by != "" {
			w.Text(", " + by)
		}
		if !field {
			w.Raw(`<br>`).Text(r.T("close.typed", string(given.Text)))
		}
		w.Raw(`</li>`)
	}
	w.Raw(`</ul></section>`)
}
