package dashboard

import (
	"net/url"
	"strconv"
	"strings"
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
	Auto           bool      // goes to what is open by itself
	Pinned         bool      // does not follow who leads
	On             bool      // is connected now
	Seen           time.Time // zero: not since the server started
	Paired         time.Time
	By             kommunebilde.AccountID // who paired it, "" if it is not known
}

// AutoBoard stands in the list of boards for what is open: the situation with
// the newest open meeting, else the live picture.
const AutoBoard kommunebilde.BoardID = "apent"

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
func (s *Site) Screens(r Request, screens []Screen, regions []kommunebilde.Region) ([]byte, error) {
	pg := s.newPage(r, "screens", "")
	pg.Title, pg.Nav = pg.T("screens.title"), "screens"
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, func(w *builder) {
		t := pg.T
		w.raw(`<main id="main" class="page"><h1>`).text(pg.Title).raw(`</h1><p class="read">`).text(t("screens.about")).raw(`</p>`)
		w.raw(`<h2>`).text(t("screens.pair")).raw(`</h2><form class="form screen-form" method="post"`).attr("action", pg.Link("/skjermer/par")).raw(`>`)
		pg.hidden(w)
		w.raw(`<label class="fld"><span>`).text(t("screens.code")).raw(`</span><input name="code" required inputmode="numeric" autocomplete="off" pattern="[0-9 ]{6,7}" maxlength="7"></label>`)
		w.raw(`<label class="fld"><span>`).text(t("screens.name")).raw(`</span><input name="name" required autocomplete="off"`).num("maxlength", kommunebilde.MaxName).raw(`></label>`)
		pg.screenFields(w, Screen{Layout: "a", Inches: wallInches, Metres: wallMetres, Board: kommunebilde.Live}, regions)
		w.raw(`<p><button class="btn go" type="submit">`).text(t("screens.pair_button")).raw(`</button></p></form>`)
		w.raw(`<h2>`).text(t("screens.paired")).raw(`</h2>`)
		if len(screens) == 0 {
			w.raw(`<p>`).text(t("screens.none")).raw(`</p></main>`)
			return
		}
		w.raw(`<ul class="screens">`)
		for _, screen := range screens {
			pg.screen(w, screen, regions)
		}
		w.raw(`</ul></main>`)
	})
}

// screen appends one paired screen: what it shows, whether it is on, who paired
// it; and how to change that.
func (p *page) screen(w *builder, s Screen, regions []kommunebilde.Region) {
	t := p.T
	w.raw(`<li class="box"`).attr("data-screen", s.ID).raw(`><h3>`).text(s.Name).raw(`</h3><p class="facts"><span>`).text(p.boardName(s.Board)).raw(`</span><span>`).text(t("layout." + layoutOf(s.Layout))).raw(`</span>`)
	fact := func(words string) { w.raw(`<span>`).text(words).raw(`</span>`) }
	if view, err := url.ParseQuery(s.View); err == nil {
		for _, r := range regions {
			if string(r.ID) == view.Get("region") {
				fact(r.Name)
			}
		}
	}
	if s.Auto {
		fact(t("screens.auto"))
	}
	if s.Pinned {
		fact(t("screens.pinned"))
	}
	fact(t("screens.size", p.decimal(s.Inches), p.decimal(s.Metres)))
	w.raw(`</p><p class="facts meta"><span>`)
	switch {
	case s.On:
		w.raw(`<b>`).text(t("screens.on")).raw(`</b>`)
	case s.Seen.IsZero():
		w.text(t("screens.unseen"))
	default:
		w.text(t("screens.seen")).raw(` `).time(s.Seen, p.zone, p.When(s.Seen))
	}
	w.raw(`</span>`)
	if !s.Paired.IsZero() {
		w.raw(`<span>`).text(t("screens.paired_at")).raw(` `).time(s.Paired, p.zone, p.When(s.Paired))
		if by := p.name(s.By); by != "" {
			w.text(" " + t("screens.paired_by", by))
		}
		w.raw(`</span>`)
	}
	w.raw(`</p><details><summary>`).text(t("screens.change")).raw(`</summary>`)
	p.screenForm(w, s, "/skjermer/vis", t("screens.change"))
	p.screenFields(w, s, regions)
	w.raw(`<p><button class="btn" type="submit">`).text(t("screens.save")).raw(`</button></p></form>`)
	p.screenForm(w, s, "/skjermer/navn", t("screens.rename"))
	w.raw(`<label class="fld"><span>`).text(t("screens.name")).raw(`</span><input name="name" required autocomplete="off"`).num("maxlength", kommunebilde.MaxName).attr("value", s.Name).raw(`></label><p><button class="btn" type="submit">`).text(t("screens.rename")).raw(`</button></p></form>`)
	p.screenForm(w, s, "/skjermer/trekk", t("screens.revoke"))
	w.raw(`<p><button class="btn" type="submit">`).text(t("screens.revoke")).raw(`</button> <span class="meta">`).text(t("screens.revoke_note")).raw(`</span></p></form></details></li>`)
}

