package dashboard

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/console"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/minutes"
	"kommunebilde/dashboard/overview"
	"kommunebilde/dashboard/playback"
	screenpages "kommunebilde/dashboard/screens"
	"kommunebilde/dashboard/situations"
	"kommunebilde/dashboard/wall"
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/outline"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
)

// meetingPages makes every page of meetings and situations, of the small county
// with its nasty texts.
func meetingPages(t testing.TB, s *kit.Site, lang string) map[string]string {
	t.Helper()
	w := small(t)
	catalogue, m := *w.picture(leader, domain.Live).Catalogue(), w.picture(leader, domain.Live).Map()
	catalogue.Columns = append(slices.Clone(catalogue.Columns), domain.Column{ID: "strom", Kind: domain.ColumnFunction, Version: 1, Name: domain.Words{NB: "Strøm"}, StaleAfter: 4})
	w.do(leader, notes.Write{Meeting: "m1", ID: "hendelse-1", Text: nasty})
	w.do(leader, notes.Write{Meeting: "m1", ID: "hendelse-2", Text: nasty})
	w.do(leader, notes.Withdraw{Meeting: "m1", ID: "hendelse-2", Reason: nasty})
	w.do(editor, outline.Replace{Sections: []outline.Edit{{Key: outline.KeyOwn, Heading: nasty, Text: nasty}, {Key: outline.KeyWho, Heading: nasty}, {Key: outline.KeyChanges}, {Key: outline.KeyProof}}})
	w.do(leader, actions.Add{Meeting: "m1", ID: "handling-1", Municipality: "0002", Column: "plan", Text: nasty, Owner: nasty, Due: "2022-11-20"})
	w.do(leader, domain.OpenSituation{Board: "flom", Title: nasty, Exercise: true, Catalogue: catalogue, Map: m})
	w.do(leader, domain.OpenMeeting{ID: "f1", Board: "flom", Kind: domain.MeetingRegion, Title: nasty, Actors: []typed.Text{nasty}, Series: nasty})
	w.do(leader, domain.SetLevels{Board: "flom", Meeting: "f1", ReportedBy: nasty, Cells: []domain.CellEdit{{Municipality: "0002", Column: "strom", Level: domain.Critical, Text: nasty}}})
	w.do(leader, figures.Tell{Meeting: "f1", Figures: []figures.Edit{{Municipality: "0002", Column: "strom", Figure: figures.WithoutPower, Value: 1200, Source: nasty, Certainty: figures.Estimated}}})
	w.do(leader, assistance.Ask{Meeting: "f1", ID: "bistand-1", Municipality: "0002", Of: nasty, What: nasty})
	out := map[string]string{}
	put := func(name string, body []byte, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
		out[name] = string(body)
	}
	ask := func(by domain.Actor, b domain.BoardID, path string) kit.Request {
		r := w.request(by, b, path)
		r.Lang = lang
		return r
	}
	for board, meeting := range map[domain.BoardID]domain.MeetingID{domain.Live: "m1", "flom": "f1"} {
		p, name := w.picture(leader, board), " lead "+string(board)
		b := string(board)
		body, err := console.Console(s, ask(leader, board, "/konsoll/"+string(meeting)), p, meeting, "0002")
		put("console"+name, body, err)
		body, err = meetings.Meeting(s, ask(leader, board, "/mote/"+string(meeting)), p, meeting, meetings.MeetingOptions{})
		put("meeting"+name, body, err)
		body, err = minutes.Minutes(s, ask(leader, board, "/referat/"+string(meeting)), p, meeting, 0)
		put("minutes"+name, body, err)
		body, err = console.Closing(s, ask(leader, board, "/mote/"+string(meeting)+"/avslutt"), p, meeting, nil)
		put("closing"+name, body, err)
		body, err = playback.Playback(s, ask(leader, board, "/avspilling/"+b), p, playback.Played{From: w.now.Add(-time.Hour), To: w.now})
		put("playback "+b, body, err)
		body, err = playback.Differences(s, ask(leader, board, "/forskjeller/"+b), p.At(w.now.Add(-time.Hour)), p, w.now.Add(-time.Hour), w.now, 0)
		put("differences "+b, body, err)
		body, err = overview.Overview(s, ask(leader, board, "/tavle/"+b), p, kit.Filter{})
		put("board"+name, body, err)
		for _, layout := range []string{"a", "b", "c"} {
			body, err = wall.Wall(s, ask(reader, board, "/skjerm"), w.picture(reader, board), wall.Options{Layout: layout, Rotate: 20})
			put("wall "+layout+" "+b, body, err)
		}
	}
	body, err := overview.Panel(s, ask(leader, "flom", "/tavle/flom"), w.picture(leader, "flom"), "0002", "strom", kit.Filter{})
	put("panel", body, err)
	body, err = minutes.ReportTemplate(s, ask(editor, domain.Live, "/referatmal"), w.picture(editor, domain.Live), minutes.TemplateOptions{
		Meetings: w.picture(editor, domain.Live).Meetings(), Preview: "m1", Of: w.picture(editor, domain.Live)})
	put("template", body, err)
	body, err = minutes.ReportTemplate(s, ask(editor, domain.Live, "/referatmal"), w.picture(editor, domain.Live), minutes.TemplateOptions{
		Draft: []outline.Edit{{Key: nasty, Heading: nasty}}, Err: &domain.Error{Code: domain.Invalid, Field: "sections[0].key", Msg: "template.unknown", Args: []string{nasty}}})
	put("template wrong", body, err)
	body, err = situations.Situations(s, ask(leader, domain.Live, "/hendelser"), w.s.BoardsOf(leader, w.now), nil)
	put("situations lead", body, err)
	now := w.picture(leader, domain.Live)
	body, err = screenpages.Screens(s, ask(leader, domain.Live, "/skjermer"), []screenpages.Screen{{ID: "s1", Name: nasty, Board: domain.Live, View: nasty, Auto: true, Pinned: true, Paired: w.now, By: "leder"}}, &now)
	put("screens lead", body, err)
	body, err = screenpages.Pairing(s, ask(nobody, domain.Live, "/skjerm"), "123456", "bilder.example.no/skjermer")
	put("pairing", body, err)
	return out
}

