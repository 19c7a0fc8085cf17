//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// line is a wire between browser and server that can be held.
type line struct {
	addr string
	mu   sync.Mutex
	free [2]chan struct{} // to the server and back: closed while bytes go through
}

// demoOnLine starts the server with made-up data, which people reach by a line; beside
// is the same server for programs, past the line.
func demoOnLine(t *testing.T) (p, beside *program, wire *line) {
	t.Helper()
	addr := freePort(t)
	wire = newLine(t, addr)
	p = demoAt(t, addr, "http://"+wire.addr)
	past := *p
	past.public = ""
	return p, &past, wire
}

// newLine passes connections to its own address on to another.
func newLine(t *testing.T, to string) *line {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	l := &line{addr: ln.Addr().String()}
	l.hold(0, 1)()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go l.join(c, to)
		}
	}()
	return l
}

func (l *line) join(c net.Conn, to string) {
	s, err := net.Dial("tcp", to)
	if err != nil {
		c.Close()
		return
	}
	var both sync.WaitGroup
	for to, way := range [][2]net.Conn{{c, s}, {s, c}} {
		both.Go(func() {
			defer way[1].Close()
			buf := make([]byte, 32<<10)
			for {
				n, err := way[0].Read(buf)
				l.wait(to)
				if n > 0 {
					if _, err := way[1].Write(buf[:n]); err != nil {
						return
					}
				}
				if err != nil {
					return
				}
			}
		})
	}
	both.Wait()
}

func (l *line) wait(way int) {
	l.mu.Lock()
	free := l.free[way]
	l.mu.Unlock()
	<-free
}

// hold lets nothing through until release: to the server (0), back (1).
func (l *line) hold(ways ...int) (release func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	free := make(chan struct{})
	for _, way := range ways {
		l.free[way] = free
	}
	return sync.OnceFunc(func() { close(free) })
}

// said is what a record says of a cell.
type said struct {
	place, from, level, text, reporter string
	undoes                             bool
}

// said returns what was set on a board after a revision, oldest first, and where
// the board stands.
func (c *client) said(board string, after uint64) (out []said, rev uint64) {
	c.p.t.Helper()
	var log struct {
		Rev     uint64
		Changes []struct {
			Cell *struct {
				M, C, Level, From, Text string
				ReportedBy              string `json:"reported_by"`
				Undoes                  uint64
			}
		}
	}
	c.get(fmt.Sprintf("/api/v1/boards/%s/changes?after=%d", board, after), &log)
	for _, l := range log.Changes {
		if l.Cell != nil {
			out = append(out, said{l.Cell.M + "." + l.Cell.C, l.Cell.From, l.Cell.Level, l.Cell.Text, l.Cell.ReportedBy, l.Cell.Undoes != 0})
		}
	}
	return out, log.Rev
}

