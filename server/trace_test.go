package server

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
)

// traces returns the audit log, the oldest first. It waits for n more than
// skip.
func (w *world) traces(skip, n int) (out []audit.Trace) {
	w.t.Helper()
	w.await("the traces are written", func() bool {
		found, _, err := w.auth.Trail().Search(w.t.Context(), auth.TraceQuery{})
		must(w.t, err)
		slices.Reverse(found)
		out = nil
		for _, f := range found {
			if f.Altered {
				w.t.Fatalf("trace %d is altered", f.Seq)
			}
			out = append(out, f.Trace)
		}
		return len(out) >= skip+n
	})
	return out[skip:]
}

func (w *world) written() int { return len(w.traces(0, 0)) }

// TestEveryRouteSaysWhatItLeaves: a new address has to answer whether it is in
// the audit log. One that says that it leaves nothing is asked for everything, by
// who sees all, and shows nothing that is unpublished.
func TestEveryRouteSaysWhatItLeaves(t *testing.T) {
	t.Parallel()
	w, stages := staged(t)
	w.everything("alle")
	for _, r := range w.server.routes {
		said := slices.Contains([]audit.Kind{edge.Nothing, edge.InJournal, edge.Reading, edge.ReadingPast}, r.Trace)
		if !said && !slices.Contains(audit.Kinds(), r.Trace) {
			t.Errorf("%s %s does not say what it leaves: give .Leaves(a kind, inJournal, reading, or nothing)", r.Method, r.Path)
		}
		if r.Trace == edge.InJournal && r.Method == "GET" {
			t.Errorf("%s %s changes nothing and leaves it in the journal", r.Method, r.Path)
		}
		if r.Trace != edge.Nothing || r.Method != "GET" {
			continue
		}
		if strings.HasPrefix(r.Path, "/kontoer") {
			t.Errorf("%s shows accounts and says that it leaves nothing", r.Path)
		}
		for _, s := range stages {
			body := w.get("alle", w.somewhere(r.Path, s)).body
			for _, sort := range sorts() {
				if sort.found.MatchString(body) && (s.kind != domain.KindEdition || sort.letter == "U" || sort.letter == "G") {
					t.Errorf("%s shows %s of %s and says that it leaves nothing", r.Path, sort.says, s.board)
				}
			}
		}
	}
}

// everything adds an account that sees and does all.
func (w *world) everything(id domain.AccountID) {
	w.t.Helper()
	must(w.t, w.auth.AddAccount(w.t.Context(), accounts.Account{ID: id, Name: string(id), Grants: []domain.Grant{
		{Role: domain.RoleLead}, {Role: domain.RoleEditor}, {Role: domain.RoleAdmin},
	}}, ""))
}

// somewhere fills in an address's parameters, whatever they are of.
func (w *world) somewhere(path string, s stage) string {
	path = strings.NewReplacer("/kontoer/:id", "/kontoer/leser", ":provider", "ukjent").Replace(path)
	return w.onStage(path, s)
}

// reads returns the traces of an account that has read, by what they are, each
// with how often: "live_read na".
func (w *world) reads(who domain.AccountID, skip, n int) map[string]int {
	w.t.Helper()
	out := map[string]int{}
	w.await("what was read is written", func() bool {
		clear(out)
		all := 0
		for _, one := range w.traces(skip, 0) {
			if one.Who == who && edge.Often(one.What) {
				out[strings.TrimSpace(string(one.What)+" "+string(one.Board)+" "+string(one.Whom))]++
				all++
			}
		}
		return all >= n
	})
	return out
}

// TestWhoReadsLeavesALine: of what is not published, at every address that shows
// it; not of what is.
func TestWhoReadsLeavesALine(t *testing.T) {
	t.Parallel()
	w, stages := staged(t)
	w.meet(domain.Live, "m-na2")
	want := map[domain.AccountID]string{}
	for _, s := range stages {
		if s.board == domain.Live {
			s.meeting = "m-na2"
		}
		for _, r := range w.server.routes {
			path := w.somewhere(r.Path, s)
			if r.Method != "GET" || r.Socket || !edge.Often(r.Trace) || path == "" {
				continue
			}
			id := domain.AccountID(edge.NewID(8))
			w.everything(id)
			if got := w.do("GET", path, "", "Authorization: Bearer "+w.token(string(id))); got.status != 200 {
				continue
			}
			line := string(audit.LiveRead) + " " + string(s.board)
			switch {
			case !strings.Contains(r.Access.Name, "board") && !strings.Contains(r.Access.Name, "meeting"):
				continue // TestAccountsAndExemptionsAreRead, TestAuditPage
			case r.Path == "/aktorer":
				line = string(audit.LiveRead) + " na"
			case r.Trace != edge.Reading && r.Trace != edge.ReadingPast:
				line = string(r.Trace) + " " + string(s.board)
			case s.kind == domain.KindEdition && strings.HasPrefix(r.Path, "/utgave"):
				continue // what was published
			case s.kind == domain.KindEdition && (s.phase != domain.PhasePublished || r.Trace == edge.ReadingPast):
				line = string(audit.InternalRead) + " " + string(s.board)
			case s.kind == domain.KindEdition:
				continue
			}
			want[id] = r.Path + ": " + line
		}
	}
	if len(want) < 60 {
		t.Fatalf("only %d addresses answer", len(want))
	}
	for id, line := range want {
		path, line, _ := strings.Cut(line, ": ")
		if got := w.reads(id, 0, 1); got[line] != 1 {
			t.Errorf("%s left %v, and not %s", path, got, line)
		}
	}
}

