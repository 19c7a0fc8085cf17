package wall

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/domain"
	"kommunebilde/domain/figures"
)

// wallPage is what the layouts drawn by a builder share: header with the live
// line, footer with the latest change and what the data are.
type wallPage struct {
	*kit.Board
	pg kit.Page
	o  Options
}

// header appends a wall's head: what it shows in bold, and of what. What
// of the latter is not marked "must" steps back where there is no room.
func (w wallPage) header(out *kit.Builder, heads []string, of []string) {
	out.Raw(`<header class="wtop">`)
	if w.pg.Exercise {
		out.Raw(`<strong class="exercise">`).Text(w.pg.T("exercise.word")).Raw(`</strong>`)
	}
	if w.Kind == domain.KindSituation {
		out.Raw(`<b class="spill">`).Text(w.pg.T("situation.word")).Raw(`</b>`)
	}
	out.Raw(`<h1 id="wb-head">`)
	if len(heads) == 1 {
		out.Text(heads[0])
	} else {
		pieces(out, heads)
	}
	out.Raw(`</h1><p class="of"><span id="wof" class="must"`)
	if w.o.Layout != "" && w.o.Layout != "a" {
		out.Raw(` data-part="cells reports figures assistance"`)
	}
	out.Raw(`>`)
	pieces(out, w.must())
	out.Raw(`</span>`)
	for i, s := range of {
		out.Raw(`<span`)
		if i == 0 {
			out.Raw(` id="wb-of"`)
		}
		out.Raw(`>`).Text(s).Raw(`</span>`)
	}
	out.Raw(`</p>`)
	if w.pg.Body.Live != "" {
		out.Raw(`<p class="live" id="live"><i id="live-dot"></i> <span id="live-word">`).Text(w.pg.T("live.fetched")).Raw(`</span> <span id="live-clock">`).Text(w.pg.Fetched()).Raw(`</span></p>`)
	}
	out.Raw(`<div id="disconnected" class="lost" role="alert"`).Attr("data-text", w.pg.T("js.disconnected")).Raw(` hidden><b class="text"></b> <span class="retry"></span></div></header>`)
}

func pieces(out *kit.Builder, of []string) {
	for i, s := range of {
		if i > 0 {
			out.Raw(` `)
		}
		out.Raw(`<span>`).Text(s).Raw(`</span>`)
	}
}

// must says what no wall leaves out of its head beside what it shows: that nobody
// keeps the picture, the area, the meetings that go on, the situation, that
// nothing is sifted.
func (w wallPage) must() []string {
	var out []string
	layoutA := w.o.Layout == "" || w.o.Layout == "a"
	switch {
	case w.Picture.Resting() && !layoutA:
		out = w.restShort()
	case layoutA && !w.Picture.Resting():
		out = []string{w.Short(w.MapAt)}
	case layoutA || w.Kind == domain.KindEdition:
	case w.Kind == domain.KindSituation:
		out = w.situation()
	default:
		out = w.meetings()
	}
	// These layouts show a whole, and a cell left out of it would look like one
	// without a level.
	if w.o.Filter.Since != "" && !layoutA {
		out = append(out, w.pg.T("wall.unsifted"))
	}
	return out
}

// wallRegion is layout B: one region at a time, all its cells with sign and
// word. All regions are in the page; one is on show.
func wallRegion(s *kit.Site, pg kit.Page, p domain.Picture, f kit.Filter, o Options) ([]byte, error) {
	c := p.Catalogue()
	f.Region = ""
	b := s.NewBoard(pg, p, f, kit.UpTo(len(c.Municipalities)), kit.Judged(c, p.Board().Kind))
	regions := c.Regions
	first := o.Region
	if i := c.RegionIndex(o.Region); i < 0 {
		first = regions[0].ID
	} else if o.Rotate == 0 {
		regions = regions[i : i+1] // a screen that stays shows no other
	}
	pg.Rotate = o.Rotate
	w := wallPage{b, pg, o}
	of := w.ofRegion(first)
	pg.Title = strings.Join(slices.Concat([]string{c.Regions[c.RegionIndex(first)].Name}, w.must(), of), ", ")
	pg.Data = pg.Words.Script + b.PageData()
	w.pg = pg
	return s.Frame(pg, func(out *kit.Builder) { w.regions(out, regions, first) })
}

