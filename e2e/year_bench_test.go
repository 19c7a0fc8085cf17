//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
)

// judged is one cell of a planned edition as its file gives it.
type judged struct {
	M, C, Level string
	Seen        uint64
}

// workplace is the area of the demo's next edition that these benchmarks work in.
type workplace struct {
	p     *program
	board string
	area  string
	api   *client
	cells map[string]judged // of the area, by municipality
	saves int
}

// fullWorkplace has every row of one area filled: a text of some 400 signs, and 20
// pieces of evidence.
func fullWorkplace(b *testing.B) *workplace {
	p := demo(b, inHaste...)
	w := &workplace{p: p, area: "klima", api: p.client("redaktor"), cells: map[string]judged{}}
	var list struct {
		Boards []struct{ ID, Phase string }
	}
	w.api.get("/api/v1/boards", &list)
	for _, one := range list.Boards {
		if one.Phase == "drafting" {
			w.board = one.ID
		}
	}
	w.look()
	if len(w.cells) != 46 {
		b.Fatalf("%d rows", len(w.cells))
	}
	text := strings.Repeat("Kommunen har vedtatt planen og følger den opp i årsrapporten. ", 7)
	for i, m := range slices.Sorted(maps.Keys(w.cells)) {
		var records []map[string]any
		var refs []map[string]any
		for n := range 20 {
			id := fmt.Sprintf("%016x", i*100+n+1)
			records = append(records, map[string]any{
				"evidence": id, "v": 1, "kind": "dialogue", "m": []string{m}, "c": []string{w.area}, "title": fmt.Sprintf("Møte %d om klima og energi", n), "source": "Statsforvalteren",
				"effective": "2026-01-01", "retrieved": "2026-01-02", "period": map[string]any{"from": "2025-01-01", "to": "2025-12-31"},
			})
			refs = append(refs, map[string]any{"e": id, "v": 1})
		}
		if status, said := w.api.post("import_evidence", map[string]any{"records": records}); status != http.StatusOK {
			b.Fatal(status, said)
		}
		w.save(w.api, m, map[string]any{"level": "yellow", "text": m + " " + text, "evidence": refs})
	}
	return w
}

// look reads the area as it is.
func (w *workplace) look() {
	var file struct{ Cells []judged }
	if status := w.api.get("/utgave/"+w.board+"/vurdering/"+w.area+".json", &file); status != http.StatusOK {
		w.p.t.Fatal(status)
	}
	for _, c := range file.Cells {
		if c.C == w.area {
			w.cells[c.M] = c
		}
	}
}

// save writes a cell as whoever has just read it.
func (w *workplace) save(by *client, m string, what map[string]any) {
	w.p.t.Helper()
	what["m"], what["c"], what["seen"] = m, w.area, w.cells[m].Seen
	status, said := by.post("assess", map[string]any{"board": w.board, "cells": []any{what}})
	if status != http.StatusOK {
		w.p.t.Fatal(status, said)
	}
	cell := w.cells[m]
	cell.Seen = uint64(said["rev"].(float64))
	w.cells[m] = cell
	w.saves++
}

func (w *workplace) address() string { return "/utgave/" + w.board + "/vurdering/" + w.area }

// cpu is how long the server has been on processors.
func (p *program) cpu() time.Duration {
	p.t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // a tick is a hundredth of a second
}

// BenchmarkWorkplace: the page of 46 rows with texts and 20 pieces of evidence each, its
// bytes on the wire and what one costs the server, packing included, beside the live
// overview in the same run; and how many commits a save is.
func BenchmarkWorkplace(b *testing.B) {
	w := fullWorkplace(b)
	session := w.p.session("redaktor")
	each := func(path string) (ms float64, size int) {
		for range 20 { // warm
			size = len(fetched(b, session, w.p.url(path), "", "br"))
		}
		before := w.p.cpu()
		for range 300 {
			size = len(fetched(b, session, w.p.url(path), "", "br"))
		}
		return (w.p.cpu() - before).Seconds() * 1000 / 300, size
	}
	b.ResetTimer()
	for b.Loop() {
		ms, size := each(w.address())
		b.ReportMetric(ms, "cpu-ms")
		b.ReportMetric(float64(size)/1000, "wire-kB")
		b.ReportMetric(float64(len(fetched(b, session, w.p.url(w.address()), "", "")))/1000, "page-kB")
		one, _ := each("/tavle/na")
		b.ReportMetric(one, "overview-cpu-ms")
		commits, saves := w.p.metric("kb_append_seconds_count"), w.saves
		for i, m := range slices.Sorted(maps.Keys(w.cells)) {
			w.save(w.api, m, map[string]any{"level": []string{"red", "green"}[i%2], "text": fmt.Sprint(m, " er vurdert på nytt."), "evidence": []any{}})
		}
		b.ReportMetric((w.p.metric("kb_append_seconds_count")-commits)/float64(w.saves-saves), "commits/save")
	}
	b.ReportMetric(0, "ns/op")
}

