package admin

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"time"

	"kommunebilde/domain"
)

// Request is one operation asked for by somebody who works on the machine
// itself, over the admin socket. The request's body is its JSON on one line,
// then the operation's input, byte for byte.
type Request struct {
	Name string   `json:"name"`
	Args []string `json:"args"`
}

// Func carries an operation out. by is who asked, as the operating system
// says. What it writes reaches the one who asked as it is written; so does the
// text of its error, last.
type Func func(ctx context.Context, by domain.Actor, r Request, in io.Reader, out io.Writer) error

const (
	trailer   = "Kb-Result" // "ok" or "error"
	errorMark = "\x00"      // between what an operation says and its error
	lineMost  = 64 << 10    // longest first line
)

// Listen makes the admin socket: a Unix socket that only the owner of the
// data folder can open. One left behind by a process that is gone is replaced;
// the caller must hold the lock on the folder.
func Listen(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove old admin socket: %w", err)
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen on admin socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		ln.Close()
		return nil, fmt.Errorf("guard admin socket: %w", err)
	}
	return ln, nil
}

type peerKey struct{}

// Serve answers on the admin socket until ctx ends, then waits up to a
// second for what is under way.
func Serve(ctx context.Context, ln net.Listener, f Func, log *slog.Logger) error {
	srv := &http.Server{
		ReadHeaderTimeout: 5 * time.Second,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			by, err := peer(c)
			if err != nil {
				log.Warn("admin peer unknown", "error", err)
				return ctx
			}
			return context.WithValue(ctx, peerKey{}, by)
		},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(w, r, f, log) }),
	}
	stop := context.AfterFunc(ctx, func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if srv.Shutdown(end) != nil {
			srv.Close()
		}
	})
	defer stop()
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve admin socket: %w", err)
	}
	return nil
}

func serve(w http.ResponseWriter, r *http.Request, f Func, log *slog.Logger) {
	by, ok := r.Context().Value(peerKey{}).(domain.Actor)
	if !ok || r.Method != http.MethodPost {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	in := bufio.NewReaderSize(r.Body, lineMost)
	line, err := in.ReadSlice('\n')
	var req Request
	if err == nil {
		err = json.Unmarshal(line, &req)
	}
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	// An operation reads its input while it tells how far it has come.
	if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Trailer", trailer)
	w.WriteHeader(http.StatusOK)
	// What an operation leaves unread must not be read by two at once when the
	// handler has returned.
	defer io.Copy(io.Discard, in)
	if err := f(r.Context(), by, req, in, w); err != nil {
		// The words go to the one who asked, not to the log: they may quote a file's cells.
		attrs := []any{"operation", req.Name, "by", by.ID}
		var errno syscall.Errno
		if errors.As(err, &errno) { // the operating system's word quotes nobody
			attrs = append(attrs, "cause", errno.Error())
		}
		log.Info("admin operation refused", attrs...)
		w.Header().Set(trailer, "error")
		io.WriteString(w, errorMark+err.Error())
		return
	}
	log.Info("admin operation done", "operation", req.Name, "by", by.ID)
	w.Header().Set(trailer, "ok")
}

// peer tells who is at the other end, by the operating system's word.
func peer(c net.Conn) (domain.Actor, error) {
	uc, ok := c.(*net.UnixConn)
	if !ok {
		return domain.Actor{}, errors.New("not a unix socket")
	}
	raw, err := uc.SyscallConn()
	if err != nil {
		return domain.Actor{}, err
	}
	var cred *syscall.Ucred
	var credErr error
	err = raw.Control(func(fd uintptr) {
		cred, credErr = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err := errors.Join(err, credErr); err != nil {
		return domain.Actor{}, err
	}
	return domain.System(userName(cred.Uid)), nil
}

func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "uid" + id
}

// SystemUser is who this process works for, when it opens the data folder
// itself.
func SystemUser() domain.Actor {
	return domain.System(userName(uint32(os.Getuid())))
}

// ErrNone: nobody answers on the admin socket.
var ErrNone = errors.New("no server on the admin socket")

// errEnded: what was asked for is done whole or not at all, and nobody knows which.
var errEnded = errors.New("the server ended before it had answered: what you asked for is done or it is not; look before you try again (import has --dry-run)")

// Call asks the server that owns a data folder for an operation, gives it
// in and copies what it says to out. The error wraps ErrNone if there is no
// server, and else has the operation's own words.
func Call(ctx context.Context, path string, r Request, in io.Reader, out io.Writer) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	var dialErr error
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		c, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", path)
		dialErr = err
		return c, err
	}}}
	defer client.CloseIdleConnections()
	body := io.MultiReader(bytes.NewReader(append(line, '\n')), in)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://admin/", io.NopCloser(body))
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if dialErr != nil {
		return fmt.Errorf("%w: %w", ErrNone, dialErr)
	}
	if err != nil {
		return fmt.Errorf("%w (%w)", errEnded, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server refused the request (%d); is it the same version?", resp.StatusCode)
	}
	said := &splitter{out: out}
	if _, err := io.Copy(said, resp.Body); err != nil {
		return fmt.Errorf("%w (%w)", errEnded, err)
	}
	switch resp.Trailer.Get(trailer) {
	case "ok":
		return nil
	case "error":
		return errors.New(said.err.String())
	}
	return errEnded
}

// splitter passes on what comes before errorMark and keeps what comes after.
type splitter struct {
	out   io.Writer
	err   strings.Builder
	after bool
}

func (s *splitter) Write(p []byte) (int, error) {
	if s.after {
		return s.err.Write(p)
	}
	said, words, found := bytes.Cut(p, []byte(errorMark))
	if _, err := s.out.Write(said); err != nil {
		return 0, err
	}
	if found {
		s.after = true
		s.err.Write(words)
	}
	return len(p), nil
}
