package document

import (
	_ "embed"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/access"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/prose"
	"kommunebilde/domain"
)

//go:embed paper.css
var paper string

// document is one that is being made.
type document struct {
	*kit.Page
	*kit.Board
	row  int
	name string // of the place
}

// Municipality is what an edition says of one municipality, as its picture has it.
func Municipality(s *kit.Site, r kit.Request, p domain.Picture, id domain.MunicipalityID) ([]byte, error) {
	p = p.ForViews()
	row := p.Row(id)
	if row < 0 || p.Board().Kind != domain.KindEdition {
		return nil, kit.UnknownField("kommune")
	}
	c := p.Catalogue()
	r.Theme = "light"
	pg := s.NewPage(r, "document", "")
	pg.OnBoard(p)
	d := &document{&pg, s.NewBoard(pg, p, kit.Filter{}, []int{row}, c.Areas()), row, c.Municipalities[row].Name}
	pg.Title = pg.T("document.title", pg.TitleOf(p.Board()), d.name)
	w := kit.NewBuilder(4 * kit.PageSize)
	d.file(w, func() {
		d.first(w)
		for i, col := range c.Areas() {
			d.area(w, i, col)
		}
	})
	return w.Bytes(), nil
}

// file frames what main appends.
func (d *document) file(w *kit.Builder, main func()) {
	w.Raw(`<!doctype html><html data-theme="light"`).Attr("lang", d.Page.Lang).Raw(`><head><meta charset="utf-8"><meta name="date" content="`, d.day(), `"><title>`).Text(d.Page.Title)
	w.Raw(`</title><style>`, string(d.Site.Inline("app.css")), paper, d.margins(), `</style></head><body data-kind="document">`, string(d.Sprite()), `<main class="paper">`)
	main()
	w.Raw(`</main></body></html>`)
}

// day is the day of what is shown, which the file is dated by.
func (d *document) day() string {
	b := d.Picture.Board()
	switch v := d.Version(); {
	case v > 0:
		return b.Publications[v-1].At.In(d.Zone).Format(time.DateOnly)
	case b.Judged != "":
		return b.Judged
	}
	return "1970-01-01"
}

// version says which version is shown, and when it was published.
func (d *document) version() string {
	b := d.Picture.Board()
	if v := d.Version(); v > 0 {
		return d.T("editions.version", strconv.Itoa(v), d.Day(b.Publications[v-1].At))
	}
	return d.T("phase." + string(b.Phase))
}

// margins are what each page has at its foot, and the pages of an area at their head.
func (d *document) margins() string {
	of := d.TitleOf(d.Picture.Board())
	foot := of + " · " + d.name + " · " + d.version()
	if d.Demo {
		foot += " · " + d.T("demo")
	}
	var s strings.Builder
	s.WriteString(`@page{@bottom-left{width:85%;content:` + quoted(foot) + `}@bottom-right{width:15%;content:` + quoted(d.T("document.page")+" ") + ` counter(page) ` + quoted(" "+d.T("document.of")+" ") + ` counter(pages)}}`)
	for i, col := range d.Cols {
		n := strconv.Itoa(i)
		name, _ := d.Catalogue.Columns[col].Name.In(d.Page.Lang)
		s.WriteString(`.p` + n + `{page:p` + n + `}@page p` + n + `{@top-left{content:` + quoted(of+" · "+d.name) + `}@top-right{content:` + quoted(name) + `}}`)
	}
	return s.String()
}

