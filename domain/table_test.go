package domain

import (
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"
)

// TestTable: whatever is put in, by states that fork and in replays, each state's table is
// as a map that was copied whole.
func TestTable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		type version struct {
			table Table[string, int]
			plain map[string]int
		}
		all := []version{{plain: map[string]int{}}}
		for range rapid.IntRange(1, 20).Draw(rt, "records") {
			from := all[rapid.IntRange(0, len(all)-1).Draw(rt, "from")]
			next := version{from.table, maps.Clone(from.plain)}
			a := &Applying{s: &State{}, own: map[any]bool{}}
			for range rapid.IntRange(0, 9).Draw(rt, "puts") {
				k, v := fmt.Sprint("k", rapid.IntRange(0, 200).Draw(rt, "k")), rapid.Int().Draw(rt, "v")
				next.table, next.plain[k] = next.table.Put(a, k, v), v
			}
			all = append(all, next)
		}
		for _, v := range all {
			if got := maps.Collect(v.table.All()); !maps.Equal(got, v.plain) {
				rt.Fatalf("%v, want %v", got, v.plain)
			}
			for i := range 201 {
				k := fmt.Sprint("k", i)
				got, found := v.table.Find(k)
				want, there := v.plain[k]
				if got != want || found != there || v.table.At(k) != want {
					rt.Fatalf("%s is %d, %t, want %d, %t", k, got, found, want, there)
				}
			}
		}
	})
}
