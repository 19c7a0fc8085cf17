package server

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde"
)

var updateTable = flag.Bool("update", false, "write testdata/policy.md anew: only after reading the difference")

// sort is a kind of information, and what betrays that somebody was given it.
// The letters stand in the table.
type sort struct {
	letter string
	class  kommunebilde.Class
	says   string
	found  *regexp.Regexp
}

func sorts() []sort {
	of := func(letter string, class kommunebilde.Class, says, pattern string) sort {
		return sort{letter, class, says, regexp.MustCompile(pattern)}
	}
	return []sort{
		of("S", kommunebilde.ClassLevel, "status", `data-m="9903" data-c="(?:skole|strom)" data-level="(?:red|critical)"|"m":"9903","c":"(?:skole|strom)","level":"(?:red|critical)"|;9903;[^;]*;[^;]*;(?:skole|strom);[^;]*;(?:red|critical);`),
		of("s", kommunebilde.ClassLevel, "status som er unntatt, i en annen kommune", `data-m="9902" data-c="(?:skole|strom)" data-level="(?:red|critical)"|"m":"9902","c":"(?:skole|strom)","level":"(?:red|critical)"`),
		of("B", kommunebilde.ClassText, "begrunnelse", "klartekst"),
		of("b", kommunebilde.ClassText, "begrunnelse som er unntatt, i en annen kommune", "unntattekst"),
		of("e", kommunebilde.ClassText, "begrunnelse som er unntatt, i egen kommune", "egentekst"),
		of("T", kommunebilde.ClassFigure, "tall", "654(?:\u00a0)?321"),
		of("P", kommunebilde.ClassPerson, "person", "Persson"),
		of("M", kommunebilde.ClassMeeting, "møte", "Møtetittel"),
		of("N", kommunebilde.ClassNote, "notat", "notattekst"),
		of("G", kommunebilde.ClassMarking, "grunnen til unntak", "unntaksgrunn"),
		of("U", kommunebilde.ClassDraft, "utkast", "utkasttekst"),
	}
}

// actors are the columns of the table: who asks.
func actors() []string {
	return []string{"leser", "fagansvarlig", "godkjenner", "moteleder", "redaktor", "admin", "kommune", "ikke-invitert", "skjerm", "skjerm-na", "utlopt", "sperret", "offentlig"}
}

// stage is a board in a phase.
type stage struct {
	board   kommunebilde.BoardID
	kind    kommunebilde.BoardKind
	phase   kommunebilde.Phase
	meeting kommunebilde.MeetingID
}

