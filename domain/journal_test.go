package domain_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/subjects"
)

var update = flag.Bool("update", false, "write testdata anew: only for kinds that no release has written")

// goldenLine is a record as a journal keeps it.
type goldenLine struct {
	Hash  Hash         `json:"hash"`
	Body  string       `json:"body"` // base64, byte for byte
	Texts []StoredText `json:"texts"`
}

// Lines of the golden journal that a release has written. They are read for ever
// and never made again, whatever the same commands lead to today.
const (
	frozenLines = 49
	frozenHead  = "58095123bd62143fac1a3ff52ea853d79b4e671e37e380eb9775cd0a5e907da8"
)

const goldenPath = "testdata/journal-v1.jsonl"

// goldenRecords reads the golden journal.
func goldenRecords(t testing.TB) []Record {
	t.Helper()
	f, err := os.Open(goldenPath)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []Record
	var prev Hash
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
		r, err := OpenRecord(subjects.Kinds(), prev, g.Hash, body, g.Texts)
		if err != nil {
			t.Fatal(err)
		}
		prev, out = r.Hash, append(out, r)
	}
	return out
}

// goldenLineage is what was written, and after it what is new in the format.
func goldenLineage(t testing.TB) *line {
	l := newLine(t)
	for _, r := range goldenRecords(t)[:frozenLines] {
		next, err := l.s.Apply(r)
		if err != nil {
			t.Fatal(err)
		}
		l.s, l.recs, l.salt = next, append(l.recs, r), l.salt+byte(len(r.Texts))
	}
	l.now = l.s.At()
	l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m4", ReportedBy: "Nettselskap", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Red}}})
	for _, id := range []calendar.ID{"k1", "k2"} {
		l.do(leader, calendar.Schedule{Board: Live, ID: id, Title: "Beredskapsmøte", At: Moment{Time: l.now.Add(72 * time.Hour)}})
	}
	l.do(leader, calendar.Unschedule{Board: Live, ID: "k2"})
	recordEvidence(l)
	recordYear(l)
	l.do(boContact, evidence.Ask{Board: "2023", Municipality: "0002", Mark: "missing", Column: "plan", Text: "Arealplanen fra juni"})
	asked := l.do(boContact, evidence.Ask{Board: "2023", Municipality: "0002", Mark: "outdated", ID: "tilsyn-1", Version: 2, Text: "Rutinen er på plass"})
	l.do(editor, evidence.Close{Question: asked, Outcome: "stands", Text: "Avviket er ikke lukket"})
	return l
}

// recordEvidence records evidence with all that a version may have, its next version, which
// names texts of the first, and what is withdrawn and removed.
func recordEvidence(l *line) {
	report := evidence.File{Sum: Hash{7, 1}, Size: 421_888, Type: "application/pdf"}
	first := evidence.Record{
		ID: "tilsyn-1", Version: 1, Type: evidence.Supervision, Municipalities: []MunicipalityID{"0002"}, Columns: []ColumnID{"helse"},
		Title: "Legevakt, rapport 2022/12", Source: "Statsforvalteren", Summary: "Én av to rutiner mangler.", Link: "https://example.no/rapport",
		Effective: "2022-05-14", Retrieved: "2022-06-02", Access: evidence.Own, Stored: []evidence.File{report},
		Files: []evidence.File{{Sum: report.Sum, Name: "Rapport 2022-12.pdf"}},
	}
	first.Period.From, first.Period.To = "2021-01-01", "2021-12-31"
	first.Supervision.State, first.Supervision.Body = "held", "Statsforvalteren"
	first.Supervision.Day, first.Supervision.Basis = "2022-05-14", "helsetilsynsloven § 4"
	first.Supervision.Deviations = []evidence.Deviation{
		{ID: "a1", Text: "Kompetansekrav er ikke oppfylt", State: "open", Due: "2022-11-01"}, {ID: "a2", Text: "Rutine mangler", State: "open"},
	}
	first.Exempt.Basis, first.Exempt.Reason = "offl-13", "Navn i vedlegg"
	l.do(editor, first)
	second := first
	second.Version, second.Figures.Revision, second.Figures.Column = 2, 7, "leger"
	second.Supervision.Deviations = slices.Clone(first.Supervision.Deviations)
	second.Supervision.Deviations[1].State, second.Supervision.Deviations[1].Closed = "closed", "2022-08-20"
	l.do(editor, second)
	robek := evidence.Record{ID: "robek-1", Version: 1, Type: evidence.Economy, Municipalities: []MunicipalityID{"0001"}, Title: "ROBEK",
		Effective: "2017-06-30", Retrieved: "2022-01-10", Access: evidence.Public}
	robek.ROBEK.In, robek.ROBEK.Out, robek.ROBEK.Letters = "2017-06-30", "2019-03-18", append(robek.ROBEK.Letters, "a", "c")
	l.do(editor, robek)
	granted := int64(2_400_000)
	funds := evidence.Record{ID: "skjonn-1", Version: 1, Type: evidence.Funds, Municipalities: []MunicipalityID{"0001"}, Title: "Skjønnsmidler",
		Effective: "2022-01-01", Retrieved: "2022-01-10"}
	funds.Funds.Year, funds.Funds.Applied, funds.Funds.Granted = 2022, 4_000_000, &granted
	l.do(editor, funds)
	l.do(editor, evidence.Record{ID: "mote-1", Version: 1, Type: evidence.Meeting, Title: "Møte om flom", Effective: "2022-09-02", Retrieved: "2022-09-02", Meeting: "m1"})
	l.do(editor, evidence.Withdraw{ID: "mote-1", Reason: "Ført to ganger"})
	l.do(admin, evidence.RemoveFile{Sum: report.Sum, Reason: "Navn på en pasient"})
}

