package dashboard

import (
	"testing"

	signoffpages "kommunebilde/dashboard/signoff"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/typed"
)

// year is the county with an edition in which every cell was judged.
func year(t testing.TB) *world {
	w := innlandet(t)
	catalogue := *w.picture(editor, "2022").Catalogue()
	w.do(editor, plan.Make{Board: "2023", Title: "Kommunebilde 2023", Mode: plan.Yearly, Hearing: plan.Heard, Judged: "2023-09-01", Follows: "2022", Catalogue: &catalogue})
	w.do(editor, plan.OpenRound{Board: "2023"})
	text := typed.Of("Tjenesten er sårbar i ferier, og kommunen har bedt om hjelp.")
	for _, m := range catalogue.Municipalities {
		var cells []assessment.Edit
		for _, c := range catalogue.Columns {
			if c.Kind != domain.ColumnFunction {
				cells = append(cells, assessment.Edit{Municipality: m.ID, Column: c.ID, Level: domain.Green, Text: &text})
			}
		}
		w.do(editor, assessment.Save{Board: "2023", Cells: cells})
	}
	return w
}

// signoff is what the pages of the edition 2023 are made of.
func (w *world) signoff(by domain.Actor) signoffpages.Options {
	w.t.Helper()
	d := domain.Judge(w.s, by, w.now)
	work, err := signoff.Of(d, "2023")
	if err != nil {
		w.t.Fatal(err)
	}
	o := signoffpages.Options{Picture: w.picture(by, "2023"), Work: work}
	o.Plan, _ = plan.Of(work.Ground)
	o.May = func(c domain.ColumnID, r domain.Right) bool { return d.MayIn(work.Ground, r, c) }
	return o
}

// BenchmarkProgress is what the page of a whole county's work costs.
func BenchmarkProgress(b *testing.B) {
	w, s := year(b), newSite(b)
	r := w.request(editor, "2023", "/utgave/2023/fremdrift")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := signoffpages.Progress(s, r, w.signoff(editor)); err != nil {
			b.Fatal(err)
		}
	}
}
