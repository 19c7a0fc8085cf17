package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/storage/sheet"
)

const today = "2023-09-06"

func readSupervision(data []byte, cat *domain.Catalogue) (sheet.Sources, error) {
	return sheet.ReadSupervision(data, cat, today)
}

// says writes out what a file says.
func says(got sheet.Sources) string {
	var lines []string
	for i, s := range got.List {
		r := s.Says
		line := fmt.Sprintf("%d %s %v %v «%s» %s %s–%s", got.Places[i].Row, r.Type, r.Municipalities, r.Columns, r.Title, r.Effective, r.Period.From, r.Period.To)
		if r.Type == evidence.Supervision {
			line += fmt.Sprintf(" %s/%s/%s", r.Supervision.Body, r.Supervision.Basis, r.Supervision.State)
		}
		for _, d := range r.Supervision.Deviations {
			line += fmt.Sprintf(" [%s %s %s %s %s]", d.ID, d.Text, d.State, d.Due, d.Closed)
		}
		if r.Summary != "" {
			line += " " + strings.ReplaceAll(string(r.Summary), "\n", " | ")
		}
		lines = append(lines, line)
	}
	for _, f := range got.Refused.List {
		lines = append(lines, f.String())
	}
	if len(got.Unread) > 0 {
		lines = append(lines, "unread: "+strings.Join(got.Unread, ", "))
	}
	return strings.Join(lines, "\n")
}

// TestReadSupervision: the sheets that offices have, in both forms of the language and in
// English, a row each or a row for each deviation, with words or numbers.
func TestReadSupervision(t *testing.T) {
	cat := innlandet(t)
	for name, c := range map[string]struct{ file, want string }{
		"a row for each deviation": {
			"Kommune;Fagområde;Saksnummer;Tema;Tilsynsorgan;Dato;Hjemmel;Avvik;Status;Frist;Lukket dato;Saksbehandler\n" +
				"Lom;Fastlegesituasjonen;2023/12;Legevakt;Statsforvalteren;14.05.2023;helsetilsynsloven § 4;Kompetansekrav;åpent;1.11.2023;;IB\n" +
				"3434 Lom;;2023/12;;;;;Rutine for bakvakt;lukket;;20.08.2023;IB\n",
			"2 supervision [3434] [fastlege] «Legevakt, sak 2023/12» 2023-05-14 2023-05-14–2023-05-14 Statsforvalteren/helsetilsynsloven § 4/ [ Kompetansekrav open 2023-11-01 ] [ Rutine for bakvakt closed  2023-08-20]\nunread: Saksbehandler",
		},
		"a row each, nynorsk, with numbers": {
			"Kommunenr,Område,Dato,Heimel,Talet på avvik,Opne avvik,Lukka dato\n3434,Klima,2023-05-14,forurensningsloven § 48,3,1,2023-08-01\n3403,Klima,2023-05-14,forurensningsloven § 48,0,,\n",
			"2 supervision [3434] [klima] «Tilsyn: forurensningsloven § 48» 2023-05-14 2023-05-14–2023-05-14 Statsforvalteren i Innlandet/forurensningsloven § 48/ [a1 Avvik 1 av 3 closed  2023-08-01] [a2 Avvik 2 av 3 closed  2023-08-01] [a3 Avvik 3 av 3 open  ]\n" +
				"3 supervision [3403] [klima] «Tilsyn: forurensningsloven § 48» 2023-05-14 2023-05-14–2023-05-14 Statsforvalteren i Innlandet/forurensningsloven § 48/",
		},
		"English, planned and ended": {
			"Municipality;Subject;Body;Date;Legal basis;State;Deviations\nLom;Schools;Statsforvalteren;1. februar 2024;opplæringslova § 14-1;planned;\nSel;Schools;Statsforvalteren;1 Feb 2023;opplæringslova § 14-1;concluded;none\n",
			"2 supervision [3434] [] «Schools» 2024-02-01 2024-02-01–2024-02-01 Statsforvalteren/opplæringslova § 14-1/planned\n3 supervision [3437] [] «Schools» 2023-02-01 2023-02-01–2023-02-01 Statsforvalteren/opplæringslova § 14-1/closed",
		},
		"rows that cannot be read keep out their own case alone": {
			"Kommune;Saksnr;Dato;Hjemmel;Avvik;Avviksstatus;Tilgang\nLom;1;14.05.2023;lov;Rutine;åpent;\nLom;1;14.05.2023;lov;Plan;kanskje;\nLomm;2;14.05.2023;lov;;;\nLom;2;i vår;lov;;;\nSel;1;14.05.2023;lov;Plan;lukket;\nLom;3;14.05.2023;lov;ja;;\nLom;4;14.05.2023;lov;;;naboen\nLom;5;14.05.2023;lov;;;alle\nLom;5;15.05.2023;lov;;;\nSel;6;14.05.2023;lov;ingen;;kommunen\nLom;7;14.05.2023;lov;" + strings.Repeat("a", 2001) + ";åpent;\n",
			"11 supervision [3437] [] «Tilsyn, sak 6» 2023-05-14 2023-05-14–2023-05-14 Statsforvalteren i Innlandet/lov/\n" +
				"row 3, column F: state.unknown “kanskje”\nrow 4, column A: municipality.unknown “Lomm” near “Lom”\nrow 5, column C: date.wrong “i vår”\nrow 6, column F: deviation.closed\n" +
				"row 7, column E: deviation.which “ja”\nrow 8, column G: access.unknown “naboen”\nrow 10, column C: source.other “15.05.2023” (9)\nrow 12, column E: text.long “" + strings.Repeat("a", 60) + "…” (2000)\nrow 2: source.part\nrow 9: source.part",
		},
	} {
		got, err := readSupervision([]byte(c.file), cat)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if says(got) != c.want {
			t.Errorf("%s: it says\n%s\nwant\n%s", name, says(got), c.want)
		}
	}
	for code, file := range map[string]string{
		"header.supervision (10)": "Kommune;Fagområde;Nivå\nLom;Klima;gul\n",
		"file.rowless":            "Kommune;Dato;Hjemmel\n;;\n",
		"header.twice “Heimel”":   "Kommune;Dato;Hjemmel;Heimel\nLom;2023-05-14;a;b\n",
		"file.empty":              " ",
		"file.old":                "\xd0\xcf\x11\xe0",
	} {
		if _, err := readSupervision([]byte(file), cat); !strings.Contains(faultsOf(t, err).List[0].String(), code) {
			t.Errorf("%q: %v, want %s", file, err, code)
		}
	}
}

