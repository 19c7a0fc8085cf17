package screens

import (
	"testing"
	"time"

	"kommunebilde/server/servertest"
)

// TestTimesAreThoseThatWereMeasured, unless somebody asks for others.
func TestTimesAreThoseThatWereMeasured(t *testing.T) {
	t.Parallel()
	s, err := New(Config{Now: time.Now, Timing: Timing{Follow: time.Minute}})
	servertest.Must(t, err)
	want := Timing{Beat: 5 * time.Second, Ping: 20 * time.Second, Silence: 45 * time.Second, Write: 10 * time.Second, Farewell: time.Second, Follow: time.Minute}
	if s.cfg.Timing != want {
		t.Errorf("the times are %+v", s.cfg.Timing)
	}
}
