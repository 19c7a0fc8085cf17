package dashboard

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/minutes"
	"kommunebilde/dashboard/overview"
	"kommunebilde/dashboard/playback"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/outline"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/typed"
)

// The report stands in the order that others expect, each part with what
// happened; what comes after the meeting's end changes nothing in it.
func TestMinutesText(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.clock("2022-11-15T10:50:00")
	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true})
	make := func() string {
		t.Helper()
		text, err := minutes.MinutesText(s, w.request(leader, domain.Live, "/referat/m2.txt"), w.picture(leader, domain.Live), "m2", 0)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	text := make()
	flat := strings.Join(strings.Fields(text), " ")
	at := 0
	for _, want := range []string{
		"Demodata – ikke Statsforvalterens vurdering", "1. Tid og møte", "Tidsrom: 15. nov. 2022 kl. 10:00–10:50", "Sak: 22/118",
		"2. Deltakere", "37 av 46 har svart", "Skjåk (endret 10:42, v/ordfører)", "Politiet, Statens vegvesen, Bane NOR",
		"3. Situasjonsbilde", "Før møtet: grønn 300", "4. Endringer i møtet", "- Skjåk, Samfunnssikkerhet: Rød → Gul. Fv. 2646 åpnet for utrykning. (10:42, v/ordfører)", "- Etnedal, Samfunnssikkerhet: Gul → Rød. Uten begrunnelse (10:35, v/ordfører)",
		"5. Endringer uten begrunnelse", "- Vågå, Samfunnssikkerhet: gul, 10:37", "6. Ikke bekreftet", "Vestre Toten", "7. Viktige loggføringer", "strømbrudd for 1 200 kunder [trukket tilbake 10:42: gjaldt i går]",
		"8. Tiltak", "- Lom, Fastlegesituasjonen: Skaffe vikarlege til helgen (Lom v/kommuneoverlege · innen 14. nov. 2022 · fristen er ute · fra Beredskapsmøte 14. nov., 14. nov.)",
		"9. Bistandsanmodninger", "10. Sporbarhet", minutes.HeadWords(w.s.Head().Revision, w.s.Head().Hash),
	} {
		i := strings.Index(flat[at:], want)
		if i < 0 {
			t.Fatalf("%q is missing, or not in its place, in\n%s", want, text)
		}
		at += i
	}
	w.clock("2022-11-15T11:00:00")
	w.do(leader, domain.OpenMeeting{ID: "m3", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Neste"})
	w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m3", Cells: []domain.CellEdit{{Municipality: "3433", Column: "samfunnssikkerhet", Level: domain.Green, Text: "Senere"}}})
	w.do(leader, actions.End{Board: domain.Live, ID: "handling-1", Done: true})
	before, _, _ := strings.Cut(text, "10. Sporbarhet")
	if after, _, _ := strings.Cut(make(), "10. Sporbarhet"); after != before {
		t.Errorf("what came later changed the minutes:\n%s", after)
	}
}

// What somebody wrote cannot make a heading of its own.
func TestMinutesTextIsOneLineEach(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.do(leader, notes.Write{Meeting: "m2", ID: "hendelse-9", Text: "Ras\n9. Falsk overskrift"})
	text, err := minutes.MinutesText(s, w.request(leader, domain.Live, "/referat/m2.txt"), w.picture(leader, domain.Live), "m2", 0)
	if err != nil || strings.Contains(string(text), "\n9. Falsk") || !strings.Contains(string(text), "Ras 9. Falsk overskrift") {
		t.Errorf("a note made a line of its own: %v\n%s", err, text)
	}
}

// A snapshot is one file: all cells, styles inside, no script, nowhere to go.
func TestSnapshotIsOneFile(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	for _, board := range []domain.BoardID{domain.Live, "flom", "ovelse"} {
		body, err := overview.Snapshot(s, w.request(leader, board, "/oyeblikksbilde/"+string(board)+".html"), w.picture(leader, board))
		if err != nil {
			t.Fatal(err)
		}
		page := string(body)
		if m := regexp.MustCompile(`(?i)<script|<link|<form|\ssrc=|\shref="[^#]|hemmelig|url\(["']?http`).FindString(page); m != "" {
			t.Errorf("%s holds %q", board, m)
		}
		if strings.Count(page, "<style>body{}") != 1 || strings.Count(page, `role="gridcell" data-m=`) < 46*11 || !strings.Contains(page, "Dette er en kopi fra 15. nov. 2022 10:42:07") {
			t.Errorf("%s is not whole", board)
		}
		if strings.Contains(page, "ØVELSE") != (board == "ovelse") {
			t.Errorf("%s says wrongly that it is an exercise", board)
		}
	}
}

// The playback begins with the picture as it was, and lists what came after,
// each with the way to the board as it was then.
func TestPlaybackBeginsThen(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(leader, domain.Live)
	from := w.now.Add(-40 * time.Minute)
	page, err := playback.Playback(s, w.request(leader, domain.Live, "/avspilling/na"), p, playback.Played{From: from, To: w.now})
	if err != nil {
		t.Fatal(err)
	}
	then := p.At(from)
	for _, m := range cellTag.FindAllStringSubmatch(string(page), -1) {
		if want := then.Level(then.Row(domain.MunicipalityID(m[1])), then.Col(domain.ColumnID(m[2]))); string(want) != m[3] {
			t.Errorf("%s.%s is %s, was %s", m[1], m[2], m[3], want)
		}
	}
	_, table, _ := strings.Cut(string(page), `id="changes"`)
	table, _, _ = strings.Cut(table, "</table>")
	if n := strings.Count(table, "<tr data-rev="); n != 4 || !strings.Contains(table, "/tavle/na?at=2022-11-15T09:42:03Z") {
		t.Errorf("%d changes in the table", n)
	}
	if _, err := playback.Playback(s, w.request(leader, domain.Live, "/avspilling/na"), p, playback.Played{From: w.now, To: from}); err == nil {
		t.Error("time runs backwards")
	}
}

// A lead opens situations and exercises; a reader looks.
func TestSituationsAreForLeadsToOpen(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	for _, c := range []struct {
		by  domain.Actor
		may bool
	}{{leader, true}, {reader, false}} {
		r := w.request(c.by, domain.Live, "/hendelser")
		r.RightsOn = func(b domain.BoardID) domain.Rights { return domain.RightsOf(w.s, c.by, b, w.now) }
		page, err := situations.Situations(s, r, w.s.BoardsOf(c.by, w.now), nil)
		if err != nil {
			t.Fatal(err)
		}
		for what, got := range map[string]bool{
			"opens":     strings.Contains(string(page), `action="/hendelser"`),
			"exercises": strings.Contains(string(page), `name="from"`),
			"closes":    strings.Contains(string(page), `action="/tavle/ovelse/avslutt"`),
		} {
			if got != c.may {
				t.Errorf("%s %s: %v", c.by.ID, what, got)
			}
		}
		if strings.Contains(string(page), `action="/tavle/flom/avslutt"`) || !strings.Contains(string(page), `href="/tavle/flom"`) {
			t.Error("a situation with an open meeting can be closed, or is not listed")
		}
	}
}

// No line of the text is too wide to be pasted, in any language, whatever people
// wrote.
func TestMinutesTextIsNarrow(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.do(leader, notes.Write{Meeting: "m2", ID: "hendelse-9", Text: typed.Of(strings.Repeat("ø", 200) + " " + strings.Repeat("ord ", 100))})
	for _, lang := range kit.Languages() {
		for board, id := range map[domain.BoardID]domain.MeetingID{domain.Live: "m2", "flom": "f1"} {
			r := w.request(leader, board, "/referat/x.txt")
			r.Lang = lang
			text, err := minutes.MinutesText(s, r, w.picture(leader, board), id, 0)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.SplitSeq(string(text), "\n") {
				if n := utf8.RuneCountInString(line); n > minutes.TextWidth {
					t.Errorf("%s %s: %d characters: %s", lang, board, n, line)
				}
			}
		}
	}
}

// While the meeting goes on the minutes say that they are preliminary; when it
// is over they are as of its end, days later too, and name the record that
// closed it.
func TestMinutesAreAsOfTheClosing(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	text := func() string {
		t.Helper()
		b, err := minutes.MinutesText(s, w.request(leader, domain.Live, "/referat/m2.txt"), w.picture(leader, domain.Live), "m2", 0)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if open := text(); !strings.Contains(open, "FORELØPIG") || !strings.Contains(open, minutes.HeadWords(w.s.Head().Revision, w.s.Head().Hash)) {
		t.Errorf("while it goes on:\n%s", open)
	}
	w.do(leader, actions.Add{Meeting: "m2", ID: "handling-2", Municipality: "3434", Text: "Ring", Due: "2022-11-16"})
	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true})
	closed := minutes.HeadWords(w.s.Head().Revision, w.s.Head().Hash)
	first, _, _ := strings.Cut(text(), "10. Sporbarhet")
	w.clock("2022-12-24T10:00:00")
	w.do(editor, outline.Replace{Sections: []outline.Edit{{Key: outline.KeyWho}}})
	w.do(leader, actions.End{Board: domain.Live, ID: "handling-2", Done: true})
	w.do(leader, domain.OpenMeeting{ID: "m3", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Neste"})
	w.do(leader, rollcall.ReportNoChange{Meeting: "m3", Municipalities: []domain.MunicipalityID{"3454"}})
	now, proof, _ := strings.Cut(text(), "10. Sporbarhet")
	if now != first {
		t.Errorf("the minutes changed after the closing, from\n%s\nto\n%s", first, now)
	}
	if !strings.Contains(proof, closed) || strings.Contains(now+proof, "FORELØPIG") {
		t.Errorf("the proof is not of the closing, %s: %s", closed, proof)
	}
	if !strings.Contains(strings.Join(strings.Fields(proof), " "), "laget 24. des. 2022") {
		t.Errorf("the minutes do not say when they were made: %s", proof)
	}
}

// What a meeting made of a cell and took back again is told with its times, as
// said and not as undone, in text and on the page.
func TestMinutesTellWhatPassed(t *testing.T) {
	for name, c := range map[string]struct {
		levels []domain.Level // each ten minutes
		undo   bool           // of the last
		want   string
	}{
		"red for a while":  {[]domain.Level{domain.Red, domain.Green}, false, "var rød 11:00–11:10, så grønn"},
		"one thing":        {[]domain.Level{domain.Red, domain.Red, domain.Green}, false, "var rød 11:00–11:20, så grønn"},
		"one and another":  {[]domain.Level{domain.Yellow, domain.Red, domain.Green}, false, "var gul 11:00–11:10, rød 11:10–11:20, så grønn"},
		"it stays so":      {[]domain.Level{domain.Red}, false, ""},
		"a slip":           {[]domain.Level{domain.Red}, true, ""},
		"only confirmed":   {[]domain.Level{domain.Green}, false, ""},
		"back, and undone": {[]domain.Level{domain.Red, domain.Green}, true, ""},
	} {
		w, s := duringMeeting(t), newSite(t)
		p := w.picture(leader, domain.Live)
		place := -1
		for row := range p.Catalogue().Municipalities {
			if was := p.Cell(row, p.Col("samfunnssikkerhet")); place < 0 && was.Level == domain.Green && was.Meeting != "m2" {
				place = row
			}
		}
		m := p.Catalogue().Municipalities[place]
		w.clock("2022-11-15T11:00:00")
		for _, level := range c.levels {
			w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m2", Cells: []domain.CellEdit{{Municipality: m.ID, Column: "samfunnssikkerhet", Level: level}}})
			w.now = w.now.Add(10 * time.Minute)
		}
		if c.undo {
			w.do(leader, domain.Undo{Board: domain.Live, Revision: w.s.Head().Revision})
		}
		w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true})
		r, p := w.request(leader, domain.Live, "/referat/m2"), w.picture(leader, domain.Live)
		text, err := minutes.MinutesText(s, r, p, "m2", 0)
		if err != nil {
			t.Fatal(err)
		}
		page, err := minutes.Minutes(s, r, p, "m2", 0)
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.Join(strings.Fields(string(text)), " ")
		want := "- " + m.Name + ", Samfunnssikkerhet: " + c.want
		if c.want == "" {
			want = "Endret, og endret tilbake i møtet:"
		}
		if strings.Contains(flat, want) != (c.want != "") || strings.Contains(string(page), strings.TrimPrefix(want, "- ")) != (c.want != "") {
			t.Errorf("%s: %q\n%s", name, want, text)
		}
	}
}

// TestMinutesTellWhenALevelWasSet: a level that is confirmed later in the meeting
// was set when it was set.
func TestMinutesTellWhenALevelWasSet(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(leader, domain.Live)
	place := slices.IndexFunc(p.Catalogue().Municipalities, func(m domain.Municipality) bool {
		was := p.Cell(p.Row(m.ID), p.Col("samfunnssikkerhet"))
		return was.Level == domain.Green && was.Meeting != "m2"
	})
	m := p.Catalogue().Municipalities[place]
	w.clock("2022-11-15T11:00:00")
	for range 2 {
		w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m2", Cells: []domain.CellEdit{{Municipality: m.ID, Column: "samfunnssikkerhet", Level: domain.Red}}})
		w.now = w.now.Add(35 * time.Minute)
	}
	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true})
	r, p := w.request(leader, domain.Live, "/referat/m2"), w.picture(leader, domain.Live)
	text, err := minutes.MinutesText(s, r, p, "m2", 0)
	if err != nil {
		t.Fatal(err)
	}
	page, err := minutes.Minutes(s, r, p, "m2", 0)
	if err != nil {
		t.Fatal(err)
	}
	if flat := strings.Join(strings.Fields(string(text)), " "); !strings.Contains(flat, "(11:00, bekreftet 11:35") {
		t.Errorf("the text does not tell both times:\n%s", text)
	}
	if !strings.Contains(string(page), `>11:00</time><br><span class="meta">bekreftet 11:35</span>`) {
		t.Error("the page does not tell both times")
	}
}

