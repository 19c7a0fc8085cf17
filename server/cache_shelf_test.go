package server

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
)

// onShelf tells how many answers are on the shelf.
func (w *world) onShelf() int { return w.server.edge.Stats().Shelved }

// idle waits until every kept page is packed as well as can be.
func (w *world) idle() {
	w.await("all pages are packed", func() bool { return !w.server.edge.Stats().Packing })
}

// TestFinishedAnswersAreTheSame: an answer from the shelf is the one that was
// made, but for its request id, and is counted and logged like it.
func TestFinishedAnswersAreTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := regexp.MustCompile(`/static/[^"]+\.css`).FindString(w.do("GET", "/tavle/2022", "").body)
	for _, path := range []string{"/tavle/2022", "/kommune/9901", file} {
		for _, headers := range [][]string{nil, {"Accept-Encoding: br"}, {"Accept-Encoding: gzip", "Accept-Language: nn"}} {
			w.do("GET", path, "", headers...)
			w.idle()
			for _, code := range []int{200, 304} {
				made := w.do("GET", path, "", headers...)
				n := w.onShelf()
				finished := w.do("GET", path, "", headers...)
				if made.status != code || finished.status != code || finished.body != made.body || (code == 304) != (finished.body == "") {
					t.Errorf("%s %v: %d and %d, %d and %d bytes", path, headers, made.status, finished.status, len(made.body), len(finished.body))
				}
				a, b := made.header.Get("X-Request-Id"), finished.header.Get("X-Request-Id")
				if n == 0 || w.onShelf() != n || a == b || len(b) != 16 {
					t.Errorf("%s %v: ids %s and %s; %d on the shelf", path, headers, a, b, n)
				}
				if !strings.Contains(w.log.String(), b) {
					t.Errorf("%s %v: no line in the log", path, headers)
				}
				for _, h := range []map[string][]string{made.header, finished.header} {
					delete(h, "X-Request-Id")
					delete(h, "Date")
				}
				if !maps.EqualFunc(made.header, finished.header, func(a, b []string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
					t.Errorf("%s %v:\n%v\n%v", path, headers, made.header, finished.header)
				}
				headers = append(headers[:len(headers):len(headers)], "If-None-Match: "+made.header.Get("Etag"))
			}
		}
	}
	const pages = `kb_http_seconds_count{code="200",method="GET",route="/tavle/:board"} `
	if got := w.metric(pages); got != "10" {
		t.Errorf("%s%s", pages, got)
	}
}

// metric returns a line of /metrics, without its name.
func (w *world) metric(name string) string {
	w.t.Helper()
	list, err := w.metrics.Gather()
	must(w.t, err)
	for _, f := range list {
		for _, m := range f.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if f.GetName() == "kb_http_seconds" && name == fmt.Sprintf("kb_http_seconds_count{code=%q,method=%q,route=%q} ", labels["code"], labels["method"], labels["route"]) {
				return fmt.Sprint(m.GetHistogram().GetSampleCount())
			}
		}
	}
	return ""
}

// TestShelfIsForNobodyInParticular: what says who asks, or asks for more, goes
// the long way, also when the same address is on the shelf.
func TestShelfIsForNobodyInParticular(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const path = "/tavle/2022"
	public := w.do("GET", path, "")
	w.idle()
	w.do("GET", path, "")
	n := w.onShelf()
	for name, c := range map[string]struct {
		headers []string
		status  int
	}{
		"session":     {[]string{"Cookie: " + w.as("leser")}, 200},
		"theme":       {[]string{"Cookie: kb_theme=dark"}, 200},
		"bearer":      {[]string{"Authorization: Bearer " + w.token("leser")}, 200},
		"wrong token": {[]string{"Authorization: Bearer nei"}, 401},
		"packed body": {[]string{"Content-Encoding: gzip"}, 415},
	} {
		res := w.do("GET", path, "", c.headers...)
		if res.status != c.status || res.body == public.body || strings.HasPrefix(res.header.Get("Cache-Control"), "public") {
			t.Errorf("%s: %d, %q, the public page: %v", name, res.status, res.header.Get("Cache-Control"), res.body == public.body)
		}
	}
	if got := w.onShelf(); got != n {
		t.Errorf("%d answers on the shelf, %d before", got, n)
	}
	if res := w.do("HEAD", path, ""); res.status != 200 || res.body != "" {
		t.Errorf("HEAD: %d, %d bytes", res.status, len(res.body))
	}
	if res := w.do("GET", path+"?region=nord", ""); res.body == public.body {
		t.Error("a filter is ignored")
	}
	if res := w.do("GET", path, ""); res.body != public.body {
		t.Error("the public page has changed")
	}
}

