package kommunebilde

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write testdata anew: only for kinds that no release has written")

// goldenLine is a record as a journal keeps it.
type goldenLine struct {
	Hash  Hash         `json:"hash"`
	Body  string       `json:"body"` // base64, byte for byte
	Texts []StoredText `json:"texts"`
}

// goldenLineage leads to one event of every kind.
func goldenLineage(t testing.TB) *line {
	l := newLine(t)
	l.do(admin, DeclareDemo{})
	l.do(editor, OpenLive{Catalogue: testCatalogue(), Map: testMap()})
	l.do(editor, ImportEdition{Board: "2022", Title: Words{NB: "Kommunebilde 2022"}, Catalogue: testCatalogue(), Cells: []CellEdit{
		{Municipality: "0001", Column: "helse", Level: Red, Text: "Én liste uten lege 🩺", Author: "I. Berg", Date: "2022-09-01"},
		{Municipality: "0002", Column: "leger", Level: NoData},
	}})
	l.do(editor, NoteHearing{Board: "2022", Hearing: Hearing{From: "2022-09-22", To: "2022-10-13", Answered: []MunicipalityID{"0001"}}})
	l.later(time.Hour).do(editor, Publish{Board: "2022"})
	l.do(editor, ChangeBase{Edition: "2022"})
	l.do(editor, OpenCorrection{Board: "2022", Reason: "Feil tall"})
	l.do(leader, OpenMeeting{ID: "m1", Board: Live, Kind: MeetingPreparedness, Title: "Flom", Case: "2022/77", Region: "sor", Invited: []MunicipalityID{"0002"}})
	l.do(leader, SetLevels{Board: Live, Meeting: "m1", ReportedBy: "Bø v/ordfører", EventAt: l.now.Add(-time.Hour), Cells: []CellEdit{
		{Municipality: "0002", Column: "plan", Level: Yellow, Text: "Vei stengt"}, {Municipality: "0003", Column: "plan", Level: Yellow},
	}})
	set := l.later(time.Second).set(coLeader, "0002", "plan", Red)
	l.do(coLeader, Undo{Board: Live, Revision: set})
	l.do(admin, Redact{Texts: []TextID{{3, 0}}, Reason: "Helseopplysning"})
	l.do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "Flom, dag 2", Series: "flom-2022",
		Invited: []MunicipalityID{"0002"}, Agenda: []RegionID{"nord", "sor"}, Actors: []string{"Politiet"}, Reports: true})
	l.do(leader, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0001", "0003"}, ReportedBy: "Ås v/ordfører"})
	proposal := l.do(boContact, ProposeLevels{Meeting: "m2", ReportedBy: "Bø v/vakt", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red, Text: "Legevakt stengt"}}})
	l.do(leader, DecideProposal{Meeting: "m2", Proposal: proposal, Take: true})
	l.do(leader, WriteNote{Meeting: "m2", ID: "n1", Text: "Legevakten i Bø er stengt", About: proposal + 1})
	l.do(leader, WithdrawNote{Meeting: "m2", ID: "n1", Reason: "Feil sted"})
	l.do(leader, AddAction{Meeting: "m2", ID: "a1", Municipality: "0002", Column: "helse", Text: "Finne vikar", Owner: "Bø", Due: "2022-09-03"})
	l.do(leader, EndAction{Board: Live, ID: "a1", Done: true})
	l.do(leader, SuggestForEdition{Meeting: "m2", Municipality: "0002", Column: "helse", Text: "Legevakt er sårbar i ferier"})
	l.do(leader, OpenSituation{Board: "storm", Title: "Storm", Catalogue: situationCatalogue(), Map: testMap()})
	l.do(leader, OpenMeeting{ID: "s1", Board: "storm", Kind: MeetingPreparedness, Title: "Storm"})
	l.do(leader, SetFigures{Meeting: "s1", Figures: []FigureEdit{{Municipality: "0001", Column: "strom", Figure: WithoutPower, Value: 1200, Source: "Nettselskapet", Certainty: Estimated}}})
	l.do(leader, AskAssistance{Meeting: "s1", ID: "b1", Municipality: "0001", Of: "Sivilforsvaret", What: "To aggregat"})
	l.do(leader, MoveAssistance{Board: "storm", ID: "b1", State: AssistanceUnderWay})
	l.do(leader, CloseMeeting{Meeting: "s1"})
	l.do(leader, CloseBoard{"storm"})
	l.do(editor, ListActor{ID: "r1", Name: "Politiet"})
	l.do(editor, ListActor{ID: "r2", Name: "110-sentralen"})
	l.do(leader, SaveView{Board: Live, ID: "v1", Name: "Regionmøte Sør", Filter: ViewFilter{
		Region: "sor", Area: "helse", Levels: []Level{Red}, Minutes: 60, Actor: "r1", Map: "plan",
	}})
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "Flom, dag 3", InSeries: "m2", View: "v1", Listed: []RegionalActorID{"r1"}})
	l.do(editor, RemoveView{Board: Live, ID: "v1"})
	l.do(editor, UnlistActor{ID: "r2"})
	l.do(editor, MarkCells{"2022", []CellRef{{"0001", "helse"}, {"0003", "plan"}}, []Field{FieldText, FieldLevel}, "offl-24-3", "Svakhet som kan utnyttes"})
	l.do(editor, LiftMarking{"2022", []CellRef{{"0003", "plan"}}, "Ikke lenger sensitivt"})
	l.do(editor, SetReportTemplate{Sections: []ReportPart{{Key: ReportWhen}, {Key: ReportOwn, Heading: "Vurdering", Text: "Fylt ut av vakten"}, {Key: ReportProof, Hidden: true}}})
	return l
}

