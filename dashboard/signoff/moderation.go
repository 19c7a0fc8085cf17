package signoff

import (
	"bytes"
	"crypto/sha256"
	"html/template"
	"slices"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/prose"
	"kommunebilde/dashboard/worddiff"
	"kommunebilde/domain"
	"kommunebilde/domain/signoff"
)

// moderation is one area's judgements beside each other. Municipalities have letters, so
// that a judgement is read before it is known whose it is.
type moderation struct {
	kit.Page
	Band        kit.EditionHead
	Board, Area string
	AreaLang    string
	C           string
	Areas       []kit.Tab
	Groups      []group
	Unset       string
	Resting     bool
	Names       bool
	Toggle      string // the page with names, or without
	Here        string
	Last        last
	May         bool
	People      []person
	Pair        *pair
	ChooseTwo   bool
	Progress    string
}

// group is the judgements of one level.
type group struct {
	Chip  template.HTML
	N     int
	Cards []card
}

// card is one municipality's judgement.
type card struct {
	Letter, Name string
	Href         string
	On, New      bool // chosen for comparison; another since the last moderation
	State        template.HTML
	Chip         template.HTML
	Counts       template.HTML
	Under        []under
	Text         template.HTML
	Sources      string
}

// under is an indicator.
type under struct {
	Name, Lang string
	Level      template.HTML
}

// last is the last moderation, in words.
type last struct {
	Said, Note, Since string
}

type person struct {
	ID, Name string
	On       bool
}

// pair is two judgements beside each other.
type pair struct {
	Left, Right card
	Rows        []pairRow
	LeftText    template.HTML // by word, what stands in one alone is marked
	RightText   template.HTML
	Differs     bool // the level does
	Close       string
}

type pairRow struct {
	Name, Lang  string
	Left, Right template.HTML
	Differs     bool
}

// Moderation is the page on which one area's judgements are compared.
func Moderation(s *kit.Site, r kit.Request, o Options) ([]byte, error) {
	pg, band := page(s, r, o, "moderation", "moderation.title", "fremdrift")
	w := &sheet{pg: &pg, o: o}
	for _, m := range o.Picture.Catalogue().Municipalities {
		w.rows = append(w.rows, m.ID)
	}
	name, lang := w.column(o.Area).Name.In(pg.Lang)
	v := moderation{Band: band, Board: string(o.Picture.Board().ID), Area: name, AreaLang: kit.OtherLang(lang, pg.Lang), C: string(o.Area),
		Resting: o.Work.Rests(o.Area), Names: o.Names, Here: w.compareLink(o.Area), Progress: w.link("/fremdrift")}
	pg.Title = pg.T("moderation.of", name) + " – " + pg.TitleOf(o.Picture.Board())
	judged, _ := w.areas()
	for _, c := range judged {
		v.Areas = append(v.Areas, kit.Tab{Name: w.short(c), Href: w.compareLink(c), Current: c == o.Area})
	}
	if v.Toggle = v.Here + "?navn=vis"; o.Names {
		v.Toggle = v.Here
	}
	last, done := o.Work.Moderated(o.Area)
	letters := w.letters()
	v.Last = w.last(last, done, letters)
	v.Groups, v.Unset = w.groups(letters, last.Since, done)
	v.May = o.May(o.Area, domain.RightApprove) && !v.Resting && len(v.Groups) > 0
	v.People = w.candidates(last)
	if len(o.Two) == 2 {
		v.Pair = w.pair(letters)
	} else if len(o.Two) > 0 {
		v.ChooseTwo = true
	}
	v.Page = pg
	return s.Render(v.Lang, "moderation", &v)
}

func (w *sheet) compareLink(c domain.ColumnID) string { return w.link("/samkjoring/" + string(c)) }

