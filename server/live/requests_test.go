package live

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/outline"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/texts"
)

func isReused(err error) bool {
	var e *domain.Error
	return errors.As(err, &e) && e.Code == domain.Conflict && e.Msg == "request.reused"
}

func TestSentTwiceHappensOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		cmd := set("0001", "helse", domain.Red)
		first, err := o.clerk.SubmitIssued(t.Context(), leader, "r1", cmd, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		o.do(second, set("0001", "helse", domain.Green))
		head := o.clerk.State().Head()
		again, err := o.clerk.SubmitIssued(t.Context(), leader, "r1", cmd, time.Now().Add(time.Second)) // a repeat is clicked later
		if err != nil || again.Revision != first.Revision || again.BoardRevision != first.BoardRevision {
			t.Errorf("again: %+v, %v, want %+v", again, err, first)
		}
		if o.clerk.State().Head() != head {
			t.Error("it happened twice")
		}
		if _, err := o.clerk.Submit(t.Context(), leader, "r1", set("0001", "helse", domain.Yellow)); !isReused(err) {
			t.Errorf("other content: %v", err)
		}
		if _, err := o.clerk.Submit(t.Context(), leader, "r1", domain.Undo{Board: domain.Live}); !isReused(err) {
			t.Errorf("another command: %v", err)
		}
		if r, err := o.clerk.Submit(t.Context(), second, "r1", set("0001", "helse", domain.Yellow)); err != nil || r.Revision != head.Revision+1 {
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
			a.submit(t.Context(), o.clerk, leader, "r1", set("0001", "helse", domain.Red))
		}
		synctest.Wait()
		a.submit(t.Context(), o.clerk, leader, "r1", set("0001", "helse", domain.Green))
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
					return o.clerk.Submit(t.Context(), leader, "r1", set("0001", "helse", domain.Red))
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
				// After a restart the id alone is known.
				r, err := o.clerk.Submit(t.Context(), leader, "r1", set("0001", "helse", domain.Green))
				if restart && (err != nil || r.Revision != first.Revision) || !restart && !isReused(err) {
					t.Errorf("other content: %+v, %v", r, err)
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

// TestLateCommandsAreRepeatsOrRefused: what comes long after it was issued is
// answered if it was kept then, and never done now.
func TestLateCommandsAreRepeatsOrRefused(t *testing.T) {
	for _, restart := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice(t)
			o.begin()
			issued := time.Now()
			send := func(req domain.RequestID, cmd domain.Command) (Result, error) {
				return o.clerk.SubmitIssued(t.Context(), leader, req, cmd, issued)
			}
			first, err := send("r1", set("0001", "helse", domain.Red))
			if err != nil {
				t.Fatal(err)
			}
			pass(liveAge + time.Millisecond)
			if restart {
				o.restart()
			}
			if r, err := send("r1", set("0001", "helse", domain.Red)); err != nil || r.Revision != first.Revision {
				t.Errorf("kept: %+v, %v, want %+v", r, err, first)
			}
			for i, cmd := range []domain.Command{
				set("0001", "helse", domain.Green),
				domain.Undo{Board: domain.Live},
				rollcall.ReportNoChange{Meeting: "m1", Municipalities: []domain.MunicipalityID{"0002"}},
				texts.Redact{Texts: []domain.TextID{{}}, Reason: "navn"},
			} {
				if _, err := send(domain.RequestID(rune('a'+i)), cmd); domain.CodeOf(err) != domain.TooOld {
					t.Errorf("%T: %v", cmd, err)
				}
			}
			if got := o.clerk.State().Head().Revision; got != first.Revision {
				t.Errorf("at %d, want %d", got, first.Revision)
			}
		})
	}
}

// TestRepeatsAreKnownAfterARestart: sent again with its id, a command gets the
// first answer, and nothing happens twice.
func TestRepeatsAreKnownAfterARestart(t *testing.T) {
	live, edition := domain.Live, domain.BoardID("2022")
	two := set("0001", "helse", domain.Red)
	two.ReportedBy = "Bø v/NN"
	two.Cells = append(two.Cells, domain.CellEdit{Municipality: "0002", Column: "plan", Level: domain.Green, Text: "ok"})
	next := catalogue(3)
	next.Municipalities[1].Name = "Ny"
	cells := []editions.Cell{{Municipality: "0001", Column: "helse", Level: domain.Red, Text: new("a")}}
	steps := []struct {
		by  domain.Actor
		cmd domain.Command
	}{
		{admin, domain.DeclareDemo{}},
		{editor, domain.OpenLive{Catalogue: catalogue(3)}},
		{editor, editions.Import{Board: edition, Title: domain.Words{NB: "2022"}, Catalogue: catalogue(3), Cells: cells}},
		{editor, editions.Open{Board: "2023", Title: domain.Words{NB: "2023"}, Catalogue: catalogue(3)}},
		{editor, editions.Open{Board: "2024", Title: domain.Words{NB: "2024"}, Catalogue: catalogue(3)}},
		{editor, editions.NoteHearing{Board: edition, Hearing: domain.Hearing{From: "2022-09-22", To: "2022-10-13"}}},
		{editor, editions.Publish{Board: edition}},
		{editor, domain.ChangeBase{Edition: edition}},
		{editor, editions.OpenCorrection{Board: edition, Reason: "Feil"}},
		{admin, domain.ApplyPack{Catalogue: next}},
		{leader, domain.OpenMeeting{ID: "m1", Board: live, Kind: domain.MeetingRegion, Title: "Møte"}},
		{leader, domain.OpenMeeting{ID: "m2", Board: live, Kind: domain.MeetingRegion, Title: "Møte"}},
		{leader, set("0001", "helse", domain.Yellow)},
		{leader, two},
		{leader, domain.Undo{Board: live}},
		{leader, set("0003", "helse", domain.Red)},
		{leader, domain.GiveReasons{Meeting: "m1", Reasons: []domain.ReasonGiven{{Municipality: "0003", Column: "helse", Seen: 16, Text: "Brann"}}}},
		{editor, outline.Replace{Sections: []outline.Edit{{Key: outline.KeyWho}, {Key: outline.KeyOwn, Heading: "Vær", Text: "Se varsel"}}}},
		{leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true, Names: map[domain.AccountID]string{"x": "X"}}},
		{admin, domain.ReopenMeeting{Meeting: "m2", Reason: "Ved en feil"}},
	}
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		id := func(i int) domain.RequestID { return domain.RequestID(rune('a' + i)) }
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
		redact := texts.Redact{Texts: []domain.TextID{text.Change.TextID}, Reason: "Navn"}
		r, err := o.clerk.Submit(t.Context(), admin, id(len(steps)), redact)
		if err != nil {
			t.Fatal(err)
		}
		first = append(first, r)
		steps := append(steps, struct {
			by  domain.Actor
			cmd domain.Command
		}{admin, redact})
		o.restart()
		for i, s := range steps {
			r, err := o.clerk.Submit(t.Context(), s.by, id(i), s.cmd)
			if err != nil || r.Revision != first[i].Revision || r.BoardRevision != first[i].BoardRevision {
				t.Errorf("%T again: %+v, %v, want %+v", s.cmd, r, err, first[i])
			}
		}
		if got := o.clerk.State().Head().Revision; got != r.Revision {
			t.Errorf("something happened twice: at %d, want %d", got, r.Revision)
		}
	})
}