// TestGoldenJournal reads a journal that was written when the format was
// settled. It holds every kind of event: none may ever be read otherwise.
func TestGoldenJournal(t *testing.T) {
	const path = "testdata/journal-v1.jsonl"
	l := goldenLineage(t)
	if *update {
		writeGolden(t, path, l)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, kinds := NewState("epoke"), map[string]bool{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var g goldenLine
		if err := json.Unmarshal(lines.Bytes(), &g); err != nil {
			t.Fatal(err)
		}
		body, err := base64.StdEncoding.DecodeString(g.Body)
		if err != nil {
			t.Fatal(err)
		}
		r, err := OpenRecord(s.Head().Hash, g.Hash, body, g.Texts)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range r.Events {
			kinds[e.kind()] = true
		}
		if s, err = s.Apply(r); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range []string{
		"demo_declared", "map_added", "board_opened", "catalogue_replaced", "levels_set", "meeting_opened",
		"meeting_closed", "municipality_reported", "levels_proposed", "proposal_decided", "note_written",
		"edition_suggested", "figures_set", "assistance_asked", "assistance_moved", "board_closed", "note_withdrawn", "action_added", "action_ended", "hearing_held", "edition_published", "correction_opened", "text_redacted",
		"actor_listed", "actor_unlisted", "view_saved", "view_removed",
		"cells_marked", "marking_lifted", "report_template_set",
	} {
		if !kinds[kind] {
			t.Errorf("the golden journal has no %s", kind)
		}
		if e := newEvent(kind); e == nil || e.kind() != kind {
			t.Errorf("%s is not read", kind)
		}
	}
	if s.Head() != l.s.Head() {
		t.Errorf("the same commands now give %v, the golden journal %v", l.s.Head(), s.Head())
	}
	p, _ := PictureOf(s, Audience{Kind: AudienceStaff}, Live, l.now)
	c := p.Cell(p.Row("0002"), p.Col("plan"))
	if m, _ := p.Meeting("m1"); m.Title != "Flom" {
		t.Errorf("the golden journal says %+v", m)
	}
	if c.Level != Yellow || c.Text != "Vei stengt" || c.Undoes == 0 || !s.Demo() {
		t.Errorf("the golden journal says %+v", c)
	}
	e, _ := PictureOf(s, Audience{Kind: AudiencePublic}, "2022", l.now)
	if c := e.Cell(e.Row("0001"), e.Col("helse")); c.Level != Withheld || c.Marking.Basis != "offl-24-3" || e.Board().Hearing.Answered[0] != "0001" {
		t.Errorf("the golden edition says %+v", c)
	}
	e, _ = PictureOf(s, Audience{Kind: AudienceStaff}, "2022", l.now)
	if c := e.Cell(e.Row("0001"), e.Col("helse")); c.Level != Red || !c.Redacted || c.Marking.Reason != "Svakhet som kan utnyttes" || len(e.Markings()) != 1 {
		t.Errorf("the golden edition says to staff %+v", c)
	}
}

func writeGolden(t *testing.T, path string, l *line) {
	var out strings.Builder
	for _, r := range l.recs {
		b, err := json.Marshal(goldenLine{r.Hash, base64.StdEncoding.EncodeToString(r.Body), r.Texts})
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(b, '\n'))
	}
	if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRecordFindsWhatWasAltered(t *testing.T) {
	l := goldenLineage(t)
	r := l.recs[2]
	open := func(f func(r *Record)) error {
		c := r
		c.Body = append([]byte(nil), r.Body...)
		c.Texts = append([]StoredText(nil), r.Texts...)
		f(&c)
		_, err := OpenRecord(c.Prev, c.Hash, c.Body, c.Texts)
		return err
	}
	if err := open(func(*Record) {}); err != nil {
		t.Fatal(err)
	}
	for i := range r.Body {
		if err := open(func(r *Record) { r.Body[i] ^= 1 }); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("byte %d turned: %v", i, err)
		}
	}
	for name, f := range map[string]func(*Record){
		"another chain":  func(r *Record) { r.Prev[0] ^= 1 },
		"text altered":   func(r *Record) { r.Texts[0].Body = "Ån liste uten lege 🩺" },
		"salt altered":   func(r *Record) { r.Texts[0].Salt[3] ^= 1 },
		"text missing":   func(r *Record) { r.Texts = r.Texts[1:] },
		"text too many":  func(r *Record) { r.Texts = append(r.Texts, StoredText{Body: "x"}) },
		"texts swapped":  func(r *Record) { r.Texts[0], r.Texts[1] = r.Texts[1], r.Texts[0] },
		"body truncated": func(r *Record) { r.Body = r.Body[:len(r.Body)-1] },
	} {
		if err := open(f); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	newer := []byte(`{"v":2,"rev":1,"at":"2022-01-01T00:00:00Z","by":"x","events":[]}`)
	if _, err := OpenRecord(Hash{}, ChainHash(Hash{}, newer), newer, nil); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer version: %v", err)
	}
	unknown := []byte(`{"v":1,"rev":1,"at":"2022-01-01T00:00:00Z","by":"x","events":[{"kind":"moon_landed"}]}`)
	if _, err := OpenRecord(Hash{}, ChainHash(Hash{}, unknown), unknown, nil); !errors.Is(err, ErrNewer) {
		t.Errorf("an unknown kind: %v", err)
	}
}

// FuzzOpenRecord: whatever bytes a disk gives back, reading them and applying
// what they say ends in an error or a state, never in a panic.
func FuzzOpenRecord(f *testing.F) {
	l := goldenLineage(f)
	for _, r := range l.recs {
		text := ""
		if len(r.Texts) > 0 {
			text = r.Texts[0].Body
		}
		f.Add(r.Body, text)
	}
	f.Fuzz(func(t *testing.T, body []byte, text string) {
		for _, texts := range [][]StoredText{nil, {{Gone: true}}, {{Body: text}}} {
			r, err := OpenRecord(Hash{}, ChainHash(Hash{}, body), body, texts)
			if err != nil {
				continue
			}
			s := NewState("e")
			r.Revision = 1
			if s, err = s.Apply(r); err != nil {
				continue
			}
			for _, id := range s.BoardIDs() {
				p, ok := PictureOf(s, Audience{Kind: AudienceStaff}, id, noon)
				if ok {
					p.Log(0, 0)
					p.Count([]int{}, []int{})
				}
			}
		}
	})
}