func (w wallPage) regions(out *kit.Builder, regions []domain.Region, first domain.RegionID) {
	at := slices.IndexFunc(regions, func(r domain.Region) bool { return r.ID == first })
	w.header(out, []string{regions[at].Name}, w.ofRegion(regions[at].ID))
	out.Raw(`<main id="main" class="wbmain">`)
	for _, region := range regions {
		w.region(out, region, region.ID == first)
	}
	out.Raw(`</main>`)
	w.strip(out)
	out.Raw(`<footer class="wfoot">`)
	if w.Kind == domain.KindSituation {
		out.Raw(`<ul class="wscale">`)
		for _, l := range w.Kind.Levels() {
			out.Raw(`<li>`).Chip(l, w.Word(l)).Raw(`</li>`)
		}
		out.Raw(`</ul>`)
	} else {
		news(w.Board, out)
	}
	w.lateKey(out)
	out.Raw(`<p class="caution">`).Text(w.pg.T("wall.caution")).Raw(`</p>`)
	if len(regions) > 1 {
		out.Raw(`<p id="wb-place" class="place"`).Attr("data-text", w.pg.T("wall.place", "{0}", "{1}")).Raw(`><span>`).Text(w.pg.T("wall.place", strconv.Itoa(at+1), strconv.Itoa(len(regions)))).Raw(`</span><span class="why"></span></p>`)
		out.Raw(`<button type="button" id="wb-pause" class="btn" aria-pressed="false">`).Text(w.pg.T("wall.pause")).Raw(`</button>`)
	}
	if w.pg.Demo {
		out.Raw(`<p class="demo-word">`).Text(w.pg.T("demo.word")).Raw(`</p>`)
	}
	out.Raw(`</footer>`)
}

// ofRegion says how many municipalities a region's table shows, of what.
func (w wallPage) ofRegion(id domain.RegionID) []string {
	out := []string{w.pg.N("n.municipalities", len(w.Catalogue.Members(id)))}
	switch {
	case w.Picture.Resting() || w.Kind == domain.KindSituation:
		return out
	case w.Kind == domain.KindLive:
		return append(out, w.pg.T("wall.now_small"), w.pg.T("wall.all_areas"))
	}
	name, _ := w.Picture.Board().Title.In(w.pg.Lang)
	return append(out, name)
}

func (w wallPage) region(out *kit.Builder, region domain.Region, shown bool) {
	members := w.Catalogue.Members(region.ID)
	fit := w.rowsThatFit(members)
	out.Raw(`<section class="wb"`).Attr("data-region", string(region.ID)).Attr("data-name", region.Name).Attr("data-of", w.ofRegion(region.ID)[0]).Flag("hidden", !shown).Raw(`><table`).Attr("aria-label", region.Name).Raw(`><thead><tr><td>`)
	if w.pg.Demo {
		out.Raw(`<p class="demo-w">`).Text(w.pg.T("demo")).Raw(`</p>`)
	}
	out.Raw(`</td>`)
	for _, r := range members {
		out.Raw(`<th scope="col">`).Text(w.Catalogue.Municipalities[r].Name).Raw(`</th>`)
	}
	out.Raw(`</tr></thead><tbody>`)
	for _, col := range w.Cols {
		name, lang := w.Catalogue.Columns[col].Name.In(w.pg.Lang)
		short := w.Short(col)
		out.Raw(`<tr`).Flag("hidden", !slices.Contains(fit, col)).Raw(`><th scope="row"`)
		if l := kit.OtherLang(lang, w.pg.Lang); l != "" {
			out.Attr("lang", l)
		}
		out.Raw(`><span aria-hidden="true">`).Text(short).Raw(`</span><span class="vh">`).Text(name).Raw(`</span></th>`)
		for _, r := range members {
			w.cellWithWord(out, r, col)
		}
		out.Raw(`</tr>`)
	}
	out.Raw(`</tbody></table>`)
	if w.Kind == domain.KindSituation {
		words := w.figuresIn(members, w.Cols)
		out.Raw(`<p class="more" data-part="figures"`).Attr("id", "wfig-"+string(region.ID)).Flag("hidden", words == "").Raw(`>`).Text(words).Raw(`</p>`)
	}
	w.moreRows(out, len(w.Cols)-len(fit))
	out.Raw(`</section>`)
}

// cellWithWord appends a cell of a wall: sign and word; in a situation the
// number takes the word's place, and where the word has no room the sign, which the
// footer explains, is enough (wallbc.css).
func (w wallPage) cellWithWord(out *kit.Builder, r, col int) {
	cell := w.wallCell(out, "", r, col)
	figure := w.Figures.InCell(r, col, cell.Column)
	class := "word"
	if figure != "" {
		class = "word vh"
	}
	out.Raw(`<div class="wcell">`).Marked(cell.Level).Raw(`<span`).Attr("class", class).Raw(`>`).Text(w.Word(cell.Level)).Raw(`</span>`)
	if figure != "" {
		out.Raw(`<b class="fig">`).Text(figure).Raw(`</b>`)
	}
	out.Raw(`</div></td>`)
}

// figuresIn says what the numbers of a table count, and where; "" where it has
// none.
func (w wallPage) figuresIn(members, cols []int) string {
	var said []string
	differ := false
	for _, kind := range figures.Kinds() {
		var of []string
		for _, col := range cols {
			in := func(r int) bool {
				list := w.Figures.Shown(r, col, w.Catalogue.Columns[col].ID)
				differ = differ || len(list) > 1
				return len(list) > 0 && list[0].Kind == kind
			}
			if slices.ContainsFunc(members, in) {
				of = append(of, w.Short(col))
			}
		}
		if len(of) > 0 {
			said = append(said, strings.ToLower(w.pg.T("figure."+string(kind)))+" ("+strings.Join(of, ", ")+")")
		}
	}
	if len(said) == 0 {
		return ""
	}
	out := w.pg.T("figures.head") + ": " + strings.Join(said, " · ")
	if differ {
		out += " · " + w.pg.T("wall.differ")
	}
	return out
}

