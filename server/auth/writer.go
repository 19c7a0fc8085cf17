package auth

import (
	"maps"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// enqueue has a session written with the next group.
func (a *Auth) enqueue(key domain.Hash) {
	a.mu.Lock()
	a.pending[key] = struct{}{}
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// writer writes pending sessions, all there are at once: while one group is
// being written, the next gathers. It ends when Close is called.
func (a *Auth) writer() {
	defer close(a.stopped)
	for {
		select {
		case <-a.wake:
			a.flush()
		case <-a.quit:
			a.flush()
			return
		}
	}
}

// flush writes what is pending. A session that ended meanwhile is not among
// it: endings take away from a.sessions first and wait for a.write after.
func (a *Auth) flush() {
	a.write.Lock()
	defer a.write.Unlock()
	var group []accounts.Session
	var ended []domain.Hash
	mono := a.o.Monotonic()
	a.mu.Lock()
	for key := range a.pending {
		if s := a.sessions[key]; s != nil {
			group = append(group, s.Session)
		}
	}
	clear(a.pending)
	for key, s := range a.sessions {
		if s.left(mono) <= 0 {
			ended = append(ended, key)
			delete(a.sessions, key)
			s.tell()
		}
	}
	a.mu.Unlock()
	if len(group) > 0 {
		if err := a.store.PutSessions(group); err != nil {
			a.o.Log.Error("sessions not written", "sessions", len(group), "error", err)
		}
	}
	a.owe(ended)
	if err := a.settle(); err != nil {
		a.o.Log.Error("what was taken away is not stored yet", "error", err)
	}
}

// drop takes sessions out of the store, after any group that is being written.
func (a *Auth) drop(keys []domain.Hash) error {
	if len(keys) == 0 {
		return nil
	}
	a.owe(keys)
	a.write.Lock()
	defer a.write.Unlock()
	if err := a.settle(); err != nil {
		return notKept(err)
	}
	return nil
}

// owe notes sessions that have ended and lie in the store yet.
func (a *Auth) owe(keys []domain.Hash) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, key := range keys {
		a.owed[key] = struct{}{}
	}
}

// settle stores what was taken away, now, and earlier where it could not be, and
// when accounts were last used.
// The caller holds a.write.
func (a *Auth) settle() error {
	a.mu.RLock()
	keys := slices.Collect(maps.Keys(a.owed))
	var all []accounts.Account
	for id := range a.owedAccounts {
		all = append(all, a.accounts[id])
	}
	a.mu.RUnlock()
	if len(all) > 0 {
		if err := a.store.PutAccounts(all); err != nil {
			return err
		}
		a.mu.Lock()
		for _, account := range all {
			delete(a.owedAccounts, account.ID)
		}
		a.mu.Unlock()
	}
	if len(keys) == 0 {
		return nil
	}
	if err := a.store.DropSessions(keys); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, key := range keys {
		delete(a.owed, key)
	}
	return nil
}

// add takes a new session over. Old ones of the same account beyond a hundred
// end, so that signing in over and over fills nothing.
func (a *Auth) add(s *session) {
	const most = 100
	var oldest *session
	n := 0
	a.mu.Lock()
	for _, o := range a.sessions {
		if o.Account == s.Account && !o.Token {
			n++
			if oldest == nil || o.Created.Before(oldest.Created) {
				oldest = o
			}
		}
	}
	a.sessions[s.Key] = s
	if !s.Token {
		a.seen(s.Account, s.Created)
	}
	a.mu.Unlock()
	if n >= most && !s.Token {
		if err := a.endWhere(func(o *session) bool { return o == oldest }); err != nil {
			a.o.Log.Error("oldest session not dropped", "error", err)
		}
	}
	a.enqueue(s.Key)
}

// now returns the wall time as it is stored.
func (a *Auth) now() time.Time { return a.o.Now().UTC().Truncate(time.Millisecond) }
