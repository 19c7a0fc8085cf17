package sheet_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
	"kommunebilde/storage/sheet"
)

// withSummary is the county with the texts that sum a municipality up.
func withSummary(t testing.TB) *domain.Catalogue {
	cat := *innlandet(t)
	cat.Columns = append(cat.Columns[:len(cat.Columns):len(cat.Columns)],
		domain.Column{ID: "status", Kind: domain.ColumnSummary, Version: 1, Name: domain.Words{NB: "Status"}, Short: domain.Words{NB: "Status"}})
	return &cat
}

var ownHead = []string{"Utgave-id", "Kommunenummer", "Kommune", "Kolonne-id", "Fagområde eller indikator", "Kolonneversjon", "Status-id", "Status", "Tekst", "Kilder", "Mangler", "Vurdert av", "Revisjon", "Hentet"}

// own is a row of a sheet that the edition gave away.
func own(m, name, c, title, level, text, refs, seen string) []string {
	return []string{"2026", m, name, c, title, "1", "", level, text, refs, "kilde", "Kari", seen, "2026-01-01"}
}

func ownCSV(t testing.TB, rows ...[]string) []byte {
	var b bytes.Buffer
	must(t, sheet.WriteCSV(&b, ownHead, rows))
	return b.Bytes()
}

// asWorkbook is a CSV file as a spreadsheet takes it in and saves it: apostrophes stay.
func asWorkbook(t testing.TB, rows ...[]string) []byte {
	f := excelize.NewFile()
	for i, row := range append([][]string{ownHead}, rows...) {
		for j, v := range row {
			if i > 0 && v != "" && strings.ContainsAny(v[:1], "=-+@") {
				row[j] = "'" + v
			}
		}
		must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
	return bytesOf(t, f)
}

func told(r batch.Row) string {
	s := fmt.Sprintf("%s %s v%d", r.Municipality, r.Column, r.Version)
	if r.Seen != nil {
		s += fmt.Sprintf(" seen %d", *r.Seen)
	}
	if r.Level != nil {
		s += fmt.Sprintf(" level %q", *r.Level)
	}
	if r.Text != nil {
		s += fmt.Sprintf(" text %q", *r.Text)
	}
	if r.Evidence != nil {
		s += fmt.Sprintf(" %v", *r.Evidence)
	}
	return s
}

func TestJudgements(t *testing.T) {
	rows := func() [][]string {
		return [][]string{
			own("3434", "Lom", "klima", "Klima", "Gul", "=1+1, \"sitat\";\n-to linjer", "k1@2 k7@1", "41"),
			own("3434", "Lom", "miljo", "Miljø", "", "", "", "0"),
			own("3434", "Lom", "status", "Status", "", "'=ord", "", "7"),
		}
	}
	want := strings.Join([]string{
		`3434 klima v1 seen 41 level "yellow" text "=1+1, \"sitat\";\n-to linjer" [{k1 2} {k7 1}]`,
		`3434 miljo v1 seen 0 level "" text "" []`,
		`3434 status v1 seen 7 text "'=ord" []`,
	}, "\n")
	for name, data := range map[string][]byte{
		"csv": ownCSV(t, rows()...),
		"json": []byte(`{"schema":"x","board":{"id":"2026","kind":"edition"},"cells":[
			{"m":"3434","municipality":"Lom","c":"klima","version":1,"level":"yellow","text":"=1+1, \"sitat\";\n-to linjer","evidence":[{"e":"k1","v":2},{"e":"k7","v":1}],"seen":41,"state":"draft"},
			{"m":"3434","c":"miljo","version":1,"level":"","text":"","evidence":[],"seen":0},
			{"m":"3434","c":"status","version":1,"text":"'=ord","evidence":[],"seen":7}]}`),
	} {
		got, err := sheet.ReadJudgements(name, data, withSummary(t), "2026")
		must(t, err)
		var lines []string
		for _, r := range got.Rows {
			lines = append(lines, told(r))
		}
		if strings.Join(lines, "\n") != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(lines, "\n"), want)
		}
	}
	// A plain table, which tells nothing but levels.
	got, err := sheet.ReadJudgements("x.csv", []byte("Kommune;Fagområde;Nivå\nLom;Klima;rød\n"), withSummary(t), "2026")
	must(t, err)
	if len(got.Rows) != 1 || told(got.Rows[0]) != `3434 klima v0 level "red"` {
		t.Errorf("a plain table: %v", got.Rows)
	}
}

