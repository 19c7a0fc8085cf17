package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"kommunebilde/storage/sheet"
)

func TestWriteCSVForWindows(t *testing.T) {
	var b bytes.Buffer
	must(t, sheet.WriteCSV(&b, []string{"Kommune", "Tekst"}, [][]string{{"Vågå", "en; \"to\"\ntre"}, {"Lom", ""}}))
	want := "\ufeffKommune;Tekst\r\nVågå;\"en; \"\"to\"\"\r\ntre\"\r\nLom;\r\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func TestWriteCSVGuardsFormulas(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+47 61 00": "'+47 61 00", "-5": "'-5", "@SUM": "'@SUM", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x", "  =1": "'  =1", "\u00a0=1": "'\u00a0=1",
		"'=1": "''=1", "'sitat'": "'sitat'", "– tankestrek": "– tankestrek", "1=1": "1=1", "": "", " ": " ",
	} {
		var b bytes.Buffer
		must(t, sheet.WriteCSV(&b, []string{in}, nil))
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if in == "" {
			continue // an empty line, which a reader of CSV skips
		}
		// The csv package turns a CR before a line end into that line end.
		if err != nil || len(rows) != 1 || rows[0][0] != strings.ReplaceAll(want, "\r", "") && rows[0][0] != want {
			t.Errorf("%q is written %q (%v), want %q", in, rows, err, want)
		}
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	texts := []string{"=SUM(A1:A2)", "'=x", "''-x", "@navn", "－1", "en; \"to\"", "to\nlinjer", "vanlig"}
	var rows [][]string
	for i, text := range texts {
		rows = append(rows, []string{"3434", string(innlandet(t).Columns[i*3].ID), "gul", text})
	}
	var b bytes.Buffer
	must(t, sheet.WriteCSV(&b, []string{"Kommune", "Fagområde", "Nivå", "Tekst"}, rows))
	edits, err := readStatuses("x.csv", b.Bytes(), innlandet(t))
	must(t, err)
	for i, e := range edits {
		if *e.Text != texts[i] {
			t.Errorf("%q came back as %q", texts[i], *e.Text)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestWriteCSVTellsOfAFullDisk(t *testing.T) {
	if err := sheet.WriteCSV(full{}, []string{"a"}, nil); err == nil {
		t.Error("no error")
	}
}
