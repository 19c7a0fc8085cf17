package dashboard

import (
	"html/template"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"kommunebilde"
)

// WallOptions says what a wall screen shows and how big it is.
type WallOptions struct {
	Area   kommunebilde.ColumnID // "": the county's preparedness area
	Inches float64               // the screen's diagonal, 0: 65
	Metres float64               // to the farthest reader, 0: 5
	Filter Filter
	Layout string                // "a" (or ""), "b", "c"
	Region kommunebilde.RegionID // layout B begins with it; it stays unless the screen rotates
	Rotate int                   // layout B: seconds a region stays, 0 for good
}

// What text on a wall is measured by: a capital letter of 16 arc-minutes, 43
// pixels of type on 65 inches at 5 metres. The layout is drawn for that; scale
// is how much larger everything must be than there.
const (
	wallInches = 65.0
	wallMetres = 5.0
	wallHeight = 67.5 // rem of a screen of 16:9 at scale 1
	wallWidth  = 120.0
)

// scale returns how much larger than at 65 inches and 5 metres everything must
// be, within what a screen can hold.
func (o WallOptions) scale() float64 {
	inches, metres := o.Inches, o.Metres
	if inches <= 0 {
		inches = wallInches
	}
	if metres <= 0 {
		metres = wallMetres
	}
	return min(1.6, max(0.5, metres/wallMetres*wallInches/inches))
}

// class returns the class of <html> whose root size is at least the scale:
// steps of 5 %, rounded up, so that no letter falls under its 16 arc-minutes.
func (o WallOptions) class() string {
	return "wall k" + strconv.Itoa(int(math.Ceil(o.scale()*20-1e-9))*5)
}

// lines returns how many lines of 3.5 rem the lists share: less on a screen
// that is small for its room, never smaller letters.
func (o WallOptions) lines() int {
	k := math.Ceil(o.scale()*20-1e-9) / 20
	free := wallHeight/k - 35.9 // header, footer, counters, the lists' heads
	return max(3, min(16, int(free/3.5)-1))
}

// noteLines is what the significant events take of a wall's lines: a head and
// the newest.
const noteLines = 3

