package dashboard

import (
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/console"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/minutes"
	"kommunebilde/domain"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

var coLead = domain.Actor{ID: "ola", Grants: []domain.Grant{{Role: domain.RoleLead}}}

// minutesText are the minutes of m2 as text on one line.
func minutesText(t *testing.T, w *world, s *kit.Site, edition int) string {
	t.Helper()
	text, err := minutes.MinutesText(s, w.request(leader, domain.Live, "/referat/m2.txt"), w.picture(leader, domain.Live), "m2", edition)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

func (w *world) say(by domain.Actor, m, c string, l domain.Level, text string, at time.Time) {
	w.do(by, domain.SetLevels{Board: domain.Live, Meeting: "m2", EventAt: domain.Moment{Time: at}, Cells: []domain.CellEdit{
		{Municipality: domain.MunicipalityID(m), Column: domain.ColumnID(c), Level: l, Text: typed.Of(text)}}})
}

// A level that stayed is no change, but what was said again of it stands; what was
// entered later than it came to be so says both times.
func TestMinutesListChangesAlone(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.clock("2022-11-15T10:45:00")
	w.say(leader, "3436", "samfunnssikkerhet", domain.Yellow, "Omkjøring er på plass", w.now.Add(-20*time.Minute))
	w.say(leader, "3434", "fastlege", domain.Red, "Vikar kommer mandag", time.Time{})
	w.say(leader, "3451", "samfunnssikkerhet", domain.Red, "Strømbrudd for 1 200 kunder.", time.Time{}) // as before
	text := minutesText(t, w, s, 0)
	_, changes, _ := strings.Cut(text, "4. Endringer i møtet")
	changes, _, _ = strings.Cut(changes, "5. Endringer uten")
	listed, restated, _ := strings.Cut(changes, "Samme status, ny begrunnelse:")
	if want := "Samfunnssikkerhet: Rød → Gul. Omkjøring er på plass (10:25, ført 10:45)"; !strings.Contains(listed, want) {
		t.Errorf("the changes lack %q: %s", want, listed)
	}
	if want := "- Lom, Fastlegesituasjonen: rød. Vikar kommer mandag (10:45)"; !strings.Contains(restated, want) {
		t.Errorf("said anew: %q, want %q", restated, want)
	}
	if strings.Contains(changes, "Rød → Rød") || strings.Contains(changes, "1 200 kunder") {
		t.Errorf("what stayed is among the changes: %s", changes)
	}
	page, err := minutes.Minutes(s, w.request(leader, domain.Live, "/referat/m2"), w.picture(leader, domain.Live), "m2", 0)
	if err != nil {
		t.Fatal(err)
	}
	if body := string(page); !strings.Contains(body, "ført 10:45") || !strings.Contains(body, "Vikar kommer mandag (10:45)</li>") || strings.Contains(body, "Rød → Rød") {
		t.Error("the page does not say the same")
	}
}

// All who led are named, as they were called at the closing, and so they stay.
func TestMinutesNameTheLeads(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.clock("2022-11-15T10:45:00")
	w.say(coLead, "3436", "samfunnssikkerhet", domain.Yellow, "Omkjøring", time.Time{})
	if text := minutesText(t, w, s, 0); !strings.Contains(text, "Møteledere: K. Moen (åpnet); ola (ledet fra 10:45)") {
		t.Errorf("while it goes on:\n%s", text)
	}
	w.clock("2022-11-15T10:50:00")
	w.do(coLead, domain.CloseMeeting{Meeting: "m2", Unexplained: true, Names: map[domain.AccountID]string{"kari": "Kari Moen", "ola": "Ola Lie"}})
	text := minutesText(t, w, s, 0)
	if !strings.Contains(text, "Møteledere: Kari Moen (åpnet); Ola Lie (ledet fra 10:45, avsluttet)") || strings.Contains(text, "før dagens regler") {
		t.Errorf("after it:\n%s", text)
	}
	w.do(admin, texts.Redact{Texts: w.s.NamesKept("ola"), Reason: "Kontoen er slettet"})
	if text := minutesText(t, w, s, 0); !strings.Contains(text, "Kari Moen (åpnet); ola (ledet") || strings.Contains(text, "Ola Lie") {
		t.Errorf("after erasing:\n%s", text)
	}
}

// Minutes of a meeting that was closed before names were kept say so, once.
func TestMinutesOfBeforeSayThatTheyAreRedrawn(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true})
	if text := minutesText(t, w, s, 0); strings.Count(text, "avsluttet før dagens regler for referat") != 1 || !strings.Contains(text, "Møteleder: K. Moen (åpnet, avsluttet)") {
		t.Errorf("the minutes:\n%s", text)
	}
}