// What belongs to an exercise says so: in the title, beside the heading and by
// its frame; what is real never does.
func TestExercisesSayThatTheyAre(t *testing.T) {
	for name, page := range meetingPages(t, newSite(t), "nb") {
		if name == "panel" || name == "pairing" || strings.HasPrefix(name, "s") {
			continue
		}
		exercise := strings.HasSuffix(name, "flom")
		title, _, _ := strings.Cut(page, "</title>")
		for what, got := range map[string]bool{
			"title": strings.Contains(title, "<title>ØVELSE – "), "frame": strings.Contains(page, " data-exercise"),
			"word": strings.Contains(page, `<strong class="exercise">ØVELSE</strong>`),
		} {
			if got != exercise {
				t.Errorf("%s: %s says exercise: %v", name, what, got)
			}
		}
	}
	w, s := duringMeeting(t), newSite(t)
	w.do(leader, domain.OpenMeeting{ID: "o1", Board: "ovelse", Kind: domain.MeetingPreparedness, Title: "Øving"})
	text, err := minutes.MinutesText(s, w.request(leader, "ovelse", "/referat/o1.txt"), w.picture(leader, "ovelse"), "o1", 0)
	if err != nil || !strings.HasPrefix(string(text), "ØVELSE") {
		t.Errorf("the report of an exercise begins %.40q, %v", text, err)
	}
}

var queueRow = regexp.MustCompile(`<li data-m="(\d+)" data-roll="([a-z_]+)"( data-selected)?( hidden)?`)

// The queue shows everybody who has not reported, and all of the region that
// speaks; the count beside it is the roll-call's.
func TestQueueHoldsWhoIsMissing(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(leader, domain.Live)
	page, err := console.Console(s, w.request(leader, domain.Live, "/konsoll/m2"), p, "m2", "3433")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for _, m := range queueRow.FindAllStringSubmatch(string(page), -1) {
		if m[4] == "" {
			shown[m[1]] = m[2]
		}
	}
	answered := 0
	for _, e := range rollcall.Of(p, "m2") {
		if e.State != rollcall.NotReported {
			answered++
		}
		region := p.Catalogue().Municipalities[p.Row(e.Municipality)].Region
		state, there := shown[string(e.Municipality)]
		if want := e.State == rollcall.NotReported || region == "nord-gudbrandsdal"; there != want || there && state != string(e.State) {
			t.Errorf("%s (%s) is in the queue: %v as %q", e.Municipality, e.State, there, state)
		}
	}
	if want := "37 av 46 har svart"; answered != 37 || !strings.Contains(string(page), want) {
		t.Errorf("%d have answered; the page does not say %q", answered, want)
	}
	if !strings.Contains(string(page), `formaction="/mote/m2/ingen-endring"`) || !strings.Contains(string(page), `name="m" value="3433"`) {
		t.Error("«Ingen endring» is not one key")
	}
}

