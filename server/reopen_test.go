package server

import (
	"net/url"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// By form: a meeting that was closed by mistake goes on where it ended, in the
// console for the lead; its first minutes stay, and those of the next closing
// hold. What somebody is called later changes neither.
func TestReopeningByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	id := string(w.openMeeting())
	minutes := "/referat/" + id
	w.set(domain.MeetingID(id), "9901", domain.Red)
	close := func() {
		t.Helper()
		if res := w.form("moteleder", "/mote/"+id+"/avslutt", url.Values{"unexplained": {"yes"}}); res.status != 303 {
			t.Fatalf("closing: %d %s", res.status, res.body)
		}
	}
	reopen := func(account, reason string) answer {
		t.Helper()
		to, fields := w.formOf(w.get(account, minutes).body, "/mote/"+id+"/gjenapne")
		fields.Set("reason", reason)
		return w.do("POST", to, fields.Encode(), "Cookie: "+w.as(account), "Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
	}
	rename := func(name string) {
		t.Helper()
		if res := w.form("admin", "/kontoer/moteleder/navn", url.Values{"name": {name}}); res.status != 303 {
			t.Fatalf("renaming: %d %s", res.status, res.body)
		}
	}
	called := w.auth.Name("moteleder")
	close()
	rename("Nytt Navn")
	if body := w.get("leser", minutes+".txt").body; !strings.Contains(body, called+" (") || strings.Contains(body, "Nytt Navn") {
		t.Errorf("the minutes after a change of name:\n%s", body)
	}
	if res := reopen("moteleder", " "); res.status != 422 {
		t.Errorf("without a reason: %d", res.status)
	}
	res := reopen("moteleder", "Avsluttet ved en feil")
	if res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/konsoll/"+id) || !w.board("na").Meetings()[0].Open() {
		t.Fatalf("reopening: %d to %s", res.status, res.header.Get("Location"))
	}
	if body := w.get("moteleder", res.header.Get("Location")).body; !strings.Contains(body, "Møtet er åpnet igjen.") {
		t.Error("the console does not say so")
	}
	if res := w.get("leser", minutes+"?utgave=1"); res.status != 200 || !strings.Contains(res.body, "Utgave 1, erstattet ") || !strings.Contains(res.body, "Avsluttet ved en feil") {
		t.Errorf("the first minutes: %d", res.status)
	}
	w.set(domain.MeetingID(id), "9902", domain.Yellow)
	close()
	if body := w.get("leser", minutes+".txt").body; !strings.Contains(body, "utgave 2") || !strings.Contains(body, "Nytt Navn (") {
		t.Errorf("the second minutes:\n%s", body)
	}
	if body := w.get("leser", minutes+".txt?utgave=1").body; !strings.Contains(body, called+" (") || strings.Contains(body, "Nytt Navn (") {
		t.Errorf("the first minutes now:\n%s", body)
	}
	if res := reopen("admin", "Mer å ta opp"); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/mote/"+id) {
		t.Errorf("by an administrator: %d to %s", res.status, res.header.Get("Location"))
	}
	for query, want := range map[string]int{"?utgave=3": 404, "?utgave=0": 422, "?utgave=x": 422, "?utgave=2": 200} {
		if res := w.get("leser", minutes+query); res.status != want {
			t.Errorf("%s: %d, want %d", query, res.status, want)
		}
	}
}

// A client cannot tell what people are called.
func TestNamesComeFromTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	id := string(w.openMeeting())
	if res := w.command("moteleder", map[string]any{"type": "close_meeting", "meeting": id, "names": map[string]string{"moteleder": "Per"}}); res.status != 400 {
		t.Errorf("with names: %d %s", res.status, res.body)
	}
	w.made("moteleder", "rev", map[string]any{"type": "close_meeting", "meeting": id})
	p := w.board("na")
	if got := p.NamesOf(p.Meetings()[0]); got["moteleder"] != w.auth.Name("moteleder") || len(got) != 1 {
		t.Errorf("the closing says %v", got)
	}
	w.made("moteleder", "rev", map[string]any{"type": "reopen_meeting", "meeting": id, "reason": "ved en feil"})
	if !w.board("na").Meetings()[0].Open() {
		t.Error("it is not open")
	}
}

// A change of name leaves a trace with both names beside it; the page shows
// them, exports do not, and once the account is erased they are gone.
func TestRenamingLeavesATrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.written()
	if res := w.form("admin", "/kontoer/leser/navn", url.Values{"name": {"Lise Hjelmeland"}}); res.status != 303 {
		t.Fatal(res.status)
	}
	if res := w.form("admin", "/kontoer/leser/navn", url.Values{"name": {" Lise Hjelmeland"}}); res.status != 303 {
		t.Fatal(res.status)
	}
	left := w.traces(before, 1)
	if one := left[0]; len(left) != 1 || one.What != audit.AccountRenamed || one.Whom != "leser" || one.Names[1].String() != "Lise Hjelmeland" || strings.Contains(string(one.Body), "Hjelmeland") {
		t.Errorf("%d traces, %s %v", len(left), one.Body, one.Names)
	}
	rows := func() string {
		t.Helper()
		_, rows, _ := strings.Cut(w.get("admin", "/sporing?hva=account_renamed").body, "<tbody>")
		rows, _, _ = strings.Cut(rows, "</tbody>")
		return rows
	}
	if body := rows(); !strings.Contains(body, "til Lise Hjelmeland") {
		t.Errorf("the page lacks the names: %s", body)
	}
	for _, format := range []string{"csv", "jsonl"} {
		if body := w.get("admin", "/sporing/eksport?format="+format).body; strings.Contains(body, "Hjelmeland") || !strings.Contains(body, "account_renamed") {
			t.Errorf("%s: the export has names, or no trace", format)
		}
	}
	must(t, w.auth.Erase("leser"))
	must(t, w.auth.Trail().Leave(t.Context(), audit.Trace{What: audit.AccountErased, Whom: "leser"}))
	if body := rows(); strings.Contains(body, "Hjelmeland") || !strings.Contains(body, "navnene er slettet") {
		t.Errorf("after erasing: %s", body)
	}
}
