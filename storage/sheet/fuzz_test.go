package sheet_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kommunebilde/domain"
	"kommunebilde/storage/sheet"
)

// check holds what ReadStatuses promises for any bytes.
func check(t *testing.T, data []byte, cat *domain.Catalogue) {
	edits, err := readStatuses("x", data, cat)
	if err != nil {
		var f *sheet.Faults
		if !errors.As(err, &f) || len(edits) > 0 || f.Count < 1 || len(f.List) < 1 || len(f.List) > 200 {
			t.Fatalf("%d cells and error %v", len(edits), err)
		}
		for _, fault := range f.List {
			if fault.Code == "" || fault.Row < 0 || !utf8.ValidString(fault.String()) || utf8.RuneCountInString(fault.Value) > 61 {
				t.Errorf("fault %+v", fault)
			}
		}
		return
	}
	seen := map[[2]string]bool{}
	for _, e := range edits {
		key := [2]string{string(e.Municipality), string(e.Column)}
		if seen[key] || cat.MunicipalityIndex(e.Municipality) < 0 || cat.ColumnIndex(e.Column) < 0 {
			t.Errorf("cell %+v", e)
		}
		seen[key] = true
		if e.Text == nil {
			continue
		}
		if utf8.RuneCountInString(*e.Text) > domain.MaxReason || !norm.NFC.IsNormalString(*e.Text) || !utf8.ValidString(*e.Text) {
			t.Errorf("text %q", *e.Text)
		}
	}
}

func FuzzCSV(f *testing.F) {
	cat := innlandet(f)
	for _, s := range []string{
		"Kommune;Fagområde;Nivå;Tekst;Dato\nLom;Klima;gul;\"a\nb\";2.9.2022\n",
		"\ufeffKommune,Barnevern,Klima – tekst,Klima\r\nSel,rød,x,grønn\r\n",
		"sep=\t\nKommune\tOmråde\tNivå\n3434\tKlima\tr\xf8d\n",
		"\xff\xfeK\x00;\x00", ";;\n", "\"", "Kommune;Kommunenr;Indikator;Fagområde;Nivå\n;3434;robek;Økonomi;gul",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { check(t, data, cat) })
}

// FuzzXLSX changes the inside of a sheet and of the shared strings: bytes of
// the archive itself would hardly ever open.
func FuzzXLSX(f *testing.F) {
	cat := innlandet(f)
	f.Add(bareHead+`<row r="2"><c r="A2"><v>3434</v></c><c r="B2" t="inlineStr"><is><t>Klima</t></is></c><c r="C2" t="str"><v>gul</v></c></row>`, `<sst><si><t>Kommune</t></si><si><t>Fagområde</t></si><si><t>Nivå</t></si></sst>`)
	f.Add(`<row r="3"><c r="GR3" t="s"><v>0</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B9"/></mergeCells><sheetData>`, `<sst><si><r><t>_x0041_</t></r><rPh/></si></sst>`)
	f.Add(`<row><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c><c t="d"><v>2022-09-02</v></c><c><f>A1</f></c></row>`, ``)
	f.Fuzz(func(t *testing.T, rows, shared string) {
		parts := bare(rows)
		parts[3].body = shared
		check(t, archive(t, parts), cat)
	})
}

// FuzzArchive changes the archive.
func FuzzArchive(f *testing.F) {
	cat := innlandet(f)
	f.Add(archive(f, bare(bareHead)))
	f.Add(windowsHabits(f))
	f.Fuzz(func(t *testing.T, data []byte) { check(t, append([]byte("PK"), data[min(2, len(data)):]...), cat) })
}
