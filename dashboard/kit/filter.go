package kit

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/actors"
)

// View is how the overview is drawn.
type View string

// Views of the overview, as they stand in its address (?vis=).
const (
	ViewMap   View = ""            // grid, and the map on wide screens
	ViewTiles View = "ruter"       // tile grid in the map's place
	ViewPhone View = "kart"        // the map alone, for phones
	ViewWall  View = "skjerm"      // a wall screen
	ViewDepth View = "indikatorer" // an edition's indicators, all of them
)

// None stands for every level that says nothing about good or bad, in a filter.
const None domain.Level = "none"

// Filter is what a page shows of a board: all of it is in the address.
type Filter struct {
	Region  domain.RegionID        // "" all
	Area    domain.ColumnID        // "" all
	Levels  []domain.Level         // of Green, Yellow, Red, None; empty: all
	Since   string                 // "10m", "1h", "24h", "7d", "mote", a day or a time; "" all
	Age     string                 // older than "1d", "7d", "30d"; "" all
	Actor   domain.RegionalActorID // whose reports; "" all. See [Filter.Check]
	At      time.Time              // zero: now
	View    View                   //
	Map     domain.ColumnID        // the area on the map, "" Area or the first choice
	M       domain.MunicipalityID  // the selected cell
	C       domain.ColumnID
	Roomy   bool // 24 px rows
	since   time.Time
	sinceOf time.Duration
	ageOf   time.Duration
}

// FilterLevels are the toggles, in order.
func FilterLevels() []domain.Level {
	return []domain.Level{domain.Green, domain.Yellow, domain.Red, None}
}

// TogglesOn are the toggles of a kind of board: a situation has its own scale.
func TogglesOn(k domain.BoardKind) []domain.Level {
	if k == domain.KindSituation {
		return []domain.Level{domain.Normal, domain.Strained, domain.Critical, None}
	}
	return FilterLevels()
}

// toggleOf returns the toggle that a level belongs to.
func toggleOf(l domain.Level) domain.Level {
	switch l {
	case domain.Green, domain.Yellow, domain.Red, domain.Normal, domain.Strained, domain.Critical:
		return l
	}
	return None
}

// ParseFilter reads a page's query. What it does not know is refused as Invalid,
// as a name that it does not know is, also a row or column that the catalogue has not:
// the page is there, what was asked of it is wrong.
func ParseFilter(q url.Values, c *domain.Catalogue) (Filter, error) {
	var f Filter
	if v := q.Get("region"); v != "" {
		f.Region = domain.RegionID(v)
		if c.RegionIndex(f.Region) < 0 {
			return Filter{}, unknownIn("region")
		}
	}
	for _, in := range []struct {
		key string
		to  *domain.ColumnID
	}{{"area", &f.Area}, {"kart", &f.Map}} {
		if v := q.Get(in.key); v != "" {
			*in.to = domain.ColumnID(v)
			if c.ColumnIndex(*in.to) < 0 {
				return Filter{}, unknownIn(in.key)
			}
		}
	}
	for _, list := range q["level"] {
		for v := range strings.SplitSeq(list, ",") {
			l := domain.Level(v)
			if v == "" {
				continue
			}
			if !slices.Contains(FilterLevels(), l) && !slices.Contains(TogglesOn(domain.KindSituation), l) {
				return Filter{}, WrongField("level")
			}
			if !slices.Contains(f.Levels, l) {
				f.Levels = append(f.Levels, l)
			}
		}
	}
	if len(f.Levels) == len(FilterLevels()) {
		f.Levels = nil
	}
	if err := f.parseSince(q.Get("since")); err != nil {
		return Filter{}, err
	}
	if v := q.Get("age"); v != "" {
		var ok bool
		if f.ageOf, ok = span(v); !ok {
			return Filter{}, WrongField("age")
		}
		f.Age = v
	}
	f.Actor = domain.RegionalActorID(q.Get("aktor"))
	if v := q.Get("at"); v != "" {
		t, err := ParseTime(v)
		if err != nil {
			return Filter{}, WrongField("at")
		}
		f.At = t
	}
	switch v := View(q.Get("vis")); v {
	case ViewMap, ViewTiles, ViewPhone, ViewWall, ViewDepth:
		f.View = v
	default:
		return Filter{}, WrongField("vis")
	}
	if v := q.Get("valgt"); v != "" {
		m, col, ok := strings.Cut(v, ".")
		f.M, f.C = domain.MunicipalityID(m), domain.ColumnID(col)
		if !ok || c.MunicipalityIndex(f.M) < 0 || c.ColumnIndex(f.C) < 0 {
			return Filter{}, unknownIn("valgt")
		}
	}
	f.Roomy = q.Get("romslig") == "1"
	return f, nil
}

// Check refuses what only a picture can tell: an actor that is not on the
// office's list, or that the reader may not know of.
func (f Filter) Check(p domain.Picture) error {
	if _, ok := actors.One(p, f.Actor); f.Actor != "" && !ok {
		return UnknownField("aktor")
	}
	return nil
}

// WrongField refuses a field of an address that cannot be read.
func WrongField(field string) error {
	return &domain.Error{Code: domain.Invalid, Field: field, Msg: "filter.wrong", Args: []string{field}}
}

