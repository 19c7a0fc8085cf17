package dashboard

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde"
)

// meetingPages makes every page of meetings and situations, of the small county
// with its nasty texts.
func meetingPages(t testing.TB, s *Site, lang string) map[string]string {
	t.Helper()
	w := small(t)
	catalogue, m := *w.picture(leader, kommunebilde.Live).Catalogue(), w.picture(leader, kommunebilde.Live).Map()
	catalogue.Columns = append(slices.Clone(catalogue.Columns), kommunebilde.Column{ID: "strom", Kind: kommunebilde.ColumnFunction, Version: 1, Name: kommunebilde.Words{NB: "Strøm"}, StaleAfter: 4})
	w.do(leader, kommunebilde.WriteNote{Meeting: "m1", ID: "hendelse-1", Text: nasty})
	w.do(leader, kommunebilde.WriteNote{Meeting: "m1", ID: "hendelse-2", Text: nasty})
	w.do(leader, kommunebilde.WithdrawNote{Meeting: "m1", ID: "hendelse-2", Reason: nasty})
	w.do(editor, kommunebilde.SetReportTemplate{Sections: []kommunebilde.ReportPart{{Key: kommunebilde.ReportOwn, Heading: nasty, Text: nasty}, {Key: kommunebilde.ReportWho, Heading: nasty}, {Key: kommunebilde.ReportChanges}, {Key: kommunebilde.ReportProof}}})
	w.do(leader, kommunebilde.AddAction{Meeting: "m1", ID: "handling-1", Municipality: "0002", Column: "plan", Text: nasty, Owner: nasty, Due: "2022-11-20"})
	w.do(leader, kommunebilde.OpenSituation{Board: "flom", Title: nasty, Exercise: true, Catalogue: catalogue, Map: m})
	w.do(leader, kommunebilde.OpenMeeting{ID: "f1", Board: "flom", Kind: kommunebilde.MeetingRegion, Title: nasty, Actors: []string{nasty}, Series: nasty})
	w.do(leader, kommunebilde.SetLevels{Board: "flom", Meeting: "f1", ReportedBy: nasty, Cells: []kommunebilde.CellEdit{{Municipality: "0002", Column: "strom", Level: kommunebilde.Critical, Text: nasty}}})
	w.do(leader, kommunebilde.SetFigures{Meeting: "f1", Figures: []kommunebilde.FigureEdit{{Municipality: "0002", Column: "strom", Figure: kommunebilde.WithoutPower, Value: 1200, Source: nasty, Certainty: kommunebilde.Estimated}}})
	w.do(leader, kommunebilde.AskAssistance{Meeting: "f1", ID: "bistand-1", Municipality: "0002", Of: nasty, What: nasty})
	out := map[string]string{}
	put := func(name string, body []byte, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
		out[name] = string(body)
	}
	ask := func(by kommunebilde.Actor, b kommunebilde.BoardID, path string) Request {
		r := w.request(by, b, path)
		r.Lang = lang
		return r
	}
	for board, meeting := range map[kommunebilde.BoardID]kommunebilde.MeetingID{kommunebilde.Live: "m1", "flom": "f1"} {
		p, name := w.picture(leader, board), " lead "+string(board)
		b := string(board)
		body, err := s.Console(ask(leader, board, "/konsoll/"+string(meeting)), p, meeting, "0002")
		put("console"+name, body, err)
		body, err = s.Meeting(ask(leader, board, "/mote/"+string(meeting)), p, meeting, MeetingOptions{})
		put("meeting"+name, body, err)
		body, err = s.Minutes(ask(leader, board, "/referat/"+string(meeting)), p, meeting)
		put("minutes"+name, body, err)
		body, err = s.Closing(ask(leader, board, "/mote/"+string(meeting)+"/avslutt"), p, meeting)
		put("closing"+name, body, err)
		body, err = s.Playback(ask(leader, board, "/avspilling/"+b), p, Played{From: w.now.Add(-time.Hour), To: w.now})
		put("playback "+b, body, err)
		body, err = s.Differences(ask(leader, board, "/forskjeller/"+b), p.At(w.now.Add(-time.Hour)), p, w.now.Add(-time.Hour), w.now, 0)
		put("differences "+b, body, err)
		body, err = s.Overview(ask(leader, board, "/tavle/"+b), p, Filter{})
		put("board"+name, body, err)
		for _, layout := range []string{"a", "b", "c"} {
			body, err = s.Wall(ask(reader, board, "/skjerm"), w.picture(reader, board), WallOptions{Layout: layout, Rotate: 20})
			put("wall "+layout+" "+b, body, err)
		}
	}
	body, err := s.Panel(ask(leader, "flom", "/tavle/flom"), w.picture(leader, "flom"), "0002", "strom", Filter{})
	put("panel", body, err)
	body, err = s.ReportTemplate(ask(editor, kommunebilde.Live, "/referatmal"), w.picture(editor, kommunebilde.Live), TemplateOptions{
		Meetings: w.picture(editor, kommunebilde.Live).Meetings(), Preview: "m1", Of: w.picture(editor, kommunebilde.Live)})
	put("template", body, err)
	body, err = s.ReportTemplate(ask(editor, kommunebilde.Live, "/referatmal"), w.picture(editor, kommunebilde.Live), TemplateOptions{
		Draft: []kommunebilde.ReportPart{{Key: nasty, Heading: nasty}}, Err: &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "sections[0].key", Msg: "template.unknown", Args: []string{nasty}}})
	put("template wrong", body, err)
	body, err = s.Situations(ask(leader, kommunebilde.Live, "/hendelser"), kommunebilde.BoardsOf(w.s, leader, w.now))
	put("situations lead", body, err)
	body, err = s.Screens(ask(leader, kommunebilde.Live, "/skjermer"), []Screen{{ID: "s1", Name: nasty, Board: kommunebilde.Live, View: nasty, Auto: true, Pinned: true, Paired: w.now, By: "leder"}}, w.picture(leader, kommunebilde.Live).Catalogue().Regions)
	put("screens lead", body, err)
	body, err = s.Pairing(ask(nobody, kommunebilde.Live, "/skjerm"), "123456")
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
	w.do(leader, kommunebilde.OpenMeeting{ID: "o1", Board: "ovelse", Kind: kommunebilde.MeetingPreparedness, Title: "Øving"})
	text, err := s.MinutesText(w.request(leader, "ovelse", "/referat/o1.txt"), w.picture(leader, "ovelse"), "o1")
	if err != nil || !strings.HasPrefix(string(text), "ØVELSE") {
		t.Errorf("the report of an exercise begins %.40q, %v", text, err)
	}
}

