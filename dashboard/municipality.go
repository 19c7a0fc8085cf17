package dashboard

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"kommunebilde"
)

// municipalityView is one municipality: its areas, each folded out to text,
// indicators and history.
type municipalityView struct {
	page
	Name, Number, Inhabitants, Region, RegionHref, AsOf, AsOfLang, Old string
	Edition                                                            bool
	Colours, Answer                                                    string
	Areas                                                              []areaRow
	Tally                                                              []tallyRow
	Map                                                                template.HTML
	HasLive                                                            bool
	Live                                                               []liveRow
}

type areaRow struct {
	ID, Name, Lang, Legal string
	Supervises            string
	Themes                bool
	Chip                  template.HTML
	First, Text, By       string
	Marked                string // what of it is exempt, and why it may be
	Redacted              bool
	Indicators            []indicatorRow
	History               []historyRow
}

type indicatorRow struct {
	Name, Lang, Evidence, Text string
	Marked                     string
	Proposed                   bool
	Chip                       template.HTML
}

type historyRow struct{ What, Stamp, When, Who string }

type tallyRow struct {
	Sign template.HTML
	Word string
	N    int
}

type liveRow struct {
	Chip                    template.HTML
	Name, Lang, Stamp, When string
	Who                     string
}

// Municipality is one municipality's areas; now is the live picture where the
// reader may see it, else nil.
func (s *Site) Municipality(r Request, p kommunebilde.Picture, now *kommunebilde.Picture, id kommunebilde.MunicipalityID) ([]byte, error) {
	row := p.Row(id)
	if row < 0 {
		return nil, unknown("kommune")
	}
	c := p.Catalogue()
	m := c.Municipalities[row]
	pg := s.newPage(r, "municipality", m.Name)
	pg.onBoard(p)
	pg.Body.Live = ""
	pg.layersElsewhere(p)
	brd := p.Board()
	b := s.newBoard(pg, p, Filter{}, []int{row}, c.Areas())
	v := municipalityView{page: pg, Name: m.Name, Number: string(m.ID), Old: b.age(), Edition: brd.Kind == kommunebilde.KindEdition}
	if m.Population > 0 {
		v.Inhabitants = pg.T("n.inhabitants", grouped(m.Population), strconv.Itoa(m.PopulationYear))
	}
	if i := c.RegionIndex(m.Region); i >= 0 {
		v.Region, v.RegionHref = c.Regions[i].Name, pg.Link("/region/"+string(m.Region)+boardQuery(p))
	}
	v.AsOf, v.AsOfLang = b.asOfWords(pg)
	v.Colours = pg.T("municipality.colours", pg.w.means(brd.Kind, kommunebilde.Green), pg.w.means(brd.Kind, kommunebilde.Yellow), pg.w.means(brd.Kind, kommunebilde.Red))
	v.Answer = pg.answer(brd.Hearing, m.ID)
	for _, col := range c.Areas() {
		v.Areas = append(v.Areas, b.areaRow(pg, row, col))
	}
	v.Tally = b.tally()
	var w builder
	if b.geo != nil {
		b.geographic(&w, mapOptions{id: "place", glyph: 60, only: row, silent: true})
		b.credit(&w)
	}
	v.Map = template.HTML(w.b)
	if now != nil && v.Edition {
		v.HasLive, v.Live = true, s.liveRows(pg, *now, m.ID)
	}
	return s.render(v.Lang, "municipality", &v)
}

// grouped writes a number in groups of three, as Norwegian does.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteString("\u00a0")
		}
		out.WriteRune(d)
	}
	return out.String()
}

// layersElsewhere is the switch for pages whose path does not say the board.
func (p *page) layersElsewhere(pic kommunebilde.Picture) {
	p.layersOf(pic, "")
	path := pathOf(p.req)
	for i, b := range p.layerBoards {
		p.Layers[i].Href = p.Link(path + "?board=" + string(b))
	}
}

// asOfWords says which board of which time is on show, and in which language
// its name is.
func (b *board) asOfWords(pg page) (string, string) {
	brd := b.p.Board()
	title, lang := brd.Title.In(pg.Lang)
	switch {
	case brd.Kind == kommunebilde.KindLive:
		return pg.T("layer.now") + ", " + pg.T("phase."+string(brd.Phase)), ""
	case b.version() > 0:
		pub := brd.Publications[b.version()-1]
		published := pg.T("asof.published", pg.Day(pub.At), strconv.Itoa(pub.Version))
		return title + ", " + strings.ToLower(published[:1]) + published[1:], other(lang, pg.Lang)
	}
	return title + ", " + pg.T("phase."+string(brd.Phase)), other(lang, pg.Lang)
}

