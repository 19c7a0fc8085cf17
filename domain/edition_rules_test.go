package domain_test

import (
	"slices"
	"strings"
	"testing"

	. "kommunebilde/domain"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/typed"
)

// TestRulesOfSignoff: every step on a unit asks the same things first: that there are
// units, that each is there, once, whole, the actor's own, under way, and as it was seen.
func TestRulesOfSignoff(t *testing.T) {
	y := published(t)
	y.plan()
	y.do(editor, plan.OpenRound{Board: "2023", Municipalities: []MunicipalityID{"0001", "0002"}})
	y.must(y.write(expert, "0001", "helse", Green, "Bra."))
	at := func(m MunicipalityID, c ColumnID, rev Revision) []signoff.Seen {
		return []signoff.Seen{{Municipality: m, Column: c, Revision: rev}}
	}
	rev := y.unit("0001", "helse").Revision
	good := at("0001", "helse", rev)
	for name, c := range map[string]struct {
		by    Actor
		board BoardID
		units []signoff.Seen
		msg   string
	}{
		"no units":             {expert, "2023", nil, "cells.count"},
		"too many":             {expert, "2023", make([]signoff.Seen, MaxCells+1), "cells.count"},
		"as many as may be":    {expert, "2023", make([]signoff.Seen, MaxCells), "municipality.unknown"},
		"no such municipality": {expert, "2023", at("9999", "helse", rev), "municipality.unknown"},
		"no such column":       {expert, "2023", at("0001", "ukjent", rev), "column.unit"},
		"an indicator alone":   {expert, "2023", at("0001", "leger", rev), "column.unit"},
		"a part of a summary":  {editor, "2023", at("0001", "muligheter", 0), "column.unit"},
		"the same twice":       {expert, "2023", append(slices.Clone(good), good...), "cells.twice"},
		"another's area":       {expert, "2023", at("0001", "plan", 0), "forbidden.area"},
		"a row not opened":     {expert, "2023", at("0003", "helse", 0), "edition.round"},
		"as it was before":     {expert, "2023", at("0001", "helse", rev-1), "cell.stale"},
		"the one after it":     {expert, "2023", append(slices.Clone(good), at("0002", "helse", 99)...), "cell.stale"},
		"no such edition":      {expert, "2099", good, "board.unknown"},
		"one without a plan":   {editor, "2022", good, "edition.published"},
		"who only reads":       {reader, "2023", good, "forbidden.set_levels"},
	} {
		t.Run(name, func(t *testing.T) {
			sub := year{&line{}}
			*sub.line = *y.line
			sub.t = t
			sub.refused(c.by, signoff.Submit{Board: c.board, Units: c.units}, c.msg)
			// The others ask the same, in all areas, and of the first unit what its state is.
			if c.by.ID != expert.ID || c.msg == "forbidden.area" || len(c.units) == 2 {
				return
			}
			sub.refused(editor2, signoff.Return{Board: c.board, Units: c.units, Reason: "Se på den."}, c.msg)
			var sums []signoff.SeenSum
			for _, s := range c.units {
				sums = append(sums, signoff.SeenSum{Seen: s, Sum: y.unit("0001", "helse").Sum})
			}
			sub.refused(editor2, signoff.Approve{Board: c.board, Units: sums}, c.msg)
		})
	}
}

