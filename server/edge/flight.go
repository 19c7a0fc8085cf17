package edge

import (
	"bytes"
	"net/netip"
	"sync"

	"github.com/gofiber/fiber/v2"

	"kommunebilde/domain"
)

// flight counts the bytes of answers that were made for one reader and that the
// reader has not taken yet. Those who do not read are given no more of them: each
// account has its share, each address, and all who are not signed in together.
// What is kept for everybody is not counted.
//
// Bytes are taken by the request that made them, and given back once: by fasthttp, which
// closes an answer's stream in the goroutine of its connection when it is sent or when
// nobody is there to take it.
type flight struct {
	mu sync.Mutex // guards by
	by map[flier]int
}

// flier is whose bytes are counted together: an account's, an address's, or with
// neither those of all strangers.
type flier struct {
	who  domain.AccountID
	addr netip.Addr
	in   bool // of the address: those who are signed in
}

// AnswerMost is how long an answer that lists things may be: a read whose answer would not
// find room on its way is not begun.
const AnswerMost = 256 << 10

// How much may be on its way.
const (
	flightAccount   = 4 << 20
	flightAddress   = 64 << 20 // of those who are signed in: an office sits behind one
	flightStrangers = 8 << 20  // of one address
	flightAll       = 64 << 20 // to all who are not signed in
)

func newFlight() *flight { return &flight{by: map[flier]int{}} }

func (f flier) most() int {
	switch {
	case f.who != "":
		return flightAccount
	case f.in:
		return flightAddress
	case f.addr.IsValid():
		return flightStrangers
	}
	return flightAll
}

// fliers are those that an answer to a call counts for.
func (k *Call) fliers() [2]flier {
	addr := fold(k.addr)
	if k.Handle != nil {
		return [2]flier{{who: k.Handle.Account()}, {addr: addr, in: true}}
	}
	return [2]flier{{addr: addr}, {}}
}

// room reports whether an answer of n bytes may set out: also one that is larger
// than the share, if it is alone.
func (f *flight) room(of [2]flier, n int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fits(of, n)
}

func (f *flight) fits(of [2]flier, n int) bool {
	for _, one := range of {
		if held := f.by[one]; held > 0 && held+n > one.most() {
			return false
		}
	}
	return true
}

// take counts n bytes until land is called.
func (f *flight) take(of [2]flier, n int) (land func(), ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.fits(of, n) {
		return nil, false
	}
	f.add(of, n)
	return sync.OnceFunc(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.add(of, -n)
	}), true
}

// sum returns how many bytes are on their way.
func (f *flight) sum() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for of, held := range f.by {
		if of.who != "" || of.addr.IsValid() && !of.in { // counted once
			n += held
		}
	}
	return n
}

func (f *flight) add(of [2]flier, n int) {
	for _, one := range of {
		if f.by[one] += n; f.by[one] == 0 {
			delete(f.by, one)
		}
	}
}

// inFlight has a read wait for its turn, if who asks takes the answers there
// are, and counts its own.
func inFlight(handle func(*Call) error) func(*Call) error {
	return func(k *Call) error {
		if k.route.Socket || changes(k.c.Method()) {
			return handle(k) // a change is never kept waiting for what was not read
		}
		if !k.e.flight.room(k.fliers(), AnswerMost) {
			return errUnread()
		}
		if err := handle(k); err != nil {
			return err
		}
		return k.fly()
	}
}

func errUnread() error { return Error(fiber.StatusTooManyRequests, "http.unread", nil) }

// fly counts the answer that a handler made, until it is sent. One that is given
// as a stream counts itself.
func (k *Call) fly() error {
	res := k.c.Response()
	if k.keep || res.IsBodyStream() {
		return nil
	}
	body := res.Body()
	if len(body) < squeezeFrom {
		return nil
	}
	land, err := k.takeOff(len(body))
	if err != nil {
		return err
	}
	res.SetBodyStream(&flying{bytes.NewReader(body), land}, len(body))
	return nil
}

// takeOff counts bytes, and has the kernel hold few of them beside.
func (k *Call) takeOff(n int) (land func(), err error) {
	land, ok := k.e.flight.take(k.fliers(), n)
	if !ok {
		return nil, errUnread()
	}
	if n > LineBuffer {
		narrow(k.c.Context().Conn())
	}
	return land, nil
}

// flying is an answer on its way.
type flying struct {
	*bytes.Reader
	land func()
}

// Close implements io.Closer: the answer is sent, or nobody is there to take it.
func (f *flying) Close() error {
	f.land()
	return nil
}
