package server

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestSourcesByFile: an office's sheet of supervision is shown before it is recorded, by
// what it would do; given again it records nothing, and what it takes away is confirmed.
func TestSourcesByFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const page = "/kunnskap/fil"
	head := "Kommune;Saksnr;Tema;Dato;Hjemmel;Avvik;Status;Lukket dato;Saksbehandler\n"
	first := head + "9901;21/1;Beredskap;14.05.2021;sivilbeskyttelsesloven § 29;ROS er utdatert;åpent;;IB\n9901;21/1;;;;Øvelser mangler;åpent;;IB\n9902;21/2;Beredskap;14.05.2021;sivilbeskyttelsesloven § 29;;;;\n9999;21/3;Beredskap;14.05.2021;lov;;;;\n9902;21/4;Beredskap;14.05.2021;;;;;\n"
	give := func(account, kind, file string) answer {
		return w.send(account, page, map[string]string{"innhold": kind}, file)
	}
	for _, account := range []string{"leser", "godkjenner"} {
		if res := give(account, "tilsyn", first); res.status != 403 {
			t.Errorf("%s gives a file: %d", account, res.status)
		}
	}
	if res := w.get("kommune", page); res.status != 404 {
		t.Errorf("a contact is told of the page: %d", res.status)
	}
	save := func(res answer, more url.Values) answer {
		t.Helper()
		form := carried(res.body)
		if form == nil {
			t.Fatalf("nothing to save: %d\n%s", res.status, middle(res.body))
		}
		for name, v := range more {
			form[name] = v
		}
		return w.form("redaktor", page+"/lagre", form)
	}
	head0 := w.clerk.State().Head()
	shown := give("redaktor", "tilsyn", first)
	if got := middle(shown.body); shown.status != 200 || !containsAll(got, "Beredskap, sak 21/1", "2 avvik åpne", "rad 5, kolonne A: «9999» er ikke en kommune", "rad 6: Skriv lov og paragraf", "Kolonner som ikke leses:</b> Saksbehandler", "Lagre 2 kilder?") {
		t.Errorf("shown: %d\n%s", shown.status, got)
	}
	if w.clerk.State().Head() != head0 {
		t.Error("what was shown is recorded")
	}
	if res := save(shown, url.Values{}); res.status != 303 {
		t.Fatalf("saved: %d %s", res.status, res.body)
	}
	head1 := w.clerk.State().Head()
	if head1.Revision != head0.Revision+1 {
		t.Errorf("%d records", head1.Revision-head0.Revision)
	}
	if got := middle(w.get("leser", "/kommune/9901/kunnskap").body); !containsAll(got, "Beredskap, sak 21/1", "2 avvik åpne", "sivilbeskyttelsesloven § 29") {
		t.Errorf("the municipality's page has\n%s", got)
	}
	again := give("redaktor", "tilsyn", first)
	if got := middle(again.body); !containsAll(got, "Filen sier ikke noe nytt") || carried(again.body) != nil {
		t.Errorf("given again\n%s", got)
	}
	if res := save(shown, url.Values{}); res.status != 303 || !strings.Contains(res.header.Get("Location"), "uendret") || w.clerk.State().Head() != head1 {
		t.Errorf("sent again: %d %s", res.status, res.header.Get("Location"))
	}

	next := give("redaktor", "tilsyn", head+"9901;21/1;Beredskap;14.05.2021;sivilbeskyttelsesloven § 29;ROS er utdatert;lukket;20.08.2021;\n")
	if got := middle(next.body); !containsAll(got, "Avvik tas bort: Øvelser mangler", "ROS er utdatert: åpent → lukket", "1 avvik står ikke lenger i filen") {
		t.Errorf("changed\n%s", got)
	}
	if res := save(next, url.Values{}); res.status != 422 || w.clerk.State().Head() != head1 {
		t.Errorf("unconfirmed: %d", res.status)
	}
	if res := save(next, url.Values{"deletes": {"1"}}); res.status != 303 {
		t.Errorf("confirmed: %d %s", res.status, res.body)
	}
	for body, want := range map[string]string{"": "Filen er tom", "Kommune;Nivå\n9901;gul\n": "overskriftsrad", "PK": "skadet"} {
		if res := give("redaktor", "tilsyn", body); res.status != 422 || !strings.Contains(res.body, want) {
			t.Errorf("%q: %d\n%s", body, res.status, middle(res.body))
		}
	}
	if res := give("redaktor", "noe", first); res.status != 404 && res.status != 422 && res.status != 400 {
		t.Errorf("a file of what nobody knows: %d", res.status)
	}
	survey := w.send("redaktor", page, map[string]string{"innhold": "dsb", "ar": "2021"}, "Kommune;Når ble helhetlig ROS vedtatt?;Har kommunen øvd?\n9901;12.11.2020;Ja\n")
	if got := middle(survey.body); !containsAll(got, "Helhetlig ROS, etter DSBs kommuneundersøkelse 2021", "Lagre 1 kilde?") {
		t.Errorf("a survey: %d\n%s", survey.status, got)
	}
	if res := w.send("redaktor", page, map[string]string{"innhold": "dsb", "ar": "i fjor"}, "Kommune;Plan?\n9901;Ja\n"); res.status != 422 || !strings.Contains(res.body, "Skriv hvilket år") {
		t.Errorf("a year in words: %d", res.status)
	}
}

