package overview

import (
	"html/template"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// embeddedView is what another site shows of an edition in a frame: it runs no script, and
// has no form.
type embeddedView struct {
	kit.Page
	Name, NameLang, AsOf, AsOfLang string
	Old                            kit.Old
	Rows                           []embeddedRow
	Map                            template.HTML
	Tally                          []tallyRow
	Themes                         bool
	Whole                          string // the address of the page that it is a part of
}

type embeddedRow struct {
	Name, Lang string
	Themes     bool
	Chip       template.HTML
}

// EmbeddedMunicipality is one municipality's levels in the areas of an edition.
func EmbeddedMunicipality(s *kit.Site, r kit.Request, p domain.Picture, id domain.MunicipalityID) ([]byte, error) {
	c, row := p.Catalogue(), p.Row(id)
	if row < 0 {
		return nil, kit.UnknownField("kommune")
	}
	pg, b := embedded(s, r, p, []int{row}, c.Areas())
	v := embeddedView{Name: c.Municipalities[row].Name, Whole: pg.Place("/kommune/"+string(id), p.Board().ID)}
	for _, col := range b.Cols {
		name, lang := c.Columns[col].Name.In(pg.Lang)
		level := b.Level(row, col)
		v.Rows = append(v.Rows, embeddedRow{name, kit.OtherLang(lang, pg.Lang), c.Columns[col].Themes, chipHTML(level, b.Word(level))})
	}
	return v.render(s, pg, b)
}

// EmbeddedArea is one area's levels on a map, and how many there are of each.
func EmbeddedArea(s *kit.Site, r kit.Request, p domain.Picture, id domain.ColumnID) ([]byte, error) {
	c, col := p.Catalogue(), p.Col(id)
	if col < 0 || c.Columns[col].Kind != domain.ColumnArea {
		return nil, kit.UnknownField("omrade")
	}
	pg, b := embedded(s, r, p, kit.UpTo(len(c.Municipalities)), []int{col})
	v := embeddedView{Themes: c.Columns[col].Themes, Tally: tally(b, false), Whole: pg.Place("/omrade/"+string(id), p.Board().ID)}
	name, lang := c.Columns[col].Name.In(pg.Lang)
	v.Name, v.NameLang = name, kit.OtherLang(lang, pg.Lang)
	if b.Geometry != nil {
		var w kit.Builder
		b.MapAt = col
		b.Geographic(&w, kit.MapOptions{ID: "map", Glyph: 40, Only: -1})
		b.Credit(&w)
		v.Map = w.HTML()
	}
	return v.render(s, pg, b)
}

func embedded(s *kit.Site, r kit.Request, p domain.Picture, rows, cols []int) (kit.Page, *kit.Board) {
	pg := s.NewPage(r, "embedded", "")
	pg.OnBoard(p)
	pg.Edits, pg.Body.Live = false, ""
	return pg, s.NewBoard(pg, p, kit.Filter{}, rows, cols)
}

func (v *embeddedView) render(s *kit.Site, pg kit.Page, b *kit.Board) ([]byte, error) {
	pg.Title = v.Name
	v.AsOf, v.AsOfLang = asOfWords(b, pg)
	v.Page, v.Old = pg, b.Old(pg)
	return s.Render(pg.Lang, "embedded", v)
}

// embedLink is where a page of the newest edition that is out is shown for frames, "" for
// any other.
func embedLink(pg *kit.Page, p domain.Picture, path string) string {
	if p.ShownVersion() == 0 || p.Board().ID != pg.Request.Edition || p.SupersededBy() != "" {
		return ""
	}
	return pg.Link("/innfelt/" + pg.Lang + path)
}
