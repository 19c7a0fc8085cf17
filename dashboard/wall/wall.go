package wall

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// Options says what a wall screen shows and how big it is.
type Options struct {
	Area   domain.ColumnID // "": the county's preparedness area
	Inches float64         // the screen's diagonal, 0: 65
	Metres float64         // to the farthest reader, 0: 5
	Filter kit.Filter
	Layout string          // "a" (or ""), "b", "c"
	Region domain.RegionID // layout B begins with it; it stays unless the screen rotates
	Rotate int             // layout B: seconds a region stays, 0 for good
}

// What text on a wall is measured by: a capital letter of 16 arc-minutes, 43
// pixels of type on 65 inches at 5 metres. The layout is drawn for that; scale
// is how much larger everything must be than there.
const (
	Inches    = 65.0
	Metres    = 5.0
	Height    = 67.5 // rem of a screen of 16:9 at scale 1
	wallWidth = 120.0
)

// Scale returns how much larger than at 65 inches and 5 metres everything must
// be, within what a screen can hold.
func (o Options) Scale() float64 {
	inches, metres := o.Inches, o.Metres
	if inches <= 0 {
		inches = Inches
	}
	if metres <= 0 {
		metres = Metres
	}
	return min(1.6, max(0.5, metres/Metres*Inches/inches))
}

// Class returns the class of <html> whose root size is at least the scale:
// steps of 5 %, rounded up, so that no letter falls under its 16 arc-minutes.
func (o Options) Class() string {
	return "wall k" + strconv.Itoa(o.Steps()*5)
}

// wallView is layout A: one area's map, counters, what is red, what changed.
// Lists have all there is: how much there is room for, only the screen knows.
type wallView struct {
	kit.Page
	Top                template.HTML
	Live               bool
	Map                template.HTML
	News               string // what the map is sifted by, "" nothing
	Counters           []counter
	None, NoneLabel    string
	NoneCount          int
	Late               template.HTML // how many of the counted must be confirmed
	Rest               string        // that nobody keeps the picture, "" somebody does
	Roll               template.HTML // who has not reported, while meetings go on
	Meets              bool          // has a place for significant events
	Notes              template.HTML
	Functions, Figures template.HTML // of a situation
	Reds, Recent       template.HTML
	RedsHead, RedsLost string
	Latest             template.HTML
	Credit             template.HTML
}

type counter struct {
	Level string
	Sign  template.HTML
	N     int
	Word  string
}

// Wall is a big screen, read at a distance: layout A ("Leder"), B ("Region") or
// C ("Mønster").
func Wall(s *kit.Site, r kit.Request, p domain.Picture, o Options) ([]byte, error) {
	pg := s.NewPage(r, "wall", "")
	f := o.Filter
	p = pg.PictureAt(p, f)
	pg.OnBoard(p)
	if r.User == nil && p.ShownVersion() == 0 {
		pg.Body.Live = pg.Link("/live") // a paired screen
	}
	if !f.At.IsZero() {
		pg.Body.Live, pg.Body.At = "", pg.Stamp(f.At)
	}
	pg.Wall, pg.Class, pg.Edits = true, o.Class(), false
	if o.Area != "" {
		f.Map = o.Area
	}
	// Only the map is sifted, and says so: counters and lists tell all there is.
	var news kit.Filter
	if f.Since == kit.SinceMeeting {
		news.Since = kit.SinceMeeting
	}
	f.Area, f.Levels, f.Since, f.Actor, f.M, f.C = "", nil, "", "", "", ""
	switch o.Layout {
	case "b":
		return wallRegion(s, pg, p, f, o)
	case "c":
		return wallPattern(s, pg, p, f, o)
	}
	c := p.Catalogue()
	col := kit.MapColumn(c, p.Board().Kind, f)
	if col < 0 {
		return nil, kit.UnknownField("area")
	}
	b := s.NewBoard(pg, p, f, kit.UpTo(len(c.Municipalities)), []int{col})
	b.Sieve = news.Sieve(p)
	v := newWallView(b, pg, o)
	if news.Since != "" {
		v.News = pg.T("since.mote")
	}
	v.Data = pg.Words.Script + b.PageData()
	return s.Render(v.Lang, "wall", &v)
}

