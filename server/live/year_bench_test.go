package live

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/typed"
	"kommunebilde/storage"
)

// county is 46 municipalities with 14 areas and 50 indicators.
func county() domain.Catalogue {
	out := innlandet()
	out.Columns = nil
	for i := range 14 {
		area := domain.ColumnID(fmt.Sprint("area", i))
		out.Columns = append(out.Columns, domain.Column{ID: area, Kind: domain.ColumnArea, Version: 1, Name: domain.Words{NB: string(area)}, Short: domain.Words{NB: string(area)}})
		for j := range 4 - i/10 {
			id := domain.ColumnID(fmt.Sprint("indicator", i, "-", j))
			out.Columns = append(out.Columns, domain.Column{ID: id, Kind: domain.ColumnIndicator, Area: area, Version: 1, Name: domain.Words{NB: string(id)}, Short: domain.Words{NB: string(id)}})
		}
	}
	return out
}

// writer appends records to a store in groups.
type writer struct {
	b     *testing.B
	store *storage.Store
	chain *chain
	group []domain.Record
	total int
	bytes int // of the records that were written, without texts
}

func (w *writer) do(by domain.Actor, cmd domain.Command) {
	w.total++
	r := w.chain.next(w.b, by, cmd)
	w.bytes += len(r.Body)
	if w.group = append(w.group, r); len(w.group) == domain.MaxGroupCount {
		w.flush()
	}
}

func (w *writer) flush() {
	if err := w.store.Append(w.b.Context(), w.group); err != nil {
		w.b.Fatal(err)
	}
	w.group = nil
}

// words is a text of some 400 bytes that no other cell has.
func words(n int) typed.Text {
	return typed.Of(fmt.Sprint(n, " ", strings.Repeat("Tjenesten er vurdert ut fra tilsyn. ", 11)))
}

var (
	yearEditor   = domain.Actor{ID: "redaktor", Grants: []domain.Grant{{Role: domain.RoleEditor}}}
	yearApprover = domain.Actor{ID: "arne", Grants: []domain.Grant{{Role: domain.RoleEditor}}}
)

// year writes one edition: what is planned in a year's records, by kind (saves of one cell,
// evidence and its versions, submissions, approvals and returns, notes).
func (w *writer) year(id domain.BoardID, catalogue domain.Catalogue) {
	rnd := rand.New(rand.NewPCG(7, 7))
	w.do(yearEditor, plan.Make{Board: id, Title: "Kommunebilde", Mode: plan.Yearly, Hearing: plan.Heard, Judged: "2026-09-01", Catalogue: &catalogue})
	w.do(yearEditor, plan.OpenRound{Board: id})
	refs := map[domain.MunicipalityID][]evidence.Ref{}
	for _, m := range catalogue.Municipalities {
		for i := range 20 {
			cmd := evidence.Record{
				ID: evidence.ID(fmt.Sprint(id, "-", m.ID, "-", i)), Version: 1, Type: evidence.Supervision, Municipalities: []domain.MunicipalityID{m.ID},
				Title: "Tilsyn med legevakten", Source: "Statsforvalteren", Summary: words(i), Effective: "2026-01-01", Retrieved: "2026-02-01",
			}
			cmd.Period.From, cmd.Period.To = "2025-01-01", "2025-12-31"
			cmd.Supervision.State, cmd.Supervision.Day, cmd.Supervision.Body, cmd.Supervision.Basis = "held", "2026-01-01", "Statsforvalteren", "helsetilsynsloven § 4"
			w.do(yearEditor, cmd)
			if i < 6 { // and 276 next versions
				cmd.Version, cmd.Retrieved = 2, "2026-03-01"
				w.do(yearEditor, cmd)
			}
			refs[m.ID] = append(refs[m.ID], evidence.Ref{ID: cmd.ID, Version: cmd.Version})
		}
	}
	seen := map[domain.CellRef]domain.Revision{}
	for round := range 3 {
		for _, m := range catalogue.Municipalities {
			for _, c := range catalogue.Columns {
				at := domain.CellRef{Municipality: m.ID, Column: c.ID}
				text := words(w.total)
				edit := assessment.Edit{Municipality: m.ID, Column: c.ID, Level: domain.KindEdition.Levels()[rnd.IntN(3)], Text: &text, Seen: seen[at]}
				if round == 0 && c.Kind == domain.ColumnArea {
					own := refs[m.ID][:3]
					edit.Evidence = &own
				}
				w.do(yearEditor, assessment.Save{Board: id, Cells: []assessment.Edit{edit}})
				seen[at] = w.chain.s.Head().Revision
			}
		}
		for i, m := range catalogue.Municipalities {
			for _, c := range catalogue.Columns {
				if c.Kind == domain.ColumnArea && (round == 2 || (i+round)%5 == 0) {
					w.signOff(id, m.ID, c.ID)
				}
			}
		}
	}
	for i := range 1500 {
		m, c := catalogue.Municipalities[i%46], catalogue.Columns[i%len(catalogue.Columns)]
		w.do(yearEditor, assessment.WriteNote{Board: id, Municipality: m.ID, Column: c.ID, Text: "Ring kommuneoverlegen før fredag"})
	}
}

