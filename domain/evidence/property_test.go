package evidence_test

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

// twin is the office's evidence as the simplest thing that could be right: what was
// accepted, in maps.
type twin struct {
	versions  map[evidence.ID][]evidence.Record
	at        map[evidence.ID]domain.Revision // of the newest version
	withdrawn map[evidence.ID]bool
	judged    map[domain.MunicipalityID]bool
	asked     int
}

// trial is an office and its twin, and what was shown of each version when it was new.
type trial struct {
	*office
	twin
	shown map[domain.AccountID]map[evidence.Ref]evidence.Item
	n     int // of markers
}

var municipalities = []domain.MunicipalityID{"0001", "0002", "0003"}

// marker is a text that nothing else says: whom it is about is in it.
func (tr *trial) marker(what string) typed.Text {
	tr.n++
	return typed.Of(fmt.Sprintf("%s-merke-%d", what, tr.n))
}

func (tr *trial) record(t *rapid.T) {
	id := rapid.SampledFrom([]evidence.ID{"k1", "k2", "k3"}).Draw(t, "id")
	cmd := evidence.Record{ID: id, Version: len(tr.versions[id]) + 1}
	if old := tr.versions[id]; len(old) > 0 && rapid.Bool().Draw(t, "keeps") {
		cmd = old[rapid.IntRange(0, len(old)-1).Draw(t, "as")]
		cmd.Version = len(old) + 1
	} else {
		cmd.Type = rapid.SampledFrom([]evidence.Type{evidence.ROS, evidence.Supervision}).Draw(t, "type")
		cmd.Municipalities = rapid.SliceOfNDistinct(rapid.SampledFrom(municipalities), 0, 3, rapid.ID[domain.MunicipalityID]).Draw(t, "m")
		cmd.Title, cmd.Source, cmd.Summary, cmd.Link = tr.marker("sitat"), tr.marker("sitat"), tr.marker("internt"), "https://internt/"+tr.marker("internt")
		if cmd.Type == evidence.Supervision {
			s := &cmd.Supervision
			s.State, s.Day, s.Body, s.Basis = "held", "2023-01-01", tr.marker("internt"), tr.marker("internt")
			s.Deviations = []evidence.Deviation{{ID: "a", Text: tr.marker("internt"), State: "open"}}
		}
		cmd.Files = []evidence.File{{Sum: domain.Hash{byte(rapid.IntRange(1, 3).Draw(t, "file"))}, Name: tr.marker("internt")}}
		cmd.Stored = []evidence.File{{Sum: cmd.Files[0].Sum, Size: 1}}
	}
	cmd.Access = rapid.SampledFrom([]evidence.Access{evidence.Office, evidence.Own, evidence.Public}).Draw(t, "access")
	if rapid.Bool().Draw(t, "exempt") {
		cmd.Exempt.Basis = "offl-13"
		cmd.Exempt.Reason = cmp.Or(cmd.Exempt.Reason, tr.marker("internt"))
	}
	cmd.Effective, cmd.Retrieved = fmt.Sprintf("2023-01-%02d", rapid.IntRange(1, 9).Draw(t, "day")), "2023-02-01"
	if tr.try(editor, cmd) != nil {
		return
	}
	tr.versions[id], tr.at[id] = append(tr.versions[id], cmd), tr.s.Head().Revision
	if tr.withdrawn[id] {
		t.Fatalf("%s is withdrawn, and has a new version", id)
	}
	for _, by := range []domain.Actor{reader, contact} {
		ref := evidence.Ref{ID: id, Version: cmd.Version}
		if i, ok := evidence.One(tr.as(by), ref); ok {
			tr.shown[by.ID][ref] = i
		}
	}
}

func (tr *trial) withdraw(t *rapid.T) {
	id := rapid.SampledFrom([]evidence.ID{"k1", "k2", "k3"}).Draw(t, "id")
	if tr.try(assessor, evidence.Withdraw{ID: id, Reason: tr.marker("internt")}) == nil {
		tr.withdrawn[id] = true
	}
}

func (tr *trial) removeFile(t *rapid.T) {
	_ = tr.try(admin, evidence.RemoveFile{Sum: domain.Hash{byte(rapid.IntRange(1, 3).Draw(t, "file"))}, Reason: tr.marker("internt")})
}

