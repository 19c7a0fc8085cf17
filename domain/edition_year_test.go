package domain_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/typed"
)

var (
	expert  = Actor{ID: "ida", Grants: []Grant{{Role: RoleAssessor, Areas: []ColumnID{"helse"}}}}
	expert2 = Actor{ID: "tor", Grants: []Grant{{Role: RoleAssessor, Areas: []ColumnID{"helse", "plan"}}}}
	editor2 = Actor{ID: "arne", Grants: []Grant{{Role: RoleEditor}}}
	both    = Actor{ID: "begge", Grants: []Grant{{Role: RoleAssessor, Areas: []ColumnID{"helse"}}, {Role: RoleApprover, Areas: []ColumnID{"helse"}}}}
)

// year is an office with one edition that was published, and a planned one after it.
type year struct{ *line }

// published is an office with the edition 2022, of the old kind.
func published(t testing.TB) *year {
	l := newLine(t)
	catalogue := testCatalogue()
	l.do(editor, OpenLive{Catalogue: catalogue, Map: testMap()})
	l.do(editor, editions.Open{Board: "2022", Title: Words{NB: "Kommunebilde 2022"}, Catalogue: catalogue})
	l.do(editor, SetLevels{Board: "2022", Cells: []CellEdit{
		{Municipality: "0001", Column: "helse", Level: Yellow, Text: "Én av to lister uten lege."},
		{Municipality: "0001", Column: "leger", Level: Red, Text: "Ingen søkere."},
		{Municipality: "0002", Column: "helse", Level: Green},
	}})
	l.do(editor, editions.Publish{Board: "2022"})
	return &year{l}
}

// planned is the same with the edition 2023 under way.
func planned(t testing.TB) *year {
	y := published(t)
	y.plan()
	y.do(editor, plan.OpenRound{Board: "2023"})
	return y
}

func (y *year) plan() {
	catalogue := testCatalogue()
	y.do(editor, plan.Make{Board: "2023", Title: "Kommunebilde 2023", Mode: plan.Yearly, Hearing: plan.Heard, Follows: "2022", Judged: "2023-09-01", Catalogue: &catalogue, Map: testMap()})
}

func (y *year) work() signoff.Work {
	y.t.Helper()
	w, err := signoff.Of(Judge(y.s, editor, y.now), "2023")
	if err != nil {
		y.t.Fatal(err)
	}
	return w
}

func (y *year) unit(m MunicipalityID, c ColumnID) signoff.Unit { return y.work().Unit(m, c) }

// write saves a cell as whoever has just read it.
func (y *year) write(by Actor, m MunicipalityID, c ColumnID, level Level, text string, refs ...evidence.Ref) error {
	edit := assessment.Edit{Municipality: m, Column: c, Seen: y.work().Cell(m, c).Revision, Level: level}
	if text != "" {
		words := typed.Of(text)
		edit.Text = &words
	}
	if refs != nil {
		edit.Evidence = &refs
	}
	return y.try(by, assessment.Save{Board: "2023", Cells: []assessment.Edit{edit}})
}

func (y *year) must(err error) {
	y.t.Helper()
	if err != nil {
		y.t.Fatal(err)
	}
}

func (y *year) seen(m MunicipalityID, c ColumnID) signoff.Seen {
	return signoff.Seen{Municipality: m, Column: c, Revision: y.unit(m, c).Revision}
}

func (y *year) submit(by Actor, m MunicipalityID, c ColumnID) error {
	return y.try(by, signoff.Submit{Board: "2023", Units: []signoff.Seen{y.seen(m, c)}})
}

func (y *year) approve(by Actor, m MunicipalityID, c ColumnID) error {
	return y.try(by, signoff.Approve{Board: "2023", Units: []signoff.SeenSum{{Seen: y.seen(m, c), Sum: y.unit(m, c).Sum}}})
}

func (y *year) send(by Actor, m MunicipalityID, c ColumnID, why typed.Text) error {
	return y.try(by, signoff.Return{Board: "2023", Units: []signoff.Seen{y.seen(m, c)}, Reason: why})
}

func (y *year) state(m MunicipalityID, c ColumnID, want signoff.State) {
	y.t.Helper()
	if got := y.unit(m, c).State; got != want {
		y.t.Errorf("%s/%s is %s, want %s", m, c, got, want)
	}
}

