package dashboard

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/start"
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/typed"
)

var tags = regexp.MustCompile(`<[^>]*>`)

// startOf returns the words of somebody's first page.
func (w *world) startOf(by domain.Actor, name string, o start.Options) string {
	w.t.Helper()
	r := w.request(by, domain.Live, "/start")
	r.RightsOn = func(b domain.BoardID) domain.Rights { return domain.RightsOf(w.s, by, b, w.now) }
	r.User.Name, r.User.Staff = name, by.Staff(w.now)
	for _, g := range by.Grants {
		r.User.Areas = append(r.User.Areas, g.Areas...)
	}
	if p, ok := domain.PictureOf(w.s, domain.AudienceOf(w.s, by, domain.Live, w.now), domain.Live, w.now); ok {
		o.Now = &p
	}
	page, err := start.Page(newSite(w.t), r, o)
	if err != nil {
		w.t.Fatal(err)
	}
	_, main, _ := strings.Cut(string(page), "<main")
	main, _, _ = strings.Cut(main, "</main>")
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(main, " "))), " ")
}

func has(t *testing.T, what, words string, want, not []string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(words, s) {
			t.Errorf("%s lacks %q:\n%s", what, s, words)
		}
	}
	for _, s := range not {
		if strings.Contains(words, s) {
			t.Errorf("%s has %q:\n%s", what, s, words)
		}
	}
}

// TestStartTellsWhatChanged: after the last visit, newest first, a meeting as one line
// with what came of it; a municipality is told of its own cells and of no person.
func TestStartTellsWhatChanged(t *testing.T) {
	t.Parallel()
	w := duringMeeting(t)
	before := func(hours int) start.Options {
		return start.Options{Before: w.now.Add(-time.Duration(hours) * time.Hour)}
	}
	has(t, "the lead's page", w.startOf(leader, "K. Moen", before(48)), []string{
		"Tirsdag 15. november", "Du var her sist søndag 13. november.", "Endret siden sist",
		"Beredskapsmøte 15. nov. møte pågår, åpnet 10:00 Åpne oversikten",
		"i dag 10:00 K. Moen åpnet møtet «Beredskapsmøte 15. nov.» 3 endringer",
		"i går 10:50 K. Moen avsluttet møtet «", "1 tiltak åpent",
		"1 melding venter på deg",
		"Skaffe vikarlege til helgen Lom · Fastlegesituasjonen Lom v/kommuneoverlege 14. nov. 1 dag over",
	}, []string{"Dette er første gang", "Fire steg"})
	has(t, "a page of two hours", w.startOf(reader, "Les", before(2)), []string{"i dag 10:00 K. Moen åpnet"}, []string{"avsluttet møtet", "venter på deg"})
	has(t, "the first visit", w.startOf(reader, "Les", start.Options{}), []string{"Dette er første gang du er her.", "Endret den siste uken"}, nil)
	w.now = w.now.AddDate(0, 0, 3)
	has(t, "a page where nothing changed", w.startOf(reader, "Les", before(24)), []string{"Ingenting er endret siden i går 10:42."}, []string{"Endret siden sist i"})
	w.now = w.now.AddDate(1, 0, 0)
	has(t, "a page after a year", w.startOf(reader, "Les", before(366*24)), []string{"Ingenting er endret de siste 60 dagene.", "Du var her sist"}, nil)
}

func TestStartOfAMunicipality(t *testing.T) {
	t.Parallel()
	w := duringMeeting(t)
	lom := domain.Actor{ID: "lom", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3433"}}}
	o := start.Options{Before: w.now.Add(-time.Hour)}
	has(t, "Skjåk's page", w.startOf(lom, "Skjåk, vakt", o), []string{"Skjåk · Samfunnssikkerhet: ", "→ Gul", "Møtet «Beredskapsmøte 15. nov.» ble åpnet"}, []string{"K. Moen", "Vågå", "Neste møte"})
	slidre := domain.Actor{ID: "slidre", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3453"}}}
	has(t, "Øystre Slidre's page", w.startOf(slidre, "Vakt", o), []string{"Til deg 1", "Oppropet venter på svar fra Øystre Slidre"}, []string{"K. Moen", "Skjåk"})
}

// TestStartTellsWhatComes: what is due and what has one's name is told of, the next
// meeting with its day, and of many changes the first six.
func TestStartTellsWhatComes(t *testing.T) {
	t.Parallel()
	w := duringMeeting(t)
	w.do(leader, actions.Add{Meeting: "m2", ID: "a2", Municipality: "3454", Text: "Ring vakta", Owner: "l. dahl", Due: "2022-11-16"})
	for i, days := range []int{9, 1} {
		w.do(leader, calendar.Schedule{Board: domain.Live, ID: calendar.ID(fmt.Sprint("k", i)), Title: []typed.Text{"Uke 47", "I morgen"}[i], At: domain.Moment{Time: w.now.AddDate(0, 0, days)}})
	}
	o := start.Options{Before: w.now.Add(-time.Hour)}
	page := w.startOf(reader, "L. Dahl", o)
	has(t, "the page", page, []string{
		"Til deg 1 Ring vakta Vang · innen 16. nov.", "Åpne tiltak 2 åpne, 1 over frist",
		"Neste møte I morgen onsdag 16. nov. kl. 10:42, i morgen Legg i kalender Uke 47 torsdag 24. nov. kl. 10:42",
	}, []string{"Åpne møtet", "Sett dato"})
	if _, table, _ := strings.Cut(page, "Åpne tiltak"); strings.Index(table, "Skaffe vikarlege") > strings.Index(table, "Ring vakta") {
		t.Error("what is due later stands before what is late")
	}
	has(t, "the lead's page", w.startOf(leader, "K. Moen", o), []string{"Legg i kalender", "Åpne møtet", "Sett dato for et møte"}, nil)

	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true})
	for i := range 8 {
		w.now = w.now.Add(time.Minute)
		w.do(leader, domain.OpenMeeting{ID: domain.MeetingID(fmt.Sprint("x", i)), Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Kort"})
		w.do(leader, domain.CloseMeeting{Meeting: domain.MeetingID(fmt.Sprint("x", i))})
	}
	has(t, "a page of many changes", w.startOf(reader, "L. Dahl", o), []string{"6 av 9, nyeste først · alle"}, nil)
	o.All = true
	if all := w.startOf(reader, "L. Dahl", o); strings.Count(all, "avsluttet møtet") != 9 || strings.Contains(all, "nyeste først") {
		t.Errorf("all are not there:\n%s", all)
	}
}

// TestStartOfANewInstallation: who manages it is told of four steps until all are done.
func TestStartOfANewInstallation(t *testing.T) {
	t.Parallel()
	w := small(t)
	steps := start.Setup{Accounts: true, Edition: true}
	has(t, "the page", w.startOf(admin, "S. Hagen", start.Options{Setup: &steps}), []string{
		"Fire steg før dere er i gang Gi kontorets folk kontoer gjort", "Legg inn en utgave gjort", "Velg grunnlag for nåbildet gjenstår", "Åpne det første møtet gjenstår",
	}, nil)
	steps.Base, steps.Meeting = true, true
	has(t, "the page when all is done", w.startOf(admin, "S. Hagen", start.Options{Setup: &steps}), nil, []string{"Fire steg"})
}