var queueRow = regexp.MustCompile(`<li data-m="(\d+)" data-roll="([a-z_]+)"`)

// The queue holds everybody who has not reported, and all of the region that
// speaks; the count beside it is the roll-call's.
func TestQueueHoldsWhoIsMissing(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(leader, kommunebilde.Live)
	page, err := s.Console(w.request(leader, kommunebilde.Live, "/konsoll/m2"), p, "m2", "3433")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for _, m := range queueRow.FindAllStringSubmatch(string(page), -1) {
		shown[m[1]] = m[2]
	}
	answered := 0
	for _, e := range p.RollCall("m2") {
		if e.State != kommunebilde.NotReported {
			answered++
		}
		region := p.Catalogue().Municipalities[p.Row(e.Municipality)].Region
		state, there := shown[string(e.Municipality)]
		if want := e.State == kommunebilde.NotReported || region == "nord-gudbrandsdal"; there != want || there && state != string(e.State) {
			t.Errorf("%s (%s) is in the queue: %v as %q", e.Municipality, e.State, there, state)
		}
	}
	if want := "36 av 46 har svart"; answered != 36 || !strings.Contains(string(page), want) {
		t.Errorf("%d have answered; the page does not say %q", answered, want)
	}
	if !strings.Contains(string(page), `formaction="/mote/m2/ingen-endring"`) || !strings.Contains(string(page), `name="m" value="3433"`) {
		t.Error("«Ingen endring» is not one key")
	}
}