func (y *year) isRefused(err error, msg string) {
	y.t.Helper()
	if e := new(Error); !errors.As(err, &e) || e.Msg != msg {
		y.t.Errorf("got %v, want %s", err, msg)
	}
}

func TestPlanOfAnEdition(t *testing.T) {
	y := published(t)
	catalogue := testCatalogue()
	ok := plan.Make{Board: "2023", Title: "Kommunebilde 2023", Mode: plan.Yearly, Hearing: plan.Heard, Follows: "2022", Judged: "2023-09-01", Catalogue: &catalogue, Map: testMap()}
	for msg, change := range map[string]func(*plan.Make){
		"plan.mode":           func(c *plan.Make) { c.Mode = "now and then" },
		"plan.hearing":        func(c *plan.Make) { c.Hearing = "" },
		"date.wrong":          func(c *plan.Make) { c.Judged = "1.9.2023" },
		"plan.days":           func(c *plan.Make) { c.Days = plan.Days{Drafted: "2023-09-01", Published: "2023-08-31"} },
		"follows.unpublished": func(c *plan.Make) { c.Follows = "2021" },
		"plan.pack":           func(c *plan.Make) { c.Catalogue = nil },
		"name.missing":        func(c *plan.Make) { c.Title = "" },
		"plan.published":      func(c *plan.Make) { c.Board, c.Follows = "2022", "" },
	} {
		cmd := ok
		change(&cmd)
		y.refused(editor, cmd, msg)
	}
	y.refused(expert, ok, "forbidden.edit")
	y.plan()
	b := y.picture(editor, "2023").Board()
	if b.Phase != PhasePlanned || b.Judged != "2023-09-01" {
		t.Errorf("the planned edition is %+v", b)
	}
	y.isRefused(y.write(expert, "0001", "helse", Green, ""), "forbidden.set_levels")
	y.isRefused(y.write(editor, "0001", "helse", Green, ""), "forbidden.set_levels")
	y.do(editor, plan.OpenRound{Board: "2023", Municipalities: []MunicipalityID{"0001"}})
	y.must(y.write(expert, "0001", "helse", Green, ""))
	y.isRefused(y.write(expert, "0002", "helse", Green, ""), "edition.round")
	y.refused(editor, plan.OpenRound{Board: "2023", Municipalities: []MunicipalityID{"0001"}}, "round.open")
	y.do(editor, plan.OpenRound{Board: "2023"})
	y.must(y.write(expert, "0002", "helse", Green, ""))
	y.refused(editor, plan.OpenRound{Board: "2023"}, "round.open")
	y.refused(editor, editions.Publish{Board: "2023"}, "publish.later")
	y.refused(editor, SetLevels{Board: "2023", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Red}}}, "edition.save")
}

// TestMunicipalityReadsTheCatalogue: from the day that it is judged, and nothing else.
func TestMunicipalityReadsTheCatalogue(t *testing.T) {
	y := published(t)
	y.plan()
	may := func(by Actor) error {
		_, err := Judge(y.s, by, y.now).Board("2023", RightCatalogue)
		return err
	}
	if CodeOf(may(boContact)) != NotFound {
		t.Errorf("before it is judged: %v", may(boContact))
	}
	y.do(editor, plan.OpenRound{Board: "2023"})
	if may(boContact) != nil || CodeOf(may(Actor{})) != NotFound {
		t.Errorf("the contact: %v, the public: %v", may(boContact), may(Actor{}))
	}
	if a := AudienceOf(y.s, boContact, "2023", y.now); a != (Audience{}) {
		t.Errorf("the contact sees the edition as %v", a)
	}
	if _, err := signoff.Of(Judge(y.s, boContact, y.now), "2023"); CodeOf(err) != NotFound {
		t.Errorf("the contact sees the work: %v", err)
	}
}

