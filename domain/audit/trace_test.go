package audit_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

var update = flag.Bool("update", false, "write testdata anew: only for kinds that no release has written")

// goldenTraces has one trace of every kind, and each field.
func goldenTraces(t testing.TB) (out []audit.Trace) {
	end, at := audit.End{}, time.Time{}
	start := time.Date(2026, 1, 5, 7, 30, 0, 0, time.UTC)
	add := func(trace audit.Trace) {
		trace.At = start.Add(time.Duration(len(out)) * time.Second)
		sealed, err := audit.Seal(end, at, trace)
		if err != nil {
			t.Fatal(err)
		}
		out, end, at = append(out, sealed), sealed.End(), sealed.At
	}
	for _, kind := range audit.Kinds() {
		trace := audit.Trace{What: kind, Who: "kari", Session: "0123456789abcdef", From: "2001:db8::1"}
		switch kind {
		case audit.LoginRefused:
			trace = audit.Trace{What: kind, From: "192.0.2.7", Detail: "unknown", Count: 12}
		case audit.AccountRenamed:
			trace.Whom, trace.Names = "ola", []*domain.Text{audit.Name(domain.Salt{1}, "Ola Nord"), audit.Name(domain.Salt{2}, "Ola Sør")}
		case audit.AccountDisabled, audit.GrantsChanged:
			trace.Whom = "ola"
		case audit.Export:
			trace.Board, trace.Detail = "2026", "csv"
		case audit.InternalRead:
			trace.Board, trace.Municipality, trace.Count = "2026", "3401", 4
		case audit.MinutesRead:
			trace.Board, trace.Meeting = domain.Live, "m1"
		case audit.Backup:
			trace.Who, trace.Session, trace.From = "system:drift", "", ""
		case audit.LiveRead, audit.MarkingsRead:
			trace.Board = domain.Live
		case audit.AccountsRead:
			trace.Whom = "ola"
		case audit.Pruned:
			trace = audit.Trace{What: kind, Upto: &audit.End{3, out[2].Hash}, Count: 3}
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
		Hash  domain.Hash         `json:"hash"`
		Body  string              `json:"body"` // base64, byte for byte
		Texts []domain.StoredText `json:"texts,omitempty"`
	}
	want := goldenTraces(t)
	if *update {
		var b bytes.Buffer
		for _, one := range want {
			raw, err := json.Marshal(line{one.Hash, base64.StdEncoding.EncodeToString(one.Body), one.Texts})
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
	var prev domain.Hash
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
		got, err := audit.Open(prev, l.Hash, body, l.Texts...)
		if err != nil {
			t.Fatalf("line %d: %v", n+1, err)
		}
		w := want[n]
		for i, name := range got.Names {
			if name.String() != w.Names[i].String() {
				t.Errorf("line %d: the name %q, want %q", n+1, name, w.Names[i])
			}
		}
		if got.Upto != nil && w.Upto != nil && *got.Upto == *w.Upto {
			got.Upto = w.Upto
		}
		got.Prev, got.Body, w.Prev, w.Body = domain.Hash{}, nil, domain.Hash{}, nil
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
	for name, trace := range map[string]audit.Trace{
		"no kind":          {},
		"unknown kind":     {What: "dance"},
		"a sentence":       {What: audit.Export, Detail: "fordi Kari sa det"},
		"a token":          {What: audit.TokenAdded, Detail: "kbt_9Xw3kQ"},
		"a long id":        {What: audit.Login, Who: domain.AccountID(strings.Repeat("x", 129))},
		"a line in an id":  {What: audit.Login, From: "10.0.0.1\n10.0.0.2"},
		"pruned of what":   {What: audit.Pruned},
		"upto of a log-in": {What: audit.Login, Upto: &audit.End{}},
		"renamed to what?": {What: audit.AccountRenamed, Names: []*domain.Text{audit.Name(domain.Salt{}, "Ola"), nil}},
		"a named log-in":   {What: audit.Login, Names: []*domain.Text{audit.Name(domain.Salt{}, "Ola"), audit.Name(domain.Salt{}, "Kari")}},
	} {
		if _, err := audit.Seal(audit.End{}, time.Time{}, trace); !errors.Is(err, audit.ErrTrace) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNamesBesideATrace: they are those that were written, or gone.
func TestNamesBesideATrace(t *testing.T) {
	all := goldenTraces(t)
	one := all[slices.Index(audit.Kinds(), audit.AccountRenamed)]
	if strings.Contains(string(one.Body), "Ola") || len(one.Texts) != 2 {
		t.Fatalf("%s with %d texts", one.Body, len(one.Texts))
	}
	for name, texts := range map[string][]domain.StoredText{
		"swapped":      {one.Texts[1], one.Texts[0]},
		"another":      {{Salt: one.Texts[0].Salt, Body: "Per Nord"}, one.Texts[1]},
		"another salt": {{Body: one.Texts[0].Body}, one.Texts[1]},
		"a third":      {one.Texts[0], one.Texts[1], one.Texts[1]},
	} {
		if _, err := audit.Open(one.Prev, one.Hash, one.Body, texts...); !errors.Is(err, domain.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := audit.Open(one.Prev, one.Hash, one.Body, domain.StoredText{Gone: true}, domain.StoredText{Gone: true})
	if err != nil || !got.Names[0].Redacted() || got.Names[1].String() != "" {
		t.Errorf("gone: %+v, %v", got, err)
	}
}

func TestTraceTimeNeverGoesBack(t *testing.T) {
	later := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	got, err := audit.Seal(audit.End{}, later, audit.Trace{What: audit.Login, At: later.Add(-time.Hour)})
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
		got, err := audit.Open(domain.Hash{}, domain.ChainHash(domain.Hash{}, body), body)
		if err != nil {
			if !errors.Is(err, domain.ErrCorrupt) && !errors.Is(err, domain.ErrNewer) {
				t.Fatalf("%v", err)
			}
			return
		}
		again, err := audit.Seal(audit.End{Seq: got.Seq - 1}, time.Time{}, got)
		if err != nil {
			t.Fatalf("read, but not written: %v", err)
		}
		if back, err := audit.Open(again.Prev, again.Hash, again.Body); err != nil || back.What != got.What || back.Who != got.Who {
			t.Fatalf("%+v became %+v: %v", got, back, err)
		}
	})
}
