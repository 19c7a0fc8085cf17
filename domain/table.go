package domain

import (
	"hash/maphash"
	"iter"
	"maps"
)

// Table is a map that a subject keeps in its [Slot]. States share it: a record that puts
// something in copies a small part of it, however much it holds. The zero Table is empty.
type Table[K comparable, V any] struct{ parts *[tableParts]map[K]V }

const tableParts = 64

var tableSeed = maphash.MakeSeed()

// tablePart is a part of a table that an applying has copied.
type tablePart struct {
	of any // *[tableParts]map[K]V
	i  uint64
}

func tableSlot[K comparable](k K) uint64 { return maphash.Comparable(tableSeed, k) % tableParts }

// At returns what a key has, the zero V for nothing.
func (t Table[K, V]) At(k K) V {
	v, _ := t.Find(k)
	return v
}

// Find returns what a key has, and whether it has anything.
func (t Table[K, V]) Find(k K) (V, bool) {
	if t.parts == nil {
		var none V
		return none, false
	}
	v, ok := t.parts[tableSlot(k)][k]
	return v, ok
}

// All yields keys and values, in no order.
func (t Table[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if t.parts == nil {
			return
		}
		for _, part := range t.parts {
			for k, v := range part {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// Put returns the table with a value, in the state that is being made.
func (t Table[K, V]) Put(a *Applying, k K, v V) Table[K, V] {
	if t.parts == nil || !a.own[t.parts] {
		parts := new([tableParts]map[K]V)
		if t.parts != nil {
			*parts = *t.parts
		}
		a.own[parts], t.parts = true, parts
	}
	i := tableSlot(k)
	if key := (tablePart{t.parts, i}); !a.own[key] {
		if a.own[key] = true; t.parts[i] == nil {
			t.parts[i] = map[K]V{}
		} else {
			t.parts[i] = maps.Clone(t.parts[i])
		}
	}
	t.parts[i][k] = v
	return t
}