// TestJudgementsThroughASpreadsheet: opened, and saved as a workbook, they are the same.
func TestJudgementsThroughASpreadsheet(t *testing.T) {
	for _, text := range []string{"=1+1", "-to", "+47", "@alle", "vanlig, med \"sitat\"", "to\nlinjer", "Æ; ø", strings.Repeat("å", 5000)} {
		row := own("3434", "Lom", "klima", "Klima", "Rød", text, "", "3")
		for name, data := range map[string][]byte{"csv": ownCSV(t, row), "xlsx": asWorkbook(t, append([]string(nil), row...))} {
			got, err := sheet.ReadJudgements(name, data, withSummary(t), "2026")
			must(t, err)
			if *got.Rows[0].Text != text {
				t.Errorf("%s: %q came back as %q", name, text, *got.Rows[0].Text)
			}
		}
	}
}

func TestFaultsOfJudgements(t *testing.T) {
	ok := own("3434", "Lom", "klima", "Klima", "Gul", "tekst", "k1@2", "41")
	with := func(col int, v string) []string {
		row := append([]string(nil), ok...)
		row[col] = v
		return row
	}
	for want, rows := range map[string][][]string{
		"row 2, column A: edition.other “2025” (2026)":           {with(0, "2025")},
		"row 2, column C: municipality.other “Hamar” (Lom)":      {with(2, "Hamar")},
		"row 2, column D: column.neither “klimaks”":              {with(3, "klimaks")},
		"row 2, column E: column.other “Miljø” (Klima)":          {with(4, "Miljø")},
		"row 2, column F: version.wrong “x”":                     {with(5, "x")},
		"row 2, column H: level.unknown “lilla”":                 {with(7, "lilla")},
		"row 2, column H: level.missing":                         {with(7, "")},
		"row 2, column I: text.control “a□b” (U+202E)":           {with(8, "a\u202eb")},
		"row 2, column J: evidence.wrong “k1”":                   {with(9, "k1")},
		"row 2, column J: evidence.wrong “k1@0”":                 {with(9, "k1@0")},
		"row 2, column M: revision.wrong":                        {with(12, "")},
		"row 2, column M: revision.wrong “-1”":                   {with(12, "-1")},
		"row 3, column H: cell.twice “Lom, Klima” (2)":           {ok, with(8, "noe annet")},
		"row 2, column H: level.summary “Rød”":                   {own("3434", "Lom", "status", "Status", "Rød", "x", "", "1")},
		"row 2, column I: text.long “" + strings.Repeat("å", 60): {with(8, strings.Repeat("å", 5001))},
	} {
		_, err := sheet.ReadJudgements("x.csv", ownCSV(t, rows...), withSummary(t), "2026")
		if f := faultsOf(t, err); f.Count != 1 || !strings.HasPrefix(f.List[0].String(), want) {
			t.Errorf("got %v, want %s", f, want)
		}
	}
	for want, data := range map[string]string{
		"file: file.json":                        `{"board":`,
		"file: edition.other “2025” (2026)":      `{"board":{"id":"2025"},"cells":[{}]}`,
		"file: file.nothing":                     `{"board":{"id":"2026"}}`,
		"row 1: municipality.unknown “1”":        `{"board":{"id":"2026"},"cells":[{"m":"1","c":"klima"}]}`,
		"row 1: column.neither “x”":              `{"board":{"id":"2026"},"cells":[{"m":"3434","c":"x"}]}`,
		"row 2: cell.twice “3434, klima” (1)":    `{"board":{"id":"2026"},"cells":[{"m":"3434","c":"klima"},{"m":"3434","c":"klima"}]}`,
		"row 1: level.unknown “critical”":        `{"board":{"id":"2026"},"cells":[{"m":"3434","c":"klima","level":"critical"}]}`,
		"row 1: level.summary “red”":             `{"board":{"id":"2026"},"cells":[{"m":"3434","c":"status","level":"red"}]}`,
		"row 1: text.control “a□” (U+0000)":      `{"board":{"id":"2026"},"cells":[{"m":"3434","c":"klima","text":"a\u0000"}]}`,
		"file: header.none (10)":                 "a;b\n1;2\n",
		"file: file.old":                         "\xd0\xcf\x11\xe0",
		"row 2, column C: level.unknown “44562”": "Kommune;Fagområde;Nivå\nLom;Klima;44562\n",
		"file: file.large (10)":                  strings.Repeat("x", 10<<20+1),
	} {
		_, err := sheet.ReadJudgements("x", []byte(data), withSummary(t), "2026")
		if f := faultsOf(t, err); f.List[0].String() != want {
			t.Errorf("got %v, want %s", f, want)
		}
	}
	// What no reader takes is refused by this one, too: it is the same.
	formula := bare(bareHead + `<row r="2"><c r="A2"><v>3434</v></c><c r="B2" t="inlineStr"><is><t>Klima</t></is></c><c r="C2"><f>A1</f></c></row>`)
	if _, err := sheet.ReadJudgements("x.xlsx", archive(t, formula), withSummary(t), "2026"); faultsOf(t, err).List[0].Code != "value.none" {
		t.Errorf("a formula without a value: %v", err)
	}
}

