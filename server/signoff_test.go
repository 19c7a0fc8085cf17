package server

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kommunebilde/domain/signoff"
)

// TestProgress: the page counts areas alone, leads an approver through what waits, and
// says what keeps the edition from being published.
func TestProgress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.planned()
	page := w.get("redaktor", "/utgave/arbeid/fremdrift").body
	for _, want := range []string{"Fremdrift", ", Beredskap: innsendt", "sammendrag er ikke godkjent", "Utgaven er ikke godkjent samlet", "Høring og publisering kommer etter dette"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	way := regexp.MustCompile(`href="([^"]+valgt=9903\.beredskap)#`).FindStringSubmatch(page)
	if way == nil {
		t.Fatal("nothing leads to what waits")
	}
	chosen := w.get("redaktor", way[1])
	action, fields := w.formOf(chosen.body, "/utgave/arbeid/godkjenn")
	if action == "" || fields.Get("unit") == "" {
		t.Fatalf("it cannot be approved: %v", fields)
	}
	if res := w.form("redaktor", "/utgave/arbeid/godkjenn", fields); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/utgave/arbeid/fremdrift") {
		t.Fatalf("approved: %d, %s", res.status, res.body)
	}
	if u := w.unit("arbeid", "9903", "beredskap"); u.State != signoff.Approved {
		t.Errorf("the unit is %s", u.State)
	}
	for _, wrong := range []string{"beredskap", "9903.finnesikke", "1.beredskap"} {
		if res := w.get("redaktor", "/utgave/arbeid/fremdrift?valgt="+url.QueryEscape(wrong)); res.status != 422 {
			t.Errorf("%s: %d", wrong, res.status)
		}
	}
	if res := w.get("leser", way[1]); strings.Contains(res.body, "/godkjenn\"") {
		t.Error("a reader is offered to approve")
	}
}
