package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"kommunebilde/domain"
	"kommunebilde/storage/sheet"
)

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func bytesOf(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	buf, err := f.WriteToBuffer()
	must(t, err)
	must(t, f.Close())
	return buf.Bytes()
}

// table writes rows into a sheet, from A1.
func table(t testing.TB, f *excelize.File, name string, rows [][]any) {
	t.Helper()
	if i, _ := f.GetSheetIndex(name); i < 0 {
		_, err := f.NewSheet(name)
		must(t, err)
	}
	for i, row := range rows {
		must(t, f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row))
	}
}

// windowsHabits makes a workbook as it comes from an office: titles over merged
// cells, blanks that are not blanks, numbers kept as text, dates as dates,
// thousands of formatted empty rows, sheets that are hidden or about something
// else, a municipality that stands once beside many rows.
func windowsHabits(t testing.TB) []byte {
	f := excelize.NewFile()
	must(t, f.SetSheetName("Sheet1", "Vurdering"))
	table(t, f, "Vurdering", [][]any{
		{"Kommunebilde 2022 – fagområder"},
		{"Sist oppdatert", time.Date(2022, 9, 6, 12, 30, 0, 0, time.UTC)},
		{},
		{"Kommune nr.", "Kommune\n", "Fagområde", "Nivå\u00a0", "Begrunnelse", "Vurdert av", "Dato"},
		{3434, "Lom", "Barnevern", "Grønn ", "Stabilt.\r\nGod dialog.", "K. Moen", time.Date(2022, 9, 2, 0, 0, 0, 0, time.UTC)},
		{nil, nil, "Klima ", " GULT", "", "", time.Date(2022, 9, 5, 0, 0, 0, 0, time.UTC)},
		{nil, nil, "Fastlege\u00a0", "Rødt\u00a0", "=HYPERLINK(\"x\")", "", "02.09.2022"},
		{},
		{"3403", "\u00a0Hamar ", "Rus og psykisk helse", "ikke vurdert", nil, nil, nil},
		{3405, "Lillehammer", "Miljø", "Mangler data"},
	})
	must(t, f.MergeCell("Vurdering", "A1", "G1"))
	must(t, f.MergeCell("Vurdering", "A5", "A7"))
	must(t, f.MergeCell("Vurdering", "B5", "B7"))
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Color: []string{"FFFF00"}, Pattern: 1}})
	must(t, err)
	must(t, f.SetCellStyle("Vurdering", "A11", "G3000", bold))
	must(t, f.SetCellStyle("Vurdering", "H1", "IV4", bold))
	for _, row := range []int{6, 9} { // a filter hides rows, not what they say
		must(t, f.SetRowVisible("Vurdering", row, false))
	}
	must(t, f.SetCellFormula("Vurdering", "D10", `"Mangler "&"data"`))
	must(t, f.SetCellValue("Vurdering", "D10", "Mangler data"))
	must(t, f.SetCellRichText("Vurdering", "E10", []excelize.RichTextRun{{Text: "Tall "}, {Text: "kommer", Font: &excelize.Font{Italic: true}}}))

	// A sheet per area, written as a stream: strings lie in the cells.
	_, err = f.NewSheet("Jordvern")
	must(t, err)
	stream, err := f.NewStreamWriter("Jordvern")
	must(t, err)
	must(t, stream.SetRow("A1", []any{"Kommune", "Nivå", "Tekst"}))
	must(t, stream.SetRow("A2", []any{"Åmot", "gul", "Plan_x000D_mangler"}))
	must(t, stream.SetRow("A3", []any{3430, "grønn"}))
	must(t, stream.Flush())

	table(t, f, "Notater", [][]any{{"Husk å ringe Lom"}, {"Møte", "klokka", 10}})
	table(t, f, "Gammelt", [][]any{{"Kommune", "Fagområde", "Nivå"}, {"Lom", "Barnevern", "rød"}})
	must(t, f.SetSheetVisible("Gammelt", false))
	must(t, f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm._FilterDatabase", RefersTo: "Vurdering!$A$4:$G$10", Scope: "Vurdering"}))
	return bytesOf(t, f)
}

