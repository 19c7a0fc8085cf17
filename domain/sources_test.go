package domain_test

import (
	"errors"
	"slices"
	"testing"

	. "kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/texts"
)

// inspected is a supervision as a file has it.
func inspected(m MunicipalityID, sak, day string, found ...evidence.Deviation) batch.Source {
	s := batch.Source{Key: []string{"supervision", string(m), sak}, Says: evidence.Record{
		Type: evidence.Supervision, Municipalities: []MunicipalityID{m}, Columns: []ColumnID{"helse"}, Title: "Legevakt", Source: "Statsforvalteren", Effective: day, Retrieved: "2022-09-02",
	}}
	s.Says.Period.From, s.Says.Period.To = day, day
	s.Says.Supervision.Body, s.Says.Supervision.Basis, s.Says.Supervision.Day, s.Says.Supervision.Deviations = "Statsforvalteren", "helsetilsynsloven § 4", day, found
	return s
}

func (y *year) sources(by Actor, list ...batch.Source) batch.Sources {
	y.t.Helper()
	out, err := batch.SourcesOf(Judge(y.s, by, y.now), list)
	if err != nil {
		y.t.Fatal(err)
	}
	return out
}

// TestSources: a file of supervision makes what is new new, what says more a new version,
// and nothing of what is known; read again it writes nothing, on whatever day and in
// whatever order.
func TestSources(t *testing.T) {
	y := planned(t)
	a, b := evidence.Deviation{Text: "Rutine mangler", State: "open"}, evidence.Deviation{Text: "Opplæring mangler", State: "open", Due: "2022-12-01"}
	file := []batch.Source{inspected("0001", "22/1", "2022-05-14", a, b), inspected("0002", "22/1", "2022-05-14"), inspected("0002", "22/7", "2022-12-24")}
	p := y.sources(expert, file...)
	if len(p.New) != 3 || len(p.Changed)+len(p.Same)+len(p.Refused) > 0 || p.New[0].ID == p.New[1].ID || p.New[2].Supervision.State != "planned" || p.New[0].Supervision.State != "held" {
		t.Fatalf("at first %+v", p)
	}
	mine := evidence.Record{ID: "hand", Version: 1, Type: evidence.Supervision, Municipalities: []MunicipalityID{"0002"}, Title: "Legevakten", Effective: "2022-05-14", Retrieved: "2022-06-01"}
	mine.Supervision = inspected("0002", "", "2022-05-14").Says.Supervision
	mine.Supervision.State = "held"
	y.do(editor, mine)
	if p = y.sources(expert, file...); len(p.New) != 3 || len(p.Alike) != 1 || p.Alike[p.New[1].ID][0].ID != "hand" {
		t.Errorf("beside what was recorded by hand: %+v", p.Alike)
	}
	y.do(expert, p.Import())
	head := y.s.Head().Revision
	for _, next := range []batch.Sources{
		y.sources(expert, file...),
		y.sources(editor, inspected("0001", "22/1", "2022-05-14", b, a)),
	} {
		if len(next.New)+len(next.Changed)+len(next.Refused) > 0 || len(next.Same) == 0 {
			t.Errorf("read again it says %+v", next)
		}
	}
	later := inspected("0002", "22/7", "2022-12-24")
	later.Says.Retrieved = "2023-02-01" // the day has come, and the file says nothing of it
	y.now = y.now.AddDate(1, 0, 0)
	if next := y.sources(expert, later); len(next.Same) != 1 {
		t.Errorf("on a later day it says %+v", next)
	}

	// What the office wrote beside it stays, a deviation is closed, and one goes.
	known, _ := evidence.One(Judge(y.s, editor, y.now), evidence.Ref{ID: file[0].ID(), Version: 1})
	mine = known.Again()
	mine.Summary, mine.Columns, mine.Access = "Vårt sammendrag", []ColumnID{"helse", "plan"}, evidence.Own
	y.do(editor, mine)
	a.State, a.Closed = "closed", "2022-08-01"
	next := y.sources(editor, inspected("0001", "22/1", "2022-05-14", a))
	if len(next.Changed) != 1 || next.Deletes != 1 || !slices.Equal(next.Changed[0].Deletes, []string{"Opplæring mangler"}) {
		t.Fatalf("changed: %+v", next)
	}
	is := next.Changed[0].Is
	if is.Version != 3 || is.Summary != "Vårt sammendrag" || len(is.Columns) != 2 || is.Access != evidence.Own || is.Retrieved != "2022-09-02" {
		t.Errorf("the next version is %+v", is)
	}
	if d := is.Supervision.Deviations; len(d) != 1 || d[0].ID != "a1" || d[0].State != "closed" || d[0].Closed != "2022-08-01" {
		t.Errorf("its deviations are %+v", d)
	}
	y.do(editor, next.Import())
	if got := y.s.Head().Revision; got != head+2 {
		t.Errorf("the records end at %d", got)
	}
	// Meanwhile somebody wrote: what was shown is no longer so.
	y.isRefused(y.try(editor, next.Import()), "evidence.stale")
}