// signOff submits and approves an area of a municipality.
func (w *writer) signOff(id domain.BoardID, m domain.MunicipalityID, c domain.ColumnID) {
	work, err := signoff.Of(domain.Judge(w.chain.s, yearEditor, time.Now()), id)
	if err != nil {
		w.b.Fatal(err)
	}
	u := work.Unit(m, c)
	at := signoff.Seen{Municipality: m, Column: c, Revision: u.Revision}
	w.do(yearEditor, signoff.Submit{Board: id, Units: []signoff.Seen{at}})
	w.do(yearApprover, signoff.Approve{Board: id, Units: []signoff.SeenSum{{Seen: at, Sum: u.Sum}}})
}

// begun is how long it takes to begin on a folder, and how much of the heap stays.
func begun(b *testing.B, dir string) (took time.Duration, heap uint64, records int) {
	b.Helper()
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := inUse()
	s := openStore(b, dir)
	var c *Clerk
	took = timed(func() { c = openOn(b, s) })
	records = int(c.State().Head().Revision)
	heap = inUse() - before
	if err := c.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return took, heap, records
}

// BenchmarkEditions begins on ten years of planned editions, beside as many records of
// the form that there was before: cells of editions without a plan, with their texts.
func BenchmarkEditions(b *testing.B) {
	catalogue, root := county(), b.TempDir()
	folder := func(name string, fill func(*writer)) (string, float64) {
		dir := filepath.Join(root, name)
		s := openStore(b, dir)
		w := &writer{b: b, store: s, chain: newChain(b, s)}
		w.chain.ago = time.Hour // what was asked a moment ago is remembered by its name, too
		fill(w)
		w.flush()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		return dir, float64(w.bytes) / float64(w.total)
	}
	total := 0
	planned, size := folder("planned", func(w *writer) {
		for year := range 10 {
			w.year(domain.BoardID(fmt.Sprint(2026+year)), catalogue)
		}
		total = w.total
	})
	before, sizeBefore := folder("before", func(w *writer) {
		for n := 0; w.total < total; n++ {
			id := domain.BoardID(fmt.Sprint(2016 + n))
			w.do(yearEditor, editions.Open{Board: id, Title: domain.Words{NB: "Kommunebilde"}, Catalogue: catalogue})
			seen := map[domain.CellRef]domain.Revision{}
			for i := 0; i < total/10 && w.total < total; i++ {
				at := domain.CellRef{Municipality: catalogue.Municipalities[i%46].ID, Column: catalogue.Columns[i/46%len(catalogue.Columns)].ID}
				w.do(yearEditor, domain.SetLevels{Board: id, Cells: []domain.CellEdit{{Municipality: at.Municipality, Column: at.Column, Level: domain.KindEdition.Levels()[i%3], Text: words(w.total), Seen: seen[at]}}})
				seen[at] = w.chain.s.Head().Revision
			}
		}
	})
	var is, was []time.Duration
	var heap, records float64
	for b.Loop() {
		took, bytes, n := begun(b, planned)
		is, heap, records = append(is, took), float64(bytes), float64(n)
		took, _, _ = begun(b, before)
		was = append(was, took)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(records, "records")
	b.ReportMetric(median(is)/records, "µs/record")
	b.ReportMetric(median(was)/records, "floor-µs/record")
	b.ReportMetric(median(is)/median(was), "start/floor")
	b.ReportMetric(size, "body-B/record")
	b.ReportMetric(sizeBefore, "floor-body-B/record")
	b.ReportMetric(heap/records, "B/record")
}
