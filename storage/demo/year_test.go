package demo_test

import (
	"slices"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/subjects"
	"kommunebilde/domain/suggestion"
	"kommunebilde/storage/demo"
	"kommunebilde/storage/storagetest"
)

const making domain.BoardID = "2026"

func working(t *testing.T, s *domain.State) (domain.Decision, signoff.Work) {
	t.Helper()
	d := domain.Judge(s, account(t, "redaktor"), now)
	w, err := signoff.Of(d, making)
	if err != nil {
		t.Fatal(err)
	}
	return d, w
}

func rowsOf(w signoff.Work) (rows []domain.MunicipalityID) {
	for _, m := range w.Ground.Catalogue().Municipalities {
		rows = append(rows, m.ID)
	}
	return rows
}

func TestTheNextEditionIsHalfDone(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	_, w := working(t, s)
	p, _ := plan.Of(w.Ground)
	if b := picture(t, s, account(t, "leser"), making).Board(); b.Phase != domain.PhaseDrafting || !b.Demo || b.Title.NB != "Kommunebilde 2026" || p.Judged != "2026-10-19" || p.Follows.Board != "2022" {
		t.Errorf("the board is %+v, the plan %+v", b, p)
	}
	areas := w.Leads()[:14]
	count := w.Count(rowsOf(w), areas)
	want := signoff.Counts{signoff.Missing: 95, signoff.Draft: 57, signoff.Submitted: 155, signoff.Approved: 334, signoff.Changed: 3}
	for _, state := range signoff.States() {
		if count[state] != want[state] {
			t.Errorf("%d units are %s, want %d", count[state], state, want[state])
		}
	}
	if n := w.Count(rowsOf(w), []domain.ColumnID{"sosiale-tjenester"}); n[signoff.Missing] != 46 {
		t.Errorf("the untouched area is %v", n)
	}
	for _, area := range areas {
		who, ok := p.Areas[area]
		if !ok || len(who.Assessors) == 0 || len(who.Approvers) == 0 || who.Due == "" {
			t.Errorf("%s is assigned to %+v", area, who)
		}
	}
	if n := w.Count(rowsOf(w), w.Leads()[14:]); n[signoff.Approved] < 3 || n[signoff.Submitted] < 3 || n[signoff.Draft] < 3 {
		t.Errorf("summaries are %v", n)
	}
}

func TestEveryFlagOfTheNextEditionIsThere(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	d, w := working(t, s)
	standing := map[assessment.Standing]int{}
	returned, notes, lacks, older, gone := 0, 0, map[string]int{}, 0, 0
	for _, m := range rowsOf(w) {
		for _, lead := range w.Leads() {
			u := w.Unit(m, lead)
			if u.Returned != nil {
				returned++
			}
			notes += len(w.Notes(m, lead))
			standing[u.Cells[0].Standing]++
			if !u.Empty() {
				for _, miss := range u.Missing {
					lacks[miss.What]++
				}
			}
			for _, ref := range u.Cells[0].Evidence {
				if newest, withdrawn, _ := evidence.Newest(d, ref.ID); withdrawn {
					gone++
				} else if newest > ref.Version {
					older++
				}
			}
		}
	}
	if returned != 1 || notes != 12 || older < 5 || gone < 1 {
		t.Errorf("%d returned, %d notes, %d links with newer versions, %d to what was withdrawn", returned, notes, older, gone)
	}
	for _, of := range []assessment.Standing{assessment.Carried, assessment.Unchanged, assessment.Changed} {
		if standing[of] < 40 {
			t.Errorf("standings are %v", standing)
		}
	}
	if lacks["evidence"] == 0 || lacks["confirmed"] == 0 {
		t.Errorf("units lack %v", lacks)
	}
	if !w.Before.Redefined("spesialundervisning") {
		t.Error("no indicator is defined anew")
	}
	if waiting := suggestion.Waiting(d, w.Ground); len(waiting) != 3 {
		t.Errorf("%d suggestions wait", len(waiting))
	}
	if m, ok := w.Moderated("jordvern"); !ok || len(m.Since) != 1 || len(m.Took) != 2 {
		t.Errorf("the area that is done was compared: %+v", m)
	}
}

