//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkPainted: from the lead's POST in one browser until another browser
// has painted the change, with 349 other screens connected. p50 and p95.
func BenchmarkPainted(b *testing.B) {
	p := demo(b)
	lead := p.client("moteleder")
	var s snapshot
	lead.get("/api/v1/boards/na", &s)
	crowd := exec.Command("../bin/loadscreens", "-url", p.url(""), "-n", "349", "-token", p.token("leser"),
		"-lead", lead.token, "-changes", "600", "-rate", "1", "-burst", "0", "-floor=false", "-timeout", "10m")
	if err := crowd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { crowd.Process.Kill(); crowd.Wait() })
	p.wait("349 screens are connected", time.Minute, func() bool {
		resp, err := http.Get("http://" + p.ops + "/metrics")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		m := regexp.MustCompile(`(?m)^kb_watchers (\d+)`).FindSubmatch(body)
		return m != nil && string(m[1]) >= "349" && len(m[1]) >= 3
	})
	c := newChromium(b)
	from, to := c.tab("lead", 1280, 800), c.tab("reader", 1440, 900)
	from.login(p, "moteleder")
	to.login(p, "leser")
	from.open(p.url(overview))
	to.open(p.url(overview))
	from.live()
	to.live()
	lead.get("/api/v1/boards/na", &s)
	cell := query("3434", "klima")
	eval[bool](to, `(() => {
		window.painted = 0;
		new MutationObserver(() => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => { window.painted = performance.timeOrigin + performance.now() }; c.port2.postMessage(0) }))
			.observe(`+cell+`, {attributes: true, attributeFilter: ["data-level"]});
		return true;
	})()`)
	var took []float64
	levels := []string{"green", "yellow", "red"}
	for i := 0; b.Loop(); i++ {
		level := levels[i%3]
		if eval[string](to, cell+".dataset.level") == level {
			level = levels[(i+1)%3]
		}
		eval[bool](to, `(window.painted = 0, true)`)
		sent := eval[float64](from, fmt.Sprintf(`(() => {
			const at = performance.timeOrigin + performance.now();
			fetch("/api/v1/commands", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({request: crypto.randomUUID(), type: "set_levels", board: "na", meeting: document.body.dataset.meeting, cells: [{m: "3434", c: "klima", level: %q}]})});
			return at;
		})()`, level))
		to.until("the change is painted", `window.painted > 0`, 10*time.Second)
		took = append(took, eval[float64](to, `window.painted`)-sent)
	}
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(took[len(took)/2], "p50-ms")
	b.ReportMetric(took[len(took)*95/100], "p95-ms")
}

