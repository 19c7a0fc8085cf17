package screens

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"math/big"
	"net/netip"
	"sync"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// Pairing makes a browser a wall screen. The browser shows a code that is bound
// to a cookie of its own; who leads types it in on the page of screens. The code
// alone opens nothing: the session goes only to the browser that was shown it.
const (
	pairingLasts  = 10 * time.Minute
	pairingTries  = 5    // of one code, and wrong ones of one account, within pairingLasts
	pairingsMost  = 2000 // codes at the same time
	pairingsEach  = 20   // of one address; one more takes the place of the oldest
	pairingDigits = 1_000_000
)

type device [32]byte // SHA-256 of the cookie's secret

type pairing struct {
	seq    uint64 // counts up
	device device
	addr   netip.Addr
	code   string
	began  time.Time
	tries  int
	screen domain.AccountID // set when it is paired
	by     domain.AccountID // who paired it
}

// pairings are the codes that browsers show now. Nothing of it is stored: a
// restart shows other codes. Any request may use them, under mu; claim makes the screen
// under mu as well, so that a code makes one screen, however many type it in.
type pairings struct {
	now func() time.Time

	mu      sync.Mutex
	seq     uint64
	devices map[device]*pairing
	codes   map[string]*pairing
	wrong   map[domain.AccountID]*wrongGuesses
}

type wrongGuesses struct {
	n     int
	began time.Time
}

func newPairings(now func() time.Time) *pairings {
	return &pairings{now: now, devices: map[device]*pairing{}, codes: map[string]*pairing{}, wrong: map[domain.AccountID]*wrongGuesses{}}
}

// begin shows the code of a browser by its secret; secret and code are new
// where it has none. Nobody has to be signed in for a code, so that codes nobody
// claimed give way to new ones: of the same address first, and then of the one
// that has most, so that nobody takes the codes of others. No code means that too
// many wait already.
func (p *pairings) begin(secret string, addr netip.Addr) (code, newSecret string, screen domain.AccountID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep()
	if secret != "" && len(secret) <= 100 {
		if known := p.devices[sha256.Sum256([]byte(secret))]; known != nil {
			return known.code, secret, known.screen
		}
	}
	p.giveWay(addr)
	if len(p.devices) >= pairingsMost {
		return "", "", ""
	}
	for code == "" || p.codes[code] != nil {
		n, err := rand.Int(rand.Reader, big.NewInt(pairingDigits))
		if err != nil {
			return "", "", ""
		}
		code = fmt.Sprintf("%06d", n)
	}
	secret = edge.NewID(32)
	p.seq++
	o := &pairing{seq: p.seq, device: sha256.Sum256([]byte(secret)), addr: addr, code: code, began: p.now()}
	p.devices[o.device], p.codes[code] = o, o
	return code, secret, ""
}

// giveWay makes room for a code of an address: it forgets the oldest that nobody
// has claimed, of that address where it has all it may have, else, where there
// are as many as there may be, of the address that has most. p.mu is held.
func (p *pairings) giveWay(addr netip.Addr) {
	unclaimed, all := map[netip.Addr]int{}, 0
	for _, o := range p.devices {
		if o.addr == addr {
			all++
		}
		if o.screen == "" {
			unclaimed[o.addr]++
		}
	}
	from := addr
	switch {
	case all >= pairingsEach:
	case len(p.devices) >= pairingsMost:
		for other, n := range unclaimed {
			if n > unclaimed[from] {
				from = other
			}
		}
	default:
		return
	}
	var oldest *pairing
	for _, o := range p.devices {
		if o.addr == from && o.screen == "" && (oldest == nil || o.seq < oldest.seq) {
			oldest = o
		}
	}
	p.forget(oldest)
}

// done forgets a browser that has its session.
func (p *pairings) done(secret string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(p.devices[sha256.Sum256([]byte(secret))])
}

// claim checks a code that somebody typed in and lets make make its screen.
// Wrong codes count against who typed, and not against the address, behind which
// others lead meetings too; a right one that led to nothing counts against the
// code. Who has paired a screen and sends its code again is told the same as before,
// and makes no other.
func (p *pairings) claim(code string, by domain.AccountID, make func() (domain.AccountID, error)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep()
	if w := p.wrong[by]; w != nil && w.n >= pairingTries {
		return edge.Error(429, "pairing.wait", nil)
	}
	o := p.codes[code]
	if o != nil && o.screen != "" && o.by == by {
		return nil
	}
	if o == nil || o.screen != "" {
		p.guess(by)
		return edge.Wrong("code", "pairing.wrong")
	}
	if o.tries++; o.tries >= pairingTries {
		defer func() {
			if o.screen == "" {
				p.forget(o)
			}
		}()
	}
	screen, err := make()
	if err == nil {
		o.screen, o.by = screen, by
	}
	return err
}

func (p *pairings) guess(who domain.AccountID) {
	if p.wrong[who] == nil {
		p.wrong[who] = &wrongGuesses{began: p.now()}
	}
	p.wrong[who].n++
}

func (p *pairings) forget(o *pairing) {
	if o != nil {
		delete(p.devices, o.device)
		delete(p.codes, o.code)
	}
}

// sweep forgets what has run out. p.mu is held.
func (p *pairings) sweep() {
	now := p.now()
	for _, o := range p.devices {
		if now.Sub(o.began) >= pairingLasts {
			p.forget(o)
		}
	}
	for who, w := range p.wrong {
		if now.Sub(w.began) >= pairingLasts {
			delete(p.wrong, who)
		}
	}
}
