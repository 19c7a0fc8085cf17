package chart

import (
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// Row is a line of a chart's table.
type Row struct {
	Name, Lang string
	Cells      []string
}

// View is a chart and its table.
type View struct {
	Title, Address, Note string
	Fold                 string // the word behind which the table of many rows stands; "": it is open
	Head                 []string
	Rows                 []Row
}

// Distribution is the chart of levels per area, with its table.
func Distribution(s *kit.Site, pg kit.Page, p domain.Picture, region domain.RegionID) *View {
	v := distributionView(pg, DistributionOf(p.ForViews(), region, pg.Request.Rests...))
	v.Address = pg.Link("/diagram/fordeling?board=" + pg.Body.Board + "&region=" + string(region))
	v.Note = pg.T("chart.areas_note")
	return v
}

func distributionView(pg kit.Page, d distribution) *View {
	v := &View{Title: pg.T("chart.distribution", d.where(pg.Words)), Head: []string{pg.T("log.area")}}
	for _, part := range d.Parts {
		v.Head = append(v.Head, part.name(pg.Words, d.Kind))
	}
	for _, a := range d.Areas {
		name, lang := a.Column.Name.In(pg.Lang)
		v.Rows = append(v.Rows, Row{Name: name, Lang: kit.OtherLang(lang, pg.Lang), Cells: kit.Numbers(a.Counts)})
	}
	return v
}

// MeetingChartView is the chart of a meeting's changes, with its table.
func MeetingChartView(pg kit.Page, c meetingChanges) *View {
	v := &View{Title: pg.T("chart.meeting"), Fold: pg.T("chart.numbers"), Head: []string{pg.T("chart.time")}}
	for _, l := range c.Levels {
		v.Head = append(v.Head, LevelSet(pg.Words, l))
	}
	for _, span := range c.Spans {
		v.Rows = append(v.Rows, Row{Name: pg.When(span.From), Cells: kit.Numbers(span.Counts)})
	}
	return v
}
