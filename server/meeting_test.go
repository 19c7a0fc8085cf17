package server

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/suggestion"
	"kommunebilde/server/edge"
	"kommunebilde/server/servertest"
)

// withPack gives the server a pack with functions, so that situations can be
// opened.
func withPack(c *Config) {
	c.Pack = func() (domain.Catalogue, *domain.Map) {
		pack := servertest.Catalogue()
		pack.Columns = append(pack.Columns, domain.Column{
			ID: "kraft", Kind: domain.ColumnFunction, Version: 1, Name: domain.Words{NB: "Kraft"}, Short: domain.Words{NB: "Kraft"},
		})
		return pack, nil
	}
}

// board returns a board as staff sees it.
func (w *world) board(id domain.BoardID) domain.Picture {
	w.t.Helper()
	p, err := edge.LookAs(w.clerk.State(), domain.System("x"), w.server.cfg.Now()).Picture(id)
	must(w.t, err)
	return p
}

// made sends a command and returns one member of its answer. It sends it twice:
// the second must answer the same and change nothing.
func (w *world) made(account, member string, cmd map[string]any) string {
	w.t.Helper()
	first := w.command(account, cmd)
	if first.status != 200 {
		w.t.Fatalf("%v: %d %s", cmd, first.status, first.body)
	}
	head := w.clerk.State().Head()
	if again := w.command(account, cmd); again.status != 200 || again.body != first.body || w.clerk.State().Head() != head {
		w.t.Errorf("%v sent again: %d %s, first %s", cmd["type"], again.status, again.body, first.body)
	}
	var answer map[string]any
	must(w.t, json.Unmarshal([]byte(first.body), &answer))
	return fmt.Sprint(answer[member])
}

// TestMeetingByCommands goes through a meeting from open to closed by the API.
func TestMeetingByCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.made("moteleder", "meeting", map[string]any{
		"type": "open_meeting", "board": "na", "kind": "preparedness", "title": "Flom", "series": "Flom 2026", "agenda": []string{"sor", "nord"},
		"actors": []string{"Politiet", "110-sentralen"}, "reports": true, "invited": []string{"9901"},
	})
	meeting := domain.MeetingID(id)
	m, ok := w.board("na").Meeting(meeting)
	if !ok || m.Series != "Flom 2026" || !slices.Equal(m.Agenda, []domain.RegionID{"sor", "nord"}) || !slices.Equal(m.Actors, []string{"Politiet", "110-sentralen"}) || !m.Reports {
		t.Fatalf("meeting %+v", m)
	}
	w.made("kommune", "rev", map[string]any{"type": "report_no_change", "meeting": id, "municipalities": []string{"9901"}, "reported_by": "beredskapsleder"})
	w.made("moteleder", "rev", map[string]any{"type": "report_no_change", "meeting": id, "municipalities": []string{"9902", "9903"}})
	for _, e := range rollcall.Of(w.board("na"), meeting) {
		if e.State != rollcall.NoChange {
			t.Errorf("roll-call: %+v", e)
		}
	}
	told := map[string]any{"type": "set_level", "board": "na", "meeting": id, "m": "9902", "c": "skole", "level": "yellow", "text": "x", "reported_by": "110-sentralen v/vakt"}
	for _, spoke := range []string{"ukjent", "municipality"} {
		told["spoke"] = spoke
		if res := w.command("moteleder", told); res.status != 422 || !strings.Contains(res.body, `"spoke"`) {
			t.Errorf("a guest's word as that of %s: %d %s", spoke, res.status, res.body)
		}
	}
	told["spoke"] = "guest"
	w.made("moteleder", "rev", told)
	for _, e := range rollcall.Of(w.board("na"), meeting) {
		if mentioned := slices.Equal(e.Mentioned, []rollcall.Mention{{By: "110-sentralen", Times: 1}}); e.State != rollcall.NoChange || mentioned != (e.Municipality == "9902") {
			t.Errorf("roll-call after a guest's word: %+v", e)
		}
	}
	w.made("kommune", "rev", map[string]any{"type": "propose_levels", "meeting": id, "reported_by": "beredskapsleder", "cells": []map[string]any{{"m": "9901", "c": "skole", "level": "yellow", "text": "stengt skole"}}})
	proposals := rollcall.Proposals(w.board("na"), meeting)
	if len(proposals) != 1 || proposals[0].Decided != nil {
		t.Fatalf("proposals %+v", proposals)
	}
	w.made("moteleder", "rev", map[string]any{"type": "decide_proposal", "meeting": id, "proposal": proposals[0].ID, "take": true})
	if p := w.board("na"); p.Cell(p.Row("9901"), p.Col("skole")).Text != "stengt skole" {
		t.Errorf("taken: %+v", p.Cell(p.Row("9901"), p.Col("skole")))
	}
	note := w.made("moteleder", "note", map[string]any{"type": "write_note", "meeting": id, "text": "E6 stengt", "about": 0})
	w.made("moteleder", "rev", map[string]any{"type": "withdraw_note", "meeting": id, "note": note, "reason": "åpnet"})
	if notes := notes.Of(w.board("na"), meeting); len(notes) != 1 || notes[0].Text != "E6 stengt" || notes[0].Withdrawn == nil || notes[0].Reason != "åpnet" {
		t.Errorf("notes %+v", notes)
	}
	action := w.made("moteleder", "action", map[string]any{"type": "add_action", "meeting": id, "m": "9901", "c": "skole", "text": "Ring", "owner": "Kari", "due": "2026-12-01"})
	w.made("moteleder", "rev", map[string]any{"type": "suggest_for_edition", "meeting": id, "m": "9901", "c": "skole", "text": "se på planen"})
	w.made("moteleder", "rev", map[string]any{"type": "close_meeting", "meeting": id})
	w.made("moteleder", "rev", map[string]any{"type": "end_action", "board": "na", "action": action, "done": true})
	p := w.board("na")
	if a := actions.Of(p); len(a) != 1 || !a[0].Done || a[0].Owner != "Kari" || a[0].Due != "2026-12-01" {
		t.Errorf("actions %+v", a)
	}
	if s := suggestion.Of(p); len(s) != 1 || s[0].Text != "se på planen" {
		t.Errorf("suggestions %+v", s)
	}
}

