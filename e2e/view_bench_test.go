//go:build e2e

package e2e

import (
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// BenchmarkFirstView: all that a browser with nothing kept gets over the line
// for the overview, headers and what scripts load by themselves included: signed
// out of a published edition, and signed in of the live picture, as who reads
// and as who leads. The typeface, which comes once and is kept, is counted apart.
func BenchmarkFirstView(b *testing.B) {
	p := demo(b)
	c := newChromium(b)
	for _, v := range []struct{ name, account, path string }{{"public", "", "/tavle/2022"}, {"reader", "leser", overview}, {"lead", "moteleder", overview}} {
		b.Run(v.name, func(b *testing.B) {
			if v.account == "" { // who comes after the first gets the page as small as it will be
				req, err := http.NewRequest(http.MethodGet, p.url(v.path), nil)
				if err != nil {
					b.Fatal(err)
				}
				req.Header.Set("Accept-Encoding", "br")
				packed(b, req)
			}
			var got seen
			for b.Loop() {
				got = c.firstView(p, v.account, v.path)
			}
			b.ReportMetric(0, "ns/op")
			sum := 0.0
			for kind, n := range got.bytes {
				b.ReportMetric(n/1000, kind+"-kB")
				if kind != "font" {
					sum += n
				}
			}
			b.ReportMetric(sum/1000, "all-kB")
			b.ReportMetric(float64(got.requests), "requests")
		})
	}
}

// seen is what came over the line for a page, in bytes by kind.
type seen struct {
	bytes    map[string]float64
	requests int
}

// firstView opens a page in a new window, signed in or not, and returns what came
// until it is whole and nothing more has come for a while.
func (c *chromium) firstView(p *program, account, address string) seen {
	c.t.Helper()
	w := c.tab("first view", 1440, 900)
	got := seen{bytes: map[string]float64{"html": 0, "css": 0, "js": 0, "font": 0, "other": 0}}
	var mu sync.Mutex
	kinds, last := map[network.RequestID]string{}, time.Now()
	open, failed := map[network.RequestID]bool{}, ""
	if err := chromedp.Listen(w.ctx, func(e any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := e.(type) {
		case *network.EventRequestWillBeSent:
			open[e.RequestID], last = true, time.Now()
		case *network.EventResponseReceived:
			kinds[e.RequestID] = kindOf(e)
			if e.Response.FromDiskCache {
				failed = "kept: " + e.Response.URL
			}
		case *network.EventRequestServedFromCache:
			failed = "kept: " + string(e.RequestID)
		case *network.EventLoadingFailed:
			failed = e.ErrorText
		case *network.EventLoadingFinished:
			got.bytes[kinds[e.RequestID]] += e.EncodedDataLength
			got.requests++
			last = time.Now()
			delete(open, e.RequestID)
		}
	}); err != nil {
		c.t.Fatal(err)
	}
	if _, err := chromedp.Call(w.ctx, network.Enable, network.EnableParams{}); err != nil {
		c.t.Fatal(err)
	}
	if account != "" {
		own, err := url.Parse(p.url("/"))
		if err != nil {
			c.t.Fatal(err)
		}
		for _, cookie := range p.session(account).Jar.Cookies(own) {
			if _, err := chromedp.Call(w.ctx, network.SetCookie, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: own.String()}); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	if _, err := chromedp.Call(w.ctx, network.ClearBrowserCache, cdp.Empty{}); err != nil {
		c.t.Fatal(err)
	}
	w.open(p.url(address))
	if account != "" {
		w.live()
	}
	p.wait("nothing more comes", 30*time.Second, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(open) == 0 && time.Since(last) > time.Second
	})
	mu.Lock()
	defer mu.Unlock()
	if failed != "" || got.bytes["html"] == 0 || got.bytes["css"] == 0 || got.bytes["js"] == 0 || got.bytes["font"] == 0 {
		c.t.Fatalf("%s: %s %v", address, failed, got)
	}
	return seen{got.bytes, got.requests}
}

// kindOf tells what an answer is, by its address.
func kindOf(e *network.EventResponseReceived) string {
	if e.Type == network.ResourceTypeDocument {
		return "html"
	}
	at, err := url.Parse(e.Response.URL)
	if err != nil {
		return "other"
	}
	switch ext := path.Ext(at.Path); ext {
	case ".css", ".js":
		return ext[1:]
	case ".woff2":
		return "font"
	}
	return "other"
}

// packed asks until a page is packed as small as it will be, which the server does
// after the first have got it, and returns it with its tag.
func packed(b *testing.B, req *http.Request) (body []byte, etag string) {
	b.Helper()
	coding := "gzip"
	if strings.Contains(req.Header.Get("Accept-Encoding"), "br") {
		coding = "br"
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 300 {
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			b.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Encoding") != coding {
			b.Fatalf("%s: %s, coding %q, %v", req.URL, resp.Status, resp.Header.Get("Content-Encoding"), err)
		}
		etag = resp.Header.Get("ETag")
		if coding == "gzip" || strings.HasSuffix(etag, `-br11"`) {
			return body, etag
		}
		<-tick.C
	}
	b.Fatalf("%s is not packed better", req.URL)
	return nil, ""
}