func TestHabitsOfAWindowsSpreadsheet(t *testing.T) {
	edits, err := readStatuses("Kommunebilde.xlsx", windowsHabits(t), innlandet(t))
	must(t, err)
	want := `3434 barnevern green|Stabilt.
God dialog.|K. Moen|2022-09-02
3434 klima yellow|–|–|2022-09-05
3434 fastlege red|=HYPERLINK("x")|–|2022-09-02
3403 rus-psykisk-helse not_assessed|–|–|–
3405 miljo no_data|Tall kommer|–|–
3422 jordvern yellow|Plan_x000D_mangler
3430 jordvern green|–`
	if got := lines(edits); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	all, err := sheet.ReadStatuses("Kommunebilde.xlsx", windowsHabits(t), innlandet(t), "2022-10-01")
	must(t, err)
	if !slices.Equal(all.Skipped, []string{"Gammelt"}) || !slices.Equal(all.Hidden, []sheet.Row{{Sheet: "Vurdering", Row: 6}, {Sheet: "Vurdering", Row: 9}}) {
		t.Errorf("hidden: sheets %q, rows %v", all.Skipped, all.Hidden)
	}
}

func TestWideSheetOfAWholeEdition(t *testing.T) {
	cat := innlandet(t)
	head := []any{"Kommune"}
	for _, a := range cat.Areas() {
		head = append(head, cat.Columns[a].Name.NB)
	}
	rows := [][]any{{"Vurderinger"}, head}
	words := []string{"grønn", "gul", "rød"}
	for i, m := range cat.Municipalities {
		row := []any{m.Name}
		for j := range cat.Areas() {
			row = append(row, words[(i+j)%3])
		}
		rows = append(rows, row)
	}
	f := excelize.NewFile()
	table(t, f, "Sheet1", rows)
	edits, err := readStatuses("x.xlsx", bytesOf(t, f), cat)
	must(t, err)
	if len(edits) != 46*14 {
		t.Fatalf("%d cells", len(edits))
	}
	levels := []domain.Level{domain.Green, domain.Yellow, domain.Red}
	for n, e := range edits {
		i, j := n/14, n%14
		if e.Municipality != cat.Municipalities[i].ID || e.Column != cat.Columns[cat.Areas()[j]].ID || e.Level != levels[(i+j)%3] {
			t.Fatalf("cell %d is %+v", n, e)
		}
	}
}

func TestFaultsOfSheetsHaveTheirPlaces(t *testing.T) {
	f := excelize.NewFile()
	table(t, f, "Sheet1", [][]any{{"Kommune", "Fagområde", "Nivå", "Dato"}, {"Lom", "Klima", "gul", 2022}, {"Sel", "Klima", true}, {"Lom", "Klima", 3}})
	must(t, f.SetCellFormula("Sheet1", "C5", "1/0"))
	table(t, f, "Nord & Sør", [][]any{{}, {"Kommune", "Område", "Farge"}, {"Lom", "Jordvern", "lilla"}})
	table(t, f, "Uten", [][]any{{"Fagområde", "Nivå"}, {"Klima", "gul"}})
	table(t, f, "Notater", [][]any{{"ingenting"}})
	_, err := readStatuses("x.xlsx", bytesOf(t, f), innlandet(t))
	want := `8 faults, nothing was read:
sheet “Sheet1”, row 2, column D: date.wrong “2022”
sheet “Sheet1”, row 3, column C: level.unknown “SANN”
sheet “Sheet1”, row 4, column C: level.unknown “3”
sheet “Sheet1”, row 5, column C: value.none
sheet “Sheet1”, row 5, column A: municipality.missing
sheet “Sheet1”, row 5, column B: area.missing
sheet “Nord & Sør”, row 3, column C: level.unknown “lilla”
sheet “Uten”, row 1: header.who`
	if err == nil || err.Error() != want {
		t.Errorf("error is\n%v\nwant\n%s", err, want)
	}
}

// part is a file of an archive made by hand.
type part struct{ name, body string }

const (
	relsType = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	mainType = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
)

