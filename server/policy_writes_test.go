package server

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/evidence"
	rules "kommunebilde/domain/policy"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/views"
	"kommunebilde/server/edge"
)

// write is a command as a program sends it, with all that it needs, and the
// rights of which one is enough.
type write struct {
	body   map[string]any
	rights []domain.Right
	office bool // of no board: the live picture's rights count
}

type fields = map[string]any

// writes is every command there is, about a board.
func (w *world) writes(s stage) (out []write) {
	set, lead, publish, edit := domain.RightSetLevels, domain.RightLead, domain.RightPublish, domain.RightEdit
	mark, arrange, template := domain.RightMark, domain.RightArrange, domain.RightTemplate
	c, told, level := domain.ColumnID("beredskap"), domain.ColumnID("skole"), "green" // of which the latter has texts
	marked := fields{"m": "9901", "c": "beredskap"}
	if s.kind == domain.KindSituation {
		c, told, level = "strom", "strom", "normal"
		marked = fields{"m": "9902", "c": "strom"}
	}
	m, id := "9903", string(s.meeting)
	seen := w.cellRevision(s.board, domain.MunicipalityID(m), c)
	cell := map[string]any{"m": m, "c": c, "level": level, "seen": seen}
	add := func(kind string, with map[string]any, rights ...domain.Right) *write {
		with["type"] = kind
		out = append(out, write{body: with, rights: rights})
		return &out[len(out)-1]
	}
	onBoard := func(kind string, with map[string]any, rights ...domain.Right) {
		with["board"] = s.board
		add(kind, with, rights...)
	}
	inMeeting := func(kind string, with map[string]any, rights ...domain.Right) {
		if with["meeting"] = id; id != "" { // an edition has none
			add(kind, with, rights...)
		}
	}
	office := func(kind string, with map[string]any, rights ...domain.Right) {
		add(kind, with, rights...).office = true
	}
	onBoard("set_level", fields{"meeting": id, "m": m, "c": c, "level": level, "seen": seen}, set)
	onBoard("set_levels", fields{"meeting": id, "cells": []any{cell}}, set)
	onBoard("undo", fields{"revision": w.cellRevision(s.board, "9903", told)}, domain.RightUndoOthers)
	inMeeting("give_reasons", fields{"reasons": []any{fields{"m": "9903", "c": told, "rev": w.cellRevision(s.board, "9903", told), "text": "fordi"}}}, set)
	inMeeting("report_no_change", fields{"municipalities": []any{"9901"}}, set, domain.RightReport)
	inMeeting("propose_levels", fields{"cells": []any{fields{"m": "9901", "c": c, "level": level, "seen": w.cellRevision(s.board, "9901", c)}}}, domain.RightReport)
	inMeeting("decide_proposal", fields{"proposal": s.proposal, "take": false}, set)
	inMeeting("write_note", fields{"text": "notat"}, set)
	inMeeting("withdraw_note", fields{"note": "u-" + id, "reason": "feil"}, set)
	inMeeting("add_action", fields{"m": "9903", "c": c, "text": "tiltak"}, set)
	onBoard("end_action", fields{"action": "t-" + id, "done": true}, lead)
	inMeeting("set_figures", fields{"figures": []any{fields{"m": "9903", "c": "strom", "figure": "without_power", "value": 12, "source": "nettselskapet", "certainty": "confirmed"}}}, set)
	inMeeting("ask_assistance", fields{"m": "9903", "of": "Sivilforsvaret", "what": "pumper"}, set)
	onBoard("move_assistance", fields{"assistance": "b-" + id, "state": "granted"}, lead)
	inMeeting("suggest_for_edition", fields{"m": "9903", "c": "skole", "text": "til neste år"}, set)
	onBoard("open_meeting", fields{"kind": "preparedness", "title": "Møte"}, lead)
	onBoard("schedule_meeting", fields{"title": "Neste møte", "at": time.Now().AddDate(0, 1, 0).Format(time.RFC3339)}, lead)
	onBoard("unschedule_meeting", fields{"scheduled": "k-" + string(s.board)}, lead)
	inMeeting("close_meeting", fields{"unexplained": true}, lead)
	inMeeting("reopen_meeting", fields{"reason": "ved en feil"}, domain.RightReopen)
	add("open_exercise", fields{"from": s.board, "title": "Øvelse"}, lead)
	onBoard("close_board", fields{}, lead)
	onBoard("mark_cells", fields{"cells": []any{fields{"m": "9903", "c": c}}, "fields": s.kind.Fields(), "basis": "offl-21", "reason": "grunn"}, mark)
	onBoard("lift_marking", fields{"cells": []any{marked}, "reason": "grunn"}, mark)
	onBoard("save_view", fields{"name": "Et annet utvalg", "filter": fields{"minutes": 60}}, arrange)
	onBoard("remove_view", fields{"view": "v-" + string(s.board)}, arrange)
	// Of the year: 9903 is submitted where units are in every state, 9902 is not.
	drafted, submitted := w.unit(s.board, "9902", "beredskap"), w.unit(s.board, "9903", "beredskap")
	unit := func(m string, u signoff.Unit) fields { return fields{"m": m, "c": "beredskap", "rev": u.Revision} }
	approved := unit("9903", submitted)
	approved["sum"] = submitted.Sum
	onBoard("question_evidence", fields{"m": "9901", "mark": "missing", "text": "Arealplanen"}, domain.RightQuestion)
	onBoard("assess", fields{"cells": []any{fields{"m": "9902", "c": "beredskap", "seen": drafted.Revision, "level": "green", "text": "god"}}}, set)
	onBoard("carry_over", fields{}, edit)
	onBoard("confirm_unchanged", fields{"m": "9903", "c": "beredskap", "seen": submitted.Revision}, set)
	onBoard("write_cell_note", fields{"m": m, "c": "beredskap", "text": "husk"}, domain.RightNote)
	onBoard("submit", fields{"units": []any{unit("9902", drafted)}}, set)
	onBoard("return", fields{"units": []any{unit("9903", submitted)}, "reason": "mangler kilde"}, domain.RightApprove)
	onBoard("approve", fields{"units": []any{approved}}, domain.RightApprove)
	onBoard("moderate_area", fields{"c": "beredskap", "took_part": []any{"redaktor"}}, domain.RightApprove)
	onBoard("approve_edition", fields{"sum": w.sum(s.board), "unassessed": true}, edit)
	onBoard("plan_edition", fields{"title": "Kommunebilde", "mode": "yearly", "hearing": "yes", "judged": "2026-09-01"}, edit)
	onBoard("set_columns", fields{"set": []any{fields{"id": "klima", "kind": "area", "name": fields{"nb": "Klima"}, "short": fields{"nb": "Klima"}}}}, edit)
	onBoard("assign_areas", fields{"areas": []any{fields{"c": "beredskap", "assessors": []any{"redaktor"}}}}, edit)
	onBoard("open_round", fields{}, edit)
	onBoard("answer_suggestion", fields{"suggestion": w.waiting(s.board), "outcome": "not"}, set)
	onBoard("note_hearing", fields{"hearing": fields{"from": "2026-01-01", "to": "2026-02-01", "answered": []any{}}}, edit)
	onBoard("publish", fields{"note": "ferdig"}, publish)
	onBoard("open_correction", fields{"reason": "feil"}, publish)
	if s.board != domain.Live {
		return out
	}
	office("open_situation", fields{"title": "Flom"}, lead, arrange)
	office("change_base", fields{"edition": "rettes"}, domain.RightBase)
	office("list_actor", fields{"name": "Nettselskapet"}, arrange)
	office("unlist_actor", fields{"actor": "aktor"}, arrange)
	keep := domain.RightEvidence
	office("record_evidence", fields{"v": 1, "kind": "ros", "m": []any{"9903"}, "title": "Helhetlig ROS", "effective": "2021-11-12", "retrieved": "2022-01-10"}, keep)
	office("import_evidence", fields{"records": []any{fields{"evidence": "fil", "v": 1, "kind": "ros", "m": []any{"9903"}, "title": "Helhetlig ROS", "effective": "2021-11-12", "retrieved": "2022-01-10"}}}, keep)
	office("withdraw_evidence", fields{"evidence": "kilde", "reason": "feil"}, keep)
	office("close_evidence_question", fields{"question": w.asked("9901"), "outcome": "corrected"}, keep)
	office("remove_file", fields{"file": domain.Hash{1}.String(), "reason": "navn"}, domain.RightRedact)
	office("set_report_template", fields{"sections": []any{fields{"key": "who"}}, "seen": 0}, template)
	office("redact", fields{"texts": []any{fields{"rev": w.cellRevision(edition, "9903", "skole"), "n": 0}}, "reason": "feil"}, domain.RightRedact)
	return out
}