func TestColumnsOfAPlannedEdition(t *testing.T) {
	y := planned(t)
	cat := func() *Catalogue { return y.picture(editor, "2023").Catalogue() }
	helse := cat().Columns[cat().ColumnIndex("helse")]
	y.must(y.write(expert, "0002", "helse", Green, "God dekning."))
	y.must(y.submit(expert, "0002", "helse"))
	y.must(y.approve(approver, "0002", "helse"))
	y.state("0002", "helse", signoff.Approved)

	named := helse
	named.Name = Words{NB: "Helse og omsorg"}
	y.do(editor, plan.SetColumns{Board: "2023", Set: []Column{named}})
	y.state("0002", "helse", signoff.Approved) // the name is no meaning
	y.refused(editor, plan.SetColumns{Board: "2023", Set: []Column{named}}, "columns.same")

	other := named
	other.Themes = !other.Themes
	y.do(editor, plan.SetColumns{Board: "2023", Set: []Column{other}})
	y.state("0002", "helse", signoff.Changed)
	if v := cat().Columns[cat().ColumnIndex("helse")].Version; v != helse.Version+1 {
		t.Errorf("another meaning is version %d", v)
	}
	if before := y.work().Before; !before.Redefined("helse") {
		t.Error("the new definition is compared with the old")
	}
	other.Follows = &Follows{Board: "2022", Column: "helse", Version: helse.Version}
	y.do(editor, plan.SetColumns{Board: "2023", Set: []Column{other}})
	if c, ok := y.work().Before.Column("helse"); !ok || c != "helse" {
		t.Errorf("what it follows is %s, %v", c, ok)
	}
	other.Follows = &Follows{Board: "2022", Column: "helse", Version: 9}
	y.refused(editor, plan.SetColumns{Board: "2023", Set: []Column{other}}, "follows.unknown")
	y.refused(editor, plan.SetColumns{Board: "2023", Ended: []Ended{{ID: "helse"}}}, "column.judged")

	jord := Column{ID: "jordvern", Kind: ColumnArea, Name: Words{NB: "Jordvern"}, Short: Words{NB: "Jord"}}
	y.do(editor, plan.SetColumns{Board: "2023", Set: []Column{jord}, Order: []ColumnID{"jordvern"}})
	if cat().Columns[0].ID != "jordvern" {
		t.Errorf("the order is %v", cat().Columns)
	}
	if c := y.work().Cell("0002", "helse"); c.Level != Green || c.Text.String() != "God dekning." {
		t.Errorf("after the order changed the cell is %+v", c)
	}
	log := y.picture(editor, "2023").Log(0, 0)
	moved := slices.IndexFunc(log, func(l LogEntry) bool { return l.Change != nil })
	if l := log[moved]; l.Change.Column != "helse" || cat().Columns[l.Col].ID != "helse" {
		t.Errorf("the log's first change is %+v", l)
	}
	y.do(editor, plan.SetColumns{Board: "2023", Ended: []Ended{{ID: "jordvern"}}})
	y.refused(editor, plan.SetColumns{Board: "2023", Set: []Column{jord}}, "column.ended")
	if p := y.picture(editor, "2023").AtRevision(y.s.Head().Revision - 1); p.Col("jordvern") < 0 {
		t.Error("the edition as it was has lost the column that it had")
	}
}

// TestRests: an area that is judged every second year rests in the year after.
func TestRests(t *testing.T) {
	y := planned(t)
	helse := y.picture(editor, "2023").Catalogue().Columns[y.picture(editor, "2023").Col("helse")]
	helse.Every = 2
	y.do(editor, plan.SetColumns{Board: "2023", Set: []Column{helse}})
	if !y.work().Rests("helse") || !y.work().Rests("leger") || y.work().Rests("plan") {
		t.Error("who rests is another")
	}
	y.isRefused(y.write(expert, "0001", "helse", Red, ""), "column.rests")
	if slices.Contains(y.work().Leads(), "helse") {
		t.Error("an area that rests is work")
	}
}

