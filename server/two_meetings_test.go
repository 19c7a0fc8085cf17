package server

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/rollcall"
)

// TestTwoMeetingsOnOneBoard: both stand, each change knows its meeting, and the
// end of one ends nothing of the other.
func TestTwoMeetingsOnOneBoard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	open := func(title string) domain.MeetingID {
		t.Helper()
		return domain.MeetingID(w.made("moteleder", "meeting", map[string]any{"type": "open_meeting", "board": "na", "kind": "preparedness", "title": title, "agenda": []string{"nord", "sor"}}))
	}
	first, second := open("Flom"), open("Strøm")
	w.set(first, "9901", domain.Red)
	w.set(second, "9902", domain.Yellow)
	w.set(second, "9901", domain.Yellow) // over the other meeting's
	p := w.board("na")
	if len(p.Meetings()) != 2 || !p.Meetings()[0].Open() || !p.Meetings()[1].Open() {
		t.Fatalf("meetings %+v", p.Meetings())
	}
	var of []domain.MeetingID
	for _, e := range p.Log(0, 0) {
		if e.Change != nil {
			of = append(of, e.Change.Meeting)
		}
	}
	if len(of) < 3 || of[len(of)-3] != first || of[len(of)-2] != second || of[len(of)-1] != second {
		t.Errorf("the changes are of %q", of)
	}
	state := func(m domain.MeetingID, municipality domain.MunicipalityID) rollcall.State {
		for _, e := range rollcall.Of(w.board("na"), m) {
			if e.Municipality == municipality {
				return e.State
			}
		}
		return ""
	}
	if got := state(first, "9902"); got != rollcall.NotReported {
		t.Errorf("what was reported in the one counts in the other: %s", got)
	}
	if state(first, "9901") != rollcall.Changed || state(second, "9902") != rollcall.Changed {
		t.Error("what was reported does not count in its own")
	}
	// What a meeting changed without a reason lacks it, though the other has set it
	// since: there is no field for it, and in its minutes it stands.
	closing := "/mote/" + string(first) + "/avslutt"
	then := func(want bool) string {
		t.Helper()
		res := w.get("moteleder", closing)
		if res.status != 200 || strings.Contains(res.body, "Et annet møte pågår fortsatt") != want || strings.Contains(res.body, "ingen kan endre status") == want {
			t.Errorf("what comes after the closing: %d", res.status)
		}
		return res.body
	}
	_, list, _ := strings.Cut(then(true), `id="lacking"`)
	if list, _, _ = strings.Cut(list, "</section>"); strings.Count(list, "<li>") != 1 || !strings.Contains(list, "Satt på nytt i et annet møte.") || strings.Contains(list, "<textarea") {
		t.Errorf("the closing lists %s", list)
	}
	_, list, _ = strings.Cut(w.get("moteleder", "/referat/"+string(first)+".txt").body, "5. Endringer uten begrunnelse")
	if list, _, _ = strings.Cut(list, "6. "); strings.Count(list, "\n- ") != 1 || !strings.Contains(list, ": rød, ") {
		t.Errorf("the minutes list %q", list)
	}
	// An undo is done where it is asked for, also without a script, and in one that
	// goes on.
	undo := func(from, want domain.MeetingID) {
		t.Helper()
		p := w.board("na")
		rev := p.Cell(p.Row("9902"), p.Col("beredskap")).Revision
		if res := w.form("moteleder", "/tavle/na/angre", url.Values{"meeting": {string(from)}, "revision": {fmt.Sprint(rev)}}); res.status != 303 {
			t.Fatalf("undo: %d %s", res.status, res.body)
		}
		p = w.board("na")
		if c := p.Cell(p.Row("9902"), p.Col("beredskap")); c.Undoes != rev || c.Meeting != want {
			t.Errorf("undone in %q it is of %q, want %q", from, c.Meeting, want)
		}
	}
	undo(first, first)
	undo(second, second)
	undo("", second)
	w.made("moteleder", "rev", map[string]any{"type": "close_meeting", "meeting": string(second), "unexplained": true})
	undo(second, first)
	then(false)
	if res := w.command("moteleder", map[string]any{"type": "set_levels", "board": "na", "meeting": string(second), "cells": []map[string]any{{"m": "9901", "c": "beredskap", "level": "green"}}}); res.status == 200 {
		t.Error("a closed meeting sets levels")
	}
	w.set(first, "9902", domain.Red)
	if got := w.board("na"); got.Board().Phase != domain.PhaseMeeting || got.Level(got.Row("9902"), got.Col("beredskap")) != domain.Red {
		t.Errorf("the end of one ended the other: %s", got.Board().Phase)
	}
	// Each has its own console, log and minutes.
	if res := w.get("moteleder", "/konsoll/"+string(first)); res.status != 200 || strings.Count(res.body, `<li data-rev=`) != 4 {
		t.Errorf("the console of the first: %d with %d lines", res.status, strings.Count(res.body, `<li data-rev=`))
	}
	if res := w.get("moteleder", "/referat/"+string(second)+".txt"); res.status != 200 || strings.Contains(res.body, "Flom") || !strings.Contains(res.body, "Strøm") {
		t.Errorf("the minutes of the second: %d", res.status)
	}
	if res := w.get("moteleder", "/konsoll/"+url.PathEscape(string(second))); res.status != 200 || !strings.Contains(res.body, "Møtet er avsluttet") || strings.Contains(res.body, `id="set"`) {
		t.Errorf("the console of a closed meeting: %d %s", res.status, res.body)
	}
}
