package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookAgain is how long a certificate is used before its files are looked at
// again.
const lookAgain = 5 * time.Second

// certificate is a certificate in two files, which may be replaced while the
// server runs. It is looked at when somebody connects, so that it needs no timer
// and no signal. Safe for concurrent use.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger
	now               func() time.Time

	mu     sync.Mutex
	looked time.Time
	taken  [2]stamp // of the files that pair was last tried from
	pair   *tls.Certificate
}

// stamp tells one content of a file from the next.
type stamp struct {
	changed time.Time
	size    int64
}

// newCertificate reads the files, so that a wrong one is told at the start.
func newCertificate(certFile, keyFile string, log *slog.Logger, now func() time.Time) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log, now: now, looked: now()}
	var err error
	if c.taken, err = c.stamps(); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	if c.pair, err = c.read(); err != nil {
		return nil, err
	}
	return c, nil
}

// config is what a listener needs: TLS 1.2 or later, HTTP/1.1 only.
func (c *certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current(), nil },
	}
}

// current returns the newest pair that fits together. Files that are wrong, or
// only half replaced, leave the one before in use.
func (c *certificate) current() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if now.Sub(c.looked) < lookAgain {
		return c.pair
	}
	c.looked = now
	stamps, err := c.stamps()
	if err != nil || stamps == c.taken {
		return c.pair
	}
	c.taken = stamps // a wrong pair is told once
	pair, err := c.read()
	if err != nil {
		c.log.Error("new certificate not taken, the one before stays in use", "error", err)
		return c.pair
	}
	c.pair = pair
	c.log.Info("new certificate", "file", c.certFile, "ends", pair.Leaf.NotAfter)
	return pair
}

func (c *certificate) stamps() (out [2]stamp, err error) {
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return out, err
		}
		out[i] = stamp{info.ModTime(), info.Size()}
	}
	return out, nil
}

func (c *certificate) read() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return nil, fmt.Errorf("certificate %s with key %s: %w", c.certFile, c.keyFile, err)
	}
	if now := c.now(); now.After(pair.Leaf.NotAfter) {
		return nil, fmt.Errorf("certificate %s ended on %s: give a newer one", c.certFile, pair.Leaf.NotAfter.Format(time.DateOnly))
	}
	return &pair, nil
}
