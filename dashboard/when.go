package dashboard

import (
	"strconv"
	"time"
)

// clock writes times as people here read them: Norway's clock, words of the
// page's language.
type clock struct {
	zone *time.Location
	w    *words
	now  time.Time
	full bool // the page is kept for others: a time always says its day
}

func (c clock) local(t time.Time) time.Time { return t.In(c.zone) }

// Day is "11. nov. 2022".
func (c clock) Day(t time.Time) string {
	t = c.local(t)
	return c.w.t("date.day", strconv.Itoa(t.Day()), c.month(t), strconv.Itoa(t.Year()))
}

// Short is "11. nov.", with the year if it is not this one.
func (c clock) Short(t time.Time) string {
	t = c.local(t)
	if t.Year() != c.local(c.now).Year() {
		return c.Day(t)
	}
	return c.w.t("date.short", strconv.Itoa(t.Day()), c.month(t))
}

func (c clock) month(t time.Time) string { return c.w.t("month." + strconv.Itoa(int(t.Month()))) }

// Minute is "10:42".
func (c clock) Minute(t time.Time) string { return c.local(t).Format("15:04") }

// Second is "10:42:07".
func (c clock) Second(t time.Time) string { return c.local(t).Format("15:04:05") }

// When is "10:42" for a time of the page's own day, else "11. nov. 10:42".
func (c clock) When(t time.Time) string {
	t = c.local(t)
	now := c.local(c.now)
	if !c.full && t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return c.Minute(t)
	}
	return c.Short(t) + " " + c.Minute(t)
}

// Stamp is the machine's form, for datetime=.
func (c clock) Stamp(t time.Time) string { return c.local(t).Format(time.RFC3339) }

// Date writes a day as it stands in a record (2006-01-02).
func (c clock) Date(day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, c.zone)
	if err != nil {
		return day
	}
	return c.Day(t)
}

// numbers writes counts.
func numbers(n []int) []string {
	out := make([]string, len(n))
	for i, v := range n {
		out[i] = strconv.Itoa(v)
	}
	return out
}
