package plan

import (
	"net/url"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
)

// New is the page where an edition is planned; values are what was typed and refused.
func New(s *kit.Site, r kit.Request, values url.Values, refused error) ([]byte, error) {
	pg := s.NewPage(r, "newedition", "")
	pg.Nav, pg.Own = "editions", "plan"
	pg.Title = pg.T("plan.new")
	v := setup{Page: pg, Path: pg.Link("/utgaver"), Edit: true}
	if e := refusal(refused); e != nil {
		v.Fault, v.At = pg.T("refused."+e.Msg, e.Args...), fieldID(e.Field)
	}
	if values == nil {
		values = url.Values{"mode": {string(plan.Yearly)}, "hearing": {string(plan.Heard)}}
		for _, b := range pg.Request.Boards { // newest first
			if b.Kind == domain.KindEdition && len(b.Publications) > 0 {
				values.Set("follows", string(b.ID))
				break
			}
		}
	}
	f := newForm(&v.Page, pg.Link("/utgaver/ny"), v.Path, values)
	f.Go = "plan.new.go"
	title := f.text("title", "plan.new.title", domain.MaxName, 1)
	title.Required = true
	id := f.text("board", "plan.id", 32, 1)
	id.Required, id.Help = true, pg.T("plan.id.edition.help")
	f.group("", "", false, title, id)
	f.plan("")
	v.PlanForm = f
	return s.Render(v.Lang, "newedition", &v)
}
