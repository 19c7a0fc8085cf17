package edge

import (
	"fmt"
	"net/netip"
	"testing"

	"kommunebilde/domain"
)

// TestWhoseBytesCount: an account's answers do not count for another's, nor
// those of strangers for anyone who is signed in at the same address; one answer may be
// larger than a share.
func TestWhoseBytesCount(t *testing.T) {
	t.Parallel()
	addr := func(s string) netip.Addr { return netip.MustParseAddr(s) }
	in := func(who domain.AccountID, a string) [2]flier {
		return [2]flier{{who: who}, {addr: addr(a), in: true}}
	}
	stranger := func(a string) [2]flier { return [2]flier{{addr: addr(a)}, {}} }
	f := newFlight()
	var landed []func()
	take := func(of [2]flier, n int, want bool) {
		t.Helper()
		land, ok := f.take(of, n)
		if ok != want {
			t.Errorf("%v, %d bytes: %t", of, n, ok)
		}
		if ok {
			landed = append(landed, land)
		}
	}
	take(in("kari", "10.0.0.1"), flightAccount+1, true)
	take(in("kari", "10.0.0.2"), 1, false)
	take(stranger("10.0.0.1"), flightStrangers, true)
	take(stranger("10.0.0.1"), 1, false)
	for i := range flightAddress/flightAccount - 2 {
		take(in(domain.AccountID(fmt.Sprint("u", i)), "10.0.0.1"), flightAccount, true)
	}
	take(in("ola", "10.0.0.1"), flightAccount, false)
	take(in("ola", "10.0.0.3"), flightAccount, true)
	for i := range flightAll/flightStrangers - 1 {
		take(stranger(fmt.Sprintf("10.0.1.%d", i)), flightStrangers, true)
	}
	take(stranger("10.0.2.1"), 1, false)
	take(in("per", "10.0.2.1"), 1, true)
	for _, land := range landed {
		land()
		land()
	}
	if len(f.by) != 0 {
		t.Errorf("%v is left", f.by)
	}
}
