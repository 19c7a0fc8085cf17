package start

import (
	"html/template"
	"slices"
	"strconv"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
)

// Edition is a planned edition that is being worked on, for the office.
type Edition struct {
	Picture domain.Picture
	Work    signoff.Work
	Plan    plan.Plan
	Waiting []suggestion.Suggestion // that wait for an answer in it
}

// edition is how far the work on an edition has come: what the reader has to do first.
type edition struct {
	Name, Lang, Next, Size, Href string
	Own                          []item // the reader's areas
	Waits, WaitsHref             string // what waits for their approval, "" nothing
	Counts                       []workCount
}

type workCount struct {
	Sign template.HTML
	Word string
	N    int
}

// editionsOf returns the work on each edition, counted as everywhere: areas alone.
func editionsOf(pg *kit.Page, all []Edition) (out []edition) {
	for _, e := range all {
		b, cat := e.Picture.Board(), e.Picture.Catalogue()
		name, lang := b.Title.In(pg.Lang)
		base := "/utgave/" + string(b.ID)
		one := edition{Name: name, Lang: kit.OtherLang(lang, pg.Lang), Next: pg.NextDay(e.Plan.Days), Href: pg.Link(base + "/fremdrift")}
		var rows []domain.MunicipalityID
		for _, m := range cat.Municipalities {
			rows = append(rows, m.ID)
		}
		var judged []domain.ColumnID
		for _, i := range cat.Areas() {
			if c := cat.Columns[i].ID; !e.Work.Rests(c) {
				judged = append(judged, c)
			}
		}
		n := e.Work.Count(rows, judged)
		for _, s := range signoff.States() {
			var sign kit.Builder
			sign.WorkSign(string(s))
			one.Counts = append(one.Counts, workCount{sign.HTML(), pg.T("work.state." + string(s)), n[s]})
		}
		one.Size = pg.T("start.edition_size", strconv.Itoa(len(rows)*len(judged)), pg.Minute(pg.Now))
		one.Own = ownAreas(pg, e, rows, judged)
		waits := 0
		for _, c := range e.Work.Leads() {
			for _, m := range rows {
				if e.Work.WaitsForMe(m, c) {
					waits++
				}
			}
		}
		if waits > 0 {
			one.Waits, one.WaitsHref = pg.N("signoff.waiting", waits), one.Href+"#godkjenning"
		}
		out = append(out, one)
	}
	return out
}

// ownAreas are the areas that the reader assesses: how many are submitted, and what was
// sent back, which comes first.
func ownAreas(pg *kit.Page, e Edition, rows []domain.MunicipalityID, judged []domain.ColumnID) (out []item) {
	for _, c := range judged {
		if !slices.Contains(pg.Request.User.Areas, c) {
			continue
		}
		n, back := e.Work.Count(rows, []domain.ColumnID{c}), 0
		for _, m := range rows {
			if e.Work.Unit(m, c).Returned != nil {
				back++
			}
		}
		cat := e.Picture.Catalogue()
		name, _ := cat.Columns[cat.ColumnIndex(c)].Name.In(pg.Lang)
		of := pg.T("work.done", strconv.Itoa(n[signoff.Submitted]+n[signoff.Approved]), strconv.Itoa(len(rows)))
		if back > 0 {
			of = joined(pg.N("start.sent_back", back), of)
		}
		out = append(out, item{name, of, pg.Link("/utgave/" + string(e.Picture.Board().ID) + "/vurdering/" + string(c))})
	}
	return out
}
