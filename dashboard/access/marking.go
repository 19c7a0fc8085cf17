package access

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// What is exempt from disclosure, as pages say it: that it is, on which basis,
// and to the office why.

// Marking says in one line what is withheld of a cell and on which basis; "" for
// none.
func Marking(s *kit.Site, lang string, m *domain.Marking) string {
	return MarkingWords(s.WordsIn(lang), m)
}

// MarkingWords says what a marking covers, and on which ground.
func MarkingWords(w *kit.Words, m *domain.Marking) string {
	if m == nil {
		return ""
	}
	return w.T("marking.line", fieldWords(w, m.Fields), w.T("basis."+string(m.Basis)))
}

// fieldWords names what a marking covers.
func fieldWords(w *kit.Words, fields []domain.Field) string {
	var names []string
	for _, f := range fields {
		names = append(names, w.T("field."+string(f)))
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " " + w.T("and") + " " + names[n-1]
	}
	return strings.Join(names, "")
}

// PanelMarking appends that a cell is marked; why and by whom, to staff.
func PanelMarking(b *kit.Board, w *kit.Builder, pg kit.Page, cell domain.Cell) {
	m := cell.Marking
	if m == nil {
		return
	}
	w.Raw(`<p class="marked"><svg class="m" aria-hidden="true"><use href="#m-withheld"/></svg> `).Text(MarkingWords(b.Words, m))
	if m.Reason != "" || m.By != "" {
		w.Raw(`<br><span class="meta">`).Text(m.Reason)
		if who := pg.Who(m.By); who != "" {
			w.Raw(` – `).Text(who)
		}
		w.Raw(`, `).Time(m.At, b.Clock.Zone, b.Clock.When(m.At)).Raw(`</span>`)
	}
	w.Raw(`</p>`)
}

// MarkForms appends the forms that mark a cell and lift it, for anyone who may. They
// stand folded: it is done seldom, and on purpose.
func MarkForms(b *kit.Board, w *kit.Builder, pg kit.Page, cell domain.Cell) {
	if pg.Request.Cacheable || !pg.Request.Rights[domain.RightMark] || !pg.Writable() {
		return
	}
	t := b.Words.T
	begin := func(path, head string) {
		w.Raw(`<details class="marks"><summary>`).Text(t(head)).Raw(`</summary><form class="form" method="post"`).Attr("action", pg.Link("/tavle/"+string(b.Picture.Board().ID)+path)).Attr("aria-label", t(head)).Raw(`>`)
		pg.Hidden(w)
		w.Raw(`<input type="hidden" name="cell"`).Attr("value", string(cell.Municipality)+"."+string(cell.Column)).Raw(`>`)
	}
	under := under(b, cell)
	reach := func(label string) {
		if len(under) == 0 {
			return
		}
		w.Raw(`<input type="hidden" name="asks" value="under"><label class="check"><input type="checkbox" name="under" value="1" checked`).Attr("aria-describedby", label).Raw(`> `).Text(t(label)).Raw(`</label>`)
		w.Raw(`<p class="meta"`).Attr("id", label).Raw(`>`).Text(t(label+"_what", strings.Join(under, ", "))).Raw(`</p>`)
	}
	end := func(reason, button string) {
		w.Raw(`<label class="fld"><span>`).Text(t(reason)).Raw(`</span><textarea name="reason" rows="2" required`).Num("maxlength", domain.MaxReason).Raw(`></textarea></label>`)
		w.Careful(b.Words, pg.Link(kit.CarefulPath)).Raw(`<p><button class="btn" type="submit">`).Text(t(button)).Raw(`</button></p></form></details>`)
	}
	head := "marking.mark"
	if cell.Marking != nil {
		head = "marking.change"
	}
	begin("/unnta", head)
	w.Raw(`<label class="fld"><span>`).Text(t("marking.fields")).Raw(`</span><select name="fields">`)
	for _, fields := range fieldChoices(b.Kind) {
		var ids []string
		for _, f := range fields {
			ids = append(ids, string(f))
		}
		kit.Choose(w, strings.Join(ids, ","), upperFirst(fieldWords(b.Words, fields)), cell.Marking != nil && len(fields) == len(cell.Marking.Fields) && cell.Marking.Covers(fields[0]))
	}
	w.Raw(`</select></label><label class="fld"><span>`).Text(t("marking.basis")).Raw(`</span><select name="basis" required><option value="">`).Text(t("marking.choose")).Raw(`</option>`)
	for _, basis := range domain.Bases() {
		kit.Choose(w, string(basis), upperFirst(t("basis."+string(basis))), cell.Marking != nil && cell.Marking.Basis == basis)
	}
	w.Raw(`</select></label>`)
	reach("marking.under")
	end("marking.reason", "marking.do")
	if cell.Marking != nil {
		begin("/opphev", "marking.lift")
		reach("marking.lift_under")
		end("marking.lift_reason", "marking.lift_do")
	}
}

