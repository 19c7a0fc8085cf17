package days

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func oslo(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestBounds: a period ends at the midnight after its last day, in summer, in winter, and
// on the days of 23 and 25 hours.
func TestBounds(t *testing.T) {
	for _, c := range []struct{ name, from, to, opens, closes string }{
		{"summer", "2022-09-22", "2022-10-13", "2022-09-21T22:00:00Z", "2022-10-13T22:00:00Z"},
		{"winter", "2022-11-07", "2022-11-28", "2022-11-06T23:00:00Z", "2022-11-28T23:00:00Z"},
		{"into winter", "2022-10-17", "2022-11-04", "2022-10-16T22:00:00Z", "2022-11-04T23:00:00Z"},
		{"a last day of 25 hours", "2022-10-10", "2022-10-30", "2022-10-09T22:00:00Z", "2022-10-30T23:00:00Z"},
		{"a last day of 23 hours", "2023-03-06", "2023-03-26", "2023-03-05T23:00:00Z", "2023-03-26T22:00:00Z"},
		{"the day before 23 hours", "2023-03-06", "2023-03-25", "2023-03-05T23:00:00Z", "2023-03-25T23:00:00Z"},
		{"one day", "2024-02-29", "2024-02-29", "2024-02-28T23:00:00Z", "2024-02-29T23:00:00Z"},
		{"over new year", "2024-12-31", "2024-12-31", "2024-12-30T23:00:00Z", "2024-12-31T23:00:00Z"},
	} {
		opens, closes, ok := Bounds(c.from, c.to, oslo(t))
		if got := opens.Format(time.RFC3339); !ok || got != c.opens {
			t.Errorf("%s opens %s, want %s", c.name, got, c.opens)
		}
		if got := closes.Format(time.RFC3339); got != c.closes {
			t.Errorf("%s closes %s, want %s", c.name, got, c.closes)
		}
	}
}

// TestNoBounds: what is no day, or ends before it begins, is no period.
func TestNoBounds(t *testing.T) {
	for _, c := range [][2]string{
		{"", "2022-10-13"}, {"2022-09-22", ""}, {"2022-9-22", "2022-10-13"}, {"2022-09-22", "2023-02-29"},
		{"2022-10-14", "2022-10-13"}, {"2022-09-22T00:00", "2022-10-13"},
	} {
		if opens, closes, ok := Bounds(c[0], c[1], oslo(t)); ok || !opens.IsZero() || !closes.IsZero() {
			t.Errorf("%q to %q: %v to %v", c[0], c[1], opens, closes)
		}
	}
}

// TestFreeOn: every free day of a year, and days beside them; where two meet, the one with
// a date of its own.
func TestFreeOn(t *testing.T) {
	for day, want := range map[string]Free{
		"2022-01-01": NewYear, "2022-04-14": MaundyThursday, "2022-04-15": GoodFriday, "2022-04-16": Saturday,
		"2022-04-17": EasterSunday, "2022-04-18": EasterMonday, "2022-05-01": LabourDay, "2022-05-17": ConstitutionDay,
		"2022-05-26": Ascension, "2022-06-05": WhitSunday, "2022-06-06": WhitMonday, "2022-12-25": ChristmasDay,
		"2022-12-26": BoxingDay, "2022-10-15": Saturday, "2022-10-16": Sunday,
		"2008-05-01": LabourDay, "2027-05-17": ConstitutionDay, "2027-05-16": WhitSunday,
		"2022-04-13": "", "2022-04-19": "", "2022-10-13": "", "2022-05-18": "", "2022-12-24": Saturday, "2025-12-24": "",
		"2022-02-30": "", "": "",
	} {
		if got, free := FreeOn(day); got != want || free != (want != "") {
			t.Errorf("%q is %q, %v, want %q", day, got, free, want)
		}
	}
}

// TestEaster: known years, the earliest and the latest day there is, and Gauss' rule for
// 1900 to 2099, which is another way to the same days.
func TestEaster(t *testing.T) {
	for _, day := range []string{"1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2024-03-31", "2025-04-20", "2026-04-05", "2038-04-25", "2285-03-22"} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := easter(at.Year()); !got.Equal(at) {
			t.Errorf("%d: %s, want %s", at.Year(), got.Format(time.DateOnly), day)
		}
	}
	for year := 1900; year < 2100; year++ {
		d := (19*(year%19) + 24) % 30
		e := (2*(year%4) + 4*(year%7) + 6*d + 5) % 7
		if d == 29 && e == 6 || d == 28 && e == 6 && year%19 > 10 {
			e -= 7
		}
		if got, want := easter(year), time.Date(year, time.March, 22+d+e, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
			t.Errorf("%d: %s, want %s", year, got.Format(time.DateOnly), want.Format(time.DateOnly))
		}
	}
}
