//go:build e2e

package e2e

import (
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

var pdfTitle = regexp.MustCompile(`/Title\s*(<[0-9A-Fa-f]+>|\((?:[^()\\]|\\.)*\))`)

// pdfText reads a string of a PDF: UTF-16 in hexadecimal digits, or bytes.
func pdfText(s string) string {
	if digits, ok := strings.CutPrefix(s, "<"); ok {
		b, err := hex.DecodeString(strings.TrimSuffix(digits, ">"))
		if err != nil || len(b) < 2 {
			return ""
		}
		var units []uint16
		for i := 2; i+1 < len(b); i += 2 {
			units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
		}
		return string(utf16.Decode(units))
	}
	return strings.NewReplacer(`\(`, "(", `\)`, ")", `\\`, `\`).Replace(s[1 : len(s)-1])
}

// TestMinutesPrint: printed from the browser, the minutes of a closed meeting
// are a tagged PDF with a title and a language, on A4 on end, with the sections
// as headings in the order of the text.
func TestMinutesPrint(t *testing.T) {
	t.Parallel()
	p := demo(t)
	resp, err := p.session("moteleder").Get(p.url("/referat/demo-5.txt"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("text: %s %v", resp.Status, err)
	}
	w := sharedChromium(t).tab("print", 1280, 900)
	w.login(p, "moteleder")
	w.open(p.url("/referat/demo-5"))
	out := w.pdf(t, "referat")
	for what, want := range map[string]string{"tagged": "/Marked true", "structure": "/StructTreeRoot", "language": "/Lang (nb)"} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("%s: the PDF lacks %s", what, want)
		}
	}
	if box := regexp.MustCompile(`/MediaBox \[0 0 59[45]\S* 84[12]`); !box.Match(out) {
		t.Errorf("the pages are not A4 on end: %s", regexp.MustCompile(`/MediaBox \[[^\]]*\]`).Find(out))
	}
	titles := map[string]bool{}
	for _, m := range pdfTitle.FindAllSubmatch(out, -1) {
		titles[pdfText(string(m[1]))] = true
	}
	heads := regexp.MustCompile(`(?m)^\d+\. (.+)$`).FindAllStringSubmatch(string(text), -1)
	if len(heads) != 10 {
		t.Errorf("the text has %d sections", len(heads))
	}
	shown := eval[[]string](w, `[...document.querySelectorAll("main h2")].map(h => h.textContent)`)
	for i, h := range heads {
		if i >= len(shown) || shown[i] != h[1] {
			t.Errorf("section %d is %q in the text, and not on the page: %q", i+1, h[1], shown)
			break
		}
		if !titles[h[1]] {
			t.Errorf("%q is no heading of the PDF: %v", h[1], titles)
		}
	}
	found := false
	for title := range titles {
		found = found || strings.HasPrefix(title, "Referat og situasjonsrapport") && strings.Contains(title, "Demodata")
	}
	if !found {
		t.Errorf("the PDF's title: %v", titles)
	}
	overviewsPrint(t, w, p)
}
