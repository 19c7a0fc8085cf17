package sheet_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/storage/county"
	"kommunebilde/storage/sheet"
)

func innlandet(t testing.TB) *domain.Catalogue {
	t.Helper()
	p, err := county.Load(county.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return &p.Catalogue
}

// readStatuses reads a file on a day in the autumn of 2022.
func readStatuses(name string, data []byte, cat *domain.Catalogue) ([]editions.Cell, error) {
	file, err := sheet.ReadStatuses(name, data, cat, "2022-10-01")
	return file.Cells, err
}

// line writes a cell as a table of the tests does: text, author and date after
// a bar each, "–" for one that the file empties.
func line(e editions.Cell) string {
	s := strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Municipality, e.Column, e.Level))
	for _, part := range []*string{e.Text, e.Author, e.Date} {
		switch s += "|"; {
		case part == nil:
		case *part == "":
			s += "–"
		default:
			s += *part
		}
	}
	return strings.TrimRight(s, "|")
}

func lines(cells []editions.Cell) string {
	var out []string
	for _, e := range cells {
		out = append(out, line(e))
	}
	return strings.Join(out, "\n")
}

func faultsOf(t testing.TB, err error) *sheet.Faults {
	t.Helper()
	var f *sheet.Faults
	if !errors.As(err, &f) {
		t.Fatalf("error is %v, not *Faults", err)
	}
	return f
}

