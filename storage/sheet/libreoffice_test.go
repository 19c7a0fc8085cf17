//go:build e2e

package sheet_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// office turns a file into XLSX by LibreOffice itself.
func office(t *testing.T, name, body string, filter ...string) []byte {
	t.Helper()
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("this test makes its file with LibreOffice: apt-get install --no-install-recommends libreoffice-calc")
	}
	dir := t.TempDir()
	in := filepath.Join(dir, name)
	must(t, os.WriteFile(in, []byte(body), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := append([]string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless"}, filter...)
	cmd := exec.CommandContext(ctx, soffice, append(args, "--convert-to", "xlsx", "--outdir", dir, in)...)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	data, err := os.ReadFile(in[:len(in)-len(filepath.Ext(in))] + ".xlsx")
	must(t, err)
	return data
}

func TestAFileMadeByLibreOffice(t *testing.T) {
	// A flat OpenDocument: a title over merged cells, a date, a formula with
	// its result, rows that repeat, a hidden sheet, and a wide sheet.
	const flat = `<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
<number:date-style style:name="N1"><number:day number:style="long"/><number:text>.</number:text><number:month number:style="long"/><number:text>.</number:text><number:year number:style="long"/></number:date-style>
<style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="Vurdering">
<table:table-row><table:table-cell table:number-columns-spanned="5" office:value-type="string"><text:p>Kommunebilde 2022</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="4"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Kommune</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Fagområde</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Nivå</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Tekst</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Dato</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="3453"><text:p>3453</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Kommuneøkonomi</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Rødt</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>første linje</text:p><text:p>andre «linje»</text:p></table:table-cell><table:table-cell table:style-name="day" office:value-type="date" office:date-value="2022-09-02"><text:p>02.09.2022</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Åmot</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Klima</text:p></table:table-cell><table:table-cell table:formula="of:=&quot;gr&quot;&amp;&quot;ønn&quot;" office:value-type="string" office:string-value="grønn"><text:p>grønn</text:p></table:table-cell></table:table-row>
</table:table>
<table:table table:name="Gammelt" table:style-name="hidden">
<table:table-row><table:table-cell office:value-type="string"><text:p>Kommune</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Klima</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Åmot</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>rød</text:p></table:table-cell></table:table-row>
</table:table>
<table:table table:name="Bredt">
<table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p>Barnevern</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Miljø</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Lom</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>gul</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>ikke vurdert</text:p></table:table-cell></table:table-row>
</table:table>
</office:spreadsheet></office:body></office:document>`
	edits, err := readStatuses("x.xlsx", office(t, "vurdering.fods", flat), innlandet(t))
	must(t, err)
	want := "3453 okonomi red|første linje\nandre «linje»||2022-09-02\n3422 klima green|–||–\n3434 barnevern yellow\n3434 miljo not_assessed"
	if got := lines(edits); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestACSVThroughLibreOffice(t *testing.T) {
	const csv = "Kommune;Fagområde;Nivå;Dato\n3434;Klima;gul;2022-09-02\nVågå;Samfunnssikkerhet;mangler data;\n"
	data := office(t, "liste.csv", csv, "--infilter=Text - txt - csv (StarCalc):59,34,76,1,,0,false,true")
	edits, err := readStatuses("liste.xlsx", data, innlandet(t))
	must(t, err)
	if got, want := lines(edits), "3434 klima yellow|||2022-09-02\n3435 samfunnssikkerhet no_data|||–"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
