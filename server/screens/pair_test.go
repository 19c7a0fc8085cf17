package screens

import (
	"crypto/sha256"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// TestPairingCodes: ten minutes, five tries, no guessing, no end of codes.
func TestPairingCodes(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	pass := func(d time.Duration) { mu.Lock(); defer mu.Unlock(); now = now.Add(d) }
	p := newPairings(func() time.Time { mu.Lock(); defer mu.Unlock(); return now })
	here := netip.MustParseAddr("192.0.2.1")
	there := netip.MustParseAddr("192.0.2.2")
	refuse := func() (domain.AccountID, error) { return "", edge.Wrong("name", "name.missing") }
	accept := func() (domain.AccountID, error) { return "skjerm-1", nil }
	code, secret, _ := p.begin("", here)

	pass(pairingLasts - time.Second)
	if again, _, _ := p.begin(secret, here); again != code {
		t.Error("the code ended early")
	}
	pass(time.Second)
	if err := p.claim(code, "kari", accept); err == nil {
		t.Error("an old code is good")
	}
	fresh, secret2, _ := p.begin(secret, here)
	if secret2 == secret {
		t.Error("an old secret got a new code")
	}
	for range pairingTries - 1 { // one wrong guess is on the account's count already
		if err := p.claim("x", "kari", accept); edge.StatusOf(err) != 422 {
			t.Fatalf("wrong code: %v", err)
		}
	}
	if err := p.claim(fresh, "kari", accept); edge.StatusOf(err) != 429 {
		t.Errorf("after five wrong codes: %v", err)
	}
	if err := p.claim("x", "ola", accept); edge.StatusOf(err) != 422 {
		t.Errorf("another account at the same address: %v", err)
	}
	for range pairingTries {
		if err := p.claim(fresh, "per", refuse); edge.StatusOf(err) != 422 {
			t.Fatalf("refused: %v", err)
		}
	}
	if err := p.claim(fresh, "per", accept); err == nil {
		t.Error("a sixth try of one code")
	}
	pass(pairingLasts)
	fresh, _, _ = p.begin("", here)
	if err := p.claim(fresh, "kari", accept); err != nil {
		t.Errorf("ten minutes later: %v", err)
	}
	another := func() (domain.AccountID, error) {
		t.Error("one code, two screens")
		return "", nil
	}
	if err := p.claim(fresh, "kari", another); err != nil {
		t.Errorf("sent twice: %v", err)
	}
	if err := p.claim(fresh, "ola", another); err == nil {
		t.Error("a code that another has paired")
	}
	var secrets []string
	for range pairingsEach + 5 {
		code, secret, _ := p.begin("", there)
		if code == "" {
			t.Fatalf("code %d of one address is refused", len(secrets)+1)
		}
		secrets = append(secrets, secret)
		if len(secrets) == 1 {
			if err := p.claim(code, "kari", accept); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, secret := range secrets {
		kept := p.devices[sha256.Sum256([]byte(secret))] != nil
		if want := i == 0 || i >= 6; kept != want {
			t.Errorf("code %d of one address, kept: %v, want %v", i+1, kept, want)
		}
	}
	for i := range pairingsMost + 100 {
		p.begin("", netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))
	}
	if len(p.devices) > pairingsMost || len(p.codes) != len(p.devices) {
		t.Errorf("%d codes, %d browsers", len(p.codes), len(p.devices))
	}
	pass(pairingLasts)
	p.begin("", here)
	if len(p.devices) != 1 || len(p.wrong) != 0 {
		t.Errorf("%d browsers and %d guesses are kept", len(p.devices), len(p.wrong))
	}
}

// TestNobodyTakesAllCodes: however many addresses somebody has, a wall elsewhere
// gets a code, and keeps it while they go on.
func TestNobodyTakesAllCodes(t *testing.T) {
	t.Parallel()
	p := newPairings(time.Now)
	other := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)}) }
	ask := func(n int) {
		for i := range n {
			p.begin("", other(i/pairingsEach))
		}
	}
	ask(pairingsMost)
	code, secret, _ := p.begin("", netip.MustParseAddr("192.0.2.1"))
	if code == "" {
		t.Fatal("no code is left")
	}
	ask(2 * pairingsMost)
	if again, _, _ := p.begin(secret, netip.MustParseAddr("192.0.2.1")); again != code {
		t.Errorf("its code was taken: %s, now %s", code, again)
	}
	if len(p.devices) > pairingsMost {
		t.Errorf("%d browsers", len(p.devices))
	}
}

// FuzzBoardOfView: what is taken for a screen's view is an own page of a board,
// whatever was sent.
func FuzzBoardOfView(f *testing.F) {
	for _, s := range []string{"/tavle/na?vis=skjerm", "//evil/tavle/na", "/tavle/na/sett", "/tavle/%2e%2e/x", "/tavle/na?%zz", "/tavle/%0d%0aX", "", "/tavle/", "/tavle/a?b=c&b=d#e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		board, q, err := boardOfView(s)
		if err != nil {
			return
		}
		path := "/tavle/" + url.PathEscape(string(board)) + "?" + q.Encode()
		if edge.OwnPath(path, "") != path || strings.ContainsAny(path, "\r\n\\ ") {
			t.Errorf("%q leads to %q", s, path)
		}
	})
}
