package server

import (
	"encoding/csv"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/plan"
	"kommunebilde/server/servertest"
)

// plansEditions is a world with a county pack, where an editor plans editions.
func plansEditions(t *testing.T) *world {
	return newWorld(t, func(c *Config) {
		c.Pack = func() (domain.Catalogue, *domain.Map) { return servertest.Catalogue(), nil }
	})
}

// sent fills in a page's form as a browser would, and sends it.
func (w *world) sent(who, page, action string, with url.Values) answer {
	w.t.Helper()
	to, f := w.formOf(w.get(who, page).body, action)
	for name, values := range with {
		f[name] = values
	}
	return w.form(who, to, f)
}

// TestPlanAnEdition goes from a new edition to rows that are open, by the forms of the
// pages.
func TestPlanAnEdition(t *testing.T) {
	t.Parallel()
	w := plansEditions(t)
	if res := w.get("leser", "/utgaver/ny"); res.status != 403 || strings.Contains(w.get("leser", "/utgaver").body, "/utgaver/ny") {
		t.Errorf("a reader is offered to plan: %d", res.status)
	}
	if !strings.Contains(w.get("redaktor", "/utgaver").body, `href="/utgaver/ny"`) {
		t.Error("an editor is not offered to plan")
	}
	fields := url.Values{"title": {"Utgave 2027"}, "board": {"2027"}, "judged": {"1.9.2027"}, "drafted": {"2027-08-15"}}
	if res := w.sent("redaktor", "/utgaver/ny", "/utgaver/ny", fields); res.status != 422 || !containsAll(res.body, `value="Utgave 2027"`, `href="#f-judged"`, "er ikke en dato") {
		t.Errorf("a wrong day: %d %s", res.status, middle(res.body))
	}
	fields.Set("judged", "2027-09-01")
	taken := url.Values{"title": {"X"}, "board": {"2022"}, "judged": {"2027-09-01"}}
	if res := w.sent("redaktor", "/utgaver/ny", "/utgaver/ny", taken); res.status != 409 || !strings.Contains(res.body, "finnes fra før") {
		t.Errorf("a name that is taken: %d", res.status)
	}
	if res := w.sent("redaktor", "/utgaver/ny", "/utgaver/ny", fields); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/utgave/2027/oppsett") {
		t.Fatalf("planned: %d %s %s", res.status, res.header.Get("Location"), middle(res.body))
	}
	const page = "/utgave/2027/oppsett"
	got := middle(w.get("redaktor", page).body)
	if !containsAll(got, "1. sep. 2027", "årlig, alle kommuner sammen", "Utgave 2022", "Beredskap", "ROS-analyse", "Ingen kommuner er åpnet ennå", "Sammendrag") {
		t.Errorf("the setup is\n%s", got)
	}
	if got := middle(w.get("leser", page).body); strings.Contains(got, "gjor=") || strings.Contains(got, "<form") {
		t.Errorf("a reader is offered to change it:\n%s", got)
	}
	list := w.get("redaktor", "/utgaver").body
	if strings.Contains(list, "/utgave/2027/publiser") || !containsAll(list, `href="/utgave/2027/vurdering"`, `href="/utgave/2027/oppsett"`, "uten godkjenning i systemet") {
		t.Errorf("the list of editions is\n%s", middle(list))
	}
	if got := w.get("redaktor", "/tavle/2027?valgt=9901.beredskap").body; strings.Contains(got, `id="set"`) || strings.Contains(got, "set_levels") || !containsAll(got, "/utgave/2027/vurdering/beredskap/9901", "Vurdert per 1. sep. 2027") {
		t.Error("the overview of a planned edition offers to set levels, or does not lead to the workplace")
	}

	if res := w.sent("redaktor", page+"?gjor=plan", "/oppsett/plan", url.Values{"mode": {"rolling"}, "judged": {"2027-09-01"}, "case": {"2027/12"}}); res.status != 303 {
		t.Fatalf("another plan: %d %s", res.status, middle(res.body))
	}
	if got := w.get("leser", page).body; !containsAll(got, "løpende", "2027/12") {
		t.Error("the plan is as before")
	}
	who := w.get("redaktor", page+"?gjor=ansvar&c=beredskap").body
	if !strings.Contains(who, "Navn fagansvarlig") || strings.Contains(who, "Navn leser") {
		t.Errorf("who may answer is\n%s", middle(who))
	}
	if res := w.sent("redaktor", page+"?gjor=ansvar&c=beredskap", "/ansvar", url.Values{"assessors": {"redaktor"}, "approvers": {"redaktor"}}); res.status != 422 || !strings.Contains(res.body, "kan ikke også godkjenne alene") {
		t.Errorf("alone: %d", res.status)
	}
	if res := w.sent("redaktor", page+"?gjor=ansvar&c=beredskap", "/ansvar", url.Values{"assessors": {"fagansvarlig"}, "approvers": {"godkjenner"}, "due": {"2027-08-10"}}); res.status != 303 {
		t.Errorf("who answers: %d", res.status)
	}
	if got := w.get("leser", page).body; !containsAll(got, "Navn fagansvarlig", "Navn godkjenner", "10. aug. 2027") {
		t.Error("who answers is not told")
	}
	// A rolling edition opens by municipality and region.
	if res := w.sent("redaktor", page, "/apne", url.Values{"chosen": {"yes"}}); res.status != 422 || !strings.Contains(res.body, "Velg minst én kommune") {
		t.Errorf("nobody is opened: %d", res.status)
	}
	if res := w.sent("redaktor", page, "/apne", url.Values{"chosen": {"yes"}, "m": {"9901"}}); res.status != 303 {
		t.Errorf("one is opened: %d", res.status)
	}
	if res := w.sent("redaktor", page, "/apne", url.Values{"region": {"nord"}}); res.status != 303 {
		t.Errorf("the rest of a region is opened: %d", res.status)
	}
	carry := w.get("redaktor", page).body
	if !containsAll(carry, "2 av 3 kommuner er åpnet", "Tar over 2 tekster", "i 2 kommuner", "Nivåene tas ikke over") {
		t.Errorf("carrying over would do\n%s", middle(carry))
	}
	if res := w.sent("redaktor", page, "/overta", nil); res.status != 303 {
		t.Errorf("carried over: %d", res.status)
	}
	if got := w.get("redaktor", page).body; !strings.Contains(got, "Ingenting er igjen å ta over") {
		t.Error("it is offered again")
	}
	if res := w.sent("redaktor", page+"?gjor=apne", "/apne", nil); res.status != 303 {
		t.Errorf("all are opened: %d", res.status)
	}
	if got := w.get("redaktor", page).body; !strings.Contains(got, "3 av 3 kommuner er åpnet") {
		t.Error("not all are open")
	}
}

