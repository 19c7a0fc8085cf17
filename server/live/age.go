package live

import (
	"time"

	"kommunebilde/domain"
)

const (
	liveAge     = 15 * time.Second // a click that waited longer is refused
	clockErrors = 5 * time.Second  // how far ahead a browser may think the server is
)

// inTime refuses a command that comes long after it was issued, by the server's
// clock: what was so when somebody clicked need not be so any more. One that does
// not say when it was issued has no age.
func inTime(issued, now time.Time) error {
	if age := now.Sub(issued); !issued.IsZero() && (age > liveAge || age < -clockErrors) {
		return &domain.Error{Code: domain.TooOld, Field: "issued", Msg: "command.old"}
	}
	return nil
}
