package server

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kommunebilde"
	"kommunebilde/server/auth"
)

// traces returns the audit log, the oldest first. It waits for n more than
// skip.
func (w *world) traces(skip, n int) (out []kommunebilde.Trace) {
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
// the audit log.
func TestEveryRouteSaysWhatItLeaves(t *testing.T) {
	w := newWorld(t)
	for _, r := range w.server.routes {
		if r.trace != nothing && r.trace != inJournal && !slices.Contains(kommunebilde.TraceKinds(), r.trace) {
			t.Errorf("%s %s does not say what it leaves: give .leaves(a kind, inJournal, or nothing)", r.method, r.path)
		}
		if r.trace == inJournal && r.method == "GET" {
			t.Errorf("%s %s changes nothing and leaves it in the journal", r.method, r.path)
		}
	}
}

func TestLoginLeavesATrace(t *testing.T) {
	w := newWorld(t)
	login := func(user, password string) answer {
		return w.do("POST", "/login", url.Values{"user": {user}, "password": {password}}.Encode(),
			"Origin: "+w.url, "Sec-Fetch-Site: same-origin", "Content-Type: application/x-www-form-urlencoded")
	}
	if got := login("moteleder", testPassword); got.status != 303 {
		t.Fatal(got.status)
	}
	first := w.traces(0, 1) // it is there when the answer is
	if got := first[0]; got.What != kommunebilde.TraceLogin || got.Who != "moteleder" || got.From != "127.0.0.1" || len(got.Session) != 16 || got.Detail != "password" {
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
	got := w.traces(0, 2)
	if got[0].What != kommunebilde.TraceGap || got[1].What != kommunebilde.TraceLogin || len(got) != 2 {
		t.Errorf("after it: %+v", got)
	}
	if got := w.get("moteleder", "/eksport?board=2022"); got.status != 200 {
		t.Errorf("export: %d", got.status)
	}
	if got := w.traces(2, 1); got[0].What != kommunebilde.TraceExport || got[0].Board != "2022" || got[0].Detail != "csv" || got[0].Who != "moteleder" {
		t.Errorf("%+v", got[0])
	}
}