func (tr *trial) open(t *rapid.T) {
	m := rapid.SampledFrom(municipalities).Draw(t, "m")
	if !tr.judged[m] {
		tr.do(editor, round{"2023", []domain.MunicipalityID{m}})
		tr.judged[m] = true
	}
}

func (tr *trial) ask(t *rapid.T) {
	cmd := evidence.Ask{Board: "2023", Municipality: "0002", Mark: "missing", Text: tr.marker("spørsmål")}
	if rapid.Bool().Draw(t, "of") {
		cmd.Mark, cmd.ID, cmd.Version = "outdated", "k1", 1
	}
	if tr.try(contact, cmd) == nil {
		tr.asked++
	}
}

func (tr *trial) close(t *rapid.T) {
	for _, q := range evidence.Questions(tr.as(reader), "0002") {
		_ = tr.try(editor, evidence.Close{Question: q.Revision, Outcome: "stands", Text: tr.marker("spørsmål")})
	}
}

// check holds what is shown to the twin.
func (tr *trial) check(t *rapid.T) {
	for _, m := range municipalities {
		tr.checkOf(t, reader, m, func(id evidence.ID) bool { return true })
		tr.checkOf(t, contact, m, func(id evidence.ID) bool {
			v := tr.versions[id]
			return m == "0002" && tr.judged[m] && v[len(v)-1].Access != evidence.Office && !tr.withdrawn[id]
		})
		for _, by := range []domain.Actor{nobody, screen} {
			if got := evidence.Of(tr.as(by), m); got != nil {
				t.Fatalf("%q sees %+v", by.ID, got)
			}
		}
	}
	for id, versions := range tr.versions {
		n, withdrawn, known := evidence.Newest(tr.as(assessor), id)
		if n != len(versions) || withdrawn != tr.withdrawn[id] || !known {
			t.Fatalf("%s: newest %d, %t, %t", id, n, withdrawn, known)
		}
	}
	if got := len(evidence.Questions(tr.as(reader), "0002")); got != tr.asked {
		t.Fatalf("%d questions, want %d", got, tr.asked)
	}
	tr.checkPinned(t)
	tr.checkMarkers(t)
}

