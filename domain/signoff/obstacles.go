package signoff

import "kommunebilde/domain"

// Obstacle is one kind of thing that keeps an edition from being published, and all that
// are of it.
type Obstacle struct {
	What  string           // see [Work.Obstacles]
	Units []domain.CellRef // by the columns that name them
	Areas []domain.ColumnID
}

// Obstacles returns what keeps an edition from being published, in a fixed order: units of
// areas that are "missing", "draft", "submitted" or "changed", summaries ("summary"), areas
// that were never "moderated" or are another since ("moved"), and that nobody approved the
// "edition" as it is. What nobody has written anything in is none once somebody approved
// that it goes out so. of is how many kinds there are.
func (w Work) Obstacles() (found []Obstacle, of int) {
	_, stands := w.ApprovedEdition()
	kinds := []string{string(Missing), string(Draft), string(Submitted), string(Changed), "summary", "moderated", "moved", "edition"}
	kind := map[string]*Obstacle{}
	for _, what := range kinds {
		kind[what] = &Obstacle{What: what}
	}
	for _, c := range w.Leads() {
		area := w.Area(c)
		for _, m := range w.rows(nil) {
			s := w.Unit(m, c).State
			what := kind[string(s)]
			if !area {
				what = kind["summary"]
			}
			if s != Approved && !(s == Missing && stands) {
				what.Units = append(what.Units, domain.CellRef{Municipality: m, Column: c})
			}
		}
		if !area || !w.Judged(c) {
			continue
		}
		if last, done := w.Moderated(c); !done {
			kind["moderated"].Areas = append(kind["moderated"].Areas, c)
		} else if len(last.Since) > 0 {
			kind["moved"].Areas = append(kind["moved"].Areas, c)
		}
	}
	for _, what := range kinds {
		if o := kind[what]; len(o.Units)+len(o.Areas) > 0 || what == "edition" && !stands {
			found = append(found, *o)
		}
	}
	return found, len(kinds)
}

// Area reports whether a column that names units is an area, and not the summary.
func (w Work) Area(lead domain.ColumnID) bool {
	cat := w.Ground.Catalogue()
	i := cat.ColumnIndex(lead)
	return i >= 0 && cat.Columns[i].Kind == domain.ColumnArea
}

// Judged reports whether any municipality has a level in an area.
func (w Work) Judged(area domain.ColumnID) bool {
	for _, m := range w.rows(nil) {
		if w.Unit(m, area).Cells[0].Level != domain.NotAssessed {
			return true
		}
	}
	return false
}

// Ready reports whether a unit waits for somebody to approve it, and lacks nothing.
func (u Unit) Ready() bool {
	return (u.State == Submitted || u.State == Changed) && len(u.Missing) == 0
}

// WaitsForMe reports whether a unit waits for whoever asks: one that approves its area, and
// did not write it.
func (w Work) WaitsForMe(m domain.MunicipalityID, lead domain.ColumnID) bool {
	u := w.Unit(m, lead)
	return u.Ready() && w.d.MayIn(w.Ground, domain.RightApprove, lead) && !w.Own(u, w.d.By())
}
