package auth

import (
	"net/netip"
	"slices"
)

// fair is a queue in which networks take turns, and within a network its
// addresses: who comes from a network that nobody waits from waits for one turn
// of each other, however many wait there.
type fair struct {
	networks []*group[*group[chan struct{}]] // the next to have a turn is first
	size     int
}

// group is what waits under one name.
type group[T any] struct {
	name string
	wait []T
}

// wide returns the network that an address is of: of IPv4 a /24, of IPv6 a /48,
// which one customer may have all of.
func wide(addr string) string {
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return addr
	}
	bits := 48
	if a = a.Unmap(); a.Is4() {
		bits = 24
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return addr
	}
	return p.String()
}

// named returns the group of a name, made if need be.
func named[T any](list *[]*group[T], name string) *group[T] {
	i := slices.IndexFunc(*list, func(g *group[T]) bool { return g.name == name })
	if i < 0 {
		i = len(*list)
		*list = append(*list, &group[T]{name: name})
	}
	return (*list)[i]
}

func (f *fair) join(addr string) chan struct{} {
	turn := make(chan struct{})
	one := named(&named(&f.networks, wide(addr)).wait, addr)
	one.wait = append(one.wait, turn)
	f.size++
	return turn
}

// next takes out whose turn it is, nil if nobody waits.
func (f *fair) next() chan struct{} {
	if f.size == 0 {
		return nil
	}
	f.size--
	network := f.networks[0]
	one := network.wait[0]
	turn := one.wait[0]
	one.wait = one.wait[1:]
	network.wait = turned(network.wait, len(one.wait) > 0)
	f.networks = turned(f.networks, len(network.wait) > 0)
	return turn
}

// turned moves the first to the end, or takes it out.
func turned[T any](list []T, stays bool) []T {
	first := list[0]
	list = slices.Delete(list, 0, 1)
	if stays {
		list = append(list, first)
	}
	return list
}

// leave takes one out that does not wait any more; false if it had its turn.
func (f *fair) leave(addr string, turn chan struct{}) bool {
	network := named(&f.networks, wide(addr))
	one := named(&network.wait, addr)
	i := slices.Index(one.wait, turn)
	if i >= 0 {
		one.wait = slices.Delete(one.wait, i, i+1)
		f.size--
	}
	network.wait = slices.DeleteFunc(network.wait, func(g *group[chan struct{}]) bool { return len(g.wait) == 0 })
	f.networks = slices.DeleteFunc(f.networks, func(g *group[*group[chan struct{}]]) bool { return len(g.wait) == 0 })
	return i >= 0
}
