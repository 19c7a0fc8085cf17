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

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/plan"
	rules "kommunebilde/domain/policy"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
	"kommunebilde/server/edge"
	"kommunebilde/server/servertest"
)

var updateTable = flag.Bool("update", false, "write testdata/policy.md anew: only after reading the difference")

// sort is a kind of information, and what betrays that somebody was given it.
// The letters stand in the table.
type sort struct {
	letter string
	class  rules.Class
	says   string
	found  *regexp.Regexp
}

func sorts() []sort {
	of := func(letter string, class rules.Class, says, pattern string) sort {
		return sort{letter, class, says, regexp.MustCompile(pattern)}
	}
	return []sort{
		of("S", rules.ClassLevel, "status", `data-m="9903" data-c="(?:skole|strom)" data-level="(?:red|critical)"|"m":"9903","c":"(?:skole|strom)","level":"(?:red|critical)"|;9903;[^;]*;[^;]*;(?:skole|strom);[^;]*;(?:red|critical);`),
		of("s", rules.ClassLevel, "status som er unntatt, i en annen kommune", `data-m="9902" data-c="(?:skole|strom)" data-level="(?:red|critical)"|"m":"9902","c":"(?:skole|strom)","level":"(?:red|critical)"`),
		of("B", rules.ClassText, "begrunnelse", "klartekst"),
		of("b", rules.ClassText, "begrunnelse som er unntatt, i en annen kommune", "unntattekst"),
		of("e", rules.ClassText, "begrunnelse som er unntatt, i egen kommune", "egentekst"),
		// As a number of its own: digits like these come in times and ids too.
		of("T", rules.ClassFigure, "tall", "(?:^|[^0-9A-Za-z.])9(?:\u00a0)?876(?:\u00a0)?543(?:[^0-9A-Za-z]|$)"),
		of("P", rules.ClassPerson, "person", "Persson"),
		of("M", rules.ClassMeeting, "møte", "Møtetittel"),
		of("N", rules.ClassNote, "notat", "notattekst"),
		of("G", rules.ClassMarking, "grunnen til unntak", "unntaksgrunn"),
		of("m", rules.ClassReport, "melding fra kommunens kontakt", "egenmelding"),
		of("U", rules.ClassDraft, "utkast", "utkasttekst"),
	}
}

// askers are the columns of the table: who asks.
func askers() []string {
	return []string{"leser", "fagansvarlig", "godkjenner", "moteleder", "redaktor", "admin", "kommune", "ikke-invitert", "skjerm", "skjerm-na", "utlopt", "sperret", "offentlig"}
}

// stage is a board in a phase.
type stage struct {
	board   domain.BoardID
	kind    domain.BoardKind
	phase   domain.Phase
	meeting domain.MeetingID

	proposal domain.Revision // of the municipality, in the meeting
}