func newWallView(b *kit.Board, pg kit.Page, o Options) wallView {
	w := wallPage{b, pg, o}
	v := wallView{Page: pg, Live: b.Kind != domain.KindEdition}
	heads, of := w.headA()
	v.Title = strings.Join(slices.Concat(heads, w.must(), of), ", ")
	v.Room = w.room()
	var m, credit, top kit.Builder
	w.header(&top, heads, of)
	b.Geographic(&m, kit.MapOptions{ID: "map", Glyph: 32, Marks: true, Only: -1, Region: b.Filter.Region})
	b.Credit(&credit)
	v.Top, v.Map, v.Credit = top.HTML(), m.HTML(), credit.HTML()
	for _, l := range kit.WorstFirst(b.Kind) {
		if !b.Told(l) {
			continue
		}
		var w kit.Builder
		w.Marked(l)
		v.Counters = append(v.Counters, counter{string(l), w.HTML(), b.Total[kit.ToggleIndex(l)], pg.T("count." + string(l))})
	}
	v.NoneCount, v.None = b.Total[3], pg.T("wall.none_of", strconv.Itoa(b.Scope))
	v.Late = lateLine(b)
	if b.Picture.Resting() { // what is left must all be confirmed
		v.Late, v.Rest = "", pg.RestWords(b.Picture)+" "+pg.T("rest.left")
	}
	if v.Roll = wallRoll(b, &pg); len(kit.OpenMeetings(b.Picture)) > 0 {
		v.Meets, v.Notes = true, wallNotes(b, &pg)
	}
	if b.Kind == domain.KindSituation {
		v.Functions, v.Figures = w.functions(), w.sums()
	}
	wallLists(b, &v, pg)
	return v
}

// headA says what layout A shows: the meetings that go on, or the board; and of
// what, besides its area, which no wall leaves out.
func (w wallPage) headA() (heads, of []string) {
	title, _ := w.Picture.Board().Title.In(w.pg.Lang)
	of = []string{w.pg.N("n.municipalities", w.Scope)}
	if w.Filter.Region != "" {
		of = append([]string{w.Catalogue.Regions[w.Catalogue.RegionIndex(w.Filter.Region)].Name}, of...)
	}
	heads = w.meetings()
	switch {
	case w.Picture.Resting():
		name, _ := w.Catalogue.Columns[w.MapAt].Name.In(w.pg.Lang)
		return []string{name}, of
	case w.Kind == domain.KindLive:
		if len(heads) == 0 {
			heads = []string{w.Catalogue.County}
		}
		return heads, append([]string{w.pg.T("wall.now")}, of...)
	case w.Kind == domain.KindSituation:
		return w.situation(), of
	}
	return []string{title}, of
}

// situation names the situation and the meetings that go on; itself only where
// no meeting's name begins with its own.
func (w wallPage) situation() []string {
	title, _ := w.Picture.Board().Title.In(w.pg.Lang)
	heads := w.meetings()
	if slices.ContainsFunc(heads, func(h string) bool { return strings.HasPrefix(h, title) }) {
		return heads
	}
	return append([]string{title}, heads...)
}

// meetings names the meetings that go on.
func (w wallPage) meetings() []string {
	var out []string
	for _, m := range kit.OpenMeetings(w.Picture) {
		out = append(out, m.Title)
	}
	return out
}

// room names what the layout gives room to; the page is made again where that is
// another.
func (w wallPage) room() string {
	if w.Picture.Resting() {
		return kit.AtRest
	}
	var ids []string
	for _, m := range kit.OpenMeetings(w.Picture) {
		ids = append(ids, string(m.ID))
	}
	return strings.Join(ids, " ")
}

// mostRecent is how many of the latest changes a wall holds.
const mostRecent = 12

