package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/xuri/excelize/v2"

	"kommunebilde/dashboard"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/server/admin"
	"kommunebilde/storage"
	"kommunebilde/storage/county"
	"kommunebilde/storage/sheet"
)

// opener opens offices on empty folders.
type opener struct {
	pack county.Pack
	site *kit.Site
}

func newOpener(t *testing.T) opener {
	t.Helper()
	pack, err := loadPack("")
	must(t, err)
	site, err := dashboard.New(kit.Options{Build: "test"})
	must(t, err)
	return opener{pack, site}
}

func (n opener) open(t *testing.T) *folder {
	t.Helper()
	o, err := openFolder(t.Context(), filepath.Join(t.TempDir(), "data"), -1, &countyPack{read: &n.pack}, n.site, slog.New(slog.DiscardHandler), prometheus.NewRegistry(), storage.BlobLimits{})
	must(t, err)
	t.Cleanup(func() { must(t, o.close(context.Background())) })
	return o
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask has an operation carried out, and returns what it says, its error last.
func (o *folder) ask(t *testing.T, file []byte, words ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := o.perform(t.Context(), admin.SystemUser(), admin.Request{Name: words[0], Args: words[1:]}, bytes.NewReader(file), &out)
	return out.String(), err
}

func asCSV(t *testing.T, rows [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, sheet.WriteCSV(&b, rows[0], rows[1:]))
	return b.Bytes()
}

func asXLSX(t *testing.T, rows [][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
	b, err := f.WriteToBuffer()
	must(t, err)
	must(t, f.Close())
	return b.Bytes()
}

// cellsOf writes out what an editor sees of an edition.
func (o *folder) cellsOf(b domain.BoardID) string {
	p, _ := o.picture(admin.SystemUser(), b)
	var out []string
	for i, m := range p.Catalogue().Municipalities {
		for j := range p.Catalogue().Columns {
			if c := p.Cell(i, j); c.Revision != 0 {
				out = append(out, strings.Trim(strings.Join([]string{m.Name, string(p.Catalogue().Columns[j].ID), string(c.Level), c.Text, c.Author, c.Date}, "|"), "|"))
			}
		}
	}
	return strings.Join(out, "\n")
}

// TestImport: the same file as XLSX and as CSV, tried and carried out, says the
// same and has the same outcome. The edition that it corrects says
//
//	Lom    Klima grønn  «Plan fra 2019», B. Berg, 2022-09-01
//	Lom    Miljø gul    «Kartlegging mangler»
//	Hamar  Klima grønn
func TestImport(t *testing.T) {
	start := [][]string{
		{"Kommune", "Fagområde", "Nivå", "Tekst", "Vurdert av", "Dato"},
		{"Lom", "Klima", "grønn", "Plan fra 2019", "B. Berg", "2022-09-01"},
		{"Lom", "Miljø", "gul", "Kartlegging mangler"},
		{"Hamar", "Klima", "grønn"},
	}
	offices := newOpener(t)
	const hamar, klima, miljo = "Hamar|klima|green", "Lom|klima|green|Plan fra 2019|B. Berg|2022-09-01", "Lom|miljo|yellow|Kartlegging mangler"
	for name, c := range map[string]struct {
		rows    [][]string
		flags   string
		says    string // but for the last line
		refused string
		cells   []string // afterwards
	}{
		"levels alone, wide": {
			rows:  [][]string{{"Kommune", "Klima", "Miljø"}, {"Lom", "rød", "gul"}, {"Hamar", "rød", "gul"}},
			says:  "2 grønn → rød, 1 ikke vurdert → gul, 0 slettes.\n\n2 grønn → rød:\n  Hamar: Klima\n  Lom: Klima\n\n1 ikke vurdert → gul:\n  Hamar: Miljø\n\n1 status endres mens tekst, forfatter eller dato står som før:\n  Lom: Klima\n",
			cells: []string{"Hamar|klima|red", "Hamar|miljo|yellow", strings.Replace(klima, "green", "red", 1), miljo},
		},
		"levels alone, long": {
			rows:  [][]string{{"Kommune", "Fagområde", "Nivå"}, {"Lom", "Klima", "rød"}},
			says:  "1 grønn → rød, 0 slettes.\n\n1 grønn → rød:\n  Lom: Klima\n\n1 status endres mens tekst, forfatter eller dato står som før:\n  Lom: Klima\n",
			cells: []string{hamar, strings.Replace(klima, "green", "red", 1), miljo},
		},
		"a text, and no word of author or day": {
			rows:  [][]string{{"Kommune", "Fagområde", "Nivå", "Tekst"}, {"Lom", "Klima", "grønn", "Plan fra 2022"}, {"Hamar", "Klima", "grønn", "Ny plan"}},
			says:  "1 tekst endres, 1 tekst kommer til, 0 slettes.\n\n1 tekst endres:\n  Lom: Klima\n\n1 tekst kommer til:\n  Hamar: Klima\n",
			cells: []string{hamar + "|Ny plan", strings.Replace(klima, "2019", "2022", 1), miljo},
		},
		"texts that are empty": {
			rows:  [][]string{{"Kommune", "Fagområde", "Nivå", "Tekst", "Dato"}, {"Lom", "Klima", "rød", "", "2022-09-01"}, {"Lom", "Miljø", "gul"}, {"Hamar", "Klima", "grønn"}},
			flags: "--delete 2",
			says:  "1 grønn → rød, 2 slettes.\n\n2 tekster slettes:\n  Lom: Klima, Miljø\n\n1 grønn → rød:\n  Lom: Klima\n\n1 status endres mens tekst, forfatter eller dato står som før:\n  Lom: Klima\n\n2 rader har ingenting under den siste overskriften:\n  §rad 3–4\n",
			cells: []string{hamar, "Lom|klima|red||B. Berg|2022-09-01", "Lom|miljo|yellow"},
		},
		"short rows that take nothing away": {
			rows: [][]string{{"Kommune", "Klima", "Miljø", "Vurdert av"}, {"Lom", "rød", "gul", "B. Berg"}, {"Hamar", "rød"}},
			says: "2 grønn → rød, 1 forfatter kommer til, 0 slettes.\n\n2 grønn → rød:\n  Hamar: Klima\n  Lom: Klima\n\n1 forfatter kommer til:\n  Lom: Miljø\n\n1 status endres mens tekst, forfatter eller dato står som før:\n  Lom: Klima\n\n" +
				"1 uten status i filen, og ikke vurdert fra før:\n  Hamar: Miljø\n\n1 rad har ingenting under den siste overskriften:\n  §rad 3\n",
			cells: []string{"Hamar|klima|red", strings.Replace(klima, "green", "red", 1), miljo + "|B. Berg"},
		},
		"empty cells without a word of it": {
			rows:    [][]string{{"Kommune", "Klima", "Klima – tekst"}, {"Lom", "grønn", ""}},
			says:    "1 slettes.\n\n1 tekst slettes:\n  Lom: Klima\n\n1 rad har ingenting under den siste overskriften:\n  §rad 2\n",
			refused: "Antall opplysninger som filen sletter: 1. Se over dem, og bekreft antallet. (--delete)",
		},
		"the wrong number of them": {
			rows:    [][]string{{"Kommune", "Klima"}, {"Lom", "rød"}},
			flags:   "--delete 1",
			says:    "1 grønn → rød, 0 slettes.\n\n1 grønn → rød:\n  Lom: Klima\n\n1 status endres mens tekst, forfatter eller dato står som før:\n  Lom: Klima\n",
			refused: "Antall opplysninger som filen sletter: 0. Se over dem, og bekreft antallet. (--delete)",
		},
		"a short row": {
			rows:  [][]string{{"Kommune", "Fagområde", "Nivå", "Tekst", "Vurdert av", "Dato"}, {"Lom", "Klima"}, {"Hamar", "Miljø"}},
			flags: "--delete 4",
			says: "4 slettes.\n\n1 status slettes:\n  Lom: Klima\n\n1 tekst slettes:\n  Lom: Klima\n\n1 forfatter slettes:\n  Lom: Klima\n\n1 dato slettes:\n  Lom: Klima\n\n" +
				"1 uten status i filen, og ikke vurdert fra før:\n  Hamar: Miljø\n\n2 rader har ingenting under den siste overskriften:\n  §rad 2–3\n",
			cells: []string{hamar, "Lom|klima|not_assessed", miljo},
		},
		"an empty level, wide": {
			rows:  [][]string{{"Kommune", "Klima", "Miljø", "Vurdert av"}, {"Lom", "", "grønn", "A. Ny"}},
			flags: "--delete 2",
			says: "1 gul → grønn, 1 forfatter kommer til, 2 slettes.\n\n1 status slettes:\n  Lom: Klima\n\n1 forfatter slettes:\n  Lom: Klima\n\n" +
				"1 gul → grønn:\n  Lom: Miljø\n\n1 forfatter kommer til:\n  Lom: Miljø\n\n2 statuser endres mens tekst, forfatter eller dato står som før:\n  Lom: Klima, Miljø\n",
			cells: []string{hamar, "Lom|klima|not_assessed|Plan fra 2019", "Lom|miljo|green|Kartlegging mangler|A. Ny"},
		},
		"the same answer twice": {
			rows:  [][]string{{"Kommune", "Fagområde", "Nivå"}, {"Lom", "Klima", "rød"}, {"3434", "klima", "Rødt"}},
			says:  "1 grønn → rød, 0 slettes.\n\n1 grønn → rød:\n  Lom: Klima\n\n1 status endres mens tekst, forfatter eller dato står som før:\n  Lom: Klima\n\n1 flere ganger i filen, med samme svar:\n  Lom: Klima\n",
			cells: []string{hamar, strings.Replace(klima, "green", "red", 1), miljo},
		},
		"two answers": {
			rows:    [][]string{{"Kommune", "Fagområde", "Nivå", "Tekst"}, {"Lom", "Klima", "rød", "a"}, {"Lom", "Klima", "rød", ""}},
			refused: "fil: 1 feil, ingenting er lest inn.\n§rad 3, kolonne C: Lom, Klima har et annet svar i rad 2. Behold ett av dem.",
		},
		"a day to come, and a cell too many": {
			rows:    [][]string{{"Kommune", "Fagområde", "Nivå", "Dato"}, {"Lom", "Klima", "rød", "2098-12-31"}, {"Lom", "Miljø", "rød", "2022-09-01", "husk"}},
			refused: "fil: 2 feil, ingenting er lest inn.\n§rad 2, kolonne D: «2098-12-31» er fram i tid.\n§rad 3, kolonne E: «husk» står til høyre for den siste overskriften. Fjern det.",
		},
		"nothing new": {
			rows:    start,
			refused: "Filen endrer ingenting.",
		},
		"another language": {
			rows:    [][]string{{"Kommune", "Fagområde", "Nivå"}, {"Lom", "Klima", "blå"}},
			flags:   "--language en",
			refused: "fil: 1 error, nothing was read.\n§row 2, column C: “blå” is not a level. Use green, yellow, red, not assessed, not applicable or data missing.",
		},
		"a slip of the finger": {
			rows:    [][]string{{"Kommune", "Fagområde", "Nivå"}, {"Haamar", "Klima", "rød"}},
			refused: "fil: 1 feil, ingenting er lest inn.\n§rad 2, kolonne A: «Haamar» er ikke en kommune i fylket. Skriv kommunenummer eller kommunenavn. Mente du «Hamar»?",
		},
	} {
		for form, file := range map[string]struct {
			data  []byte
			place string // before the place of a fault
		}{"CSV": {asCSV(t, c.rows), ""}, "XLSX": {asXLSX(t, c.rows), "ark «Sheet1», "}} {
			t.Run(name+", "+form, func(t *testing.T) {
				o := offices.open(t)
				for _, step := range []struct {
					file  []byte
					words string
				}{{asCSV(t, start), "import statuses start --edition 2022"}, {nil, "publish --edition 2022"}} {
					_, err := o.ask(t, step.file, strings.Fields(step.words)...)
					must(t, err)
				}
				before, head := o.cellsOf("2022"), o.clerk.State().Head()
				words := strings.Fields("import statuses fil --edition 2022 --reason Rettet " + c.flags)
				place := file.place
				if strings.Contains(c.flags, "--language en") {
					place = strings.NewReplacer("ark «", "sheet “", "»", "”").Replace(place)
				}
				refused := strings.ReplaceAll(c.refused, "§", place)
				says := strings.ReplaceAll(c.says, "§", file.place)
				if says != "" {
					says = "En rettelse av 2022 åpnes.\n" + says
				}

				for _, last := range []string{"\nIngenting er endret (--dry-run).\n", "\nLest inn som revisjon "} {
					if o.cellsOf("2022") != before || o.clerk.State().Head() != head {
						t.Fatal("what was only tried changed something")
					}
					try := words
					if strings.Contains(last, "--dry-run") {
						try = append(words[:len(words):len(words)], "--dry-run")
					}
					out, err := o.ask(t, file.data, try...)
					if refused != "" && (err == nil || err.Error() != refused || out != says) {
						t.Errorf("%v says\n%s%v\nwant\n%s%s", try, out, err, says, refused)
					}
					if before, _, found := strings.Cut(out, last); refused == "" && (err != nil || !found || before != says) {
						t.Errorf("%v says\n%s%v\nwant\n%s", try, out, err, says)
					}
				}
				want := strings.Join(c.cells, "\n")
				if refused != "" {
					want = before
				}
				if got := o.cellsOf("2022"); got != want {
					t.Errorf("the cells are\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

// TestImportNamesWhatIsMissing: a correction needs a reason, and the words say
// how to give it.
func TestImportNamesWhatIsMissing(t *testing.T) {
	o := newOpener(t).open(t)
	file := asCSV(t, [][]string{{"Kommune", "Klima"}, {"Lom", "rød"}})
	out, err := o.ask(t, file, "import", "statuses", "fil", "--edition", "2022", "--title", "Bildet 2022")
	must(t, err)
	if !strings.HasPrefix(out, "Utkastet 2022 åpnes («Bildet 2022»).\n1 ikke vurdert → rød, 0 slettes.\n") {
		t.Errorf("a new edition: %s", out)
	}
	_, err = o.ask(t, nil, "publish", "--edition", "2022")
	must(t, err)
	file = asCSV(t, [][]string{{"Kommune", "Klima"}, {"Lom", "gul"}})
	if _, err := o.ask(t, file, "import", "statuses", "fil", "--edition", "2022"); err == nil || err.Error() != "Begrunnelsen mangler. (--reason)" {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := o.ask(t, nil, "redact", "3.0"); err == nil || err.Error() != "The reason is missing. (--reason)" {
		t.Errorf("redact without a reason: %v", err)
	}
}

// TestRecordsCannotBeGuessed: what is short, like one level, could be tried until
// the hash fits. Every record of an operation has something by chance in it.
func TestRecordsCannotBeGuessed(t *testing.T) {
	o := newOpener(t).open(t)
	for _, words := range [][]string{{"import", "statuses", "fil", "--edition", "2022", "--title", "Bildet 2022"}, {"publish", "--edition", "2022"}} {
		_, err := o.ask(t, asCSV(t, [][]string{{"Kommune", "Klima"}, {"Lom", "rød"}}), words...)
		must(t, err)
	}
	seen := map[domain.RequestID]bool{"": true}
	for r, err := range o.store.Follow(t.Context(), 0) {
		must(t, err)
		if seen[r.Request] || len(r.Request) < 20 {
			t.Errorf("record %d has the request id %q", r.Revision, r.Request)
		}
		seen[r.Request] = true
		if r.Revision == o.clerk.State().Head().Revision {
			break
		}
	}
}

// TestBaseBeforeTheFirstStart: there is no live picture before the server has
// run, which is not a matter of who may see it.
func TestBaseBeforeTheFirstStart(t *testing.T) {
	o := newOpener(t).open(t)
	_, err := o.ask(t, nil, "base", "--edition", "2022")
	if err == nil || !strings.Contains(err.Error(), "no live picture yet: start the server once") {
		t.Errorf("base: %v", err)
	}
}

// TestPackDryRunAsksTheSame: pack apply promises nothing that it would refuse, as
// while a meeting is open on the live picture.
func TestPackDryRunAsksTheSame(t *testing.T) {
	o := newOpener(t).open(t)
	pack, err := o.county.get()
	must(t, err)
	by, older := admin.SystemUser(), pack.Catalogue
	older.Columns = slices.Clone(older.Columns)
	older.Columns[0].Name.NB = "Et eldre navn"
	_, err = o.submit(t.Context(), by, domain.OpenLive{Catalogue: older, Map: &pack.Map})
	must(t, err)
	both := func(refused string) {
		t.Helper()
		for _, words := range [][]string{{"pack", "apply", "", "--dry-run"}, {"pack", "apply", ""}} {
			if out, err := o.ask(t, nil, words...); refused == "" && err != nil || refused != "" && (err == nil || err.Error() != refused) {
				t.Errorf("%v: %s%v", words, out, err)
			}
		}
	}
	_, err = o.submit(t.Context(), by, domain.OpenMeeting{Board: domain.Live, ID: "m1", Kind: domain.MeetingPreparedness, Title: "Flom"})
	must(t, err)
	both("A meeting is going on. The base cannot change before it is closed.")
	_, err = o.submit(t.Context(), by, domain.CloseMeeting{Meeting: "m1"})
	must(t, err)
	both("")
	both("The county pack is the same.")
}

// TestBackupOverwritesNothing: not a file of the same name, whatever it is.
func TestBackupOverwritesNothing(t *testing.T) {
	o := newOpener(t).open(t)
	path := filepath.Join(t.TempDir(), "kopi")
	must(t, os.WriteFile(path, []byte("i går"), 0o600))
	if out, err := o.ask(t, nil, "backup", path); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("backup: %s %v", out, err)
	}
	if kept, err := os.ReadFile(path); err != nil || string(kept) != "i går" {
		t.Errorf("the file is now %q, %v", kept, err)
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestImportTellsOfWhatIsHidden: nobody sees those rows and sheets, and one of the two
// is read.
func TestImportTellsOfWhatIsHidden(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]string{{"Kommune", "Fagområde", "Nivå"}, {"Lom", "Klima", "rød"}, {"Hamar", "Klima", "gul"}} {
		must(t, book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
	must(t, book.SetRowVisible("Sheet1", 3, false))
	_, err := book.NewSheet("Gammelt")
	must(t, err)
	must(t, book.SetSheetVisible("Gammelt", false))
	file, err := book.WriteToBuffer()
	must(t, err)
	must(t, book.Close())
	out, err := newOpener(t).open(t).ask(t, file.Bytes(), "import", "statuses", "fil.xlsx", "--edition", "2022", "--dry-run")
	if err != nil || !strings.Contains(out, "\n1 rad er skjult, og leses:\n  ark «Sheet1», rad 3\n") || !strings.Contains(out, "\nSkjulte ark, som ikke leses: Gammelt\n") {
		t.Errorf("%s%v", out, err)
	}
}

// TestNotAssessedIsByNobody: a correction takes a level away and has no word of
// the rest. What stays is of a judgement that is gone: no page tells whose it was,
// nor of which day.
func TestNotAssessedIsByNobody(t *testing.T) {
	f := newFolder(t)
	f.must("import", "statuses", f.file("Kommune,Fagområde,Nivå,Tekst,Vurdert av,Dato",
		"Hamar,Klima,gul,Planen er gammel,Kari Moen,2026-09-01", "Lom,Klima,grønn,,Kari Moen,2026-09-02"), "--edition", "2026")
	f.must("publish", "--edition", "2026")
	fix := f.file("Kommune,Fagområde,Nivå", "Hamar,Klima,", "Lom,Klima,rød")
	tried := f.must("import", "statuses", fix, "--edition", "2026", "--reason", "Feil", "--delete", "1", "--dry-run")
	if !strings.Contains(tried, "\n2 statuser endres mens tekst, forfatter eller dato står som før:\n  Hamar: Klima\n  Lom: Klima\n") {
		t.Errorf("the dry run does not tell what stays: %s", tried)
	}
	f.must("import", "statuses", fix, "--edition", "2026", "--reason", "Feil", "--delete", "1")
	f.must("publish", "--edition", "2026")
	s := f.serve()
	if page := s.page("/kommune/3403?board=2026"); !strings.Contains(page, "Ikke vurdert") || strings.Contains(page, "Vurdert 1. sep. 2026") || !strings.Contains(page, "Planen er gammel") {
		t.Errorf("Hamar: %s", page)
	}
	if page := s.page("/kommune/3434?board=2026"); !strings.Contains(page, "Vurdert 2. sep. 2026") {
		t.Errorf("Lom: %s", page)
	}
	if api := s.page("/api/v1/boards/2026/cells/3403/klima"); strings.Contains(api, `"author"`) || strings.Count(api, `"date"`) != strings.Count(api, `"level":"yellow"`) {
		t.Errorf("the API of Hamar: %s", api)
	}
}
