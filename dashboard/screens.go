package dashboard

import (
	"net/url"
	"strconv"
	"time"

	"kommunebilde"
)

// Screen is a paired wall screen.
type Screen struct {
	ID, Name       string
	Board          kommunebilde.BoardID
	View           string // query besides the layout: "region=valdres&roter=20"
	Layout         string // "a", "b", "c"
	Inches, Metres float64
	Seen           time.Time // zero: not since the server started
}

// Pairing is what a new screen shows: a code that somebody types in on the page
// of screens. An empty code has run out; the page asks for another by itself.
func (s *Site) Pairing(r Request, code string) ([]byte, error) {
	pg := s.newPage(r, "pairing", "")
	pg.Title, pg.Wall, pg.Refresh = pg.T("pairing.title"), true, 5
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, func(w *builder) {
		w.raw(`<main id="main" class="pairing"><h1>`).text(pg.T("pairing.title")).raw(`</h1>`)
		if code == "" {
			w.raw(`<p class="code-none">`).text(pg.T("pairing.none")).raw(`</p></main>`)
			return
		}
		w.raw(`<p class="code">`)
		for i, digit := range code {
			if i == len(code)/2 && i > 0 {
				w.raw(`<span class="gap"></span>`)
			}
			w.raw(`<b>`).text(string(digit)).raw(`</b>`)
		}
		w.raw(`</p><p>`).text(pg.T("pairing.how")).raw(`</p><p class="meta">`).text(pg.T("pairing.ends"))
		if pg.Demo {
			w.raw(` · `).text(pg.T("demo"))
		}
		w.raw(`</p></main>`)
	})
}

// Screens lists the paired screens; a lead pairs one, changes what it shows, or
// takes its access away.
func (s *Site) Screens(r Request, screens []Screen) ([]byte, error) {
	pg := s.newPage(r, "screens", "")
	pg.Title, pg.Nav = pg.T("screens.title"), "screens"
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, func(w *builder) {
		t := pg.T
		w.raw(`<main id="main" class="page"><h1>`).text(pg.Title).raw(`</h1><p class="read">`).text(t("screens.about")).raw(`</p>`)
		w.raw(`<h2>`).text(t("screens.pair")).raw(`</h2><form class="form screen-form" method="post"`).attr("action", pg.Link("/skjermer/par")).raw(`>`)
		pg.hidden(w)
		w.raw(`<label class="fld"><span>`).text(t("screens.code")).raw(`</span><input name="code" required inputmode="numeric" autocomplete="off" pattern="[0-9 ]{6,7}" maxlength="7"></label>`)
		w.raw(`<label class="fld"><span>`).text(t("screens.name")).raw(`</span><input name="name" required autocomplete="off"`).num("maxlength", kommunebilde.MaxName).raw(`></label>`)
		pg.screenFields(w, Screen{Layout: "a", Inches: wallInches, Metres: wallMetres, Board: kommunebilde.Live})
		w.raw(`<p><button class="btn go" type="submit">`).text(t("screens.pair_button")).raw(`</button></p></form>`)
		w.raw(`<h2>`).text(t("screens.paired")).raw(`</h2>`)
		if len(screens) == 0 {
			w.raw(`<p>`).text(t("screens.none")).raw(`</p></main>`)
			return
		}
		w.raw(`<ul class="screens">`)
		for _, screen := range screens {
			pg.screen(w, screen)
		}
		w.raw(`</ul></main>`)
	})
}