// checkOf holds a list to the twin's: what is in it, in which order, saying what.
func (tr *trial) checkOf(t *rapid.T, by domain.Actor, m domain.MunicipalityID, sees func(evidence.ID) bool) {
	var want []evidence.ID
	for id, versions := range tr.versions {
		about := versions[len(versions)-1].Municipalities
		if (len(about) == 0 || slices.Contains(about, m)) && sees(id) {
			want = append(want, id)
		}
	}
	last := func(id evidence.ID) evidence.Record { return tr.versions[id][len(tr.versions[id])-1] }
	slices.SortFunc(want, func(a, b evidence.ID) int {
		return cmp.Or(strings.Compare(last(b).Effective, last(a).Effective), cmp.Compare(tr.at[b], tr.at[a]))
	})
	var got []evidence.ID
	for _, i := range evidence.Of(tr.as(by), m) {
		got = append(got, i.ID)
		if r := last(i.ID); i.Title.String() != string(r.Title) || i.Source.String() != string(r.Source) || i.Version != r.Version || !i.Cited && i.Summary.String() != string(r.Summary) {
			t.Fatalf("%s says %+v, want %+v", i.ID, i, r)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s sees %v on %s, want %v", by.ID, got, m, want)
	}
}

// checkPinned: what is shown of a version never changes, but by what withholds it.
func (tr *trial) checkPinned(t *rapid.T) {
	for _, by := range []domain.Actor{reader, contact} {
		for ref, was := range tr.shown[by.ID] {
			is, ok := evidence.One(tr.as(by), ref)
			if !ok && by.ID == contact.ID {
				continue // access was narrowed since
			}
			is.Newer, is.Withdrawn, is.Exempt = was.Newer, was.Withdrawn, was.Exempt
			for i := range is.Files {
				is.Files[i].Removed = was.Files[i].Removed
			}
			if !ok || !reflect.DeepEqual(is, was) {
				t.Fatalf("%s to %s was %+v, is %+v", ref.ID, by.ID, was, is)
			}
		}
	}
}

// checkMarkers: what is typed reaches nobody outside but in citations of what is open to
// them, and what they asked.
func (tr *trial) checkMarkers(t *rapid.T) {
	for _, by := range []domain.Actor{nobody, screen, other, contact} {
		d := tr.as(by)
		for _, m := range municipalities {
			for word := range words([]any{evidence.Of(d, m), evidence.Questions(d, m)}) {
				if strings.Contains(word, "internt") || strings.Contains(word, "spørsmål") && by.ID != contact.ID {
					t.Fatalf("%q reads %q", by.ID, word)
				}
			}
		}
		for id, versions := range tr.versions {
			for v := range len(versions) + 2 {
				for word := range words(first(evidence.One(d, evidence.Ref{ID: id, Version: v}))) {
					if strings.Contains(word, "internt") || by.ID == "" {
						t.Fatalf("%q reads %q of %s", by.ID, word, id)
					}
				}
			}
		}
	}
}

func first[T any](v T, _ bool) T { return v }

// checkRedacted takes out every text of every record: nothing that was typed is left.
func (tr *trial) checkRedacted(t *rapid.T) {
	var all []domain.TextID
	for _, r := range tr.recs {
		for i, p := range texts.PlacedIn(r) {
			if p.Field == "" || p.Text.ID() != (domain.TextID{Revision: r.Revision, N: i}) {
				t.Fatalf("a text of record %d is %+v", r.Revision, p)
			}
			all = append(all, p.Text.ID())
		}
	}
	if len(all) == 0 {
		return
	}
	tr.do(admin, texts.Redact{Texts: all, Reason: "alt"})
	d := tr.as(reader)
	left := words(evidence.Questions(d, "0002"))
	for id, versions := range tr.versions {
		for v := range versions {
			maps.Copy(left, words(first(evidence.One(d, evidence.Ref{ID: id, Version: v + 1}))))
		}
	}
	if len(left) > 0 {
		t.Fatalf("after all was taken out, %v is left", left)
	}
}

// TestProperties: whatever is recorded, withdrawn, removed, asked and answered in whatever
// order, what is shown is what the twin says, a pinned version stays as it was, nobody
// reads what is not theirs, and every text can be taken out. Read anew, it is the same.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr := &trial{office: open(failing{t: t}), shown: map[domain.AccountID]map[evidence.Ref]evidence.Item{reader.ID: {}, contact.ID: {}}}
		tr.twin = twin{map[evidence.ID][]evidence.Record{}, map[evidence.ID]domain.Revision{}, map[evidence.ID]bool{}, map[domain.MunicipalityID]bool{}, 0}
		t.Repeat(map[string]func(*rapid.T){
			"record": tr.record, "record again": tr.record, "withdraw": tr.withdraw, "remove": tr.removeFile,
			"open": tr.open, "ask": tr.ask, "close": tr.close, "": tr.check,
		})
		again, err := domain.NewState("epoke").Replay(func(yield func(domain.Record, error) bool) {
			for _, r := range tr.recs {
				if !yield(r, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range municipalities {
			if a, b := evidence.Of(domain.Judge(again, reader, tr.now), m), evidence.Of(tr.as(reader), m); !reflect.DeepEqual(a, b) {
				t.Fatalf("read anew %+v, was %+v", a, b)
			}
		}
		tr.checkRedacted(t)
	})
}

// failing is a rapid.T where a testing.TB is asked for.
type failing struct {
	testing.TB
	t *rapid.T
}

func (f failing) Helper()                      { f.t.Helper() }
func (f failing) Fatalf(s string, args ...any) { f.t.Fatalf(s, args...) }

// BenchmarkReplay: a state that is read from many records is made in their number.
func BenchmarkReplay(b *testing.B) {
	o := open(b)
	for i := range 1200 {
		cmd := supervised(evidence.ID(fmt.Sprint("k", i)), 1)
		o.do(editor, cmd)
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := domain.NewState("epoke").Replay(func(yield func(domain.Record, error) bool) {
			for _, r := range o.recs {
				if !yield(r, nil) {
					return
				}
			}
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(o.recs)), "ns/record")
}
