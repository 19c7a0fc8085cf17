package domain_test

import (
	"errors"
	"slices"
	"testing"

	. "kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
)

// sheet is every cell of the planned edition as somebody takes it away.
func (y *year) sheet() (out []batch.Row) {
	w := y.work()
	for _, m := range w.Ground.Catalogue().Municipalities {
		for _, lead := range w.Leads() {
			for _, c := range w.Covers(lead) {
				cell := w.Cell(m.ID, c)
				text := cell.Text.String()
				row := batch.Row{Municipality: m.ID, Column: c, Version: 1, Seen: &cell.Revision, Text: &text, Evidence: &cell.Evidence}
				if lead != "status" {
					row.Level = &cell.Level
				}
				out = append(out, row)
			}
		}
	}
	return out
}

// at returns the row of a cell, for editing.
func at(t *testing.T, rows []batch.Row, m MunicipalityID, c ColumnID) *batch.Row {
	t.Helper()
	i := slices.IndexFunc(rows, func(r batch.Row) bool { return r.Municipality == m && r.Column == c })
	if i < 0 {
		t.Fatalf("no row %s/%s", m, c)
	}
	return &rows[i]
}

func (y *year) planOf(by Actor, rows []batch.Row) batch.Plan {
	y.t.Helper()
	p, err := batch.PlanOf(Judge(y.s, by, y.now), "2023", rows)
	if err != nil {
		y.t.Fatal(err)
	}
	return p
}

func TestBatch(t *testing.T) {
	y := planned(t)
	k1, k2 := y.evidence("k1", "0001"), y.evidence("k2", "0001")
	y.must(y.write(expert, "0001", "helse", Red, "Ingen lege.", k1))
	y.must(y.write(expert, "0001", "leger", Red, "Ingen søkere."))
	y.must(y.write(editor, "0001", "status", "", "Liten.\n=1+1, \"sitat\""))

	rows := y.sheet()
	if p := y.planOf(editor, rows); len(p.Changes)+len(p.Conflicts)+len(p.Refused) > 0 {
		t.Fatalf("what nobody edited changes something: %+v", p)
	}
	text, none := "Én lege.", Level("")
	at(t, rows, "0001", "helse").Text = &text
	at(t, rows, "0001", "helse").Evidence = &[]evidence.Ref{k2}
	at(t, rows, "0001", "leger").Level = &none
	p := y.planOf(expert, rows)
	if len(p.Changes) != 2 || p.Deletes != 2 || len(p.Refused) != 0 {
		t.Fatalf("two cells were edited, a level and a link taken away: %+v", p)
	}
	save := p.Save("2023")
	if n, err := batch.Deletes(Judge(y.s, expert, y.now), save); err != nil || n != 2 {
		t.Errorf("the command takes %d away, %v", n, err)
	}
	// Others write in the meantime: in a cell that the file does not edit, and in one it does.
	y.must(y.write(expert2, "0002", "helse", Green, "God."))
	y.must(y.write(expert2, "0001", "helse", Yellow, ""))
	y.refused(expert, save, "cell.stale")
	p = y.planOf(expert, rows)
	if len(p.Changes) != 1 || p.Changes[0].Edit.Column != "leger" || p.Deletes != 1 {
		t.Errorf("what nobody else touched: %+v", p.Changes)
	}
	if len(p.Conflicts) != 1 {
		t.Fatalf("conflicts: %+v", p.Conflicts)
	}
	c := p.Conflicts[0]
	if c.Now.Level != Yellow || c.Now.Text.String() != "Ingen lege." || *c.Edit.Text != "Én lege." || c.Edit.Level != "" {
		t.Errorf("the conflict is %+v", c)
	}
	y.do(expert, p.Save("2023"))
	if cell := y.work().Cell("0001", "leger"); cell.Level != NotAssessed || cell.Text.String() != "Ingen søkere." {
		t.Errorf("written: %+v", cell)
	}
	if cell := y.work().Cell("0002", "helse"); cell.Level != Green {
		t.Errorf("what another wrote is gone: %+v", cell)
	}
	if p = y.planOf(expert, rows); len(p.Changes) != 0 || len(p.Conflicts) != 1 {
		t.Errorf("the same file again: %+v", p)
	}
}

// TestBatchIsRefusedByRow: each row that may not be written is told, with its reason.
func TestBatchIsRefusedByRow(t *testing.T) {
	y := planned(t)
	rows := y.sheet()
	red := Red
	at(t, rows, "0001", "helse").Level = &red
	at(t, rows, "0001", "plan").Level = &red
	at(t, rows, "0002", "helse").Evidence = &[]evidence.Ref{{ID: "ukjent", Version: 1}}
	old := at(t, rows, "0002", "leger")
	old.Level, old.Version = &red, 9
	p := y.planOf(expert, rows)
	var got []string
	for _, r := range p.Refused {
		var e *Error
		if !errors.As(r.Err, &e) {
			t.Fatal(r.Err)
		}
		got = append(got, string(rows[r.Row].Municipality)+"."+string(rows[r.Row].Column)+" "+e.Msg)
	}
	slices.Sort(got)
	if want := []string{"0001.plan forbidden.area", "0002.helse evidence.unknown", "0002.leger column.redefined"}; !slices.Equal(got, want) || len(p.Changes) != 1 {
		t.Errorf("refused %v, want %v; changes %+v", got, want, p.Changes)
	}
	for _, by := range []Actor{reader, approver} {
		if _, err := batch.PlanOf(Judge(y.s, by, y.now), "2023", rows); CodeOf(err) != Forbidden {
			t.Errorf("%s: %v", by.ID, err)
		}
	}
	if _, err := batch.PlanOf(Judge(y.s, boContact, y.now), "2023", rows); CodeOf(err) != NotFound {
		t.Errorf("the contact: %v", err)
	}
	if _, err := batch.PlanOf(Judge(y.s, editor, y.now), "2022", rows); err == nil {
		t.Error("an edition without a plan has none")
	}
}

// TestSeen: a cell as it was, at any revision.
func TestSeen(t *testing.T) {
	y := planned(t)
	k1 := y.evidence("k1", "0001")
	y.must(y.write(expert, "0001", "helse", Red, "Ingen lege."))
	first := y.work().Cell("0001", "helse")
	y.must(y.write(expert, "0001", "helse", "", "", k1))
	second := y.work().Cell("0001", "helse")
	y.must(y.write(expert, "0001", "helse", Green, "To leger.", []evidence.Ref{}...))
	y.do(editor, plan.SetColumns{Board: "2023", Order: []ColumnID{"plan"}})
	for _, want := range []assessment.Cell{{Level: NotAssessed}, first, second, y.work().Cell("0001", "helse")} {
		got := y.work().Seen("0001", "helse", want.Revision)
		if got.Level != want.Level || got.Text != want.Text || !slices.Equal(got.Evidence, want.Evidence) || got.Revision != want.Revision {
			t.Errorf("at %d it was %+v, want %+v", want.Revision, got, want)
		}
	}
}