// screen appends one paired screen.
func (p *page) screen(w *builder, s Screen) {
	t := p.T
	w.raw(`<li class="box"`).attr("data-screen", s.ID).raw(`><h3>`).text(s.Name).raw(`</h3><p class="facts"><span>`).text(p.boardName(s.Board)).raw(`</span><span>`).text(t("layout." + layoutOf(s.Layout)))
	w.raw(`</span><span>`).text(t("screens.size", strconv.FormatFloat(s.Inches, 'f', -1, 64), strconv.FormatFloat(s.Metres, 'f', -1, 64))).raw(`</span><span>`)
	if s.Seen.IsZero() {
		w.text(t("screens.unseen"))
	} else {
		w.text(t("screens.seen")).raw(` `).time(s.Seen, p.zone, p.When(s.Seen))
	}
	w.raw(`</span></p><details><summary>`).text(t("screens.change")).raw(`</summary><form class="form screen-form" method="post"`).attr("action", p.Link("/skjermer/vis")).attr("aria-label", t("screens.change")+": "+s.Name).raw(`>`)
	p.hidden(w)
	w.raw(`<input type="hidden" name="screen"`).attr("value", s.ID).raw(`>`)
	p.screenFields(w, s)
	w.raw(`<p><button class="btn" type="submit">`).text(t("screens.save")).raw(`</button></p></form>`)
	w.raw(`<form method="post"`).attr("action", p.Link("/skjermer/trekk")).raw(`>`)
	p.hidden(w)
	w.raw(`<input type="hidden" name="screen"`).attr("value", s.ID).raw(`><button class="btn" type="submit"`).attr("aria-label", t("screens.revoke")+": "+s.Name).raw(`>`).text(t("screens.revoke")).raw(`</button> <span class="meta">`).text(t("screens.revoke_note")).raw(`</span></form></details></li>`)
}

// layoutOf returns a layout that there is.
func layoutOf(layout string) string {
	if layout == "b" || layout == "c" {
		return layout
	}
	return "a"
}

// boardName returns what a board of the reader's is called.
func (p *page) boardName(id kommunebilde.BoardID) string {
	for _, b := range p.req.Boards {
		if b.ID == id {
			return p.titleOf(b)
		}
	}
	return string(id)
}

// titleOf returns a board's name as it stands in lists.
func (p *page) titleOf(b kommunebilde.Board) string {
	name, _ := b.Title.In(p.Lang)
	if b.ID == kommunebilde.Live {
		name = p.T("layer.now")
	}
	if b.Exercise {
		name = p.T("exercise.word") + ": " + name
	}
	return name
}

// screenFields appends what a screen shows and how big it is.
func (p *page) screenFields(w *builder, s Screen) {
	t := p.T
	view, err := url.ParseQuery(s.View)
	if err != nil {
		view = nil // a view that cannot be read shows all
	}
	w.raw(`<label class="fld"><span>`).text(t("screens.board")).raw(`</span><select name="board">`)
	for _, b := range p.req.Boards {
		if b.Phase != kommunebilde.PhaseClosed && b.Phase != kommunebilde.PhaseDraft {
			choose(w, string(b.ID), p.titleOf(b), b.ID == s.Board)
		}
	}
	w.raw(`</select></label><label class="fld"><span>`).text(t("screens.layout")).raw(`</span><select name="layout">`)
	for _, layout := range []string{"a", "b", "c"} {
		choose(w, layout, t("layout."+layout), layoutOf(s.Layout) == layout)
	}
	w.raw(`</select></label><div class="row3"><label class="fld"><span>`).text(t("screens.inches")).raw(`</span><input name="inches" type="number" min="20" max="200" step="any" required`).attr("value", strconv.FormatFloat(s.Inches, 'f', -1, 64)).raw(`></label>`)
	w.raw(`<label class="fld"><span>`).text(t("screens.metres")).raw(`</span><input name="metres" type="number" min="1" max="30" step="any" required`).attr("value", strconv.FormatFloat(s.Metres, 'f', -1, 64)).raw(`></label>`)
	w.raw(`<label class="fld"><span>`).text(t("screens.rotate")).raw(`</span><input name="roter" type="number" min="5" max="3600"`).attr("value", view.Get("roter")).raw(`></label></div>`)
	w.raw(`<input type="hidden" name="region"`).attr("value", view.Get("region")).raw(`>`)
}

// choose appends a choice of a list.
func choose(w *builder, value, name string, selected bool) {
	w.raw(`<option`).attr("value", value).flag("selected", selected).raw(`>`).text(name).raw(`</option>`)
}
