package server

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/typed"
	"kommunebilde/server/servertest"
	"kommunebilde/server/wire"
)

const hard = "=1+1; «sitat», \"gåseøyne\",\n-en linje til\n+47 og @alle"

// judged has a planned edition with texts that no spreadsheet likes.
func judged(t *testing.T) *world {
	w := newWorld(t)
	w.planned()
	w.submit(evidence.Record{ID: "k1", Version: 1, Type: evidence.ROS, Municipalities: []domain.MunicipalityID{"9902"}, Title: "ROS", Effective: "2021-11-12", Retrieved: "2022-01-10"})
	for i, text := range []typed.Text{hard, "'=sitert", "- punkt\n- punkt", "’ndash – …\tetter"} {
		c := []domain.ColumnID{"beredskap", "ros", "status", "utfordringer"}[i]
		edit := assessment.Edit{Municipality: "9902", Column: c, Text: &text, Seen: w.seen("arbeid", "9902", c)}
		if i < 2 {
			edit.Level, edit.Evidence = domain.Red, &[]evidence.Ref{{ID: "k1", Version: 1}}
		}
		w.submit(assessment.Save{Board: "arbeid", Cells: []assessment.Edit{edit}})
	}
	return w
}

// seen is the revision of a cell of a planned edition.
func (w *world) seen(b domain.BoardID, m domain.MunicipalityID, c domain.ColumnID) domain.Revision {
	w.t.Helper()
	return w.book(b).Cell(m, c).Revision
}

func (w *world) book(b domain.BoardID) assessment.Book {
	w.t.Helper()
	book, err := assessment.Of(domain.Judge(w.clerk.State(), domain.System("test"), w.server.cfg.Now()), b)
	must(w.t, err)
	return book
}

// table reads a CSV file.
func table(t *testing.T, body string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.Comma = ';'
	all, err := r.ReadAll()
	must(t, err)
	return all
}

// edit sets one field of a cell's row and returns the file.
func edited(t *testing.T, body, m, c, head, value string) string {
	t.Helper()
	all := table(t, body)
	at := func(name string) int {
		for i, h := range all[0] {
			if h == name {
				return i
			}
		}
		t.Fatalf("no column %s in %v", name, all[0])
		return -1
	}
	found := false
	for _, row := range all[1:] {
		if row[at("Kommunenummer")] == m && row[at("Kolonne-id")] == c {
			row[at(head)], found = value, true
		}
	}
	if !found {
		t.Fatalf("no row %s.%s", m, c)
	}
	var out strings.Builder
	write := csv.NewWriter(&out)
	write.Comma = ';'
	must(t, write.WriteAll(all))
	return out.String()
}

// TestJudgementsGivenBackChangeNothing: the edition and each table of it, in each
// language and form, read again say that nothing is changed.
func TestJudgementsGivenBackChangeNothing(t *testing.T) {
	t.Parallel()
	w := judged(t)
	head := w.clerk.State().Head()
	for _, file := range []string{"utgave.csv", "utgave.json", "vurdering/beredskap.csv", "vurdering/beredskap.json", "vurdering/status.csv", "vurdering/skole.csv?status=draft&region=nord"} {
		for _, lang := range []string{"nb", "nn", "en"} {
			res := w.get("redaktor", "/utgave/arbeid/"+file, "Accept-Language: "+lang)
			if res.status != 200 || !strings.Contains(res.header.Get("Content-Disposition"), `attachment; filename="kommunebilde-arbeid-`) {
				t.Fatalf("%s: %d %v", file, res.status, res.header)
			}
			if strings.Contains(file, ".csv") {
				for _, row := range table(t, res.body) {
					for _, cell := range row {
						if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
							t.Errorf("%s: a spreadsheet takes %q for a formula", file, cell)
						}
					}
				}
			}
			back := w.send("redaktor", "/utgave/arbeid/vurdering/beredskap/fil", nil, res.body)
			if back.status != 200 || !strings.Contains(back.body, "Ingen endring.") || strings.Contains(back.body, `name="save"`) {
				t.Errorf("%s in %s given back: %d %s", file, lang, back.status, mainOf(back.body))
			}
		}
	}
	if w.clerk.State().Head() != head {
		t.Error("reading a file wrote something")
	}
}

// mainOf is a page without its frame.
func mainOf(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	return page
}

