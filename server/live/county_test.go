package live

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"kommunebilde/domain"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A made-up county and the people of its office.
var (
	leader  = domain.Actor{ID: "kari", Grants: []domain.Grant{{Role: domain.RoleLead}}}
	second  = domain.Actor{ID: "per", Grants: []domain.Grant{{Role: domain.RoleLead}}}
	reader  = domain.Actor{ID: "lise", Grants: []domain.Grant{{Role: domain.RoleReader}}}
	editor  = domain.Actor{ID: "ivar", Grants: []domain.Grant{{Role: domain.RoleEditor}}}
	admin   = domain.Actor{ID: "drift", Grants: []domain.Grant{{Role: domain.RoleAdmin}}}
	invited = domain.Actor{ID: "bo", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "0002"}}}
	other   = domain.Actor{ID: "as", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "0003"}}}
	screen  = domain.Actor{ID: "vegg", Grants: []domain.Grant{{Role: domain.RoleScreen}}}
	nobody  = domain.Actor{}
)

func catalogue(rows int) domain.Catalogue {
	c := domain.Catalogue{
		County:  "Prøve",
		Office:  domain.Words{NB: "Statsforvalteren i Prøve"},
		Regions: []domain.Region{{ID: "sor", Name: "Sør", Short: "Sør"}},
	}
	for i := range rows {
		id := fmt.Sprintf("%04d", i+1)
		c.Municipalities = append(c.Municipalities, domain.Municipality{ID: domain.MunicipalityID(id), Name: id, Region: "sor"})
	}
	for _, id := range []string{"helse", "plan", "vei"} {
		w := domain.Words{NB: id}
		c.Columns = append(c.Columns, domain.Column{ID: domain.ColumnID(id), Kind: domain.ColumnArea, Version: 1, Name: w, Short: w})
	}
	return c
}

// office is a Clerk on a journal in memory.
type office struct {
	t       testing.TB
	journal *counted
	clerk   *Clerk
	metrics *prometheus.Registry
	now     func() time.Time
	bytes   int
	salt    func() // called for each text
	encode  func(domain.Picture, domain.Revision) []byte
}

// newOffice opens a Clerk on an empty journal; it is closed with the test.
func newOffice(t testing.TB) *office { return newOfficeOf(t, 0) }

func newOfficeOf(t testing.TB, ringBytes int) *office {
	o := &office{t: t, journal: &counted{Memory: storagetest.NewMemory(subjects.Kinds())}, now: time.Now, encode: encode, bytes: ringBytes}
	o.open()
	return o
}

