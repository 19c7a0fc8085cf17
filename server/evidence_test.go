package server

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/typed"
	"kommunebilde/server/servertest"
)

// TestEvidencePage: the office sees all that is known about a municipality, records, edits
// and withdraws it there, and takes it along; nobody else is told that there is a page.
func TestEvidencePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const page = "/kommune/9901/kunnskap"
	for _, who := range []string{"", "kommune", "skjerm"} {
		for _, address := range []string{page, page + "/eksport"} {
			if res := w.get(who, address); res.status != 404 {
				t.Errorf("%q gets %d at %s", who, res.status, address)
			}
		}
	}
	for _, address := range []string{"/kommune/9999/kunnskap", page + "?type=x", page + "?valgt=k9"} {
		if res := w.get("leser", address); res.status != 404 {
			t.Errorf("%s: %d", address, res.status)
		}
	}
	form := url.Values{
		"v": {"1"}, "kind": {"supervision"}, "m": {"9901"}, "c": {"beredskap"}, "title": {"Legevakt, rapport 12"}, "source": {"Kilden"},
		"effective": {"2021-05-14"}, "retrieved": {"2021-06-02"}, "period_from": {"2020-01-01"}, "period_to": {"2020-12-31"},
		"state": {"held"}, "body": {"Tilsynsorganet"}, "basis": {"helsetilsynsloven § 4"}, "day": {"2021-05-14"},
		"dev_id": {"a1", "a2"}, "dev_text": {"Rutine mangler", ""}, "dev_state": {"open", "open"}, "dev_due": {"2021-11-01", ""}, "dev_closed": {"", ""},
		"access": {"own"}, "exempt_basis": {""}, "exempt_reason": {""},
	}
	wrong := url.Values{}
	for name, v := range form {
		wrong[name] = v
	}
	wrong["effective"] = []string{"14.05.2021"}
	if res := w.form("redaktor", page, wrong); res.status != 422 || !strings.Contains(res.body, "Rutine mangler") || !strings.Contains(res.body, `href="#f-effective"`) {
		t.Errorf("a wrong form: %d\n%s", res.status, middle(res.body))
	}
	if res := w.form("leser", page, form); res.status != 403 {
		t.Errorf("a reader records: %d", res.status)
	}
	res := w.form("redaktor", page, form)
	if res.status != 303 {
		t.Fatalf("recorded: %d %s", res.status, res.body)
	}
	w.says("redaktor", res, "Kilden er lagret.")
	id := strings.TrimPrefix(regexpID.FindString(w.get("leser", page).body), "valgt=")
	chosen := page + "?valgt=" + id
	for address, want := range map[string][]string{
		page:   {"Legevakt, rapport 12", "helsetilsynsloven § 4 · Tilsynsorganet · Kilden", "1 avvik åpent", "Eldre enn 2 år"},
		chosen: {"Rutine mangler", "åpent, frist for retting", "Versjon 1", "kommunen"},
	} {
		if got := middle(w.get("leser", address).body); !containsAll(got, want...) {
			t.Errorf("%s lacks some of %q:\n%s", address, want, got)
		}
	}
	if got := w.get("leser", chosen).body; strings.Contains(got, "skjema=endre") {
		t.Error("a reader is offered to edit")
	}
	if got := w.get("redaktor", chosen+"&skjema=endre").body; !containsAll(got, `value="Legevakt, rapport 12"`, `name="v" value="2"`, `value="2021-11-01"`) {
		t.Errorf("the form of the next version is\n%s", middle(got))
	}
	for _, kind := range evidence.Type("").OneOf() {
		if res := w.get("redaktor", page+"?skjema=ny&type="+kind); res.status != 200 || !strings.Contains(res.body, `name="kind" value="`+kind+`"`) {
			t.Errorf("the form of %s: %d", kind, res.status)
		}
	}
	for format, want := range map[string]string{"csv": "Rutine", "json": `"title":"Legevakt, rapport 12"`} {
		res := w.get("leser", page+"/eksport?format="+format)
		if res.status != 200 || strings.Contains(res.body, "Rutine mangler") || format == "json" && !strings.Contains(res.body, want) || !strings.Contains(res.body, "Legevakt, rapport 12") {
			t.Errorf("as %s: %d %s", format, res.status, res.body)
		}
		if res := w.get("leser", page+"/eksport?type=ros&format="+format); res.status != 200 || strings.Contains(res.body, "Legevakt") {
			t.Errorf("as %s, of another type: %d %s", format, res.status, res.body)
		}
	}
	w.says("redaktor", w.form("redaktor", page+"/trekk", url.Values{"evidence": {id}, "reason": {"Feil kommune"}}), "Kilden er trukket tilbake.")
	if got := middle(w.get("leser", page).body); strings.Contains(got, "rapport 12") {
		t.Errorf("what is withdrawn is among what stands:\n%s", got)
	}
	if got := w.get("leser", chosen+"&trukket=1").body; !containsAll(got, "Feil kommune", "rapport 12") {
		t.Errorf("what was withdrawn is not found:\n%s", middle(got))
	}
}