// staged sets up a board in every phase but the live picture's meeting, each
// with every sort of information.
func staged(t *testing.T) (*world, []stage) {
	w := newWorld(t)
	add := func(id string, g kommunebilde.Grant) {
		must(t, w.auth.AddAccount(t.Context(), kommunebilde.Account{ID: kommunebilde.AccountID(id), Name: id, Grants: []kommunebilde.Grant{g}}, ""))
	}
	add("ikke-invitert", kommunebilde.Grant{Role: kommunebilde.RoleMunicipality, Municipality: "9903"})
	add("skjerm-na", kommunebilde.Grant{Role: kommunebilde.RoleScreen, Scope: kommunebilde.Live})
	add("utlopt", kommunebilde.Grant{Role: kommunebilde.RoleReader, Until: w.server.cfg.Now().Add(-time.Second)})
	add("sperret", kommunebilde.Grant{Role: kommunebilde.RoleReader})
	w.as("sperret")
	must(t, w.auth.Disable("sperret", true))

	cells := func(b kommunebilde.BoardID, c kommunebilde.ColumnID, level kommunebilde.Level, author string) kommunebilde.SetLevels {
		set := kommunebilde.SetLevels{Board: b}
		for i, text := range []string{"egentekst", "unntattekst", "klartekst"} {
			m := kommunebilde.MunicipalityID([]string{"9901", "9902", "9903"}[i])
			edit := kommunebilde.CellEdit{Municipality: m, Column: c, Level: level, Text: text, Author: author}
			if b == edition && m == "9902" { // it was set before
				edit.Seen = w.cellRevision(edition, "9902", "skole")
			}
			set.Cells = append(set.Cells, edit)
		}
		return set
	}
	mark := func(b kommunebilde.BoardID, kind kommunebilde.BoardKind, c kommunebilde.ColumnID) {
		w.submit(kommunebilde.MarkCells{
			Board: b, Cells: []kommunebilde.CellRef{{Municipality: "9901", Column: c}, {Municipality: "9902", Column: c}},
			Fields: kind.Fields(), Basis: "offl-21", Reason: "unntaksgrunn",
		})
	}
	written := func(b kommunebilde.BoardID) {
		w.submit(kommunebilde.SetLevels{Board: b, Cells: []kommunebilde.CellEdit{{
			Municipality: "9903", Column: "beredskap", Level: kommunebilde.Yellow, Text: "utkasttekst", Seen: w.cellRevision(b, "9903", "beredskap"),
		}}})
	}
	fill := func(b kommunebilde.BoardID) {
		w.submit(cells(b, "skole", kommunebilde.Red, "Persson"))
		mark(b, kommunebilde.KindEdition, "skole")
	}
	w.submit(kommunebilde.SetLevels{Board: draft, Cells: []kommunebilde.CellEdit{{Municipality: "9901", Column: "skole", Level: kommunebilde.NotAssessed, Seen: w.cellRevision(draft, "9901", "skole")}}})
	w.submit(kommunebilde.OpenEdition{Board: "utkast", Title: kommunebilde.Words{NB: "Utkast"}, Catalogue: catalogue()})
	fill("utkast")
	written("utkast")
	w.submit(kommunebilde.OpenCorrection{Board: edition, Reason: "feil"})
	fill(edition)
	w.submit(kommunebilde.Publish{Board: edition, Note: "rettet"})
	w.submit(kommunebilde.OpenEdition{Board: "rettes", Title: kommunebilde.Words{NB: "Rettes"}, Catalogue: catalogue()})
	fill("rettes")
	w.submit(kommunebilde.Publish{Board: "rettes"})
	w.submit(kommunebilde.OpenCorrection{Board: "rettes", Reason: "feil"})
	written("rettes")

	functions := catalogue()
	functions.Columns = append(functions.Columns, kommunebilde.Column{ID: "strom", Kind: kommunebilde.ColumnFunction, Version: 1, Name: kommunebilde.Words{NB: "Strøm"}, Short: kommunebilde.Words{NB: "Strøm"}})
	out := []stage{
		{"utkast", kommunebilde.KindEdition, kommunebilde.PhaseDraft, ""},
		{edition, kommunebilde.KindEdition, kommunebilde.PhasePublished, ""},
		{"rettes", kommunebilde.KindEdition, kommunebilde.PhaseCorrection, ""},
		{kommunebilde.Live, kommunebilde.KindLive, kommunebilde.PhaseIdle, "m-na"},
		{"stille", kommunebilde.KindSituation, kommunebilde.PhaseIdle, "m-stille"},
		{"storm", kommunebilde.KindSituation, kommunebilde.PhaseMeeting, "m-storm"},
		{"over", kommunebilde.KindSituation, kommunebilde.PhaseClosed, "m-over"},
	}
	for _, s := range out[3:] {
		c, level := kommunebilde.ColumnID("skole"), kommunebilde.Red
		if s.kind == kommunebilde.KindSituation {
			c, level = "strom", kommunebilde.Critical
			w.submit(kommunebilde.OpenSituation{Board: s.board, Title: string(s.board), Catalogue: functions})
		}
		w.meet(s.board, s.meeting)
		set := cells(s.board, c, level, "")
		set.Meeting, set.ReportedBy = s.meeting, "Persson"
		w.submit(set)
		if s.kind == kommunebilde.KindSituation {
			w.submit(kommunebilde.SetFigures{Meeting: s.meeting, Figures: []kommunebilde.FigureEdit{{
				Municipality: "9903", Column: "strom", Figure: kommunebilde.WithoutPower, Value: 654321, Source: "kilden", Certainty: kommunebilde.Confirmed,
			}}})
		}
		w.submit(kommunebilde.WriteNote{Meeting: s.meeting, ID: kommunebilde.NoteID(newID(4)), Text: "notattekst"})
		mark(s.board, s.kind, c)
		if s.phase != kommunebilde.PhaseMeeting {
			w.submit(kommunebilde.CloseMeeting{Meeting: s.meeting})
		}
		if s.phase == kommunebilde.PhaseClosed {
			w.submit(kommunebilde.CloseBoard{Board: s.board})
		}
	}
	return w, out
}