// quoted writes a text for CSS within HTML: what is not a letter, digit or blank is escaped.
func quoted(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		if r == ' ' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			out.WriteRune(r)
		} else {
			out.WriteString(`\` + strconv.FormatInt(int64(r), 16) + ` `)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// first is the first page: which place, its areas, and how it is to be read.
func (d *document) first(w *kit.Builder) {
	m, b := d.Catalogue.Municipalities[d.row], d.Picture.Board()
	w.Raw(`<div class="head"><div><p class="small">`).Text(d.Catalogue.County + " · " + d.TitleOf(b)).Raw(`</p><h1>`).Text(m.Name).Raw(`</h1><table class="facts"><tbody>`)
	fact := func(name, text string) {
		if text != "" {
			w.Raw(`<tr><th scope="row">`).Text(name).Raw(`</th><td>`).Text(text).Raw(`</td></tr>`)
		}
	}
	fact(d.T("document.number"), string(m.ID))
	if i := d.Catalogue.RegionIndex(m.Region); i >= 0 {
		fact(d.T("document.region"), d.Catalogue.Regions[i].Name)
	}
	if m.Population > 0 {
		fact(d.T("document.people"), strconv.Itoa(m.Population)+" ("+strconv.Itoa(m.PopulationYear)+")")
	}
	fact(d.T("document.version"), d.version())
	if b.Judged != "" {
		fact(d.T("document.judged"), d.Date(b.Judged))
	}
	if h := b.Hearing; h != nil {
		fact(d.T("document.hearing"), d.Date(h.From)+" – "+d.Date(h.To))
	}
	w.Raw(`</tbody></table></div><div>`)
	if d.Geometry != nil {
		d.Geographic(w, kit.MapOptions{ID: "place", Glyph: 60, Only: d.row, Silent: true})
		d.Credit(w)
	}
	w.Raw(`</div></div>`)
	if d.Demo {
		w.Raw(`<p><b>`).Text(d.T("demo")).Raw(`</b></p>`)
	}
	d.areas(w)
	w.Raw(`<div class="two"><div><h2>`).Text(d.T("legend.head.edition")).Raw(`</h2>`)
	for _, l := range []domain.Level{domain.Green, domain.Yellow, domain.Red} {
		w.Raw(`<p>`).Chip(l, d.Word(l)).Text(d.Page.Words.Means(d.Board.Kind, l)).Raw(`</p>`)
	}
	w.Raw(`</div><div><h2>`).Text(d.T("document.use_head")).Raw(`</h2><p>`).Text(d.T("document.use")).Raw(`</p></div></div>`)
}

// areas is the table of all areas, each with its level and first sentence.
func (d *document) areas(w *kit.Builder) {
	w.Raw(`<h2>`).Text(d.N("n.areas", len(d.Cols))).Raw(`</h2><table class="list overview"><thead><tr><th scope="col">`).Text(d.T("log.area")).Raw(`</th><th scope="col">`).Text(d.T("municipality.level")).Raw(`</th><th scope="col">`).Text(d.T("municipality.assessment")).Raw(`</th></tr></thead><tbody>`)
	some := false
	for i, col := range d.Cols {
		c, cell := &d.Catalogue.Columns[col], d.Picture.Cell(d.row, col)
		name, _ := c.Name.In(d.Page.Lang)
		w.Raw(`<tr><th scope="row"><a href="#a`).Int(i).Raw(`">`).Text(name)
		if c.Themes {
			some = true
			w.Text("\u00a0*")
		}
		w.Raw(`</a></th><td>`).ChipOf(cell, d.Word(cell.Level)).Raw(`</td><td>`).Text(orNone(firstSentence(d.said(cell)))).Raw(`</td></tr>`)
	}
	w.Raw(`</tbody></table>`)
	if some {
		w.Raw(`<p class="small">* `).Text(d.T("themes.note")).Raw(`</p>`)
	}
}

// area is one area on a page of its own.
func (d *document) area(w *kit.Builder, i, col int) {
	c, cell := &d.Catalogue.Columns[col], d.Picture.Cell(d.row, col)
	name, _ := c.Name.In(d.Page.Lang)
	w.Raw(`<section class="place p`).Int(i).Raw(`"><div class="title"><h2 id="a`).Int(i).Raw(`">`).Text(name).Raw(`</h2>`).ChipOf(cell, d.Word(cell.Level)).Raw(`<p class="small">`)
	if c.Themes {
		w.Text(d.T("themes.note")).Raw(`<br>`)
	}
	w.Text(d.judged(cell)).Raw(`</p></div><h3>`).Text(d.T("municipality.assessment")).Raw(`</h3>`)
	if marked := access.MarkingWords(d.Page.Words, cell.Marking); marked != "" {
		w.Raw(`<p class="small">`).Text(marked).Raw(`</p>`)
	}
	if cell.Text == "" {
		w.Raw(`<p>`).Text(orNone(d.said(cell))).Raw(`</p>`)
	} else {
		w.Raw(`<div class="prose"`)
		if lang := d.TextLang(); lang != "" {
			w.Attr("lang", lang)
		}
		w.Raw(`>`, string(prose.HTML(cell.Text)), `</div>`)
	}
	d.indicators(w, c.ID)
	if basis, _ := c.Basis.In(d.Page.Lang); basis != "" {
		w.Raw(`<p class="small">`).Text(d.T("municipality.legal") + ": " + basis).Raw(`</p>`)
	}
	w.Raw(`</section>`)
}

func (d *document) indicators(w *kit.Builder, area domain.ColumnID) {
	list := d.Catalogue.Indicators(area)
	if len(list) == 0 {
		return
	}
	w.Raw(`<h3>`).Text(d.T("document.indicators")).Raw(`</h3><table class="list"><thead><tr>`)
	for _, key := range []string{"municipality.indicator", "municipality.assessment", "municipality.level"} {
		w.Raw(`<th scope="col">`).Text(d.T(key)).Raw(`</th>`)
	}
	w.Raw(`</tr></thead><tbody>`)
	for _, col := range list {
		cell := d.Picture.Cell(d.row, col)
		name, _ := d.Catalogue.Columns[col].Name.In(d.Page.Lang)
		text := strings.TrimSpace(cell.Text + " " + access.MarkingWords(d.Page.Words, cell.Marking))
		w.Raw(`<tr><th scope="row">`).Text(name).Raw(`</th><td>`).Text(orNone(text)).Raw(`</td><td>`).ChipOf(cell, d.Word(cell.Level)).Raw(`</td></tr>`)
	}
	w.Raw(`</tbody></table>`)
}

// judged says of which day a cell is.
func (d *document) judged(cell domain.Cell) string {
	switch b := d.Picture.Board(); {
	case cell.Date != "":
		return d.T("panel.assessed") + " " + d.Date(cell.Date)
	case b.Judged != "":
		return d.JudgedOf(b)
	}
	return ""
}

// said is what a cell says, or why it says nothing.
func (d *document) said(cell domain.Cell) string {
	switch {
	case cell.Text != "":
		return cell.Text
	case cell.Redacted:
		return d.T("panel.redacted")
	case cell.Marking != nil:
		return d.T("marking.note")
	}
	return ""
}

// orNone is s; a cell of a table is never empty, since Chromium then leaves it out.
func orNone(s string) string {
	if strings.TrimSpace(s) == "" {
		return "–"
	}
	return s
}

// firstSentence is cut at a sentence and never within one.
func firstSentence(s string) string {
	for i, r := range s {
		if r == '\n' || r == '.' && (i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\n') {
			return strings.TrimSpace(s[:i+1])
		}
	}
	return s
}
