package live

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"kommunebilde"
)

func isReused(err error) bool {
	var e *kommunebilde.Error
	return errors.As(err, &e) && e.Code == kommunebilde.Conflict && e.Msg == "request.reused"
}

func TestSentTwiceHappensOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		cmd := set("0001", "helse", kommunebilde.Red)
		cmd.Issued = time.Now()
		first, err := o.clerk.Submit(t.Context(), leader, "r1", cmd)
		if err != nil {
			t.Fatal(err)
		}
		o.do(second, set("0001", "helse", kommunebilde.Green))
		head := o.clerk.State().Head()
		cmd.Issued = time.Now().Add(time.Second) // a repeat is clicked later
		again, err := o.clerk.Submit(t.Context(), leader, "r1", cmd)
		if err != nil || again.Revision != first.Revision || again.BoardRevision != first.BoardRevision {
			t.Errorf("again: %+v, %v, want %+v", again, err, first)
		}
		if o.clerk.State().Head() != head {
			t.Error("it happened twice")
		}
		if _, err := o.clerk.Submit(t.Context(), leader, "r1", set("0001", "helse", kommunebilde.Yellow)); !isReused(err) {
			t.Errorf("other content: %v", err)
		}
		if _, err := o.clerk.Submit(t.Context(), leader, "r1", kommunebilde.Undo{Board: kommunebilde.Live}); !isReused(err) {
			t.Errorf("another command: %v", err)
		}
		if r, err := o.clerk.Submit(t.Context(), second, "r1", set("0001", "helse", kommunebilde.Yellow)); err != nil || r.Revision != head.Revision+1 {
			t.Errorf("another account's: %+v, %v", r, err)
		}
	})
}

func TestSentTwiceWhileTheFirstIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		head := o.clerk.State().Head().Revision
		var a, b answers
		release := o.busy(&b) // one record
		for range 3 {         // in one group
			a.submit(t.Context(), o.clerk, leader, "r1", set("0001", "helse", kommunebilde.Red))
		}
		synctest.Wait()
		a.submit(t.Context(), o.clerk, leader, "r1", set("0001", "helse", kommunebilde.Green))
		synctest.Wait()
		release()
		a.wg.Wait()
		b.wg.Wait()
		if len(a.results) != 3 || len(a.errs) != 1 || !isReused(a.errs[0]) {
			t.Fatalf("answers %v, errors %v", a.results, a.errs)
		}
		for _, r := range a.results {
			if r.Revision != head+2 {
				t.Errorf("answer %+v", r)
			}
		}
		if got := o.clerk.State().Head().Revision; got != head+2 {
			t.Errorf("at %d, want %d", got, head+2)
		}
	})
}

func TestRequestsAreRememberedTenMinutes(t *testing.T) {
	for name, restart := range map[string]bool{"same process": false, "after a restart": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t)
				o.begin()
				send := func() (Result, error) {
					return o.clerk.Submit(t.Context(), leader, "r1", set("0001", "helse", kommunebilde.Red))
				}
				first, err := send()
				if err != nil {
					t.Fatal(err)
				}
				pass(10*time.Minute - time.Millisecond)
				if restart {
					o.restart()
				}
				if r, err := send(); err != nil || r.Revision != first.Revision {
					t.Errorf("just before: %+v, %v", r, err)
				}
				if _, err := o.clerk.Submit(t.Context(), leader, "r1", set("0001", "helse", kommunebilde.Green)); !isReused(err) {
					t.Errorf("other content: %v", err)
				}
				pass(time.Millisecond)
				if restart {
					o.restart()
				}
				if r, err := send(); err != nil || r.Revision != first.Revision+1 {
					t.Errorf("ten minutes later: %+v, %v", r, err)
				}
				if n := len(o.clerk.requests.known); n != 1 {
					t.Errorf("%d requests are remembered", n)
				}
			})
		})
	}
}

