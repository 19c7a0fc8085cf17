package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// Each bomb is small, and would be large or slow if it were read as it asks to
// be. It must be refused with words, within memory that a server can spare.
func TestBombsAreRefused(t *testing.T) {
	big := func(size int) string { return strings.Repeat(" ", size) }
	many := func(n int) []part {
		parts := bare(bareHead)
		for i := range n {
			parts = append(parts, part{fmt.Sprintf("xl/media/%d.bin", i), ""})
		}
		return parts
	}
	rows := func(n int, cell string) string {
		var b strings.Builder
		for i := 2; i <= n; i++ {
			fmt.Fprintf(&b, `<row r="%d"><c r="%s%d"><v>1</v></c></row>`, i, cell, i)
		}
		return b.String()
	}
	sheets := func(n int, body string) []part {
		parts := bare(bareHead)
		list, rels := "", ""
		for i := range n {
			list += fmt.Sprintf(`<sheet name="S%d" sheetId="%d" r:id="s%d"/>`, i, i+2, i)
			rels += fmt.Sprintf(`<Relationship Id="s%d" Type="%s/worksheet" Target="worksheets/s%d.xml"/>`, i, relsType, i)
			parts = append(parts, part{fmt.Sprintf("xl/worksheets/s%d.xml", i), body})
		}
		parts[1].body = strings.Replace(parts[1].body, "</sheets>", list+"</sheets>", 1)
		parts[2].body = strings.Replace(parts[2].body, "</Relationships>", rels+"</Relationships>", 1)
		return parts
	}
	// Well formed: only its depth is wrong.
	nested := strings.Repeat("<a>", 200_000) + strings.Repeat("</a>", 200_000)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"one part of 6 MB":       {archive(t, append(bare(bareHead), part{"xl/x.xml", big(6 << 20)})), "file.part “xl/"},
		"parts of 60 MB":         {saying(archive(t, append(bare(bareHead), part{"a.bin", big(1 << 20)}, part{"b.bin", big(1 << 20)})), 1<<20, 30<<20), "file.unpacked"},
		"a sheet of 6 MB":        {archive(t, bare(bareHead+big(6<<20))), "file.part “xl/"},
		"3,000 parts":            {archive(t, many(3000)), "file.parts (2000)"},
		"a size that lies":       {saying(archive(t, append(bare(bareHead), part{"xl/z.xml", big(4 << 20)})), 4<<20, 100), "a part cannot be unpacked"},
		"101 sheets":             {archive(t, sheets(101, "<worksheet/>")), "file.sheets (100)"},
		"sheets that spread":     {archive(t, sheets(3, `<worksheet><sheetData>`+rows(2_000, "GR")+`</sheetData></worksheet>`)), "file.cells (1000000)"},
		"nesting":                {archive(t, bare(bareHead+nested)), "the XML of the sheet"},
		"nesting in a cell":      {archive(t, bare(bareHead+`<row r="2"><c r="A2">`+nested+`</c></row>`)), "the XML of the cell"},
		"nesting in strings":     {archive(t, append(bare(bareHead)[:3], part{"xl/sharedStrings.xml", "<sst><si>" + nested + "</si></sst>"}, bare(bareHead)[4])), "the XML of the shared strings"},
		"nesting in the list":    {archive(t, append([]part{bare("")[0], {"xl/workbook.xml", "<workbook>" + nested + "</workbook>"}}, bare("")[2:]...)), "the XML of xl/workbook.xml"},
		"a string without end":   {archive(t, append(bare(bareHead)[:3], part{"xl/sharedStrings.xml", "<sst><si><t>" + strings.Repeat("x", 1<<20) + "</t></si></sst>"}, bare(bareHead)[4])), "a shared string is too long"},
		"merges without end":     {archive(t, bare(bareHead+strings.Repeat(`<mergeCell ref="A1:A20000"/>`, 6000))), "file.merges"},
		"entities that multiply": {archive(t, []part{{"_rels/.rels", `<!DOCTYPE r [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><Relationships/>`}}), "a DOCTYPE"},
		"a CSV of separators":    {[]byte("Kommune;Fagområde;Nivå\n" + strings.Repeat(strings.Repeat(";", 190)+"x\n", 19_000)), "file.cells (1000000)"},
		"a CSV of quotes":        {[]byte("Kommune;Fagområde;Nivå\n" + strings.Repeat("\"\n", 100_000)), "kolonne"},
	} {
		t.Run(name, func(t *testing.T) {
			if len(c.data) > 10<<20 {
				t.Fatalf("the bomb has %d bytes", len(c.data))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			edits, err := readStatuses("x.xlsx", c.data, innlandet(t))
			runtime.ReadMemStats(&after)
			if f := faultsOf(t, err); len(edits) > 0 || name != "a CSV of quotes" && !strings.Contains(f.List[0].String(), c.want) {
				t.Errorf("error is %.300v, want one with %q", err, c.want)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 300<<20 {
				t.Errorf("%d MB were used", used>>20)
			}
		})
	}
}

// saying lets the directory tell another unpacked size of the parts that have
// the size old.
func saying(data []byte, old, other uint32) []byte {
	from, to := make([]byte, 4), make([]byte, 4)
	binary.LittleEndian.PutUint32(from, old)
	binary.LittleEndian.PutUint32(to, other)
	return bytes.ReplaceAll(data, from, to)
}

// The tests of sizes that are not true are worth nothing if the archive is
// refused before its directory is read.
func TestAnArchiveThatLiesOpens(t *testing.T) {
	data := saying(archive(t, []part{{"z.xml", strings.Repeat(" ", 1<<20)}}), 1<<20, 100)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	if got := z.File[0].UncompressedSize64; got != 100 {
		t.Errorf("the directory says %d bytes", got)
	}
}