// The region that speaks begins with who is missing, whoever is selected, and
// "next" is the first of them.
func TestQueueBeginsWithWhoIsMissing(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(leader, kommunebilde.Live)
	page, err := s.Console(w.request(leader, kommunebilde.Live, "/konsoll/m2"), p, "m2", "3449")
	if err != nil {
		t.Fatal(err)
	}
	var states, missing []string
	for _, m := range queueRow.FindAllStringSubmatch(string(page), -1) {
		if p.Catalogue().Municipalities[p.Row(kommunebilde.MunicipalityID(m[1]))].Region != "valdres" {
			continue
		}
		states = append(states, m[2])
		if m[2] == "not_reported" {
			missing = append(missing, m[1])
		}
	}
	if len(missing) == 0 || len(missing) == len(states) || slices.Contains(states[len(missing):], "not_reported") {
		t.Errorf("valdres is called in the order %q", states)
	}
	if next := `id="next" href="?valgt=` + missing[0] + `&`; !strings.Contains(strings.ReplaceAll(string(page), "&amp;", "&"), next) {
		t.Errorf("next is not %s", missing[0])
	}
}

var logLine = regexp.MustCompile(`<li data-rev="(\d+)">.*?</li>`)

// Each line of the console's log is made a significant event by one press, which
// says what the line says; one that is, says so and cannot be pressed again.
func TestLinesOfTheLogArePromoted(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	page, err := s.Console(w.request(leader, kommunebilde.Live, "/konsoll/m2"), w.picture(leader, kommunebilde.Live), "m2", "")
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

// A change that lacks a reason is listed before the meeting is closed; one that
// another change has gone over has no «Angre».
func TestConsoleAsksForReasons(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	console := func() string {
		t.Helper()
		page, err := s.Console(w.request(leader, kommunebilde.Live, "/konsoll/m2"), w.picture(leader, kommunebilde.Live), "m2", "")
		if err != nil {
			t.Fatal(err)
		}
		_, end, _ := strings.Cut(string(page), `id="missing-reason"`)
		end, _, _ = strings.Cut(end, "</section>")
		return end
	}
	end := console()
	for place, lacks := range map[string]bool{"Etnedal, Sikkerhet": true, "Vågå, Sikkerhet": true, "Skjåk, Sikkerhet": false, "Ringebu, Sikkerhet": false} {
		if strings.Contains(end, place) != lacks {
			t.Errorf("%s lacks a reason: %v", place, !lacks)
		}
	}
	if !strings.Contains(end, "Avslutt likevel") {
		t.Error("it is closed without a word")
	}
	w.do(leader, kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: "m2", Cells: []kommunebilde.CellEdit{
		{Municipality: "3450", Column: "samfunnssikkerhet", Level: kommunebilde.Red, Text: "Ras"}, {Municipality: "3435", Column: "samfunnssikkerhet", Level: kommunebilde.Green, Text: "Vannet er tilbake."}}})
	if end := console(); strings.Contains(end, "Etnedal") || strings.Contains(end, "Vågå") || strings.Contains(end, "Avslutt likevel") {
		t.Errorf("reasons are given, and it still asks: %.200s", end)
	}
	page, err := s.Console(w.request(leader, kommunebilde.Live, "/konsoll/m2"), w.picture(leader, kommunebilde.Live), "m2", "")
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
	if _, err := s.Console(w.request(reader, kommunebilde.Live, "/konsoll/m2"), w.picture(reader, kommunebilde.Live), "m2", ""); err == nil {
		t.Error("a reader has the console")
	}
	w.do(leader, kommunebilde.SuggestForEdition{Meeting: "m2", Municipality: "3454", Column: "fastlege", Text: "Bør bli gul"})
	if page, err := s.Meeting(w.request(reader, kommunebilde.Live, "/mote/m2"), w.picture(reader, kommunebilde.Live), "m2", MeetingOptions{}); err != nil || !strings.Contains(string(page), "Bør bli gul") {
		t.Error("what was suggested for the edition is not to be found", err)
	}
	p := w.picture(vang, kommunebilde.Live)
	page, err := s.Meeting(w.request(vang, kommunebilde.Live, "/mote/m2"), p, "m2", MeetingOptions{})
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
	board := overviewOf(t, s, w, vang, kommunebilde.Live, "")
	if !strings.Contains(board, `class="own-bar"`) || !strings.Contains(board, `action="/mote/m2/ingen-endring"`) {
		t.Error("the board has no row of the contact's own")
	}
	if strings.Contains(overviewOf(t, s, w, leader, kommunebilde.Live, ""), "own-bar") {
		t.Error("a lead has a contact's row")
	}
}