// UnknownField says that what a field names is not there.
func UnknownField(field string) error {
	return &domain.Error{Code: domain.NotFound, Field: field, Msg: "filter.unknown", Args: []string{field}}
}

// unknownIn says that a page's query names what is not there.
func unknownIn(field string) error {
	return &domain.Error{Code: domain.Invalid, Field: field, Msg: "filter.unknown", Args: []string{field}}
}

func (f *Filter) parseSince(v string) error {
	f.Since = v
	switch v {
	case "", SinceMeeting:
		return nil
	}
	var ok bool
	if f.sinceOf, ok = span(v); ok {
		return nil
	}
	t, err := ParseTime(v)
	if err != nil {
		return WrongField("since")
	}
	f.since = t
	return nil
}

// span reads a length of time as addresses carry it: "10m", "1h", "7d".
func span(v string) (time.Duration, bool) {
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[v[len(v)-1]]
	n, err := strconv.ParseUint(v[:len(v)-1], 10, 32)
	return time.Duration(n) * unit, err == nil && unit > 0 && n > 0 && n <= 10000
}

// ParseTime reads a time as addresses carry it: with its zone, or as the clock
// on the wall in Norway says; a day is its first moment.
func ParseTime(v string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return t, nil
	}
	zone, err := oslo()
	if err != nil {
		return time.Time{}, err
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, v, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, WrongField("time")
}

// Cutoff returns since when a change counts as changed, zero where the filter
// does not ask. "mote" is the end of the meeting before the one that is open,
// or before the last one; without any, everything counts.
func (f Filter) Cutoff(p domain.Picture) time.Time {
	switch {
	case f.Since == "":
		return time.Time{}
	case f.sinceOf > 0:
		return p.Now().Add(-f.sinceOf)
	case f.Since == SinceMeeting:
		return SincePrevious(p.PreviousMeeting())
	}
	return f.since
}

// SinceMeeting is "since the previous meeting" in an address.
const SinceMeeting = "mote"

// SincePrevious is since when a change counts where a meeting ended then.
func SincePrevious(ended time.Time) time.Time {
	if ended.IsZero() {
		return time.Unix(0, 1)
	}
	return ended
}

// Sieve returns what tells whether a cell was changed, is as old and was reported as
// the filter asks, nil where it does not ask.
func (f Filter) Sieve(p domain.Picture) func(domain.Cell) bool {
	cutoff := f.Cutoff(p)
	if cutoff.IsZero() && f.Actor == "" && f.Age == "" {
		return nil
	}
	actor, _ := actors.One(p, f.Actor)
	old := p.Now().Add(-f.ageOf)
	return func(c domain.Cell) bool {
		return changedFrom(c, cutoff) && (f.Age == "" || saidBy(c, old)) && (f.Actor == "" || actor.Reported(c.ReportedBy))
	}
}

// saidBy reports whether a cell's level was last said at a time or before: confirming it
// makes it young again. What was never said has no age. An edition's is as old as the
// judgement, where that has a day.
func saidBy(c domain.Cell, t time.Time) bool {
	if c.Revision == 0 || Copied(c) {
		return false
	}
	if day, err := ParseTime(c.Date); err == nil {
		return !day.After(t)
	}
	return !c.Said.After(t)
}

// ShowsLevel reports whether the filter lets a level through.
func (f Filter) ShowsLevel(l domain.Level) bool {
	return len(f.Levels) == 0 || slices.Contains(f.Levels, toggleOf(l))
}

// IsOnly reports whether a level's toggle is the only one that is on.
func (f Filter) IsOnly(l domain.Level) bool { return len(f.Levels) == 1 && f.Levels[0] == l }

// Only returns the filter with one level's toggle on alone, and of that with all on.
func (f Filter) Only(l domain.Level) Filter {
	if f.IsOnly(l) {
		f.Levels = nil
	} else {
		f.Levels = []domain.Level{l}
	}
	return f
}

// Set reports whether the filter leaves anything out.
func (f Filter) Set() bool {
	return f.Region != "" || f.Area != "" || len(f.Levels) > 0 || f.Since != "" || f.Age != "" || f.Actor != ""
}

// Query returns the filter as an address carries it, without "?"; "" for the
// plain page.
func (f Filter) Query() string {
	var q []string
	add := func(key, value string) {
		if value != "" {
			q = append(q, key+"="+url.QueryEscape(value))
		}
	}
	add("region", string(f.Region))
	add("area", string(f.Area))
	for _, l := range f.Levels {
		add("level", string(l))
	}
	add("since", f.Since)
	add("age", f.Age)
	add("aktor", string(f.Actor))
	if !f.At.IsZero() {
		add("at", f.At.UTC().Format(time.RFC3339))
	}
	add("kart", string(f.Map))
	add("vis", string(f.View))
	if f.Roomy {
		add("romslig", "1")
	}
	if f.M != "" {
		add("valgt", string(f.M)+"."+string(f.C))
	}
	return strings.Join(q, "&")
}

func oslo() (*time.Location, error) { return time.LoadLocation("Europe/Oslo") }