// TestWhatWeKnowOfYou: while a municipality is being judged its contact sees the sources
// that are open to it, marks them, tells what is missing, and reads the answer; another
// municipality is told of nothing.
func TestWhatWeKnowOfYou(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for id, of := range map[evidence.ID]struct {
		access evidence.Access
		m      []domain.MunicipalityID
	}{"apen": {evidence.Own, []domain.MunicipalityID{"9901"}}, "intern": {evidence.Office, []domain.MunicipalityID{"9901"}}, "alle": {evidence.Public, nil},
		"nabo": {evidence.Own, []domain.MunicipalityID{"9902"}}, "nabo-apen": {evidence.Public, []domain.MunicipalityID{"9902"}}} {
		w.submit(evidence.Record{
			ID: id, Version: 1, Type: evidence.ROS, Municipalities: of.m, Title: typed.Of("Kilde " + string(id)),
			Summary: "Hemmelig sammendrag", Effective: "2021-11-12", Retrieved: "2022-01-10", Access: of.access,
		})
	}
	const page = "/kommune/9901/kunnskap"
	if res := w.get("kommune", page); res.status != 404 {
		t.Errorf("before it is judged: %d", res.status)
	}
	catalogue := servertest.Catalogue()
	w.submit(plan.Make{Board: "arbeid", Title: "Neste", Mode: plan.Yearly, Hearing: plan.Heard, Follows: edition, Judged: "2026-09-01", Catalogue: &catalogue})
	w.submit(plan.OpenRound{Board: "arbeid"})
	got := w.get("kommune", page)
	if got.status != 200 || !containsAll(got.body, "Kilde apen", "Kilde alle", "Det vi vet om") || strings.Contains(got.body, "Kilde intern") || strings.Contains(got.body, "Kilde nabo") || strings.Contains(got.body, "Hemmelig") {
		t.Errorf("the contact gets %d\n%s", got.status, middle(got.body))
	}
	for _, address := range []string{page + "/eksport", "/kommune/9902/kunnskap"} {
		if res := w.get("kommune", address); res.status != 404 {
			t.Errorf("the contact gets %d at %s", res.status, address)
		}
	}
	if start := middle(w.get("kommune", "/start").body); !strings.Contains(start, page) {
		t.Errorf("the contact's first page does not lead there:\n%s", start)
	}
	if res := w.get("skjerm", page); res.status != 404 {
		t.Errorf("a screen gets %d", res.status)
	}
	w.says("kommune", w.form("kommune", page+"/meld", url.Values{"evidence": {"apen"}, "v": {"1"}, "mark": {"outdated"}, "text": {"Ny plan i juni"}}), "Meldingen er sendt.")
	for _, id := range []string{"intern", "nabo", "nabo-apen"} {
		if res := w.form("kommune", page+"/meld", url.Values{"evidence": {id}, "v": {"1"}, "mark": {"outdated"}}); res.status != 404 {
			t.Errorf("%s, which is not shown, is marked: %d", id, res.status)
		}
	}
	w.says("kommune", w.form("kommune", page+"/meld", url.Values{"evidence": {"alle"}, "v": {"1"}, "mark": {"not_us"}}), "Meldingen er sendt.")
	w.says("kommune", w.form("kommune", page+"/meld", url.Values{"mark": {"missing"}, "text": {"Arealplanen"}}), "Meldingen er sendt.")
	for _, id := range []string{"apen", "alle"} {
		if res := w.get("kommune", page+"?valgt="+id+"&v=1"); res.status != 200 || strings.Contains(res.body, "Hemmelig") || strings.Contains(res.body, "unnta") {
			t.Errorf("the contact opens %s: %d", id, res.status)
		}
	}
	office := middle(w.get("redaktor", page).body)
	if !containsAll(office, "Meldt av kommunen", "Ny plan i juni", "Utdatert", "Gjelder ikke oss", "Arealplanen", "3 venter på svar") {
		t.Errorf("the office is told\n%s", office)
	}
	question := fmt.Sprint(w.asked("9901"))
	w.says("redaktor", w.form("redaktor", page+"/svar", url.Values{"question": {question}, "outcome": {"stands"}, "text": {"Planen er ikke vedtatt"}}), "Svaret er sendt.")
	if own := middle(w.get("kommune", page).body); !containsAll(own, "Det dere har meldt", "Blir stående", "Planen er ikke vedtatt") {
		t.Errorf("the contact is answered\n%s", own)
	}
}