// TestSituationByCommands opens a situation, tells figures and assistance,
// copies it to exercise on, and closes both.
func TestSituationByCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	board := w.made("moteleder", "board", map[string]any{"type": "open_situation", "title": "Flom i Gausa"})
	if !regexp.MustCompile(`^hendelse-[0-9a-f]{8}$`).MatchString(board) {
		t.Fatalf("board %q", board)
	}
	id := w.made("moteleder", "meeting", map[string]any{"type": "open_meeting", "board": board, "kind": "preparedness", "title": "Flom"})
	w.made("moteleder", "rev", map[string]any{"type": "set_level", "board": board, "meeting": id, "m": "9901", "c": "kraft", "level": "critical"})
	w.made("moteleder", "rev", map[string]any{"type": "set_figures", "meeting": id, "figures": []map[string]any{
		{"m": "9901", "c": "kraft", "figure": "without_power", "value": 120, "source": "nettselskapet", "certainty": "confirmed", "as_of": w.server.cfg.Now().UnixMilli()}}})
	asked := w.made("moteleder", "assistance", map[string]any{"type": "ask_assistance", "meeting": id, "m": "9901", "of": "Sivilforsvaret", "what": "aggregat"})
	w.made("moteleder", "rev", map[string]any{"type": "move_assistance", "board": board, "assistance": asked, "state": "granted", "note": "på vei"})
	p := w.board(domain.BoardID(board))
	if f := figures.Of(p); len(f) != 1 || f[0].Value != 120 || f[0].Source != "nettselskapet" {
		t.Errorf("figures %+v", f)
	}
	if a := assistance.Of(p); len(a) != 1 || a[0].State != assistance.Granted || a[0].Note != "på vei" {
		t.Errorf("assistance %+v", a)
	}
	exercise := w.made("moteleder", "board", map[string]any{"type": "open_exercise", "title": "Øvelse Å", "from": board, "board": "ovelse-1"})
	if q := w.board(domain.BoardID(exercise)); !q.Board().Exercise || q.Level(q.Row("9901"), q.Col("kraft")) != domain.Critical {
		t.Errorf("exercise %+v", q.Board())
	}
	w.made("moteleder", "rev", map[string]any{"type": "close_board", "board": exercise})
	list := w.get("leser", "/api/v1/boards").body
	if !strings.Contains(list, `"exercise":true`) || !strings.Contains(list, `"closed_at":"`) {
		t.Errorf("boards do not tell of the exercise: %s", list)
	}
	if q := w.board(domain.BoardID(board)); q.Board().Phase != domain.PhaseMeeting {
		t.Errorf("the end of the exercise ended %+v", q.Board())
	}
}