// Nobody changes place by what is reported: keys that follow each other meet whom
// they are meant for, drawn or not. "Next" is the first after the selected one who
// is missing.
func TestQueueStandsStill(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	order := func() (rows []string) {
		page, err := console.Console(s, w.request(leader, domain.Live, "/konsoll/m2"), w.picture(leader, domain.Live), "m2", "3449")
		if err != nil {
			t.Fatal(err)
		}
		missing, first := "", ""
		for _, m := range queueRow.FindAllStringSubmatch(string(page), -1) {
			rows = append(rows, m[1])
			if at := slices.Index(rows, "3449"); m[2] == "not_reported" && at >= 0 && at < len(rows)-1 && missing == "" {
				missing = m[1]
			}
			if m[2] == "not_reported" && first == "" {
				first = m[1]
			}
		}
		if missing == "" { // nobody after the selected one: from the top
			missing = first
		}
		if next := `id="next" href="?valgt=` + missing + `&amp;`; !strings.Contains(string(page), next) {
			t.Errorf("next is not %s", missing)
		}
		return rows
	}
	before := order()
	p := w.picture(leader, domain.Live)
	if len(before) != len(rollcall.Of(p, "m2")) {
		t.Fatalf("the queue has %d of %d", len(before), len(rollcall.Of(p, "m2")))
	}
	var missing []domain.MunicipalityID
	for _, e := range rollcall.Of(p, "m2") {
		if e.State == rollcall.NotReported && p.Catalogue().Municipalities[p.Row(e.Municipality)].Region == "valdres" {
			missing = append(missing, e.Municipality)
		}
	}
	w.do(leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: missing[:1]})
	if after := order(); !slices.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
}