// wallView is layout A: one area's map, counters, what is red, what changed.
type wallView struct {
	page
	Head, Of           string
	Live               bool
	Map                template.HTML
	News               string // what the map is sifted by, "" nothing
	Counters           []counter
	None, NoneLabel    string
	NoneCount          int
	Roll               string // who has not reported, while a meeting goes on
	Notes              template.HTML
	Reds, Recent       template.HTML
	RedsHead           string
	LatestWhen, Latest string
	LatestStamp        string
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
func (s *Site) Wall(r Request, p kommunebilde.Picture, o WallOptions) ([]byte, error) {
	pg := s.newPage(r, "wall", "")
	f := o.Filter
	p = pg.past(p, f)
	pg.onBoard(p)
	if r.User == nil && p.ShownVersion() == 0 {
		pg.Body.Live = pg.Link("/live") // a paired screen
	}
	if !f.At.IsZero() {
		pg.Body.Live, pg.Body.At = "", pg.Stamp(f.At)
	}
	pg.Wall, pg.Class, pg.Edits = true, o.class(), false
	if o.Area != "" {
		f.Map = o.Area
	}
	// Only the map is sifted, and says so: counters and lists tell all there is.
	var news Filter
	if f.Since == sinceMeeting {
		news.Since = sinceMeeting
	}
	f.Area, f.Levels, f.Since, f.Actor, f.M, f.C = "", nil, "", "", "", ""
	switch o.Layout {
	case "b":
		return s.wallRegion(pg, p, f, o)
	case "c":
		return s.wallPattern(pg, p, f, o)
	}
	c := p.Catalogue()
	col := mapColumn(c, p.Board().Kind, f)
	if col < 0 {
		return nil, unknown("area")
	}
	b := s.newBoard(pg, p, f, all(len(c.Municipalities)), []int{col})
	b.sieve = news.Sieve(p)
	v := b.wallView(pg, o)
	if news.Since != "" {
		v.News = pg.T("since.mote")
	}
	v.Data = pg.w.script + b.pageData()
	return s.render(v.Lang, "wall", &v)
}

// worstFirst are the levels that a wall counts.
func worstFirst(k kommunebilde.BoardKind) []kommunebilde.Level {
	out := slices.Clone(k.Levels()[:3])
	slices.Reverse(out)
	return out
}

func (b *board) wallView(pg page, o WallOptions) wallView {
	brd := b.p.Board()
	title, _ := brd.Title.In(pg.Lang)
	area, _ := b.c.Columns[b.mapAt].Name.In(pg.Lang)
	scope := pg.N("n.municipalities", b.scope)
	if b.f.Region != "" {
		scope = b.c.Regions[b.c.RegionIndex(b.f.Region)].Name + " · " + scope
	}
	v := wallView{page: pg, Live: b.kind != kommunebilde.KindEdition}
	v.Head, v.Of = title, area+" · "+scope
	if v.Live {
		v.Head, v.Of = b.c.County, pg.T("wall.of", area, scope)
		if m, ok := openMeeting(b.p); ok {
			v.Head, v.Room = m.Title, string(m.ID)
		}
	}
	if room := int(54 / o.scale()); utf8.RuneCountInString(v.Head+v.Of) > room {
		short, _ := b.c.Columns[b.mapAt].Short.In(pg.Lang)
		v.Of = pg.T("wall.of", short, scope)
		if utf8.RuneCountInString(v.Head+v.Of) > room {
			v.Of = area
		}
	}
	v.Title = v.Head + ", " + area + ", " + scope
	var m, credit builder
	b.geographic(&m, mapOptions{id: "map", glyph: 32, marks: true, only: -1, region: b.f.Region})
	b.credit(&credit)
	v.Map, v.Credit = template.HTML(m.b), template.HTML(credit.b)
	for _, l := range worstFirst(b.kind) {
		var w builder
		w.marked(l)
		v.Counters = append(v.Counters, counter{string(l), template.HTML(w.b), b.total[toggleIndex(l)], pg.T("count." + string(l))})
	}
	v.NoneCount, v.None = b.total[3], pg.T("wall.none_of", strconv.Itoa(b.scope))
	lines := o.lines()
	if v.Roll = b.wallRoll(&pg); v.Roll != "" && v.Live {
		v.Notes = b.wallNotes(&pg)
		lines = max(3, lines-noteLines)
	}
	b.wallLists(&v, pg, lines)
	return v
}

// share tells how two lists share a wall's lines, red first; the script does
// the same. Each may need one line more, for how many more there are; that line
// of the second list is not among the lines shared.
func share(all, reds int) (forReds, forRecent int) {
	forReds = min(reds, 7, max(all-3, (all+1)/2))
	if forReds < reds {
		forReds--
	}
	return max(1, forReds), max(1, min(4, all-forReds-1))
}

// wallLists fills the two lists, which share their lines, red first.
func (b *board) wallLists(v *wallView, pg page, lines int) {
	reds := b.reds([]int{b.mapAt})
	b.lineRoom = lines
	v.RedsHead = pg.T("reds.head")
	if !v.Live {
		v.RedsHead = pg.T("reds.edition")
		var w builder
		b.lines(&w, "reds", reds, lines+3, true, "")
		v.Reds = template.HTML(w.b)
		return
	}
	areas := judged(b.c, b.kind)
	recent := b.since(pg.clock.now.Add(-changedLately), areas)
	forReds, forRecent := share(lines, len(reds))
	var r, c builder
	b.lines(&r, "reds", reds, forReds, true, pg.T("wall.since", ""))
	b.lines(&c, "recent", recent, forRecent, false, "")
	v.Reds, v.Recent = template.HTML(r.b), template.HTML(c.b)
	v.Latest = pg.T("wall.quiet")
	for _, e := range b.p.Latest(100) {
		if e.Change == nil || copied(e.Change.Cell) {
			continue
		}
		place := b.c.Municipalities[e.Row].Name
		short, _ := b.c.Columns[e.Col].Short.In(pg.Lang)
		v.LatestWhen, v.LatestStamp = pg.When(e.At), pg.Stamp(e.At)
		v.Latest = place + " · " + short + ": " + b.word(e.Change.From) + " → " + b.word(e.Change.Level)
		if e.Change.Text != "" {
			v.Latest += ". " + e.Change.Text
		}
		break
	}
}