// TestWhatMayBeSentBack: what was submitted, approved, or changed after an approval, for a
// reason of a length that can be read. A draft is its author's already.
func TestWhatMayBeSentBack(t *testing.T) {
	y := planned(t)
	y.isRefused(y.send(approver, "0001", "helse", "Hvorfor?"), "return.state")
	y.must(y.write(expert, "0001", "helse", Green, "Bra."))
	y.isRefused(y.send(approver, "0001", "helse", "Hvorfor?"), "return.state")
	y.must(y.submit(expert, "0001", "helse"))
	y.isRefused(y.send(approver, "0001", "helse", typed.Of(strings.Repeat("å", MaxReason+1))), "text.long")
	y.must(y.send(approver, "0001", "helse", "Hvorfor?"))
	y.isRefused(y.send(approver, "0001", "helse", "Hvorfor?"), "return.state")
	y.must(y.submit(expert, "0001", "helse"))
	y.must(y.approve(approver, "0001", "helse"))
	y.isRefused(y.submit(expert, "0001", "helse"), "submit.done")
	y.must(y.send(approver, "0001", "helse", "Likevel ikke."))
	y.state("0001", "helse", signoff.Draft)
	y.must(y.submit(expert, "0001", "helse"))
	y.must(y.approve(approver, "0001", "helse"))
	y.must(y.write(expert, "0001", "helse", "", "Svært bra."))
	y.state("0001", "helse", signoff.Changed)
	y.must(y.send(approver, "0001", "helse", "Hvorfor svært?"))
	if u := y.unit("0001", "helse"); u.State != signoff.Draft || u.Returned == nil || u.Returned.By != approver.ID {
		t.Errorf("sent back: %s, %+v", u.State, u.Returned)
	}
}

// TestWhoMayApprove: whoever wrote any of it since the last approval that was given may not;
// who wrote before it may. Nothing is approved that lacks what its level needs.
func TestWhoMayApprove(t *testing.T) {
	y := planned(t)
	waits := func(by Actor) bool {
		w, err := signoff.Of(Judge(y.s, by, y.now), "2023")
		y.must(err)
		return w.WaitsForMe("0001", "helse")
	}
	y.must(y.write(both, "0001", "helse", Green, "Bra."))
	if waits(approver) {
		t.Error("a draft waits for an approver")
	}
	y.must(y.submit(both, "0001", "helse"))
	for name, c := range map[string]struct {
		by   Actor
		want bool
	}{"an approver": {approver, true}, "its author": {both, false}, "who does not approve": {expert2, false}, "an editor": {editor, true}} {
		if got := waits(c.by); got != c.want {
			t.Errorf("it waits for %s: %v", name, got)
		}
	}
	y.isRefused(y.approve(both, "0001", "helse"), "approve.own")
	y.must(y.approve(approver, "0001", "helse"))
	y.must(y.write(expert, "0001", "leger", Green, "To leger."))
	y.isRefused(y.approve(expert, "0001", "helse"), "forbidden.approve")
	y.must(y.approve(both, "0001", "helse")) // what they wrote was approved before
	y.must(y.write(expert, "0001", "helse", Red, ""))
	y.state("0001", "helse", signoff.Changed)
	if waits(approver) {
		t.Error("a red without a source waits for an approver")
	}
	y.isRefused(y.approve(approver, "0001", "helse"), "approve.state")
	y.must(y.write(both, "0001", "helse", Green, ""))
	y.isRefused(y.approve(both, "0001", "helse"), "approve.own")
	// Who wrote last is known, a note aside.
	if u := y.unit("0001", "helse"); u.By != both.ID {
		t.Errorf("by %s", u.By)
	}
}

// TestRulesOfModeration: an area is compared, by people who are there, each once.
func TestRulesOfModeration(t *testing.T) {
	y := planned(t)
	y.must(y.write(expert, "0001", "helse", Green, "Bra."))
	known := map[AccountID]string{"ida": "I. Berg", "tor": "T. Lund"}
	for name, c := range map[string]struct {
		board BoardID
		area  ColumnID
		took  []AccountID
		note  typed.Text
		msg   string
	}{
		"no such area":     {"2023", "ukjent", []AccountID{"ida"}, "", "column.unknown"},
		"an indicator":     {"2023", "leger", []AccountID{"ida"}, "", "column.unknown"},
		"nobody took part": {"2023", "helse", nil, "", "moderate.nobody"},
		"the same twice":   {"2023", "helse", []AccountID{"ida", "ida"}, "", "account.unknown"},
		"a note too long":  {"2023", "helse", []AccountID{"ida"}, typed.Of(strings.Repeat("å", MaxReason+1)), "text.long"},
		"no such edition":  {"2099", "helse", []AccountID{"ida"}, "", "board.unknown"},
	} {
		if err := y.try(editor, signoff.Moderate{Board: c.board, Area: c.area, Took: c.took, Note: c.note, Known: known}); err == nil {
			t.Errorf("%s is taken", name)
		} else {
			y.isRefused(err, c.msg)
		}
	}
	y.do(editor, signoff.Moderate{Board: "2023", Area: "helse", Took: []AccountID{"ida", "tor"}, Note: "Likt for likt.", Known: known})
	if m, ok := y.work().Moderated("helse"); !ok || m.Note != "Likt for likt." || len(m.Took) != 2 {
		t.Errorf("%+v", m)
	}
}