func TestFormsThatAreRead(t *testing.T) {
	cat := innlandet(t)
	cat.Ended = append(cat.Ended, domain.Ended{ID: "0511", Name: "Gammelbygd"})
	for name, c := range map[string]struct{ file, want string }{
		"long, by number and id": {
			"kommune;fagområde;nivå\n3434;fastlege;red\n3403;barnevern;green\n",
			"3434 fastlege red\n3403 barnevern green"},
		"long, by name, in bokmål": {
			"Kommune;Fagområde;Nivå;Begrunnelse;Vurdert av;Dato\nLom;Fastlegesituasjonen;Rødt;To av tre lister, uten fast lege;K. Moen;2022-09-02\n",
			"3434 fastlege red|To av tre lister, uten fast lege|K. Moen|2022-09-02"},
		"long, in nynorsk": {
			"Kommune;Fagområde;Farge;Grunngiving\nVågå;Samfunnstryggleik;Raudt;ein grunn\nSel;Sosiale tenester;grønt;\nLesja;Folkehelse;Ikkje vurdert;\n",
			"3435 samfunnssikkerhet red|ein grunn\n3437 sosiale-tjenester green|–\n3432 folkehelse not_assessed|–"},
		"long, in English, with commas": {
			"Municipality,Area,Level,Reason,Author,Date\nNord-Fron,Child welfare,Yellow,\"one, two\",A,02.09.2022\nOs,Climate,not applicable,,,\nOs,Farmland,missing data,,,\n",
			"3436 barnevern yellow|one, two|A|2022-09-02\n3430 klima not_applicable|–|–|–\n3430 jordvern no_data|–|–|–"},
		"tabs": {
			"kommune\tområde\tstatus\nGran\tklima\tgul\n", "3446 klima yellow"},
		"by meaning, in odd letters": {
			"KOMMUNE;Område:;NIVÅ*\n  lom \u00a0;KLIMA;Sårbar\nSKJÅK;Barnehage;Forbedringspotensial\nDovre;Rus/psyk.;GOD\n",
			"3434 klima red\n3433 barnehage-opplaering yellow\n3431 rus-psykisk-helse green"},
		"å in two code points": {
			"kommune;fagomra\u030ade;niva\u030a\nVa\u030aga\u030a;Kommuneøkonomi;gul\n", "3435 okonomi yellow"},
		"names with number, county and kommune": {
			"Kommune;Område;Nivå\n3419 Våler;klima;gul\nVåler (Innlandet);miljo;gul\nOs kommune;miljo;gul\nNord – Fron;miljo;gul\n3434 - Lom;miljo;gul\nV. Toten;miljo;gul\n",
			"3419 klima yellow\n3419 miljo yellow\n3430 miljo yellow\n3436 miljo yellow\n3434 miljo yellow\n3443 miljo yellow"},
		"number and name": {
			"Kommunenr.;Kommunenavn;Region;Område;Nivå\n3434;Lom;Nord-Gudbrandsdal;klima;gul\n;Sel;;klima;rød\n3401;;;klima;grønn\n",
			"3434 klima yellow\n3437 klima red\n3401 klima green"},
		"indicators beside their area": {
			"Kommune;Fagområde;Indikator;Nivå\nLom;Barnevern;;gul\nLom;Barnevern;Barn med tiltaksplan;rød\nLom;;robek;grønn\n",
			"3434 barnevern yellow\n3434 tiltaksplaner red\n3434 robek green"},
		"indicators and areas in one column": {
			"Kommune;Fagområde/indikator;Nivå\nLom;Legevaktordning;gul\nLom;Helse;rød\n",
			"3434 legevakt yellow\n3434 helse-omsorg red"},
		"title, blank rows and the header again": {
			"Kommunebilde 2022;;\n;;\nKommune;Område;Nivå\n\n;;\nLom;klima;gul\nKommune;Område;Nivå\nSel;klima;gul\n",
			"3434 klima yellow\n3437 klima yellow"},
		"rows with no level": {
			"Kommune;Område;Nivå;Tekst;Dato\nLom;klima;;\nSel;klima;gul;\nOs;klima;;;2022-09-02\n", "3434 klima|–||–\n3437 klima yellow|–||–\n3430 klima|–||–"},
		"the same said twice": {
			"Kommune;Område;Nivå;Tekst\nLom;klima;gul;fordi\nLom;klima;gul;fordi\n", "3434 klima yellow|fordi"},
		"wide": {
			"Kommune;Barnevern;Klima;Helse og omsorg\nLom;grønn;gul;\nSel;rød;;ikke aktuelt\n",
			"3434 barnevern green\n3434 klima yellow\n3434 helse-omsorg\n3437 barnevern red\n3437 klima\n3437 helse-omsorg not_applicable"},
		"wide with texts": {
			"Kommunenummer;Kommune;Region;Barnevern;Barnevern – tekst;Klima;Klima (begrunnelse);Klima - vurdert av;Dato\n3434;Lom;NG;grønn;Godt;gul;Plan mangler;B. Berg;1.9.2022\n",
			"3434 barnevern green|Godt||2022-09-01\n3434 klima yellow|Plan mangler|B. Berg|2022-09-01"},
		"wide, empty corner": {
			";Barnevern;Klima\nLom;grønn;gul\n", "3434 barnevern green\n3434 klima yellow"},
		"wide with indicators and hyphened names": {
			"Kommune;Samfunns- og arealplanlegging;Samfunns- og arealplanlegging - tekst;Klima- og energiplan\nLom;gul;nå;rød\n",
			"3434 plan yellow|nå\n3434 klimaplan red"},
		"Excel's own line about signs": {
			"sep=,\nKommune,Område,Nivå\nLom,klima,gul\n", "3434 klima yellow"},
		"line ends of Windows, a text in two lines": {
			"Kommune;Område;Nivå;Tekst\r\nLom;klima;gul;\"en\r\nto \"\"sitat\"\"\"\r\n", "3434 klima yellow|en\nto \"sitat\""},
		"what WriteCSV guarded": {
			"Kommune;Område;Nivå;Tekst\nLom;klima;gul;'=SUM(A1)\nSel;klima;gul;'sitat\n", "3434 klima yellow|=SUM(A1)\n3437 klima yellow|'sitat"},
		"an empty unknown column": {
			"Kommune;Område;Nivå;Notat\nLom;klima;gul;\n", "3434 klima yellow"},
	} {
		t.Run(name, func(t *testing.T) {
			for form, data := range map[string][]byte{
				"plain": []byte(c.file),
				"BOM":   []byte("\ufeff" + c.file),
			} {
				got, err := readStatuses("vurdering.csv", data, cat)
				if err != nil {
					t.Fatalf("%s: %v", form, err)
				}
				if lines(got) != c.want {
					t.Errorf("%s: got\n%s\nwant\n%s", form, lines(got), c.want)
				}
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	const file = "Kommune;Fagområde;Nivå;Tekst\r\nØystre Slidre;Kommuneøkonomi;Rødt;«Sårbar» – på sikt\r\n"
	const want = "3453 okonomi red|«Sårbar» – på sikt"
	cat := innlandet(t)
	windows, err := charmap.Windows1252.NewEncoder().String(file)
	if err != nil {
		t.Fatal(err)
	}
	little, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(file, ";", "\t"))
	big, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(file)
	for name, data := range map[string]string{"Windows-1252": windows, "UTF-16LE": little, "UTF-16BE": big, "UTF-8": file, "UTF-8 with mark": "\ufeff" + file} {
		got, err := readStatuses("x.csv", []byte(data), cat)
		if err != nil || lines(got) != want {
			t.Errorf("%s: got %s, %v", name, lines(got), err)
		}
	}
	for name, data := range map[string]string{
		"two encodings in one file": file + windows,
		"marked as UTF-8 and not":   "\ufeff" + windows,
		"neither":                   "Kommune;Omr\xe5de\x81;Niv\xe5\n",
		"binary":                    "\x7fELF\x00\x00",
		"half a UTF-16 character":   "\xff\xfeK\x00\x00\xd8",
	} {
		edits, err := readStatuses("x.csv", []byte(data), cat)
		if f := faultsOf(t, err); len(edits) > 0 || !strings.HasPrefix(f.List[0].Code, "csv.") && f.List[0].Code != "file.kind" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFileWithoutOneGoodReadingIsRefused(t *testing.T) {
	cat := innlandet(t)
	cat.Ended = append(cat.Ended, domain.Ended{ID: "0511", Name: "Gammelbygd"})
	// Two indicators and an area of another name, so that one name means two.
	for i := range cat.Columns {
		switch cat.Columns[i].ID {
		case "legevakt", "rekruttering":
			cat.Columns[i].Short = domain.Words{NB: "Vakt"}
		case "robek":
			cat.Columns[i].Name.NB = "Klima"
		}
	}
	cat.Municipalities[0].Short, cat.Municipalities[1].Short = "H.", "H."
	for name, c := range map[string]struct{ file, want string }{
		"empty":                     {" \r\n", "file: file.empty"},
		"no header":                 {"a;b;c\n1;2;3\n", "file: header.none (10)"},
		"header too far down":       {strings.Repeat("x;\n", 10) + "Kommune;Område;Nivå\nLom;klima;gul\n", "file: header.none (10)"},
		"header without level":      {"Kommune;Område;Nvå\nLom;klima;gul\n", "row 1: header.level"},
		"header without area":       {"Kommune;Nivå\nLom;gul\n", "row 1: header.what"},
		"header without who":        {"Komune;Område;Nivå\nLom;klima;gul\n", "row 1: header.who"},
		"wide without who":          {"Sted;Barnevern;Klima- og energiplan\nLom;gul;gul\n", "row 1: header.who_beside"},
		"a header only":             {"Kommune;Område;Nivå\n", "file: file.nothing “x.csv”"},
		"header twice":              {"Kommune;Område;Nivå;Tekst;Kommentar\nLom;jordvern;gul;;\n", "row 1, column E: header.twice “Kommentar”"},
		"area twice":                {"Kommune;Barnevern;Miljø;barnevern\nLom;gul;gul;gul\n", "row 1, column D: header.twice “barnevern”"},
		"text without its level":    {"Kommune;Barnevern;Miljø – tekst\nLom;gul;x\n", "row 1, column C: header.level_of “Miljø – tekst” (Miljø)"},
		"misspelt wide header":      {"Kommune;Barnevern;Jordværn\nLom;gul;rød\n", "row 1, column C: column.unknown “Jordværn”"},
		"ambiguous wide header":     {"Kommune;Barnevern;Klima\nLom;gul;rød\n", "row 1, column C: column.several “Klima” (Klima (klima), Klima (robek))"},
		"ambiguous indicator":       {"Kommune;Indikator;Nivå\nLom;Vakt;gul\n", "row 2, column B: column.several “Vakt” (Rekruttering og stabilitet (rekruttering), Legevaktordning (legevakt))"},
		"ambiguous municipality":    {"Kommune;Område;Nivå\nH.;jordvern;gul\n", "row 2, column A: municipality.several “H.”"},
		"ended municipality":        {"Kommune;Område;Nivå\nGammelbygd;jordvern;gul\n", "row 2, column A: municipality.ended “Gammelbygd” (Gammelbygd)"},
		"slip of the finger":        {"Kommune;Område;Nivå\nRingebuu;jordven;gul\n", "row 2, column A: municipality.unknown “Ringebuu” near “Ringebu”\nrow 2, column B: column.neither “jordven” near “Jordvern”"},
		"beyond the last header":    {"Kommune;Område;Nivå\nLom;jordvern;gul;;husk\n", "row 2, column E: column.beyond “husk”"},
		"a day to come":             {"Kommune;Område;Nivå;Dato\nLom;jordvern;gul;2022-10-01\nSel;jordvern;gul;2.10.2022\n", "row 3, column D: date.ahead “2.10.2022”"},
		"a text and then none":      {"Kommune;Område;Nivå;Tekst\nLom;jordvern;gul;fordi\nLom;jordvern;gul;\n", "row 3, column C: cell.twice “Lom, Jordvern” (2)"},
		"a function":                {"Kommune;Område;Nivå\nLom;strom;gul\n", "row 2, column B: column.neither “strom”"},
		"withheld":                  {"Kommune;Område;Nivå\nLom;jordvern;withheld\n", "row 2, column C: level.unknown “withheld”"},
		"quotes":                    {"Kommune;Område;Nivå\n\nLom;jordvern;gul\nLom;jord\"vern;gul\n", "row 4: csv.quotes"},
		"after a cell of two lines": {"Kommune;Område;Nivå;Tekst\nLom;jordvern;gul;\"en\n\nto\"\n\nSel;jordvern;lilla;\n", "row 4, column C: level.unknown “lilla”"},
		"line too long":             {"Kommune;Område;Nivå\nLom;" + strings.Repeat("x", 65<<10) + ";gul\n", "row 2: csv.line (65536)"},
		"row too long":              {"Kommune;Område;Nivå\nLom;\"" + strings.Repeat(strings.Repeat("x", 32<<10)+"\n", 3) + "\";gul\n", "row 2: csv.line (65536)"},
		"too many rows":             {"Kommune;Område;Nivå\n" + strings.Repeat("Lom;jordvern;gul\n", 20_000), "row 20001: file.rows (20000)"},
		"too many columns":          {"Kommune;Område;Nivå" + strings.Repeat(";", 198) + "x\nLom;jordvern;gul\n", "row 1, column GS: file.columns “x” (200)"},
		"unknown sign":              {"sep=#\nKommune#Område#Nivå\n", "file: csv.sign “sep=#”"},
		"an older spreadsheet":      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file: file.old"},
		"not a spreadsheet":         {"PK\x03\x04rubbish", "file: file.damaged (no archive)"},
	} {
		t.Run(name, func(t *testing.T) {
			edits, err := readStatuses("x.csv", []byte(c.file), cat)
			f := faultsOf(t, err)
			var got []string
			for _, fault := range f.List {
				got = append(got, fault.String())
			}
			if strings.Join(got, "\n") != c.want || len(edits) > 0 {
				t.Errorf("faults are\n%s\nwant\n%s", strings.Join(got, "\n"), c.want)
			}
		})
	}
	if _, err := readStatuses("x.csv", make([]byte, 11<<20), cat); err == nil || !strings.Contains(err.Error(), "file.large (10)") {
		t.Errorf("a file of 11 MB: %v", err)
	}
}

// One file with twenty different faults: each is told with its place, and
// nothing of the file is taken, its good rows neither.
func TestTwentyFaultsInOneFile(t *testing.T) {
	const head = "Kommunenr;Kommune;Fagområde;Indikator;Nivå;Tekst;Vurdert av;Dato;Notat\n"
	var file strings.Builder
	file.WriteString(head)
	rows := []struct{ row, want string }{
		{"3434;Lom;Klima;;gul;ok;;2022-09-02;", ""},
		{"3499;;Klima;;gul;;;;", "row 3, column A: municipality.unknown “3499”"},
		{";Lomm;Klima;;gul;;;;", "row 4, column B: municipality.unknown “Lomm” near “Lom”"},
		{"3434;Sel;Klima;;gul;;;;", "row 5, column B: municipality.other “Sel” (Lom)"},
		{";;Klima;;gul;;;;", "row 6, column B: municipality.missing"},
		{"3437;;Samferdsel;;gul;;;;", "row 7, column C: area.unknown “Samferdsel”"},
		{"3437;;;;gul;;;;", "row 8, column D: area.missing"},
		{"3437;;;Vannmåling;gul;;;;", "row 9, column D: indicator.unknown “Vannmåling”"},
		{"3437;;Klima;robek;gul;;;;", "row 10, column C: area.other “Klima” (Kommuneøkonomi)"},
		{"3437;;Trafikk;robek;gul;;;;", "row 11, column C: area.unknown “Trafikk”"},
		{"3437;;Klima;;lilla;;;;", "row 12, column E: level.unknown “lilla”"},
		{"3437;;Klima;;;mangler farge;;;", "row 13, column E: level.missing"},
		{"3434;;Klima;;rød;;;;", "row 14, column E: cell.twice “Lom, Klima” (2)"},
		{"3434;;Klima;;gul;annet;;;", "row 15, column E: cell.twice “Lom, Klima” (2)"},
		{"3437;;Miljø;;gul;;;31.02.2022;", "row 16, column H: date.wrong “31.02.2022”"},
		{"3437;;Miljø;;gul;;;02.09.22;", "row 17, column H: date.wrong “02.09.22”"},
		{"3437;;Miljø;;gul;;;1022-09-02;", "row 18, column H: date.wrong “1022-09-02”"},
		{"3437;;Miljø;;gul;" + strings.Repeat("å", 2001) + ";;;", "row 19, column F: text.long “" + strings.Repeat("å", 60) + "…” (2000)"},
		{"3437;;Miljø;;gul;sn\u202eik;;;", "row 20, column F: text.control “sn□ik” (U+202E)"},
		{"3437;;Miljø;;gul;;" + strings.Repeat("n", 201) + ";;", "row 21, column G: text.long “" + strings.Repeat("n", 60) + "…” (200)"},
		{"3437;;Miljø;;gul;;;;husk", ""},
		{"3403;;Miljø;;grønn;;;;", ""},
	}
	want := []string{"row 1, column I: column.unknown “Notat”"} // what is below it is in its last row but one
	for _, r := range rows {
		file.WriteString(r.row + "\n")
		if r.want != "" {
			want = append(want, r.want)
		}
	}
	if len(want) != 20 {
		t.Fatalf("the file has %d faults", len(want))
	}
	edits, err := readStatuses("x.csv", []byte(file.String()), innlandet(t))
	if len(edits) > 0 {
		t.Errorf("%d cells were taken", len(edits))
	}
	f := faultsOf(t, err)
	var got []string
	for _, fault := range f.List {
		got = append(got, fault.String())
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("faults are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if f.Count != 20 || !strings.HasPrefix(err.Error(), "20 faults, nothing was read:\n") {
		t.Errorf("error is %v", err)
	}
}

func TestFaultsAreCappedAndCounted(t *testing.T) {
	_, err := readStatuses("x.csv", []byte("Kommune;Område;Nivå\n"+strings.Repeat("Lom;klima;lilla\n", 1000)), innlandet(t))
	f := faultsOf(t, err)
	if f.Count != 1000 || len(f.List) != 200 || !strings.HasSuffix(err.Error(), "… and 800 more") {
		t.Errorf("%d of %d faults told: …%s", len(f.List), f.Count, err.Error()[len(err.Error())-40:])
	}
}
