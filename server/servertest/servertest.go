// Package servertest is an office for the tests of the server's rooms: a catalogue, a
// board of each kind, an account for each role, and a store of accounts in memory.
package servertest

import (
	"bytes"
	"crypto/rand"
	"maps"
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/editions"
	"kommunebilde/server/live"
	"kommunebilde/storage/storagetest"
)

// What there is in the office that [Fill] makes.
const (
	Password = "et langt nok passord"
	PHC      = "$argon2id$v=19$m=8,t=1,p=1$dGVzdHNhbHR0ZXN0c2FsdA$ANrh9Vqreu9Q8PHbJ5bqvcC2+HZbyUG3naBFZfdqD2o" // of Password, at no cost
	Edition  = domain.BoardID("2022")
	Draft    = domain.BoardID("2023")
)

// Main runs the tests of a package and fails if a goroutine of theirs is left.
func Main(m *testing.M) {
	goleak.VerifyTestMain(m,
		// fasthttp's own: one clock and one pool of packers for the process, and a
		// sweeper that sleeps up to ten seconds after its server has ended.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp/stackless.funcWorker"))
}

// Must fails the test by an error.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Salt makes salt.
func Salt() (s domain.Salt) {
	_, _ = rand.Read(s[:])
	return s
}

// Catalogue is a small county.
func Catalogue() domain.Catalogue {
	return domain.Catalogue{
		County: "Prøvefylket", Office: domain.Words{NB: "Statsforvalteren i Prøvefylket"},
		Regions: []domain.Region{{ID: "nord", Name: "Nord", Short: "Nord"}, {ID: "sor", Name: "Sør", Short: "Sør"}},
		Municipalities: []domain.Municipality{
			{ID: "9901", Name: "Aby", Short: "Aby", Region: "nord", Tile: domain.Tile{Col: 0, Row: 0}},
			{ID: "9902", Name: "Bevik", Short: "Bevik", Region: "nord", Tile: domain.Tile{Col: 1, Row: 0}},
			{ID: "9903", Name: "Åmot <b>", Short: "Åmot", Region: "sor", Tile: domain.Tile{Col: 0, Row: 1}},
		},
		Columns: []domain.Column{
			{ID: "beredskap", Kind: domain.ColumnArea, Version: 1, Name: domain.Words{NB: "Beredskap"}, Short: domain.Words{NB: "Bered"}},
			{ID: "ros", Kind: domain.ColumnIndicator, Area: "beredskap", Version: 1, Name: domain.Words{NB: "ROS-analyse"}, Short: domain.Words{NB: "ROS"}},
			{ID: "skole", Kind: domain.ColumnArea, Version: 1, Name: domain.Words{NB: "Skole"}, Short: domain.Words{NB: "Skole"}},
		},
	}
}

// Fill opens a published Edition, a Draft and the live picture.
func Fill(t testing.TB, clerk *live.Clerk) {
	t.Helper()
	by := domain.System("test")
	do := func(cmd domain.Command) {
		t.Helper()
		if _, err := clerk.Submit(t.Context(), by, "", cmd); err != nil {
			t.Fatalf("%T: %v", cmd, err)
		}
	}
	do(domain.OpenLive{Catalogue: Catalogue()})
	do(editions.Open{Board: Edition, Title: domain.Words{NB: "Utgave 2022"}, Catalogue: Catalogue()})
	do(domain.SetLevels{Board: Edition, Cells: []domain.CellEdit{
		{Municipality: "9901", Column: "beredskap", Level: domain.Red, Text: "mangler plan </script><b>"},
		{Municipality: "9902", Column: "skole", Level: domain.Green, Text: "=1+1"},
	}})
	do(editions.Publish{Board: Edition})
	do(domain.ChangeBase{Edition: Edition})
	do(editions.Open{Board: Draft, Title: domain.Words{NB: "Utgave 2023"}, Catalogue: Catalogue()})
	do(domain.SetLevels{Board: Draft, Cells: []domain.CellEdit{{Municipality: "9901", Column: "skole", Level: domain.Yellow}}})
}

// People returns an account for each role, with Password.
func People() (out []accounts.Account) {
	for _, role := range domain.Roles() {
		if role == domain.RolePublic {
			continue
		}
		g := domain.Grant{Role: role}
		switch role {
		case domain.RoleMunicipality:
			g.Municipality = "9901"
		case domain.RoleAssessor, domain.RoleApprover:
			g.Areas = []domain.ColumnID{"beredskap"}
		}
		out = append(out, accounts.Account{ID: domain.AccountID(role), Name: "Navn " + string(role), Password: PHC, Grants: []domain.Grant{g}})
	}
	return out
}

// Log is a log that several goroutines write to.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns what was written.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Store keeps accounts and sessions in memory, as a disk would: what is
// put stays until it is dropped.
type Store struct {
	storagetest.TraceLog
	mu       sync.Mutex
	accounts map[domain.AccountID]accounts.Account
	sessions map[domain.Hash]accounts.Session
}

// NewStore returns an empty one.
func NewStore() *Store {
	return &Store{accounts: map[domain.AccountID]accounts.Account{}, sessions: map[domain.Hash]accounts.Session{}}
}

// Accounts implements auth.Store.
func (m *Store) Accounts() ([]accounts.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.accounts)), nil
}

// PutAccounts implements auth.Store.
func (m *Store) PutAccounts(accounts []accounts.Account) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range accounts {
		m.accounts[a.ID] = a
	}
	return nil
}

// Account returns one account.
func (m *Store) Account(id domain.AccountID) (accounts.Account, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.accounts[id]
	return a, ok
}

// Sessions implements auth.Store.
func (m *Store) Sessions() ([]accounts.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.sessions)), nil
}

// PutSessions implements auth.Store.
func (m *Store) PutSessions(list []accounts.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range list {
		m.sessions[s.Key] = s
	}
	return nil
}

// DropSessions implements auth.Store.
func (m *Store) DropSessions(keys []domain.Hash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range keys {
		delete(m.sessions, k)
	}
	return nil
}