// TestGoldenJournal reads a journal that was written when the format was
// settled. It holds every kind of event: none may ever be read otherwise.
func TestGoldenJournal(t *testing.T) {
	l := goldenLineage(t)
	if *update {
		writeGolden(t, goldenPath, l)
	}
	s, kinds := NewState("epoke"), map[string]bool{}
	for i, r := range goldenRecords(t) {
		for _, e := range r.Events {
			kinds[e.Kind()] = true
		}
		var err error
		if s, err = s.Apply(r); err != nil {
			t.Fatal(err)
		}
		if hash := fmt.Sprintf("%x", r.Hash[:]); i == frozenLines-1 && hash != frozenHead {
			t.Errorf("what a release has written ends in %s, and ended in %s", hash, frozenHead)
		}
	}
	for kind := range subjects.Kinds() {
		if !kinds[kind] {
			t.Errorf("the golden journal has no %s: give goldenLineage a command that leads to it", kind)
		}
	}
	if s.Head() != l.s.Head() {
		t.Errorf("the same commands now give %v, the golden journal %v", l.s.Head(), s.Head())
	}
	p, _ := PictureOf(s, Audience{Kind: AudienceStaff}, Live, l.now)
	storm, _ := p.Meeting("m4")
	c := p.AtRevision(storm.Opened).Cell(p.Row("0002"), p.Col("plan"))
	if m, _ := p.Meeting("m1"); m.Title != "Flom" {
		t.Errorf("the golden journal says %+v", m)
	}
	m, _ := p.Meeting("m3")
	if one, _ := m.Edition(1); !m.Open() || len(m.Earlier) != 1 || m.Earlier[0].ReopenedReason != "Avsluttet ved en feil" || !maps.Equal(p.NamesOf(one), map[AccountID]string{leader.ID: "Ida Vik"}) {
		t.Errorf("the golden journal says %+v", m)
	}
	if history := p.History(p.Row("0002"), p.Col("plan")); history[2].Level != Yellow || history[2].Text != "Vei stengt" || history[2].ReportedBy != "" || history[2].Undoes == 0 || !s.Demo() {
		t.Errorf("the golden journal says %+v", history)
	}
	if c.Level != Red || c.Text != "Vei stengt" || c.ReportedBy != "Bø v/ordfører" || !c.EventAt.Before(c.At) || c.Undoes == 0 {
		t.Errorf("after what is new the golden journal says %+v", c)
	}
	if c := p.Cell(p.Row("0001"), p.Col("plan")); !c.Confirms || c.ConfirmedBy != "Nettselskap" || c.ReportedBy != "" || c.Text != "Vei stengt" {
		t.Errorf("what was confirmed is %+v", c)
	}
	for _, e := range rollcall.Of(p, "m4") {
		want, about := rollcall.NotReported, []rollcall.Mention(nil)
		switch e.Municipality {
		case "0001":
			want, about = rollcall.Changed, []rollcall.Mention{{By: "Nettselskap", Times: 1}}
		case "0002":
			about = []rollcall.Mention{{By: "Nettselskap", Times: 1}, {By: "Røde Kors", Times: 1}}
		}
		if e.State != want || !slices.Equal(e.Mentioned, about) {
			t.Errorf("the golden journal says of the roll-call %+v", e)
		}
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
		_, err := OpenRecord(subjects.Kinds(), c.Prev, c.Hash, c.Body, c.Texts)
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
	if _, err := OpenRecord(subjects.Kinds(), Hash{}, ChainHash(Hash{}, newer), newer, nil); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer version: %v", err)
	}
	unknown := []byte(`{"v":1,"rev":1,"at":"2022-01-01T00:00:00Z","by":"x","events":[{"kind":"moon_landed"}]}`)
	if _, err := OpenRecord(subjects.Kinds(), Hash{}, ChainHash(Hash{}, unknown), unknown, nil); !errors.Is(err, ErrNewer) {
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
			r, err := OpenRecord(subjects.Kinds(), Hash{}, ChainHash(Hash{}, body), body, texts)
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