// checkJudgements holds what ReadJudgements promises for any bytes.
func checkJudgements(t *testing.T, data []byte, cat *domain.Catalogue) {
	got, err := sheet.ReadJudgements("x", data, cat, "2026")
	if err != nil {
		var f *sheet.Faults
		if !errors.As(err, &f) || len(got.Rows) > 0 || f.Count < 1 || len(f.List) < 1 {
			t.Fatalf("%d rows and error %v", len(got.Rows), err)
		}
		return
	}
	if len(got.Rows) != len(got.Places) || len(got.Rows) == 0 {
		t.Fatalf("%d rows, %d places", len(got.Rows), len(got.Places))
	}
	seen := map[domain.CellRef]bool{}
	for _, r := range got.Rows {
		at := domain.CellRef{Municipality: r.Municipality, Column: r.Column}
		i := cat.ColumnIndex(r.Column)
		if seen[at] || i < 0 || cat.MunicipalityIndex(r.Municipality) < 0 || r.Version < 0 {
			t.Errorf("row %+v", r)
		}
		seen[at] = true
		if r.Level != nil && *r.Level != "" && (cat.Columns[i].Kind == domain.ColumnSummary || !slices.Contains(domain.KindEdition.Levels(), *r.Level)) {
			t.Errorf("level %q of %s", *r.Level, r.Column)
		}
		if r.Text == nil {
			continue
		}
		if err := domain.CheckText("text", typed.Of(*r.Text), 5000); err != nil || !utf8.ValidString(*r.Text) {
			t.Errorf("text %q: %v", *r.Text, err)
		}
	}
}

func FuzzJudgements(f *testing.F) {
	cat := withSummary(f)
	f.Add(ownCSV(f, own("3434", "Lom", "klima", "Klima", "Gul", "=1\n-2, \"x\";", "k1@2 k7@1", "41"), own("3434", "Lom", "status", "Status", "", "x", "", "0")))
	f.Add([]byte(`{"board":{"id":"2026"},"cells":[{"m":"3434","c":"klima","version":1,"level":"yellow","text":"a","evidence":[{"e":"k1","v":2}],"seen":41}]}`))
	f.Add([]byte("Kommune;Fagområde;Nivå\nLom;Klima;rød\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkJudgements(t, data, cat) })
}

// FuzzJudgedText: whatever is written in a text comes back, but for what no text may hold.
func FuzzJudgedText(f *testing.F) {
	cat := withSummary(f)
	for _, s := range []string{"=1+1", "'-x", "''=", "a;b\"c\r\nd", " \t ", "＝1", "\ufeff", "–"} {
		f.Add(s, "k1", 1, uint64(3))
	}
	f.Fuzz(func(t *testing.T, text, id string, version int, seen uint64) {
		text = string(typed.Of(text))
		if domain.CheckText("text", typed.Text(text), 5000) != nil || strings.ContainsRune(text, utf8.RuneError) || seen >= 1<<63 {
			t.Skip()
		}
		refs := ""
		if ref := (evidence.Ref{ID: evidence.ID(id), Version: version}); domain.IsID(id) && version > 0 && version < 1e9 {
			refs = fmt.Sprintf("%s@%d", ref.ID, ref.Version)
		}
		level, of := "Ikke vurdert", domain.NotAssessed
		data := ownCSV(t, own("3434", "Lom", "klima", "Klima", level, text, refs, fmt.Sprint(seen)))
		got, err := sheet.ReadJudgements("x.csv", data, cat, "2026")
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		r := got.Rows[0]
		if string(typed.Of(*r.Text)) != text || *r.Level != of || uint64(*r.Seen) != seen || len(*r.Evidence) != len(strings.Fields(refs)) {
			t.Errorf("%q, %q came back as %s", text, refs, told(r))
		}
		if _, err := json.Marshal(r); err != nil {
			t.Error(err)
		}
	})
}
