package auth

import (
	"container/list"
	"time"
)

// ledger keeps the counts of the keys that were used last.
type ledger struct {
	entries map[throttleKey]*list.Element
	order   *list.List // of *throttleEntry, most recently used first
}

type throttleEntry struct {
	key   throttleKey
	wrong float64
	at    time.Duration
	ready time.Duration // when one that was told to come back may; 0: nobody was
}

func newLedger() *ledger {
	return &ledger{entries: map[throttleKey]*list.Element{}, order: list.New()}
}

func (l *ledger) has(key throttleKey) bool { return l.entries[key] != nil }

// peek returns an entry as it is now, without making one.
func (l *ledger) peek(key throttleKey, now time.Duration) throttleEntry {
	if el := l.entries[key]; el != nil {
		e := *el.Value.(*throttleEntry)
		e.fade(now)
		return e
	}
	return throttleEntry{}
}

// use returns an entry to change, made if need be, and faded.
func (l *ledger) use(key throttleKey, now time.Duration) *throttleEntry {
	el := l.entries[key]
	if el == nil {
		if l.order.Len() >= throttleKeys {
			l.drop(l.order.Back().Value.(*throttleEntry).key)
		}
		el = l.order.PushFront(&throttleEntry{key: key, at: now})
		l.entries[key] = el
	}
	l.order.MoveToFront(el)
	e := el.Value.(*throttleEntry)
	e.fade(now)
	return e
}

func (l *ledger) drop(key throttleKey) {
	if el := l.entries[key]; el != nil {
		delete(l.entries, key)
		l.order.Remove(el)
	}
}

func (e *throttleEntry) fade(now time.Duration) {
	for e.wrong > 0 && now-e.at >= throttleHalf {
		e.wrong /= 2
		e.at += throttleHalf
		if e.wrong < 0.5 {
			e.wrong = 0
		}
	}
	if e.wrong == 0 {
		e.at = now
	}
}