// TestWhatWasShownIsRecorded: the form of a file records what was shown and nothing else:
// where that is another by now, or the form was altered, it is refused.
func TestWhatWasShownIsRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const page = "/kunnskap/fil"
	shown := func(title string) url.Values {
		return carried(w.send("redaktor", page, map[string]string{"innhold": "tilsyn"}, "Kommune;Saksnr;Tema;Dato;Hjemmel\n9901;21/1;"+title+";14.05.2021;lov\n").body)
	}
	other := shown("Et annet")
	if res := w.form("redaktor", page+"/lagre", shown("Beredskap")); res.status != 303 {
		t.Fatalf("recorded: %d", res.status)
	}
	head := w.clerk.State().Head()
	altered := shown("Et tredje")
	altered.Set("fil", other.Get("fil"))
	for name, c := range map[string]struct {
		by   string
		form url.Values
		want int
	}{
		"by now it is another version": {"redaktor", other, 409},
		"another file":                 {"redaktor", altered, 409},
		"no file":                      {"redaktor", url.Values{"innhold": {"tilsyn"}, "fil": {"%"}}, 400},
		"a file that says nothing":     {"redaktor", url.Values{"innhold": {"tilsyn"}, "fil": {""}}, 400},
		"a reader":                     {"leser", shown("Et fjerde"), 403},
	} {
		if res := w.form(c.by, page+"/lagre", c.form); res.status != c.want || w.clerk.State().Head() != head {
			t.Errorf("%s: %d %s", name, res.status, middle(res.body))
		}
	}
	if res := w.command("redaktor", map[string]any{"type": "import_evidence", "records": []any{map[string]any{"evidence": "k2", "v": 1, "kind": "ros", "title": "X", "effective": "2021-11-12", "retrieved": "2022-01-10",
		"files": []any{map[string]any{"sum": strings.Repeat("0", 64), "name": "x.pdf"}}}}}); res.status != 422 || !strings.Contains(res.body, "records[0].files[0]") {
		t.Errorf("a program names a file of nobody: %d %s", res.status, res.body)
	}
}

var carriedIn = regexp.MustCompile(`name="(innhold|ar|sum|fil)" value="([^"]*)"`)

// carried is what the form that records a file carries, nil where there is none.
func carried(page string) url.Values {
	_, form, found := strings.Cut(page, `class="form question"`)
	if !found {
		return nil
	}
	form, _, _ = strings.Cut(form, "</form>")
	out := url.Values{}
	for _, m := range carriedIn.FindAllStringSubmatch(form, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	return out
}