// TestEvidenceFiles: an administrator removes a file from the page, and nobody else.
func TestEvidenceFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submit(evidence.Record{
		ID: "kilde", Version: 1, Type: evidence.ROS, Title: "ROS", Effective: "2021-11-12", Retrieved: "2022-01-10",
		Files: []evidence.File{{Sum: domain.Hash{1}, Name: "ROS.pdf"}}, Stored: []evidence.File{{Sum: domain.Hash{1}, Size: 9}},
	})
	const page = "/kommune/9901/kunnskap"
	removes := url.Values{"file": {domain.Hash{1}.String()}, "reason": {"navn"}}
	if res := w.form("redaktor", page+"/fil", removes); res.status != 403 {
		t.Errorf("an editor removes: %d", res.status)
	}
	w.says("admin", w.form("admin", page+"/fil", removes), "Filen er fjernet.")
	if got := middle(w.get("admin", page+"?valgt=kilde").body); !containsAll(got, "ROS.pdf", "fjernet") {
		t.Errorf("the page says\n%s", got)
	}
}

// TestSourceWithFiles: files that were sent are named by the form of a source, with script
// and without; they stay in the next version until they are left out.
func TestSourceWithFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const page = "/kommune/9901/kunnskap"
	w.upload("redaktor", "Rapport.pdf", aPDF)
	sum := sumHex(aPDF)
	plain := middle(w.get("redaktor", page+"?skjema=ny&type=ros").body)
	back := regexp.MustCompile(`name="back" value="([^"]*)"`).FindStringSubmatch(plain[strings.Index(plain, `<form class="upload"`):])
	body, kind := fileForm(t, "=token", w.formToken("redaktor"), "=back", html.UnescapeString(back[1]), "Rapport.pdf", aPDF, "tall.csv", "a;b\n")
	res := w.do("POST", "/filer", body, "Cookie: "+w.as("redaktor"), "Origin: "+w.url, "Sec-Fetch-Site: same-origin", "Content-Type: "+kind, "Accept: text/html")
	to := res.header.Get("Location")
	if got := middle(w.get("redaktor", to).body); res.status != 303 || !containsAll(got, `name="kind" value="ros"`, `name="file_sum" value="`+sum+`"`, `value="Vedlegg 2.`) {
		t.Errorf("without script files lead to %s (%d):\n%s", to, res.status, got)
	}
	if got := middle(w.get("redaktor", page+"?skjema=ny&type=ros&fil="+sum+"&fil=x").body); !containsAll(got, `name="file_sum" value="`+sum+`"`, `name="file_name" maxlength="200" value="Vedlegg 1.pdf"`, `action="/filer"`, "Inntil 25 MB") {
		t.Errorf("sent without script, the form has\n%s", got)
	}
	form := url.Values{"v": {"1"}, "kind": {"ros"}, "m": {"9901"}, "c": {"beredskap", "ros"}, "title": {"ROS"}, "effective": {"2021-05-14"}, "retrieved": {"2021-06-02"},
		"file_sum": {sum}, "file_name": {"Rapport.pdf"}, "access": {"office"}}
	if res := w.form("redaktor", page, form); res.status != 303 {
		t.Fatalf("recorded: %d %s", res.status, middle(res.body))
	}
	id := strings.TrimPrefix(regexpID.FindString(w.get("leser", page).body), "valgt=")
	if got := middle(w.get("leser", page+"?valgt="+id).body); !containsAll(got, `href="/filer/`+sum+`/Rapport.pdf"`) {
		t.Errorf("the source has\n%s", got)
	}
	if res := w.get("leser", "/filer/"+sum+"/Rapport.pdf"); res.status != 200 || res.body != aPDF {
		t.Errorf("the file: %d", res.status)
	}
	edit := middle(w.get("redaktor", page+"?valgt="+id+"&skjema=endre").body)
	if !containsAll(edit, `name="file_gone" value="`+sum+`"`, `type="hidden" name="c" value="ros"`) {
		t.Errorf("the next version's form is\n%s", edit)
	}
	form.Set("evidence", id)
	form.Set("v", "2")
	form.Set("file_gone", sum)
	if res := w.form("redaktor", page, form); res.status != 303 {
		t.Errorf("left out: %d %s", res.status, middle(res.body))
	}
	if got := middle(w.get("leser", page+"?valgt="+id).body); strings.Contains(got, "Rapport.pdf") {
		t.Errorf("version 2 has\n%s", got)
	}
	form.Set("evidence", "")
	form.Set("v", "1")
	form.Set("file_sum", strings.Repeat("0", 64))
	form.Del("file_gone")
	if res := w.form("redaktor", page, form); res.status != 422 || !strings.Contains(res.body, "Filen er ikke lagret her") {
		t.Errorf("a file of nobody: %d", res.status)
	}
}

