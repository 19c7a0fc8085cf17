package auth

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"
)

// tickets keep for ten minutes what is taken back once. They are bounded: who
// asks for too many loses the oldest of their own address, and where all places
// are taken, the network that has most loses its oldest.
type tickets[T any] struct {
	clock func() time.Duration

	mu    sync.Mutex
	byKey map[[32]byte]*ticket[T]
	order *list.List // of *ticket[T], oldest first
	addrs map[string]int
	nets  map[string]*list.List       // of each network, oldest first
	sizes map[int]map[string]struct{} // networks by how many they have
	most  int                         // that one network has
}

type ticket[T any] struct {
	key     [32]byte
	addr    string
	net     string
	ends    time.Duration
	v       T
	all, in *list.Element // where it is in order, and in its network's list
}

const (
	ticketLasts    = 10 * time.Minute
	ticketsInAll   = 20_000
	ticketsAddress = 1_000 // an office signs in from one address
)

func newTickets[T any](clock func() time.Duration) *tickets[T] {
	return &tickets[T]{
		clock: clock, byKey: map[[32]byte]*ticket[T]{}, order: list.New(), addrs: map[string]int{},
		nets: map[string]*list.List{}, sizes: map[int]map[string]struct{}{},
	}
}

// put keeps v under a secret, in the place of what was there.
func (t *tickets[T]) put(secret, addr string, v T) {
	one := &ticket[T]{key: sha256.Sum256([]byte(secret)), addr: addr, net: wide(addr), ends: t.clock() + ticketLasts, v: v}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expire()
	if before := t.byKey[one.key]; before != nil {
		t.drop(before)
	}
	if t.addrs[addr] >= ticketsAddress {
		t.dropOldest(t.nets[one.net], addr)
	}
	if t.order.Len() >= ticketsInAll {
		t.dropOldest(t.fullest(), "")
	}
	t.keep(one)
}

func (t *tickets[T]) keep(one *ticket[T]) {
	t.byKey[one.key] = one
	one.all = t.order.PushBack(one)
	t.addrs[one.addr]++
	if t.nets[one.net] == nil {
		t.nets[one.net] = list.New()
	}
	one.in = t.nets[one.net].PushBack(one)
	t.size(one.net, t.nets[one.net].Len()-1, t.nets[one.net].Len())
}

// fullest returns the tickets of a network that has most; where each has one,
// all there are.
func (t *tickets[T]) fullest() *list.List {
	if t.most > 1 {
		for net := range t.sizes[t.most] {
			return t.nets[net]
		}
	}
	return t.order
}

// size notes that a network has one more or one less.
func (t *tickets[T]) size(net string, before, now int) {
	delete(t.sizes[before], net)
	if len(t.sizes[before]) == 0 {
		delete(t.sizes, before)
	}
	if now > 0 {
		if t.sizes[now] == nil {
			t.sizes[now] = map[string]struct{}{}
		}
		t.sizes[now][net] = struct{}{}
	}
	if now > t.most || t.sizes[t.most] == nil {
		t.most = now
	}
}

// take returns what is kept under a secret, and forgets it.
func (t *tickets[T]) take(secret string) (v T, ok bool) { return t.get(secret, true) }

// peek returns what is kept under a secret.
func (t *tickets[T]) peek(secret string) (v T, ok bool) { return t.get(secret, false) }

func (t *tickets[T]) get(secret string, once bool) (v T, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expire()
	one := t.byKey[sha256.Sum256([]byte(secret))]
	if one == nil {
		return v, false
	}
	if once {
		t.drop(one)
	}
	return one.v, true
}

func (t *tickets[T]) expire() {
	now := t.clock()
	for el := t.order.Front(); el != nil && el.Value.(*ticket[T]).ends <= now; el = t.order.Front() {
		t.drop(el.Value.(*ticket[T]))
	}
}

// dropOldest drops the oldest of a list, that of an address if one is given.
func (t *tickets[T]) dropOldest(of *list.List, addr string) {
	for el := of.Front(); el != nil; el = el.Next() {
		if one := el.Value.(*ticket[T]); addr == "" || one.addr == addr {
			t.drop(one)
			return
		}
	}
}

func (t *tickets[T]) drop(one *ticket[T]) {
	delete(t.byKey, one.key)
	t.order.Remove(one.all)
	add(t.addrs, one.addr, -1)
	own := t.nets[one.net]
	own.Remove(one.in)
	if own.Len() == 0 {
		delete(t.nets, one.net)
	}
	t.size(one.net, own.Len()+1, own.Len())
}