// TestJudgementsTableIsThePage: its rows are those that the filter lets through.
func TestJudgementsTableIsThePage(t *testing.T) {
	t.Parallel()
	w := judged(t)
	for query, want := range map[string]int{"": 6, "?status=draft": 4, "?status=submitted": 2, "?region=sor": 2, "?status=missing": 0, "?status=draft&status=submitted&region=nord": 4} {
		if got := len(table(t, w.get("leser", "/utgave/arbeid/vurdering/beredskap.csv"+query).body)) - 1; got != want {
			t.Errorf("%q: %d rows, want %d", query, got, want)
		}
	}
	for _, path := range []string{"?status=x", "?region=x"} {
		if res := w.get("leser", "/utgave/arbeid/vurdering/beredskap.csv"+path); res.status != 422 {
			t.Errorf("%s: %d", path, res.status)
		}
	}
	row := table(t, w.get("leser", "/utgave/arbeid/vurdering/beredskap.csv?region=nord&status=draft").body)[3]
	for _, want := range []string{"arbeid", "2026-09-01", "9902", "Bevik", "Nord", "beredskap", "1", "red", "Rød", "'" + hard, "k1@1", "utkast", "region=nord&status=draft", strconv.Itoa(int(w.seen("arbeid", "9902", "beredskap")))} {
		if !strings.Contains("|"+strings.Join(row, "|")+"|", "|"+want+"|") {
			t.Errorf("%q is not in %q", want, row)
		}
	}
	for _, by := range []string{"kommune", "", "skjerm"} {
		for _, path := range []string{"/utgave/arbeid/utgave.csv", "/utgave/arbeid/vurdering/beredskap.json"} {
			if res := w.get(by, path); res.status != 404 && res.status != 403 && res.status != 303 {
				t.Errorf("%q gets %s: %d", by, path, res.status)
			}
		}
	}
	if res := w.get("leser", "/utgave/2022/utgave.csv"); res.status != 404 {
		t.Errorf("an edition without a plan: %d", res.status)
	}
}

// TestJudgementsKeepTheirSchema holds what is given as JSON to what is told of it.
func TestJudgementsKeepTheirSchema(t *testing.T) {
	t.Parallel()
	w := judged(t)
	told, err := jsonschema.UnmarshalJSON(strings.NewReader(w.get("", schemaAddress).body))
	must(t, err)
	c := jsonschema.NewCompiler()
	must(t, c.AddResource("edition.json", told))
	schema, err := c.Compile("edition.json")
	must(t, err)
	for _, path := range []string{"utgave.json", "vurdering/beredskap.json?region=nord", "vurdering/status.json"} {
		body := w.get("redaktor", "/utgave/arbeid/"+path).body
		file, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		must(t, err)
		if err := schema.Validate(file); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		var is struct {
			Plan, Catalogue json.RawMessage
			Cells           []map[string]any
		}
		must(t, json.Unmarshal([]byte(body), &is))
		if whole := path == "utgave.json"; (is.Plan != nil) != whole || (is.Catalogue != nil) != whole || whole && len(is.Cells) != 18 {
			t.Errorf("%s has %d cells, plan %t", path, len(is.Cells), is.Plan != nil)
		}
		delete(is.Cells[0], "seen")
		wrong, err := json.Marshal(map[string]any{"cells": is.Cells})
		must(t, err)
		file, err = jsonschema.UnmarshalJSON(strings.NewReader(string(wrong)))
		must(t, err)
		if schema.Validate(file) == nil {
			t.Error("the schema takes anything")
		}
	}
}

