package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kommunebilde/server/wire"
)

// TestChangesAreWholeRecords: a page of the log never ends inside a record.
func TestChangesAreWholeRecords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := string(w.openMeeting())
	want := 0
	for i := range 5 {
		cells := []map[string]any{}
		for _, m := range []string{"9901", "9902", "9903"} {
			cells = append(cells, map[string]any{"m": m, "c": "skole", "level": []string{"red", "green"}[i%2]})
		}
		if res := w.command("moteleder", map[string]any{"type": "set_levels", "board": "na", "meeting": meeting, "cells": cells}); res.status != 200 {
			t.Fatalf("%d %s", res.status, res.body)
		}
		want += 3
	}
	for _, limit := range []int{1, 2, 3, 4, 7, 1000} {
		got, after := 0, uint64(0)
		for range 100 {
			res := w.get("leser", fmt.Sprintf("/api/v1/boards/na/changes?after=%d&limit=%d", after, limit))
			var page struct {
				Next    uint64
				More    bool
				Changes []struct {
					Rev  uint64
					Cell *struct{}
				}
			}
			must(t, json.Unmarshal([]byte(res.body), &page))
			count := map[uint64]int{}
			for _, c := range page.Changes {
				if c.Cell != nil {
					got++
					count[c.Rev]++
				}
			}
			for rev, n := range count {
				if n != 3 {
					t.Errorf("limit %d: record %d came with %d of 3 cells", limit, rev, n)
				}
			}
			after = page.Next
			if !page.More {
				break
			}
		}
		if got != want {
			t.Errorf("limit %d: %d of %d changes", limit, got, want)
		}
	}
	for _, bad := range []string{"limit=0", "limit=1001", "limit=x", "after=-1"} {
		if res := w.get("leser", "/api/v1/boards/na/changes?"+bad); res.status != 422 {
			t.Errorf("%s: %d", bad, res.status)
		}
	}
}

// TestCellSaysWhenItChanged: a cell that was only confirmed, or given back, says in a
// frame and in the answer to the one who did it that it is as old as it was, and one that an
// undo emptied that it never changed; others leave it out.
func TestCellSaysWhenItChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := string(w.openMeeting())
	send := func(cmd map[string]any) (answer string) {
		t.Helper()
		cmd["board"], cmd["meeting"] = "na", meeting
		last := w.clerk.State().At()
		w.await("another millisecond", func() bool { return w.server.cfg.Now().Sub(last) > 2*time.Millisecond })
		res := w.command("moteleder", cmd)
		if res.status != 200 {
			t.Fatalf("%v: %d %s", cmd, res.status, res.body)
		}
		return res.body
	}
	set := func(m, level string) string {
		return send(map[string]any{"type": "set_level", "m": m, "c": "skole", "level": level})
	}
	undo := func() string { return send(map[string]any{"type": "undo"}) }
	set("9901", "red")
	first := w.board("na").Cell(0, w.board("na").Col("skole")).At
	said := `"changed_at":` + string(wire.AppendTime(nil, first))
	for _, step := range []struct {
		what, answer, want string
	}{
		{"confirmed", set("9901", "red"), said},
		{"another", set("9901", "green"), ""},
		{"given back", undo(), said},
		{"new", set("9902", "red"), ""},
		{"emptied", undo(), `"changed_at":null`},
	} {
		if strings.Contains(step.answer, `"changed_at"`) != (step.want != "") || !strings.Contains(step.answer, step.want) {
			t.Errorf("%s: %s, want %s", step.what, step.answer, step.want)
		}
	}
	p := w.board("na")
	frame := string(wire.Encoder(nil)(p, 0))
	_, cells, _ := strings.Cut(frame, `"cells":[`)
	cells, _, _ = strings.Cut(cells, `],"log"`)
	for _, want := range []string{said, `"changed_at":null`} {
		if !strings.Contains(cells, want) {
			t.Errorf("the frame lacks %s: %s", want, cells)
		}
	}
}