// TestEditTheCatalogue: columns are added, edited, moved and ended one by one.
func TestEditTheCatalogue(t *testing.T) {
	t.Parallel()
	w := plansEditions(t)
	w.planned()
	const page = "/utgave/arbeid/oppsett"
	done := func(res answer, notice string) {
		t.Helper()
		if res.status != 303 || !strings.Contains(res.header.Get("Location"), notice) {
			t.Errorf("%d %s, want %s: %s", res.status, res.header.Get("Location"), notice, middle(res.body))
		}
	}
	column := func(id domain.ColumnID) domain.Column {
		cat := w.board("arbeid").Catalogue()
		return cat.Columns[cat.ColumnIndex(id)]
	}
	words := func(name, nb string) url.Values {
		return url.Values{"name.nb": {nb}, "short.nb": {name}}
	}
	edit := page + "?gjor=kolonne&c=beredskap"
	if got := w.get("redaktor", edit).body; !containsAll(got, `value="Beredskap"`, "blir det en ny definisjon", `name="means.red.nn"`) {
		t.Errorf("the form of an area is\n%s", middle(got))
	}
	if res := w.sent("redaktor", edit, "/kolonne", url.Values{"name.nb": {" "}, "basis.nb": {"Min paragraf"}}); res.status != 422 || !containsAll(res.body, "Min paragraf", `href="#f-name.nb"`) {
		t.Errorf("without a name: %d", res.status)
	}
	if res := w.form("leser", page+"/kolonne", url.Values{"id": {"beredskap"}, "name.nb": {"X"}}); res.status != 403 {
		t.Errorf("a reader edits: %d", res.status)
	}
	done(w.sent("redaktor", edit, "/kolonne", words("Bered", "Samfunnssikkerhet")), "gjort=kolonne")
	if c := column("beredskap"); c.Name.NB != "Samfunnssikkerhet" || c.Version != 1 {
		t.Errorf("named otherwise it is %+v", c)
	}
	with := words("Bered", "Samfunnssikkerhet")
	with.Set("means.red.nb", "Ingen plan")
	done(w.sent("redaktor", edit, "/kolonne", with), "gjort=kolonne-ny")
	if c := column("beredskap"); c.Version != 2 {
		t.Errorf("with another meaning it is version %d", c.Version)
	}
	if got := w.get("leser", page).body; !containsAll(got, "ny definisjon, ikke sammenlignbar", "Ingen plan", "versjon 2") {
		t.Error("what becomes of the version is not told")
	}
	with.Set("follows", "beredskap")
	done(w.sent("redaktor", edit, "/kolonne", with), "gjort=kolonne")
	if f := column("beredskap").Follows; f == nil || f.Board != edition || f.Version != 1 {
		t.Errorf("it follows %+v", f)
	}
	area := words("Klima", "Klima")
	area.Set("id", "klima")
	done(w.sent("redaktor", page+"?gjor=omrade", "/kolonne", area), "gjort=kolonne-til")
	flood := words("Flom", "Flomfare")
	flood.Set("id", "flom")
	done(w.sent("redaktor", page+"?gjor=indikator&c=klima", "/kolonne", flood), "gjort=kolonne-til")
	if res := w.sent("redaktor", page+"?gjor=omrade", "/kolonne", area); res.status != 422 || !strings.Contains(res.body, "står to ganger") {
		t.Errorf("twice: %d", res.status)
	}
	order := func() (out []string) {
		for _, c := range w.board("arbeid").Catalogue().Columns {
			out = append(out, string(c.ID))
		}
		return out
	}
	if got := order(); !slices.Equal(got, []string{"beredskap", "ros", "skole", "klima", "flom", "status", "utfordringer", "muligheter"}) {
		t.Errorf("the order is %v", got)
	}
	done(w.sent("redaktor", page, "/flytt", url.Values{"move": {"up.klima"}}), "gjort=flyttet")
	done(w.sent("redaktor", page, "/flytt", url.Values{"move": {"down.beredskap"}}), "gjort=flyttet")
	if got := order(); !slices.Equal(got, []string{"klima", "flom", "beredskap", "ros", "skole", "status", "utfordringer", "muligheter"}) {
		t.Errorf("the order is %v", got)
	}
	if res := w.sent("redaktor", page, "/flytt", url.Values{"move": {"up.klima"}}); res.status != 422 {
		t.Errorf("above the first: %d", res.status)
	}
	// What was judged is named, and needs a yes.
	end := page + "?gjor=slutt&c=beredskap"
	if got := w.get("redaktor", end).body; !containsAll(got, "Vurdert i Aby, Bevik, Åmot", "Indikatoren under den avsluttes også") {
		t.Errorf("the question is\n%s", middle(got))
	}
	if res := w.sent("redaktor", end, "/avslutt", nil); res.status != 409 {
		t.Errorf("without a yes: %d", res.status)
	}
	done(w.sent("redaktor", end, "/avslutt", url.Values{"judged": {"yes"}}), "gjort=kolonne-slutt")
	if got := order(); slices.Contains(got, "beredskap") || slices.Contains(got, "ros") {
		t.Errorf("it is still there: %v", got)
	}
}

