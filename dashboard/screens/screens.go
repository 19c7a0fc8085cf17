package screens

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/wall"
	"kommunebilde/domain"
)

// Screen is a paired wall screen.
type Screen struct {
	ID, Name       string
	Board          domain.BoardID
	View           string // query besides the layout: "region=valdres&roter=20"
	Layout         string // "a", "b", "c"
	Inches, Metres float64
	Auto           bool      // goes to what is open by itself
	Pinned         bool      // does not follow who leads
	On             bool      // is connected now
	Seen           time.Time // zero: not yet
	Ended          bool      // its access has ended, since it was not seen for long
	Paired         time.Time
	By             domain.AccountID // who paired it, "" if it is not known
}

// AutoBoard stands in the list of boards for what is open: the situation with
// the newest open meeting, else the live picture.
const AutoBoard domain.BoardID = "apent"

// Pairing is what a new screen shows: a code that somebody types in on the page
// of screens. An empty code has run out; the page asks for another by itself.
// at is the address of that page.
func Pairing(s *kit.Site, r kit.Request, code, at string) ([]byte, error) {
	pg := s.NewPage(r, "pairing", "")
	pg.Title, pg.Wall, pg.Refresh = pg.T("pairing.title"), true, 5
	return s.Frame(pg, func(w *kit.Builder) {
		w.Raw(`<main id="main" class="pairing"><h1>`).Text(pg.T("pairing.title")).Raw(`</h1>`)
		if code == "" {
			w.Raw(`<p class="code-none">`).Text(pg.T("pairing.none")).Raw(`</p></main>`)
			return
		}
		w.Raw(`<p class="code">`)
		for i, digit := range code {
			if i == len(code)/2 && i > 0 {
				w.Raw(`<span class="gap"></span>`)
			}
			w.Raw(`<b>`).Text(string(digit)).Raw(`</b>`)
		}
		w.Raw(`</p><p>`).Text(pg.T("pairing.how", at)).Raw(`</p><p class="meta">`).Text(pg.T("pairing.ends"))
		if pg.Demo {
			w.Raw(` · `).Text(pg.T("demo"))
		}
		w.Raw(`</p></main>`)
	})
}

