package server

import (
	"net/url"
	"strings"
	"testing"

	"kommunebilde/server/edge"
)

// TestAnAccountAsksForSoMuch: above its share it is refused in words, one line
// says so, and neither others nor its other share notice.
func TestAnAccountAsksForSoMuch(t *testing.T) {
	t.Parallel()
	most := edge.RatesOf(20)
	most.Reads, most.Commands.Second = edge.Bound{Burst: 5, Second: 0.1}, 0.1
	w := newWorld(t, func(c *Config) { c.rates = most })
	burst := most.Commands.Burst
	refused := func(what string, res answer) {
		t.Helper()
		if res.status != 429 || res.header.Get("Retry-After") == "" || !strings.Contains(res.body, "for mye på kort tid") {
			t.Errorf("%s: %d, Retry-After %q: %s", what, res.status, res.header.Get("Retry-After"), res.body)
		}
	}
	wrong := map[string]any{"type": "no_such_command"}
	taken := 0
	for range 2 * burst {
		res := w.command("moteleder", wrong)
		if res.status == 429 {
			refused("a command too many", res)
			break
		}
		taken++
	}
	if taken < burst || taken >= 2*burst {
		t.Errorf("%d commands were let in", taken)
	}
	refused("its form", w.form("moteleder", "/moter", url.Values{"board": {"na"}}))
	if res := w.command("admin", wrong); res.status == 429 {
		t.Errorf("another account's command: %d", res.status)
	}
	token, err := w.auth.AddToken("moteleder", "program")
	must(t, err)
	program := []string{"Authorization: Bearer " + token, "Content-Type: application/json"}
	if res := w.do("POST", "/api/v1/commands", `{"type":"no_such_command"}`, program...); res.status == 429 {
		t.Errorf("its program's command: %d", res.status)
	}
	for i := range 5 {
		if res := w.get("moteleder", "/tavle/na"); res.status != 200 {
			t.Errorf("page %d: %d", i, res.status)
		}
	}
	refused("a page too many", w.get("moteleder", "/tavle/na"))
	refused("a read of a program's kind too many", w.get("moteleder", "/api/v1/boards/na"))
	c := w.connect("moteleder") // screens are bounded by their number
	must(t, c.Close())
	if res := w.get("", "/om"); res.status != 200 {
		t.Errorf("a stranger: %d", res.status)
	}
	if res := w.form("moteleder", "/logout", url.Values{}); res.status != 303 || len(w.auth.Sessions("moteleder")) != 1 { // the program's token
		t.Errorf("logging out: %d", res.status)
	}
	if n := strings.Count(w.log.String(), `"account asks for too much","account":"moteleder"`); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
}
