package dashboard

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"kommunebilde"
)

// The report stands in the order that others expect, each part with what
// happened; what comes after the meeting's end changes nothing in it.
func TestMinutesText(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.clock("2022-11-15T10:50:00")
	w.do(leader, kommunebilde.CloseMeeting{Meeting: "m2", Unexplained: true})
	make := func() string {
		t.Helper()
		text, err := s.MinutesText(w.request(leader, kommunebilde.Live, "/referat/m2.txt"), w.picture(leader, kommunebilde.Live), "m2")
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
		"2. Deltakere", "36 av 46 har svart", "Skjåk (endret 10:42, v/ordfører)", "Politiet, Statens vegvesen, Bane NOR",
		"3. Situasjonsbilde", "Før møtet: grønn 300", "4. Endringer i møtet", "- Skjåk, Samfunnssikkerhet: Rød → Gul. Fv. 2646 åpnet for utrykning. (10:42, v/ordfører)", "- Etnedal, Samfunnssikkerhet: Gul → Rød. Uten begrunnelse (10:35, v/ordfører)",
		"5. Endringer uten begrunnelse", "- Vågå, Samfunnssikkerhet: gul, 10:37", "6. Ikke bekreftet", "Vang", "7. Viktige hendelser", "strømbrudd for 1 200 kunder [trukket tilbake 10:42: gjaldt i går]",
		"8. Tiltak", "- Lom, Fastlegesituasjonen: Skaffe vikarlege til helgen (Lom v/kommuneoverlege · innen 14. nov. 2022 · fristen er ute · fra Beredskapsmøte 14. nov., 14. nov.)",
		"9. Bistandsanmodninger", "10. Sporbarhet", headWords(w.s.Head().Revision, w.s.Head().Hash),
	} {
		i := strings.Index(flat[at:], want)
		if i < 0 {
			t.Fatalf("%q is missing, or not in its place, in\n%s", want, text)
		}
		at += i
	}
	w.clock("2022-11-15T11:00:00")
	w.do(leader, kommunebilde.OpenMeeting{ID: "m3", Board: kommunebilde.Live, Kind: kommunebilde.MeetingPreparedness, Title: "Neste"})
	w.do(leader, kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: "m3", Cells: []kommunebilde.CellEdit{{Municipality: "3433", Column: "samfunnssikkerhet", Level: kommunebilde.Green, Text: "Senere"}}})
	w.do(leader, kommunebilde.EndAction{Board: kommunebilde.Live, ID: "handling-1", Done: true})
	before, _, _ := strings.Cut(text, "10. Sporbarhet")
	if after, _, _ := strings.Cut(make(), "10. Sporbarhet"); after != before {
		t.Errorf("what came later changed the minutes:\n%s", after)
	}
}

// What somebody wrote cannot make a heading of its own.
func TestMinutesTextIsOneLineEach(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.do(leader, kommunebilde.WriteNote{Meeting: "m2", ID: "hendelse-9", Text: "Ras\n9. Falsk overskrift"})
	text, err := s.MinutesText(w.request(leader, kommunebilde.Live, "/referat/m2.txt"), w.picture(leader, kommunebilde.Live), "m2")
	if err != nil || strings.Contains(string(text), "\n9. Falsk") || !strings.Contains(string(text), "Ras 9. Falsk overskrift") {
		t.Errorf("a note made a line of its own: %v\n%s", err, text)
	}
}

// A snapshot is one file: all cells, styles inside, no script, nowhere to go.
func TestSnapshotIsOneFile(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	for _, board := range []kommunebilde.BoardID{kommunebilde.Live, "flom", "ovelse"} {
		body, err := s.Snapshot(w.request(leader, board, "/oyeblikksbilde/"+string(board)+".html"), w.picture(leader, board))
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
	p := w.picture(leader, kommunebilde.Live)
	from := w.now.Add(-40 * time.Minute)
	page, err := s.Playback(w.request(leader, kommunebilde.Live, "/avspilling/na"), p, Played{From: from, To: w.now})
	if err != nil {
		t.Fatal(err)
	}
	then := p.At(from)
	for _, m := range cellTag.FindAllStringSubmatch(string(page), -1) {
		if want := then.Level(then.Row(kommunebilde.MunicipalityID(m[1])), then.Col(kommunebilde.ColumnID(m[2]))); string(want) != m[3] {
			t.Errorf("%s.%s is %s, was %s", m[1], m[2], m[3], want)
		}
	}
	_, table, _ := strings.Cut(string(page), `id="changes"`)
	table, _, _ = strings.Cut(table, "</table>")
	if n := strings.Count(table, "<tr data-rev="); n != 4 || !strings.Contains(table, "/tavle/na?at=2022-11-15T09:42:03Z") {
		t.Errorf("%d changes in the table", n)
	}
	if _, err := s.Playback(w.request(leader, kommunebilde.Live, "/avspilling/na"), p, Played{From: w.now, To: from}); err == nil {
		t.Error("time runs backwards")
	}
}

// A lead opens situations and exercises; a reader looks.
func TestSituationsAreForLeadsToOpen(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	for _, c := range []struct {
		by  kommunebilde.Actor
		may bool
	}{{leader, true}, {reader, false}} {
		r := w.request(c.by, kommunebilde.Live, "/hendelser")
		r.RightsOn = func(b kommunebilde.BoardID) kommunebilde.Rights { return kommunebilde.RightsOf(w.s, c.by, b, w.now) }
		page, err := s.Situations(r, kommunebilde.BoardsOf(w.s, c.by, w.now))
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