// screenForm begins a form about a screen.
func (p *page) screenForm(w *builder, s Screen, action, name string) {
	w.raw(`<form class="form screen-form" method="post"`).attr("action", p.Link(action)).attr("aria-label", name+": "+s.Name).raw(`>`)
	p.hidden(w)
	w.raw(`<input type="hidden" name="screen"`).attr("value", s.ID).raw(`>`)
}

// decimal writes a size as it is spoken: with a comma, but in English.
func (p *page) decimal(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if p.Lang != "en" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
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

// screenFields appends what a screen shows, how big it is, and whether it follows
// who leads.
func (p *page) screenFields(w *builder, s Screen, regions []kommunebilde.Region) {
	t := p.T
	view, err := url.ParseQuery(s.View)
	if err != nil {
		view = nil // a view that cannot be read shows all
	}
	w.raw(`<label class="fld"><span>`).text(t("screens.board")).raw(`</span><select name="board">`)
	choose(w, string(AutoBoard), t("screens.auto_choice"), s.Auto)
	for _, b := range p.req.Boards {
		if b.Phase != kommunebilde.PhaseClosed && b.Phase != kommunebilde.PhaseDraft {
			choose(w, string(b.ID), p.titleOf(b), b.ID == s.Board && !s.Auto)
		}
	}
	w.raw(`</select></label><label class="fld"><span>`).text(t("screens.layout")).raw(`</span><select name="layout">`)
	for _, layout := range []string{"a", "b", "c"} {
		choose(w, layout, t("layout."+layout), layoutOf(s.Layout) == layout)
	}
	w.raw(`</select></label><div class="row3"><label class="fld"><span>`).text(t("screens.inches")).raw(`</span><input name="inches" type="number" min="20" max="200" step="any" required`).attr("value", strconv.FormatFloat(s.Inches, 'f', -1, 64)).raw(`></label>`)
	w.raw(`<label class="fld"><span>`).text(t("screens.metres")).raw(`</span><input name="metres" type="number" min="1" max="30" step="any" required`).attr("value", strconv.FormatFloat(s.Metres, 'f', -1, 64)).raw(`></label>`)
	w.raw(`<label class="fld"><span>`).text(t("screens.rotate")).raw(`</span><input name="roter" type="number" min="5" max="3600"`).attr("value", view.Get("roter")).raw(`></label></div>`)
	region := view.Get("region")
	if len(regions) == 0 {
		w.raw(`<input type="hidden" name="region"`).attr("value", region).raw(`>`)
	} else {
		w.raw(`<label class="fld"><span>`).text(t("screens.region")).raw(`</span><select name="region">`)
		choose(w, "", t("screens.all_regions"), region == "")
		for _, r := range regions {
			choose(w, string(r.ID), r.Name, string(r.ID) == region)
		}
		w.raw(`</select></label>`)
	}
	w.raw(`<label class="check"><input type="checkbox" name="fest" value="1"`).flag("checked", s.Pinned).raw(`> `).text(t("screens.pin")).raw(`</label>`)
}

// choose appends a choice of a list.
func choose(w *builder, value, name string, selected bool) {
	w.raw(`<option`).attr("value", value).flag("selected", selected).raw(`>`).text(name).raw(`</option>`)
}