// letters gives each municipality a letter of the area: by chance, but the same each time,
// so that neither order nor letter tells whose a judgement is.
func (w *sheet) letters() map[domain.MunicipalityID]string {
	out := map[domain.MunicipalityID]string{}
	for i, m := range Shuffled(w.o.Picture, w.o.Area) {
		out[m] = letter(i)
	}
	return out
}

// Shuffled returns the municipalities in the order of their letters in an area.
func Shuffled(p domain.Picture, area domain.ColumnID) []domain.MunicipalityID {
	sum := func(m domain.MunicipalityID) []byte {
		h := sha256.Sum256([]byte(string(p.Board().ID) + " " + string(area) + " " + string(m)))
		return h[:]
	}
	var out []domain.MunicipalityID
	for _, m := range p.Catalogue().Municipalities {
		out = append(out, m.ID)
	}
	slices.SortFunc(out, func(a, b domain.MunicipalityID) int { return bytes.Compare(sum(a), sum(b)) })
	return out
}

// letter is A to Z, then AA, AB and so on.
func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letter(i/26-1) + string(rune('A'+i%26))
}

// Lettered returns the municipalities that letters name in an area, and whether all are
// known.
func Lettered(p domain.Picture, area domain.ColumnID, letters []string) (out []domain.MunicipalityID, known bool) {
	all := Shuffled(p, area)
	for _, l := range letters {
		i := slices.IndexFunc(all, func(m domain.MunicipalityID) bool { return letter(slices.Index(all, m)) == l })
		if i < 0 {
			return nil, false
		}
		out = append(out, all[i])
	}
	return out, true
}

// groups are the judgements by level, within a level in the order of the meetings' agenda
// and no other.
func (w *sheet) groups(letters map[domain.MunicipalityID]string, since []domain.MunicipalityID, done bool) (out []group, unset string) {
	by := map[domain.Level][]card{}
	n := 0
	for _, m := range w.rows {
		u := w.o.Work.Unit(m, w.o.Area)
		level := u.Cells[0].Level
		if level == domain.NotAssessed {
			n++
			continue
		}
		c := w.card(m, u, letters[m])
		c.New = done && slices.Contains(since, m)
		by[level] = append(by[level], c)
	}
	for _, level := range domain.KindEdition.Levels() {
		if cards := by[level]; len(cards) > 0 {
			out = append(out, group{w.chip(level), len(cards), cards})
		}
	}
	if n > 0 {
		unset = w.pg.N("moderation.unset", n)
	}
	return out, unset
}

func (w *sheet) chip(l domain.Level) template.HTML {
	var b kit.Builder
	b.Chip(l, w.pg.T("level."+string(l)))
	return b.HTML()
}

func (w *sheet) card(m domain.MunicipalityID, u signoff.Unit, letter string) card {
	first := u.Cells[0]
	text := first.Text.String()
	if first.Text != nil && first.Text.Redacted() {
		text = w.pg.T("work.redacted")
	}
	out := card{Letter: letter, Name: w.municipality(m), Href: w.unitLink(domain.CellRef{Municipality: m, Column: w.o.Area}),
		On: slices.Contains(w.o.Two, m), Chip: w.chip(first.Level), Text: prose.HTML(text), Sources: w.pg.N("signoff.sources", len(first.Evidence))}
	var sign kit.Builder
	sign.WorkMark(string(u.State), w.pg.T("work.state."+string(u.State)))
	out.State = sign.HTML()
	n := map[domain.Level]int{}
	for _, c := range u.Cells[1:] {
		n[c.Level]++
		short, lang := w.column(c.Column).Short.In(w.pg.Lang)
		out.Under = append(out.Under, under{short, kit.OtherLang(lang, w.pg.Lang), w.marked(c.Level)})
	}
	var counts kit.Builder
	for _, l := range domain.KindEdition.Levels() {
		if n[l] > 0 {
			counts.Raw(`<span>`).Raw(string(w.marked(l))).Raw(` `).Int(n[l]).Raw(`</span> `)
		}
	}
	out.Counts = counts.HTML()
	return out
}

