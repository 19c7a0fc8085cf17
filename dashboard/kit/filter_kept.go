package kit

import (
	"slices"
	"strconv"
	"time"

	"kommunebilde/domain"
)

// FilterOf returns a kept filter as an address carries it.
func FilterOf(v domain.ViewFilter) Filter {
	f := Filter{Region: v.Region, Area: v.Area, Map: v.Map, Actor: v.Actor, sinceOf: time.Duration(v.Minutes) * time.Minute, ageOf: time.Duration(v.Older) * time.Minute}
	for _, l := range v.Levels {
		f.Levels = append(f.Levels, toggleOf(l))
	}
	f.Since, f.Age = spanOf(v.Minutes, 24), spanOf(v.Older, 0)
	if v.SinceMeeting {
		f.Since = SinceMeeting
	}
	return f
}

// spanOf writes minutes as addresses carry them, in days from more than so many hours;
// "" for none.
func spanOf(minutes, hours int) string {
	switch {
	case minutes == 0:
		return ""
	case minutes > hours*60 && minutes%(24*60) == 0:
		return strconv.Itoa(minutes/(24*60)) + "d"
	case minutes%60 == 0:
		return strconv.Itoa(minutes/60) + "h"
	}
	return strconv.Itoa(minutes) + "m"
}

// Kept returns the filter as it is kept in a saved view. One of a certain time
// cannot be: tomorrow it would say something else.
func (f Filter) Kept() (domain.ViewFilter, error) {
	v := domain.ViewFilter{Region: f.Region, Area: f.Area, Map: f.Map, Actor: f.Actor, SinceMeeting: f.Since == SinceMeeting}
	if !f.since.IsZero() || !f.At.IsZero() {
		return v, &domain.Error{Code: domain.Invalid, Field: "since", Msg: "view.since"}
	}
	v.Minutes, v.Older = int(f.sinceOf/time.Minute), int(f.ageOf/time.Minute)
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
	return same && a.Region == b.Region && a.Area == b.Area && a.Minutes == b.Minutes && a.Older == b.Older && a.SinceMeeting == b.SinceMeeting && a.Actor == b.Actor && (b.Map == "" || a.Map == b.Map)
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
