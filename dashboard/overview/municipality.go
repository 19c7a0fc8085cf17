package overview

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/access"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/prose"
	"kommunebilde/domain"
)

// municipalityView is one municipality: its areas, each folded out to text,
// indicators and history.
type municipalityView struct {
	kit.Page
	Name, Number, Inhabitants, Region, RegionHref, AsOf, AsOfLang string
	Old                                                           kit.Old
	Edition                                                       bool
	Colours, Answer                                               string
	Areas                                                         []areaRow
	Tally                                                         []tallyRow
	Rests                                                         string // which areas are in no count
	Run, Map                                                      template.HTML
	HasLive                                                       bool
	WorkHref                                                      string // where it is judged whole, "" for an edition without a plan
	Live                                                          []liveRow
	Embed                                                         string // what other sites may frame, "" nothing
	PDF                                                           string // the same for paper, "" for what is not an edition
	Method                                                        string // the page of how it is judged
	Rest                                                          string // that nobody keeps the live picture, "" somebody does
}

type areaRow struct {
	ID, Name, Lang, Legal string
	Supervises            string
	Themes                bool
	Chip                  template.HTML
	Due                   bool          // must be confirmed
	Was                   template.HTML // what it was when the picture was kept; "" somebody keeps it
	First, Text, By       string
	Prose                 template.HTML // the text as it was meant
	Last                  string        // the edition that judged it last, where it rests in this one
	LastChip              template.HTML // what it was then
	Marked                string        // what of it is exempt, and why it may be
	Redacted              bool
	Indicators            []indicatorRow
	History               []historyRow
}

type indicatorRow struct {
	Name, Lang, Evidence, Text string
	Href                       string // its own page
	Marked                     string
	Proposed                   bool
	Chip                       template.HTML
}

type historyRow struct{ What, Stamp, When, Who string }

type tallyRow struct {
	Sign, Count template.HTML
	Word        string
}

type liveRow struct {
	Chip                    template.HTML
	Name, Lang, Stamp, When string
	Who                     string
	Due                     bool // must be confirmed
}

// Resting tells of an area that is not judged this time what it was judged to be last,
// and whether it is such an area.
type Resting func(domain.MunicipalityID, domain.ColumnID) (Last, bool)

// Last is what an edition that was published says of a cell.
type Last struct {
	Edition  domain.Words
	Level    domain.Level
	Text     string
	Redacted bool
}

// Municipality is one municipality's areas; now is the live picture where the
// reader may see it, else nil. p is as of a time, zero: now. rests is nil where all areas
// are judged.
func Municipality(s *kit.Site, r kit.Request, p domain.Picture, now *domain.Picture, id domain.MunicipalityID, at time.Time, rests Resting) ([]byte, error) {
	p = p.ForViews()
	row := p.Row(id)
	if row < 0 {
		return nil, kit.UnknownField("kommune")
	}
	c := p.Catalogue()
	m := c.Municipalities[row]
	pg := s.NewPage(r, "municipality", m.Name)
	pg.OnBoard(p)
	pg.Edits, pg.Body.Municipality = false, string(id)
	pg.Taken = url.Values{"municipality": {string(id)}, "indicators": {"1"}}
	layersElsewhere(&pg, p)
	brd := p.Board()
	switch {
	case !at.IsZero() && (brd.Kind != domain.KindEdition || p.Audience().Kind == domain.AudienceStaff):
		now, pg.Body.Live, pg.Body.At = nil, "", pg.Stamp(at)
		pg.Past, pg.ToNow = pg.Day(at)+" "+pg.Minute(at), pg.Place(kit.PathOf(r), brd.ID)
	case brd.Kind != domain.KindEdition:
	case now != nil:
		pg.Follows(*now)
	default:
		pg.Body.Live = ""
	}
	if pg.Body.Live != "" {
		pg.Data = pg.Words.Script
	}
	b := s.NewBoard(pg, p, kit.Filter{}, []int{row}, c.Areas())
	v := municipalityView{Page: pg, Name: m.Name, Number: string(m.ID), Old: b.Old(pg), Edition: brd.Kind == domain.KindEdition}
	if brd.Judged != "" && p.ShownVersion() == 0 {
		v.WorkHref = pg.Link("/utgave/" + string(brd.ID) + "/kommune/" + string(m.ID))
	}
	if m.Population > 0 {
		v.Inhabitants = pg.T("n.inhabitants", grouped(m.Population), strconv.Itoa(m.PopulationYear))
	}
	if i := c.RegionIndex(m.Region); i >= 0 {
		v.Region, v.RegionHref = c.Regions[i].Name, pg.Place("/region/"+string(m.Region), brd.ID)
	}
	v.Run = running(b, pg)
	v.AsOf, v.AsOfLang = asOfWords(b, pg)
	if v.Edition {
		v.Method = pg.Place("/metode", brd.ID)
	}
	v.Colours = pg.T("municipality.colours", pg.Words.Means(brd.Kind, domain.Green), pg.Words.Means(brd.Kind, domain.Yellow), pg.Words.Means(brd.Kind, domain.Red))
	v.Answer = answer(&pg, brd.Hearing, m.ID)
	for _, col := range c.Areas() {
		a := newAreaRow(b, pg, row, col)
		if rests != nil {
			if last, resting := rests(m.ID, c.Columns[col].ID); resting {
				a.rest(b, pg, last)
			}
		}
		a.Prose = prose.HTML(a.Text)
		v.Areas = append(v.Areas, a)
	}
	v.Rests = b.RestsNote()
	v.Tally, v.Embed = tally(b, false), embedLink(&pg, p, "/kommune/"+string(id))
	if v.Edition && at.IsZero() {
		v.PDF = pg.Place("/kommune/"+string(id)+".pdf", brd.ID)
	}
	var w kit.Builder
	if b.Geometry != nil {
		b.Geographic(&w, kit.MapOptions{ID: "place", Glyph: 60, Only: row, Silent: true})
		b.Credit(&w)
	}
	v.Map = w.HTML()
	if now != nil && v.Edition {
		live := now.ForViews()
		v.HasLive, v.Live = true, liveRows(s, pg, live, m.ID)
		if live.Resting() {
			v.Rest = pg.RestWords(live)
		}
	}
	return s.Render(v.Lang, "municipality", &v)
}

