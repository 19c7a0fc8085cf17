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

	"kommunebilde"
	"kommunebilde/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A made-up county and the people of its office.
var (
	leader  = kommunebilde.Actor{ID: "kari", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleLead}}}
	second  = kommunebilde.Actor{ID: "per", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleLead}}}
	reader  = kommunebilde.Actor{ID: "lise", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleReader}}}
	editor  = kommunebilde.Actor{ID: "ivar", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleEditor}}}
	admin   = kommunebilde.Actor{ID: "drift", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleAdmin}}}
	invited = kommunebilde.Actor{ID: "bo", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleMunicipality, Municipality: "0002"}}}
	other   = kommunebilde.Actor{ID: "as", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleMunicipality, Municipality: "0003"}}}
	screen  = kommunebilde.Actor{ID: "vegg", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleScreen}}}
	nobody  = kommunebilde.Actor{}
)

func catalogue(rows int) kommunebilde.Catalogue {
	c := kommunebilde.Catalogue{
		County:  "Prøve",
		Office:  kommunebilde.Words{NB: "Statsforvalteren i Prøve"},
		Regions: []kommunebilde.Region{{ID: "sor", Name: "Sør", Short: "Sør"}},
	}
	for i := range rows {
		id := fmt.Sprintf("%04d", i+1)
		c.Municipalities = append(c.Municipalities, kommunebilde.Municipality{ID: kommunebilde.MunicipalityID(id), Name: id, Region: "sor"})
	}
	for _, id := range []string{"helse", "plan", "vei"} {
		w := kommunebilde.Words{NB: id}
		c.Columns = append(c.Columns, kommunebilde.Column{ID: kommunebilde.ColumnID(id), Kind: kommunebilde.ColumnArea, Version: 1, Name: w, Short: w})
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
	encode  func(kommunebilde.Picture, kommunebilde.Revision) []byte
}

// newOffice opens a Clerk on an empty journal; it is closed with the test.
func newOffice(t testing.TB) *office { return newOfficeOf(t, 0) }

func newOfficeOf(t testing.TB, ringBytes int) *office {
	o := &office{t: t, journal: &counted{Memory: storagetest.NewMemory()}, now: time.Now, encode: encode, bytes: ringBytes}
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
		Salt: func() (s kommunebilde.Salt) {
			if o.salt != nil {
				o.salt()
			}
			binary.LittleEndian.PutUint64(s[:], salts.Uint64())
			return s
		},
		Log:        slog.New(slog.DiscardHandler),
		Registerer: o.metrics,
		Encode:     func(p kommunebilde.Picture, after kommunebilde.Revision) []byte { return o.encode(p, after) },
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

func (o *office) do(by kommunebilde.Actor, cmd kommunebilde.Command) Result {
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
	o.do(editor, kommunebilde.OpenLive{Catalogue: catalogue(3)})
	o.meet("m1")
}

func (o *office) meet(id kommunebilde.MeetingID) {
	o.t.Helper()
	o.do(leader, kommunebilde.OpenMeeting{
		ID: id, Board: kommunebilde.Live, Kind: kommunebilde.MeetingRegion, Title: "Møte",
		Invited: []kommunebilde.MunicipalityID{"0002"},
	})
}

func set(m kommunebilde.MunicipalityID, c kommunebilde.ColumnID, l kommunebilde.Level) kommunebilde.SetLevels {
	return kommunebilde.SetLevels{
		Board: kommunebilde.Live, Meeting: "m1",
		Cells: []kommunebilde.CellEdit{{Municipality: m, Column: c, Level: l}},
	}
}

// as tells who an actor is on a board at the moment of asking.
func (o *office) as(by kommunebilde.Actor, b kommunebilde.BoardID) func() kommunebilde.Audience {
	return func() kommunebilde.Audience {
		return kommunebilde.AudienceOf(o.clerk.State(), by, b, o.now())
	}
}

func (o *office) picture(by kommunebilde.Actor, b kommunebilde.BoardID) (kommunebilde.Picture, bool) {
	s := o.clerk.State()
	return kommunebilde.PictureOf(s, kommunebilde.AudienceOf(s, by, b, o.now()), b, o.now())
}

// watch begins where the board stands now.
func (o *office) watch(by kommunebilde.Actor, b kommunebilde.BoardID) *Watcher {
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
	Prev, Rev kommunebilde.Revision
	Cells     map[string]string
	Log       []string
	Tick      int64           `json:"tick,omitempty"`
	Storage   string          `json:"storage,omitempty"`
	Audience  json.RawMessage `json:",omitempty"`
}

func encode(p kommunebilde.Picture, after kommunebilde.Revision) []byte {
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

func where(c kommunebilde.Cell) string { return string(c.Municipality) + "/" + string(c.Column) }

func what(c kommunebilde.Cell) string {
	return fmt.Sprint(c.Level, " ", c.Text, " ", c.By, " ", c.ReportedBy, " ", c.Revision, " ", c.Meeting)
}

func line(l kommunebilde.LogEntry) string {
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

func snapshot(p kommunebilde.Picture) shown {
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
func innlandet() kommunebilde.Catalogue {
	c := catalogue(46)
	for i := range 61 {
		id := fmt.Sprintf("felt%d", i)
		w := kommunebilde.Words{NB: id}
		col := kommunebilde.Column{ID: kommunebilde.ColumnID(id), Kind: kommunebilde.ColumnArea, Version: 1, Name: w, Short: w}
		if i >= 11 {
			col.Kind, col.Area = kommunebilde.ColumnIndicator, "helse"
		}
		c.Columns = append(c.Columns, col)
	}
	return c
}

// pass lets time go by on a bubble's own clock: nobody really waits.
func pass(d time.Duration) { <-time.After(d) }