// TestRecordIsTheSameAtAnyPace: what keys lead to depends on the keys, not on how
// fast they follow each other, nor on what has been drawn meanwhile; a level has
// the reason and the reporter that somebody gave it, and no other; the bar for
// undoing says what the record says. Beside the table as at the console.
func TestRecordIsTheSameAtAnyPace(t *testing.T) {
	t.Parallel()
	p, _, wire := demoOnLine(t)
	api := p.client("moteleder")
	w := sharedChromium(t).tab("lead", 1440, 900)
	w.login(p, "moteleder")

	const place = "3434.klima"
	const old, reason, reporter = "Grunnvannet står høyt", "Veien er stengt", "Lom v/ordfører"
	keys := []string{"2", "3", "s", "2", "z", "n", "2", "n", "3", kb.ArrowDown, "1", kb.ArrowUp, "1", "z", "z"}
	var first []said
	for i, pace := range []time.Duration{0, 50 * time.Millisecond, 130 * time.Millisecond, 350 * time.Millisecond, -1} {
		board := fmt.Sprintf("tempo-%d", i)
		api.must("open_exercise", map[string]any{"board": board, "title": board, "from": "na"})
		meeting := fmt.Sprint(api.must("open_meeting", map[string]any{"board": board, "kind": "preparedness", "title": board})["meeting"])
		api.must("set_level", map[string]any{"board": board, "meeting": meeting, "m": "3434", "c": "klima", "level": "green", "text": old, "reported_by": "Nettselskap"})
		_, begun := api.said(board, 0)
		w.open(p.url("/konsoll/" + meeting + "?valgt=3434&c=klima"))
		w.live()
		if got := eval[[]string](w, `[document.querySelector("#set textarea").value, document.querySelector("#reported-by").value]`); got[0] != "" || got[1] != "Nettselskap" { // who was chosen for Lom in this meeting
			t.Fatalf("the form begins with %q", got)
		}
		if was := eval[string](w, `document.querySelector("#was").innerText`); !strings.Contains(was, old) || !strings.Contains(was, "Nettselskap") {
			t.Fatalf("the reason before: %q", was)
		}
		eval[bool](w, `(document.querySelector("#reported-by").value = "", true)`)
		w.write("#reported-by", reporter)
		w.write("#set textarea", reason)
		w.keys(kb.Escape)
		release := func() {}
		if pace < 0 {
			release = wire.hold(0, 1)
		}
		for _, key := range keys {
			w.keys(key)
			time.Sleep(max(pace, 0)) // the pace is what is tried
		}
		release()
		p.wait("all is in the record", 30*time.Second, func() bool { got, _ := api.said(board, begun); return len(got) >= 10 })
		got, _ := api.said(board, begun)
		if i == 0 {
			first = got
		} else if !slices.Equal(got, first) {
			t.Errorf("at %v a key:\n%v\nand at once:\n%v", pace, got, first)
		}
		third := strings.Split(first[5].place, ".")[0]
		w.until("the bar says what the record says", `document.querySelector("#undo .text").textContent.includes("→ Rød, " + document.querySelector('#queue li[data-m="`+third+`"] b').textContent)`, 10*time.Second)
	}

	second, third := first[4].place, first[5].place
	for i, want := range []said{
		{place, "green", "yellow", reason, reporter, false},
		{place, "yellow", "red", "", reporter, false},
		{place, "red", "yellow", reason, reporter, false},
		{place, "yellow", "red", "", reporter, true},
		{second, first[4].from, "yellow", "", "", false},
		{third, first[5].from, "red", "", "", false},
		{first[6].place, first[6].from, "green", "", "", false},
		{third, "red", "green", "", "", false},
		{third, "green", "red", "", "", true},
		{first[6].place, "green", first[6].from, first[9].text, first[9].reporter, true},
	} {
		if first[i] != want {
			t.Errorf("record %d says %+v, want %+v", i+1, first[i], want)
		}
	}
	if m, _, _ := strings.Cut(first[6].place, "."); m+".klima" != third || second == place || third == second {
		t.Errorf("set were %v", first)
	}

	// The same road beside the table: who was chosen at the console, no old reason.
	board := "tempo-0"
	_, begun := api.said(board, 0)
	w.open(p.url("/tavle/" + board + "?" + url.Values{"valgt": {place}}.Encode()))
	w.live()
	w.click(td("3434", "klima"))
	w.keys("1", "z", "s", "3")
	p.wait("three records", 10*time.Second, func() bool { got, _ := api.said(board, begun); return len(got) >= 3 })
	got, _ := api.said(board, begun)
	if want := []said{{place, "red", "green", "", reporter, false}, {place, "green", "red", "", reporter, true}, {place, "red", "red", reason, reporter, false}}; !slices.Equal(got, want) {
		t.Errorf("beside the table:\n%v, want\n%v", got, want)
	}
}

