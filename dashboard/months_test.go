package dashboard

import (
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/kit"
)

// The script writes days as the server does, in every language.
func TestScriptWritesDaysAsTheServer(t *testing.T) {
	s := newSite(t)
	for _, lang := range kit.Languages() {
		w := s.WordsIn(lang)
		months := strings.Fields(w.T("js.months"))
		if len(months) != 12 {
			t.Fatalf("%s has %d months", lang, len(months))
		}
		c := kit.Clock{Zone: time.UTC, Words: w, Now: time.Date(2022, 6, 1, 0, 0, 0, 0, time.UTC)}
		for i, month := range months {
			day := time.Date(2022, time.Month(i+1), 9, 0, 0, 0, 0, time.UTC)
			if got, want := w.T("js.date", "9", month), c.Short(day); got != want {
				t.Errorf("%s: %q, the server writes %q", lang, got, want)
			}
			day = day.AddDate(1, 0, 0)
			if got, want := w.T("js.date.year", "9", month, "2023"), c.Short(day); got != want {
				t.Errorf("%s: %q, the server writes %q", lang, got, want)
			}
		}
	}
}
