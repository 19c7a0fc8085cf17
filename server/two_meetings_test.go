package server

import (
	"net/url"
	"strings"
	"testing"

	"kommunebilde"
)

// TestTwoMeetingsOnOneBoard: both stand, each change knows its meeting, and the
// end of one ends nothing of the other.
func TestTwoMeetingsOnOneBoard(t *testing.T) {
	w := newWorld(t)
	open := func(title string) kommunebilde.MeetingID {
		t.Helper()
		return kommunebilde.MeetingID(w.made("moteleder", "meeting", map[string]any{"type": "open_meeting", "board": "na", "kind": "preparedness", "title": title, "agenda": []string{"nord", "sor"}}))
	}
	first, second := open("Flom"), open("Strøm")
	w.set(first, "9901", kommunebilde.Red)
	w.set(second, "9902", kommunebilde.Yellow)
	w.set(second, "9901", kommunebilde.Yellow) // over the other meeting's
	p := w.board("na")
	if len(p.Meetings()) != 2 || !p.Meetings()[0].Open() || !p.Meetings()[1].Open() {
		t.Fatalf("meetings %+v", p.Meetings())
	}
	var of []kommunebilde.MeetingID
	for _, e := range p.Log(0, 0) {
		if e.Change != nil {
			of = append(of, e.Change.Meeting)
		}
	}
	if len(of) < 3 || of[len(of)-3] != first || of[len(of)-2] != second || of[len(of)-1] != second {
		t.Errorf("the changes are of %q", of)
	}
	state := func(m kommunebilde.MeetingID, municipality kommunebilde.MunicipalityID) kommunebilde.RollState {
		for _, e := range w.board("na").RollCall(m) {
			if e.Municipality == municipality {
				return e.State
			}
		}
		return ""
	}
	if got := state(first, "9902"); got != kommunebilde.NotReported {
		t.Errorf("what was reported in the one counts in the other: %s", got)
	}
	if state(first, "9901") != kommunebilde.Changed || state(second, "9902") != kommunebilde.Changed {
		t.Error("what was reported does not count in its own")
	}
	w.made("moteleder", "rev", map[string]any{"type": "close_meeting", "meeting": string(second), "unexplained": true})
	if res := w.command("moteleder", map[string]any{"type": "set_levels", "board": "na", "meeting": string(second), "cells": []map[string]any{{"m": "9901", "c": "beredskap", "level": "green"}}}); res.status == 200 {
		t.Error("a closed meeting sets levels")
	}
	w.set(first, "9902", kommunebilde.Red)
	if got := w.board("na"); got.Board().Phase != kommunebilde.PhaseMeeting || got.Level(got.Row("9902"), got.Col("beredskap")) != kommunebilde.Red {
		t.Errorf("the end of one ended the other: %s", got.Board().Phase)
	}
	// Each has its own console, log and minutes.
	if res := w.get("moteleder", "/konsoll/"+string(first)); res.status != 200 || strings.Count(res.body, `<li data-rev=`) != 2 {
		t.Errorf("the console of the first: %d with %d lines", res.status, strings.Count(res.body, `<li data-rev=`))
	}
	if res := w.get("moteleder", "/referat/"+string(second)+".txt"); res.status != 200 || strings.Contains(res.body, "Flom") || !strings.Contains(res.body, "Strøm") {
		t.Errorf("the minutes of the second: %d", res.status)
	}
	if res := w.get("moteleder", "/konsoll/"+url.PathEscape(string(second))); res.status != 303 || res.header.Get("Location") != "/referat/"+string(second) {
		t.Errorf("the console of a closed meeting leads to %q", res.header.Get("Location"))
	}
}