// After a restart a repeat is known by what its record did. Each command is
// what it was, and none is another.
func TestRepeatsAreKnownAfterARestart(t *testing.T) {
	live, edition := kommunebilde.Live, kommunebilde.BoardID("2022")
	two := set("0001", "helse", kommunebilde.Red)
	two.ReportedBy = "Bø v/NN"
	two.Cells = append(two.Cells, kommunebilde.CellEdit{Municipality: "0002", Column: "plan", Level: kommunebilde.Green, Text: "ok"})
	next := catalogue(3)
	next.Municipalities[1].Name = "Ny"
	cells := []kommunebilde.CellEdit{{Municipality: "0001", Column: "helse", Level: kommunebilde.Red, Text: "a"}}
	steps := []struct {
		by  kommunebilde.Actor
		cmd kommunebilde.Command
	}{
		{admin, kommunebilde.DeclareDemo{}},
		{editor, kommunebilde.OpenLive{Catalogue: catalogue(3)}},
		{editor, kommunebilde.ImportEdition{Board: edition, Title: kommunebilde.Words{NB: "2022"}, Catalogue: catalogue(3), Cells: cells}},
		{editor, kommunebilde.OpenEdition{Board: "2023", Title: kommunebilde.Words{NB: "2023"}, Catalogue: catalogue(3)}},
		{editor, kommunebilde.OpenEdition{Board: "2024", Title: kommunebilde.Words{NB: "2024"}, Catalogue: catalogue(3)}},
		{editor, kommunebilde.NoteHearing{Board: edition, Hearing: kommunebilde.Hearing{From: "2022-09-22", To: "2022-10-13"}}},
		{editor, kommunebilde.Publish{Board: edition}},
		{editor, kommunebilde.ChangeBase{Edition: edition}},
		{editor, kommunebilde.OpenCorrection{Board: edition, Reason: "Feil"}},
		{admin, kommunebilde.ApplyPack{Catalogue: next}},
		{leader, kommunebilde.OpenMeeting{ID: "m1", Board: live, Kind: kommunebilde.MeetingRegion, Title: "Møte"}},
		{leader, kommunebilde.OpenMeeting{ID: "m2", Board: live, Kind: kommunebilde.MeetingRegion, Title: "Møte"}},
		{leader, set("0001", "helse", kommunebilde.Yellow)},
		{leader, two},
		{leader, kommunebilde.Undo{Board: live}},
		{leader, set("0003", "helse", kommunebilde.Red)},
		{leader, kommunebilde.GiveReasons{Meeting: "m1", Reasons: []kommunebilde.ReasonGiven{{Municipality: "0003", Column: "helse", Seen: 16, Text: "Brann"}}}},
		{editor, kommunebilde.SetReportTemplate{Sections: []kommunebilde.ReportPart{{Key: kommunebilde.ReportWho}, {Key: kommunebilde.ReportOwn, Heading: "Vær", Text: "Se varsel"}}}},
		{leader, kommunebilde.CloseMeeting{Meeting: "m2", Unexplained: true}},
	}
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		id := func(i int) kommunebilde.RequestID { return kommunebilde.RequestID(rune('a' + i)) }
		var first []Result
		for i, s := range steps {
			r, err := o.clerk.Submit(t.Context(), s.by, id(i), s.cmd)
			if err != nil {
				t.Fatalf("%T: %v", s.cmd, err)
			}
			first = append(first, r)
		}
		p, _ := o.picture(reader, live)
		text := p.Log(0, 0)[0]
		for _, l := range p.Log(0, 0) {
			if l.Change != nil && l.Change.TextID.Revision != 0 {
				text = l
			}
		}
		redact := kommunebilde.Redact{Texts: []kommunebilde.TextID{text.Change.TextID}, Reason: "Navn"}
		r, err := o.clerk.Submit(t.Context(), admin, id(len(steps)), redact)
		if err != nil {
			t.Fatal(err)
		}
		first = append(first, r)
		steps := append(steps, struct {
			by  kommunebilde.Actor
			cmd kommunebilde.Command
		}{admin, redact})
		o.restart()
		for i, s := range steps {
			for j, other := range steps {
				r, err := o.clerk.Submit(t.Context(), s.by, id(i), other.cmd)
				if i == j && (err != nil || r.Revision != first[i].Revision || r.BoardRevision != first[i].BoardRevision) {
					t.Errorf("%T again: %+v, %v, want %+v", s.cmd, r, err, first[i])
				}
				if i != j && !isReused(err) {
					t.Errorf("%T under the id of %T: %+v, %v", other.cmd, s.cmd, r, err)
				}
			}
		}
		if got := o.clerk.State().Head().Revision; got != r.Revision {
			t.Errorf("something happened twice: at %d, want %d", got, r.Revision)
		}
	})
}
