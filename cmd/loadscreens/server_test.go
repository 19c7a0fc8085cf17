package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"kommunebilde/dashboard"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/subjects"
	"kommunebilde/server"
	"kommunebilde/server/auth"
	"kommunebilde/server/live"
	"kommunebilde/server/wire"
	"kommunebilde/storage"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == floorArg { // the floor of these tests
		if err := serveFloor(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// startServer starts the real server over the real store with a live picture,
// and returns its addresses and a meeting lead's token.
func startServer(t *testing.T) (address, ops, token string) {
	t.Helper()
	store, err := storage.Open(filepath.Join(t.TempDir(), "data"), subjects.Kinds(), storage.Options{})
	must(t, err)
	log := slog.New(slog.DiscardHandler)
	logins, err := auth.New(store, auth.Options{Log: log})
	must(t, err)
	clerk, err := live.Open(t.Context(), live.Options{
		Journal: store, Now: time.Now, Salt: func() (s domain.Salt) { return s }, Log: log,
		Encode: wire.Encoder(logins.Name),
	})
	must(t, err)
	column := func(id string) domain.Column {
		w := domain.Words{NB: id}
		return domain.Column{ID: domain.ColumnID(id), Kind: domain.ColumnArea, Version: 1, Name: w, Short: w}
	}
	_, err = clerk.Submit(t.Context(), domain.System("test"), "", domain.OpenLive{Catalogue: domain.Catalogue{
		County: "Prøve", Office: domain.Words{NB: "Prøve"},
		Regions:        []domain.Region{{ID: "sor", Name: "Sør", Short: "Sør"}},
		Municipalities: []domain.Municipality{{ID: "0001", Name: "Bø", Region: "sor"}, {ID: "0002", Name: "Ås", Region: "sor"}},
		Columns:        []domain.Column{column("helse"), column("plan")},
	}})
	must(t, err)
	must(t, logins.AddAccount(t.Context(), accounts.Account{
		ID: "kari", Name: "Kari", Grants: []domain.Grant{{Role: domain.RoleLead}},
	}, "et langt nok passord"))
	token, err = logins.AddToken("kari", "last")
	must(t, err)
	site, err := dashboard.New(kit.Options{Build: "test"})
	must(t, err)
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector())
	second := server.NewOps(reg)
	jotted, err := storage.OpenJottings(t.TempDir(), log, time.Now)
	must(t, err)
	t.Cleanup(func() { must(t, jotted.Close()) })
	files, err := storage.OpenBlobs(t.TempDir(), storage.BlobLimits{})
	must(t, err)
	srv, err := server.New(server.Config{Clerk: clerk, Auth: logins, Jottings: jotted, Files: files, Site: site, Log: log, Build: "test", Ops: second})
	must(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	opsLn, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	served := make(chan error, 2)
	go func() { served <- srv.Serve(ln) }()
	go func() { served <- second.Serve(opsLn) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		for _, err := range []error{srv.Shutdown(ctx), <-served, <-served, clerk.Close(ctx), logins.Close(ctx), store.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	return "http://" + ln.Addr().String(), "http://" + opsLn.Addr().String(), token
}

func TestRunAgainstTheRealServer(t *testing.T) {
	address, ops, token := startServer(t)
	args := []string{
		"-ops", ops,
		"-url", address, "-n", "5,20", "-token", token, "-changes", "20", "-rate", "50", "-burst", "4",
		"-pid", fmt.Sprint(os.Getpid()), "-timeout", "1m",
	}
	var out, log bytes.Buffer
	if err := run(t.Context(), append(args, "-json"), &out, &log); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	var results []result
	must(t, json.Unmarshal(out.Bytes(), &results))
	if len(results) != 2 || results[0].Screens != 5 || results[1].Screens != 20 {
		t.Fatalf("got %s", out.String())
	}
	for _, r := range results {
		if r.Messages != int64(20*r.Screens) || r.Missed != 0 || r.Doubled != 0 || r.Closed != 0 {
			t.Errorf("%d screens: %d messages, %d missed, %d doubled, %d closed", r.Screens, r.Messages, r.Missed, r.Doubled, r.Closed)
		}
		if r.CPU <= 0 || r.Floor <= 0 || r.Ratio <= 0 || r.BurstOne <= 0 || r.Sent.P50 <= 0 || r.Sent.P50 < r.Last.P50 {
			t.Errorf("%d screens: %+v", r.Screens, r)
		}
		if r.Joined < 1 || r.Joined > 4 {
			t.Errorf("%d screens got %v messages of a burst of 4", r.Screens, r.Joined)
		}
	}
	out.Reset()
	must(t, writeTable(&out, results))
	for _, want := range []string{"missed", "doubled", "ratio", "answer to last screen, p50"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
}

// TestMemoryIsRead: all that the process has, after it has collected. What a few
// screens take is lost in what the server, the screens and the test have.
func TestMemoryIsRead(t *testing.T) {
	address, ops, token := startServer(t)
	cfg, err := readConfig([]string{"-url", address, "-ops", ops, "-token", token, "-pid", fmt.Sprint(os.Getpid())}, io.Discard)
	must(t, err)
	c := &crowd{cfg: cfg, server: process(cfg.pid)}
	c.lead, err = newLead(t.Context(), cfg)
	must(t, err)
	before, err := c.collected(t.Context())
	must(t, err)
	got, err := c.memory(t.Context())
	must(t, err)
	if rss, err := c.server.rss(); err != nil || got < float64(rss)/2 || got > float64(rss)*2 {
		t.Errorf("%v, the process has %d, %v", got, rss, err)
	}
	if after, err := c.collected(t.Context()); err != nil || after < before+collections {
		t.Errorf("collected %v times, then %v, %v", before, after, err)
	}
}

func TestRefusedScreensAreTold(t *testing.T) {
	address, _, token := startServer(t)
	err := run(t.Context(), []string{"-url", address, "-n", "3", "-token", "wrong", "-lead", token, "-floor=false"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "0 of 3 connected") {
		t.Errorf("got %v", err)
	}
	err = run(t.Context(), []string{"-url", address, "-n", "3", "-token", token, "-board", "2031", "-floor=false"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("got %v", err)
	}
}