// A closing that was taken back leaves its minutes as they were, as an edition
// that is replaced; the next closing makes the one that holds.
func TestMinutesOfAMeetingOpenedAgain(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	names := map[domain.AccountID]string{"kari": "Kari Moen"}
	w.clock("2022-11-15T10:50:00")
	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true, Names: names})
	first := minutes.HeadWords(w.s.Head().Revision, w.s.Head().Hash)
	before, proof, _ := strings.Cut(minutesText(t, w, s, 0), "10. Sporbarhet")
	page := func(by domain.Actor, edition int) string {
		t.Helper()
		body, err := minutes.Minutes(s, w.request(by, domain.Live, "/referat/m2"), w.picture(by, domain.Live), "m2", edition)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	if !strings.Contains(proof, first) || strings.Contains(before, "Utgave 1") {
		t.Fatalf("the first minutes: %s %s", before, proof)
	}
	const form = `action="/mote/m2/gjenapne"`
	if !strings.Contains(page(leader, 0), form) || !strings.Contains(page(admin, 1), form) || strings.Contains(page(reader, 0), "gjenapne") || strings.Contains(page(editor, 0), "gjenapne") {
		t.Error("the form is not for leads and administrators")
	}
	w.clock("2022-11-15T10:52:00")
	w.do(admin, domain.ReopenMeeting{Meeting: "m2", Reason: "Avsluttet ved en feil"})
	const replaced = "Utgave 1, erstattet kl. 10:52. Møtet ble åpnet igjen av admin: Avsluttet ved en feil"
	if text := minutesText(t, w, s, 0); !strings.Contains(text, "FORELØPIG") || !strings.Contains(text, replaced) {
		t.Errorf("while it goes on again:\n%s", text)
	}
	w.clock("2022-11-15T10:58:00")
	w.say(coLead, "3436", "samfunnssikkerhet", domain.Yellow, "Omkjøring", time.Time{})
	names["ola"], names["kari"], names["admin"] = "Ola Lie", "Kari Moen Berg", "Siri Hagen"
	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true, Names: names})
	now := strings.Replace(replaced, "admin", "Siri Hagen", 1)
	old, oldProof, _ := strings.Cut(minutesText(t, w, s, 1), "10. Sporbarhet")
	if !strings.Contains(old, "utgave 1, erstattet") || strings.Count(old, now) != 1 || strings.Replace(strings.Replace(old, now+" ", "", 1), ", utgave 1, erstattet", "", 1) != before || !strings.Contains(oldProof, first) {
		t.Errorf("edition 1 is now\n%s%s\nwas\n%s", old, oldProof, before)
	}
	second := minutesText(t, w, s, 0)
	for _, want := range []string{", utgave 2 ", "10:00–10:58", now, "Kari Moen Berg (åpnet, avsluttet); Ola Lie (ledet fra 10:58)", "Omkjøring", minutes.HeadWords(w.s.Head().Revision, w.s.Head().Hash)} {
		if !strings.Contains(second, want) {
			t.Errorf("edition 2 lacks %q:\n%s", want, second)
		}
	}
	if minutesText(t, w, s, 2) != second {
		t.Error("edition 2 is not what one gets unasked")
	}
	if body := page(leader, 0); !strings.Contains(body, `href="/referat/m2?utgave=1"`) || !strings.Contains(body, form) || !strings.Contains(body, `/referat/m2.txt?utgave=2`) {
		t.Error("the page does not lead to edition 1, or cannot be opened again")
	}
	if body := page(leader, 1); strings.Contains(body, form) || !strings.Contains(body, `<a href="/referat/m2">`) {
		t.Error("edition 1 can be opened again, or does not lead to the one that holds")
	}
	if _, err := minutes.Minutes(s, w.request(leader, domain.Live, "/referat/m2"), w.picture(leader, domain.Live), "m2", 3); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("an edition that is not there: %v", err)
	}
	w.do(leader, domain.OpenMeeting{ID: "m3", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Neste"})
	if body := page(leader, 0); strings.Contains(body, form) || !strings.Contains(body, "et annet møte på tavla er åpnet") {
		t.Error("the page does not say why the meeting stays closed")
	}
}

// "No change" after the lead's change stands beside it, for the lead, the contact
// and the minutes.
func TestConfirmationIsSeen(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.clock("2022-11-15T10:45:00")
	w.say(leader, "3454", "samfunnssikkerhet", domain.Red, "Skred", time.Time{})
	w.clock("2022-11-15T10:47:00")
	w.do(vang, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []domain.MunicipalityID{"3454"}, ReportedBy: "Vang v/vakt"})
	for name, c := range map[string]struct {
		by    domain.Actor
		draw  func(kit.Request, domain.Picture) ([]byte, error)
		words string
	}{
		"the lead": {leader, func(r kit.Request, p domain.Picture) ([]byte, error) { return console.Console(s, r, p, "m2", "3454") }, "bekreftet 10:47, Vang v/vakt"},
		"contact": {vang, func(r kit.Request, p domain.Picture) ([]byte, error) {
			return meetings.Meeting(s, r, p, "m2", meetings.MeetingOptions{})
		}, "endret 10:45 · bekreftet 10:47"},
		"minutes": {leader, func(r kit.Request, p domain.Picture) ([]byte, error) { return minutes.Minutes(s, r, p, "m2", 0) }, "bekreftet 10:47, Vang v/vakt"},
	} {
		page, err := c.draw(w.request(c.by, domain.Live, "/"), w.picture(c.by, domain.Live))
		if err != nil {
			t.Fatal(name, err)
		}
		if !strings.Contains(string(page), c.words) {
			t.Errorf("%s: the page lacks %q", name, c.words)
		}
	}
}
