package meetings

import (
	"strconv"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/series"
)

// seriesPage is the meetings of a series: when, what changed, who was not heard,
// and what is still to be done.
type seriesPage struct {
	kit.Page
	p       domain.Picture
	s       series.Series
	changes map[domain.MeetingID]int
	todo    []actions.Action // of the series, not ended
}

// Series is the page of a series of meetings.
func Series(s *kit.Site, r kit.Request, p domain.Picture, id domain.MeetingID) ([]byte, error) {
	one, ok := series.One(p, id)
	if !ok {
		return nil, &domain.Error{Code: domain.NotFound, Field: "series", Msg: "series.unknown"}
	}
	pg := s.NewPage(r, "series", "")
	pg.Title, pg.Nav = seriesName(&pg, one), "meetings"
	pg.OnBoard(p)
	pg.Edits, pg.Data = false, pg.Words.Script
	v := &seriesPage{Page: pg, p: p, s: one, changes: map[domain.MeetingID]int{}}
	of := map[domain.MeetingID]bool{}
	for _, m := range one.Meetings {
		of[m.ID], v.changes[m.ID] = true, p.CountIn(m)
	}
	for _, a := range actions.Of(p) {
		if a.Ended == nil && of[a.Meeting] {
			v.todo = append(v.todo, a)
		}
	}
	return s.Frame(pg, v.main)
}

func (v *seriesPage) main(w *kit.Builder) {
	t := v.T
	w.Raw(`<main id="main" class="page"><nav`).Attr("aria-label", t("nav.path")).Raw(`><ol class="crumbs"><li><a`).Attr("href", v.Link("/moter?board="+v.Body.Board)).Raw(`>`).Text(t("meetings.title")).Raw(`</a></li><li aria-current="page">`).Text(v.Title).Raw(`</li></ol></nav><h1>`).Text(v.Title).Raw(`</h1>`)
	w.Raw(`<div id="series" data-part="cells reports actions"><p class="facts"><span>`).Text(v.N("n.meetings", len(v.s.Meetings))).Raw(`</span><span>`).Text(v.BoardName(v.p.Board().ID)).Raw(`</span></p>`)
	if latest := v.s.Meetings[0]; latest.Open() {
		w.Raw(`<p>`).Text(t("series.goes_on")).Raw(`: <a`).Attr("href", v.Link("/mote/"+string(latest.ID))).Raw(`>`).Text(latest.Title).Raw(`</a></p>`)
	} else if v.Lead {
		w.Raw(`<p class="rowacts"><a class="btn go"`).Attr("href", nextIn(&v.Page, v.s)).Raw(`>`).Text(t("series.next")).Raw(`</a></p>`)
	}
	w.Raw(`<h2>`).Text(t("series.todo")).Raw(` <span class="count">`).Int(len(v.todo)).Raw(`</span></h2>`)
	v.actions(w)
	w.Raw(`<h2>`).Text(t("series.meetings")).Raw(`</h2><div class="wide" tabindex="0" role="group"`).Attr("aria-label", t("series.meetings")).Raw(`><table class="t series-t"><thead><tr>`)
	for _, key := range []string{"meeting.title", "meeting.opened", "meeting.closed"} {
		w.Raw(`<th scope="col">`).Text(t(key)).Raw(`</th>`)
	}
	w.Raw(`<th scope="col" class="n">`).Text(t("series.changes")).Raw(`</th><th scope="col">`).Text(t("series.missing")).Raw(`</th></tr></thead><tbody>`)
	for _, m := range v.s.Meetings {
		v.row(w, m)
	}
	w.Raw(`</tbody></table></div></div></main>`)
}

func (v *seriesPage) row(w *kit.Builder, m domain.Meeting) {
	row := newMeetingRow(&v.Page, m)
	w.Raw(`<tr><th scope="row"><a`).Attr("href", row.Href).Raw(`>`).Text(row.Title).Raw(`</a></th><td>`).Time(m.OpenedAt, v.Zone, row.Opened).Raw(`</td><td>`)
	if m.Open() {
		w.Text(v.T("series.goes_on"))
	} else {
		w.Time(m.ClosedAt, v.Zone, row.Closed)
	}
	w.Raw(`</td><td class="n">`).Int(v.changes[m.ID]).Raw(`</td><td>`)
	v.missing(w, m)
	w.Raw(`</td></tr>`)
}

// missing appends who has not reported in a meeting: how many, and folded who.
func (v *seriesPage) missing(w *kit.Builder, m domain.Meeting) {
	c := v.p.Catalogue()
	roll, names := rollcall.Of(v.p, m.ID), ""
	n := 0
	for _, e := range roll {
		if i := c.MunicipalityIndex(e.Municipality); e.State == rollcall.NotReported && i >= 0 {
			if n++; n > 1 {
				names += ", "
			}
			names += c.Municipalities[i].Name
		}
	}
	if n == 0 {
		w.Text(v.T("series.everybody"))
		return
	}
	w.Raw(`<details class="who"`).Attr("id", "who-"+string(m.ID)).Raw(`><summary>`).Text(v.T("series.missing_of", strconv.Itoa(n), strconv.Itoa(len(roll)))).Raw(`</summary>`).Text(names).Raw(`</details>`)
}

// actions appends what is still to be done, and from which meeting.
func (v *seriesPage) actions(w *kit.Builder) {
	if len(v.todo) == 0 {
		w.Raw(`<p class="meta">`).Text(v.T("series.todo_none")).Raw(`</p>`)
		return
	}
	rm := &Sitting{Page: &v.Page, Picture: v.p, Catalogue: v.p.Catalogue()}
	w.Raw(`<ul class="actions">`)
	for _, a := range v.todo {
		place := rm.NameOf(a.Municipality)
		if a.Column != "" {
			place += " · " + rm.ColumnName(a.Column)
		}
		w.Raw(`<li><p><b>`).Text(place).Raw(`</b><br>`).Text(a.Text).Raw(`</p><p class="meta">`).Text(rm.ActionFacts(a)).Raw(`</p></li>`)
	}
	w.Raw(`</ul>`)
}