// wallLists fills the two lists.
func wallLists(b *kit.Board, v *wallView, pg kit.Page) {
	reds := b.Reds([]int{b.MapAt})
	v.RedsHead, v.RedsLost = b.WorstWords()
	since := func(c domain.Cell) kit.LineTime {
		out := b.SinceWhen(c)
		out.Words = pg.T("wall.since", out.Words)
		return out
	}
	if !v.Live {
		v.RedsHead, since = pg.T("reds.edition"), b.SaidWhen
	}
	of := " · " + wallPage{Board: b, pg: pg}.Short(b.MapAt)
	v.RedsHead, v.RedsLost = v.RedsHead+of, v.RedsLost+of
	var r, c kit.Builder
	b.Lines(&r, "reds", reds, len(reds), true, since)
	v.Reds = r.HTML()
	if !v.Live {
		return
	}
	recent := b.Since(pg.Clock.Now.Add(-kit.ChangedLately), kit.Judged(b.Catalogue, b.Kind))
	b.Lines(&c, "recent", recent, mostRecent, false, b.ChangedWhen)
	v.Recent = c.HTML()
	var latest kit.Builder
	news(b, &latest)
	v.Latest = latest.HTML()
}

// news appends the latest change: when it was, what became of what, and why.
// The script does the same with what comes later (lists.ts).
func news(b *kit.Board, w *kit.Builder) {
	e, ok := latest(b)
	w.Raw(`<p id="latest" data-part="cells"`).Num("data-rev", int64(e.Revision)).Raw(`><b class="t">`)
	what, why := b.Words.T("wall.quiet"), ""
	if ok {
		w.Time(e.At, b.Clock.Zone, b.Clock.When(e.At))
		what, why = newsOf(b, e)
	}
	w.Raw(`</b> <span class="text">`).Text(what).Raw(`</span><span class="reason">`).Text(why).Raw(`</span></p>`)
}

// latest returns the newest change; of those of one record, the catalogue's
// first. What only confirms is none.
func latest(b *kit.Board) (out domain.LogEntry, ok bool) {
	for n := 64; ; n *= 4 {
		entries := b.Picture.Latest(n)
		for _, e := range entries {
			if e.Change == nil || e.Change.Confirms || kit.Copied(e.Change.Cell) {
				continue
			}
			if ok && e.Revision < out.Revision {
				return out, true
			}
			if !ok || e.Row < out.Row || e.Row == out.Row && e.Col < out.Col {
				out, ok = e, true
			}
		}
		if len(entries) < n {
			return out, ok
		}
	}
}

// newsOf says what a change was, and why. An undo has no reason.
func newsOf(b *kit.Board, e domain.LogEntry) (what, why string) {
	what = b.Catalogue.Municipalities[e.Row].Name + " · " + b.Short(e.Col) + ": "
	if e.Change.From != e.Change.Level {
		what += b.Word(e.Change.From) + " → "
	}
	what += b.Word(e.Change.Level)
	switch {
	case e.Change.Undoes > 0:
		what += " " + b.Words.T("panel.undo")
	case e.Change.Text != "":
		why = ". " + e.Change.Text
	}
	return what, why
}

// lateLine is a wall's line of how many must be confirmed, by level; "" where
// none ever must.
func lateLine(b *kit.Board) template.HTML {
	if b.Kind == domain.KindEdition || b.Catalogue.Columns[b.MapAt].StaleAfter == 0 && !b.Picture.Resting() {
		return ""
	}
	var w kit.Builder
	w.Raw(`<p class="wlate"><svg class="m late" aria-hidden="true"><use href="#late"/></svg> <span>`).Text(b.Words.T("stale.word")).Raw(`</span>`)
	for _, l := range kit.WorstFirst(b.Kind) {
		n := b.Due[kit.ToggleIndex(l)]
		w.Raw(` <span class="due"`).Attr("data-due-level", string(l)).Attr("data-level", string(l)).Flag("hidden", n == 0).Raw(`>`)
		w.Marked(l).Raw(`<b>`).Int(n).Raw(`</b><span class="vh"> `).Text(b.Words.T("count." + string(l))).Raw(`</span></span>`)
	}
	w.Raw(`</p>`)
	return w.HTML()
}