// TestAnswerIsAwaited: a change whose answer is held is neither saved nor unsaved.
// It is asked for again until the answer comes, also by the page that follows one
// that was left; it happens once, and its reason is not said again. A click that
// comes through for the first time long after is not done.
func TestAnswerIsAwaited(t *testing.T) {
	t.Parallel()
	p, beside, wire := demoOnLine(t)
	api := beside.client("moteleder")
	api.must("open_exercise", map[string]any{"board": "svar", "title": "svar", "from": "na"})
	meeting := fmt.Sprint(api.must("open_meeting", map[string]any{"board": "svar", "kind": "preparedness", "title": "svar"})["meeting"])
	_, begun := api.said("svar", 0)
	console := p.url("/konsoll/" + meeting + "?valgt=3434&c=klima")
	w := sharedChromium(t).tab("lead", 1440, 900)
	w.allows("net::ERR", "WebSocket", "409")
	w.before(`addEventListener("DOMContentLoaded", () => {
		window.said = [];
		new MutationObserver(() => said.push(document.querySelector("#edit-status")?.textContent ?? "")).observe(document.body, { subtree: true, childList: true, characterData: true });
	})`)
	w.login(p, "moteleder")
	w.open(console)
	w.live()
	record := func(n int) said {
		t.Helper()
		var got []said
		p.wait("the record has it", 10*time.Second, func() bool { got, _ = api.said("svar", begun); return len(got) >= n })
		if len(got) != n {
			t.Fatalf("the record says %v", got)
		}
		return got[n-1]
	}
	set := func(key, reason string) (release func()) {
		t.Helper()
		eval[bool](w, `(document.querySelector("#set textarea").focus(), true)`)
		w.keys(reason, kb.Escape)
		release = wire.hold(1)
		w.keys(key)
		return release
	}

	release := set("3", "Veien er stengt")
	first := record(1)
	w.until("the answer is awaited", `document.querySelector("#edit-status").textContent === "Venter på svar fra serveren …"`, 20*time.Second)
	if said := eval[[]string](w, "said"); slices.ContainsFunc(said, func(s string) bool { return strings.Contains(strings.ToLower(s), "lagret") }) {
		t.Errorf("while nobody knew it said %q", said)
	}
	release()
	w.until("it is saved", `document.querySelector("#edit-status").textContent === "Lagret"`, 30*time.Second)
	if got := record(1); got != first || got.text != "Veien er stengt" {
		t.Errorf("the record says %+v, first %+v", got, first)
	}

	// The page is left before the answer.
	w.live()
	release = set("2", "Veien er åpen i ett felt")
	record(2)
	w.open("about:blank")
	release()
	w.open(console)
	w.until("the next page knows", `document.querySelector("#edit-status")?.textContent === "Lagret"`, 30*time.Second)
	if got := record(2); got.text != "Veien er åpen i ett felt" || eval[string](w, `document.querySelector("#set textarea").value`) != "" {
		t.Errorf("the record says %+v", got)
	}

	// What comes through for the first time long after the click is not done, whatever
	// it was: for the server these were clicked 16 s ago.
	w.live()
	eval[bool](w, `(window.kb.now = () => window.kb.clock.now(performance.now()) - 16_000, true)`)
	_, head := api.said("svar", 0)
	for what, click := range map[string]func(){
		"a level":   func() { w.keys("1") },
		"no change": func() { w.keys("i") },
		"undo":      func() { w.keys("z") },
		"a form": func() {
			eval[bool](w, `(() => {
			const form = document.querySelector('form[action$="/hendelse"]');
			form.elements.text.value = "Bro stengt";
			form.requestSubmit();
			return true;
		})()`)
		},
	} {
		eval[bool](w, `(document.querySelector("#edit-status").textContent = "", true)`)
		click()
		w.until(what+" came too late", `document.querySelector("#edit-status").textContent.includes("lagret: Klikket kom for sent fram")`, 10*time.Second)
	}
	if _, now := api.said("svar", 0); now != head {
		t.Errorf("something was done all the same: from %d to %d", head, now)
	}
}
