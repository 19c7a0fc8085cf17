package printer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// Listen makes the socket that a [Worker] is asked on. Only its owner and, with group
// set, its group can open it. One that was left behind is replaced.
func Listen(path string, group bool) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove old socket: %w", err)
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen on socket: %w", err)
	}
	mode := os.FileMode(0o600)
	if group {
		mode = 0o660
	}
	if err := os.Chmod(path, mode); err != nil {
		ln.Close()
		return nil, fmt.Errorf("guard socket: %w", err)
	}
	return ln, nil
}

// Serve answers on a socket until ctx ends.
func (w *Worker) Serve(ctx context.Context, ln net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /print", w.answer)
	mux.HandleFunc("GET /state", func(out http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(out).Encode(w.State()) // who asked may be gone
	})
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	defer context.AfterFunc(ctx, func() { srv.Close() })()
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve socket: %w", err)
	}
	return nil
}

func (w *Worker) answer(out http.ResponseWriter, r *http.Request) {
	html, err := io.ReadAll(io.LimitReader(r.Body, Largest+1))
	if err != nil {
		out.WriteHeader(http.StatusBadRequest)
		return
	}
	printed, err := w.Print(r.Context(), html)
	switch {
	case errors.Is(err, ErrTooLarge):
		out.WriteHeader(http.StatusRequestEntityTooLarge)
	case err != nil:
		w.cfg.Log.Error("no PDF", "error", err)
		out.WriteHeader(http.StatusServiceUnavailable)
	default:
		_, _ = out.Write(printed) // who asked may be gone
	}
}

// Client asks a [Worker] over its socket.
type Client struct{ http *http.Client }

// NewClient makes a Client of the worker at a socket. It need not be there yet.
func NewClient(path string) *Client {
	return &Client{&http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", path)
		},
		MaxIdleConns: 4, IdleConnTimeout: time.Minute,
	}}}
}

// Close lets go of the connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Print has a PDF made. The error wraps [ErrNoBrowser] or [ErrTooLarge], or ctx's.
func (c *Client) Print(ctx context.Context, html []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://pdf/print", bytes.NewReader(html))
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusRequestEntityTooLarge:
		return nil, ErrTooLarge
	default:
		return nil, ErrNoBrowser
	}
	printed, err := io.ReadAll(io.LimitReader(resp.Body, Largest+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	if len(printed) > Largest {
		return nil, ErrTooLarge
	}
	return printed, nil
}

// State asks how the worker is.
func (c *Client) State(ctx context.Context) (s State, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://pdf/state", nil)
	if err != nil {
		return s, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return s, fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	defer resp.Body.Close()
	return s, json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&s)
}
