package server

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// Where nothing makes PDFs one is told to print the page, and the page stays.
func TestNoPDF(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]int{nil: 503, ErrNoPrinter: 503, ErrTooLargeToPDF: 413, context.DeadlineExceeded: 503} {
		w := newWorld(t, func(c *Config) {
			c.Print = func(context.Context, []byte) ([]byte, error) { return nil, err }
			if err == nil {
				c.Print = nil
			}
		})
		res := w.get("", "/kommune/9901.pdf?board=2022")
		if said := strings.Contains(res.body, "Skriv ut siden"); res.status != want || said == errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v: %d, told to print: %v", err, res.status, said)
		}
		if res := w.get("", "/kommune/9901?board=2022"); res.status != 200 {
			t.Errorf("%v: the page is %d", err, res.status)
		}
	}
}

// A document holds nothing that the day or the asker would change: it is the same for
// all who see the same, and asks for nothing.
func TestDocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	res := w.get("", "/kommune/9901.pdf?board=2022")
	if res.status != 200 || res.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(res.header.Get("Content-Disposition"), `attachment; filename="`) {
		t.Fatalf("%d %v", res.status, res.header)
	}
	if again := w.get("", "/kommune/9901.pdf?board=2022"); again.body != res.body {
		t.Error("the same document is other bytes")
	}
	for _, never := range []string{"<script", "src=", "href=\"http", "<link", "@import", "url(\"./", "url(./"} {
		if strings.Contains(res.body, never) {
			t.Errorf("it has %s", never)
		}
	}
	for path, want := range map[string]int{"/kommune/9901.pdf?board=na": 404, "/kommune/9999.pdf?board=2022": 404, "/kommune/9901.pdf?board=2023": 404, "/kommune/9901.pdf?board=nei": 404} {
		if res := w.get("", path); res.status != want {
			t.Errorf("%s: %d", path, res.status)
		}
	}
}