// TestLookingLeavesOneLine: of somebody who looks at a board all the time, by
// page, program and socket, there is one line in ten minutes; a wall is no
// exception. Who stays connected leaves one for each ten minutes in which
// something came.
func TestLookingLeavesOneLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.timing.Beat = 20 * time.Millisecond })
	meeting := w.openMeeting()
	token := w.token("leser")
	look := func() {
		for range 3 {
			for _, path := range []string{"/tavle/na", "/kommune/9901?board=na", "/mote/" + string(meeting), "/moter", "/avspilling/na", "/forskjeller/na", "/kommune/9901"} {
				if got := w.get("leser", path); got.status != 200 {
					t.Fatalf("%s: %d", path, got.status)
				}
			}
			for _, path := range []string{"", "/changes?limit=1000", "/playback", "/cells/9901/skole"} {
				if got := w.do("GET", "/api/v1/boards/na"+path, "", "Authorization: Bearer "+token); got.status != 200 {
					t.Fatalf("%s: %d", path, got.status)
				}
			}
			w.get("skjerm", "/tavle/na?vis=skjerm")
		}
	}
	one := map[string]int{"live_read na": 1}
	socket, wall := w.connect("leser"), w.connect("skjerm")
	look()
	for _, who := range []domain.AccountID{"leser", "skjerm"} {
		if got := w.reads(who, 0, 1); !maps.Equal(got, one) {
			t.Errorf("%s left %v", who, got)
		}
	}
	// Ten minutes later, when nothing came and when something did.
	before := w.written()
	w.later.Add(int64(11 * time.Minute))
	w.set(meeting, "9901", domain.Red)
	w.read(socket)
	w.read(wall)
	for _, who := range []domain.AccountID{"leser", "skjerm"} {
		if got := w.reads(who, before, 1); !maps.Equal(got, one) {
			t.Errorf("%s, connected, left %v", who, got)
		}
	}
	look()
	before = w.written()
	w.later.Add(int64(11 * time.Minute))
	w.get("moteleder", "/tavle/na")
	if got := w.reads("moteleder", before, 1); !maps.Equal(got, one) {
		t.Errorf("the lead left %v", got)
	}
	if got := w.reads("leser", before, 0); len(got) != 0 {
		t.Errorf("nothing came, and %v", got)
	}
	if got := w.do("GET", "/tavle/2022", ""); got.status != 200 {
		t.Fatal(got.status)
	}
	if got := w.reads("", 0, 0); len(got) != 0 {
		t.Errorf("nobody left %v", got)
	}
}

// TestThePastOfAnEditionIsInternal: it may show what was a draft then, by page and
// by program.
func TestThePastOfAnEditionIsInternal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.board(edition)
	at := "?at=" + p.Board().Publications[0].At.UTC().Format("2006-01-02T15:04:05.000Z")
	for who, path := range map[string]string{"leser": "/tavle/2022", "moteleder": "/api/v1/boards/2022"} {
		for _, c := range []struct {
			query string
			want  map[string]int
		}{{"", map[string]int{}}, {at, map[string]int{"internal_read 2022": 1}}} {
			before := w.written()
			if got := w.get(who, path+c.query); got.status != 200 {
				t.Fatalf("%s%s: %d", path, c.query, got.status)
			}
			if got := w.reads(domain.AccountID(who), before, len(c.want)); !maps.Equal(got, c.want) {
				t.Errorf("%s%s left %v, want %v", path, c.query, got, c.want)
			}
		}
	}
}

// TestAccountsAndExemptionsAreRead: who saw accounts, and the reasons of
// exemptions, also those of a published edition.
func TestAccountsAndExemptionsAreRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		for _, path := range []string{"/kontoer", "/kontoer?q=x", "/kontoer/leser", "/kontoer/redaktor", "/tavle/na/unntak", "/tavle/2022/unntak"} {
			if got := w.get("admin", path); got.status != 200 {
				t.Fatalf("%s: %d", path, got.status)
			}
		}
	}
	want := map[string]int{"accounts_read": 1, "accounts_read  leser": 1, "accounts_read  redaktor": 1, "markings_read na": 1, "markings_read 2022": 1}
	if got := w.reads("admin", 0, len(want)); !maps.Equal(got, want) {
		t.Errorf("left %v", got)
	}
}

func TestLoginLeavesATrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	login := func(user, password string) answer {
		return w.do("POST", "/login", url.Values{"user": {user}, "password": {password}}.Encode(),
			"Origin: "+w.url, "Sec-Fetch-Site: same-origin", "Content-Type: application/x-www-form-urlencoded")
	}
	if got := login("moteleder", testPassword); got.status != 303 {
		t.Fatal(got.status)
	}
	first := w.traces(0, 1) // it is there when the answer is
	if got := first[0]; got.What != audit.Login || got.Who != "moteleder" || got.From != "127.0.0.1" || len(got.Session) != 16 || got.Detail != "password" {
		t.Errorf("%+v", got)
	}
	for range 3 {
		login("Moteleder", "feil passord")
	}
	login("hunter2 er passordet mitt", "feil")
	got := w.traces(1, 2)
	if len(got) != 2 || got[0].Who != "moteleder" || got[0].Detail != "wrong" || got[1].Who != "" || got[1].Detail != "unknown" {
		t.Errorf("%+v", got)
	}
	for _, one := range w.traces(0, 3) {
		for _, secret := range []string{"hunter2", "passord", testPassword, "feil"} {
			if strings.Contains(string(one.Body), secret) && one.Detail != "password" {
				t.Errorf("%q in %s", secret, one.Body)
			}
		}
	}
}

// TestWithoutAnAuditLogNothingLeaves: exports and changes of accounts are
// refused, pages and log-ins are not.
func TestWithoutAnAuditLogNothingLeaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin, lead := w.as("admin"), w.as("moteleder")
	_ = admin
	w.store.Fail(errors.New("no room"))
	if got := w.get("moteleder", "/eksport?board=2022"); got.status != 503 || strings.Contains(got.body, "mangler plan") || got.header.Get("Content-Disposition") != "" {
		t.Errorf("export: %d %.300s", got.status, got.body)
	}
	if got := w.form("admin", "/kontoer/sperr", url.Values{"account": {"leser"}, "disabled": {"yes"}}); got.status != 503 {
		t.Errorf("disable: %d", got.status)
	}
	if a, _ := w.auth.Account("leser"); a.Disabled {
		t.Error("disabled all the same")
	}
	if got := w.do("GET", "/tavle/na", "", "Cookie: "+lead); got.status != 200 {
		t.Errorf("the picture: %d", got.status)
	}
	if got := w.do("POST", "/login", url.Values{"user": {"moteleder"}, "password": {testPassword}}.Encode(),
		"Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded"); got.status != 303 {
		t.Errorf("login: %d", got.status)
	}
	w.await("ready says so", func() bool {
		res := w.do("GET", "/tavle/na", "", "Cookie: "+lead)
		return res.status == 200 && w.auth.Trail().Failed() != nil
	})
	w.store.Fail(nil)
	got := w.traces(0, 3)
	if got[0].What != audit.Gap || got[1].What != audit.LiveRead || got[2].What != audit.Login || len(got) != 3 {
		t.Errorf("after it: %+v", got)
	}
	if got := w.get("moteleder", "/eksport?board=2022"); got.status != 200 {
		t.Errorf("export: %d", got.status)
	}
	if got := w.traces(3, 1); got[0].What != audit.Export || got[0].Board != "2022" || got[0].Detail != "csv" || got[0].Who != "moteleder" {
		t.Errorf("%+v", got[0])
	}
}

// TestWhatIsGivenAwayNamesBothChains: minutes and exports of the office have the
// ends of journal and audit log as they were before. What others get has neither:
// both move with boards that they may not know of.
func TestWhatIsGivenAwayNamesBothChains(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := string(w.openMeeting())
	w.get("moteleder", "/eksport?board=2022")
	w.traces(0, 1)
	for _, path := range []string{"/referat/" + id, "/referat/" + id + ".txt", "/eksport?board=na", "/eksport?board=na&format=json"} {
		journal, trail, before := w.clerk.State().Head(), w.auth.Trail().Head(), w.written()
		res := w.get("moteleder", path)
		w.traces(before, 1) // its own
		words := strings.Join(strings.Fields(res.body), " ")
		if proof := fmt.Sprintf("%d:%s %s", journal.Revision, journal.Hash, trail); res.status != 200 || trail.Seq == 0 || !strings.Contains(words, proof) {
			t.Errorf("%s: %d, without %s", path, res.status, proof)
		}
	}
	for who, paths := range map[string][]string{
		"":        {"/eksport?board=2022", "/eksport?board=2022&format=json", "/tavle/2022"},
		"kommune": {"/eksport?board=2022", "/eksport?board=na", "/eksport?board=na&format=json", "/tavle/na", "/mote/" + id},
	} {
		for _, path := range paths {
			journal, trail := w.clerk.State().Head().Hash.String(), w.auth.Trail().Head().Hash.String()
			res := w.get(who, path)
			for _, secret := range []string{journal, trail, "Kontroll", `"proof"`} {
				if res.status != 200 || strings.Contains(res.body, secret) {
					t.Errorf("%q, %s: %d, or %s is told", who, path, res.status, secret)
				}
			}
		}
	}
}