// TestOneIsJudgedUnlikeItsEquals: both approvers of the area may find it.
func TestOneIsJudgedUnlikeItsEquals(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	_, w := working(t, s)
	levels := map[string][]domain.Level{}
	for _, m := range rowsOf(w) {
		u := w.Unit(m, "helse-omsorg")
		if c := u.Cells[0]; u.State == signoff.Submitted {
			levels[c.Text.String()] = append(levels[c.Text.String()], c.Level)
		}
	}
	found := false
	for _, alike := range levels {
		slices.Sort(alike)
		found = found || slices.Equal(alike, []domain.Level{domain.Red, domain.Yellow, domain.Yellow, domain.Yellow})
	}
	if !found {
		t.Errorf("judged in the same words: %v", levels)
	}
	for _, id := range []domain.AccountID{"godkjenner-velferd", "godkjenner-samfunn"} {
		d := domain.Judge(s, account(t, id), now)
		if g, err := d.Board(making, domain.RightApprove); err != nil || !d.MayIn(g, domain.RightApprove, "helse-omsorg") {
			t.Errorf("%s does not approve the area: %v", id, err)
		}
	}
}

func TestEvidenceOfEveryKind(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	d, w := working(t, s)
	kinds, access := map[evidence.Type]int{}, map[evidence.Access]int{}
	exempt, withdrawn, versions, open, register := 0, 0, 0, 0, 0
	for _, m := range rowsOf(w) {
		all := evidence.Of(d, m)
		own := 0
		for _, item := range all {
			if len(item.Municipalities) == 0 {
				continue
			}
			own++
			kinds[item.Type]++
			access[item.Access]++
			open += item.OpenDeviations()
			if item.Exempt != nil {
				exempt++
			}
			if item.Withdrawn != nil {
				withdrawn++
			}
			if item.Version > 1 {
				versions++
			}
			if item.ROBEK != nil {
				register++
			}
		}
		if own < 7 {
			t.Errorf("%d of %s", own, m)
		}
	}
	for _, kind := range []evidence.Type{evidence.Supervision, evidence.Exercise, evidence.Guidance, evidence.Economy, evidence.Dialogue, evidence.ROS, evidence.Complaint, evidence.Funds, evidence.Other} {
		if kinds[kind] < 3 {
			t.Errorf("kinds are %v", kinds)
		}
	}
	if access[evidence.Own] < 40 || access[evidence.Public] < 40 || access[evidence.Office] < 10 || exempt < 10 || withdrawn < 3 || versions < 5 || open < 10 || register < 3 {
		t.Errorf("access %v, %d exempt, %d withdrawn, %d versions, %d deviations open, %d in the register", access, exempt, withdrawn, versions, open, register)
	}
}

// TestTwoWriteTheSameCell: the one who began first saw the cell before the other saved it.
func TestTwoWriteTheSameCell(t *testing.T) {
	j := storagetest.NewMemory(subjects.Kinds())
	typing, err := demo.Seed(t.Context(), j, innlandet(t), now)
	if err != nil || len(typing) != 2 {
		t.Fatalf("%+v, %v", typing, err)
	}
	s, _ := replay(t, j)
	_, w := working(t, s)
	first, second := typing[0], typing[1]
	cell := w.Cell(first.Municipality, first.Column)
	if first.Seen == 0 || first.Seen >= cell.Revision || second.Seen != cell.Revision || cell.By != second.Author || first.Author == second.Author {
		t.Errorf("typed are %+v and %+v, the cell is %+v", first, second, cell)
	}
	for _, one := range typing {
		if err := one.Check(); err != nil || one.At.After(now) || one.Board != making || one.Municipality != first.Municipality || one.Column != first.Column {
			t.Errorf("%+v: %v", one, err)
		}
		d := domain.Judge(s, account(t, one.Author), now)
		if !d.MayIn(w.Ground, domain.RightSetLevels, one.Column) {
			t.Errorf("%s may not write the cell", one.Author)
		}
	}
}