// staged sets up a board in every phase but the live picture's meeting, each
// with every sort of information.
func staged(t *testing.T) (*world, []stage) {
	w := newWorld(t, withPack)
	add := func(id string, g domain.Grant) {
		must(t, w.auth.AddAccount(t.Context(), accounts.Account{ID: domain.AccountID(id), Name: id, Grants: []domain.Grant{g}}, ""))
	}
	add("ikke-invitert", domain.Grant{Role: domain.RoleMunicipality, Municipality: "9903"})
	add("skjerm-na", domain.Grant{Role: domain.RoleScreen, Scope: domain.Live})
	add("utlopt", domain.Grant{Role: domain.RoleReader, Until: w.server.cfg.Now().Add(-time.Second)})
	add("sperret", domain.Grant{Role: domain.RoleReader})
	w.as("sperret")
	must(t, w.auth.Disable("sperret", true))

	cells := func(b domain.BoardID, c domain.ColumnID, level domain.Level, author string) domain.SetLevels {
		set := domain.SetLevels{Board: b}
		for i, text := range []string{"egentekst", "unntattekst", "klartekst"} {
			m := domain.MunicipalityID([]string{"9901", "9902", "9903"}[i])
			edit := domain.CellEdit{Municipality: m, Column: c, Level: level, Text: typed.Of(text), Author: typed.Of(author)}
			if b == edition && m == "9902" { // it was set before
				edit.Seen = w.cellRevision(edition, "9902", "skole")
			}
			set.Cells = append(set.Cells, edit)
		}
		return set
	}
	mark := func(b domain.BoardID, kind domain.BoardKind, c domain.ColumnID) {
		w.submit(domain.MarkCells{
			Board: b, Cells: []domain.CellRef{{Municipality: "9901", Column: c}, {Municipality: "9902", Column: c}},
			Fields: kind.Fields(), Basis: "offl-21", Reason: "unntaksgrunn",
		})
	}
	written := func(b domain.BoardID) {
		w.submit(domain.SetLevels{Board: b, Cells: []domain.CellEdit{{
			Municipality: "9903", Column: "beredskap", Level: domain.Yellow, Text: "utkasttekst", Seen: w.cellRevision(b, "9903", "beredskap"),
		}}})
	}
	fill := func(b domain.BoardID) {
		w.submit(cells(b, "skole", domain.Red, "Persson"))
		mark(b, domain.KindEdition, "skole")
	}
	w.submit(domain.SetLevels{Board: draft, Cells: []domain.CellEdit{{Municipality: "9901", Column: "skole", Level: domain.NotAssessed, Seen: w.cellRevision(draft, "9901", "skole")}}})
	w.submit(editions.Open{Board: "utkast", Title: domain.Words{NB: "Utkast"}, Catalogue: servertest.Catalogue()})
	fill("utkast")
	written("utkast")
	w.submit(editions.OpenCorrection{Board: edition, Reason: "feil"})
	fill(edition)
	w.submit(domain.SetLevels{Board: edition, Cells: []domain.CellEdit{{
		Municipality: "9903", Column: "beredskap", Level: domain.Green, Text: "God beredskap.", Seen: w.cellRevision(edition, "9903", "beredskap"),
	}}})
	w.submit(editions.Publish{Board: edition, Note: "rettet"})
	w.submit(editions.Open{Board: "rettes", Title: domain.Words{NB: "Rettes"}, Catalogue: servertest.Catalogue()})
	fill("rettes")
	w.submit(editions.Publish{Board: "rettes"})
	w.submit(editions.OpenCorrection{Board: "rettes", Reason: "feil"})
	written("rettes")

	w.planned()
	mark("arbeid", domain.KindEdition, "skole")

	functions := servertest.Catalogue()
	functions.Columns = append(functions.Columns, domain.Column{ID: "strom", Kind: domain.ColumnFunction, Version: 1, Name: domain.Words{NB: "Strøm"}, Short: domain.Words{NB: "Strøm"}})
	out := []stage{
		{"utkast", domain.KindEdition, domain.PhaseDraft, "", 0},
		{"planlagt", domain.KindEdition, domain.PhasePlanned, "", 0},
		{"begynt", domain.KindEdition, domain.PhaseDrafting, "", 0},
		{"arbeid", domain.KindEdition, domain.PhaseDrafting, "", 0},
		{edition, domain.KindEdition, domain.PhasePublished, "", 0},
		{"rettes", domain.KindEdition, domain.PhaseCorrection, "", 0},
		{domain.Live, domain.KindLive, domain.PhaseIdle, "m-na", 0},
		{"stille", domain.KindSituation, domain.PhaseIdle, "m-stille", 0},
		{"storm", domain.KindSituation, domain.PhaseMeeting, "m-storm", 0},
		{"over", domain.KindSituation, domain.PhaseClosed, "m-over", 0},
	}
	for i := range out[6:] {
		s := &out[6+i]
		c, level := domain.ColumnID("skole"), domain.Red
		if s.kind == domain.KindSituation {
			c, level = "strom", domain.Critical
			w.submit(domain.OpenSituation{Board: s.board, Title: typed.Of(string(s.board)), Catalogue: functions})
		}
		w.meet(s.board, s.meeting)
		set := cells(s.board, c, level, "")
		set.Meeting, set.ReportedBy = s.meeting, "Persson"
		w.submit(set)
		if s.kind == domain.KindSituation {
			w.submit(figures.Tell{Meeting: s.meeting, Figures: []figures.Edit{{
				Municipality: "9903", Column: "strom", Figure: figures.WithoutPower, Value: 9876543, Source: "kilden", Certainty: figures.Confirmed,
			}}})
		}
		w.submit(notes.Write{Meeting: s.meeting, ID: notes.ID(edge.NewID(4)), Text: "notattekst"})
		mark(s.board, s.kind, c)
		w.underway(s, c)
		if s.phase != domain.PhaseMeeting {
			w.submit(domain.CloseMeeting{Meeting: s.meeting})
		}
		if s.phase == domain.PhaseClosed {
			w.submit(domain.CloseBoard{Board: s.board})
		}
	}
	return w, out
}