// Who is reported about by others is called even so, and the console, the
// walls, the meeting's page and its minutes say whose word there is: by name to
// those who see who reported.
func TestWhoIsReportedAboutIsCalled(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	bulk := domain.SetLevels{Board: domain.Live, Meeting: "m2", ReportedBy: "Politiet v/operasjonsleder"}
	for _, m := range []domain.MunicipalityID{"3443", "3448"} {
		bulk.Cells = append(bulk.Cells, domain.CellEdit{Municipality: m, Column: "samfunnssikkerhet", Level: domain.Yellow, Text: "x"})
	}
	w.do(leader, bulk)
	bulk.Cells = bulk.Cells[:1]
	w.do(leader, bulk)
	screen := domain.Actor{ID: "vegg", Grants: []domain.Grant{{Role: domain.RoleScreen}}}
	contact := domain.Actor{ID: "vt", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3443"}}}
	for _, lang := range kit.Languages() {
		about := map[string][4]string{"nb": {"omtalt av Politiet 2 ganger", "omtalt av andre", "har ikke svart", "omtalt"}, "nn": {"omtalt av Politiet 2 gonger", "omtalt av andre", "har ikkje svart", "omtalt"}, "en": {"mentioned by Politiet 2 times", "mentioned by others", "not answered", "mentioned"}}[lang]
		ask := func(by domain.Actor, path string) (kit.Request, domain.Picture) {
			r := w.request(by, domain.Live, path)
			r.Lang = lang
			return r, w.picture(by, domain.Live)
		}
		has := func(what string, page []byte, err error, words string) {
			t.Helper()
			if flat := strings.Join(strings.Fields(string(page)), " "); err != nil || !strings.Contains(flat, words) {
				t.Errorf("%s in %s does not say %q: %v", what, lang, words, err)
			}
		}
		r, p := ask(leader, "/konsoll/m2")
		page, err := console.Console(s, r, p, "m2", "3443")
		has("the console", page, err, about[0])
		page, err = minutes.Minutes(s, r, p, "m2", 0)
		has("the minutes", page, err, "Vestre Toten ("+about[2]+" · "+about[0]+")")
		text, err := minutes.MinutesText(s, r, p, "m2", 0)
		has("the minutes' list of the missing", text, err, "Vestre Toten ("+about[0]+")")
		page, err = meetings.Meeting(s, r, p, "m2", meetings.MeetingOptions{})
		has("the meeting's page", page, err, "Vestre Toten ("+about[0]+")")
		r, p = ask(contact, "/mote/m2")
		page, err = meetings.Meeting(s, r, p, "m2", meetings.MeetingOptions{})
		has("the contact's page", page, err, about[1])
		r, p = ask(screen, "/skjerm")
		page, err = wall.Wall(s, r, p, wall.Options{})
		has("the wall", page, err, " · 2 "+about[3])
		if strings.Contains(string(page), "Politiet") {
			t.Error("a wall names who reported")
		}
	}
}

var logLine = regexp.MustCompile(`<li data-rev="(\d+)">.*?</li>`)

// Each line of the console's log is made a significant event by one press, which
// says what the line says; one that is, says so and cannot be pressed again.
func TestLinesOfTheLogArePromoted(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	page, err := console.Console(s, w.request(leader, domain.Live, "/konsoll/m2"), w.picture(leader, domain.Live), "m2", "")
	if err != nil {
		t.Fatal(err)
	}
	lines := logLine.FindAllString(string(page), -1)
	if len(lines) != 4 {
		t.Fatalf("%d lines", len(lines))
	}
	if strings.Contains(lines[0], "<button class=\"star\"") || !strings.Contains(lines[0], "★") {
		t.Errorf("a line that is a significant event: %s", lines[0])
	}
	for _, line := range lines[1:] {
		if !strings.Contains(line, `action="/mote/m2/hendelse"`) {
			t.Errorf("no star: %s", line)
		}
	}
	if !strings.Contains(lines[1], `name="text" value="Vågå, Sikkerhet: Rød → Gul"`) {
		t.Errorf("without a reason it says from which level to which: %s", lines[1])
	}
	if !strings.Contains(lines[2], `: Strømmen er tilbake."`) {
		t.Errorf("with a reason it says that: %s", lines[2])
	}
}

// A contact's report that nobody took or left is told before the meeting is closed,
// in the minutes, and to the contact.
func TestReportThatNobodyAnsweredIsTold(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	ask := func(page []byte, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return html.UnescapeString(string(page))
	}
	const want = "Ubehandlet melding fra Vang (10:42, Vang v/beredskapskoordinator): Samfunnssikkerhet: gul. Fv. 51 er stengt, omkjøring er på plass."
	p := w.picture(leader, domain.Live)
	if page := ask(console.Closing(s, w.request(leader, domain.Live, "/mote/m2/avslutt"), p, "m2", nil)); !strings.Contains(page, want) {
		t.Error("the closing page does not tell")
	}
	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true})
	p, r := w.picture(leader, domain.Live), w.request(leader, domain.Live, "/referat/m2")
	if page := ask(minutes.Minutes(s, r, p, "m2", 0)); !strings.Contains(page, want) {
		t.Error("the minutes do not tell")
	}
	if text := strings.Join(strings.Fields(ask(minutes.MinutesText(s, r, p, "m2", 0))), " "); !strings.Contains(text, want) {
		t.Errorf("nor as text: %s", text)
	}
	e, ok := rollcall.Closed(w.s, vang, "m2", w.now)
	if page := ask(meetings.Ended(s, w.request(vang, domain.Live, "/mote/m2"), "m2", e)); !ok || !strings.Contains(page, "Ikke behandlet i møtet") {
		t.Error("the contact is not told")
	}
}