// TestCatalogueByFile: the catalogue goes out, and comes in again with what is to change.
func TestCatalogueByFile(t *testing.T) {
	t.Parallel()
	w := plansEditions(t)
	w.planned()
	const page = "/utgave/arbeid/oppsett"
	out := w.get("leser", page+"/eksport?format=csv")
	if out.status != 200 || !strings.HasPrefix(out.body, "\ufeffid;kind;area;version;name.nb") {
		t.Fatalf("the file is %d %.200s", out.status, out.body)
	}
	if res := w.send("redaktor", page+"/fil", nil, out.body); res.status != 409 || !strings.Contains(res.body, "Ingenting er endret i oppsettet") {
		t.Errorf("as it was: %d %s", res.status, middle(res.body))
	}
	if res := w.send("leser", page+"/fil", nil, out.body); res.status != 403 {
		t.Errorf("a reader sends it: %d", res.status)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.body, "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	must(t, err)
	at := func(name string) int { return slices.Index(rows[0], name) }
	write := func(rows [][]string) string {
		var b strings.Builder
		c := csv.NewWriter(&b)
		c.Comma = ';'
		must(t, c.WriteAll(rows))
		return b.String()
	}
	set := func(row int, name, value string) { rows[row][at(name)] = value }
	set(1, "means.red.nb", "Ingen plan")
	set(3, "name.nb", "Skole og barnehage")
	set(2, "kind", "indikator")
	bad := w.send("redaktor", page+"/fil", nil, write(rows))
	if bad.status != 422 || !containsAll(bad.body, "rad 3, kolonne B", "«indikator» kan ikke stå her") {
		t.Errorf("a wrong word: %d %s", bad.status, middle(bad.body))
	}
	fresh := slices.Clone(rows[3])
	fresh[at("id")], fresh[at("name.nb")], fresh[at("short.nb")] = "klima", "Klima", "Klima"
	rows = slices.Concat(rows[:1], [][]string{fresh, rows[1]}, rows[3:]) // without "ros", and klima first
	res := w.send("redaktor", page+"/fil", nil, write(rows))
	if res.status != 200 || !containsAll(res.body, "Nye", "Klima", "Ny definisjon: godkjenninger i området faller", "versjon 1 blir 2", "Andre ord, samme definisjon", "Skole og barnehage", "Avsluttes", "ROS-analyse", "Ny rekkefølge") {
		t.Fatalf("what changes: %d %s", res.status, middle(res.body))
	}
	if cat := w.board("arbeid").Catalogue(); cat.ColumnIndex("klima") >= 0 {
		t.Error("it is applied before anyone has said so")
	}
	to, f := w.formOf(res.body, "/fil/bruk")
	if res := w.form("redaktor", to, f); res.status != 303 {
		t.Fatalf("applied: %d %s", res.status, middle(res.body))
	}
	cat := w.board("arbeid").Catalogue()
	if cat.Columns[0].ID != "klima" || cat.ColumnIndex("ros") >= 0 || cat.Columns[1].Version != 2 || cat.Columns[2].Name.NB != "Skole og barnehage" {
		t.Errorf("the catalogue is %+v", cat.Columns)
	}
	again := url.Values{"request": {"en-annen-gang"}}
	for name, v := range f {
		if name != "request" {
			again[name] = v
		}
	}
	if res := w.form("redaktor", to, again); res.status != 409 {
		t.Errorf("over what has changed since: %d", res.status)
	}
	whole := w.get("leser", page+"/eksport?format=json").body
	if res := w.send("redaktor", page+"/fil", nil, strings.Replace(whole, `"Klima"`, `"Klima og miljø"`, 1)); res.status != 200 || !strings.Contains(res.body, "Klima og miljø") {
		t.Errorf("as JSON: %d %s", res.status, middle(res.body))
	}
	if res := w.send("redaktor", page+"/fil", nil, `{"columns":[{"id":"x","farge":"blå"}]}`); res.status != 422 || !strings.Contains(res.body, "farge") {
		t.Errorf("JSON of another kind: %d %s", res.status, middle(res.body))
	}
}

// TestMunicipalitiesReadTheCatalogue: from the day that rows are open, and nothing else of
// the edition; for anybody else there is no such address.
func TestMunicipalitiesReadTheCatalogue(t *testing.T) {
	t.Parallel()
	w := plansEditions(t)
	w.planned()
	note := "hemmelig notat"
	w.submit(assessment.WriteNote{Board: "arbeid", Municipality: "9901", Column: "beredskap", Text: "hemmelig notat"})
	w.submit(plan.Assign{Board: "arbeid", Areas: []plan.Area{{Column: "beredskap", Assessors: []domain.AccountID{"redaktor"}}}, Known: map[domain.AccountID]string{"redaktor": "Navn redaktor"}})
	for _, who := range []string{"kommune", "leser"} {
		res := w.get(who, "/utgave/arbeid/grunnlag")
		if res.status != 200 || !containsAll(res.body, "Beredskap", "ROS-analyse", "Vurdert per 1. sep. 2026") {
			t.Errorf("%s: %d %s", who, res.status, middle(res.body))
		}
		for _, never := range []string{note, "egentekst", "unntattekst", "utkasttekst", "klartekst", "redaktor", "Persson", "data-level", `href="/utgave/arbeid/oppsett`} {
			if strings.Contains(middle(res.body), never) {
				t.Errorf("%s reads %q in the catalogue", who, never)
			}
		}
	}
	if got := w.get("kommune", "/start").body; !strings.Contains(got, `href="/utgave/arbeid/grunnlag"`) || strings.Contains(got, "/utgave/planlagt/") {
		t.Error("a contact's first page does not lead to it")
	}
	for _, who := range []string{"", "kommune", "skjerm"} {
		unknown := w.get(who, "/utgave/finnesikke/grunnlag")
		for _, board := range []string{"arbeid", "planlagt", string(draft), string(edition), "na"} {
			if who == "kommune" && board == "arbeid" {
				continue
			}
			w.same(who, board, w.get(who, "/utgave/"+board+"/grunnlag"), unknown)
		}
		if res := w.get(who, "/utgave/arbeid/oppsett"); res.status != 404 {
			t.Errorf("%q is told of the setup: %d", who, res.status)
		}
	}
}

// TestJudgedIsTold: the day that all judgements are of stands on every page and export of a
// planned edition, and on none of another.
func TestJudgedIsTold(t *testing.T) {
	t.Parallel()
	w := plansEditions(t)
	w.planned()
	told := regexp.MustCompile(`Vurdert per[^a-z]*1\. sep. 2026|"judged":"2026-09-01"|;2026-09-01\r`)
	for _, address := range []string{
		"/tavle/%s", "/tavle/%s?vis=indikatorer", "/kommune/9901?board=%s", "/omrade/skole?board=%s", "/region/nord?board=%s", "/oyeblikksbilde/%s.html",
		"/eksport?board=%s&format=csv", "/eksport?board=%s&format=json", "/api/v1/boards/%s",
	} {
		for board, want := range map[string]bool{"arbeid": true, string(draft): false, string(edition): false} {
			res := w.get("leser", strings.Replace(address, "%s", board, 1))
			if res.status != 200 || told.MatchString(res.body) != want {
				t.Errorf("%s of %s: %d, told %v", address, board, res.status, !want)
			}
		}
	}
	for _, page := range []string{"/tavle/arbeid", "/kommune/9901?board=arbeid", "/omrade/skole?board=arbeid"} {
		_, print, _ := strings.Cut(w.get("leser", page).body, `class="print-only"`)
		if print, _, _ = strings.Cut(print, "</p>"); !strings.Contains(print, "Vurdert per") {
			t.Errorf("over %s as printed stands %q", page, print)
		}
	}
}

// TestAreaThatRests: the municipality's page shows what it was judged to be last, and by which
// edition, in no count of this one.
func TestAreaThatRests(t *testing.T) {
	t.Parallel()
	w := plansEditions(t)
	w.planned()
	const page = "/kommune/9901?board=begynt"
	before := w.get("leser", page).body
	res := w.sent("redaktor", "/utgave/begynt/oppsett?gjor=kolonne&c=beredskap", "/kolonne", url.Values{"name.nb": {"Beredskap"}, "short.nb": {"Bered"}, "every": {"2"}})
	if res.status != 303 {
		t.Fatalf("every second year: %d %s", res.status, middle(res.body))
	}
	after := w.get("leser", page).body
	if strings.Contains(before, "Ikke vurdert i år") || !containsAll(after, "Ikke vurdert i år", "Sist vurdert i Utgave 2022", "Utgave 2022: Rød", "mangler plan") {
		t.Errorf("an area that rests is shown as\n%s", middle(after))
	}
	none := regexp.MustCompile(`(?s)data-level="not_assessed">.{0,400}?<b>(\d+)</b>`)
	_, counts, _ := strings.Cut(before, `class="tally"`)
	_, fewer, _ := strings.Cut(after, `class="tally"`)
	if was, is := none.FindStringSubmatch(counts), none.FindStringSubmatch(fewer); was == nil || is == nil || was[1] != "2" || is[1] != "1" {
		t.Errorf("without level were %v, are %v", was, is)
	}
	// Every page that counts leaves it out, and says so; the program's answer says it of the column.
	const out = "Vurderes annethvert år og er ikke med i tallene: Beredskap."
	for _, page := range []string{"/utgave/begynt", "/tavle/begynt?vis=indikatorer", "/omrade/beredskap?board=begynt", "/region/nord?board=begynt", "/oyeblikksbilde/begynt.html"} {
		if got := w.get("leser", page).body; !strings.Contains(got, out) || !strings.Contains(got, "annethvert år, ikke i år") {
			t.Errorf("%s does not say that an area rests:\n%s", page, middle(got))
		}
		if got := w.get("leser", strings.ReplaceAll(page, "begynt", "arbeid")).body; strings.Contains(got, "annethvert") {
			t.Errorf("%s says so of an edition without", page)
		}
	}
	if !strings.Contains(after, out) {
		t.Error("the municipality's page does not say what its count leaves out")
	}
	counted := func(page string) string {
		found := regexp.MustCompile(`data-count-level="none">(\d+)<`).FindStringSubmatch(w.get("leser", page).body)
		if found == nil {
			t.Fatalf("%s counts nothing", page)
		}
		return found[1]
	}
	if got := counted("/utgave/begynt"); got != "3" { // three municipalities in the other area
		t.Errorf("the overview counts %s without a level", got)
	}
	if got := w.get("leser", "/diagram/fordeling?board=begynt").body; strings.Contains(got, "Beredskap") || !strings.Contains(got, "Skole") {
		t.Errorf("the chart counts %s", got)
	}
	if got := w.get("leser", "/api/v1/boards/begynt").body; strings.Count(got, `"rests":true`) != 2 || strings.Count(got, `"every":2`) != 1 {
		t.Errorf("the program is told %.900s", got)
	}
	if got := w.get("leser", "/utgave/begynt/oppsett").body; !containsAll(got, "annethvert år", "vurderes ikke i år") {
		t.Error("the setup does not say that it rests")
	}
}

// TestFunctionsStay: what only situations have is neither given away nor ended by a file.
func TestFunctionsStay(t *testing.T) {
	t.Parallel()
	cat := servertest.Catalogue()
	cat.Columns = append(cat.Columns, domain.Column{ID: "strom", Kind: domain.ColumnFunction, Version: 1, Name: domain.Words{NB: "Strøm"}})
	out := judgedColumns(&cat)
	if len(out) != len(cat.Columns)-1 {
		t.Errorf("given away are %+v", out)
	}
	if cmd := instead(&cat, "2027", out); len(cmd.Ended) > 0 || len(cmd.Order) > 0 {
		t.Errorf("as it was, a file would do %+v", cmd)
	}
}
