package dashboard

import (
	"slices"
	"strconv"

	"kommunebilde"
)

// editionsView lists the editions one may see.
type editionsView struct {
	page
	Rows []editionRow
}

type editionRow struct {
	ID, Name, Lang, Href, Phase, Hearing string
	Versions                             []layer
	Working                              string // where the working copy is, "" if not to be seen
	MayPublish, First, MayCorrect        bool
	Publish, Correct, Base               string
}

// Editions lists the editions among r.Boards, newest first.
func (s *Site) Editions(r Request) ([]byte, error) {
	pg := s.newPage(r, "editions", "")
	pg.Title, pg.Nav = pg.T("editions.title"), "editions"
	v := editionsView{page: pg}
	for _, b := range r.Boards {
		if b.Kind == kommunebilde.KindEdition {
			v.Rows = append(v.Rows, pg.editionRow(b))
		}
	}
	return s.render(v.Lang, "editions", &v)
}

func (p *page) editionRow(b kommunebilde.Board) editionRow {
	rights := p.req.Rights
	if p.req.RightsOn != nil {
		rights = p.req.RightsOn(b.ID)
	}
	name, lang := b.Title.In(p.Lang)
	out := editionRow{Name: name, Lang: other(lang, p.Lang), Href: p.Link(entrance(b)), Phase: p.T("phase." + string(b.Phase))}
	for _, pub := range slices.Backward(b.Publications) {
		out.Versions = append(out.Versions, layer{
			Name: p.T("editions.version", strconv.Itoa(pub.Version), p.Day(pub.At)) + note(pub.Note),
			Href: p.Link("/utgave/" + string(b.ID) + "/v" + strconv.Itoa(pub.Version)),
		})
	}
	if h := b.Hearing; h != nil {
		out.Hearing = p.T("editions.hearing_text", p.Date(h.From), p.Date(h.To), strconv.Itoa(len(h.Answered)))
	}
	if p.req.Cacheable || p.req.User == nil {
		return out
	}
	if p.req.User.Staff && b.Phase != kommunebilde.PhasePublished {
		out.Working = p.Link("/tavle/" + string(b.ID))
	}
	if rights[kommunebilde.RightPublish] {
		out.First = len(b.Publications) == 0
		out.MayPublish = b.Phase != kommunebilde.PhasePublished
		out.MayCorrect = b.Phase == kommunebilde.PhasePublished
		out.Publish = p.Link("/utgave/" + string(b.ID) + "/publiser")
		out.Correct = p.Link("/utgave/" + string(b.ID) + "/rettelse")
	}
	if len(b.Publications) > 0 && p.mayBase(b.ID) {
		out.Base = p.Link("/tavle/" + string(kommunebilde.Live) + "/grunnlag")
		out.ID = string(b.ID)
	}
	return out
}

// mayBase tells whether the reader may make an edition the live picture's base,
// and it is not that already.
func (p *page) mayBase(edition kommunebilde.BoardID) bool {
	if p.req.RightsOn == nil || !p.req.RightsOn(kommunebilde.Live)[kommunebilde.RightBase] {
		return false
	}
	return slices.ContainsFunc(p.req.Boards, func(b kommunebilde.Board) bool { return b.ID == kommunebilde.Live && b.Base != edition })
}

func note(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}