// An undo is told as one: no reason and no reporter that nobody said now, and
// neither it nor what it took back can be made a significant event. What it brings
// back was not said lately.
func TestUndoIsToldAsOne(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	set := func(level domain.Level, text, by string) {
		w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m2", ReportedBy: typed.Of(by), Cells: []domain.CellEdit{
			{Municipality: "3435", Column: "klima", Level: level, Text: typed.Of(text)}}})
	}
	set(domain.Green, "Veien er åpnet.", "Vang v/ordfører")
	w.now = w.now.Add(time.Hour)
	set(domain.Red, "Ras over veien.", "Nettselskap")
	slip := w.s.Head().Revision
	w.do(leader, domain.Undo{Board: domain.Live, Revision: slip})
	ask := func(page []byte, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return string(page)
	}
	p := w.picture(leader, domain.Live)
	made := ask(console.Console(s, w.request(leader, domain.Live, "/konsoll/m2"), p, "m2", ""))
	_, latest, _ := strings.Cut(made, `id="latest"`)
	lines := strings.Split(latest, "<li")[1:]
	if !strings.Contains(lines[0], ">angret<") || strings.Contains(lines[0], "ordfører") {
		t.Errorf("the undo in the console: %s", lines[0])
	}
	for i, offered := range []bool{false, false, true} {
		if strings.Contains(lines[i], `action="/mote/m2/hendelse"`) != offered {
			t.Errorf("a star is offered: %t, in %s", !offered, lines[i])
		}
	}
	meeting := ask(meetings.Meeting(s, w.request(leader, domain.Live, "/mote/m2"), p, "m2", meetings.MeetingOptions{}))
	if n := strings.Count(meeting, "<td>Veien er åpnet.</td>"); n != 1 {
		t.Errorf("the reason stands %d times in the meeting's log", n)
	}
	page := ask(wall.Wall(s, w.request(reader, domain.Live, "/skjerm"), w.picture(reader, domain.Live), wall.Options{}))
	if want := "Klima: Rød → Grønn (angret)</span>"; !strings.Contains(page, want) {
		t.Errorf("the wall lacks %q", want)
	}
	if _, recent, _ := strings.Cut(page, `id="recent"`); strings.Contains(strings.SplitN(recent, "</ol>", 2)[0], `data-c="klima"`) {
		t.Error("what was said an hour ago is among the latest changes")
	}
	page = ask(wall.Wall(s, w.request(reader, domain.Live, "/skjerm"), w.picture(reader, domain.Live), wall.Options{Layout: "b"}))
	if want := "→ Grønn (angret)"; !strings.Contains(page, want) {
		t.Errorf("wall B lacks %q", want)
	}
	// What was only confirmed is no change, nor what an undo left empty: neither has
	// the mark, nor stands in the list.
	set(domain.Green, "", "Vang v/ordfører")
	w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m2", Cells: []domain.CellEdit{{Municipality: "3435", Column: "fastlege", Level: domain.Red}}})
	marked := func() (out []bool) {
		t.Helper()
		page := overviewOf(t, s, w, reader, domain.Live, "")
		_, recent, _ := strings.Cut(page, `id="recent"`)
		recent, _, _ = strings.Cut(recent, "</ol>")
		for _, c := range []string{"klima", "fastlege"} {
			td := regexp.MustCompile(`<td[^>]* data-m="3435" data-c="` + c + `"[^>]*>`).FindString(page)
			out = append(out, strings.Contains(td, ` data-changed="recent"`), strings.Contains(recent, `data-m="3435" data-c="`+c+`"`))
		}
		return out
	}
	if got := marked(); !slices.Equal(got, []bool{false, false, true, true}) {
		t.Errorf("confirmed and changed: %v", got)
	}
	w.do(leader, domain.Undo{Board: domain.Live})
	if got := marked(); slices.Contains(got, true) {
		t.Errorf("confirmed and emptied: %v", got)
	}
}

// A change that lacks a reason is listed before the meeting is closed; one that
// another change has gone over has no «Angre».
func TestConsoleAsksForReasons(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	missing := func() string {
		t.Helper()
		page, err := console.Console(s, w.request(leader, domain.Live, "/konsoll/m2"), w.picture(leader, domain.Live), "m2", "")
		if err != nil {
			t.Fatal(err)
		}
		_, end, _ := strings.Cut(string(page), `id="missing-reason"`)
		end, _, _ = strings.Cut(end, "</section>")
		return end
	}
	end := missing()
	for place, lacks := range map[string]bool{"Etnedal, Sikkerhet": true, "Vågå, Sikkerhet": true, "Skjåk, Sikkerhet": false, "Ringebu, Sikkerhet": false} {
		if strings.Contains(end, place) != lacks {
			t.Errorf("%s lacks a reason: %v", place, !lacks)
		}
	}
	if !strings.Contains(end, "Avslutt likevel") {
		t.Error("it is closed without a word")
	}
	w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m2", Cells: []domain.CellEdit{
		{Municipality: "3450", Column: "samfunnssikkerhet", Level: domain.Red, Text: "Ras"}, {Municipality: "3435", Column: "samfunnssikkerhet", Level: domain.Green, Text: "Vannet er tilbake."}}})
	if end := missing(); strings.Contains(end, "Etnedal") || strings.Contains(end, "Vågå") || strings.Contains(end, "Avslutt likevel") {
		t.Errorf("reasons are given, and it still asks: %.200s", end)
	}
	page, err := console.Console(s, w.request(leader, domain.Live, "/konsoll/m2"), w.picture(leader, domain.Live), "m2", "")
	if err != nil {
		t.Fatal(err)
	}
	_, latest, _ := strings.Cut(string(page), `id="latest"`)
	latest, _, _ = strings.Cut(latest, "</ol>")
	lines := strings.Split(latest, "<li")[1:]
	if len(lines) != 5 || !strings.Contains(lines[0], "+1") || strings.Contains(lines[2], "/angre") || !strings.Contains(lines[0], "/angre") {
		t.Errorf("%d records, what stands can be undone, what does not cannot: %q", len(lines), lines)
	}
}