func TestSave(t *testing.T) {
	y := planned(t)
	y.isRefused(y.write(approver, "0001", "helse", Red, ""), "forbidden.set_levels")
	y.isRefused(y.write(expert, "0001", "plan", Red, ""), "forbidden.area")
	y.must(y.write(expert, "0001", "helse", Red, ""))
	y.must(y.write(expert, "0001", "helse", "", "Ingen lege."))
	if c := y.work().Cell("0001", "helse"); c.Level != Red || c.Text.String() != "Ingen lege." || c.By != "ida" || c.Standing != assessment.Changed {
		t.Errorf("the cell is %+v", c)
	}
	was := y.s.Head().Revision
	y.isRefused(y.write(expert, "0001", "helse", Red, "Ingen lege."), "save.nothing")
	y.isRefused(y.write(expert, "0001", "helse", Red, "Ingen lege.", evidence.Ref{ID: "none", Version: 1}), "evidence.unknown")
	stale := assessment.Edit{Municipality: "0001", Column: "helse", Seen: was - 1, Level: Green}
	y.refused(expert2, assessment.Save{Board: "2023", Cells: []assessment.Edit{stale}}, "cell.stale")
	y.must(y.write(expert, "0001", "helse", Red, "Én lege."))
	first := y.work().Cell("0001", "helse").Text
	y.must(y.write(expert, "0001", "helse", Red, "Ingen lege."))
	if c := y.work().Cell("0001", "helse"); c.Text.ID().Revision != was || c.Text == first {
		t.Errorf("a text that was typed again is %v, not that of record %d", c.Text.ID(), was)
	}
	y.isRefused(y.write(expert, "0001", "status", Red, "x"), "forbidden.area")
	y.isRefused(y.write(editor, "0001", "status", Red, "x"), "summary.level")
	y.must(y.write(editor, "0001", "status", "", "Kommunen er liten."))
	long := typed.Text(make([]rune, 0))
	for range 501 {
		long += "ti bokstav"
	}
	y.isRefused(y.write(expert, "0001", "helse", "", string(long)), "text.long")
}

func TestSubmitReturnApprove(t *testing.T) {
	y := planned(t)
	y.state("0001", "helse", signoff.Missing)
	y.must(y.write(both, "0001", "helse", Red, ""))
	y.state("0001", "helse", signoff.Draft)
	var e *Error
	if err := y.submit(both, "0001", "helse"); !errors.As(err, &e) || e.Msg != "submit.missing" || !slices.Equal(e.Args, []string{"0001.helse:text", "0001.helse:evidence"}) {
		t.Fatalf("submitted: %v", err)
	}
	rests := y.evidence("k1", "0001")
	y.must(y.write(both, "0001", "helse", "", "Ingen lege.", rests))
	y.isRefused(y.approve(approver, "0001", "helse"), "approve.state")
	y.must(y.submit(both, "0001", "helse"))
	y.state("0001", "helse", signoff.Submitted)
	y.isRefused(y.submit(both, "0001", "helse"), "submit.done")
	y.isRefused(y.approve(both, "0001", "helse"), "approve.own")
	y.isRefused(y.approve(expert2, "0001", "helse"), "forbidden.approve")
	y.isRefused(y.send(approver, "0001", "helse", ""), "reason.missing")
	y.must(y.send(approver, "0001", "helse", "Hvilken liste?"))
	y.state("0001", "helse", signoff.Draft)
	if u := y.unit("0001", "helse"); u.Returned == nil || u.Returned.Reason != "Hvilken liste?" {
		t.Errorf("sent back: %+v", u.Returned)
	}
	y.must(y.write(both, "0001", "helse", "", "Ingen lege på Nes."))
	y.must(y.submit(both, "0001", "helse"))
	stale := signoff.SeenSum{Seen: y.seen("0001", "helse"), Sum: Hash{1}}
	y.refused(approver, signoff.Approve{Board: "2023", Units: []signoff.SeenSum{stale}}, "approve.changed")
	y.must(y.approve(approver, "0001", "helse"))
	y.state("0001", "helse", signoff.Approved)

	// An indicator under it is covered.
	rev := y.s.Head().Revision
	y.must(y.write(expert, "0001", "leger", Red, ""))
	y.state("0001", "helse", signoff.Changed)
	y.do(expert, Undo{Board: "2023", Revision: rev + 1})
	y.state("0001", "helse", signoff.Approved)
	// So is the evidence.
	y.must(y.write(expert, "0001", "helse", "", "", rests, y.evidence("k2", "0001")))
	y.state("0001", "helse", signoff.Changed)
	y.do(expert, Undo{Board: "2023", Revision: y.s.Head().Revision})
	y.state("0001", "helse", signoff.Approved)
	// A note is not.
	y.do(reader, assessment.WriteNote{Board: "2023", Municipality: "0001", Column: "helse", Text: "Ring legen"})
	y.state("0001", "helse", signoff.Approved)
	y.must(y.write(expert, "0001", "helse", Yellow, ""))
	y.state("0001", "helse", signoff.Changed)
	y.must(y.approve(approver, "0001", "helse"))
	y.state("0001", "helse", signoff.Approved)
	// The summary is approved by an editor who did not write it.
	for _, c := range []ColumnID{"status", "utfordringer", "muligheter"} {
		y.must(y.write(editor, "0001", c, "", "Tekst."))
	}
	y.must(y.submit(editor, "0001", "status"))
	y.isRefused(y.approve(editor, "0001", "status"), "approve.own")
	y.isRefused(y.approve(approver, "0001", "status"), "forbidden.area")
	y.must(y.approve(editor2, "0001", "status"))
	y.state("0001", "status", signoff.Approved)
}