func TestNoPackNoSituation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	res := w.command("moteleder", map[string]any{"type": "open_situation", "title": "Flom"})
	if res.status != 503 || !strings.Contains(res.body, `"reason":"situation.pack"`) {
		t.Errorf("%d %s", res.status, res.body)
	}
}

// TestBoardIDs: a board is named as it was told or after its request, never by
// what people call it.
func TestBoardIDs(t *testing.T) {
	t.Parallel()
	boardID := func(told domain.BoardID, by domain.AccountID, req domain.RequestID) domain.BoardID {
		cmd := domain.OpenSituation{Board: told}
		cmd.SetID(edge.MadeID(by, req))
		return cmd.Board
	}
	if got := boardID("mitt", "kari", "12345678"); got != "mitt" {
		t.Errorf("told mitt, named %q", got)
	}
	first, second := boardID("", "kari", "12345678"), boardID("", "kari", "12345679")
	if first == second || first == boardID("", "ola", "12345678") || first != boardID("", "kari", "12345678") {
		t.Errorf("named %q and %q", first, second)
	}
}

// TestMeetingByForms does by forms what TestMeetingByCommands does by commands.
func TestMeetingByForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	submit := func(account, path, leads string, f url.Values) {
		t.Helper()
		res := w.form(account, path, f)
		if res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), leads) {
			t.Fatalf("%s %v: %d to %s %s", path, f, res.status, res.header.Get("Location"), res.body)
		}
	}
	submit("moteleder", "/moter", "/konsoll/", url.Values{
		"board": {"na"}, "kind": {"preparedness"}, "title": {"Flom"}, "series": {" Flom 2026 "}, "agenda": {"nord", "sor"},
		"actors": {"Politiet\r\n\r\n 110 \r\nPolitiet"}, "reports": {"yes"}, "invited": {"9901"},
	})
	m := w.board("na").Meetings()[0]
	if m.Series != "Flom 2026" || !slices.Equal(m.Actors, []string{"Politiet", "110"}) || len(m.Agenda) != 2 || !m.Reports {
		t.Errorf("meeting %+v", m)
	}
	page := "/mote/" + string(m.ID)
	submit("kommune", page+"/ingen-endring", page+"?gjort=ingen-endring", url.Values{"m": {"9901"}, "reported_by": {"meg"}})
	submit("moteleder", page+"/ingen-endring", page, url.Values{"cell": {"9902.skole"}, "level": {"red"}})
	submit("kommune", page+"/meld", page, url.Values{"cell": {"9901.skole"}, "level": {"red"}, "text": {"brann"}})
	submit("kommune", page+"/meld", page, url.Values{"m": {"9901"}, "level-beredskap": {"green"}, "level-skole": {"yellow"}, "text-skole": {"røyk"}})
	p := w.board("na")
	proposals := rollcall.Proposals(p, m.ID)
	if len(proposals) != 2 || len(proposals[1].Cells) != 2 || proposals[1].Cells[1].Text.String() != "røyk" {
		t.Fatalf("proposals %+v", proposals)
	}
	submit("moteleder", page+"/forslag", page, url.Values{"proposal": {fmt.Sprint(proposals[0].ID)}, "take": {"no"}})
	submit("moteleder", page+"/forslag", page, url.Values{"proposal": {fmt.Sprint(proposals[1].ID)}, "take": {"yes"}})
	p = w.board("na")
	if p.Level(p.Row("9901"), p.Col("skole")) != domain.Yellow {
		t.Errorf("level %s", p.Level(p.Row("9901"), p.Col("skole")))
	}
	submit("moteleder", page+"/hendelse", page, url.Values{"text": {"E6 stengt"}, "about": {""}})
	submit("moteleder", page+"/hendelse/trekk", page, url.Values{"note": {string(notes.Of(w.board("na"), m.ID)[0].ID)}, "reason": {"feil"}})
	submit("moteleder", page+"/tiltak", "/konsoll/", url.Values{"m": {"9901"}, "c": {""}, "text": {"Ring"}, "owner": {"Kari"}, "due": {"2026-12-01"}, "back": {"/konsoll/" + string(m.ID)}})
	submit("moteleder", page+"/foresla", page, url.Values{"cell": {"9901.skole"}, "text": {"se"}})
	submit("moteleder", page+"/avslutt", "/referat/"+string(m.ID), url.Values{})
	action := actions.Of(w.board("na"))[0]
	submit("moteleder", "/tavle/na/tiltak", "/tavle/na", url.Values{"action": {string(action.ID)}, "done": {"no"}, "note": {"ikke mulig"}})
	if a := actions.Of(w.board("na"))[0]; a.Ended == nil || a.Done || a.Note != "ikke mulig" {
		t.Errorf("action %+v", a)
	}

	submit("moteleder", "/hendelser", "/tavle/hendelse-", url.Values{"title": {"Skred"}, "exercise": {"yes"}})
	var board domain.Board
	for _, b := range edge.LookAs(w.clerk.State(), domain.System("x"), w.server.cfg.Now()).Boards() {
		if b.Kind == domain.KindSituation {
			board = b
		}
	}
	if !board.Exercise {
		t.Fatalf("situation %+v", board)
	}
	submit("moteleder", "/moter", "/konsoll/", url.Values{"board": {string(board.ID)}, "kind": {"preparedness"}, "title": {"Skred"}})
	page = "/mote/" + string(w.board(board.ID).Meetings()[0].ID)
	submit("moteleder", page+"/tall", page, url.Values{"cell": {"9901.kraft"}, "figure": {"evacuated"}, "value": {"1 200"}, "source": {"politiet"}, "certainty": {"estimated"}, "as_of": {""}})
	submit("moteleder", page+"/bistand", page, url.Values{"m": {"9901"}, "of": {"Sivilforsvaret"}, "what": {"telt"}})
	q := w.board(board.ID)
	submit("moteleder", "/tavle/"+string(board.ID)+"/bistand", "/tavle/"+string(board.ID), url.Values{"assistance": {string(assistance.Of(q)[0].ID)}, "state": {"done"}})
	q = w.board(board.ID)
	if figures.Of(q)[0].Value != 1200 || assistance.Of(q)[0].State != assistance.Done {
		t.Errorf("figures %+v assistance %+v", figures.Of(q), assistance.Of(q))
	}
	submit("moteleder", "/hendelser", "/tavle/hendelse-", url.Values{"title": {"Kopi"}, "from": {"na"}})
	submit("moteleder", page+"/avslutt", "/referat/", url.Values{})
	submit("moteleder", "/tavle/"+string(board.ID)+"/avslutt", "/hendelser", url.Values{})
	if w.board(board.ID).Board().Phase != domain.PhaseClosed {
		t.Error("the situation is still open")
	}
}