// TestJudgementsGivenBack: what was edited is shown first, and then written as it was
// shown, in one record; what another changed is shown beside it and stays.
func TestJudgementsGivenBack(t *testing.T) {
	t.Parallel()
	w := judged(t)
	const path = "/utgave/arbeid/vurdering/beredskap"
	file := w.get("fagansvarlig", path+".csv").body
	file = edited(t, file, "9902", "beredskap", "Tekst", "Ny tekst, med \"sitat\"\n<b>og linje")
	file = edited(t, file, "9902", "ros", "Tekst", "")
	file = edited(t, file, "9902", "ros", "Kilder", "")
	file = edited(t, file, "9901", "beredskap", "Status", "gul")
	other := typed.Text("en annens tekst")
	w.submit(assessment.Save{Board: "arbeid", Cells: []assessment.Edit{{Municipality: "9901", Column: "beredskap", Text: &other, Seen: w.seen("arbeid", "9901", "beredskap")}}})

	before := w.clerk.State().Head()
	shown := w.send("fagansvarlig", path+"/fil", nil, file)
	for _, want := range []string{"2 endringer", "1 konflikt", "2 opplysninger tas bort", "Ny tekst, med &#34;sitat&#34;\n&lt;b&gt;og linje", "en annens tekst", "−\u00a0k1@1"} {
		if !strings.Contains(shown.body, want) {
			t.Errorf("the page lacks %q: %d %s", want, shown.status, mainOf(shown.body))
		}
	}
	if w.clerk.State().Head() != before {
		t.Fatal("what was only shown is written")
	}
	action, fields := w.formOf(shown.body, path+"/fil/lagre")
	if action == "" {
		t.Fatal("no form")
	}
	fields.Del("deletes")
	if res := w.form("fagansvarlig", action, fields); res.status != 422 {
		t.Errorf("without the number that is taken away: %d", res.status)
	}
	fields.Set("deletes", "2")
	if res := w.form("leser", action, fields); res.status != 403 {
		t.Errorf("a reader saves: %d", res.status)
	}
	if res := w.form("fagansvarlig", action, fields); res.status != http.StatusSeeOther || !strings.HasSuffix(res.header.Get("Location"), path+"?gjort=lagret") {
		t.Fatalf("saved: %d %v %s", res.status, res.header, mainOf(res.body))
	}
	if now := w.clerk.State().Head(); now.Revision != before.Revision+1 {
		t.Errorf("%d records", now.Revision-before.Revision)
	}
	book := w.book("arbeid")
	if c := book.Cell("9902", "beredskap"); c.Text.String() != "Ny tekst, med \"sitat\"\n<b>og linje" || c.Level != domain.Red || len(c.Evidence) != 1 {
		t.Errorf("written: %+v %q", c, c.Text)
	}
	if c := book.Cell("9902", "ros"); c.Text.String() != "" || len(c.Evidence) != 0 || c.Level != domain.Red {
		t.Errorf("taken away: %+v", c)
	}
	if c := book.Cell("9901", "beredskap"); c.Level != domain.Green || c.Text.String() != string(other) {
		t.Errorf("what another changed: %+v", c)
	}
	// Shown, and changed by another before it is saved: nothing is written.
	shown = w.send("fagansvarlig", path+"/fil", nil, edited(t, w.get("fagansvarlig", path+".csv").body, "9902", "beredskap", "Status", "grønn"))
	action, fields = w.formOf(shown.body, path+"/fil/lagre")
	w.submit(assessment.Save{Board: "arbeid", Cells: []assessment.Edit{{Municipality: "9902", Column: "beredskap", Text: &other, Seen: w.seen("arbeid", "9902", "beredskap")}}})
	if res := w.form("fagansvarlig", action, fields); res.status != 409 {
		t.Errorf("saved over another: %d", res.status)
	}
}

// TestEditionsFilesAreFound: the pages of a planned edition lead to its judgements as files,
// for the office; and the sources that are offered for an area are those about it first.
func TestEditionsFilesAreFound(t *testing.T) {
	t.Parallel()
	w := judged(t)
	for _, page := range []string{"/utgave/arbeid/vurdering/beredskap", "/utgave/arbeid/fremdrift", "/utgave/arbeid/oppsett", "/utgave/arbeid", "/kommune/9901?board=arbeid"} {
		if body := w.get("leser", page).body; !containsAll(body, `href="/utgave/arbeid/utgave.csv"`, `href="/utgave/arbeid/utgave.json"`) {
			t.Errorf("%s does not lead to the files", page)
		}
	}
	for who, page := range map[string]string{"": "/utgave/2022", "leser": "/utgave/2022", "kommune": "/kommune/9901?board=2022"} {
		if strings.Contains(w.get(who, page).body, "/utgave.csv") {
			t.Errorf("%q is led from %s to what is not there", who, page)
		}
	}
	w.submit(evidence.Record{ID: "k2", Version: 1, Type: evidence.ROS, Municipalities: []domain.MunicipalityID{"9901"}, Columns: []domain.ColumnID{"skole"}, Title: "Om skole", Effective: "2021-11-12", Retrieved: "2022-01-10"})
	w.submit(evidence.Record{ID: "k3", Version: 1, Type: evidence.ROS, Municipalities: []domain.MunicipalityID{"9901"}, Columns: []domain.ColumnID{"ros"}, Title: "Om ROS", Effective: "2020-11-12", Retrieved: "2022-01-10"})
	body := w.get("fagansvarlig", "/utgave/arbeid/vurdering/beredskap/9901").body
	if about, others, there := strings.Cut(body, "1 kilde om andre fagområder"); !there || !strings.Contains(about, "Om ROS") || strings.Contains(about, "Om skole") || !strings.Contains(others, "Om skole") {
		t.Errorf("the sources to choose among: %s", mainOf(body))
	}
}