// liveMeeting opens a meeting on the live picture.
func (w *world) liveMeeting() stage {
	s := stage{domain.Live, domain.KindLive, domain.PhaseMeeting, "m-na2", 0}
	w.meet(s.board, s.meeting)
	w.submit(notes.Write{Meeting: s.meeting, ID: "n-na2", Text: "notattekst"})
	w.underway(&s, "skole")
	return s
}

// planned plans three editions that follow the published one: one that nobody may judge
// yet, one that was just begun, and one with units in every state.
func (w *world) planned() {
	w.t.Helper()
	must(w.t, w.auth.AddAccount(w.t.Context(), accounts.Account{ID: "persson", Name: "Persson"}, ""))
	for _, b := range []domain.BoardID{"planlagt", "begynt", "arbeid"} {
		catalogue := servertest.Catalogue()
		w.submit(plan.Make{Board: b, Title: typed.Of(string(b)), Mode: plan.Yearly, Hearing: plan.Heard, Follows: edition, Judged: "2026-09-01", Catalogue: &catalogue})
	}
	w.submit(plan.OpenRound{Board: "begynt"})
	w.submit(plan.OpenRound{Board: "arbeid"})
	w.submit(plan.Assign{Board: "arbeid", Areas: []plan.Area{{Column: "skole", Assessors: []domain.AccountID{"persson"}}}, Known: map[domain.AccountID]string{"persson": "Persson"}})
	for i, text := range []typed.Text{"egentekst", "unntattekst", "utkasttekst klartekst"} {
		m := domain.MunicipalityID([]string{"9901", "9902", "9903"}[i])
		cell := func(c domain.ColumnID, level domain.Level) assessment.Edit {
			return assessment.Edit{Municipality: m, Column: c, Level: level, Text: &text}
		}
		w.submit(assessment.Save{Board: "arbeid", Cells: []assessment.Edit{cell("skole", domain.Red), cell("beredskap", domain.Green)}})
	}
	contact := domain.Actor{ID: "kommune", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "9901"}}}
	_, err := w.clerk.Submit(w.t.Context(), contact, "", evidence.Ask{Board: "arbeid", Municipality: "9901", Mark: "missing", Text: "Arealplanen"})
	must(w.t, err)
	unit := w.unit("arbeid", "9903", "beredskap")
	w.submit(signoff.Submit{Board: "arbeid", Units: []signoff.Seen{{Municipality: "9903", Column: "beredskap", Revision: unit.Revision}}})
}

// asked is what a municipality's contact said last of the evidence on it.
func (w *world) asked(m domain.MunicipalityID) domain.Revision {
	for _, q := range evidence.Questions(domain.Judge(w.clerk.State(), domain.System("test"), w.server.cfg.Now()), m) {
		return q.Revision
	}
	return 0
}

// unit is a unit of a planned edition as it stands, zero where there is none.
func (w *world) unit(b domain.BoardID, m domain.MunicipalityID, c domain.ColumnID) (u signoff.Unit) {
	if work, err := signoff.Of(domain.Judge(w.clerk.State(), domain.System("test"), w.server.cfg.Now()), b); err == nil {
		u = work.Unit(m, c)
	}
	return u
}

// underway has something of every kind go on in a meeting, so that each command
// has what it is about.
func (w *world) underway(s *stage, c domain.ColumnID) {
	w.t.Helper()
	w.submit(notes.Write{Meeting: s.meeting, ID: "u-" + notes.ID(s.meeting), Text: "notattekst"})
	w.submit(actions.Add{Meeting: s.meeting, ID: "t-" + actions.ID(s.meeting), Municipality: "9903", Column: c, Text: "et tiltak"})
	level := domain.Yellow
	if s.kind == domain.KindSituation {
		level = domain.Strained
	}
	if s.board == domain.Live {
		w.submit(suggestion.Suggest{Meeting: s.meeting, Municipality: "9903", Column: "beredskap", Text: "Se på vakten"})
	}
	w.submit(assistance.Ask{Meeting: s.meeting, ID: "b-" + assistance.ID(s.meeting), Municipality: "9903", Of: "Sivilforsvaret", What: "pumper"})
	result, err := w.clerk.Submit(w.t.Context(), domain.Actor{ID: "kommune", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "9901"}}}, "", rollcall.Propose{
		Meeting: s.meeting, Cells: []domain.CellEdit{{Municipality: "9901", Column: c, Level: level, Text: "egenmelding"}},
	})
	must(w.t, err)
	s.proposal = result.Revision
}