// answer says whether a municipality answered in the hearing.
func (p *page) answer(h *kommunebilde.Hearing, id kommunebilde.MunicipalityID) string {
	if h == nil {
		return p.T("municipality.no_hearing")
	}
	key := "municipality.silent"
	if slices.Contains(h.Answered, id) {
		key = "municipality.answered"
	}
	return p.T(key, p.Date(h.From), p.Date(h.To))
}

func chipHTML(l kommunebilde.Level, word string) template.HTML {
	var w builder
	w.chip(l, word)
	return template.HTML(w.b)
}

func (b *board) areaRow(pg page, row, col int) areaRow {
	c := &b.c.Columns[col]
	cell := b.p.Cell(row, col)
	name, lang := c.Name.In(pg.Lang)
	legal, _ := c.Basis.In(pg.Lang)
	a := areaRow{
		ID: string(c.ID), Name: name, Lang: other(lang, pg.Lang), Legal: legal, Supervises: c.Supervises, Themes: c.Themes,
		Chip: chipHTML(cell.Level, b.word(cell.Level)), Text: cell.Text, First: firstSentence(cell.Text), Redacted: cell.Redacted, Marked: b.w.marking(cell.Marking),
	}
	if cell.Text == "" && cell.Marking != nil {
		a.First = pg.T("marking.note")
	}
	var by []string
	if cell.Author != "" {
		by = append(by, cell.Author)
	}
	if cell.Date != "" {
		by = append(by, pg.Date(cell.Date))
	}
	a.By = strings.Join(by, ", ")
	if b.kind == kommunebilde.KindEdition {
		for _, i := range b.c.Indicators(c.ID) {
			a.Indicators = append(a.Indicators, b.indicatorRow(pg, row, i))
		}
	}
	a.History = b.historyRows(pg, row, col)
	return a
}

func (b *board) indicatorRow(pg page, row, col int) indicatorRow {
	c := &b.c.Columns[col]
	cell := b.p.Cell(row, col)
	name, lang := c.Name.In(pg.Lang)
	out := indicatorRow{Name: name, Lang: other(lang, pg.Lang), Proposed: c.Proposed, Text: cell.Text, Marked: b.w.marking(cell.Marking), Chip: chipHTML(cell.Level, b.word(cell.Level))}
	if word, ok := b.w.m["evidence."+c.Evidence]; ok {
		out.Evidence = word
	} else {
		out.Evidence = c.Evidence
	}
	return out
}

func (b *board) historyRows(pg page, row, col int) []historyRow {
	changes := b.p.History(row, col)
	slices.Reverse(changes)
	if len(changes) > 8 {
		changes = changes[:8]
	}
	var out []historyRow
	for _, c := range changes {
		out = append(out, historyRow{
			What: b.word(c.From) + " → " + b.word(c.Level), Stamp: pg.Stamp(c.At), When: pg.When(c.At), Who: pg.name(c.By),
		})
	}
	return out
}

// firstSentence is what stands beside a folded area.
func firstSentence(s string) string {
	for i, r := range s {
		if r == '\n' || r == '.' && (i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\n') {
			return s[:i+1]
		}
	}
	return s
}

// tally counts the board's cells by level: those three always, the rest where
// there are any.
func (b *board) tally() []tallyRow {
	n := map[kommunebilde.Level]int{}
	for _, r := range b.rows {
		for _, c := range b.cols {
			if b.inScope(r, c) {
				n[b.level(r, c)]++
			}
		}
	}
	var out []tallyRow
	for i, l := range allLevels() {
		if n[l] == 0 && i > 2 {
			continue
		}
		var w builder
		w.raw(`<i class="sw" data-level="`).text(string(l)).raw(`">`).marked(l).raw(`</i>`)
		out = append(out, tallyRow{Sign: template.HTML(w.b), Word: b.word(l), N: n[l]})
	}
	return out
}

// liveRows are the municipality's yellow and red areas right now, as a box of
// their own: the two layers are never counted together.
func (s *Site) liveRows(pg page, now kommunebilde.Picture, id kommunebilde.MunicipalityID) []liveRow {
	row := now.Row(id)
	if row < 0 {
		return nil
	}
	var out []liveRow
	for _, level := range []kommunebilde.Level{kommunebilde.Red, kommunebilde.Yellow} {
		for _, col := range now.Catalogue().Areas() {
			cell := now.Cell(row, col)
			if cell.Level != level {
				continue
			}
			name, lang := now.Catalogue().Columns[col].Name.In(pg.Lang)
			out = append(out, liveRow{Chip: chipHTML(level, pg.w.level(level)), Name: name, Lang: other(lang, pg.Lang), Stamp: pg.Stamp(cell.At), When: pg.When(cell.At), Who: pg.name(cell.By)})
		}
	}
	return out
}
