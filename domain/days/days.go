package days

import "time"

// Bounds returns the instants between which a period of days lasts, both days in it: from
// the first one's midnight to the midnight after the last. It reports false where either
// is no day, 2006-01-02, or the last is before the first. A record keeps the instants
// beside the days: what a zone's rules become later moves no deadline.
func Bounds(from, to string, zone *time.Location) (opens, closes time.Time, ok bool) {
	first, err := time.ParseInLocation(time.DateOnly, from, zone)
	if err != nil {
		return time.Time{}, time.Time{}, false
	}
	last, err := time.ParseInLocation(time.DateOnly, to, zone)
	if err != nil || last.Before(first) {
		return time.Time{}, time.Time{}, false
	}
	return first.UTC(), last.AddDate(0, 0, 1).UTC(), true // a day may have 23 or 25 hours
}
