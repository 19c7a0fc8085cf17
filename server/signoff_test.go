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

// TestModeration: judgements stand under their levels by letters, names are asked for, two
// are compared, and who took part is noted.
func TestModeration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.planned()
	const path = "/utgave/arbeid/samkjoring/skole"
	page := w.get("redaktor", path).body
	letters := regexp.MustCompile(`name="to" value="([A-Z]+)"`).FindAllStringSubmatch(page, -1)
	if len(letters) != 3 || !strings.Contains(page, "Ikke samkjørt ennå.") || strings.Contains(page, `class="whose" open`) {
		t.Fatalf("letters %v on the page", letters)
	}
	if named := w.get("redaktor", path+"?navn=vis").body; strings.Count(named, `class="whose" open`) != 3 {
		t.Error("names that are asked for are not open")
	}
	two := w.get("redaktor", path+"?to="+letters[0][1]+"&to="+letters[1][1]).body
	if !strings.Contains(two, `id="par"`) || !strings.Contains(two, "<mark>") {
		t.Error("two are not compared by word")
	}
	if one := w.get("redaktor", path+"?to="+letters[0][1]).body; !strings.Contains(one, "Kryss av for to") || strings.Contains(one, `id="par"`) {
		t.Error("one is compared with nothing")
	}
	if res := w.get("redaktor", path+"?to=9"); res.status != 422 {
		t.Errorf("an unknown letter: %d", res.status)
	}
	if res := w.get("redaktor", "/utgave/arbeid/samkjoring/status"); res.status != 404 {
		t.Errorf("a summary is compared: %d", res.status)
	}
	action, fields := w.formOf(page, "/utgave/arbeid/samkjort")
	if fields.Get("took_part") != "redaktor" {
		t.Errorf("took part: %v", fields)
	}
	fields.Set("note", "Like vurderinger")
	if res := w.form("redaktor", action, fields); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), path) {
		t.Fatalf("noted: %d, %s", res.status, res.body)
	}
	for _, want := range []string{"Samkjørt ", "Ingenting er endret siden.", "Like vurderinger"} {
		if !strings.Contains(w.get("redaktor", path).body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(w.get("leser", path).body, "/samkjort") {
		t.Error("a reader is offered to note it")
	}
}
