package server

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"kommunebilde/domain"
)

// TestFormsOfMeetingPagesAreTaken sends every form on the pages of meetings,
// situations and screens as a browser without script would, as it stands and
// with each of its buttons: the address is there, and the fields are read.
// What is not filled in may be refused in words.
func TestFormsOfMeetingPagesAreTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	meeting := w.made("moteleder", "meeting", map[string]any{
		"type": "open_meeting", "board": "na", "kind": "preparedness", "title": "Flom", "reports": true, "invited": []string{"9901"}})
	w.made("moteleder", "rev", map[string]any{"type": "set_level", "board": "na", "meeting": meeting, "m": "9902", "c": "skole", "level": "red"})
	w.made("kommune", "rev", map[string]any{"type": "propose_levels", "meeting": meeting, "cells": []map[string]any{{"m": "9901", "c": "skole", "level": "yellow"}}})
	w.made("moteleder", "note", map[string]any{"type": "write_note", "meeting": meeting, "text": "E6 stengt"})
	w.made("moteleder", "action", map[string]any{"type": "add_action", "meeting": meeting, "m": "9901", "text": "Ring"})
	board := w.made("moteleder", "board", map[string]any{"type": "open_situation", "title": "Flom", "board": "flom"})
	second := w.made("moteleder", "meeting", map[string]any{"type": "open_meeting", "board": board, "kind": "preparedness", "title": "Flom"})
	w.made("moteleder", "assistance", map[string]any{"type": "ask_assistance", "meeting": second, "m": "9901", "of": "Sivilforsvaret", "what": "telt"})
	w.paired()
	pages := []struct{ account, path string }{
		{"moteleder", "/konsoll/" + meeting}, {"moteleder", "/konsoll/" + meeting + "?valgt=9902"}, {"moteleder", "/mote/" + meeting}, {"moteleder", "/mote/" + second},
		{"moteleder", "/konsoll/" + second}, {"moteleder", "/tavle/flom"}, {"moteleder", "/tavle/flom?valgt=9901.kraft"}, {"moteleder", "/hendelser"}, {"moteleder", "/skjermer"}, {"moteleder", "/moter"},
		{"kommune", "/tavle/na"}, {"kommune", "/mote/" + meeting},
	}
	sent := map[string]bool{}
	for _, page := range pages {
		res := w.get(page.account, page.path)
		if res.status != 200 {
			t.Errorf("%s: %d", page.path, res.status)
			continue
		}
		for _, form := range formPattern.FindAllString(res.body, -1) {
			head := attributes(form[:strings.Index(form, ">")])
			if head["method"] != "post" || head["action"] == "/logout" || strings.HasSuffix(head["action"], "/avslutt") || strings.HasSuffix(head["action"], "/trekk") && strings.HasPrefix(head["action"], "/skjermer") {
				continue // what would end the pages that come after
			}
			_, fields := w.formOf(form, head["action"])
			buttons := []map[string]string{{}}
			for _, tag := range fieldPattern.FindAllString(res.body, -1) { // a button may stand outside of its form
				if a := attributes(tag); a["form"] != "" && a["form"] == head["id"] {
					buttons = append(buttons, a)
				}
			}
			for _, tag := range fieldPattern.FindAllString(form, -1) {
				a := attributes(tag)
				switch {
				case strings.HasPrefix(tag, "<button"):
					buttons = append(buttons, a)
				case strings.HasPrefix(tag, "<input") && a["type"] != "hidden" && a["type"] != "checkbox", strings.HasPrefix(tag, "<textarea"):
					fields.Add(a["name"], a["value"])
				}
			}
			for _, button := range buttons {
				to, with := head["action"], url.Values{}
				for name, values := range fields {
					with[name] = values
				}
				if button["formaction"] != "" {
					to = button["formaction"]
				}
				if strings.HasSuffix(to, "/avslutt") {
					continue
				}
				if button["name"] != "" {
					with.Set(button["name"], button["value"])
				}
				got := w.do("POST", to, with.Encode(), "Cookie: "+w.as(page.account), "Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
				sent[page.account+" "+to] = true
				if got.status != 303 && got.status != 422 && got.status != 409 {
					t.Errorf("%s on %s with %v: %d", to, page.path, with, got.status)
				}
			}
		}
	}
	for _, want := range []string{
		"moteleder /mote/" + meeting + "/ingen-endring", "moteleder /mote/" + meeting + "/forslag", "moteleder /mote/" + meeting + "/hendelse", "moteleder /mote/" + meeting + "/hendelse/trekk",
		"moteleder /mote/" + meeting + "/tiltak", "moteleder /mote/" + meeting + "/foresla", "moteleder /tavle/na/tiltak", "moteleder /tavle/na/sett", "moteleder /tavle/na/angre",
		"moteleder /mote/" + second + "/tall", "moteleder /mote/" + second + "/bistand", "moteleder /tavle/flom/bistand", "moteleder /hendelser", "moteleder /skjermer/par", "moteleder /skjermer/vis", "moteleder /moter",
		"kommune /mote/" + meeting + "/ingen-endring", "kommune /mote/" + meeting + "/meld",
	} {
		if !sent[want] {
			t.Errorf("no page has the form: %s", want)
		}
	}
	if !slices.ContainsFunc(w.board("na").Log(0, 1000), func(l domain.LogEntry) bool { return l.Kind == "municipality_reported" && l.By == "kommune" }) {
		t.Error("the contact's one tap is not in the log")
	}
}