// TestWhoMayDoWhatInAMeeting sends each form and command of a meeting as each
// role: 401 for nobody, 404 for anyone who does not know of the meeting, 403 for one who
// sees it and may not.
func TestWhoMayDoWhatInAMeeting(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	meeting := string(w.openMeeting()) // invites 9901, takes no reports
	cases := []struct {
		path string
		form url.Values
		cmd  map[string]any
	}{
		{"/mote/{m}/ingen-endring", url.Values{"m": {"9901"}}, map[string]any{"type": "report_no_change", "municipalities": []string{"9901"}}},
		{"/mote/{m}/forslag", url.Values{"proposal": {"1"}}, map[string]any{"type": "decide_proposal", "proposal": 1, "take": true}},
		{"/mote/{m}/hendelse", url.Values{"text": {"x"}}, map[string]any{"type": "write_note", "text": "x"}},
		{"/mote/{m}/hendelse/trekk", url.Values{"note": {"x"}}, map[string]any{"type": "withdraw_note", "note": "x"}},
		{"/mote/{m}/tiltak", url.Values{"m": {"9901"}, "text": {"x"}}, map[string]any{"type": "add_action", "m": "9901", "text": "x"}},
		{"/mote/{m}/foresla", url.Values{"cell": {"9901.skole"}, "text": {"x"}}, map[string]any{"type": "suggest_for_edition", "m": "9901", "c": "skole", "text": "x"}},
		{"/mote/{m}/tall", url.Values{"cell": {"9901.skole"}, "value": {"1"}}, map[string]any{"type": "set_figures", "figures": []any{}}},
		{"/mote/{m}/bistand", url.Values{"m": {"9901"}, "of": {"x"}, "what": {"x"}}, map[string]any{"type": "ask_assistance", "m": "9901", "of": "x", "what": "x"}},
		{"/tavle/na/tiltak", url.Values{"action": {"x"}}, map[string]any{"type": "end_action", "board": "na", "action": "x"}},
		{"/tavle/na/bistand", url.Values{"assistance": {"x"}}, map[string]any{"type": "move_assistance", "board": "na", "assistance": "x", "state": "done"}},
		{"/tavle/na/avslutt", url.Values{}, map[string]any{"type": "close_board", "board": "na"}},
		{"/hendelser", url.Values{"title": {"x"}, "board": {"x-1"}}, map[string]any{"type": "open_situation", "title": "x", "board": "x-1"}},
		{"/hendelser", url.Values{"title": {"x"}, "from": {"na"}}, map[string]any{"type": "open_exercise", "title": "x", "from": "na"}},
	}
	for _, c := range cases {
		for _, role := range domain.Roles() {
			if role == domain.RoleLead || c.cmd["type"] == "open_situation" && role == domain.RoleEditor {
				continue
			}
			if strings.Contains(c.path, "{m}") {
				c.cmd["meeting"] = meeting
			}
			delete(c.cmd, "request")
			form, cmd := w.form(string(role), strings.ReplaceAll(c.path, "{m}", meeting), c.form).status, w.command(string(role), c.cmd).status
			want := 403
			if role == domain.RolePublic {
				want = 401
			}
			if form != want || cmd != want {
				t.Errorf("%s as %s: form %d, command %d, want %d", c.path, role, form, cmd, want)
			}
		}
	}
	// A contact sees the meeting that invites it, and its own row there.
	if res := w.get("kommune", "/mote/"+meeting); res.status != 200 {
		t.Errorf("a contact's page: %d", res.status)
	}
	other := string(w.openMeeting())
	if _, err := w.clerk.Submit(t.Context(), domain.System("x"), "", domain.CloseMeeting{Meeting: domain.MeetingID(other)}); err != nil {
		t.Fatal(err)
	}
	if res := w.get("kommune", "/mote/"+other); res.status != 200 || !strings.Contains(res.body, "Møtet er avsluttet") || strings.Contains(res.body, `method="post"`) {
		t.Errorf("a meeting that is over, for a contact: %d", res.status)
	}
	// A meeting that is over is none for municipalities.
	w.command("moteleder", map[string]any{"type": "close_meeting", "meeting": meeting})
	for _, path := range []string{"/ingen-endring", "/meld"} {
		if res := w.form("kommune", "/mote/"+meeting+path, url.Values{"m": {"9901"}}); res.status != 404 {
			t.Errorf("%s after the meeting: %d", path, res.status)
		}
	}
}

// TestOpenedBoardSaysWhatItIs: an exercise is never called a situation.
func TestOpenedBoardSaysWhatItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	for _, c := range []struct {
		form url.Values
		want string
	}{
		{url.Values{"title": {"Kopi"}, "from": {"na"}}, "Øvelsen er åpnet."},
		{url.Values{"title": {"Skred"}, "exercise": {"yes"}}, "Øvelsen er åpnet."},
		{url.Values{"title": {"Flom"}}, "Hendelsen er åpnet."},
	} {
		res := w.form("moteleder", "/hendelser", c.form)
		if page := w.get("moteleder", res.header.Get("Location")); res.status != 303 || !strings.Contains(page.body, c.want) {
			t.Errorf("%v: %d, the page does not say %q", c.form, res.status, c.want)
		}
	}
}
