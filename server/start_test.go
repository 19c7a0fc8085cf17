package server

import (
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/suggestion"
)

// TestCalendarFile: a meeting that is to come is a file that calendars read, for staff
// alone; one that is not there is not told from one that is not to be seen.
func TestCalendarFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := time.Now().AddDate(0, 0, 9).UTC().Truncate(time.Hour)
	w.submit(calendar.Schedule{Board: domain.Live, ID: "k1", Title: "Møte om flom; alle, nå", At: domain.Moment{Time: at}})
	res := w.get("leser", "/tavle/na/kalender/k1.ics")
	for _, want := range []string{
		"BEGIN:VCALENDAR\r\n", "METHOD:PUBLISH\r\n", "UID:k1@kommunebilder\r\n", "DTSTART:" + at.Format("20060102T150405Z") + "\r\n", `SUMMARY:Møte om flom\; alle\, nå` + "\r\n",
	} {
		if !strings.Contains(res.body, want) {
			t.Errorf("the file lacks %q:\n%s", want, res.body)
		}
	}
	if kind := res.header.Get("Content-Type"); res.status != 200 || !strings.HasPrefix(kind, "text/calendar") {
		t.Errorf("%d, %s", res.status, kind)
	}
	w.openMeeting()
	if a, b := w.get("kommune", "/tavle/na/kalender/k1.ics"), w.get("kommune", "/tavle/na/kalender/k9.ics"); a.status != 403 || b.status != 403 {
		t.Errorf("a contact is answered %d, and %d of none", a.status, b.status)
	}
	if body := w.get("kommune", "/start").body; strings.Contains(body, "Møte om flom") {
		t.Error("a contact is told of the meeting")
	}
	if body := w.get("leser", "/start").body; !strings.Contains(body, "Møte om flom") {
		t.Error("a reader is not told of the meeting")
	}
}

// TestStartTellsOfTheEdition: the office reads how far a planned edition has come, its
// experts their own areas and what was sent back, and a suggestion until it is answered.
// Nobody else is told.
func TestStartTellsOfTheEdition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.planned()
	start := func(account string) string { return w.get(account, "/start?lang=nb").body }
	if body := start("leser"); !strings.Contains(body, `/utgave/arbeid/fremdrift"`) || strings.Contains(body, "planlagt/fremdrift") || strings.Contains(body, "/vurdering/") {
		t.Errorf("a reader's page: %s", body)
	}
	if body := start("kommune"); strings.Contains(body, "fremdrift") || strings.Contains(body, "sendt inn") {
		t.Error("a contact is told how far the work has come")
	}
	own := `/utgave/arbeid/vurdering/beredskap"`
	if body := start("fagansvarlig"); !strings.Contains(body, own) || !strings.Contains(body, "1 av 3 sendt inn") {
		t.Errorf("an expert does not find their own area: %s", body)
	}
	meeting := w.openMeeting()
	w.submit(suggestion.Suggest{Meeting: meeting, Municipality: "9901", Column: "beredskap", Text: "Se på skyssen."})
	if body := start("fagansvarlig"); !strings.Contains(body, "Se på skyssen.") || !strings.Contains(body, `/utgave/begynt/vurdering/beredskap/9901"`) {
		t.Errorf("a suggestion does not lead to where it is answered: %s", body)
	}
	w.submit(suggestion.Answer{Board: "arbeid", Suggestion: w.clerk.State().Head().Revision, Outcome: suggestion.NotTaken})
	if body := start("fagansvarlig"); strings.Contains(body, "Se på skyssen.") {
		t.Error("a suggestion that was answered still waits")
	}
}
