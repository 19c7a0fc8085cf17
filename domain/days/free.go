package days

import "time"

// Free is why a day is free.
type Free string

const (
	Saturday        Free = "saturday"
	Sunday          Free = "sunday"
	NewYear         Free = "new_year"
	MaundyThursday  Free = "maundy_thursday"
	GoodFriday      Free = "good_friday"
	EasterSunday    Free = "easter_sunday"
	EasterMonday    Free = "easter_monday"
	LabourDay       Free = "labour_day"
	ConstitutionDay Free = "constitution_day"
	Ascension       Free = "ascension"
	WhitSunday      Free = "whit_sunday"
	WhitMonday      Free = "whit_monday"
	ChristmasDay    Free = "christmas_day"
	BoxingDay       Free = "boxing_day"
)

// FreeOn returns why a day, 2006-01-02, is free in Norway, and whether it is. Where two
// reasons meet it is the one that has its date every year; a weekend is the last of them.
func FreeOn(day string) (Free, bool) {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "", false
	}
	why := fixed(at.Month(), at.Day())
	if why == "" {
		why = moving(int(at.Sub(easter(at.Year())) / (24 * time.Hour)))
	}
	if why == "" {
		why = map[time.Weekday]Free{time.Saturday: Saturday, time.Sunday: Sunday}[at.Weekday()]
	}
	return why, why != ""
}

func fixed(month time.Month, day int) Free {
	switch {
	case month == time.January && day == 1:
		return NewYear
	case month == time.May && day == 1:
		return LabourDay
	case month == time.May && day == 17:
		return ConstitutionDay
	case month == time.December && day == 25:
		return ChristmasDay
	case month == time.December && day == 26:
		return BoxingDay
	}
	return ""
}

// moving returns what a day is that lies some days after Easter Sunday.
func moving(after int) Free {
	switch after {
	case -3:
		return MaundyThursday
	case -2:
		return GoodFriday
	case 0:
		return EasterSunday
	case 1:
		return EasterMonday
	case 39:
		return Ascension
	case 49:
		return WhitSunday
	case 50:
		return WhitMonday
	}
	return ""
}

// easter returns the Easter Sunday of a year: the Sunday after the first full moon of
// spring, by the church's tables (Meeus, Astronomical Algorithms, chapter 8).
func easter(year int) time.Time {
	golden, century, rest := year%19, year/100, year%100
	moon := (19*golden + century - century/4 - (century-(century+8)/25+1)/3 + 15) % 30
	toSunday := (32 + 2*(century%4) + 2*(rest/4) - moon - rest%4) % 7
	late := (golden + 11*moon + 22*toSunday) / 451 // 1 where Easter would be after 25 April, or as late twice in 19 years
	return time.Date(year, time.March, 22+moon+toSunday-7*late, 0, 0, 0, 0, time.UTC)
}
