package server

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/typed"
	"kommunebilde/server/edge"
)

// attempt is one way in which somebody might write in a unit of a planned edition.
type attempt struct {
	name   string
	m      domain.MunicipalityID
	level  domain.Level // that another sets before it
	submit bool         // and submits
	look   func()       // reads what it is about
	send   func(seen signoff.Unit) answer
}

// stands is all of a unit that a save could change.
func (w *world) stands(b domain.BoardID, m domain.MunicipalityID) string {
	u := w.unit(b, m, "beredskap")
	out := string(u.State)
	for _, c := range u.Cells {
		out += fmt.Sprint("|", c.Level, c.Text.String(), c.Evidence)
	}
	return out
}

// others writes in a unit as somebody else, and submits it where that is asked for. The
// next time it writes another text.
func (w *world) others(b domain.BoardID, a attempt) {
	w.t.Helper()
	text := typed.Text("God beredskap.")
	if w.book(b).Cell(a.m, "beredskap").Text.String() == string(text) {
		text = ""
	}
	w.submit(assessment.Save{Board: b, Cells: []assessment.Edit{{Municipality: a.m, Column: "beredskap", Level: a.level, Text: &text, Seen: w.seen(b, a.m, "beredskap")}}})
	if a.submit {
		w.submit(signoff.Submit{Board: b, Units: []signoff.Seen{{Municipality: a.m, Column: "beredskap", Revision: w.unit(b, a.m, "beredskap").Revision}}})
	}
}

// TestEveryWayToSaveIsChecked sends to every address of the table that takes something
// from a page or a program, and as every command there is, what would write in a unit: as
// somebody who has read it before another wrote, and as somebody who has read it since.
// Whatever writes for the second refuses the first, and leaves what the other wrote.
func TestEveryWayToSaveIsChecked(t *testing.T) {
	t.Parallel()
	w, stages := staged(t)
	ways := map[string]bool{}
	try := func(b domain.BoardID, a attempt) {
		t.Helper()
		stale := w.unit(b, a.m, "beredskap")
		a.look()
		w.others(b, a)
		is := w.stands(b, a.m)
		refused := a.send(stale)
		if now := w.stands(b, a.m); now != is {
			t.Errorf("%s on %s writes over another: %s, was %s", a.name, b, now, is)
		}
		a.look()
		fresh := a.send(w.unit(b, a.m, "beredskap"))
		if w.stands(b, a.m) == is {
			return // no way to save
		}
		ways[a.name] = true
		if fresh.status >= 400 || refused.status != 409 {
			t.Errorf("%s on %s: %d, and %d over another", a.name, b, fresh.status, refused.status)
		}
	}
	for _, b := range []domain.BoardID{"begynt", "arbeid"} {
		s := stages[slices.IndexFunc(stages, func(s stage) bool { return s.board == b })]
		for _, a := range slices.Concat(w.formsOf(b, "redaktor", "godkjenner"), w.commandsOf(s)) {
			try(b, a)
		}
	}
	want := []string{
		"POST /tavle/:board/angre", "POST /utgave/:board/godkjenn", "POST /utgave/:board/send-tilbake", "POST /utgave/:board/vurder save",
		"POST /utgave/:board/vurder submit", "POST /utgave/:board/vurder unchanged", "POST /utgave/:board/vurdering/:area/fil/lagre",
		"command approve", "command assess", "command confirm_unchanged", "command return", "command submit", "command undo",
	}
	if got := slices.Sorted(maps.Keys(ways)); !slices.Equal(got, want) {
		t.Errorf("one may save by %q, want %q", got, want)
	}
}

// formsOf sends a form with all that any form of the workplace has to each address that
// takes one, but those of accounts, which name no board. The approver sends those that
// approve and return, the author the others.
func (w *world) formsOf(b domain.BoardID, author, approver string) (out []attempt) {
	accounts := regexp.MustCompile(`^/(login|logout|konto|kontoer|passnokkel|invitasjon|skjermer|filer)\b`)
	values := strings.NewReplacer(":board", string(b), ":area", "beredskap", ":m", "9903", ":id", "9903")
	for _, r := range w.server.routes {
		if r.Method == "GET" || accounts.MatchString(r.Path) || r.Path == "/api/v1/commands" {
			continue
		}
		verbs := []string{""}
		if strings.HasSuffix(r.Path, "/vurder") {
			verbs = []string{"save", "submit", "unchanged"}
		}
		for _, do := range verbs {
			a := attempt{name: strings.TrimSpace(r.Method + " " + r.Path + " " + do), m: "9903", level: domain.NotAssessed, look: func() {}}
			who := author
			if strings.HasSuffix(r.Path, "/godkjenn") || strings.HasSuffix(r.Path, "/send-tilbake") {
				who, a.level, a.submit = approver, domain.Green, true
			}
			a.send = func(seen signoff.Unit) answer {
				if strings.HasPrefix(r.Path, "/api/") {
					return w.do(r.Method, values.Replace(r.Path), `{}`, "Cookie: "+w.as(who), "Origin: "+w.url, "Content-Type: application/json")
				}
				return w.form(who, values.Replace(r.Path), saveFields(b, do, seen))
			}
			out = append(out, a)
		}
	}
	return out
}

// commandsOf sends every command, about what was seen.
func (w *world) commandsOf(s stage) (out []attempt) {
	for i, cmd := range w.writes(s) {
		for _, m := range []domain.MunicipalityID{"9902", "9903"} {
			kind, who := cmd.body["type"].(string), "redaktor"
			a := attempt{name: "command " + kind, m: m, level: domain.NotAssessed}
			switch kind {
			case "approve", "return":
				who, a.level, a.submit = "godkjenner", domain.Green, true
			case "submit":
				a.level = domain.Green
			}
			var body fields
			a.look = func() { body = w.writes(s)[i].body }
			a.send = func(seen signoff.Unit) answer {
				if kind == "undo" {
					body["revision"] = seen.Revision
				}
				return w.command(who, body)
			}
			out = append(out, a)
		}
	}
	return out
}

// saveFields is a form that says all there is to say of a unit, by somebody who saw it so.
func saveFields(b domain.BoardID, do string, seen signoff.Unit) url.Values {
	text := "Skrevet " + edge.NewID(4)
	if do == "unchanged" {
		text = ""
	}
	rev := strconv.Itoa(int(seen.Revision))
	out := url.Values{
		"board": {string(b)}, "do": {do}, "m": {"9903"}, "c": {"beredskap"}, "cell": {"9903.beredskap"}, "seen": {rev}, "rev": {rev}, "revision": {rev},
		"level": {"green"}, "text": {text}, "level.beredskap": {"green"}, "text.beredskap": {text},
		"unit": {"9903.beredskap." + rev + "." + seen.Sum.String()}, "reason": {"Feil"}, "deletes": {"0"},
	}
	save := assessment.Save{Board: b}
	for _, c := range seen.Cells {
		rev := strconv.Itoa(int(c.Revision))
		out.Set("seen."+string(c.Column), rev)
		if words := typed.Of(text); c.Column == "beredskap" {
			save.Cells = append(save.Cells, assessment.Edit{Municipality: "9903", Column: c.Column, Seen: c.Revision, Level: domain.Green, Text: &words})
		}
	}
	if packed, err := pack(save); err == nil {
		out.Set("save", packed)
	}
	return out
}