// bigMeeting is a closed meeting in which a thousand changes were made in a
// county of 46.
func bigMeeting(t testing.TB) *world {
	w := duringMeeting(t)
	c := w.picture(leader, domain.Live).Catalogue()
	areas := c.Areas()
	for i := range 1000 {
		w.now = w.now.Add(time.Second)
		w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m2", ReportedBy: "v/ordfører", Cells: []domain.CellEdit{{
			Municipality: c.Municipalities[i%46].ID, Column: c.Columns[areas[i/46%len(areas)]].ID,
			Level: []domain.Level{domain.Yellow, domain.Red, domain.Green}[i%3], Text: typed.Of(strings.Repeat("Vegen er stengt. ", 10)),
		}}})
	}
	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true})
	return w
}

// TestMinutesOfAThousandChanges: none of them is left out. How long they take,
// BenchmarkMinutes tells.
func TestMinutesOfAThousandChanges(t *testing.T) {
	w, s := bigMeeting(t), newSite(t)
	page, err := minutes.Minutes(s, w.request(leader, domain.Live, "/referat/m2"), w.picture(leader, domain.Live), "m2", 0)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(page), `<td class="steps">`); n < 500 {
		t.Errorf("%d changes in the minutes", n)
	}
}

func BenchmarkMinutes(b *testing.B) {
	w, s := bigMeeting(b), newSite(b)
	p, r := w.picture(leader, domain.Live), w.request(leader, domain.Live, "/referat/m2")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := minutes.Minutes(s, r, p, "m2", 0); err != nil {
			b.Fatal(err)
		}
		if _, err := minutes.MinutesText(s, r, p, "m2", 0); err != nil {
			b.Fatal(err)
		}
	}
}