// TestShelfHoldsForOneState: what is published is there at once.
func TestShelfHoldsForOneState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const path = "/utgave/2022"
	before := w.do("GET", path, "")
	w.idle()
	w.do("GET", path, "")
	if w.onShelf() == 0 {
		t.Fatal("nothing is on the shelf")
	}
	for _, cmd := range []domain.Command{
		editions.OpenCorrection{Board: edition, Reason: "feil tall"},
		domain.SetLevels{Board: edition, Cells: []domain.CellEdit{{Municipality: "9903", Column: "skole", Level: domain.Red, Text: "rettet"}}},
		editions.Publish{Board: edition, Note: "rettet"},
	} {
		_, err := w.clerk.Submit(t.Context(), domain.System("test"), "", cmd)
		must(t, err)
	}
	if after := w.do("GET", path, "", "If-None-Match: "+before.header.Get("ETag")); after.status != 200 || after.body == before.body {
		t.Errorf("after a new version: %d", after.status)
	}
}

// TestPagesArePackedBetterLater: the first gets it quickly, later ones smaller,
// and whoever has the first has the page.
func TestPagesArePackedBetterLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const path, br = "/tavle/2022", "Accept-Encoding: br"
	first := w.do("GET", path, "", br)
	w.idle()
	second := w.do("GET", path, "", br)
	if len(second.body) >= len(first.body) || second.header.Get("ETag") == first.header.Get("ETag") {
		t.Errorf("%d bytes, then %d; tags %s, %s", len(first.body), len(second.body), first.header.Get("ETag"), second.header.Get("ETag"))
	}
	plain := w.do("GET", path, "").body
	for _, packed := range []string{first.body, second.body} {
		var out bytes.Buffer
		if _, err := fasthttp.WriteUnbrotli(&out, []byte(packed)); err != nil || out.String() != plain {
			t.Errorf("unpacked to %d bytes of %d: %v", out.Len(), len(plain), err)
		}
	}
	for _, tag := range []string{first.header.Get("ETag"), second.header.Get("ETag")} {
		if res := w.do("GET", path, "", br, "If-None-Match: "+tag); res.status != 304 {
			t.Errorf("%s: %d", tag, res.status)
		}
	}
}

// TestHashedFilesAreEverybodys: a proxy keeps one of each coding, whoever asks. The
// typeface has none: it is packed in itself.
func TestHashedFilesAreEverybodys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.do("GET", "/tavle/2022", "").body
	for _, kind := range []string{"css", "woff2"} {
		file := regexp.MustCompile(`/static/[^"]+\.` + kind).FindString(page)
		for _, headers := range [][]string{nil, {"Cookie: " + w.as("leser")}, {"Accept-Encoding: br"}} {
			res := w.do("GET", file, "", headers...)
			if res.status != 200 || res.header.Get("Vary") != "Accept-Encoding" || !strings.Contains(res.header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s %v: %d, Vary %q, %q", file, headers, res.status, res.header.Get("Vary"), res.header.Get("Cache-Control"))
			}
			if kind == "woff2" && res.header.Get("Content-Encoding") != "" {
				t.Errorf("%s %v is packed once more", file, headers)
			}
		}
	}
}

// TestKeptPagesAreOfNow: a page is made again when another edition is published,
// and when the clock alone makes it old.
func TestKeptPagesAreOfNow(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	w := newWorld(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	page := func() string { return w.do("GET", "/tavle/2022", "").body }
	before := page()
	ahead.Store(int64(365*24*time.Hour + time.Hour))
	old := page()
	if old == before {
		t.Error("a year later it says nothing of that")
	}
	w.submit(editions.Publish{Board: draft})
	if after := page(); !strings.Contains(after, "Den nyeste utgaven er <a") {
		t.Error("it does not know of the next edition")
	}
}
