package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kommunebilde"
)

// FuzzString: whatever a text holds, the encoder writes JSON that reads back as
// encoding/json would have it, and that may stand in a script element.
func FuzzString(f *testing.F) {
	for _, s := range []string{"", "å", `"\`, "</script>", "\u2028\u2029", "\x00\x1f\x7f", "\xff\xfe", "😀", "__f__alert(1)__f__", "a\r\n\t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := appendString(nil, s)
		var got, want string
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		ref, err := json.Marshal(s)
		must(t, err)
		must(t, json.Unmarshal(ref, &want))
		if got != want {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
		if strings.ContainsAny(string(b), "<>&\u2028\u2029") {
			t.Errorf("%s", b)
		}
	})
}

// FuzzCommand: no bytes make the reader of commands panic, and what it refuses
// it refuses with an error that says so.
func FuzzCommand(f *testing.F) {
	f.Add([]byte(`{"request":"12345678","type":"set_level","board":"na","m":"3434","c":"skole","level":"red"}`))
	f.Add([]byte(`{"request":"12345678","type":"redact","texts":[{"rev":1,"n":0}],"reason":"x"}`))
	f.Add([]byte(`{"request":"12345678","type":"set_levels","cells":[{"m":"3434"}],"event_at":"2022-01-01T00:00:00Z","issued":1}`))
	f.Add([]byte(`{"request":"12345678","type":"set_figures","meeting":"m","figures":[{"m":"3434","value":-1,"as_of":1}]}`))
	f.Add([]byte(`{"request":"12345678","type":"open_situation","title":"\u00e6\ud800"}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, cmd, err := parseCommand(b, "noen")
		if err == nil && cmd == nil {
			t.Error("neither a command nor an error")
		}
		if err != nil && kommunebilde.CodeOf(err) != kommunebilde.Invalid {
			t.Errorf("%v", err)
		}
	})
}

type wireCell struct {
	M, C, Level, Text, By, At string
	Rev                       uint64 `json:"changed_rev"`
}

type wireBoard struct {
	Rev   uint64
	Prev  uint64
	Cells []wireCell
}

// TestSnapshotAndFramesAgree: snapshot at N and the frames after it are the
// snapshot at M, for every audience, over random changes, undoings and pauses of
// whoever reads.
func TestSnapshotAndFramesAgree(t *testing.T) {
	now := time.Date(2022, 11, 11, 10, 0, 0, 0, time.UTC)
	by := kommunebilde.System("test")
	names := func(id kommunebilde.AccountID) string { return "N " + string(id) }
	rapid.Check(t, func(t *rapid.T) {
		state := kommunebilde.NewState("e")
		apply := func(cmd kommunebilde.Command) bool {
			events, err := kommunebilde.Decide(state, by, cmd, now)
			if err != nil {
				return false
			}
			r, err := kommunebilde.Seal(state.Head(), now, by.ID, "", events, func() kommunebilde.Salt { return kommunebilde.Salt{} })
			if err != nil {
				t.Fatal(err)
			}
			if state, err = state.Apply(r); err != nil {
				t.Fatal(err)
			}
			return true
		}
		apply(kommunebilde.OpenLive{Catalogue: catalogue()})
		apply(kommunebilde.OpenMeeting{ID: "m", Board: kommunebilde.Live, Kind: kommunebilde.MeetingCouncil, Title: "Møte", Invited: []kommunebilde.MunicipalityID{"9901"}})
		audiences := []kommunebilde.Audience{
			{Kind: kommunebilde.AudienceStaff}, {Kind: kommunebilde.AudienceScreen}, {Kind: kommunebilde.AudienceMunicipality, Municipality: "9901"},
		}
		held := make([]wireBoard, len(audiences))
		look := func(a kommunebilde.Audience) kommunebilde.Picture {
			p, ok := kommunebilde.PictureOf(state, a, kommunebilde.Live, now)
			if !ok {
				t.Fatal("not to be seen")
			}
			return p
		}
		read := func(b []byte) (out wireBoard) {
			if err := json.Unmarshal(b, &out); err != nil {
				t.Fatalf("%v: %s", err, b)
			}
			return out
		}
		for i, a := range audiences {
			held[i] = read(appendSnapshot(nil, names, look(a)))
		}
		places := catalogue()
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Second)
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				apply(kommunebilde.Undo{Board: kommunebilde.Live})
			default:
				edits := []kommunebilde.CellEdit{}
				for n := range rapid.IntRange(1, 3).Draw(t, "cells") {
					edits = append(edits, kommunebilde.CellEdit{
						Municipality: places.Municipalities[n].ID, Column: rapid.SampledFrom([]kommunebilde.ColumnID{"beredskap", "skole"}).Draw(t, "c"),
						Level: rapid.SampledFrom(kommunebilde.KindLive.Levels()).Draw(t, "level"), Text: rapid.SampledFrom([]string{"", "</script>", "å\"\\"}).Draw(t, "text"),
					})
				}
				apply(kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: "m", Cells: edits})
			}
			for i, a := range audiences {
				if rapid.Bool().Draw(t, "reads") {
					frame := read(appendFrame(nil, names, look(a), kommunebilde.Revision(held[i].Rev)))
					if frame.Prev != held[i].Rev {
						t.Fatalf("frame follows %d, held %d", frame.Prev, held[i].Rev)
					}
					held[i] = held[i].with(frame)
				}
			}
		}
		for i, a := range audiences {
			p := look(a)
			held[i] = held[i].with(read(appendFrame(nil, names, p, kommunebilde.Revision(held[i].Rev))))
			want := read(appendSnapshot(nil, names, p)).with(wireBoard{Rev: held[i].Rev})
			if got := fmt.Sprint(held[i].Cells); got != fmt.Sprint(want.Cells) || held[i].Rev != want.Rev {
				t.Errorf("%v: frames lead to\n%v at %d, the snapshot is\n%v at %d", a, got, held[i].Rev, want.Cells, want.Rev)
			}
			if a.Kind != kommunebilde.AudienceStaff && strings.Contains(fmt.Sprint(held[i].Cells), "system") {
				t.Errorf("%v sees who", a)
			}
		}
	})
}