// TestWritesTable sends every command, whole and right, to a board of every kind
// in every phase, as everybody and as a lead's program, while the disk is full:
// who may is told that it cannot be kept, so that nothing changes and the answer
// is the policy's alone. testdata/policy-writes.md is what they got, and what
// policy.go says.
func TestWritesTable(t *testing.T) {
	t.Parallel()
	w, stages := staged(t)
	w.submit(actors.List{ID: "aktor", Name: "Aktør"})
	w.submit(evidence.Record{
		ID: "kilde", Version: 1, Type: evidence.ROS, Title: "ROS", Effective: "2021-11-12", Retrieved: "2022-01-10",
		Files: []evidence.File{{Sum: domain.Hash{1}, Name: "ROS.pdf"}}, Stored: []evidence.File{{Sum: domain.Hash{1}, Size: 9}},
	})
	for _, s := range stages {
		if s.kind != domain.KindSituation { // something in the approver's area
			w.submit(domain.MarkCells{
				Board: s.board, Cells: []domain.CellRef{{Municipality: "9901", Column: "beredskap"}},
				Fields: s.kind.Fields(), Basis: "offl-21", Reason: "unntaksgrunn", Alone: true,
			})
		}
		if s.phase != domain.PhaseClosed && s.kind != domain.KindEdition {
			w.submit(calendar.Schedule{Board: s.board, ID: calendar.ID("k-" + string(s.board)), Title: "Neste møte", At: domain.Moment{Time: time.Now().AddDate(0, 0, 7)}})
		}
		if s.phase != domain.PhaseClosed {
			w.submit(views.Save{Board: s.board, ID: domain.ViewID("v-" + string(s.board)), Name: "Utvalg", Filter: domain.ViewFilter{Minutes: 60}})
		}
	}
	program := w.token("moteleder")
	full := w.journal.Fill()
	var out strings.Builder
	fmt.Fprint(&out, "# Hvem kan endre hva\n\nLaget av en test som sender hver kommando, hel og riktig, som hver bruker; endres bare med vilje.\n\n"+
		"- ja: ville blitt lagret\n- nei: ser tavlen, men har ikke rett (403), eller er ikke logget inn (401)\n- –: for den som spør, finnes ikke tavlen, møtet eller det det gjelder (404)\n"+
		"- ikke nå: går ikke slik det står, siden møtet er avsluttet, utgaven er publisert eller noe annet må gjøres først (409)\n- ikke her: gir ingen mening på en slik tavle (422)\n\n"+
		"program er et program med møtelederens nøkkel. Brukerne ellers er som i policy.md. Kontoer, roller og nøkler er admins alene.\n"+
		"Å åpne, importere og merke en utgave, og å åpne nåbildet, gjøres på maskinen (redaktor eller admin) og har ingen adresse.\n")
	asked := map[string]bool{} // and whether anybody could
	for _, s := range stages {
		w.writesOf(&out, s, program, asked)
	}
	full()
	s := w.liveMeeting()
	full = w.journal.Fill()
	w.writesOf(&out, s, program, asked)
	full()

	var doc struct {
		Components struct {
			Schemas map[string]struct {
				OneOf      []map[string]string
				Properties map[string]struct{ Const string }
			}
		}
	}
	must(t, json.Unmarshal([]byte(w.get("", "/api/v1/openapi.json").body), &doc))
	for _, one := range doc.Components.Schemas["Command"].OneOf {
		kind := doc.Components.Schemas[strings.TrimPrefix(one["$ref"], "#/components/schemas/")].Properties["type"].Const
		if could, was := asked[kind]; !was {
			t.Errorf("nobody was asked for %s", kind)
		} else if !could {
			t.Errorf("nobody could do %s: what it is about does not go on (see underway)", kind)
		}
		delete(asked, kind)
	}
	if len(asked) > 0 {
		t.Errorf("asked for what is not described: %v", asked)
	}

	const path = "testdata/policy-writes.md"
	if *updateTable {
		must(t, os.WriteFile(path, []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if got := out.String(); got != string(want) {
		a, b := strings.Split(got, "\n"), strings.Split(string(want), "\n")
		for i := range max(len(a), len(b)) {
			if at(a, i) != at(b, i) {
				t.Fatalf("%s, line %d:\n got %s\nwant %s\n(run with -update after reading it)", path, i+1, at(a, i), at(b, i))
			}
		}
	}
}

// writesOf appends what everybody may do to one board.
func (w *world) writesOf(out *strings.Builder, s stage, program string, asked map[string]bool) {
	who := append(askers(), "program")
	fmt.Fprintf(out, "\n## %s, %s\n\n| kommando | %s |\n|---|%s\n", s.kind, s.phase, strings.Join(who, " | "), strings.Repeat("---|", len(who)))
	for _, cmd := range w.writes(s) {
		kind := cmd.body["type"].(string)
		name := kind
		if kind == "undo" {
			name += " (en annens)"
		}
		fmt.Fprintf(out, "| %s |", name)
		for _, one := range who {
			var res answer
			cmd.body["request"] = edge.NewID(8)
			role := one
			if one == "program" {
				role = "moteleder"
				body, err := json.Marshal(cmd.body)
				must(w.t, err)
				res = w.do("POST", "/api/v1/commands", string(body), "Authorization: Bearer "+program, "Content-Type: application/json")
			} else {
				res = w.command(one, cmd.body)
			}
			rights := rules.Of(roleOf(role, s), s.kind, s.phase).Rights
			has := slices.ContainsFunc(cmd.rights, func(r domain.Right) bool { return slices.Contains(rights, r) })
			word := ""
			switch {
			case res.status == 503 && strings.Contains(res.body, `"storage.full"`):
				word = "ja"
			case res.status == 401, res.status == 403:
				word = "nei"
			case res.status == 404:
				word = "–"
			case res.status == 409:
				word = "ikke nå"
			case res.status == 422:
				word = "ikke her"
			default:
				w.t.Errorf("%s, %s: %s as %s: %d %s", s.kind, s.phase, kind, one, res.status, res.body)
			}
			if (word == "ja" || word == "ikke her") && !has || word == "nei" && has {
				w.t.Errorf("%s, %s: %s as %s: %d %s; policy.go says %t", s.kind, s.phase, kind, one, res.status, res.body, has)
			}
			asked[kind] = asked[kind] || word == "ja"
			fmt.Fprintf(out, " %s |", word)
		}
		fmt.Fprintln(out)
	}
}

// sum is the sum of a planned edition as it stands.
func (w *world) sum(b domain.BoardID) domain.Hash {
	work, err := signoff.Of(domain.Judge(w.clerk.State(), domain.System("test"), w.server.cfg.Now()), b)
	if err != nil {
		return domain.Hash{}
	}
	return work.Sum(nil)
}

// waiting is a suggestion that waits for an answer, 0 for none.
func (w *world) waiting(b domain.BoardID) domain.Revision {
	d := domain.Judge(w.clerk.State(), domain.System("test"), w.server.cfg.Now())
	if g, there := d.Lookup(b); there {
		for _, s := range suggestion.Waiting(d, g) {
			return s.Entry.Revision
		}
	}
	return 0
}