func TestCarryOver(t *testing.T) {
	y := planned(t)
	y.do(editor, assessment.CarryOver{Board: "2023"})
	y.refused(editor, assessment.CarryOver{Board: "2023"}, "carry.done")
	y.state("0001", "helse", signoff.Missing) // nobody has looked at it
	if c := y.work().Cell("0001", "helse"); c.Text.String() != "Én av to lister uten lege." || c.Level != NotAssessed || c.Standing != assessment.Carried {
		t.Fatalf("carried over: %+v", c)
	}
	y.do(expert, assessment.ConfirmUnchanged{Board: "2023", Municipality: "0001", Column: "helse", Seen: y.unit("0001", "helse").Revision})
	u := y.unit("0001", "helse")
	for _, c := range u.Cells {
		if c.Was != nil && (c.Level != c.Was.Level || c.Text.String() != c.Was.Text.String() || c.Standing != assessment.Unchanged) {
			t.Errorf("confirmed: %+v", c)
		}
	}
	y.isRefused(y.submit(expert, "0001", "helse"), "submit.missing") // yellow needs evidence
	y.refused(expert, assessment.ConfirmUnchanged{Board: "2023", Municipality: "0001", Column: "helse", Seen: u.Revision}, "carry.changed")
	y.refused(expert, assessment.ConfirmUnchanged{Board: "2023", Municipality: "0001", Column: "leger", Seen: u.Revision}, "column.unit")
	y.refused(expert2, assessment.ConfirmUnchanged{Board: "2023", Municipality: "0001", Column: "plan"}, "carry.none")
	// A level alone, equal to that of last year, is no yes to its text.
	y.must(y.write(expert, "0002", "helse", Green, ""))
	if c := y.work().Cell("0002", "helse"); c.Standing != assessment.Carried {
		t.Errorf("equal without a yes: %+v", c)
	}
	y.isRefused(y.submit(expert, "0002", "helse"), "submit.missing")
}

func TestApproveEdition(t *testing.T) {
	y := planned(t)
	approve := func(by Actor, unassessed bool) error {
		return y.try(by, signoff.ApproveEdition{Board: "2023", Sum: y.work().Sum(nil), Unassessed: unassessed})
	}
	y.must(y.write(expert, "0001", "helse", Green, "Bra."))
	y.isRefused(approve(editor, true), "approve.cells")
	y.must(y.submit(expert, "0001", "helse"))
	y.must(y.approve(approver, "0001", "helse"))
	y.isRefused(approve(editor, false), "approve.cells")
	y.isRefused(approve(expert, true), "forbidden.edit")
	y.refused(editor, signoff.ApproveEdition{Board: "2023", Unassessed: true}, "approve.changed")
	y.must(approve(editor, true))
	if _, stands := y.work().ApprovedEdition(); !stands {
		t.Error("the approval does not stand")
	}
	y.must(y.write(expert, "0001", "helse", Green, "Svært bra."))
	if _, stands := y.work().ApprovedEdition(); stands {
		t.Error("the approval stands for another text")
	}
}

func TestModerate(t *testing.T) {
	y := planned(t)
	known := map[AccountID]string{"ida": "I. Berg"}
	cmd := signoff.Moderate{Board: "2023", Area: "helse", Took: []AccountID{"ida"}, Known: known}
	y.refused(approver, cmd, "moderate.empty")
	y.must(y.write(expert, "0001", "helse", Green, "Bra."))
	y.refused(expert, cmd, "forbidden.approve")
	y.refused(approver, signoff.Moderate{Board: "2023", Area: "plan", Took: []AccountID{"ida"}, Known: known}, "forbidden.area")
	y.refused(approver, signoff.Moderate{Board: "2023", Area: "helse", Took: []AccountID{"ukjent"}, Known: known}, "account.unknown")
	y.do(approver, cmd)
	m, ok := y.work().Moderated("helse")
	if !ok || len(m.Since) != 0 || m.By != "odd" {
		t.Errorf("moderated: %+v, %v", m, ok)
	}
	y.must(y.write(expert, "0002", "helse", Red, ""))
	if m, _ = y.work().Moderated("helse"); !slices.Equal(m.Since, []MunicipalityID{"0002"}) {
		t.Errorf("since then: %v", m.Since)
	}
}