// Drawn marks what is drawn again when the page's own board changes.
func (v *municipalityView) Drawn() template.HTMLAttr {
	if v.Body.Live == "" || v.Body.Follows != "" {
		return ""
	}
	return ` data-part="cells reports"`
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
func layersElsewhere(p *kit.Page, pic domain.Picture) {
	p.LayersOf(pic, "")
	path := kit.PathOf(p.Request)
	for i, b := range p.LayerBoards {
		p.Layers[i].Href = p.Place(path, b)
	}
}

// asOfWords says which board of which time is on show, and in which language
// its name is.
func asOfWords(b *kit.Board, pg kit.Page) (string, string) {
	of, lang := boardWords(b, pg)
	if judged := pg.JudgedOf(b.Picture.Board()); judged != "" {
		of += " · " + judged
	}
	return of, lang
}

func boardWords(b *kit.Board, pg kit.Page) (string, string) {
	brd := b.Picture.Board()
	title, lang := brd.Title.In(pg.Lang)
	switch {
	case b.Picture.Resting():
		return pg.RestWords(b.Picture), ""
	case brd.Kind == domain.KindLive:
		return pg.T("layer.now") + ", " + pg.T("phase."+string(brd.Phase)), ""
	case b.Version() > 0:
		pub := brd.Publications[b.Version()-1]
		published := pg.T("asof.published", pg.Day(pub.At), strconv.Itoa(pub.Version))
		return title + ", " + strings.ToLower(published[:1]) + published[1:], kit.OtherLang(lang, pg.Lang)
	}
	return title + ", " + pg.T("phase."+string(brd.Phase)), kit.OtherLang(lang, pg.Lang)
}

// answer says whether a municipality answered in the hearing.
func answer(p *kit.Page, h *domain.Hearing, id domain.MunicipalityID) string {
	if h == nil {
		return p.T("municipality.no_hearing")
	}
	key := "municipality.silent"
	if slices.Contains(h.Answered, id) {
		key = "municipality.answered"
	}
	return p.T(key, p.Date(h.From), p.Date(h.To))
}

func chipHTML(l domain.Level, word string) template.HTML {
	return chipOf(domain.Cell{Level: l}, word)
}

func chipOf(cell domain.Cell, word string) template.HTML {
	var w kit.Builder
	w.ChipOf(cell, word)
	return w.HTML()
}

func newAreaRow(b *kit.Board, pg kit.Page, row, col int) areaRow {
	c := &b.Catalogue.Columns[col]
	cell := b.Picture.Cell(row, col)
	name, lang := c.Name.In(pg.Lang)
	legal, _ := c.Basis.In(pg.Lang)
	a := areaRow{
		ID: string(c.ID), Name: kit.Hyphenate(name), Lang: kit.OtherLang(lang, pg.Lang), Legal: legal, Supervises: c.Supervises, Themes: c.Themes,
		Chip: chipOf(cell, b.Word(cell.Level)), Due: cell.Stale, Text: cell.Text, First: firstSentence(cell.Text), Redacted: cell.Redacted, Marked: access.MarkingWords(b.Words, cell.Marking),
	}
	switch {
	case b.Picture.Resting() && !b.Told(cell.Level) && cell.Level != domain.Withheld: // nobody knows what it is now
		var w kit.Builder
		b.WasThen(&w, row, col)
		a.Chip, a.Was = "", w.HTML()
	case cell.Text == "" && cell.Marking != nil:
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
	if b.Kind == domain.KindEdition {
		for _, i := range b.Catalogue.Indicators(c.ID) {
			a.Indicators = append(a.Indicators, newIndicatorRow(b, pg, row, i))
		}
	}
	a.History = historyRows(b, pg, row, col)
	return a
}

// rest shows an area that is not judged this time as it was judged last, by its edition's
// name, and itself without a level.
func (a *areaRow) rest(b *kit.Board, pg kit.Page, last Last) {
	name, _ := last.Edition.In(pg.Lang)
	a.Chip = chipHTML(domain.NotAssessed, pg.T("municipality.rests"))
	a.First = pg.T("municipality.rests_was", name, b.Word(last.Level))
	a.Last, a.LastChip = name, chipHTML(last.Level, b.Word(last.Level))
	a.Text, a.Redacted, a.By, a.Marked, a.Due, a.Was = last.Text, last.Redacted, "", "", false, ""
	a.Indicators = nil
}

func newIndicatorRow(b *kit.Board, pg kit.Page, row, col int) indicatorRow {
	c := &b.Catalogue.Columns[col]
	cell := b.Picture.Cell(row, col)
	name, lang := c.Name.In(pg.Lang)
	out := indicatorRow{Name: name, Lang: kit.OtherLang(lang, pg.Lang), Proposed: c.Proposed, Text: cell.Text, Marked: access.MarkingWords(b.Words, cell.Marking), Chip: chipHTML(cell.Level, b.Word(cell.Level))}
	out.Evidence = evidenceWord(b, c)
	if b.Kind == domain.KindEdition {
		out.Href = pg.Place("/indikator/"+string(c.ID), b.Picture.Board().ID)
	}
	return out
}

// evidenceWord is what an indicator is judged by.
func evidenceWord(b *kit.Board, c *domain.Column) string {
	if word, ok := b.Words.Has("evidence." + c.Evidence); ok {
		return word
	}
	return c.Evidence
}

func historyRows(b *kit.Board, pg kit.Page, row, col int) []historyRow {
	changes, _ := b.Picture.Recent(row, col, 8)
	var out []historyRow
	for _, c := range changes {
		out = append(out, historyRow{
			What: b.Step(c), Stamp: pg.Stamp(c.At), When: pg.When(c.At), Who: pg.Who(c.By),
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

// tally counts the board's cells by level, and how many of them must be
// confirmed: the three of its scale always, the rest where there are any. At rest
// nobody knows of others than those that are left. live: the script counts on.
func tally(b *kit.Board, live bool) []tallyRow {
	n, due := map[domain.Level]int{}, map[domain.Level]int{}
	for _, r := range b.Rows {
		for _, c := range b.Cols {
			if !b.InScope(r, c) || b.Rests(c) {
				continue
			}
			n[b.Level(r, c)]++
			if b.Picture.Cell(r, c).Stale {
				due[b.Level(r, c)]++
			}
		}
	}
	live = live && b.Kind != domain.KindEdition
	var out []tallyRow
	for i, l := range kit.ScaleOf(b.Kind) {
		if n[l] == 0 && i > 2 || !b.Told(l) {
			continue
		}
		var sign, count kit.Builder
		sign.Raw(`<i class="sw" data-level="`).Text(string(l)).Raw(`">`).Marked(l).Raw(`</i>`)
		switch {
		case live:
			b.Late(&count, l, due[l], "")
		case due[l] > 0:
			count.Raw(`<span class="due">`).LateSign().Int(due[l]).Raw(`<span class="vh"> `).Text(b.Words.T("stale.word")).Raw(`</span></span>`)
		}
		count.Raw(` <b`)
		if live {
			count.Attr("data-count-level", string(l))
		}
		count.Raw(`>`).Int(n[l]).Raw(`</b>`)
		out = append(out, tallyRow{Sign: sign.HTML(), Word: b.Word(l), Count: count.HTML()})
	}
	return out
}

// liveRows are the municipality's yellow and red areas right now, as a box of
// their own: the two layers are never counted together.
func liveRows(s *kit.Site, pg kit.Page, now domain.Picture, id domain.MunicipalityID) []liveRow {
	row := now.Row(id)
	if row < 0 {
		return nil
	}
	var out []liveRow
	for _, level := range []domain.Level{domain.Red, domain.Yellow} {
		for _, col := range now.Catalogue().Areas() {
			cell := now.Cell(row, col)
			if cell.Level != level {
				continue
			}
			name, lang := now.Catalogue().Columns[col].Name.In(pg.Lang)
			out = append(out, liveRow{Chip: chipHTML(level, pg.Words.Level(level)), Name: name, Lang: kit.OtherLang(lang, pg.Lang), Stamp: pg.Stamp(cell.Said), When: pg.When(cell.Said), Who: pg.Who(cell.By), Due: cell.Stale})
		}
	}
	return out
}