// under names the indicators that a marking of a cell reaches, which are those of
// an area.
func under(b *kit.Board, cell domain.Cell) (names []string) {
	if b.Kind != domain.KindEdition {
		return nil
	}
	for _, c := range b.Catalogue.Under(cell.Column) {
		name, _ := b.Catalogue.Columns[b.Catalogue.ColumnIndex(c)].Name.In(b.Words.Lang)
		names = append(names, name)
	}
	return names
}

// fieldChoices are the sets of fields that can be marked: all, or some without
// the level.
func fieldChoices(k domain.BoardKind) [][]domain.Field {
	all := k.Fields()
	out := [][]domain.Field{all, {domain.FieldText}}
	if k == domain.KindSituation {
		out = append(out, []domain.Field{domain.FieldFigures}, all[1:])
	}
	return out
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// Withheld appends to the legend how many cells are withheld from the reader and
// how many of what it reads are marked; to staff how many are, with the list of them.
func Withheld(b *kit.Board, w *kit.Builder, pg kit.Page) {
	if b.Picture.Audience().Kind == domain.AudienceStaff && !pg.Request.Cacheable {
		if n := len(b.Picture.Markings()); n > 0 {
			w.Raw(`<p class="links">`).Small(domain.Withheld).Raw(` <a`).Attr("href", pg.Link("/tavle/"+string(b.Picture.Board().ID)+"/unntak")).Raw(`>`).Text(b.Words.N("marking.n", n)).Raw(`</a></p>`)
		}
		return
	}
	if n := b.Picture.Count(b.Rows, b.Cols)[domain.Withheld]; n > 0 {
		w.Raw(`<p class="legend-rest"><span class="lg"><i class="sw" data-level="withheld">`).Marked(domain.Withheld).Raw(`</i>`).Text(b.Word(domain.Withheld) + ": " + strconv.Itoa(n)).Raw(`</span></p>`)
	}
	if n := locks(b); n > 0 {
		w.Raw(`<p class="legend-rest"><span class="lg">`).Small(domain.Withheld).Text(b.Words.T("marking.part") + ": " + strconv.Itoa(n)).Raw(`</span></p>`)
	}
}

// locks counts the cells that are read and have a lock.
func locks(b *kit.Board) (n int) {
	for _, row := range b.Rows {
		for _, col := range b.Cols {
			if cell := b.Picture.Cell(row, col); cell.Marking != nil && cell.Level != domain.Withheld {
				n++
			}
		}
	}
	return n
}

type markingsView struct {
	kit.Page
	Title2, Back string
	Rows         []markingRow
	Count        string
}

type markingRow struct {
	Href, Place, Area, Fields, Basis, Reason, Who, When, Stamp string
}

// Markings lists what is marked on a board, for staff.
func Markings(s *kit.Site, r kit.Request, p domain.Picture) ([]byte, error) {
	pg := s.NewPage(r, "markings", "")
	pg.OnBoard(p)
	pg.Body.Live = ""
	pg.Title = pg.T("markings.title", pg.TitleOf(p.Board()))
	marked := p.Markings()
	v := markingsView{Page: pg, Title2: pg.TitleOf(p.Board()), Back: pg.Link(kit.Entrance(p.Board())), Count: pg.N("marking.n", len(marked))}
	c := p.Catalogue()
	for _, m := range marked {
		name, _ := c.Columns[p.Col(m.Column)].Name.In(pg.Lang)
		v.Rows = append(v.Rows, markingRow{
			Href:  pg.Link("/tavle/" + string(p.Board().ID) + "?valgt=" + string(m.Municipality) + "." + string(m.Column)),
			Place: c.Municipalities[p.Row(m.Municipality)].Name, Area: name, Fields: upperFirst(fieldWords(pg.Words, m.Marking.Fields)),
			Basis: upperFirst(pg.T("basis." + string(m.Marking.Basis))), Reason: m.Marking.Reason, Who: pg.Who(m.Marking.By),
			When: pg.When(m.Marking.At), Stamp: pg.Stamp(m.Marking.At),
		})
	}
	return s.Render(v.Lang, "markings", &v)
}