// TestObstacles: what keeps an edition from being published is what is counted, and
// nothing once all is approved.
func TestObstacles(t *testing.T) {
	y := planned(t)
	of := func() map[string]int {
		t.Helper()
		w := y.work()
		var rows []MunicipalityID
		for _, m := range w.Ground.Catalogue().Municipalities {
			rows = append(rows, m.ID)
		}
		var areas []ColumnID
		for _, c := range w.Leads() {
			if w.Area(c) {
				areas = append(areas, c)
			}
		}
		counted, n := w.Count(rows, areas), map[string]int{}
		found, kinds := w.Obstacles()
		for _, o := range found {
			n[o.What] = len(o.Units) + len(o.Areas)
		}
		if _, stands := w.ApprovedEdition(); !stands {
			for _, s := range []signoff.State{signoff.Missing, signoff.Draft, signoff.Submitted, signoff.Changed} {
				if counted[s] != n[string(s)] {
					t.Errorf("%d units are %s, and %d hinder", counted[s], s, n[string(s)])
				}
			}
		}
		if len(found) > kinds {
			t.Errorf("%d of %d kinds", len(found), kinds)
		}
		return n
	}
	y.must(y.write(expert, "0001", "helse", Green, "Bra."))
	if n := of(); n["draft"] != 1 || n["moderated"] != 1 || n["summary"] == 0 {
		t.Errorf("with a draft: %v", n)
	}
	y.must(y.submit(expert, "0001", "helse"))
	if n := of(); n["submitted"] != 1 || n["draft"] != 0 {
		t.Errorf("submitted: %v", n)
	}
	known := map[AccountID]string{"ida": "I. Berg"}
	y.do(approver, signoff.Moderate{Board: "2023", Area: "helse", Took: []AccountID{"ida"}, Known: known})
	y.must(y.approve(approver, "0001", "helse"))
	y.must(y.try(editor, signoff.ApproveEdition{Board: "2023", Sum: y.work().Sum(nil), Unassessed: true}))
	if n := of(); len(n) != 0 {
		t.Errorf("all is approved, and %v hinder", n)
	}
	y.must(y.write(expert, "0001", "helse", Red, ""))
	if n := of(); n["changed"] != 1 || n["moved"] != 1 {
		t.Errorf("another level: %v", n)
	}
}

