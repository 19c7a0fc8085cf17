package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// AccountStore keeps accounts. Its methods return when the change is durable.
type AccountStore interface {
	Accounts() ([]accounts.Account, error)
	PutAccounts([]accounts.Account) error // all or none
}

// SessionStore keeps sessions and tokens, by the SHA-256 of their secret. Its
// methods return when the change is durable; dropping what is not there is no
// error.
type SessionStore interface {
	Sessions() ([]accounts.Session, error)
	PutSessions([]accounts.Session) error
	DropSessions([]domain.Hash) error
}

// Store is where accounts, sessions and the audit log lie.
type Store interface {
	AccountStore
	SessionStore
	TraceStore
}

// How long a session lasts.
const (
	Idle       = 12 * time.Hour      // without use
	ScreenIdle = 90 * 24 * time.Hour // of a wall screen, which has no other end
	Absolute   = 7 * 24 * time.Hour  // after login
	seenStep   = 5 * time.Minute     // between two writes of when it was last used
)

// Options are what an Auth needs of its surroundings; the zero value of each
// but Log stands for the real thing.
type Options struct {
	Log       *slog.Logger                                     // for log-ins, refusals and changes; nil: nowhere
	Now       func() time.Time                                 // the wall clock, for what is stored
	Monotonic func() time.Duration                             // a clock that is never set
	Sleep     func(ctx context.Context, d time.Duration) error // waits out a delay
	Hashing   func(addr string)                                // told of each password before it is hashed
	Random    io.Reader
	Keep      time.Duration // how long the audit log goes back; 0: KeepTraces
	SecondFor []domain.Role // roles that may do nothing without a second step
}

// Auth is the accounts, sessions and tokens of one installation. It is safe for
// concurrent use.
type Auth struct {
	usualSums string // of passwords that are tried first

	store  Store
	o      Options
	trail  *Trail
	hashes *turns // of those who have a password hashed
	delays *throttle
	steps  *steps
	key    [32]byte // of this process, for what it must know again

	mu       sync.RWMutex
	accounts map[domain.AccountID]accounts.Account
	sessions map[domain.Hash]*session

	// What was taken away or seen in memory and is not in the store yet; under mu.
	owed         map[domain.Hash]struct{}
	owedAccounts map[domain.AccountID]struct{}

	tokens   sync.Mutex // held while a token is added; before write
	granting sync.Mutex // held while rights are made from those before; before write

	write   sync.Mutex // held while sessions are written or dropped
	pending map[domain.Hash]struct{}
	wake    chan struct{} // one slot: there is something pending
	quit    chan struct{}
	stopped chan struct{}
	close   sync.Once
}

// New reads all accounts and sessions, leaves out those that have ended, and
// starts the goroutine that writes.
func New(store Store, o Options) (*Auth, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Monotonic == nil {
		start := time.Now()
		o.Monotonic = func() time.Duration { return time.Since(start) }
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Hashing == nil {
		o.Hashing = func(string) {}
	}
	if o.Keep == 0 {
		o.Keep = KeepTraces
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	sums, err := usualSums()
	if err != nil {
		return nil, err
	}
	a := &Auth{
		store:     store,
		usualSums: sums,
		o:         o,
		hashes:    newTurns(2),
		delays:    newThrottle(o.Monotonic),
		steps:     newSteps(o.Monotonic),
		accounts:  map[domain.AccountID]accounts.Account{},
		sessions:  map[domain.Hash]*session{},
		pending:   map[domain.Hash]struct{}{},

		owed:         map[domain.Hash]struct{}{},
		owedAccounts: map[domain.AccountID]struct{}{},

		wake:    make(chan struct{}, 1),
		quit:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	if _, err := io.ReadFull(o.Random, a.key[:]); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	all, err := store.Accounts()
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	for _, account := range all {
		a.accounts[account.ID] = account
	}
	sessions, err := store.Sessions()
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	var ended []domain.Hash
	for _, s := range sessions {
		if live := a.revive(s); live != nil {
			a.sessions[s.Key] = live
			a.delays.recall(s.Account, s.From)
		} else {
			ended = append(ended, s.Key)
		}
	}
	if len(ended) > 0 {
		if err := store.DropSessions(ended); err != nil {
			return nil, fmt.Errorf("drop ended sessions: %w", err)
		}
	}
	if a.trail, err = newTrail(store, o); err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	go a.writer()
	return a, nil
}

// Trail returns the audit log.
func (a *Auth) Trail() *Trail { return a.trail }

// Close writes what is pending, of sessions and of the audit log, and ends the
// goroutines. The Auth must not be used any more.
func (a *Auth) Close(ctx context.Context) error {
	a.close.Do(func() {
		close(a.quit)
		a.trail.end()
	})
	for _, stopped := range []chan struct{}{a.stopped, a.trail.stopped} {
		select {
		case <-stopped:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Accounts returns all accounts by id, without what they sign in with.
func (a *Auth) Accounts() []accounts.Account {
	a.mu.RLock()
	defer a.mu.RUnlock()
	out := slices.SortedFunc(maps.Values(a.accounts), func(x, y accounts.Account) int {
		return strings.Compare(string(x.ID), string(y.ID))
	})
	for i := range out {
		out[i] = bare(out[i])
	}
	return out
}

// bare returns an account without what it signs in with.
func bare(account accounts.Account) accounts.Account {
	account.Password, account.Second, account.Invite = "", accounts.SecondStep{}, accounts.Invitation{}
	account.Grants = slices.Clone(account.Grants)
	return account
}

// Account returns one account, without what it signs in with.
func (a *Auth) Account(id domain.AccountID) (accounts.Account, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	account, ok := a.accounts[id]
	return bare(account), ok
}

// Name returns what to call an account on screen: its name, its id where the
// name was erased, the plain id of one that is not an account ("system:root").
func (a *Auth) Name(id domain.AccountID) string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if account, ok := a.accounts[id]; ok && account.Name != "" {
		return account.Name
	}
	return string(id)
}

// Names returns what all accounts are called, those that were erased left out.
func (a *Auth) Names() map[domain.AccountID]string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	out := make(map[domain.AccountID]string, len(a.accounts))
	for id, account := range a.accounts {
		if account.Name != "" {
			out[id] = account.Name
		}
	}
	return out
}

func invalid(field, msg string, args ...string) error {
	return &domain.Error{Code: domain.Invalid, Field: field, Msg: msg, Args: args}
}

func unavailable(msg string, err error) error {
	return &domain.Error{Code: domain.Unavailable, Msg: msg, Err: err}
}

// ErrLogin is the one answer to a wrong password, an unknown account, a
// disabled one and one without a password.
var ErrLogin = errors.New("wrong account or password")