// TestSourceForTheWorkplace: who records a source for a judgement comes back to it, where
// the source is the first to choose; no address leads elsewhere.
func TestSourceForTheWorkplace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.planned()
	const page = "/kommune/9902/kunnskap"
	judgement := middle(w.get("redaktor", "/utgave/arbeid/vurdering/beredskap/9902").body)
	if !strings.Contains(judgement, page+"?skjema=ny&amp;for=arbeid.beredskap#kilde") {
		t.Errorf("the workplace leads to no form:\n%s", judgement)
	}
	if got := middle(w.get("redaktor", page+"?skjema=ny&type=ros&for=arbeid.beredskap").body); !containsAll(got, `name="for" value="arbeid.beredskap"`, `name="c" value="beredskap" checked`, `href="/utgave/arbeid/vurdering/beredskap/9902"`) {
		t.Errorf("the form is\n%s", got)
	}
	form := url.Values{"v": {"1"}, "kind": {"ros"}, "m": {"9902"}, "title": {"ROS"}, "effective": {"2021-05-14"}, "retrieved": {"2021-06-02"}, "access": {"office"}, "for": {"arbeid.beredskap"}}
	res := w.form("redaktor", page, form)
	to := res.header.Get("Location")
	if res.status != 303 || !strings.HasPrefix(to, "/utgave/arbeid/vurdering/beredskap/9902?") {
		t.Fatalf("it leads to %s (%d)", to, res.status)
	}
	if got := middle(w.get("redaktor", to).body); !strings.Contains(got, `@1" autofocus`) {
		t.Errorf("the source is not offered:\n%s", got)
	}
	form.Set("for", "//ond.example/x.y")
	if res := w.form("redaktor", page, form); !strings.HasPrefix(res.header.Get("Location"), page) {
		t.Errorf("it leads to %s", res.header.Get("Location"))
	}
}

// TestExemptionForm: an approver, who may not edit a source, exempts it and lets fewer see
// it; readers are not offered that, and get no further.
func TestExemptionForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.submit(evidence.Record{ID: "kilde", Version: 1, Type: evidence.ROS, Municipalities: []domain.MunicipalityID{"9901"}, Title: "ROS", Summary: "Står", Effective: "2021-11-12", Retrieved: "2022-01-10", Access: evidence.Own})
	const page = "/kommune/9901/kunnskap"
	form := url.Values{"evidence": {"kilde"}, "v": {"2"}, "exempt_basis": {"offl-13"}, "exempt_reason": {"Navn"}, "access": {"office"}}
	if got := w.get("leser", page+"?valgt=kilde").body; strings.Contains(got, "/unnta") {
		t.Error("a reader is offered to exempt")
	}
	if res := w.form("leser", page+"/unnta", form); res.status != 403 {
		t.Errorf("a reader exempts: %d", res.status)
	}
	if got := middle(w.get("godkjenner", page+"?valgt=kilde").body); !containsAll(got, page+"/unnta", `value="own" checked`) || strings.Contains(got, `value="public"`) {
		t.Errorf("an approver is offered\n%s", got)
	}
	wider := url.Values{"evidence": {"kilde"}, "v": {"2"}, "access": {"public"}}
	if res := w.form("godkjenner", page+"/unnta", wider); res.status != 403 {
		t.Errorf("an approver lets more see it: %d", res.status)
	}
	if res := w.form("godkjenner", page+"/unnta", form); res.status != 303 {
		t.Fatalf("exempted: %d %s", res.status, middle(res.body))
	}
	if got := middle(w.get("leser", page+"?valgt=kilde").body); !containsAll(got, "unntatt, §", "Navn", "Står", "internt") {
		t.Errorf("it says\n%s", got)
	}
	form.Del("request")
	if res := w.form("godkjenner", page+"/unnta", form); res.status != 409 {
		t.Errorf("by an old page: %d %s", res.status, res.header.Get("Location"))
	}
}

// says checks that a form leads to a page that says what was done.
func (w *world) says(account string, res answer, want string) {
	w.t.Helper()
	if res.status != 303 {
		w.t.Fatalf("%q: %d %s", want, res.status, middle(res.body))
	}
	if got := w.get(account, res.header.Get("Location")).body; !strings.Contains(got, `role="status">`+want) {
		w.t.Errorf("nothing says %q", want)
	}
}

var regexpID = regexp.MustCompile(`valgt=[a-z0-9]+`)

// middle is the middle of a page.
func middle(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	return page
}

func containsAll(s string, all ...string) bool {
	return !slices.ContainsFunc(all, func(one string) bool { return !strings.Contains(s, one) })
}