// seenBy is a reader whose page is open: its socket tells that something changed, and it
// asks for the rows that did.
type seenBy struct {
	w     *workplace
	http  *http.Client
	token string
	conn  *websocket.Conn
	known string
	saw   chan map[string]string
}

var (
	pageRev   = regexp.MustCompile(`data-rev="(\d+)"`)
	pageEpoch = regexp.MustCompile(`data-epoch="([^"]+)"`)
	rowLevel  = regexp.MustCompile(`<tr[^>]* data-m="(\d+)"[^>]*>(?s:.*?)<td class="lvl"(?s:.*?)href="#m-(\w+)"`)
)

func (w *workplace) reader(b *testing.B, token string) *seenBy {
	r := &seenBy{w: w, token: token, http: &http.Client{Transport: &http.Transport{}}, saw: make(chan map[string]string, 64)}
	page := r.page(b, w.address())
	epoch := pageEpoch.FindStringSubmatch(page)
	if epoch == nil || r.known == "" {
		b.Fatalf("the page says no epoch: %.600s", page)
	}
	dialer := websocket.Dialer{Subprotocols: []string{"kb.v1"}, HandshakeTimeout: 10 * time.Second}
	conn, _, err := dialer.Dial("ws://"+w.p.addr+"/live?board="+w.board+"&epoch="+epoch[1]+"&rev="+r.known, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	r.conn = conn
	go r.listen(b)
	return r
}

// page fetches a page and takes its revision over.
func (r *seenBy) page(b *testing.B, path string) string {
	req, err := http.NewRequest(http.MethodGet, r.w.p.url(path), nil)
	if err != nil {
		b.Error(err)
		return ""
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	resp, err := r.http.Do(req)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if rev := pageRev.FindSubmatch(body); rev != nil {
		r.known = string(rev[1])
	}
	return string(body)
}

func (r *seenBy) listen(b *testing.B) {
	for {
		_, frame, err := r.conn.ReadMessage()
		if err != nil {
			return
		}
		var said struct {
			Rev *uint64 `json:"rev"`
		}
		if json.Unmarshal(frame, &said) != nil || said.Rev == nil {
			continue // a heartbeat, or who looks
		}
		levels := map[string]string{}
		for _, row := range rowLevel.FindAllStringSubmatch(r.page(b, r.w.address()+"?endret="+r.known), -1) {
			levels[row[1]] = row[2]
		}
		r.saw <- levels
	}
}

// BenchmarkTogether: two experts set levels in one area in turn, and 40 readers have it
// open; from the POST until the last of the 40 has the row with the level, p50 and p95.
func BenchmarkTogether(b *testing.B) {
	w := fullWorkplace(b)
	var readers []*seenBy
	for i := range 40 {
		id := fmt.Sprint("leser-", i)
		w.p.must("account", "add", id, "--name", id, "--role", "leser")
		readers = append(readers, w.reader(b, w.p.token(id)))
	}
	experts := []*client{w.p.client("fag-miljo"), w.api}
	rows := slices.Sorted(maps.Keys(w.cells))
	set := map[string]string{}
	var took, answered []float64
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		m := rows[i%len(rows)]
		level := []string{"green", "yellow", "red"}[i%3]
		if set[m] == level || set[m] == "" && level == "yellow" {
			level = map[string]string{"green": "yellow", "yellow": "red", "red": "green"}[level]
		}
		set[m] = level
		begun := time.Now()
		var all sync.WaitGroup
		for _, r := range readers {
			all.Go(func() {
				for {
					select {
					case levels := <-r.saw:
						if levels[m] == level {
							return
						}
					case <-time.After(10 * time.Second):
						b.Errorf("a reader never saw %s of %s", level, m)
						return
					}
				}
			})
		}
		w.save(experts[i%2], m, map[string]any{"level": level})
		answered = append(answered, time.Since(begun).Seconds()*1000)
		all.Wait()
		took = append(took, time.Since(begun).Seconds()*1000)
	}
	slices.Sort(took)
	slices.Sort(answered)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(took[len(took)/2], "p50-ms")
	b.ReportMetric(took[len(took)*95/100], "p95-ms")
	b.ReportMetric(answered[len(answered)*95/100], "answer-p95-ms")
}
