package auth

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// A provider is asked by a client of our own: it waits ten seconds, reads a
// megabyte, and goes where it was sent and nowhere else.
const (
	askFor  = 10 * time.Second
	maxRead = 1 << 20
)

var errTooLong = errors.New("the answer is longer than a megabyte")

func newProviderClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = 64 << 10
	transport.MaxConnsPerHost = 8
	transport.IdleConnTimeout = 30 * time.Second
	return &http.Client{
		Timeout:   askFor,
		Transport: bounded{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("the provider sends us elsewhere")
		},
	}
}

// bounded is a transport whose answers have an end.
type bounded struct{ *http.Transport }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := b.Transport.RoundTrip(req)
	if err == nil {
		res.Body = &boundedBody{ReadCloser: res.Body, left: maxRead}
	}
	return res, err
}

type boundedBody struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