func (w *world) submit(cmd kommunebilde.Command) {
	w.t.Helper()
	if _, err := w.clerk.Submit(w.t.Context(), kommunebilde.System("test"), "", cmd); err != nil {
		w.t.Fatalf("%T: %v", cmd, err)
	}
}

func (w *world) meet(b kommunebilde.BoardID, id kommunebilde.MeetingID) {
	w.t.Helper()
	w.submit(kommunebilde.OpenMeeting{ID: id, Board: b, Kind: kommunebilde.MeetingPreparedness, Title: "Møtetittel", Invited: []kommunebilde.MunicipalityID{"9901"}, Reports: true})
	opened := w.clerk.State().At()
	w.await("another millisecond", func() bool { return w.server.cfg.Now().After(opened.Add(2 * time.Millisecond)) })
}

func (w *world) cellRevision(b kommunebilde.BoardID, m kommunebilde.MunicipalityID, c kommunebilde.ColumnID) kommunebilde.Revision {
	w.t.Helper()
	p, err := look{w.clerk.State(), kommunebilde.System("test"), w.server.cfg.Now()}.picture(b)
	must(w.t, err)
	return p.Cell(p.Row(m), p.Col(c)).Revision
}

// TestPolicyTable asks every address that hangs on a board, on a board of every
// kind in every phase, as everybody, and writes down what they got: status, and
// by letters which sorts of information stood in the answer. What is not to be
// seen answers as what is not there, header by header. What they got in all is
// what the policy says in words (/tilgang), and testdata/policy.md, which people
// read.
func TestPolicyTable(t *testing.T) {
	w, stages := staged(t)
	var out strings.Builder
	fmt.Fprint(&out, "# Hvem ser hva\n\nLaget av en test som spør hver adresse som hver bruker; endres bare med vilje.\nTall: HTTP-status (404: finnes ikke for den som spør, 403: ser, men har ikke rett, 401 og 303: logg inn, 422: slipper inn til skjemaet; hva som da er lov, står under «kan»). Bokstaver:\n\n")
	for _, s := range sorts() {
		fmt.Fprintf(&out, "- %s: %s\n", s.letter, s.says)
	}
	fmt.Fprint(&out, "\nfagansvarlig og godkjenner har fagområdet beredskap; kommune er 9901 og invitert der et møte er åpent, ikke-invitert er 9903;\nskjerm-na er bundet til nåbildet; utløpt hadde rollen leser til i går; sperret er en leser som er sperret.\n")
	for _, s := range stages {
		w.table(&out, s)
	}
	w.meet(kommunebilde.Live, "m-na2")
	w.submit(kommunebilde.WriteNote{Meeting: "m-na2", ID: "n-na2", Text: "notattekst"})
	w.table(&out, stage{kommunebilde.Live, kommunebilde.KindLive, kommunebilde.PhaseMeeting, "m-na2"})

	const path = "testdata/policy.md"
	if *updateTable {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	got, expected := strings.Split(out.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(expected)) {
		if i >= len(got) || i >= len(expected) || got[i] != expected[i] {
			t.Fatalf("%s, line %d:\n got %s\nwant %s\n(run with -update after reading it)", path, i+1, at(got, i), at(expected, i))
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// table appends what everybody gets of one board.
func (w *world) table(out *strings.Builder, s stage) {
	fmt.Fprintf(out, "\n## %s, %s\n\n| adresse | %s |\n|---|%s\n", s.kind, s.phase, strings.Join(actors(), " | "), strings.Repeat("---|", len(actors())))
	all := map[string]map[string]bool{}
	summary := out
	out = &strings.Builder{} // the addresses come after what they come to
	for _, r := range w.server.routes {
		name := r.access.name
		if r.socket || !strings.Contains(name, "board") && !strings.Contains(name, "meeting") {
			continue
		}
		path, unknown := w.onStage(r.path, s), w.onStage(r.path, stage{board: "finnesikke", meeting: "finnesikke"})
		if path == "" {
			continue
		}
		fmt.Fprintf(out, "| %s %s |", r.method, r.path)
		for _, who := range actors() {
			if all[who] == nil {
				all[who] = map[string]bool{}
			}
			if r.method == http.MethodPost {
				// Without a request id nothing is done: 422 is who was let in.
				fields := url.Values{"request": {""}, "board": {string(s.board)}}
				var res answer
				if who == "sperret" { // has a cookie, and no session
					res = w.do(http.MethodPost, path, fields.Encode(), "Cookie: "+w.as(who), "Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
				} else {
					res = w.form(who, path, fields)
				}
				fmt.Fprintf(out, " %d |", res.status)
				continue
			}
			res := w.get(who, path)
			letters := ""
			for _, sort := range sorts() {
				if res.status == http.StatusOK && sort.found.MatchString(res.body) {
					letters += sort.letter
					all[who][sort.letter] = r.path != "/referatmal" || all[who][sort.letter] // whose example is of another board
				}
			}
			fmt.Fprintf(out, " %s |", strings.TrimSpace(fmt.Sprint(res.status, " ", letters)))
			if res.status == http.StatusNotFound {
				w.same(who, path, res, w.get(who, unknown))
			}
		}
		fmt.Fprintln(out)
	}
	addresses := out.String()
	out = summary
	fmt.Fprint(out, "| **ser til sammen** |")
	for _, who := range actors() {
		letters := ""
		for _, sort := range sorts() {
			if all[who][sort.letter] {
				letters += sort.letter
			}
		}
		fmt.Fprintf(out, " %s |", letters)
		if want := promised(who, s); letters != want {
			w.t.Errorf("%s, %s: %s got %q of it, the policy says %q", s.kind, s.phase, who, letters, want)
		}
	}
	fmt.Fprint(out, "\n| **kan** |")
	for _, who := range actors() {
		fmt.Fprintf(out, " %s |", w.can(who, s))
	}
	fmt.Fprint(out, "\n", addresses)
}

// onStage fills in an address's parameters; "" for one that is not of this board.
func (w *world) onStage(path string, s stage) string {
	c := "skole"
	if s.kind == kommunebilde.KindSituation {
		c = "strom"
	}
	meeting := slices.ContainsFunc([]string{"/mote/:id", "/konsoll/", "/referat/", "/serie/"}, func(p string) bool { return strings.HasPrefix(path, p) })
	switch {
	case meeting && s.meeting == "":
		return ""
	case path == "/referatmal" && s.board == "finnesikke": // it is the live picture's, whatever one asks for
		return "/finnesikke"
	case path == "/referatmal" && s.board != kommunebilde.Live:
		return ""
	}
	query := "?board=" + string(s.board) + "&m=9903&c=" + c
	if path == "/panel" {
		query += "&valgt=9903." + c
	}
	if strings.HasPrefix(path, "/diagram") && s.meeting != "" {
		query += "&id=" + string(s.meeting)
	}
	id := "nord"
	switch {
	case meeting:
		id = string(s.meeting)
	case strings.HasPrefix(path, "/kommune"):
		id = "9903"
	case strings.HasPrefix(path, "/omrade"):
		id = "skole"
	}
	filled := strings.NewReplacer(":board", string(s.board), ":version", "v1", ":id", id, ":m", "9903", ":c", c, ":name", "fordeling").Replace(path)
	if strings.Contains(filled, ":") {
		w.t.Errorf("%s: nobody has said what its parameters can be", path)
	}
	return filled + query
}

// same fails where an answer differs from that of an address that is not there.
func (w *world) same(who, path string, got, unknown answer) {
	w.t.Helper()
	if got.status != unknown.status || got.body != unknown.body {
		w.t.Errorf("%s: %s differs from an unknown address", who, path)
	}
	for _, h := range []http.Header{got.header, unknown.header} {
		h.Del("Date")
		h.Del("X-Request-Id")
	}
	if fmt.Sprint(got.header) != fmt.Sprint(unknown.header) {
		w.t.Errorf("%s: %s has the header %v, an unknown address %v", who, path, got.header, unknown.header)
	}
}

// roleOf is the role that an actor of the table has on a board now, as its
// grants are bound.
func roleOf(who string, s stage) kommunebilde.Role {
	switch who {
	case "utlopt", "sperret":
		return kommunebilde.RolePublic
	case "ikke-invitert":
		if s.kind != kommunebilde.KindEdition {
			return kommunebilde.RolePublic
		}
		return kommunebilde.RoleMunicipality
	case "skjerm-na":
		if s.board != kommunebilde.Live {
			return kommunebilde.RolePublic
		}
		return kommunebilde.RoleScreen
	}
	return kommunebilde.Role(who)
}

// promised is the letters that the policy, as /tilgang words it, promises.
func promised(who string, s stage) string {
	rule := kommunebilde.RuleOf(roleOf(who, s), s.kind, s.phase)
	letters := ""
	for _, sort := range sorts() {
		extent := rule.Sees[sort.class]
		if sort.class == kommunebilde.ClassDraft && s.phase == kommunebilde.PhasePublished {
			extent = kommunebilde.SeesNone // there is none
		}
		switch sort.letter {
		case "s", "b":
			if extent == kommunebilde.SeesAll {
				letters += sort.letter
			}
		case "e":
			if extent == kommunebilde.SeesAll || extent == kommunebilde.SeesOwn && who == "kommune" {
				letters += sort.letter
			}
		default:
			if extent != kommunebilde.SeesNone {
				letters += sort.letter
			}
		}
	}
	return letters
}

// can asks for each right by a command that is wrong in another way, so that
// nothing happens: 403 and 404 is no, also 409 where a meeting is needed first.
func (w *world) can(who string, s stage) string {
	board := string(s.board)
	cell := []map[string]any{{"m": "9903", "c": "finnesikke"}}
	probes := []struct {
		right kommunebilde.Right
		cmd   map[string]any
	}{
		{kommunebilde.RightSetLevels, map[string]any{"type": "set_levels", "board": board, "cells": []any{}, "meeting": string(s.meeting)}},
		{kommunebilde.RightLead, map[string]any{"type": "open_meeting", "board": board, "kind": "finnesikke", "title": "x"}},
		{kommunebilde.RightEdit, map[string]any{"type": "note_hearing", "board": board, "hearing": map[string]any{"from": "x", "to": "y", "answered": []any{}}}},
		{kommunebilde.RightMark, map[string]any{"type": "mark_cells", "board": board, "cells": cell, "fields": []any{"text"}, "basis": "offl-13", "reason": "x"}},
		{kommunebilde.RightReport, map[string]any{"type": "propose_levels", "meeting": string(s.meeting), "cells": []any{}}},
	}
	rule := kommunebilde.RuleOf(roleOf(who, s), s.kind, s.phase)
	var words []string
	for _, p := range probes {
		if who == "offentlig" || who == "sperret" {
			break // without a session nothing is asked
		}
		res := w.command(who, p.cmd)
		may := res.status == http.StatusUnprocessableEntity || res.status == http.StatusBadRequest
		if may {
			words = append(words, string(p.right))
		}
		if want := slices.Contains(rule.Rights, p.right); may != want {
			w.t.Errorf("%s, %s: %s may %s: %t (%d %s), the policy says %t", s.kind, s.phase, who, p.right, may, res.status, res.body, want)
		}
	}
	return strings.Join(words, " ")
}
