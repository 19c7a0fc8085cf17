package auth

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"
)

// tickets keep for ten minutes what is taken back once. They are bounded: who
// asks for too many loses the oldest of their own address, not another's.
type tickets[T any] struct {
	clock func() time.Duration

	mu    sync.Mutex
	byKey map[[32]byte]*list.Element
	order *list.List // of *ticket[T], oldest first
	addrs map[string]int
}

type ticket[T any] struct {
	key  [32]byte
	addr string
	ends time.Duration
	v    T
}

const (
	ticketLasts    = 10 * time.Minute
	ticketsInAll   = 20_000
	ticketsAddress = 1_000 // an office signs in from one address
)

func newTickets[T any](clock func() time.Duration) *tickets[T] {
	return &tickets[T]{clock: clock, byKey: map[[32]byte]*list.Element{}, order: list.New(), addrs: map[string]int{}}
}

// put keeps v under a secret, in the place of what was there.
func (t *tickets[T]) put(secret, addr string, v T) {
	key := sha256.Sum256([]byte(secret))
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expire()
	if el := t.byKey[key]; el != nil {
		t.drop(el)
	}
	if t.addrs[addr] >= ticketsAddress {
		for el := t.order.Front(); el != nil; el = el.Next() {
			if el.Value.(*ticket[T]).addr == addr {
				t.drop(el)
				break
			}
		}
	}
	if t.order.Len() >= ticketsInAll {
		t.drop(t.order.Front())
	}
	t.byKey[key] = t.order.PushBack(&ticket[T]{key, addr, t.clock() + ticketLasts, v})
	t.addrs[addr]++
}

// take returns what is kept under a secret, and forgets it.
func (t *tickets[T]) take(secret string) (v T, ok bool) { return t.get(secret, true) }

// peek returns what is kept under a secret.
func (t *tickets[T]) peek(secret string) (v T, ok bool) { return t.get(secret, false) }

func (t *tickets[T]) get(secret string, once bool) (v T, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expire()
	el := t.byKey[sha256.Sum256([]byte(secret))]
	if el == nil {
		return v, false
	}
	if once {
		t.drop(el)
	}
	return el.Value.(*ticket[T]).v, true
}

func (t *tickets[T]) expire() {
	now := t.clock()
	for el := t.order.Front(); el != nil && el.Value.(*ticket[T]).ends <= now; el = t.order.Front() {
		t.drop(el)
	}
}

func (t *tickets[T]) drop(el *list.Element) {
	one := t.order.Remove(el).(*ticket[T])
	delete(t.byKey, one.key)
	if t.addrs[one.addr]--; t.addrs[one.addr] == 0 {
		delete(t.addrs, one.addr)
	}
}