// Screens lists the paired screens; a lead pairs one, changes what it shows, or
// takes its access away. now is the live picture where the reader may see it,
// else nil: its line tells when the page no longer knows which are connected.
func Screens(s *kit.Site, r kit.Request, screens []Screen, now *domain.Picture) ([]byte, error) {
	pg := s.NewPage(r, "screens", "")
	var regions []domain.Region
	areas := 0
	if now != nil {
		pg.OnBoard(*now)
		pg.Edits, pg.Data = false, pg.Words.Script
		regions, areas = now.Catalogue().Regions, len(now.Catalogue().Areas())
	}
	pg.Title, pg.Nav = pg.T("screens.title"), "screens"
	screens = slices.Clone(screens)
	order := kit.Norwegian()
	slices.SortFunc(screens, func(a, b Screen) int { return cmp.Or(order.CompareString(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return s.Frame(pg, func(w *kit.Builder) {
		t := pg.T
		w.Raw(`<main id="main" class="page"><h1>`).Text(pg.Title).Raw(`</h1><p class="read">`).Text(t("screens.about")).Raw(`</p>`)
		w.Raw(`<h2>`).Text(t("screens.pair")).Raw(`</h2><form class="form screen-form" method="post"`).Attr("action", pg.Link("/skjermer/par")).Raw(`>`)
		pg.Hidden(w)
		w.Raw(`<label class="fld"><span>`).Text(t("screens.code")).Raw(`</span><input name="code" required inputmode="numeric" autocomplete="off" pattern="[0-9 ]{6,7}" maxlength="7"></label>`)
		w.Raw(`<label class="fld"><span>`).Text(t("screens.name")).Raw(`</span><input name="name" required autocomplete="off"`).Num("maxlength", domain.MaxName).Raw(`></label>`)
		screenFields(&pg, w, Screen{Layout: "a", Inches: wall.Inches, Metres: wall.Metres, Board: domain.Live}, regions)
		if areas > 0 {
			w.Raw(`<p class="meta">`).Text(t("screens.room", strconv.Itoa(areas), strconv.Itoa(wall.InchesFor(areas)), decimal(&pg, wall.Metres))).Raw(`</p>`)
		}
		w.Raw(`<p><button class="btn go" type="submit">`).Text(t("screens.pair_button")).Raw(`</button></p></form>`)
		w.Raw(`<h2>`).Text(t("screens.paired")).Raw(`</h2>`)
		if len(screens) == 0 {
			w.Raw(`<p>`).Text(t("screens.none")).Raw(`</p></main>`)
			return
		}
		w.Raw(`<ul class="screens">`)
		for _, screen := range screens {
			screenBox(&pg, w, screen, regions, areas)
		}
		w.Raw(`</ul></main>`)
	})
}

// screenBox appends one paired screen: what it shows, of how many areas it has room,
// whether it is on, who paired it; and how to change that.
func screenBox(p *kit.Page, w *kit.Builder, s Screen, regions []domain.Region, areas int) {
	t := p.T
	w.Raw(`<li class="box"`).Attr("data-screen", s.ID).Raw(`><h3>`).Text(s.Name).Raw(`</h3><div data-part="screens"`).Attr("id", "facts-"+s.ID).Raw(`><p class="facts"><span>`).Text(p.BoardName(s.Board)).Raw(`</span><span>`).Text(t("layout." + layoutOf(s.Layout))).Raw(`</span>`)
	fact := func(words string) { w.Raw(`<span>`).Text(words).Raw(`</span>`) }
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
	fact(t("screens.size", decimal(p, s.Inches), decimal(p, s.Metres)))
	if n := wall.Rows(wall.Options{Inches: s.Inches, Metres: s.Metres}.Steps(), areas); n < areas && layoutOf(s.Layout) != "a" && !situation(p, s.Board) {
		w.Raw(`<span><b>`).Text(t("screens.rows", strconv.Itoa(n), strconv.Itoa(areas))).Raw(`</b></span>`)
	}
	w.Raw(`</p><p class="facts meta"><span>`)
	switch {
	case s.On:
		w.Raw(`<b>`).Text(t("screens.on")).Raw(`</b>`)
	case s.Seen.IsZero():
		w.Text(t("screens.unseen"))
	default:
		w.Text(t("screens.seen")).Raw(` `).Time(s.Seen, p.Zone, p.When(s.Seen))
	}
	if s.Ended {
		w.Raw(`</span><span><b>`).Text(t("screens.ended")).Raw(`</b>`)
	}
	w.Raw(`</span>`)
	if !s.Paired.IsZero() {
		w.Raw(`<span>`).Text(t("screens.paired_at")).Raw(` `).Time(s.Paired, p.Zone, p.When(s.Paired))
		if by := p.Who(s.By); by != "" {
			w.Text(" " + t("screens.paired_by", by))
		}
		w.Raw(`</span>`)
	}
	w.Raw(`</p></div><details><summary>`).Text(t("screens.change")).Raw(`</summary>`)
	screenForm(p, w, s, "/skjermer/vis", t("screens.change"))
	screenFields(p, w, s, regions)
	w.Raw(`<p><button class="btn" type="submit">`).Text(t("screens.save")).Raw(`</button></p></form>`)
	screenForm(p, w, s, "/skjermer/navn", t("screens.rename"))
	w.Raw(`<label class="fld"><span>`).Text(t("screens.name")).Raw(`</span><input name="name" required autocomplete="off"`).Num("maxlength", domain.MaxName).Attr("value", s.Name).Raw(`></label><p><button class="btn" type="submit">`).Text(t("screens.rename")).Raw(`</button></p></form>`)
	screenForm(p, w, s, "/skjermer/trekk", t("screens.revoke"))
	w.Raw(`<p><button class="btn" type="submit">`).Text(t("screens.revoke")).Raw(`</button> <span class="meta">`).Text(t("screens.revoke_note")).Raw(`</span></p></form></details></li>`)
}

// screenForm begins a form about a screen.
func screenForm(p *kit.Page, w *kit.Builder, s Screen, action, name string) {
	w.Raw(`<form class="form screen-form" method="post"`).Attr("action", p.Link(action)).Attr("aria-label", name+": "+s.Name).Raw(`>`)
	p.Hidden(w)
	w.Raw(`<input type="hidden" name="screen"`).Attr("value", s.ID).Raw(`>`)
}

// decimal writes a size as it is spoken: with a comma, but in English.
func decimal(p *kit.Page, f float64) string {
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

// situation reports whether a board of the reader's is a situation, which has functions
// in place of areas.
func situation(p *kit.Page, id domain.BoardID) bool {
	return slices.ContainsFunc(p.Request.Boards, func(b domain.Board) bool { return b.ID == id && b.Kind == domain.KindSituation })
}

// screenFields appends what a screen shows, how big it is, and whether it follows
// who leads.
func screenFields(p *kit.Page, w *kit.Builder, s Screen, regions []domain.Region) {
	t := p.T
	view, err := url.ParseQuery(s.View)
	if err != nil {
		view = nil // a view that cannot be read shows all
	}
	w.Raw(`<label class="fld"><span>`).Text(t("screens.board")).Raw(`</span><select name="board">`)
	kit.Choose(w, string(AutoBoard), t("screens.auto_choice"), s.Auto)
	for _, b := range p.Request.Boards {
		if b.Phase != domain.PhaseClosed && !b.Phase.Working() {
			kit.Choose(w, string(b.ID), p.TitleOf(b), b.ID == s.Board && !s.Auto)
		}
	}
	w.Raw(`</select></label><label class="fld"><span>`).Text(t("screens.layout")).Raw(`</span><select name="layout">`)
	for _, layout := range []string{"a", "b", "c"} {
		kit.Choose(w, layout, t("layout."+layout), layoutOf(s.Layout) == layout)
	}
	w.Raw(`</select></label><div class="row3"><label class="fld"><span>`).Text(t("screens.inches")).Raw(`</span><input name="inches" type="number" min="20" max="200" step="any" required`).Attr("value", strconv.FormatFloat(s.Inches, 'f', -1, 64)).Raw(`></label>`)
	w.Raw(`<label class="fld"><span>`).Text(t("screens.metres")).Raw(`</span><input name="metres" type="number" min="1" max="30" step="any" required`).Attr("value", strconv.FormatFloat(s.Metres, 'f', -1, 64)).Raw(`></label>`)
	w.Raw(`<label class="fld"><span>`).Text(t("screens.rotate")).Raw(`</span><input name="roter" type="number" min="5" max="3600"`).Attr("value", view.Get("roter")).Raw(`></label></div>`)
	region := view.Get("region")
	if len(regions) == 0 {
		w.Raw(`<input type="hidden" name="region"`).Attr("value", region).Raw(`>`)
	} else {
		w.Raw(`<label class="fld"><span>`).Text(t("screens.region")).Raw(`</span><select name="region">`)
		kit.Choose(w, "", t("screens.all_regions"), region == "")
		for _, r := range regions {
			kit.Choose(w, string(r.ID), r.Name, string(r.ID) == region)
		}
		w.Raw(`</select></label>`)
	}
	w.Raw(`<label class="check"><input type="checkbox" name="fest" value="1"`).Flag("checked", s.Pinned).Raw(`> `).Text(t("screens.pin")).Raw(`</label>`)
}
