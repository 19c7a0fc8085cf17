package live

import (
	"testing"
	"time"

	"kommunebilde/domain"
)

func TestCommandsComeInTime(t *testing.T) {
	noon := time.Date(2022, 9, 2, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		issued time.Time
		ok     bool
	}{
		"now":                   {noon, true},
		"15 s ago":              {noon.Add(-liveAge), true},
		"later":                 {noon.Add(-liveAge - time.Millisecond), false},
		"by a clock 5 s ahead":  {noon.Add(clockErrors), true},
		"by one that is wrong":  {noon.Add(clockErrors + time.Millisecond), false},
		"nobody knows":          {time.Time{}, true},
		"when time was counted": {time.UnixMilli(0), false},
	} {
		if err := inTime(c.issued, noon); (err == nil) != c.ok || err != nil && domain.CodeOf(err) != domain.TooOld {
			t.Errorf("issued %s: %v", name, err)
		}
	}
}
