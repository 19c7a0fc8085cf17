package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
)

func TestAdminSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "admin.sock")
	ctx, cancel := context.WithCancel(t.Context())
	ln, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("socket mode %v, %v", info.Mode(), err)
	}
	var by domain.Actor
	var log bytes.Buffer
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, ln, func(_ context.Context, who domain.Actor, r Request, in io.Reader, out io.Writer) error {
			by = who
			if r.Name == "refuse" {
				return errors.New("arket «Kommuner», rad 3:\nukjent nivå")
			}
			if r.Name == "refuse at length" {
				fmt.Fprintln(out, "first some words")
				return errors.New(strings.Repeat("rad 3: ukjent nivå\n", 5000))
			}
			_, err := io.Copy(out, io.MultiReader(strings.NewReader(strings.Join(r.Args, "+")+"|"), in))
			return err
		}, slog.New(slog.NewJSONHandler(&log, nil)))
	}()

	big := strings.Repeat("æøå\n", 200_000)
	var out bytes.Buffer
	if err := Call(ctx, path, Request{"echo", []string{"a", "b\nc"}}, strings.NewReader(big), &out); err != nil {
		t.Fatal(err)
	}
	if out.String() != "a+b\nc|"+big {
		t.Error("input or arguments did not come through as they were")
	}
	if by.ID != SystemUser().ID || !by.Accounts(time.Now()) {
		t.Errorf("asked by %+v", by)
	}
	err = Call(ctx, path, Request{Name: "refuse"}, strings.NewReader(""), io.Discard)
	if err == nil || err.Error() != "arket «Kommuner», rad 3:\nukjent nivå" {
		t.Errorf("refusal: %v", err)
	}
	err = Call(ctx, path, Request{Name: "refuse at length"}, strings.NewReader(big), &out)
	if want := strings.Repeat("rad 3: ukjent nivå\n", 5000); err == nil || err.Error() != want {
		t.Errorf("a long refusal has %d bytes, want %d", len(fmt.Sprint(err)), len(want))
	}
	if log.Len() == 0 || strings.Contains(log.String(), "ukjent nivå") {
		t.Errorf("the log holds what a file said, or nothing: %.300s", log.String())
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := Call(t.Context(), path, Request{Name: "echo"}, strings.NewReader(""), io.Discard); !errors.Is(err, ErrNone) {
		t.Errorf("without a server: %v", err)
	}
	if ln, err = Listen(path); err != nil {
		t.Errorf("a socket left behind: %v", err)
	} else {
		ln.Close()
	}
}
