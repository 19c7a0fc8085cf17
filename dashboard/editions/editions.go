package editions

import (
	"slices"
	"strconv"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// editionsView lists the editions one may see.
type editionsView struct {
	kit.Page
	Rows []editionRow
	Plan string // where a new one is planned, "" for those who may not
}

type editionRow struct {
	ID, Name, Lang, Href, Phase, Hearing string
	Versions                             []kit.Layer
	Working                              string // where the working copy is, "" if not to be seen
	Unsigned                             bool   // it has no plan, and so no approvals
	Tabs                                 []kit.Tab
	Setup                                string // where one without a plan gets it
	Later                                bool   // it is planned, and cannot be published yet
	MayPublish, First, MayCorrect        bool
	Publish, Correct, Base               string
}

// Editions lists the editions among r.Boards, newest first.
func Editions(s *kit.Site, r kit.Request) ([]byte, error) {
	pg := s.NewPage(r, "editions", "")
	pg.Title, pg.Nav = pg.T("editions.title"), "editions"
	v := editionsView{Page: pg}
	for _, b := range r.Boards {
		if b.Kind == domain.KindEdition {
			v.Rows = append(v.Rows, newEditionRow(&pg, b))
		}
	}
	if u := r.User; u != nil && !r.Cacheable && u.Edits {
		v.Plan = pg.Link("/utgaver/ny")
	}
	return s.Render(v.Lang, "editions", &v)
}

func newEditionRow(p *kit.Page, b domain.Board) editionRow {
	rights := p.Request.Rights
	if p.Request.RightsOn != nil {
		rights = p.Request.RightsOn(b.ID)
	}
	name, lang := b.Title.In(p.Lang)
	out := editionRow{Name: name, Lang: kit.OtherLang(lang, p.Lang), Href: p.Link(kit.Entrance(b)), Phase: p.T("phase." + string(b.Phase))}
	for _, pub := range slices.Backward(b.Publications) {
		out.Versions = append(out.Versions, kit.Layer{
			Name: p.T("editions.version", strconv.Itoa(pub.Version), p.Day(pub.At)) + note(pub.Note),
			Href: p.Link("/utgave/" + string(b.ID) + "/v" + strconv.Itoa(pub.Version)),
		})
	}
	if h := b.Hearing; h != nil {
		out.Hearing = p.T("editions.hearing_text", p.Date(h.From), p.Date(h.To), strconv.Itoa(len(h.Answered)))
	}
	if p.Request.Cacheable || p.Request.User == nil {
		return out
	}
	if p.Request.User.Staff && b.Phase != domain.PhasePublished {
		out.Working = p.Link("/tavle/" + string(b.ID))
	}
	if b.Judged != "" {
		out.planned(p, b, rights)
		return out
	}
	if out.Unsigned = p.Request.User.Staff; b.Phase == domain.PhaseDraft && rights[domain.RightEdit] {
		out.Setup = p.Link("/utgave/" + string(b.ID) + "/oppsett")
	}
	if rights[domain.RightPublish] {
		out.First = len(b.Publications) == 0
		out.MayPublish = b.Phase != domain.PhasePublished
		out.MayCorrect = b.Phase == domain.PhasePublished
		out.Publish = p.Link("/utgave/" + string(b.ID) + "/publiser")
		out.Correct = p.Link("/utgave/" + string(b.ID) + "/rettelse")
	}
	if len(b.Publications) > 0 && mayBase(p, b.ID) {
		out.Base = p.Link("/tavle/" + string(domain.Live) + "/grunnlag")
		out.ID = string(b.ID)
	}
	return out
}

// planned fills in what a planned edition has: its pages, and no publishing yet.
func (r *editionRow) planned(p *kit.Page, b domain.Board, rights domain.Rights) {
	if p.Request.User.Staff {
		r.Tabs = p.NewEditionHead(b, "", "").Tabs
	}
	r.Later = rights[domain.RightPublish]
}

// mayBase reports whether the reader may make an edition the live picture's base,
// and it is not that already.
func mayBase(p *kit.Page, edition domain.BoardID) bool {
	if p.Request.RightsOn == nil || !p.Request.RightsOn(domain.Live)[domain.RightBase] {
		return false
	}
	return slices.ContainsFunc(p.Request.Boards, func(b domain.Board) bool { return b.ID == domain.Live && b.Base != edition })
}

func note(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}
