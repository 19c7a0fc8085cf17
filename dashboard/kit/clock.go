package kit

import (
	"strconv"
	"time"
)

// Clock writes times as people here read them: Norway's clock, words of the
// page's language.
type Clock struct {
	Zone  *time.Location
	Words *Words
	Now   time.Time
	Full  bool // the page is kept for others: a time always says its day
}

// Local returns a time as clocks in Norway say it.
func (c Clock) Local(t time.Time) time.Time { return t.In(c.Zone) }

// Day is "11. nov. 2022".
func (c Clock) Day(t time.Time) string {
	t = c.Local(t)
	return c.Words.T("date.day", strconv.Itoa(t.Day()), c.month(t), strconv.Itoa(t.Year()))
}

// Short is "11. nov.", with the year if it is not this one.
func (c Clock) Short(t time.Time) string {
	t = c.Local(t)
	if t.Year() != c.Local(c.Now).Year() {
		return c.Day(t)
	}
	return c.Words.T("date.short", strconv.Itoa(t.Day()), c.month(t))
}

func (c Clock) month(t time.Time) string { return c.Words.T("month." + strconv.Itoa(int(t.Month()))) }

// Minute is "10:42".
func (c Clock) Minute(t time.Time) string { return c.Local(t).Format("15:04") }

// Second is "10:42:07".
func (c Clock) Second(t time.Time) string { return c.Local(t).Format("15:04:05") }

// When is "10:42" for a time of the page's own day, else "11. nov. 10:42".
func (c Clock) When(t time.Time) string {
	t = c.Local(t)
	now := c.Local(c.Now)
	if !c.Full && t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return c.Minute(t)
	}
	return c.Short(t) + " " + c.Minute(t)
}

// Moment is "10:42:07" for a time of the page's own day, else "11. nov. 10:42:07".
func (c Clock) Moment(t time.Time) string {
	if c.When(t) == c.Minute(t) {
		return c.Second(t)
	}
	return c.Short(t) + " " + c.Second(t)
}

// Stamp is the machine's form, for datetime=.
func (c Clock) Stamp(t time.Time) string { return c.Local(t).Format(time.RFC3339) }

// Date writes a day as it stands in a record (2006-01-02).
func (c Clock) Date(day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, c.Zone)
	if err != nil {
		return day
	}
	return c.Day(t)
}

// Numbers writes counts.
func Numbers(n []int) []string {
	out := make([]string, len(n))
	for i, v := range n {
		out[i] = strconv.Itoa(v)
	}
	return out
}