// TestWorkEqualsATwin: for any course of work, a unit's state is what a plain account of
// it says; an approved one is as it was approved, by somebody who did not write it; and a
// replay of the records gives the same.
func TestWorkEqualsATwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		y := planned(t)
		refs := []evidence.Ref{y.evidence("k1", "0001"), y.evidence("k2", "0001")}
		type content struct {
			level, under Level
			text         string
			refs         int
		}
		now := content{level: NotAssessed, under: NotAssessed}
		var submitted, approved *content
		var lastStep string                                        // returned or approved
		authors, all := map[AccountID]bool{}, map[AccountID]bool{} // since it was approved; in the round
		undo := map[Revision]content{}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			before := now
			by := rapid.SampledFrom([]Actor{expert, expert2, both}).Draw(rt, "by")
			err := errors.New("nothing")
			switch rapid.SampledFrom([]string{"level", "under", "text", "refs", "submit", "approve", "return", "undo", "note"}).Draw(rt, "what") {
			case "level":
				level := rapid.SampledFrom([]Level{Green, Yellow, Red}).Draw(rt, "level")
				if err = y.write(by, "0001", "helse", level, ""); err == nil {
					now.level = level
				}
			case "under":
				level := rapid.SampledFrom([]Level{Green, Red}).Draw(rt, "level")
				if err = y.write(by, "0001", "leger", level, ""); err == nil {
					now.under = level
				}
			case "text":
				text := rapid.SampledFrom([]string{"Én.", "To.", "Tre."}).Draw(rt, "text")
				if err = y.write(by, "0001", "helse", "", text); err == nil {
					now.text = text
				}
			case "refs":
				n := rapid.IntRange(0, 2).Draw(rt, "refs")
				if err = y.write(by, "0001", "helse", "", "", append([]evidence.Ref{}, refs[:n]...)...); err == nil {
					now.refs = n
				}
			case "submit":
				if y.submit(by, "0001", "helse") == nil {
					c := now
					submitted = &c
				}
				err = errors.New("no content")
			case "approve":
				who := rapid.SampledFrom([]Actor{approver, both, editor}).Draw(rt, "approver")
				own := authors[who.ID]
				if e := y.approve(who, "0001", "helse"); e == nil {
					if own {
						rt.Fatalf("%s approved what it wrote", who.ID)
					}
					c := now
					approved, submitted, lastStep = &c, nil, "approved"
					authors = map[AccountID]bool{}
				}
				err = errors.New("no content")
			case "return":
				if y.send(approver, "0001", "helse", "Nei") == nil {
					submitted, lastStep, authors = nil, "returned", maps.Clone(all)
				}
				err = errors.New("no content")
			case "undo":
				r := y.s.Head().Revision
				if was, content := undo[r]; content {
					if err = y.try(editor, Undo{Board: "2023", Revision: r}); err == nil {
						now, by = was, editor
					}
				}
			case "note":
				y.do(reader, assessment.WriteNote{Board: "2023", Municipality: "0001", Column: "helse", Text: "Husk"})
			}
			if err == nil {
				undo[y.s.Head().Revision] = before
				authors[by.ID], all[by.ID] = true, true
				submitted = nil
			}
			want := signoff.Draft
			switch {
			case now == content{level: NotAssessed, under: NotAssessed}:
				want = signoff.Missing
			case lastStep == "approved" && now == *approved:
				want = signoff.Approved
			case submitted != nil && now == *submitted:
				want = signoff.Submitted
			case lastStep == "approved":
				want = signoff.Changed
			}
			if got := y.unit("0001", "helse").State; got != want {
				rt.Fatalf("the unit is %s, want %s: %+v, approved %+v, submitted %+v", got, want, now, approved, submitted)
			}
			y.later(time.Minute)
		}
		replayed, err := NewState("epoke").Replay(func(yield func(Record, error) bool) {
			for _, r := range y.recs {
				if !yield(r, nil) {
					return
				}
			}
		})
		if err != nil {
			rt.Fatal(err)
		}
		again, err := signoff.Of(Judge(replayed, editor, y.now), "2023")
		if err != nil {
			rt.Fatal(err)
		}
		if a, b := fmt.Sprintf("%+v", again.Unit("0001", "helse").Sum), fmt.Sprintf("%+v", y.unit("0001", "helse").Sum); a != b {
			rt.Fatalf("replayed it is %s, was %s", a, b)
		}
	})
}

// evidence records something that judgements of a municipality may rest on.
func (y *year) evidence(id evidence.ID, m MunicipalityID) evidence.Ref {
	y.t.Helper()
	cmd := evidence.Record{ID: id, Version: 1, Type: evidence.Dialogue, Municipalities: []MunicipalityID{m}, Title: "Møte", Source: "Statsforvalteren", Effective: "2022-06-01", Retrieved: "2022-06-02"}
	cmd.Period.From, cmd.Period.To = "2022-06-01", "2022-06-01"
	y.do(editor, cmd)
	return evidence.Ref{ID: id, Version: 1}
}

// TestSumIsKept: what is summed never changes, for records hold the sums.
func TestSumIsKept(t *testing.T) {
	y := planned(t)
	y.must(y.write(expert, "0001", "helse", Red, "Ingen lege.", y.evidence("k2", "0001"), y.evidence("k1", "0001")))
	w := y.work()
	c := w.Cell("0001", "helse")
	version := w.Ground.Catalogue().Columns[w.Ground.Catalogue().ColumnIndex("helse")].Version
	want := sha256.Sum256(fmt.Appendf(nil, "kb-cell-1\n2023\n0001\nhelse\n%d\nred\n%s\nk1@1 k2@1\n\n", version, c.Text.Sum()))
	if got := w.Book.Sum(c); got != want {
		t.Errorf("the sum of a cell is %s, want %x", got, want)
	}
}
