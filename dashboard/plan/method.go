package plan

import (
	"strconv"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// method is how an edition is judged, for everybody who may read it.
type method struct {
	kit.Page
	Name, NameLang   string
	Says             []string
	Means            []mean // of areas that do not say it themselves
	Areas, Summaries []column
	Old              kit.Old
}

// Method is the page of how an edition judges: what the colours mean, what is judged, of
// which scope, and by what. It is made of the edition as it is shown, with its version.
func Method(s *kit.Site, r kit.Request, p domain.Picture) ([]byte, error) {
	pg := s.NewPage(r, "method", "")
	pg.OnBoard(p)
	pg.Nav, pg.Own, pg.Edits, pg.Body.Live = "editions", "plan", false, ""
	board, cat := p.Board(), p.Catalogue()
	v := method{Old: s.NewBoard(pg, p, kit.Filter{}, nil, nil).Old(pg)}
	v.Name, v.NameLang = board.Title.In(pg.Lang)
	v.NameLang = kit.OtherLang(v.NameLang, pg.Lang)
	if n := kit.VersionOf(p); n > 0 {
		v.Says = append(v.Says, pg.T("method.version", strconv.Itoa(n), pg.Day(board.Publications[n-1].At)))
	}
	if judged := pg.JudgedOf(board); judged != "" {
		v.Says = append(v.Says, judged)
	}
	for _, l := range []domain.Level{domain.Green, domain.Yellow, domain.Red} {
		v.Means = append(v.Means, mean{Chip: chip(pg.Words, l), Text: pg.Words.Means(domain.KindEdition, l)})
	}
	v.Areas, v.Summaries = drawn{pg: &pg, cat: cat, plain: true}.all()
	pg.Title = pg.T("method.title")
	v.Page = pg
	return s.Render(v.Lang, "method", &v)
}
