package edge

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
)

// limitListener bounds connections in all and by address. Trusted proxies are
// bounded by the former only. Connections over a limit are told so.
type limitListener struct {
	net.Listener
	most, each int
	exempt     []netip.Prefix
	refused    func()        // told of each connection over a limit
	answer     []byte        // for those
	tls        *tls.Config   // what they speak, nil for plain HTTP
	partings   chan struct{} // one for each that is being answered

	mu    sync.Mutex
	total int
	by    map[netip.Addr]int
}

// Answers to connections over a limit: how many at a time, and how long one may
// take.
const (
	partingsMost = 64
	partingTime  = time.Second
)

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
		select {
		case l.partings <- struct{}{}:
			go l.part(c)
		default:
			_ = c.Close()
		}
	}
}

// part says why nobody answers, and closes. What the client had sent is read
// first: closing over it would reset the connection, and the answer with it.
func (l *limitListener) part(c net.Conn) {
	defer func() { <-l.partings }()
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(partingTime))
	to := c
	if l.tls != nil {
		to = tls.Server(c, l.tls)
	}
	if _, err := to.Write(l.answer); err != nil {
		return
	}
	if half, ok := to.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		_, _ = io.CopyN(io.Discard, to, headerLimit+BodyLimit)
	}
}

// crowded is the answer to a connection over a limit: in all languages, since
// the request is not read.
func crowded(say func(lang string, err error) string) []byte {
	var text strings.Builder
	for _, lang := range []string{"nb", "nn", "en"} {
		text.WriteString(say(lang, Error(fiber.StatusServiceUnavailable, "http.connections", nil)) + "\n")
	}
	return fmt.Appendf(nil, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n"+
		"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nRetry-After: 5\r\nConnection: close\r\n\r\n%s", text.Len(), text.String())
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

// CheckProxies reports whether a list of trusted proxies can be read.
func CheckProxies(list []string) error {
	_, err := parseProxies(list)
	return err
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
func (e *Edge) clientAddress(c *fiber.Ctx) netip.Addr {
	tcp, ok := c.Context().RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	a := tcp.AddrPort().Addr().Unmap().WithZone("")
	lines := c.Request().Header.PeekAll(fiber.HeaderXForwardedFor)
	if !contains(e.proxies, a) {
		if len(lines) > 0 && e.forwarded.due(e.cfg.Now()) {
			e.cfg.Log.Warn("X-Forwarded-For from a peer that is no trusted proxy: if it is one, all who come through it count as one address until it is named", "peer", a.String())
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
		if !contains(e.proxies, a) {
			break
		}
	}
	return a
}
