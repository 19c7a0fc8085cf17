package server

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
)

// limitListener bounds connections in all and by address. Trusted proxies are
// bounded by the former only. Connections over a limit get a short answer.
type limitListener struct {
	net.Listener
	most, each int
	exempt     []netip.Prefix
	refused    func() // told of each connection over a limit

	mu    sync.Mutex
	total int
	by    map[netip.Addr]int
}

func newLimitListener(ln net.Listener, most, each int, exempt []netip.Prefix, refused func()) *limitListener {
	return &limitListener{Listener: ln, most: most, each: each, exempt: exempt, refused: refused, by: map[netip.Addr]int{}}
}

// Accept implements net.Listener.
func (l *limitListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		addr := addressOf(c.RemoteAddr())
		if l.take(addr) {
			return &limitConn{Conn: c, release: sync.OnceFunc(func() { l.give(addr) })}, nil
		}
		l.refused()
		_ = c.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = c.Write([]byte("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
		_ = c.Close()
	}
}

func (l *limitListener) take(a netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= l.most || l.by[a] >= l.each && !contains(l.exempt, a) {
		return false
	}
	l.total++
	l.by[a]++
	return true
}

func (l *limitListener) give(a netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if l.by[a]--; l.by[a] <= 0 {
		delete(l.by, a)
	}
}

// limitConn gives its place back when it is closed.
type limitConn struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *limitConn) Close() error {
	c.release()
	return c.Conn.Close()
}

// addressOf returns the address a limit counts: an IPv6 client has a whole /64.
func addressOf(a net.Addr) netip.Addr {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return fold(tcp.AddrPort().Addr())
}

func fold(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}

func parseProxies(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		if p, err := netip.ParsePrefix(s); err == nil {
			out = append(out, p.Masked())
			continue
		}
		a, err := netip.ParseAddr(s)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q: want an address or a prefix", s)
		}
		out = append(out, netip.PrefixFrom(a, a.BitLen()))
	}
	return out, nil
}

func contains(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// hourly lets a line into the log once an hour, so that nobody can fill it.
type hourly struct{ last atomic.Int64 }

func (h *hourly) due(now time.Time) bool {
	last := h.last.Load()
	return now.Unix()-last >= 3600 && h.last.CompareAndSwap(last, now.Unix())
}

// clientAddress returns who is at the other end: the peer, or, where that is a
// trusted proxy, the last address in X-Forwarded-For that is none.
func (s *Server) clientAddress(c *fiber.Ctx) netip.Addr {
	tcp, ok := c.Context().RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	a := tcp.AddrPort().Addr().Unmap().WithZone("")
	lines := c.Request().Header.PeekAll(fiber.HeaderXForwardedFor)
	if !contains(s.proxies, a) {
		if len(lines) > 0 && s.forwarded.due(s.cfg.Now()) {
			s.cfg.Log.Warn("X-Forwarded-For from a peer that is no trusted proxy: if it is one, all who come through it count as one address until it is named", "peer", a.String())
		}
		return a
	}
	// Several lines are one list (RFC 9110, 5.3): who writes another line than the
	// proxy must not be read in its place.
	hops := strings.Split(string(bytes.Join(lines, []byte(","))), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return a
		}
		a = hop.Unmap().WithZone("")
		if !contains(s.proxies, a) {
			break
		}
	}
	return a
}
