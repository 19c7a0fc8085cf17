package dashboard

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kommunebilde"
)

// What is exempt from disclosure, as pages say it: that it is, on which basis,
// and to the office why.

// Marking says in one line what is withheld of a cell and on which basis; "" for
// none.
func (s *Site) Marking(lang string, m *kommunebilde.Marking) string { return s.in(lang).marking(m) }

func (w *words) marking(m *kommunebilde.Marking) string {
	if m == nil {
		return ""
	}
	return w.t("marking.line", w.fields(m.Fields), w.t("basis."+string(m.Basis)))
}

// fields names what a marking covers.
func (w *words) fields(fields []kommunebilde.Field) string {
	var names []string
	for _, f := range fields {
		names = append(names, w.t("field."+string(f)))
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " " + w.t("and") + " " + names[n-1]
	}
	return strings.Join(names, "")
}

// careful appends the line under every field that people write freely in.
func (w *builder) careful(words *words, about string) *builder {
	return w.raw(`<p class="meta">`).text(words.t("careful.line")).raw(` <a`).attr("href", about).raw(`>`).text(words.t("careful.where")).raw(`</a></p>`)
}

// carefulPath is where /om says what must not be written.
const carefulPath = "/om#skjermingsverdig"

// panelMarking appends that a cell is marked; why and by whom, to staff.
func (b *board) panelMarking(w *builder, pg page, cell kommunebilde.Cell) {
	m := cell.Marking
	if m == nil {
		return
	}
	w.raw(`<p class="marked"><svg class="m" aria-hidden="true"><use href="#m-withheld"/></svg> `).text(b.w.marking(m))
	if m.Reason != "" || m.By != "" {
		w.raw(`<br><span class="meta">`).text(m.Reason)
		if who := pg.name(m.By); who != "" {
			w.raw(` – `).text(who)
		}
		w.raw(`, `).time(m.At, b.clock.zone, b.clock.When(m.At)).raw(`</span>`)
	}
	w.raw(`</p>`)
}

// markForms appends the forms that mark a cell and lift it, for who may. They
// stand folded: it is done seldom, and on purpose.
func (b *board) markForms(w *builder, pg page, cell kommunebilde.Cell) {
	if pg.req.Cacheable || !pg.req.Rights[kommunebilde.RightMark] || !pg.writable() {
		return
	}
	t := b.w.t
	begin := func(path, head string) {
		w.raw(`<details class="marks"><summary>`).text(t(head)).raw(`</summary><form class="form" method="post"`).attr("action", pg.Link("/tavle/"+string(b.p.Board().ID)+path)).attr("aria-label", t(head)).raw(`>`)
		pg.hidden(w)
		w.raw(`<input type="hidden" name="cell"`).attr("value", string(cell.Municipality)+"."+string(cell.Column)).raw(`>`)
	}
	end := func(reason, button string) {
		w.raw(`<label class="fld"><span>`).text(t(reason)).raw(`</span><textarea name="reason" rows="2" required`).num("maxlength", kommunebilde.MaxReason).raw(`></textarea></label>`)
		w.careful(b.w, pg.Link(carefulPath)).raw(`<p><button class="btn" type="submit">`).text(t(button)).raw(`</button></p></form></details>`)
	}
	head := "marking.mark"
	if cell.Marking != nil {
		head = "marking.change"
	}
	begin("/unnta", head)
	w.raw(`<label class="fld"><span>`).text(t("marking.fields")).raw(`</span><select name="fields">`)
	for _, fields := range fieldChoices(b.kind) {
		var ids []string
		for _, f := range fields {
			ids = append(ids, string(f))
		}
		choose(w, strings.Join(ids, ","), upperFirst(b.w.fields(fields)), cell.Marking != nil && len(fields) == len(cell.Marking.Fields) && cell.Marking.Covers(fields[0]))
	}
	w.raw(`</select></label><label class="fld"><span>`).text(t("marking.basis")).raw(`</span><select name="basis" required><option value="">`).text(t("marking.choose")).raw(`</option>`)
	for _, basis := range kommunebilde.Bases() {
		choose(w, string(basis), upperFirst(t("basis."+string(basis))), cell.Marking != nil && cell.Marking.Basis == basis)
	}
	w.raw(`</select></label>`)
	end("marking.reason", "marking.do")
	if cell.Marking != nil {
		begin("/opphev", "marking.lift")
		end("marking.lift_reason", "marking.lift_do")
	}
}

// fieldChoices are the sets of fields that can be marked: all, or some without
// the level.
func fieldChoices(k kommunebilde.BoardKind) [][]kommunebilde.Field {
	all := k.Fields()
	out := [][]kommunebilde.Field{all, {kommunebilde.FieldText}}
	if k == kommunebilde.KindSituation {
		out = append(out, []kommunebilde.Field{kommunebilde.FieldFigures}, all[1:])
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

// withheld appends to the legend how many cells are withheld from the reader,
// and to staff how many are marked, with the list of them.
func (b *board) withheld(w *builder, pg page) {
	if b.p.Audience().Kind == kommunebilde.AudienceStaff && !pg.req.Cacheable {
		if n := len(b.p.Markings()); n > 0 {
			w.raw(`<p class="links"><a`).attr("href", pg.Link("/tavle/"+string(b.p.Board().ID)+"/unntak")).raw(`>`).text(b.w.n("marking.n", n)).raw(`</a></p>`)
		}
		return
	}
	if n := b.p.Count(b.rows, b.cols)[kommunebilde.Withheld]; n > 0 {
		w.raw(`<p class="legend-rest"><span class="lg"><i class="sw" data-level="withheld">`).marked(kommunebilde.Withheld).raw(`</i>`).text(b.word(kommunebilde.Withheld) + ": " + strconv.Itoa(n)).raw(`</span></p>`)
	}
}

type markingsView struct {
	page
	Title2, Back string
	Rows         []markingRow
	Count        string
}

type markingRow struct {
	Href, Place, Area, Fields, Basis, Reason, Who, When, Stamp string
}

// Markings lists what is marked on a board, for staff.
func (s *Site) Markings(r Request, p kommunebilde.Picture) ([]byte, error) {
	pg := s.newPage(r, "markings", "")
	pg.onBoard(p)
	pg.Body.Live = ""
	pg.Title = pg.T("markings.title", pg.titleOf(p.Board()))
	marked := p.Markings()
	v := markingsView{page: pg, Title2: pg.titleOf(p.Board()), Back: pg.Link(entrance(p.Board())), Count: pg.N("marking.n", len(marked))}
	c := p.Catalogue()
	for _, m := range marked {
		name, _ := c.Columns[p.Col(m.Column)].Name.In(pg.Lang)
		v.Rows = append(v.Rows, markingRow{
			Href:  pg.Link("/tavle/" + string(p.Board().ID) + "?valgt=" + string(m.Municipality) + "." + string(m.Column)),
			Place: c.Municipalities[p.Row(m.Municipality)].Name, Area: name, Fields: upperFirst(pg.w.fields(m.Marking.Fields)),
			Basis: upperFirst(pg.T("basis." + string(m.Marking.Basis))), Reason: m.Marking.Reason, Who: pg.name(m.Marking.By),
			When: pg.When(m.Marking.At), Stamp: pg.Stamp(m.Marking.At),
		})
	}
	return s.render(v.Lang, "markings", &v)
}
