//go:build e2e

package e2e

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// pdf is the page on show as it is printed.
func (w *tab) pdf(t *testing.T, name string) []byte {
	t.Helper()
	yes := true
	out, err := chromedp.Call(w.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes, GenerateTaggedPDF: &yes, GenerateDocumentOutline: &yes})
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("KB_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), out.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return out.Data
}

// overviewsPrint: the county on one sheet, of a filter what it lets through alone, and on
// every sheet what it is of: title, edition, version, filter, and that it is made up.
func overviewsPrint(t *testing.T, w *tab, p *program) {
	for _, c := range []struct {
		path, run   string
		sheets      int // 0: more than one
		shows, nots []string
	}{
		{"/utgave/2022", "Oversikt: Kommunebilde 2022. Kommunebilde 2022, publisert 11. nov. 2022, v1. Hele fylket.", 1, []string{"Hamar", "ØystreSlidre"}, nil},
		{"/utgave/2022?region=valdres&level=red", "Oversikt: Kommunebilde 2022. Kommunebilde 2022, publisert 11. nov. 2022, v1. Valdres, Rød.", 1, []string{"ØystreSlidre"}, []string{"Hamar", "Etnedal"}},
		{"/utgave/2022?region=hadeland&level=none", "Hadeland, Uten.", 1, []string{"Gran"}, []string{"Hamar"}},
		{"/tavle/na", "Oversikt: Nå.", 1, []string{"Direkte"}, nil},
		{"/region/valdres?board=2022", "Valdres. Kommunebilde 2022,", 0, nil, nil},
		{"/kommune/3434?board=2022", "Lom. Kommunebilde 2022,", 0, nil, nil},
	} {
		w.open(p.url(c.path))
		if c.path == "/tavle/na" {
			w.live()
		}
		if strings.HasPrefix(c.path, "/region") {
			w.until("the chart is drawn", `!!document.querySelector(".chart[data-drawn] svg")`, 10*time.Second)
			if got := eval[[]bool](w, `["beforeprint", "afterprint"].map((told) => dispatchEvent(new Event(told)) && document.querySelector(".chart svg").clientWidth <= 1020)`); !got[0] || got[1] {
				t.Errorf("%s: the chart is as wide as the paper while it is printed, and then as its place: %v", c.path, got)
			}
		}
		sheets := pdfSheets(t, w.pdf(t, strings.NewReplacer("/", "-", "?", "-").Replace(c.path[1:])))
		if len(sheets) != c.sheets && (c.sheets > 0 || len(sheets) < 2) {
			t.Errorf("%s is on %d sheets", c.path, len(sheets))
		}
		for i, text := range sheets {
			for _, want := range append(c.shows, c.run, "Demodata – ikke Statsforvalterens vurdering") {
				if !strings.Contains(text, strings.ReplaceAll(want, " ", "")) {
					t.Errorf("%s: sheet %d lacks %q:\n%s", c.path, i+1, want, text)
				}
			}
			for _, not := range c.nots {
				if strings.Contains(text, not) {
					t.Errorf("%s: sheet %d has %s:\n%s", c.path, i+1, not, text)
				}
			}
		}
	}
}

var (
	pdfObject = regexp.MustCompile(`(?s)\n(\d+) 0 obj\n(.*?)\nendobj`)
	pdfFont   = regexp.MustCompile(`/(F\d+) (\d+) 0 R`)
	pdfShown  = regexp.MustCompile(`/(F\d+) \S+ Tf|<([0-9A-F]+)> Tj`)
	pdfGlyph  = regexp.MustCompile(`(?m)^<([0-9A-F]+)> <([0-9A-F]+)>$`)
	pdfRange  = regexp.MustCompile(`(?m)^<([0-9A-F]+)> <([0-9A-F]+)> <([0-9A-F]+)>$`)
)

// pdfSheets returns the words that each sheet of a PDF of Chromium's shows, without spaces.
func pdfSheets(t *testing.T, data []byte) (out []string) {
	t.Helper()
	objects := map[string][]byte{}
	var sheets [][]byte
	for _, m := range pdfObject.FindAllSubmatch(data, -1) {
		objects[string(m[1])] = m[2]
		if bytes.Contains(m[2], []byte("/Type /Page\n")) {
			sheets = append(sheets, m[2])
		}
	}
	refers := func(object []byte, name string) []byte {
		m := regexp.MustCompile(name + ` (\d+) 0 R`).FindSubmatch(object)
		if m == nil {
			t.Fatalf("the PDF has no %s in %.200s", name, object)
		}
		_, packed, _ := bytes.Cut(objects[string(m[1])], []byte("stream\n"))
		r, err := zlib.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return plain
	}
	for _, sheet := range sheets {
		fonts := map[string]map[string]string{}
		for _, m := range pdfFont.FindAllSubmatch(sheet, -1) {
			fonts[string(m[1])] = pdfGlyphs(refers(objects[string(m[2])], "/ToUnicode"))
		}
		var text strings.Builder
		font, size := map[string]string{}, 2
		for _, m := range pdfShown.FindAllSubmatch(refers(sheet, "/Contents"), -1) {
			if m[1] != nil {
				font = fonts[string(m[1])]
				for glyph := range font {
					size = len(glyph)
				}
				continue
			}
			for shown := string(m[2]); len(shown) >= size; shown = shown[size:] {
				text.WriteString(font[shown[:size]])
			}
		}
		out = append(out, strings.Join(strings.Fields(text.String()), ""))
	}
	return out
}

// pdfGlyphs is what the signs of a font are in Unicode.
func pdfGlyphs(table []byte) map[string]string {
	out := map[string]string{}
	number := func(s []byte) []uint16 {
		b, _ := hex.DecodeString(string(s))
		var units []uint16
		for i := 0; i+1 < len(b); i += 2 {
			units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
		}
		return units
	}
	for _, m := range pdfGlyph.FindAllSubmatch(table, -1) {
		out[string(m[1])] = string(utf16.Decode(number(m[2])))
	}
	for _, m := range pdfRange.FindAllSubmatch(table, -1) {
		first, _ := hex.DecodeString(string(m[1]))
		last, _ := hex.DecodeString(string(m[2]))
		to := number(m[3])
		for i := 0; i <= int(last[len(last)-1])-int(first[len(first)-1]); i++ {
			glyph := bytes.Clone(first)
			glyph[len(glyph)-1] += byte(i)
			out[strings.ToUpper(hex.EncodeToString(glyph))] = string(utf16.Decode([]uint16{to[0] + uint16(i)}))
		}
	}
	return out
}