// wallCell appends the beginning of a cell, with what the script needs.
func (w wallPage) wallCell(out *kit.Builder, class string, r, col int) domain.Cell {
	cell := w.Picture.Cell(r, col)
	out.Raw(`<td`)
	if class != "" {
		out.Attr("class", class)
	}
	out.Attr("data-m", string(cell.Municipality)).Attr("data-c", string(cell.Column)).Attr("data-level", string(cell.Level)).Num("data-at", kit.Millis(cell)).Num("data-rev", int64(cell.Revision)).Times(cell)
	if w.IsRecent(cell) {
		out.Raw(` data-changed="recent"`)
	}
	out.StaleMark(cell).Raw(`>`)
	return cell
}

// wallRoll is who has not reported, of the roll-call of each open meeting in the
// head's order, by what tells its name from the others' where there are several; ""
// where none goes on or nobody may know.
func wallRoll(b *kit.Board, pg *kit.Page) template.HTML {
	var w kit.Builder
	mentioned := 0
	open := kit.OpenMeetings(b.Picture)
	names := apart(open)
	for i, m := range open {
		rm, err := meetings.SittingOf(pg, b.Picture, m.ID)
		if err != nil || !rm.SeesAll() {
			continue
		}
		if w.Size() > 0 {
			w.Raw(` · `)
		}
		missing, all := rm.Missing(), strconv.Itoa(len(rm.Roll))
		if n := strconv.Itoa(len(missing)); len(open) == 1 {
			w.Text(pg.T("wall.roll", n, all))
		} else {
			w.Raw(`<span class="name">`).Text(names[i] + ": ").Raw(`</span>`).Text(n).Raw(`<span class="of"> `).Text(pg.T("wall.of", all)).Raw(`</span>`)
		}
		for _, e := range missing {
			if len(e.Mentioned) > 0 {
				mentioned++
			}
		}
	}
	if w.Size() == 0 {
		return ""
	}
	w.Raw(` `).Text(pg.T("wall.unreported"))
	if mentioned > 0 {
		w.Raw(`<span class="told"> · `).Text(pg.T("wall.mentioned", strconv.Itoa(mentioned))).Raw(`</span>`)
	}
	return w.HTML()
}

// apart names meetings by as many of their first words as tell them from each other:
// the head has the whole names, and a column is narrow.
func apart(meetings []domain.Meeting) []string {
	names := make([]string, len(meetings))
	for n, same := 1, true; same; n++ {
		known := map[string]bool{}
		same = false
		for i, m := range meetings {
			words := strings.Fields(m.Title)
			names[i] = strings.TrimRight(strings.Join(words[:min(n, len(words))], " "), ",:;–- ")
			same = same || known[names[i]] && n < len(words)
			known[names[i]] = true
		}
	}
	return names
}

// wallNotes is the significant events of the open meetings, "" where there are
// none. How many there is room for, the screen knows.
func wallNotes(b *kit.Board, pg *kit.Page) template.HTML {
	list, must := meetings.EventsOf(b, pg)
	if len(list) == 0 {
		return ""
	}
	var w kit.Builder
	w.Raw(`<h2>`).Text(pg.T("notes.head")).Raw(` <span class="more" hidden></span></h2>`)
	meetings.DrawEvents(b, &w, pg, list, must)
	return w.HTML()
}

// strip appends the significant events where a layout has no list of them, above
// its foot.
func (w wallPage) strip(out *kit.Builder) {
	if w.Kind == domain.KindEdition {
		return
	}
	list, must := meetings.EventsOf(w.Board, &w.pg)
	out.Raw(`<section id="wnotes" class="wstrip" data-part="notes" aria-labelledby="wnotes-head"`).Flag("hidden", len(list) == 0).Raw(`><h2 id="wnotes-head">`).Text(w.pg.T("wall.event")).Raw(` <span class="more" hidden></span></h2><div>`)
	meetings.DrawEvents(w.Board, out, &w.pg, list, must)
	out.Raw(`</div></section>`)
}

// restShort is restWords where there is little room.
func (w wallPage) restShort() []string {
	out := []string{strings.TrimSuffix(w.pg.T("rest.none"), ".")}
	m, ok := w.Picture.LastMeeting()
	if !ok {
		return out
	}
	when := w.Clock.When(m.ClosedAt)
	if who := w.pg.Who(m.ClosedBy); who != "" {
		return append(out, w.pg.T("rest.by", who, when))
	}
	return append(out, w.pg.T("rest.when", when))
}

// lateKey appends the hatch with its word, for where something must be confirmed and
// the foot of a wall has room for it.
func (w wallPage) lateKey(out *kit.Builder) {
	if w.Kind == domain.KindEdition {
		return
	}
	out.Raw(`<p class="latekey"><i class="sw"`).Attr("data-level", string(w.Kind.Levels()[1])).Raw(`>`).LateSign().Raw(`</i> <span>`).Text(w.Words.T("stale.word")).Raw(`</span></p>`)
}