// TestSupervisionFromAWorkbook: dates as days and as text, merged cells, formulas without
// a result, and a text of 100,000 characters, each told by its place.
func TestSupervisionFromAWorkbook(t *testing.T) {
	f := excelize.NewFile()
	for i, row := range [][]any{
		{"Tilsyn i 2023"},
		{"Kommune", "Sak", "Dato", "Hjemmel", "Avvik", "Status"},
		{"Lom", "23/1", 45060, "helsetilsynsloven § 4", "Rutine mangler", "åpent"},
		{nil, nil, nil, nil, "Opplæring mangler", "åpent"},
		{"Sel", "23/2", "2023-05-14", "helsetilsynsloven § 4"},
		{"Vågå", "23/3", "2023-05-14", "helsetilsynsloven § 4"},
		{"Skjåk", "23/4", "2023-05-14", "helsetilsynsloven § 4", strings.Repeat("ab", 16_000), "åpent"},
	} {
		must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
	for _, c := range "ABCD" {
		must(t, f.MergeCell("Sheet1", fmt.Sprintf("%c3", c), fmt.Sprintf("%c4", c)))
	}
	must(t, f.SetCellFormula("Sheet1", "E6", "=1/0"))
	got, err := readSupervision(bytesOf(t, f), innlandet(t))
	must(t, err)
	text := says(got)
	for _, want := range []string{
		"3 supervision [3434] [] «Tilsyn, sak 23/1» 2023-05-14", "[ Rutine mangler open  ] [ Opplæring mangler open  ]", "\n5 supervision [3437]",
		"sheet “Sheet1”, row 6, column E: value.none", "sheet “Sheet1”, row 7, column E: text.long",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	if len(got.List) != 2 {
		t.Errorf("it says\n%s", text)
	}
	long := archive(t, bare(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Dato</t></is></c><c r="C1" t="inlineStr"><is><t>Hjemmel</t></is></c></row><row r="2"><c r="A2"><v>3434</v></c><c r="B2" t="inlineStr"><is><t>2023-05-14</t></is></c><c r="C2" t="inlineStr"><is><t>`+strings.Repeat("å", 50_000)+strings.Repeat("x", 20_000)+`</t></is></c></row>`))
	if got, err := readSupervision(long, innlandet(t)); err != nil || len(got.List) != 0 || !strings.Contains(says(got), "row 2, column C: text.long") {
		t.Errorf("a long text: %v\n%.300s", err, says(got))
	}
	csv := "Kommune;Dato;Hjemmel\nLom;2023-05-14;" + strings.Repeat("x", 100_000) + "\n"
	if _, err := readSupervision([]byte(csv), innlandet(t)); !strings.Contains(faultsOf(t, err).List[0].String(), "row 2: csv.line") {
		t.Errorf("100,000 characters of CSV: %.200v", err)
	}
	bomb := saying(archive(t, append(bare(bareHead), part{"a.bin", strings.Repeat(" ", 1<<20)}, part{"b.bin", strings.Repeat(" ", 1<<20)})), 1<<20, 30<<20)
	if _, err := readSupervision(bomb, innlandet(t)); !strings.Contains(faultsOf(t, err).List[0].String(), "file.unpacked") {
		t.Errorf("a bomb: %v", err)
	}
}

// TestReadSurvey: the answers to DSB's survey, with the day of the overall analysis where
// a municipality gives one.
func TestReadSurvey(t *testing.T) {
	cat := innlandet(t)
	const file = "Kommunenummer;Kommune;Når ble helhetlig ROS sist oppdatert?;Har kommunen øvd?;Region\n3434;Lom;2021;Ja, i 2022;Nord\n3437;Sel;vet ikke;Nei;Nord\n;Vågå;12.11.2021;;Nord\n3434;;2020;Nei;\nDovre;;2030;Ja;\n"
	got, err := sheet.ReadSurvey([]byte(file), cat, today, 2023)
	must(t, err)
	want := "2 ros [3434] [samfunnssikkerhet helhetlig-ros] «Helhetlig ROS, etter DSBs kommuneundersøkelse 2023» 2021-01-01 2021-01-01– Når ble helhetlig ROS sist oppdatert?: 2021 | Har kommunen øvd?: Ja, i 2022\n" +
		"3 statistics [3437] [samfunnssikkerhet helhetlig-ros] «DSBs kommuneundersøkelse 2023» 2023-09-06 2023-01-01–2023-12-31 Når ble helhetlig ROS sist oppdatert?: vet ikke | Har kommunen øvd?: Nei\n" +
		"4 ros [3435] [samfunnssikkerhet helhetlig-ros] «Helhetlig ROS, etter DSBs kommuneundersøkelse 2023» 2021-11-12 2021-11-12– Når ble helhetlig ROS sist oppdatert?: 12.11.2021\n" +
		"row 5, column B: survey.twice “Lom” (2)\nrow 6, column C: date.ahead “2030-01-01”"
	if says(got) != want {
		t.Errorf("it says\n%s\nwant\n%s", says(got), want)
	}
	if got, err := sheet.ReadSurvey([]byte("Kommune;År;ROS-analyse, dato\nLom;2022;2021\nSel;2023;2021\n"), cat, today, 2022); err != nil || len(got.List) != 1 || got.Refused.Count != 1 {
		t.Errorf("with its year: %v\n%s", err, says(got))
	}
	if got, err := sheet.ReadSurvey([]byte("Kommune;Plan?\nLom;Ja\n"), cat, today, 0); err != nil || !strings.Contains(says(got), "survey.year") {
		t.Errorf("without a year: %v\n%s", err, says(got))
	}
	if _, err := sheet.ReadSurvey([]byte("Fylke;Plan?\nInnlandet;Ja\n"), cat, today, 2023); !strings.Contains(faultsOf(t, err).List[0].String(), "header.survey") {
		t.Errorf("without municipalities: %v", err)
	}
}

// FuzzSources holds what the readers of evidence promise for any bytes.
func FuzzSources(f *testing.F) {
	cat := innlandet(f)
	for _, s := range []string{
		"Kommune;Saksnr;Dato;Hjemmel;Avvik;Status;Lukket\nLom;23/1;14.05.2023;lov;Rutine;lukket;2023-08-01\nLom;23/1;;;Plan;åpent;\n",
		"Kommune,Dato,Hjemmel,Antall avvik,Åpne avvik\nSel,2023-05-14,lov,3,1\n", "Kommune;Helhetlig ROS, år;Øvd?\nLom;2021;Ja\n",
		"Kommunenr\tDato\tOrgan\tTilgang\n3434\t2023-05-14\tSF\talle\n", "\xff\xfeK\x00", "PK",
	} {
		f.Add([]byte(s))
	}
	f.Add(archive(f, bare(bareHead)))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func() (sheet.Sources, error){
			func() (sheet.Sources, error) { return readSupervision(data, cat) },
			func() (sheet.Sources, error) { return sheet.ReadSurvey(data, cat, today, 2023) },
		} {
			got, err := read()
			if err != nil {
				if f := new(sheet.Faults); !errors.As(err, &f) || len(got.List) > 0 || f.Count < 1 {
					t.Fatalf("%d and %v", len(got.List), err)
				}
				continue
			}
			if len(got.List) != len(got.Places) || len(got.List)+got.Refused.Count == 0 {
				t.Fatalf("%d in %d places, %d refused", len(got.List), len(got.Places), got.Refused.Count)
			}
			var ids []evidence.ID
			for i, s := range got.List {
				r := s.Says
				if !domain.IsID(string(s.ID())) || slices.Contains(ids, s.ID()) || len(r.Municipalities) != 1 || cat.MunicipalityIndex(r.Municipalities[0]) < 0 ||
					!domain.IsDay(r.Effective) || got.Places[i].Row < 2 || utf8.RuneCountInString(string(r.Summary)) > 5000 || !utf8.ValidString(string(r.Title)) {
					t.Errorf("%+v", s)
				}
				ids = append(ids, s.ID())
			}
			again, err := read()
			if err != nil || !bytes.Equal([]byte(says(got)), []byte(says(again))) {
				t.Errorf("read again it says\n%s\nfirst\n%s", says(again), says(got))
			}
		}
	})
}