// Who may not lead gets no console, and a municipality's contact its own row
// only.
func TestContactsSeeTheirOwn(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	if _, err := console.Console(s, w.request(reader, domain.Live, "/konsoll/m2"), w.picture(reader, domain.Live), "m2", ""); err == nil {
		t.Error("a reader has the console")
	}
	w.do(leader, suggestion.Suggest{Meeting: "m2", Municipality: "3454", Column: "fastlege", Text: "Bør bli gul"})
	if page, err := meetings.Meeting(s, w.request(reader, domain.Live, "/mote/m2"), w.picture(reader, domain.Live), "m2", meetings.MeetingOptions{}); err != nil || !strings.Contains(string(page), "Bør bli gul") {
		t.Error("what was suggested for the edition is not to be found", err)
	}
	p := w.picture(vang, domain.Live)
	page, err := meetings.Meeting(s, w.request(vang, domain.Live, "/mote/m2"), p, "m2", meetings.MeetingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`action="/mote/m2/ingen-endring"`, `name="m" value="3454"`, `action="/mote/m2/meld"`, `<option value="3454.samfunnssikkerhet" selected>`, "venter på møteleder"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the contact lacks %s", want)
		}
	}
	for _, not := range []string{`value="3433.`, "/referat/", "/konsoll/", "/forslag", "v/kommuneoverlege", "K. Moen", "Bør bli gul", "/oyeblikksbilde/", `action="/mote/m2/hendelse"`} {
		if strings.Contains(string(page), not) {
			t.Errorf("the contact has %s", not)
		}
	}
	board := overviewOf(t, s, w, vang, domain.Live, "")
	if !strings.Contains(board, `class="own-bar"`) || !strings.Contains(board, `action="/mote/m2/ingen-endring"`) {
		t.Error("the board has no row of the contact's own")
	}
	if strings.Contains(overviewOf(t, s, w, leader, domain.Live, ""), "own-bar") {
		t.Error("a lead has a contact's row")
	}
}

// A meeting as of a time is what was known then, and nothing can be done there.
func TestMeetingAsOf(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	at := func(clock string) (string, error) {
		then, err := kit.ParseTime("2022-11-15T" + clock)
		if err != nil {
			t.Fatal(err)
		}
		page, err := meetings.Meeting(s, w.request(leader, domain.Live, "/mote/m2"), w.picture(leader, domain.Live), "m2", meetings.MeetingOptions{At: then})
		return string(page), err
	}
	w.clock("2022-11-15T11:00:00")
	w.do(leader, actions.End{Board: domain.Live, ID: "handling-1", Done: true})
	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true})
	w.clock("2022-11-15T12:00:00")
	page, err := at("10:36:30")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Slik møtet var 15. nov. 2022 10:36:30", "2 endringer", "Strømmen er tilbake.", "Skaffe vikarlege", "&amp;at=2022-11-15T09:36:30Z", "/tavle/na?at=2022-11-15T09:36:30Z"} {
		if !strings.Contains(page, want) {
			t.Errorf("as of 10:36:30 it lacks %q", want)
		}
	}
	for _, not := range []string{"Fv. 2646", "hendelse-1", "E6 stengt", "Avsluttet <time", `method="post"`, "/konsoll/", "data-live=\"/live"} {
		if strings.Contains(page, not) {
			t.Errorf("as of 10:36:30 it has %q", not)
		}
	}
	if after, err := at("11:30:00"); err != nil || !strings.Contains(after, "Øyer: E6 stengt") || strings.Contains(after, "Skaffe vikarlege") || strings.Contains(after, `method="post"`) {
		t.Error("after it was closed it is not as it was then", err)
	}
	if _, err := at("09:00:00"); err == nil || !strings.Contains(err.Error(), "at.meeting") {
		t.Errorf("before it was opened: %v", err)
	}
	if early, err := at("10:00:00"); err != nil || !strings.Contains(early, "0 av 46 har svart") {
		t.Error("at its first moment somebody had answered", err)
	}
}