// TestSourcesAreRefused: a row that may not be recorded says why and keeps nobody else's out;
// who may record nothing is told so at once.
func TestSourcesAreRefused(t *testing.T) {
	y := planned(t)
	other, wrong := inspected("0001", "22/2", "2022-05-14"), inspected("0001", "22/3", "2022-05-14")
	other.Says.Columns = []ColumnID{"plan"}
	wrong.Says.Supervision.Basis = ""
	p := y.sources(expert, inspected("0001", "22/1", "2022-05-14"), other, wrong)
	var got []string
	for _, r := range p.Refused {
		var e *Error
		errors.As(r.Err, &e)
		got = append(got, e.Msg)
	}
	if len(p.New) != 1 || !slices.Equal(got, []string{"forbidden.area", "supervision.basis"}) {
		t.Errorf("refused %v, new %v", got, p.New)
	}
	y.do(expert, p.Import())
	y.do(expert, evidence.Withdraw{ID: p.New[0].ID, Reason: "feil"})
	if p := y.sources(expert, inspected("0001", "22/1", "2022-05-15")); len(p.Refused) != 1 {
		t.Errorf("what is withdrawn gets %+v", p)
	}
	for _, by := range []Actor{{}, boContact, reader} {
		if _, err := batch.SourcesOf(Judge(y.s, by, y.now), []batch.Source{other}); err == nil {
			t.Errorf("%q is told of a file", by.ID)
		}
	}
	twice := p.Import()
	twice.Records = append(twice.Records, twice.Records[0])
	y.isRefused(y.try(expert, twice), "evidence.withdrawn")
	first := inspected("0002", "22/9", "2022-05-14")
	two := y.sources(expert, first).Import()
	two.Records = append(two.Records, two.Records[0])
	y.isRefused(y.try(expert, two), "evidence.repeated")
}

// TestSourcesKeepRedactions: a text that was taken out is not put back by the file that
// it came from.
func TestSourcesKeepRedactions(t *testing.T) {
	y := planned(t)
	file := inspected("0001", "22/1", "2022-05-14", evidence.Deviation{Text: "Pasient Ola Nordmann", State: "open"})
	file.Says.Title = "Ola Nordmann"
	y.do(editor, y.sources(editor, file).Import())
	known, _ := evidence.One(Judge(y.s, editor, y.now), evidence.Ref{ID: file.ID(), Version: 1})
	y.do(admin, texts.Redact{Texts: []TextID{known.Title.ID(), known.Supervision.Deviations[0].Text.ID()}, Reason: "navn"})
	if p := y.sources(editor, file); len(p.Same) != 1 {
		t.Errorf("the file puts back %+v", p.Changed)
	}
	file.Says.Supervision.Deviations = []evidence.Deviation{{Text: "Pasient Ola Nordmann", State: "closed", Closed: "2022-08-01"}}
	p := y.sources(editor, file)
	if len(p.Changed) != 1 || p.Deletes != 0 || p.Changed[0].Is.Title != "" || p.Changed[0].Is.Supervision.Deviations[0].Text != "" {
		t.Errorf("it is mended to %+v", p)
	}
	y.do(editor, p.Import())
	if got, _ := evidence.One(Judge(y.s, editor, y.now), evidence.Ref{ID: file.ID(), Version: 2}); !got.Title.Redacted() || !got.Supervision.Deviations[0].Text.Redacted() {
		t.Errorf("version 2 is %+v", got)
	}
}
