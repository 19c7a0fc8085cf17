package dashboard

import (
	"testing"
	"time"

	"kommunebilde/dashboard/kit"
)

// The same as the script's, in when.test.ts.
func TestATimeOfAnotherDayHasItsDate(t *testing.T) {
	at := func(s string) time.Time {
		out, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	s := newSite(t)
	c := kit.Clock{Zone: s.Zone, Words: s.WordsIn("nb"), Now: at("2022-11-14T22:30:00Z")} // 23:30 in Norway
	for when, want := range map[string][2]string{
		"2022-11-14T09:42:07Z": {"10:42", "10:42:07"},
		"2022-11-13T23:00:00Z": {"00:00", "00:00:00"}, // that day began an hour before it did in Greenwich
		"2022-11-13T22:59:59Z": {"13. nov. 23:59", "13. nov. 23:59:59"},
		"2022-11-14T23:00:00Z": {"15. nov. 00:00", "15. nov. 00:00:00"},
		"2022-10-14T09:42:07Z": {"14. okt. 11:42", "14. okt. 11:42:07"}, // the same day of another month, in summer time
		"2021-11-14T09:42:07Z": {"14. nov. 2021 10:42", "14. nov. 2021 10:42:07"},
	} {
		if got := [2]string{c.When(at(when)), c.Moment(at(when))}; got != want {
			t.Errorf("%s is written %q, want %q", when, got, want)
		}
	}
	c.Full = true // it is kept for others
	if got := c.When(c.Now); got != "14. nov. 23:30" {
		t.Errorf("on a page that is kept: %q", got)
	}
}
