package kommunebilde

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// goldenTraces has one trace of every kind, and each field.
func goldenTraces(t testing.TB) (out []Trace) {
	end, at := TraceEnd{}, time.Time{}
	start := time.Date(2026, 1, 5, 7, 30, 0, 0, time.UTC)
	add := func(trace Trace) {
		trace.At = start.Add(time.Duration(len(out)) * time.Second)
		sealed, err := SealTrace(end, at, trace)
		if err != nil {
			t.Fatal(err)
		}
		out, end, at = append(out, sealed), sealed.End(), sealed.At
	}
	for _, kind := range TraceKinds() {
		trace := Trace{What: kind, Who: "kari", Session: "0123456789abcdef", From: "2001:db8::1"}
		switch kind {
		case TraceLoginRefused:
			trace = Trace{What: kind, From: "192.0.2.7", Detail: "unknown", Count: 12}
		case TraceAccountDisabled, TraceGrantsChanged:
			trace.Whom = "ola"
		case TraceExport:
			trace.Board, trace.Detail = "2026", "csv"
		case TraceInternalRead:
			trace.Board, trace.Municipality, trace.Count = "2026", "3401", 4
		case TraceMinutesRead:
			trace.Board, trace.Meeting = Live, "m1"
		case TraceBackup:
			trace.Who, trace.Session, trace.From = "system:drift", "", ""
		case TracePruned:
			trace = Trace{What: kind, Upto: &TraceEnd{3, out[2].Hash}, Count: 3}
		}
		add(trace)
	}
	return out
}

// TestGoldenAuditLog reads a log that was written when the format was settled:
// what is in it may never be read otherwise.
func TestGoldenAuditLog(t *testing.T) {
	const path = "testdata/audit-v1.jsonl"
	type line struct {
		Hash Hash   `json:"hash"`
		Body string `json:"body"` // base64, byte for byte
	}
	want := goldenTraces(t)
	if *update {
		var b bytes.Buffer
		for _, one := range want {
			raw, err := json.Marshal(line{one.Hash, base64.StdEncoding.EncodeToString(one.Body)})
			if err != nil {
				t.Fatal(err)
			}
			b.Write(append(raw, '\n'))
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var prev Hash
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		body, err := base64.StdEncoding.DecodeString(l.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := OpenTrace(prev, l.Hash, body)
		if err != nil {
			t.Fatalf("line %d: %v", n+1, err)
		}
		w := want[n]
		if got.Upto != nil && w.Upto != nil && *got.Upto == *w.Upto {
			got.Upto = w.Upto
		}
		got.Prev, got.Body, w.Prev, w.Body = Hash{}, nil, Hash{}, nil
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(w)
		if !bytes.Equal(a, b) || got.Hash != w.Hash {
			t.Errorf("line %d: %s, want %s", n+1, a, b)
		}
		prev = l.Hash
	}
	if n != len(want) {
		t.Errorf("%d lines, %d kinds: run with -update to add a new kind at the end", n, len(want))
	}
}

func TestTraceRefusesWhatIsNoIDOrWord(t *testing.T) {
	for name, trace := range map[string]Trace{
		"no kind":          {},
		"unknown kind":     {What: "dance"},
		"a sentence":       {What: TraceExport, Detail: "fordi Kari sa det"},
		"a token":          {What: TraceTokenAdded, Detail: "kbt_9Xw3kQ"},
		"a long id":        {What: TraceLogin, Who: AccountID(strings.Repeat("x", 129))},
		"a line in an id":  {What: TraceLogin, From: "10.0.0.1\n10.0.0.2"},
		"pruned of what":   {What: TracePruned},
		"upto of a log-in": {What: TraceLogin, Upto: &TraceEnd{}},
	} {
		if _, err := SealTrace(TraceEnd{}, time.Time{}, trace); !errors.Is(err, errTrace) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTraceTimeNeverGoesBack(t *testing.T) {
	later := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	got, err := SealTrace(TraceEnd{}, later, Trace{What: TraceLogin, At: later.Add(-time.Hour)})
	if err != nil || !got.At.Equal(later) {
		t.Errorf("%v, %v", got.At, err)
	}
}

// FuzzOpenTrace: whatever is stored, it is refused or reads as it is written.
func FuzzOpenTrace(f *testing.F) {
	for _, one := range goldenTraces(f) {
		f.Add(one.Body)
	}
	f.Add([]byte(`{"v":2,"what":"login"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := OpenTrace(Hash{}, ChainHash(Hash{}, body), body)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrNewer) {
				t.Fatalf("%v", err)
			}
			return
		}
		again, err := SealTrace(TraceEnd{Seq: got.Seq - 1}, time.Time{}, got)
		if err != nil {
			t.Fatalf("read, but not written: %v", err)
		}
		if back, err := OpenTrace(again.Prev, again.Hash, again.Body); err != nil || back.What != got.What || back.Who != got.Who {
			t.Fatalf("%+v became %+v: %v", got, back, err)
		}
	})
}