// BenchmarkScreens: loadscreens with 350, 1,000 and 5,000 screens, as JSON
// figures. An account may have 500 sockets.
func BenchmarkScreens(b *testing.B) {
	p := demo(b)
	var tokens []string
	for i := range 11 {
		id := fmt.Sprint("last", i)
		p.must("account", "add", id, "--name", id, "--role", "leser")
		tokens = append(tokens, p.token(id))
	}
	lead := p.token("moteleder")
	for b.Loop() {
		out, err := exec.Command("../bin/loadscreens", "-url", p.url(""), "-n", "350,1000,5000", "-token", strings.Join(tokens, ","),
			"-lead", lead, "-ops", "http://"+p.ops, "-pid", strconv.Itoa(p.cmd.Process.Pid), "-json", "-timeout", "5m").Output()
		if err != nil {
			b.Fatalf("%v %s", err, out)
		}
		var results []struct {
			Screens int                   `json:"screens"`
			Ratio   float64               `json:"cpu_to_floor"`
			Burst   float64               `json:"burst_to_single_writes"`
			Memory  float64               `json:"kib_per_screen"`
			Missed  int                   `json:"missed"`
			Doubled int                   `json:"doubled"`
			Last    struct{ P95 float64 } `json:"last_screen_ms"`
		}
		if err := json.Unmarshal(out, &results); err != nil {
			b.Fatal(err)
		}
		for _, r := range results {
			unit := fmt.Sprint("-", r.Screens)
			b.ReportMetric(r.Ratio, "cpu-ratio"+unit)
			b.ReportMetric(r.Burst, "burst"+unit)
			b.ReportMetric(r.Memory, "KiB/screen"+unit)
			b.ReportMetric(r.Last.P95, "last-p95-ms"+unit)
			b.ReportMetric(float64(r.Missed+r.Doubled), "missed-or-doubled"+unit)
		}
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkServed: the public overview from this server beside the same bytes
// from nginx, in turn, by wrk; and 304 beside 304.
func BenchmarkServed(b *testing.B) {
	for _, tool := range []string{"nginx", "wrk"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Fatalf("%s is missing; make bench installs it on Debian", tool)
		}
	}
	p := demo(b)
	req, err := http.NewRequest(http.MethodGet, p.url("/tavle/2022"), nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "br")
	page, etag := packed(b, req)
	dir, addr := b.TempDir(), freePort(b)
	if err := os.Chmod(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "page.html"), page, 0o644); err != nil {
		b.Fatal(err)
	}
	conf := fmt.Sprintf(`daemon off; pid %[1]s/pid; error_log %[1]s/err; worker_processes 1;
user root;
events { worker_connections 512; }
http { access_log off; keepalive_requests 1000000; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
sendfile on; open_file_cache max=10;
server { listen %[2]s; root %[1]s; location / { default_type text/html; add_header Content-Encoding br; } } }
`, dir, addr)
	if os.Getuid() != 0 {
		conf = strings.Replace(conf, "user root;\n", "", 1)
	}
	if err := os.WriteFile(filepath.Join(dir, "conf"), []byte(conf), 0o644); err != nil {
		b.Fatal(err)
	}
	nginx := exec.Command("nginx", "-c", filepath.Join(dir, "conf"))
	if err := nginx.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { nginx.Process.Signal(os.Interrupt); nginx.Wait() })
	var theirs string
	p.wait("nginx answers", 10*time.Second, func() bool {
		resp, err := http.Get("http://" + addr + "/page.html")
		if err != nil {
			return false
		}
		resp.Body.Close()
		theirs = resp.Header.Get("ETag")
		return resp.StatusCode == http.StatusOK
	})
	rate := func(url string, headers ...string) float64 {
		args := []string{"-t1", "-c16", "-d2s", "-H", "Accept-Encoding: br"}
		for _, h := range headers {
			args = append(args, "-H", h)
		}
		out, err := exec.Command("wrk", append(args, url)...).CombinedOutput()
		if err != nil {
			b.Fatalf("wrk: %v %s", err, out)
		}
		m := regexp.MustCompile(`Requests/sec:\s*([\d.]+)`).FindSubmatch(out)
		if m == nil || regexp.MustCompile(`Non-2xx or 3xx|Socket errors`).Match(out) {
			b.Fatalf("wrk says %s", out)
		}
		v, _ := strconv.ParseFloat(string(m[1]), 64)
		return v
	}
	var full, same []float64
	for b.Loop() {
		full = append(full, rate(p.url("/tavle/2022"))/rate("http://"+addr+"/page.html"))
		same = append(same, rate(p.url("/tavle/2022"), "If-None-Match: "+etag)/rate("http://"+addr+"/page.html", "If-None-Match: "+theirs))
	}
	slices.Sort(full)
	slices.Sort(same)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(full[len(full)/2], "of-nginx")
	b.ReportMetric(same[len(same)/2], "304-of-nginx")
}

// packed asks until a page is packed as small as it will be, which the server does
// after the first have got it, and returns it with its tag. Files are packed
// when they are built.
func packed(b *testing.B, req *http.Request) (body []byte, etag string) {
	b.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 300 {
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			b.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Encoding") != "br" {
			b.Fatalf("%s: %s, coding %q, %v", req.URL, resp.Status, resp.Header.Get("Content-Encoding"), err)
		}
		etag = resp.Header.Get("ETag")
		if strings.HasSuffix(etag, `-br11"`) || strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			return body, etag
		}
		<-tick.C
	}
	b.Fatalf("%s is not packed better", req.URL)
	return nil, ""
}

// BenchmarkFirstView: the bytes of the first view of the overview, compressed,
// with all that it loads.
func BenchmarkFirstView(b *testing.B) {
	p := demo(b)
	size := func(path string) ([]byte, int) {
		req, err := http.NewRequest(http.MethodGet, p.url(path), nil)
		if err != nil {
			b.Fatal(err)
		}
		plain, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer plain.Body.Close()
		body, err := io.ReadAll(plain.Body)
		if err != nil || plain.StatusCode != http.StatusOK {
			b.Fatalf("%s: %s %v", path, plain.Status, err)
		}
		req.Header.Set("Accept-Encoding", "br")
		small, _ := packed(b, req)
		return body, len(small)
	}
	var html, css, js int
	for b.Loop() {
		var page []byte
		page, html = size("/tavle/2022")
		css, js = 0, 0
		for _, m := range regexp.MustCompile(`(?:href|src)="(/static/[^"]+\.(css|js))"`).FindAllSubmatch(page, -1) {
			_, n := size(string(m[1]))
			if string(m[2]) == "css" {
				css += n
			} else {
				js += n
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(html)/1000, "html-kB")
	b.ReportMetric(float64(css)/1000, "css-kB")
	b.ReportMetric(float64(js)/1000, "js-kB")
	b.ReportMetric(float64(html+css+js)/1000, "all-kB")
}