func (o *office) open() {
	o.t.Helper()
	o.metrics = prometheus.NewRegistry()
	var seed [32]byte
	salts := rand.NewChaCha8(seed)
	c, err := Open(context.Background(), Options{
		Journal: o.journal,
		Now:     func() time.Time { return o.now() },
		Salt: func() (s domain.Salt) {
			if o.salt != nil {
				o.salt()
			}
			binary.LittleEndian.PutUint64(s[:], salts.Uint64())
			return s
		},
		Log:        slog.New(slog.DiscardHandler),
		Registerer: o.metrics,
		Encode:     func(p domain.Picture, after domain.Revision) []byte { return o.encode(p, after) },
		RingBytes:  o.bytes,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.clerk = c
	o.t.Cleanup(func() { o.close(c) })
}

func (o *office) close(c *Clerk) {
	if err := c.Close(context.Background()); err != nil {
		o.t.Error(err)
	}
}

// restart closes Clerk and journal and opens them again.
func (o *office) restart() {
	o.t.Helper()
	o.close(o.clerk)
	o.journal = &counted{Memory: o.journal.Reopen()}
	o.open()
}

func (o *office) do(by domain.Actor, cmd domain.Command) Result {
	o.t.Helper()
	r, err := o.clerk.Submit(context.Background(), by, "", cmd)
	if err != nil {
		o.t.Fatalf("%T: %v", cmd, err)
	}
	return r
}

// begin opens the live picture and a meeting that invites municipality 0002.
func (o *office) begin() {
	o.t.Helper()
	o.do(editor, domain.OpenLive{Catalogue: catalogue(3)})
	o.meet("m1")
}

func (o *office) meet(id domain.MeetingID) {
	o.t.Helper()
	o.do(leader, domain.OpenMeeting{
		ID: id, Board: domain.Live, Kind: domain.MeetingRegion, Title: "Møte",
		Invited: []domain.MunicipalityID{"0002"},
	})
}

func set(m domain.MunicipalityID, c domain.ColumnID, l domain.Level) domain.SetLevels {
	return domain.SetLevels{
		Board: domain.Live, Meeting: "m1",
		Cells: []domain.CellEdit{{Municipality: m, Column: c, Level: l}},
	}
}

// as tells who an actor is on a board at the moment of asking.
func (o *office) as(by domain.Actor, b domain.BoardID) func() domain.Audience {
	return func() domain.Audience {
		return domain.AudienceOf(o.clerk.State(), by, b, o.now())
	}
}

func (o *office) picture(by domain.Actor, b domain.BoardID) (domain.Picture, bool) {
	s := o.clerk.State()
	return domain.PictureOf(s, domain.AudienceOf(s, by, b, o.now()), b, o.now())
}

// watch begins where the board stands now.
func (o *office) watch(by domain.Actor, b domain.BoardID) *Watcher {
	o.t.Helper()
	p, ok := o.picture(by, b)
	if !ok {
		o.t.Fatalf("%s does not see %s", by.ID, b)
	}
	w := o.clerk.Watch(b, o.as(by, b), Position{Epoch: p.Epoch(), Revision: p.Board().Revision})
	o.t.Cleanup(w.Close)
	return w
}

// The frames of these tests carry cells and log lines, as the real ones do.
type frame struct {
	Prev, Rev domain.Revision
	Cells     map[string]string
	Log       []string
	Tick      int64           `json:"tick,omitempty"`
	Storage   string          `json:"storage,omitempty"`
	Audience  json.RawMessage `json:",omitempty"`
}

func encode(p domain.Picture, after domain.Revision) []byte {
	f := frame{Prev: after, Rev: p.Board().Revision, Cells: map[string]string{}}
	for _, at := range p.Touched(after) {
		c := p.Cell(at[0], at[1])
		f.Cells[where(c)] = what(c)
	}
	for _, l := range p.Log(after, 0) {
		f.Log = append(f.Log, line(l))
	}
	f.Audience, _ = json.Marshal(p.Audience())
	b, _ := json.Marshal(f)
	return b
}

func where(c domain.Cell) string { return string(c.Municipality) + "/" + string(c.Column) }

func what(c domain.Cell) string {
	return fmt.Sprint(c.Level, " ", c.Text, " ", c.By, " ", c.ReportedBy, " ", c.Revision, " ", c.Meeting)
}

func line(l domain.LogEntry) string {
	s := strconv.FormatUint(uint64(l.Revision), 10) + " " + string(l.By) + " " + l.Kind
	if l.Change != nil {
		s += where(l.Change.Cell) + " " + what(l.Change.Cell)
	}
	return s
}

// view is what a screen shows.
type shown struct {
	pos   Position
	cells map[string]string
	log   []string
}

func snapshot(p domain.Picture) shown {
	s := shown{pos: Position{Epoch: p.Epoch(), Revision: p.Board().Revision, Audience: p.Audience()}, cells: map[string]string{}}
	for row := range p.Catalogue().Municipalities {
		for col := range p.Catalogue().Columns {
			c := p.Cell(row, col)
			s.cells[where(c)] = what(c)
		}
	}
	for _, l := range p.Log(0, 0) {
		s.log = append(s.log, line(l))
	}
	return s
}

// apply takes a frame over, or tells what is wrong with it.
func (s *shown) apply(raw Frame) error {
	var f frame
	if err := json.Unmarshal(raw, &f); err != nil {
		return err
	}
	if f.Rev == 0 {
		return nil
	}
	if f.Prev != s.pos.Revision || f.Rev <= f.Prev {
		return fmt.Errorf("frame %d → %d at %d", f.Prev, f.Rev, s.pos.Revision)
	}
	if a, _ := json.Marshal(s.pos.Audience); !bytes.Equal(a, f.Audience) {
		return fmt.Errorf("frame of %s for %s", f.Audience, a)
	}
	for k, v := range f.Cells {
		s.cells[k] = v
	}
	s.log = append(s.log, f.Log...)
	s.pos.Revision = f.Rev
	return nil
}

// innlandet is a catalogue as large as the real one: 46 municipalities, 14
// areas and 50 indicators.
func innlandet() domain.Catalogue {
	c := catalogue(46)
	for i := range 61 {
		id := fmt.Sprintf("felt%d", i)
		w := domain.Words{NB: id}
		col := domain.Column{ID: domain.ColumnID(id), Kind: domain.ColumnArea, Version: 1, Name: w, Short: w}
		if i >= 11 {
			col.Kind, col.Area = domain.ColumnIndicator, "helse"
		}
		c.Columns = append(c.Columns, col)
	}
	return c
}

// pass lets time go by on a bubble's own clock: nobody really waits.
func pass(d time.Duration) { <-time.After(d) }
