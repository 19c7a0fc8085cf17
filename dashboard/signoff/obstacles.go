package signoff

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/signoff"
)

// obstacle is one kind of thing that keeps the edition from being published, with one way
// out.
type obstacle struct {
	Sign            template.HTML
	Name, Note, Way string
	Href            string
}

func (w *sheet) obstacle(o signoff.Obstacle) obstacle {
	out := obstacle{Way: w.pg.T("progress.show")}
	var sign kit.Builder
	switch o.What {
	case "summary", "edition":
		sign.WorkSign(string(signoff.Submitted))
	case "moderated", "moved":
		sign.Raw(`<svg class="m work" aria-hidden="true"><use href="#w-compared"/></svg>`)
	default:
		sign.WorkSign(o.What)
	}
	out.Sign = sign.HTML()
	switch o.What {
	case "edition":
		out.Name, out.Href = w.pg.T("progress.o.edition"), "#utgaven"
	case "moderated", "moved":
		out.Name, out.Note = w.pg.N("progress.o."+o.What, len(o.Areas)), w.shorts(o.Areas)
		out.Way, out.Href = w.pg.T("progress.compare"), w.link("/samkjoring/"+string(o.Areas[0]))
	default:
		out.Name = w.pg.N("progress.o."+o.What, len(o.Units))
		out.Note, out.Href = w.units(o)
		if o.What == string(signoff.Submitted) || o.What == string(signoff.Changed) {
			w.review(&out, o.Units)
		}
	}
	return out
}

// review leads to the first of the units that waits for the reader, where one does.
func (w *sheet) review(out *obstacle, units []domain.CellRef) {
	for _, at := range units {
		if w.o.Work.WaitsForMe(at.Municipality, at.Column) {
			out.Way, out.Href = w.pg.T("progress.look_over"), w.choose(at)
			return
		}
	}
}

// units says which units an obstacle has, and where they are.
func (w *sheet) units(o signoff.Obstacle) (note, href string) {
	at := o.Units[0]
	switch o.What {
	case string(signoff.Draft):
		at = w.oldest(o.Units)
		u := w.o.Work.Unit(at.Municipality, at.Column)
		note = w.pg.T("progress.oldest", w.pg.Short(time.UnixMilli(u.At)), w.pg.Who(u.By))
	case string(signoff.Submitted):
		note = w.pg.T("progress.not_own")
	case string(signoff.Changed):
		note = w.named(o.Units)
	case "summary":
		return "", w.link("/vurdering/" + string(at.Column))
	default:
		note = w.perArea(o.Units)
	}
	return note, w.link("/vurdering/" + string(at.Column) + "?status=" + o.What)
}

func (w *sheet) oldest(units []domain.CellRef) domain.CellRef {
	out := units[0]
	for _, at := range units {
		if w.o.Work.Unit(at.Municipality, at.Column).At < w.o.Work.Unit(out.Municipality, out.Column).At {
			out = at
		}
	}
	return out
}

// perArea counts units by area, in the order of the matrix.
func (w *sheet) perArea(units []domain.CellRef) string {
	n := map[domain.ColumnID]int{}
	for _, at := range units {
		n[at.Column]++
	}
	var out []string
	for _, c := range w.o.Work.Leads() {
		if n[c] > 0 {
			out = append(out, w.short(c)+" "+strconv.Itoa(n[c]))
		}
	}
	return strings.Join(out, ", ")
}

// named tells the first units by name.
func (w *sheet) named(units []domain.CellRef) string {
	const most = 4
	var out []string
	for _, at := range units[:min(most, len(units))] {
		out = append(out, w.municipality(at.Municipality)+" · "+w.short(at.Column))
	}
	if more := len(units) - most; more > 0 {
		out = append(out, w.pg.T("progress.more", strconv.Itoa(more)))
	}
	return strings.Join(out, ", ")
}

func (w *sheet) shorts(areas []domain.ColumnID) string {
	var out []string
	for _, c := range areas {
		out = append(out, w.short(c))
	}
	return strings.Join(out, ", ")
}