// TestRulesOfApprovingRows: rows that are there, each once, by their own sum; never by an
// editor who wrote all of them alone.
func TestRulesOfApprovingRows(t *testing.T) {
	y := planned(t)
	y.must(y.write(editor, "0001", "helse", Green, "Bra."))
	y.must(y.submit(editor, "0001", "helse"))
	y.must(y.approve(approver, "0001", "helse"))
	approve := func(by Actor, sum Hash, rows ...MunicipalityID) error {
		return y.try(by, signoff.ApproveEdition{Board: "2023", Municipalities: rows, Sum: sum, Unassessed: true})
	}
	sum := y.work().Sum([]MunicipalityID{"0001"})
	y.isRefused(approve(editor2, sum, "9999"), "municipality.unknown")
	y.isRefused(approve(editor2, sum, "0001", "0001"), "municipality.unknown")
	y.isRefused(approve(editor2, sum), "approve.changed") // the sum of one row is not that of all
	y.isRefused(approve(editor2, y.work().Sum(nil), "0001"), "approve.changed")
	y.isRefused(approve(editor, sum, "0001"), "approve.alone")
	y.must(approve(editor2, sum, "0001"))
	if _, stands := y.work().ApprovedEdition(); stands {
		t.Error("one row approved is the edition approved")
	}
	y.must(y.write(expert, "0001", "helse", Green, "Ganske bra."))
	y.must(y.submit(expert, "0001", "helse"))
	y.must(y.approve(approver, "0001", "helse"))
	y.must(approve(editor, y.work().Sum([]MunicipalityID{"0001"}), "0001")) // no longer alone
}

// TestNobodyApprovesTheirOwn: what was approved and sent back is as if nobody had read it,
// and so is what was approved of a column that means something else now.
func TestNobodyApprovesTheirOwn(t *testing.T) {
	y := planned(t)
	written := func(by Actor) {
		t.Helper()
		y.must(y.write(by, "0001", "helse", Green, "Bra."))
		y.must(y.submit(by, "0001", "helse"))
		y.must(y.approve(editor2, "0001", "helse"))
	}
	written(editor)
	y.must(y.send(editor, "0001", "helse", "En gang til."))
	y.must(y.submit(editor, "0001", "helse"))
	y.isRefused(y.approve(editor, "0001", "helse"), "approve.own")
	if u := y.unit("0001", "helse"); !slices.Equal(u.Authors, []AccountID{editor.ID}) {
		t.Errorf("written by %v", u.Authors)
	}
	y.must(y.approve(editor2, "0001", "helse"))
	if u := y.unit("0001", "helse"); !slices.Equal(u.Authors, []AccountID{editor.ID}) {
		t.Errorf("approved as written by %v", u.Authors)
	}

	cat := y.work().Ground.Catalogue()
	for _, c := range []ColumnID{"helse", "leger"} { // the area's meaning, and an indicator's
		col := cat.Columns[cat.ColumnIndex(c)]
		col.Basis = Words{NB: "Ny lov om " + string(c)}
		y.do(editor, plan.SetColumns{Board: "2023", Set: []Column{col}})
		y.state("0001", "helse", signoff.Changed)
		y.isRefused(y.approve(editor, "0001", "helse"), "approve.own")
		y.must(y.approve(editor2, "0001", "helse"))
	}
	col := y.work().Ground.Catalogue().Columns[cat.ColumnIndex("helse")]
	col.Short = Words{NB: "Helse 2"} // no other meaning
	y.do(editor, plan.SetColumns{Board: "2023", Set: []Column{col}})
	y.must(y.write(expert, "0001", "helse", "", "Svært bra."))
	y.must(y.approve(editor, "0001", "helse")) // what they wrote has been read, as it is meant now
}