// with returns the board after a frame, in one order.
func (b wireBoard) with(frame wireBoard) wireBoard {
	out := wireBoard{Rev: frame.Rev, Cells: slices.Clone(b.Cells)}
	for _, c := range frame.Cells {
		out.Cells = slices.DeleteFunc(out.Cells, func(o wireCell) bool { return o.M == c.M && o.C == c.C })
		out.Cells = append(out.Cells, c)
	}
	slices.SortFunc(out.Cells, func(x, y wireCell) int { return strings.Compare(x.M+x.C, y.M+y.C) })
	return out
}

// TestChangesAreWholeRecords: a page of the log never ends inside a record.
func TestChangesAreWholeRecords(t *testing.T) {
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
					Cell *wireCell
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

func BenchmarkFrame(b *testing.B) {
	now := time.Now()
	by := kommunebilde.System("test")
	state := kommunebilde.NewState("e")
	for _, cmd := range []kommunebilde.Command{
		kommunebilde.OpenLive{Catalogue: catalogue()},
		kommunebilde.OpenMeeting{ID: "m", Board: kommunebilde.Live, Kind: kommunebilde.MeetingCouncil, Title: "Møte"},
		kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: "m", Cells: []kommunebilde.CellEdit{{Municipality: "9901", Column: "skole", Level: kommunebilde.Red, Text: "bru stengt"}}},
	} {
		events, err := kommunebilde.Decide(state, by, cmd, now)
		if err != nil {
			b.Fatal(err)
		}
		r, err := kommunebilde.Seal(state.Head(), now, by.ID, "", events, func() kommunebilde.Salt { return kommunebilde.Salt{} })
		if err != nil {
			b.Fatal(err)
		}
		if state, err = state.Apply(r); err != nil {
			b.Fatal(err)
		}
	}
	p, _ := kommunebilde.PictureOf(state, kommunebilde.Audience{Kind: kommunebilde.AudienceStaff}, kommunebilde.Live, now)
	after := state.Head().Revision - 1
	b.ReportAllocs()
	for b.Loop() {
		_ = appendFrame(nil, func(kommunebilde.AccountID) string { return "Navn" }, p, after)
	}
}