// bare returns the parts of a small workbook whose sheet holds the given rows,
// as XML.
func bare(rows string) []part {
	return []part{
		{"_rels/.rels", `<Relationships><Relationship Id="r1" Type="` + relsType + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + mainType + `" xmlns:r="` + relsType + `"><sheets><sheet name="Ark" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="` + relsType + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="` + relsType + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
		{"xl/sharedStrings.xml", `<sst><si><t>Kommune</t></si><si><t>Fagområde</t></si><si><r><t>Ni</t></r><r><t>vå</t></r><rPh><t>x</t></rPh></si></sst>`},
		{"xl/worksheets/sheet1.xml", `<worksheet xmlns="` + mainType + `"><sheetData>` + rows + `</sheetData></worksheet>`},
	}
}

const bareHead = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>`

func archive(t testing.TB, parts []part) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, p := range parts {
		w, err := z.Create(p.name)
		must(t, err)
		_, err = io.WriteString(w, p.body)
		must(t, err)
	}
	must(t, z.Close())
	return buf.Bytes()
}

func TestBareWorkbook(t *testing.T) {
	good := bareHead +
		`<row><c><v>3434</v></c><c t="inlineStr"><is><t>Klima</t></is></c><c t="str"><f>A1</f><v>gul</v></c></row>` +
		`<row r="7"><c r="A7" t="n"><v>3.437E3</v></c><c r="B7" t="str"><v>Klima</v></c><c r="C7" t="str"><v>rød</v></c><c r="AA7" s="4"/></row>`
	edits, err := readStatuses("x", archive(t, bare(good)), innlandet(t))
	must(t, err)
	if got := lines(edits); got != "3434 klima yellow\n3437 klima red" {
		t.Errorf("got %s", got)
	}
}

func TestWrongWorkbooksAreRefused(t *testing.T) {
	row := func(cells string) []part { return bare(bareHead + cells) }
	change := func(i int, from, to string) []part {
		parts := row("")
		if !strings.Contains(parts[i].body, from) {
			t.Fatalf("%s holds no %s", parts[i].name, from)
		}
		parts[i].body = strings.Replace(parts[i].body, from, to, 1)
		return parts
	}
	for name, c := range map[string]struct {
		parts []part
		want  string
	}{
		"row 0":                  {row(`<row r="0"/>`), "sheet “Ark”, row 1: file.damaged “0” (row numbers)"},
		"row -1":                 {row(`<row r="-1"/>`), "sheet “Ark”, row 1: file.damaged “-1” (row numbers)"},
		"a row beyond all":       {row(`<row r="4294967297"/>`), "sheet “Ark”, row 1: file.damaged “4294967297” (row numbers)"},
		"rows go back":           {row(`<row r="5"/><row r="4"/>`), "sheet “Ark”, row 5: file.damaged “4” (row numbers)"},
		"a cell elsewhere":       {row(`<row r="2"><c r="A3"><v>1</v></c></row>`), "sheet “Ark”, row 2: file.damaged “A3” (the order of cells)"},
		"a cell twice":           {row(`<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>`), "sheet “Ark”, row 2: file.damaged “A2” (the order of cells)"},
		"nonsense reference":     {row(`<row r="2"><c r="A0x2"><v>1</v></c></row>`), "sheet “Ark”, row 2: file.damaged “A0x2” (the order of cells)"},
		"column beyond all":      {row(`<row r="2"><c r="XFE2"><v>1</v></c></row>`), "sheet “Ark”, row 2: file.damaged “XFE2” (the order of cells)"},
		"a cell in no row":       {row(`<c r="A2"><v>1</v></c>`), "sheet “Ark”, row 1: file.damaged “A2” (the order of cells)"},
		"too far right":          {row(`<row r="2"><c r="GS2"><v>1</v></c></row>`), "sheet “Ark”, row 2, column GS: file.columns “1” (200)"},
		"too far down":           {row(`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`), "sheet “Ark”, row 1048576, column A: file.rows “1” (20000)"},
		"shared string missing":  {row(`<row r="2"><c r="A2" t="s"><v>3</v></c></row>`), "sheet “Ark”, row 2, column A: file.damaged “3” (the type of the cell)"},
		"a number that is none":  {row(`<row r="2"><c r="A2"><v>NaN</v></c></row>`), "sheet “Ark”, row 2, column A: file.damaged “NaN” (the type of the cell)"},
		"a kind unknown":         {row(`<row r="2"><c r="A2" t="q"><v>1</v></c></row>`), "sheet “Ark”, row 2, column A: file.damaged “1” (the type of the cell)"},
		"a merge of nonsense":    {row(`<row r="2"/><mergeCells><mergeCell ref="B2:A9"/></mergeCells>`), "sheet “Ark”, row 2: file.damaged “B2:A9” (merged cells)"},
		"XML cut short":          {row(`<row r="2">`), "sheet “Ark”: file.damaged (the XML of the sheet)"},
		"unknown entity":         {row(`<row r="2"><c t="str"><v>&lol;</v></c></row>`), "sheet “Ark”, row 2, column A: file.damaged (the XML of the cell)"},
		"DOCTYPE":                {change(4, "<worksheet", `<!DOCTYPE x [<!ENTITY lol "lol">]><worksheet`), "file: file.damaged “xl/worksheets/sheet1.xml” (a DOCTYPE)"},
		"another encoding":       {change(4, "<worksheet", "<?xml version=\"1.0\" encoding=\"UTF-16\"?><w\x00orksheet"), "file: file.damaged “xl/worksheets/sheet1.xml” (not UTF-8)"},
		"an encoding told":       {change(4, "<worksheet", "<?xml version=\"1.0\" encoding=\"UTF-7\"?><worksheet"), "sheet “Ark”: file.damaged (the XML of the sheet)"},
		"the sheet is missing":   {row("")[:4], "sheet “Ark”: file.damaged “xl/worksheets/sheet1.xml” (the sheet's part is missing)"},
		"no workbook":            {row("")[:1], "file: file.damaged (no workbook)"},
		"no list of parts":       {row("")[1:], "file: file.damaged (_rels/.rels is missing)"},
		"no sheets":              {change(1, `<sheet name="Ark" sheetId="1" r:id="r1"/>`, ""), "file: file.damaged (no sheets)"},
		"only a hidden sheet":    {change(1, `sheetId="1"`, `sheetId="1" state="veryHidden"`), "file: file.hidden “x.xlsx”"},
		"a part twice":           {append(row(""), part{"XL/worksheets/SHEET1.xml", "<worksheet/>"}), "file: file.damaged “XL/worksheets/SHEET1.xml” (a part's name)"},
		"a part outside":         {append(row(""), part{"../x.xml", "<x/>"}), "file: file.damaged “../x.xml” (a part's name)"},
		"an OpenDocument":        {append([]part{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}}, row("")...), "file: file.kind"},
		"a sheet outside by rel": {change(2, "worksheets/sheet1.xml", "../../../../etc/passwd"), "sheet “Ark”: file.damaged “../../../etc/passwd” (the sheet's part is missing)"},
	} {
		t.Run(name, func(t *testing.T) {
			edits, err := readStatuses("x.xlsx", archive(t, c.parts), innlandet(t))
			f := faultsOf(t, err)
			if got := f.List[0].String(); got != c.want || f.Count != 1 || len(edits) > 0 {
				t.Errorf("%d faults, the first is\n%s\nwant\n%s", f.Count, got, c.want)
			}
		})
	}
}

// TestADayToComeIsNamedAsADay: a spreadsheet keeps a day as a number, which nobody
// sees there.
func TestADayToComeIsNamedAsADay(t *testing.T) {
	f := excelize.NewFile()
	table(t, f, "Sheet1", [][]any{{"Kommune", "Fagområde", "Nivå", "Dato"}, {"Lom", "Klima", "rød", time.Date(2036, 11, 21, 0, 0, 0, 0, time.UTC)}})
	_, err := readStatuses("x.xlsx", bytesOf(t, f), innlandet(t))
	if err == nil || !strings.Contains(err.Error(), "column D: date.ahead “2036-11-21”") {
		t.Errorf("%v", err)
	}
}
