package kit

import (
	"slices"
	"strconv"
	"time"

	"kommunebilde/domain"
)

// FilterOf returns a kept filter as an address carries it.
func FilterOf(v domain.ViewFilter) Filter {
	f := Filter{Region: v.Region, Area: v.Area, Map: v.Map, Actor: v.Actor, sinceOf: time.Duration(v.Minutes) * time.Minute}
	for _, l := range v.Levels {
		f.Levels = append(f.Levels, toggleOf(l))
	}
	switch {
	case v.SinceMeeting:
		f.Since = SinceMeeting
	case v.Minutes > 24*60 && v.Minutes%(24*60) == 0:
		f.Since = strconv.Itoa(v.Minutes/(24*60)) + "d"
	case v.Minutes > 0 && v.Minutes%60 == 0:
		f.Since = strconv.Itoa(v.Minutes/60) + "h"
	case v.Minutes > 0:
		f.Since = strconv.Itoa(v.Minutes) + "m"
	}
	return f
}

// Kept returns the filter as it is kept in a saved view. One of a certain time
// cannot be: tomorrow it would say something else.
func (f Filter) Kept() (domain.ViewFilter, error) {
	v := domain.ViewFilter{Region: f.Region, Area: f.Area, Map: f.Map, Actor: f.Actor, SinceMeeting: f.Since == SinceMeeting}
	if !f.since.IsZero() || !f.At.IsZero() {
		return v, &domain.Error{Code: domain.Invalid, Field: "since", Msg: "view.since"}
	}
	v.Minutes = int(f.sinceOf / time.Minute)
	for _, l := range f.Levels {
		if l == None {
			l = domain.NotAssessed
		}
		v.Levels = append(v.Levels, l)
	}
	return v, nil
}

// SameFilter reports whether two saved filters show the same.
func SameFilter(a, b domain.ViewFilter) bool {
	b.Levels, a.Levels = slices.Sorted(slices.Values(b.Levels)), slices.Sorted(slices.Values(a.Levels))
	same := slices.Equal(a.Levels, b.Levels)
	a.Levels, b.Levels = nil, nil
	return same && a.Region == b.Region && a.Area == b.Area && a.Minutes == b.Minutes && a.SinceMeeting == b.SinceMeeting && a.Actor == b.Actor && (b.Map == "" || a.Map == b.Map)
}

// BoardWith returns where a board is shown with a kept filter.
func (p *Page) BoardWith(b domain.Board, v domain.ViewFilter) string {
	path := p.Link(Entrance(b))
	if q := FilterOf(v).Query(); q != "" {
		path += "?" + q
	}
	return path
}

// SinceFlipped returns the filter with "since the previous meeting" on or off.
func (f Filter) SinceFlipped() Filter {
	on := f.Since == SinceMeeting
	f.Since, f.sinceOf, f.since = SinceMeeting, 0, time.Time{}
	if on {
		f.Since = ""
	}
	return f
}
