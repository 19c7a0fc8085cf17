package wire

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kommunebilde/domain"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/typed"
	"kommunebilde/server/servertest"
)

// FuzzString: whatever a text holds, the encoder writes JSON that reads back as
// encoding/json would have it, and that may stand in a script element.
func FuzzString(f *testing.F) {
	for _, s := range []string{"", "å", `"\`, "</script>", "\u2028\u2029", "\x00\x1f\x7f", "\xff\xfe", "😀", "__f__alert(1)__f__", "a\r\n\t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := AppendString(nil, s)
		var got, want string
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		ref, err := json.Marshal(s)
		servertest.Must(t, err)
		servertest.Must(t, json.Unmarshal(ref, &want))
		if got != want {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
		if strings.ContainsAny(string(b), "<>&\u2028\u2029") {
			t.Errorf("%s", b)
		}
	})
}

type wireCell struct {
	M, C, Level, Text, By, At string
	Rev                       uint64 `json:"changed_rev"`
	Due                       string `json:"confirm_by"`
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
	t.Parallel()
	now := time.Date(2022, 11, 11, 10, 0, 0, 0, time.UTC)
	by := domain.System("test")
	names := func(id domain.AccountID) string { return "N " + string(id) }
	rapid.Check(t, func(t *rapid.T) {
		state := domain.NewState("e")
		apply := func(cmd domain.Command) bool {
			events, err := domain.Decide(state, by, cmd, now)
			if err != nil {
				return false
			}
			r, err := domain.Seal(state.Head(), now, by.ID, "", events, func() domain.Salt { return domain.Salt{} })
			if err != nil {
				t.Fatal(err)
			}
			if state, err = state.Apply(r); err != nil {
				t.Fatal(err)
			}
			return true
		}
		limited := servertest.Catalogue()
		for i := range limited.Columns {
			limited.Columns[i].StaleAfter = 4
		}
		apply(domain.OpenLive{Catalogue: limited})
		apply(domain.OpenMeeting{ID: "m", Board: domain.Live, Kind: domain.MeetingCouncil, Title: "Møte", Invited: []domain.MunicipalityID{"9901"}})
		audiences := []domain.Audience{
			{Kind: domain.AudienceStaff}, {Kind: domain.AudienceScreen}, {Kind: domain.AudienceMunicipality, Municipality: "9901"},
		}
		held := make([]wireBoard, len(audiences))
		look := func(a domain.Audience) domain.Picture {
			p, ok := domain.PictureOf(state, a, domain.Live, now)
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
			held[i] = read(AppendSnapshot(nil, names, look(a)))
		}
		places := servertest.Catalogue()
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Second)
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				apply(domain.Undo{Board: domain.Live})
			case 1:
				apply(rollcall.ReportNoChange{Meeting: "m", Municipalities: []domain.MunicipalityID{places.Municipalities[rapid.IntRange(0, 2).Draw(t, "unchanged")].ID}})
			default:
				edits := []domain.CellEdit{}
				for n := range rapid.IntRange(1, 3).Draw(t, "cells") {
					edits = append(edits, domain.CellEdit{
						Municipality: places.Municipalities[n].ID, Column: rapid.SampledFrom([]domain.ColumnID{"beredskap", "skole"}).Draw(t, "c"),
						Level: rapid.SampledFrom(domain.KindLive.Levels()).Draw(t, "level"), Text: typed.Of(rapid.SampledFrom([]string{"", "</script>", "å\"\\"}).Draw(t, "text")),
					})
				}
				apply(domain.SetLevels{Board: domain.Live, Meeting: "m", Cells: edits})
			}
			for i, a := range audiences {
				if rapid.Bool().Draw(t, "reads") {
					frame := read(appendFrame(nil, names, look(a), domain.Revision(held[i].Rev)))
					if frame.Prev != held[i].Rev {
						t.Fatalf("frame follows %d, held %d", frame.Prev, held[i].Rev)
					}
					held[i] = held[i].with(frame)
				}
			}
		}
		for i, a := range audiences {
			p := look(a)
			held[i] = held[i].with(read(appendFrame(nil, names, p, domain.Revision(held[i].Rev))))
			want := read(AppendSnapshot(nil, names, p)).with(wireBoard{Rev: held[i].Rev})
			if got := fmt.Sprint(held[i].Cells); got != fmt.Sprint(want.Cells) || held[i].Rev != want.Rev {
				t.Errorf("%v: frames lead to\n%v at %d, the snapshot is\n%v at %d", a, got, held[i].Rev, want.Cells, want.Rev)
			}
			if a.Kind != domain.AudienceStaff && strings.Contains(fmt.Sprint(held[i].Cells), "system") {
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

func BenchmarkFrame(b *testing.B) {
	now := time.Now()
	by := domain.System("test")
	state := domain.NewState("e")
	for _, cmd := range []domain.Command{
		domain.OpenLive{Catalogue: servertest.Catalogue()},
		domain.OpenMeeting{ID: "m", Board: domain.Live, Kind: domain.MeetingCouncil, Title: "Møte"},
		domain.SetLevels{Board: domain.Live, Meeting: "m", Cells: []domain.CellEdit{{Municipality: "9901", Column: "skole", Level: domain.Red, Text: "bru stengt"}}},
	} {
		events, err := domain.Decide(state, by, cmd, now)
		if err != nil {
			b.Fatal(err)
		}
		r, err := domain.Seal(state.Head(), now, by.ID, "", events, func() domain.Salt { return domain.Salt{} })
		if err != nil {
			b.Fatal(err)
		}
		if state, err = state.Apply(r); err != nil {
			b.Fatal(err)
		}
	}
	p, _ := domain.PictureOf(state, domain.Audience{Kind: domain.AudienceStaff}, domain.Live, now)
	after := state.Head().Revision - 1
	b.ReportAllocs()
	for b.Loop() {
		_ = appendFrame(nil, func(domain.AccountID) string { return "Navn" }, p, after)
	}
}