// However much there is to do and to decide, a page of a meeting is a page: the
// rest is one press away, and nothing is lost on the way.
func TestLongListsOfAMeetingArePaged(t *testing.T) {
	const many = 2000
	w, s := duringMeeting(t), newSite(t)
	long := strings.Repeat("å", domain.MaxReason-8)
	for i := range many {
		w.now = w.now.Add(time.Minute) // nobody reports faster than that
		w.do(leader, actions.Add{Meeting: "m2", ID: actions.ID(fmt.Sprintf("t%d", i)), Municipality: "3454", Text: typed.Of(fmt.Sprintf("T%d %s", i, long))})
		w.do(vang, rollcall.Propose{Meeting: "m2", Cells: []domain.CellEdit{{Municipality: "3454", Column: "samfunnssikkerhet", Level: domain.Yellow, Text: typed.Of(fmt.Sprintf("F%d %s", i, long))}}})
	}
	p := w.picture(leader, domain.Live)
	page, err := console.Console(s, w.request(leader, domain.Live, "/konsoll/m2"), p, "m2", "")
	if err != nil || len(page) > 2<<20 {
		t.Errorf("the console is %d bytes: %v", len(page), err)
	}
	seen := map[string]bool{}
	next := "/mote/m2"
	for pages := 0; next != ""; pages++ {
		page, err := meetings.Meeting(s, w.request(leader, domain.Live, next), p, "m2", meetings.MeetingOptions{})
		if err != nil || len(page) > 2<<20 || pages > many {
			t.Fatalf("%s is %d bytes: %v", next, len(page), err)
		}
		_, list, _ := strings.Cut(string(page), `id="actions"`)
		list, _, _ = strings.Cut(list, "</section>")
		for _, m := range regexp.MustCompile(`data-action="([^"]+)"`).FindAllStringSubmatch(list, -1) {
			if seen[m[1]] {
				t.Fatalf("%s stands twice", m[1])
			}
			seen[m[1]] = true
		}
		next = ""
		if m := regexp.MustCompile(`rel="next" href="([^"#]+)`).FindStringSubmatch(list); m != nil {
			next = html.UnescapeString(m[1])
		}
	}
	if len(seen) != many+1 { // and that of the meeting before
		t.Errorf("%d actions are to be found", len(seen))
	}
	page, err = meetings.Meeting(s, w.request(leader, domain.Live, "/mote/m2?forslag=80&tiltak=3"), p, "m2", meetings.MeetingOptions{})
	if err != nil || !strings.Contains(string(page), "F1990 ") || !strings.Contains(string(page), "/mote/m2?forslag=80&amp;tiltak=4#actions") {
		t.Error("a page of proposals, beside one of actions", err)
	}
}

// A municipality that the meeting does not ask may be looked at even so.
func TestConsoleOfOneBeyondTheRollCall(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.do(leader, domain.OpenMeeting{ID: "m3", Board: domain.Live, Kind: domain.MeetingGuidance, Title: "Veiledning", Invited: []domain.MunicipalityID{"3454"}})
	page, err := console.Console(s, w.request(leader, domain.Live, "/konsoll/m3?valgt=3433"), w.picture(leader, domain.Live), "m3", "3433")
	if err != nil || !strings.Contains(string(page), `id="cell-h">Skjåk`) || !strings.Contains(string(page), "0 av 1 har svart") {
		t.Error(err)
	}
}

// Screens stand in the order of their names, as Norwegian sorts them, whatever
// order they come in; those of one name by their ids.
func TestScreensHaveAnOrder(t *testing.T) {
	w := small(t)
	list := []screenpages.Screen{{ID: "s5", Name: "Åsnes"}, {ID: "s4", Name: "Øst"}, {ID: "s3", Name: "Arena"}, {ID: "s2", Name: "Vest"}, {ID: "s1", Name: "Vest"}}
	now := w.picture(leader, domain.Live)
	body, err := screenpages.Screens(newSite(t), w.request(leader, domain.Live, "/skjermer"), list, &now)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`data-screen="(s\d)"`).FindAllStringSubmatch(string(body), -1) {
		got = append(got, m[1])
	}
	if want := []string{"s3", "s1", "s2", "s4", "s5"}; !slices.Equal(got, want) {
		t.Errorf("screens stand as %v, want %v", got, want)
	}
}