// TestJudgementsOfAWholeEdition: a file of more than a megabyte, with as many texts as an
// edition of a county has, is read, shown and saved in one record.
func TestJudgementsOfAWholeEdition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	big := servertest.Catalogue()
	for i := range 60 {
		id := domain.ColumnID(fmt.Sprint("felt", i))
		big.Columns = append(big.Columns, domain.Column{ID: id, Kind: domain.ColumnIndicator, Area: "skole", Version: 1, Name: domain.Words{NB: string(id)}, Short: domain.Words{NB: string(id)}})
	}
	big.Municipalities = nil
	for i := range 46 {
		id := domain.MunicipalityID(fmt.Sprint(8800 + i))
		big.Municipalities = append(big.Municipalities, domain.Municipality{ID: id, Name: "K" + string(id), Short: "K", Region: "nord"})
	}
	w.submit(plan.Make{Board: "stor", Title: "Stor", Mode: plan.Yearly, Hearing: plan.Heard, Judged: "2026-09-01", Catalogue: &big})
	w.submit(plan.OpenRound{Board: "stor"})
	all := table(t, w.get("redaktor", "/utgave/stor/utgave.csv").body)
	at := slices.Index(all[0], "Tekst")
	for i, row := range all[1:] {
		row[at] = fmt.Sprint(i, ": ", strings.Repeat("Kommunen følger opp planen – og rapporterer på det hvert år. ", 6))
	}
	var file strings.Builder
	out := csv.NewWriter(&file)
	out.Comma = ';'
	must(t, out.WriteAll(all))
	if len(all)-1 != 46*66 || file.Len() < 1<<20 {
		t.Fatalf("%d cells, %d bytes", len(all)-1, file.Len())
	}
	head := w.clerk.State().Head().Revision
	shown := w.send("redaktor", "/utgave/stor/vurdering/skole/fil", nil, file.String())
	if shown.status != 200 {
		t.Fatalf("shown: %d %.600s", shown.status, mainOf(shown.body))
	}
	action, fields := w.formOf(shown.body, "/fil/lagre")
	if res := w.form("redaktor", action, fields); res.status != 303 {
		t.Fatalf("saved: %d %.600s", res.status, mainOf(res.body))
	}
	if now := w.clerk.State().Head().Revision; now != head+1 {
		t.Errorf("%d records", now-head)
	}
	if c := w.book("stor").Cell("8845", "felt59"); !strings.HasPrefix(c.Text.String(), "3") {
		t.Errorf("the last cell is %+v", c)
	}
	for _, wrong := range []string{"", "x", fields.Get("save")[:200], "eyJib2FyZCI6InN0b3IifQ"} {
		fields.Set("save", wrong)
		if res := w.form("redaktor", action, fields); res.status != 400 {
			t.Errorf("a form with %.20q: %d", wrong, res.status)
		}
	}
}

// TestJudgementsThatAreRefused: each fault has its place, and none of the file is written.
func TestJudgementsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := judged(t)
	const path = "/utgave/arbeid/vurdering/beredskap"
	file := w.get("fagansvarlig", "/utgave/arbeid/utgave.csv").body
	head := w.clerk.State().Head()
	for want, data := range map[string]string{
		"rad 2, kolonne K: «lilla» er ikke en status.": edited(t, file, "9901", "beredskap", "Status", "lilla"),
		"er av utgaven «arbeid», ikke av begynt":       "", // to another edition
		"rad 4: ":                         edited(t, file, "9901", "skole", "Status", "grønn"), // not the assessor's
		"Kilden":                          edited(t, file, "9901", "beredskap", "Kilder", "k404@1"),
		"Filen er tom.":                   " ",
		"Filen er verken XLSX eller CSV.": "\x00\x01",
		"Filen er ikke gyldig JSON slik utgaven gir den.": "{",
	} {
		to := path
		if data == "" {
			to, data = "/utgave/begynt/vurdering/beredskap", file
		}
		res := w.send("fagansvarlig", to+"/fil", nil, data)
		if res.status != 422 || !strings.Contains(res.body, want) || strings.Contains(res.body, `name="save"`) {
			t.Errorf("want %q: %d %s", want, res.status, mainOf(res.body))
		}
	}
	for _, by := range []string{"leser", "godkjenner", "kommune"} {
		if res := w.send(by, path+"/fil", nil, file); res.status != 403 && res.status != 404 {
			t.Errorf("%s reads a file: %d", by, res.status)
		}
	}
	save := url.Values{"save": {`{"board":"begynt","cells":[]}`}}
	if res := w.form("fagansvarlig", path+"/fil/lagre", save); res.status != 400 {
		t.Errorf("a form of another board: %d", res.status)
	}
	if w.clerk.State().Head() != head {
		t.Error("something was written")
	}
}

var _ = wire.AppendCell
