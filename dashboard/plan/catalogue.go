package plan

import (
	"html/template"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
)

// column is what is shown of an area, an indicator or a summary.
type column struct {
	ID, Name, Lang, Short, ShortLang string
	Tags                             []string
	Version                          string
	Means                            []mean
	Facts                            []fact
	Indicators                       []column
	Open                             bool // what is under it is to be seen

	// For editors.
	Answers        []fact
	People         string // leads to the form of who answers
	PeopleForm     *form
	Edit, End, Add string
	Up, Down       bool
	Form, New      *form
	Asking         *question
}

// mean is what a colour means.
type mean struct {
	Chip       template.HTML
	Text, Lang string
}

// drawn draws the columns of a catalogue.
type drawn struct {
	pg     *kit.Page
	cat    *domain.Catalogue
	before plan.Before
	plain  bool // a definition that never was another has no version
}

func (d drawn) column(i int) column {
	col, pg := d.cat.Columns[i], d.pg
	name, lang := col.Name.In(pg.Lang)
	short, shortLang := col.Short.In(pg.Lang)
	out := column{ID: string(col.ID), Name: name, Lang: kit.OtherLang(lang, pg.Lang), Short: short, ShortLang: kit.OtherLang(shortLang, pg.Lang),
		Version: pg.T("plan.version", strconv.Itoa(col.Version))}
	if d.plain && col.Version == 1 {
		out.Version = ""
	}
	tag := func(on bool, word string) {
		if on {
			out.Tags = append(out.Tags, pg.T(word))
		}
	}
	if col.Kind == domain.ColumnArea {
		tag(true, map[bool]string{true: "plan.scope.themes", false: "plan.scope.whole"}[col.Themes])
		tag(col.Every == 2, "plan.every.2")
		tag(d.before.Known && d.before.Rests(col.ID), "plan.rests")
	}
	tag(col.Proposed, "proposed")
	for _, m := range []struct {
		level domain.Level
		words domain.Words
	}{{domain.Green, col.Means.Green}, {domain.Yellow, col.Means.Yellow}, {domain.Red, col.Means.Red}} {
		if text, lang := m.words.In(pg.Lang); text != "" {
			out.Means = append(out.Means, mean{chip(pg.Words, m.level), text, kit.OtherLang(lang, pg.Lang)})
		}
	}
	said := func(word string, words domain.Words) {
		if text, lang := words.In(pg.Lang); text != "" {
			out.Facts = append(out.Facts, fact{pg.T(word), text, kit.OtherLang(lang, pg.Lang)})
		}
	}
	said("plan.basis", col.Basis)
	said("plan.unit", col.Unit)
	if words := d.compared(col); words != "" {
		out.Facts = append(out.Facts, fact{Name: pg.T("plan.compared"), Value: words})
	}
	said("plan.not_comparable", col.NotComparable)
	if col.SSBTable != "" {
		out.Facts = append(out.Facts, fact{Name: pg.T("plan.ssb"), Value: strings.TrimSpace(col.SSBTable + " " + col.SSBCode)})
	}
	return out
}

// compared says what of the edition before the column is compared with.
func (d drawn) compared(col domain.Column) string {
	switch before, equal := d.before.Column(col.ID); {
	case !d.before.Known || col.NotComparable.NB != "":
		return ""
	case equal && before == col.ID:
		return d.pg.T("plan.compared.same")
	case equal:
		cat := d.before.Ground.Catalogue()
		name, _ := cat.Columns[cat.ColumnIndex(before)].Name.In(d.pg.Lang)
		return d.pg.T("plan.compared.other", name)
	case d.before.Redefined(col.ID):
		return d.pg.T("plan.compared.redefined")
	}
	return d.pg.T("plan.compared.new")
}

// all draws the whole catalogue, for those who read it.
func (d drawn) all() (areas, summaries []column) {
	for _, i := range d.cat.Areas() {
		a := d.column(i)
		for _, j := range d.cat.Indicators(d.cat.Columns[i].ID) {
			a.Indicators = append(a.Indicators, d.column(j))
		}
		areas = append(areas, a)
	}
	for _, i := range d.cat.Summaries() {
		summaries = append(summaries, d.column(i))
	}
	return areas, summaries
}

// ground is the page that a municipality reads: the catalogue, and nothing else of the
// edition that is being made.
type ground struct {
	kit.Page
	Name, NameLang   string
	Judged           string
	Areas, Summaries []column
}

// Catalogue is the page of what an edition judges, and by what. It is made of the catalogue,
// and of what it follows, which was published: its readers may see no picture of the
// edition.
func Catalogue(s *kit.Site, r kit.Request, g domain.Ground, p plan.Plan, before plan.Before) ([]byte, error) {
	pg := s.NewPage(r, "catalogue", "")
	pg.Nav, pg.Own = "editions", "plan"
	cat := g.Catalogue()
	pg.County = cat.County
	pg.Office, pg.OfficeLang = cat.Office.In(pg.Lang)
	pg.OfficeLang = kit.OtherLang(pg.OfficeLang, pg.Lang)
	v := ground{Judged: pg.T("edition.judged", pg.Date(p.Judged))}
	v.Name, v.NameLang = g.Title().In(pg.Lang)
	v.NameLang = kit.OtherLang(v.NameLang, pg.Lang)
	v.Areas, v.Summaries = drawn{pg: &pg, cat: cat, before: before}.all()
	pg.Title = pg.T("plan.catalogue.title", v.Name)
	v.Page = pg
	return s.Render(v.Lang, "catalogue", &v)
}