// marked is a level as a shape, without its colour, and a word for those who hear it.
func (w *sheet) marked(l domain.Level) template.HTML {
	var b kit.Builder
	b.Marked(l).Raw(`<span class="vh">`).Text(w.pg.T("level." + string(l))).Raw(`</span>`)
	return b.HTML()
}

// last says when the area was compared last, by whom, and what is another since.
func (w *sheet) last(m signoff.Moderation, done bool, letters map[domain.MunicipalityID]string) last {
	if !done {
		return last{Said: w.pg.T("moderation.never")}
	}
	out := last{Said: w.pg.T("moderation.last", w.when(m.At), w.pg.Who(m.By), w.people(m.Took)), Note: m.Note}
	if len(m.Since) == 0 {
		out.Since = w.pg.T("moderation.same")
		return out
	}
	var who []string
	for _, id := range m.Since {
		if w.o.Names {
			who = append(who, w.municipality(id))
		} else {
			who = append(who, letters[id])
		}
	}
	if !w.o.Names {
		slices.SortFunc(who, func(a, b string) int { return strings.Compare(pad(a), pad(b)) })
	}
	out.Since = w.pg.T("moderation.since", strings.Join(who, ", "))
	return out
}

// pad sorts Z before AA.
func pad(letter string) string { return strings.Repeat(" ", 3-min(3, len(letter))) + letter }

// candidates are those who may have taken part: who answers for an area, who wrote in it,
// who took part before, and the reader.
func (w *sheet) candidates(m signoff.Moderation) (out []person) {
	var ids []domain.AccountID
	add := func(all ...domain.AccountID) {
		for _, id := range all {
			if id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	self := domain.AccountID(w.pg.Body.User)
	add(self)
	own := w.o.Plan.Areas[w.o.Area]
	add(own.Assessors...)
	add(own.Approvers...)
	for _, row := range w.rows {
		add(w.o.Work.Unit(row, w.o.Area).Authors...)
	}
	add(m.Took...)
	judged, _ := w.areas()
	for _, c := range judged {
		add(w.o.Plan.Areas[c].Assessors...)
		add(w.o.Plan.Areas[c].Approvers...)
	}
	for _, id := range ids {
		out = append(out, person{string(id), w.pg.Who(id), id == self})
	}
	return out
}

// pair is the two that were chosen, beside each other.
func (w *sheet) pair(letters map[domain.MunicipalityID]string) *pair {
	a, b := w.o.Two[0], w.o.Two[1]
	left, right := w.o.Work.Unit(a, w.o.Area), w.o.Work.Unit(b, w.o.Area)
	out := &pair{Left: w.card(a, left, letters[a]), Right: w.card(b, right, letters[b]), Differs: left.Cells[0].Level != right.Cells[0].Level, Close: w.compareLink(w.o.Area)}
	if w.o.Names {
		out.Close += "?navn=vis"
	}
	var one, other kit.Builder
	spans := worddiff.Words(left.Cells[0].Text.String(), right.Cells[0].Text.String())
	worddiff.Left(&one, w.pg.Words, spans)
	worddiff.Right(&other, w.pg.Words, spans)
	out.LeftText, out.RightText = one.HTML(), other.HTML()
	for i, c := range left.Cells {
		if i == 0 {
			continue
		}
		name, lang := w.column(c.Column).Name.In(w.pg.Lang)
		out.Rows = append(out.Rows, pairRow{name, kit.OtherLang(lang, w.pg.Lang), w.word(c.Level), w.word(right.Cells[i].Level), c.Level != right.Cells[i].Level})
	}
	return out
}

// word is a level as shape and word.
func (w *sheet) word(l domain.Level) template.HTML {
	var b kit.Builder
	b.Marked(l).Raw(` `).Text(w.pg.T("level." + string(l)))
	return b.HTML()
}