// TestReporterIsCalledOnce: a contact reports for the municipality by its name and
// their own; an account that is called by the municipality's name already has it
// once, also in the minutes.
func TestReporterIsCalledOnce(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	for name, want := range map[string]string{
		"": "Vang", "Kari Vold": "Vang v/Kari Vold", "Vang, vakt": "Vang, vakt", "vang kommune": "vang kommune", "Vangen": "Vang v/Vangen",
	} {
		r := w.request(vang, domain.Live, "/mote/m2")
		r.User.Name = name
		page, err := meetings.Meeting(s, r, w.picture(vang, domain.Live), "m2", meetings.MeetingOptions{})
		if want := `name="reported_by" value="` + want + `"`; err != nil || !strings.Contains(string(page), want) {
			t.Errorf("%q: the page lacks %s (%v)", name, want, err)
		}
	}
	w.do(vang, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []domain.MunicipalityID{"3454"}, ReportedBy: "Vang, vakt"})
	text, err := minutes.MinutesText(s, w.request(leader, domain.Live, "/referat/m2.txt"), w.picture(leader, domain.Live), "m2", 0)
	if flat := strings.Join(strings.Fields(string(text)), " "); err != nil || !strings.Contains(flat, "Vang (ingen endring 10:42, vakt)") {
		t.Errorf("the minutes call them otherwise (%v):\n%s", err, flat)
	}
}

// TestScreensTellTheirRoom: whoever chooses a screen's size is told how many areas it
// has room for: as many rows as the wall begins with.
func TestScreensTellTheirRoom(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	now := w.picture(leader, domain.Live)
	rows := regexp.MustCompile(`<tr><th scope="row"`)
	for _, layout := range []string{"b", "c"} {
		for inches, all := range map[float64]bool{55: false, 62: true} {
			wall, err := wall.Wall(s, w.request(leader, domain.Live, "/skjerm"), now, wall.Options{Layout: layout, Inches: inches, Metres: 5, Region: "valdres"})
			if err != nil {
				t.Fatal(err)
			}
			page, err := screenpages.Screens(s, w.request(leader, domain.Live, "/skjermer"), []screenpages.Screen{{ID: "s1", Name: "Rom", Board: domain.Live, Layout: layout, Inches: inches, Metres: 5}}, &now)
			if err != nil {
				t.Fatal(err)
			}
			n := len(rows.FindAllString(string(wall), -1))
			if told := strings.Contains(string(page), fmt.Sprintf("plass til %d av 14 fagområder", n)); told == all || all != (n == 14) {
				t.Errorf("%s, %v inches: %d rows, told %t", layout, inches, n, told)
			}
			if !strings.Contains(string(page), "alle 14 fagområder på en skjerm fra 62 tommer, lest fra 5 m") {
				t.Error("nothing says which screen has room for all")
			}
		}
	}
}

// TestALevelSaidAgainBecameNoOther: what was said again is told as that, never as a step
// from a level to itself.
func TestALevelSaidAgainBecameNoOther(t *testing.T) {
	w, s := small(t), newSite(t)
	for _, why := range []typed.Text{"", "Få vikarer"} {
		w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m1", Cells: []domain.CellEdit{{Municipality: "0001", Column: "helse", Level: domain.Yellow, Text: why}}})
	}
	page, err := console.Console(s, w.request(leader, domain.Live, "/konsoll/m1"), w.picture(leader, domain.Live), "m1", "0001")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "<b>Fortsatt gul</b>") || strings.Contains(string(page), "Gul → Gul") {
		t.Error("the console does not say that it is still yellow")
	}
}

// TestTwoMeetingsSayWhoSeesWhat: a contact of two meetings on one board finds both, and
// reads where one word answers; who opens another reads what those of the first will see.
func TestTwoMeetingsSayWhoSeesWhat(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.do(leader, domain.OpenMeeting{ID: "m3", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Strømbrudd", Invited: []domain.MunicipalityID{"3454"}, Reports: true})
	board := overviewOf(t, s, w, vang, domain.Live, "")
	first, _ := w.picture(leader, domain.Live).Meeting("m2")
	for _, want := range []string{`href="/mote/m2#meld"`, `href="/mote/m3#meld"`, "«Ingen endring» føres også i «" + first.Title + "»"} {
		if !strings.Contains(board, want) {
			t.Errorf("the contact's row lacks %s", want)
		}
	}
	if n := strings.Count(board, `id="own-state"`); n != 1 {
		t.Errorf("%d elements have one name", n)
	}
	page, err := meetings.Meetings(s, w.request(leader, domain.Live, "/moter"), w.picture(leader, domain.Live), "", "")
	if err != nil || !strings.Contains(string(page), "På denne tavla pågår allerede «Strømbrudd», «"+first.Title+"»") {
		t.Errorf("the form does not say what others see: %v", err)
	}
}