// A meeting as of a time is what was known then, and nothing can be done there.
func TestMeetingAsOf(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	at := func(clock string) (string, error) {
		then, err := parseTime("2022-11-15T" + clock)
		if err != nil {
			t.Fatal(err)
		}
		page, err := s.Meeting(w.request(leader, kommunebilde.Live, "/mote/m2"), w.picture(leader, kommunebilde.Live), "m2", MeetingOptions{At: then})
		return string(page), err
	}
	w.clock("2022-11-15T11:00:00")
	w.do(leader, kommunebilde.EndAction{Board: kommunebilde.Live, ID: "handling-1", Done: true})
	w.do(leader, kommunebilde.CloseMeeting{Meeting: "m2", Unexplained: true})
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
	long := strings.Repeat("å", kommunebilde.MaxReason-8)
	for i := range many {
		w.now = w.now.Add(time.Minute) // nobody reports faster than that
		w.do(leader, kommunebilde.AddAction{Meeting: "m2", ID: kommunebilde.ActionID(fmt.Sprintf("t%d", i)), Municipality: "3454", Text: fmt.Sprintf("T%d %s", i, long)})
		w.do(vang, kommunebilde.ProposeLevels{Meeting: "m2", Cells: []kommunebilde.CellEdit{{Municipality: "3454", Column: "samfunnssikkerhet", Level: kommunebilde.Yellow, Text: fmt.Sprintf("F%d %s", i, long)}}})
	}
	p := w.picture(leader, kommunebilde.Live)
	console, err := s.Console(w.request(leader, kommunebilde.Live, "/konsoll/m2"), p, "m2", "")
	if err != nil || len(console) > 2<<20 {
		t.Errorf("the console is %d bytes: %v", len(console), err)
	}
	seen := map[string]bool{}
	next := "/mote/m2"
	for pages := 0; next != ""; pages++ {
		page, err := s.Meeting(w.request(leader, kommunebilde.Live, next), p, "m2", MeetingOptions{})
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
	page, err := s.Meeting(w.request(leader, kommunebilde.Live, "/mote/m2?forslag=80&tiltak=3"), p, "m2", MeetingOptions{})
	if err != nil || !strings.Contains(string(page), "F1990 ") || !strings.Contains(string(page), "/mote/m2?forslag=80&amp;tiltak=4#actions") {
		t.Error("a page of proposals, beside one of actions", err)
	}
}

// A municipality that the meeting does not ask may be looked at all the same.
func TestConsoleOfOneBeyondTheRollCall(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.do(leader, kommunebilde.OpenMeeting{ID: "m3", Board: kommunebilde.Live, Kind: kommunebilde.MeetingGuidance, Title: "Veiledning", Invited: []kommunebilde.MunicipalityID{"3454"}})
	page, err := s.Console(w.request(leader, kommunebilde.Live, "/konsoll/m3?valgt=3433"), w.picture(leader, kommunebilde.Live), "m3", "3433")
	if err != nil || !strings.Contains(string(page), `id="cell-h">Skjåk`) || !strings.Contains(string(page), "0 av 1 har svart") {
		t.Error(err)
	}
}
