package storage

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/typed"
)

// approvedYear writes an edition with two approved units, and approved in all, to a folder.
func approvedYear(t *testing.T, dir string) {
	t.Helper()
	store, state, now := open(t, dir), domain.NewState("epoke"), time.Date(2023, 9, 6, 8, 0, 0, 0, time.UTC)
	n := byte(0)
	by := func(role domain.Role) domain.Actor {
		return domain.Actor{ID: domain.AccountID(role), Grants: []domain.Grant{{Role: role, Areas: []domain.ColumnID{"helse", "plan"}}}}
	}
	editor, expert, approver := by(domain.RoleEditor), by(domain.RoleAssessor), by(domain.RoleApprover)
	do := func(who domain.Actor, cmd domain.Command) {
		t.Helper()
		events, err := domain.Decide(state, who, cmd, now)
		if err != nil {
			t.Fatalf("%T: %v", cmd, err)
		}
		head, err := store.Head(within(t))
		if err != nil {
			t.Fatal(err)
		}
		r, err := domain.Seal(head, now, who.ID, "", events, func() domain.Salt { n++; return domain.Salt{n} })
		if err == nil {
			err = store.Append(within(t), []domain.Record{r})
		}
		if err != nil {
			t.Fatal(err)
		}
		if state, err = state.Apply(r); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	column := func(id, area domain.ColumnID, kind domain.ColumnKind) domain.Column {
		return domain.Column{ID: id, Area: area, Kind: kind, Version: 1, Name: domain.Words{NB: string(id)}, Short: domain.Words{NB: string(id)}}
	}
	catalogue := domain.Catalogue{
		County: "Prøve", Office: domain.Words{NB: "Statsforvalteren i Prøve"}, Regions: []domain.Region{{ID: "sor", Name: "Sør", Short: "Sør"}},
		Municipalities: []domain.Municipality{{ID: "0001", Name: "Alvdal", Region: "sor"}, {ID: "0002", Name: "Bø", Region: "sor"}},
		Columns:        []domain.Column{column("helse", "", domain.ColumnArea), column("leger", "helse", domain.ColumnIndicator), column("plan", "", domain.ColumnArea)},
	}
	do(editor, domain.OpenLive{Catalogue: catalogue})
	do(editor, plan.Make{Board: "2023", Title: "Kommunebilde", Mode: plan.Yearly, Hearing: plan.Heard, Judged: "2023-09-01", Catalogue: &catalogue})
	do(editor, plan.OpenRound{Board: "2023"})
	for _, id := range []evidence.ID{"k1", "k1", "k2"} {
		cmd := evidence.Record{ID: id, Version: 1, Type: evidence.Dialogue, Title: "Møte", Source: "Statsforvalteren", Effective: "2022-06-01", Retrieved: "2022-06-02"}
		if v, _, known := evidence.Newest(domain.Judge(state, editor, now), id); known {
			cmd.Version, cmd.Summary = v+1, "Ny utgave"
		}
		cmd.Period.From, cmd.Period.To = "2022-06-01", "2022-06-01"
		do(editor, cmd)
	}
	cell := func(m domain.MunicipalityID, c domain.ColumnID, level domain.Level, text typed.Text, refs ...evidence.Ref) assessment.Edit {
		return assessment.Edit{Municipality: m, Column: c, Level: level, Text: &text, Evidence: &refs}
	}
	do(expert, assessment.Save{Board: "2023", Cells: []assessment.Edit{
		cell("0001", "helse", domain.Red, "Ingen lege.", evidence.Ref{ID: "k1", Version: 1}), cell("0001", "leger", domain.Yellow, "Få søkere."),
	}})
	do(expert, assessment.Save{Board: "2023", Cells: []assessment.Edit{cell("0002", "plan", domain.Green, "God.")}})
	work := func() signoff.Work {
		w, err := signoff.Of(domain.Judge(state, editor, now), "2023")
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	for _, at := range []domain.CellRef{{Municipality: "0001", Column: "helse"}, {Municipality: "0002", Column: "plan"}} {
		seen := signoff.Seen{Municipality: at.Municipality, Column: at.Column, Revision: work().Unit(at.Municipality, at.Column).Revision}
		do(expert, signoff.Submit{Board: "2023", Units: []signoff.Seen{seen}})
		do(approver, signoff.Approve{Board: "2023", Units: []signoff.SeenSum{{Seen: seen, Sum: work().Unit(at.Municipality, at.Column).Sum}}})
	}
	do(editor, signoff.ApproveEdition{Board: "2023", Sum: work().Sum(nil), Unassessed: true})
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// forge copies a folder's journal with each record changed, in a chain that fits together:
// what somebody could do who has the file, and the program.
func forge(t *testing.T, from string, change func(event map[string]any, texts []domain.StoredText), rename *strings.Replacer) *domain.State {
	t.Helper()
	store, forged := open(t, from), open(t, filepath.Join(t.TempDir(), "data"))
	head, err := store.Head(within(t))
	if err != nil {
		t.Fatal(err)
	}
	var prev domain.Hash
	for r, err := range store.Follow(within(t), 0) {
		if err != nil {
			t.Fatal(err)
		}
		var body map[string]any
		if err := json.Unmarshal(r.Body, &body); err != nil {
			t.Fatal(err)
		}
		n := 0
		for i, e := range body["events"].([]any) {
			texts := r.Texts[n : n+len(r.Events[i].Texts())]
			change(e.(map[string]any), texts)
			n += len(texts)
		}
		if r.Body, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
		r.Body = []byte(rename.Replace(string(r.Body)))
		r.Prev, r.Hash = prev, domain.ChainHash(prev, r.Body)
		if err := forged.Append(within(t), []domain.Record{r}); err != nil {
			t.Fatal(err)
		}
		if prev = r.Hash; r.Revision == head.Revision {
			break
		}
	}
	state, err := domain.NewState("epoke").Replay(func(yield func(domain.Record, error) bool) {
		for r, err := range forged.Follow(within(t), 0) {
			if !yield(r, err) || r.Revision == head.Revision {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return state
}

// TestForgedContentIsNotApproved changes each field that an approval covers in a store's
// file, chain and all: the approval of the unit and of the edition stand no more, and that
// of another unit does. What an approval does not cover ends none.
func TestForgedContentIsNotApproved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	approvedYear(t, dir)
	cells := func(kind, m, c string, change func(cell map[string]any)) func(map[string]any, []domain.StoredText) {
		return func(e map[string]any, _ []domain.StoredText) {
			if e["kind"] != kind {
				return
			}
			for _, cell := range e["cells"].([]any) {
				if cell := cell.(map[string]any); cell["m"] == m && cell["c"] == c {
					change(cell)
				}
			}
		}
	}
	set := func(name string, to any) func(map[string]any) { return func(cell map[string]any) { cell[name] = to } }
	linked := func(name string, to any) func(map[string]any, []domain.StoredText) {
		return cells("evidence_linked", "0001", "helse", func(cell map[string]any) { cell["add"].([]any)[0].(map[string]any)[name] = to })
	}
	text := func(was, is typed.Text) func(map[string]any, []domain.StoredText) {
		return func(e map[string]any, texts []domain.StoredText) {
			for i, stored := range texts {
				if stored.Body != string(was) {
					continue
				}
				forged := domain.NewText(is)
				forged.Seal(stored.Salt)
				texts[i] = forged.Stored()
				for _, cell := range e["cells"].([]any) {
					if cell := cell.(map[string]any); cell["text"].(map[string]any)["sha256"] == textSum(was, stored.Salt) {
						cell["text"] = map[string]any{"len": len(is), "sha256": forged.Sum().String()}
					}
				}
			}
		}
	}
	version := func(e map[string]any, _ []domain.StoredText) {
		if catalogue, ok := e["catalogue"].(map[string]any); ok && e["board"] == "2023" {
			catalogue["columns"].([]any)[0].(map[string]any)["version"] = 2
		}
	}
	nothing := func(map[string]any, []domain.StoredText) {}
	same := strings.NewReplacer()
	for name, one := range map[string]struct {
		change func(map[string]any, []domain.StoredText)
		rename *strings.Replacer
		stands bool
	}{
		"nothing":            {nothing, same, true},
		"who wrote it":       {nothing, strings.NewReplacer(`"by":"fagansvarlig"`, `"by":"en-annen"`), true},
		"level":              {cells("levels_set", "0001", "helse", set("level", "green")), same, false},
		"indicator's level":  {cells("levels_set", "0001", "leger", set("level", "red")), same, false},
		"text":               {text("Ingen lege.", "Fire leger."), same, false},
		"indicator's text":   {text("Få søkere.", "20 søkere."), same, false},
		"municipality":       {cells("levels_set", "0001", "helse", set("m", "0002")), same, false},
		"column":             {cells("levels_set", "0001", "helse", set("c", "plan")), same, false},
		"evidence":           {linked("e", "k2"), same, false},
		"evidence's version": {linked("v", 2), same, false},
		"column's version":   {version, same, false},
		"board":              {nothing, strings.NewReplacer(`"2023"`, `"2024"`), false},
	} {
		state := forge(t, dir, one.change, one.rename)
		board := domain.BoardID("2023")
		if name == "board" {
			board = "2024"
		}
		editor := domain.Actor{ID: "redaktor", Grants: []domain.Grant{{Role: domain.RoleEditor}}}
		w, err := signoff.Of(domain.Judge(state, editor, time.Date(2023, 9, 7, 8, 0, 0, 0, time.UTC)), board)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if is := w.Unit("0001", "helse").State == signoff.Approved; is != one.stands {
			t.Errorf("%s changed: approved %t, want %t", name, is, one.stands)
		}
		if _, is := w.ApprovedEdition(); is != one.stands {
			t.Errorf("%s changed: the edition is approved %t, want %t", name, is, one.stands)
		}
		if is := w.Unit("0002", "plan").State == signoff.Approved; is != (name != "board") {
			t.Errorf("%s changed: the other unit is approved %t", name, is)
		}
	}
}

func textSum(words typed.Text, salt domain.Salt) string {
	text := domain.NewText(words)
	text.Seal(salt)
	return text.Sum().String()
}