func (w *world) submit(cmd domain.Command) {
	w.t.Helper()
	if _, err := w.clerk.Submit(w.t.Context(), domain.System("test"), "", cmd); err != nil {
		w.t.Fatalf("%T: %v", cmd, err)
	}
}

func (w *world) meet(b domain.BoardID, id domain.MeetingID) {
	w.t.Helper()
	w.submit(domain.OpenMeeting{ID: id, Board: b, Kind: domain.MeetingPreparedness, Title: "Møtetittel", Invited: []domain.MunicipalityID{"9901"}, Reports: true})
	opened := w.clerk.State().At()
	w.await("another millisecond", func() bool { return w.server.cfg.Now().After(opened.Add(2 * time.Millisecond)) })
}

func (w *world) cellRevision(b domain.BoardID, m domain.MunicipalityID, c domain.ColumnID) domain.Revision {
	w.t.Helper()
	p, err := edge.LookAs(w.clerk.State(), domain.System("test"), w.server.cfg.Now()).Picture(b)
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
	t.Parallel()
	w, stages := staged(t)
	var out strings.Builder
	fmt.Fprint(&out, "# Hvem ser hva\n\nLaget av en test som spør hver adresse som hver bruker; endres bare med vilje.\nTall: HTTP-status (404: finnes ikke for den som spør, 403: ser, men har ikke rett, 401 og 303: logg inn, 422 og 415: slipper inn til skjemaet; hva som da er lov, står under «kan», og kommando for kommando i policy-writes.md). Bokstaver:\n\n")
	for _, s := range sorts() {
		fmt.Fprintf(&out, "- %s: %s\n", s.letter, s.says)
	}
	fmt.Fprint(&out, "\nfagansvarlig og godkjenner har fagområdet beredskap; kommune er 9901 og invitert der et møte er åpent, ikke-invitert er 9903;\nskjerm-na er bundet til nåbildet; utløpt hadde rollen leser til i går; sperret er en leser som er sperret.\n")
	for _, s := range stages {
		w.table(&out, s)
	}
	w.table(&out, w.liveMeeting())

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
	fmt.Fprintf(out, "\n## %s, %s\n\n| adresse | %s |\n|---|%s\n", s.kind, s.phase, strings.Join(askers(), " | "), strings.Repeat("---|", len(askers())))
	all := map[string]map[string]bool{}
	summary := out
	out = &strings.Builder{} // the addresses come after what they come to
	for _, r := range w.server.routes {
		name := r.Access.Name
		if r.Socket || !strings.Contains(name, "board") && !strings.Contains(name, "meeting") {
			continue
		}
		path, unknown := w.onStage(r.Path, s), w.onStage(r.Path, stage{board: "finnesikke", meeting: "finnesikke"})
		if path == "" {
			continue
		}
		fmt.Fprintf(out, "| %s %s |", r.Method, r.Path)
		for _, who := range askers() {
			if all[who] == nil {
				all[who] = map[string]bool{}
			}
			if r.Method == http.MethodPost {
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
					all[who][sort.letter] = r.Path != "/referatmal" || all[who][sort.letter] // whose example is of another board
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
	for _, who := range askers() {
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
	for _, who := range askers() {
		fmt.Fprintf(out, " %s |", w.can(who, s))
	}
	fmt.Fprint(out, "\n", addresses)
}

// filtered are the addresses that refuse what is no filter of theirs.
var filtered = map[string]bool{
	"/tavle/:board": true, "/utgave/:board": true, "/utgave/:board/:version": true, "/kommune/:id": true, "/kommune/:id.pdf": true, "/omrade/:id": true, "/region/:id": true,
	"/finn": true, "/avspilling/:board": true, "/oyeblikksbilde/:board.html": true, "/indikator/:id": true, "/metode": true, "/skjerm": true, "/eksport": true,
}

// onStage fills in an address's parameters; "" for one that is not of this board.
func (w *world) onStage(path string, s stage) string {
	c := "skole"
	if s.kind == domain.KindSituation {
		c = "strom"
	}
	meeting := slices.ContainsFunc([]string{"/mote/:id", "/konsoll/", "/referat/", "/serie/"}, func(p string) bool { return strings.HasPrefix(path, p) })
	switch {
	case meeting && s.meeting == "":
		return ""
	case path == "/referatmal" && s.board == "finnesikke": // it is the live picture's, whatever one asks for
		return "/finnesikke"
	case path == "/referatmal" && s.board != domain.Live:
		return ""
	}
	query := "?board=" + string(s.board)
	if !filtered[path] {
		query += "&m=9903&c=" + c
	}
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
	case strings.HasPrefix(path, "/kommune"), strings.HasPrefix(path, "/innfelt/:lang/kommune"):
		id = "9903"
	case strings.HasPrefix(path, "/omrade"), strings.HasPrefix(path, "/innfelt/:lang/omrade"):
		id = "skole"
	case strings.HasPrefix(path, "/indikator"):
		id = "ros"
	}
	filled := strings.NewReplacer(":board", string(s.board), ":version", "v1", ":id", id, ":area", "skole", ":m", "9903", ":c", c, ":name", "fordeling", ":lang", "nb").Replace(path)
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
func roleOf(who string, s stage) domain.Role {
	switch who {
	case "utlopt", "sperret":
		return domain.RolePublic
	case "ikke-invitert":
		if s.kind != domain.KindEdition {
			return domain.RolePublic
		}
		return domain.RoleMunicipality
	case "skjerm-na":
		if s.board != domain.Live {
			return domain.RolePublic
		}
		return domain.RoleScreen
	}
	return domain.Role(who)
}

// promised is the letters that the policy, as /tilgang words it, promises.
func promised(who string, s stage) string {
	rule := rules.Of(roleOf(who, s), s.kind, s.phase)
	if s.phase == domain.PhasePlanned || s.board == "begynt" {
		if rule.Role.Staff() {
			return "B" // of the edition that it follows, which is public; nothing is written in it
		}
		return ""
	}
	letters := ""
	for _, sort := range sorts() {
		extent := rule.Sees[sort.class]
		if sort.class == rules.ClassDraft && s.phase == domain.PhasePublished {
			extent = rules.SeesNone // there is none
		}
		switch sort.letter {
		case "s", "b":
			if extent == rules.SeesAll {
				letters += sort.letter
			}
		case "e":
			if extent == rules.SeesAll || extent == rules.SeesOwn && who == "kommune" {
				letters += sort.letter
			}
		default:
			if extent != rules.SeesNone {
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
		right domain.Right
		cmd   map[string]any
	}{
		{domain.RightSetLevels, map[string]any{"type": "set_levels", "board": board, "cells": []any{}, "meeting": string(s.meeting)}},
		{domain.RightLead, map[string]any{"type": "open_meeting", "board": board, "kind": "finnesikke", "title": "x"}},
		{domain.RightReopen, map[string]any{"type": "reopen_meeting", "meeting": string(s.meeting), "reason": ""}},
		{domain.RightEdit, map[string]any{"type": "note_hearing", "board": board, "hearing": map[string]any{"from": "x", "to": "y", "answered": []any{}}}},
		{domain.RightMark, map[string]any{"type": "mark_cells", "board": board, "cells": cell, "fields": []any{"text"}, "basis": "offl-13", "reason": "x"}},
		{domain.RightReport, map[string]any{"type": "propose_levels", "meeting": string(s.meeting), "cells": []any{}}},
	}
	if s.phase == domain.PhasePlanned || s.phase == domain.PhaseDrafting {
		probes[0].cmd = map[string]any{"type": "assess", "board": board, "cells": []any{}}
		probes[3].cmd = map[string]any{"type": "open_round", "board": board, "m": []any{"finnesikke"}}
	}
	rule := rules.Of(roleOf(who, s), s.kind, s.phase)
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
