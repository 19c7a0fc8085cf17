package dashboard

import (
	"strconv"

	"kommunebilde"
)

// seriesPage is the meetings of a series: when, what changed, who was not heard,
// and what is still to be done.
type seriesPage struct {
	page
	p       kommunebilde.Picture
	s       kommunebilde.Series
	changes map[kommunebilde.MeetingID]int
	todo    []kommunebilde.Action // of the series, not ended
}

// Series is the page of a series of meetings.
func (s *Site) Series(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID) ([]byte, error) {
	series, ok := p.OneSeries(id)
	if !ok {
		return nil, &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "series", Msg: "series.unknown"}
	}
	pg := s.newPage(r, "series", "")
	pg.Title, pg.Nav = pg.seriesName(series), "meetings"
	pg.onBoard(p)
	pg.Body.Live = ""
	v := &seriesPage{page: pg, p: p, s: series, changes: map[kommunebilde.MeetingID]int{}}
	for _, e := range p.Log(series.Meetings[len(series.Meetings)-1].Opened, 0) {
		if e.Change != nil {
			v.changes[e.Change.Meeting]++
		}
	}
	of := map[kommunebilde.MeetingID]bool{}
	for _, m := range series.Meetings {
		of[m.ID] = true
	}
	for _, a := range p.Actions() {
		if a.Ended == nil && of[a.Meeting] {
			v.todo = append(v.todo, a)
		}
	}
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, v.main)
}

func (v *seriesPage) main(w *builder) {
	t := v.T
	w.raw(`<main id="main" class="page"><nav`).attr("aria-label", t("nav.path")).raw(`><ol class="crumbs"><li><a`).attr("href", v.Link("/moter?board="+v.Body.Board)).raw(`>`).text(t("meetings.title")).raw(`</a></li><li aria-current="page">`).text(v.Title).raw(`</li></ol></nav><h1>`).text(v.Title).raw(`</h1>`)
	w.raw(`<p class="facts"><span>`).text(v.N("n.meetings", len(v.s.Meetings))).raw(`</span><span>`).text(v.boardName(v.p.Board().ID)).raw(`</span></p>`)
	if latest := v.s.Meetings[0]; latest.Open() {
		w.raw(`<p>`).text(t("series.goes_on")).raw(`: <a`).attr("href", v.Link("/mote/"+string(latest.ID))).raw(`>`).text(latest.Title).raw(`</a></p>`)
	} else if v.Lead {
		w.raw(`<p class="rowacts"><a class="btn go"`).attr("href", v.nextIn(v.s)).raw(`>`).text(t("series.next")).raw(`</a></p>`)
	}
	w.raw(`<h2>`).text(t("series.todo")).raw(` <span class="count">`).int(len(v.todo)).raw(`</span></h2>`)
	v.actions(w)
	w.raw(`<h2>`).text(t("series.meetings")).raw(`</h2><div class="wide" tabindex="0" role="group"`).attr("aria-label", t("series.meetings")).raw(`><table class="t series-t"><thead><tr>`)
	for _, key := range []string{"meeting.title", "meeting.opened", "meeting.closed"} {
		w.raw(`<th scope="col">`).text(t(key)).raw(`</th>`)
	}
	w.raw(`<th scope="col" class="n">`).text(t("series.changes")).raw(`</th><th scope="col">`).text(t("series.missing")).raw(`</th></tr></thead><tbody>`)
	for _, m := range v.s.Meetings {
		v.row(w, m)
	}
	w.raw(`</tbody></table></div></main>`)
}

func (v *seriesPage) row(w *builder, m kommunebilde.Meeting) {
	row := v.meetingRow(m)
	w.raw(`<tr><th scope="row"><a`).attr("href", row.Href).raw(`>`).text(row.Title).raw(`</a></th><td>`).time(m.OpenedAt, v.zone, row.Opened).raw(`</td><td>`)
	if m.Open() {
		w.text(v.T("series.goes_on"))
	} else {
		w.time(m.ClosedAt, v.zone, row.Closed)
	}
	w.raw(`</td><td class="n">`).int(v.changes[m.ID]).raw(`</td><td>`)
	v.missing(w, m)
	w.raw(`</td></tr>`)
}

// missing appends who has not reported in a meeting: how many, and folded who.
func (v *seriesPage) missing(w *builder, m kommunebilde.Meeting) {
	c := v.p.Catalogue()
	roll, names := v.p.RollCall(m.ID), ""
	n := 0
	for _, e := range roll {
		if i := c.MunicipalityIndex(e.Municipality); e.State == kommunebilde.NotReported && i >= 0 {
			if n++; n > 1 {
				names += ", "
			}
			names += c.Municipalities[i].Name
		}
	}
	if n == 0 {
		w.text(v.T("series.everybody"))
		return
	}
	w.raw(`<details class="who"><summary>`).text(v.T("series.missing_of", strconv.Itoa(n), strconv.Itoa(len(roll)))).raw(`</summary>`).text(names).raw(`</details>`)
}

// actions appends what is still to be done, and from which meeting.
func (v *seriesPage) actions(w *builder) {
	if len(v.todo) == 0 {
		w.raw(`<p class="meta">`).text(v.T("series.todo_none")).raw(`</p>`)
		return
	}
	rm := &room{page: &v.page, p: v.p, c: v.p.Catalogue()}
	w.raw(`<ul class="actions">`)
	for _, a := range v.todo {
		place := rm.name(a.Municipality)
		if a.Column != "" {
			place += " · " + rm.column(a.Column)
		}
		w.raw(`<li><p><b>`).text(place).raw(`</b><br>`).text(a.Text).raw(`</p><p class="meta">`).text(rm.actionFacts(a)).raw(`</p></li>`)
	}
	w.raw(`</ul>`)
}
