package screens

import (
	"context"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/subjects"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
	"kommunebilde/server/live"
	"kommunebilde/server/servertest"
	"kommunebilde/server/wire"
	"kommunebilde/storage/storagetest"
)

// BenchmarkOffer is what one change costs a fan with a hundred screens: the watcher, the
// audience, and a write to a real line, for each.
func BenchmarkOffer(b *testing.B) {
	const n = 100
	log := slog.New(slog.DiscardHandler)
	clerk, err := live.Open(b.Context(), live.Options{Journal: storagetest.NewMemory(subjects.Kinds()), Now: time.Now, Salt: servertest.Salt, Log: log, Encode: wire.Encoder(nil)})
	servertest.Must(b, err)
	store := servertest.NewStore()
	servertest.Must(b, store.PutAccounts([]accounts.Account{{ID: "leser", Name: "Leser", Password: servertest.PHC, Grants: []domain.Grant{{Role: domain.RoleReader}}}}))
	logins, err := auth.New(store, auth.Options{})
	servertest.Must(b, err)
	servertest.Fill(b, clerk)
	_, handle, err := logins.Login(b.Context(), "leser", servertest.Password, "test")
	servertest.Must(b, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	servertest.Must(b, err)
	counted, err := newMetrics(nil, newSocketSet(n, n))
	servertest.Must(b, err)
	s := &Screens{cfg: Config{Clerk: clerk, Auth: logins, Log: log, Now: time.Now}, metrics: counted}
	p, _ := domain.PictureOf(clerk.State(), domain.Audience{Kind: domain.AudienceStaff}, domain.Live, time.Now())
	position := live.Position{Epoch: p.Epoch(), Revision: p.Board().Revision}
	var all []*screen
	for range n {
		far, err := net.Dial("tcp", ln.Addr().String())
		servertest.Must(b, err)
		near, err := ln.Accept()
		servertest.Must(b, err)
		go io.Copy(io.Discard, far)
		line, _ := edge.LineOf(near)
		raw, err := line.SyscallConn()
		servertest.Must(b, err)
		sc := &screen{s: s, visit: visit{board: domain.Live, handle: handle}, ctx: b.Context(), line: line, raw: raw, nudge: make(chan struct{}, 1)}
		sc.watcher = clerk.Watch(domain.Live, sc.inTurn, position)
		all = append(all, sc)
		b.Cleanup(func() { sc.watcher.Close(); near.Close(); far.Close() })
	}
	b.Cleanup(func() {
		_ = clerk.Close(context.WithoutCancel(b.Context()))
		_ = logins.Close(context.WithoutCancel(b.Context()))
		ln.Close()
	})
	var out outlet
	out.try = out.write
	round := func() (sent int) {
		for _, sc := range all {
			sent += sc.offer(&out)
		}
		clear(out.wires)
		clear(out.known)
		return sent
	}
	round()
	message := []byte(`{"prove":"` + string(make([]byte, 400)) + `"}`)
	b.ReportAllocs()
	for b.Loop() {
		clerk.Ephemeral(domain.Live, "prove", message)
		if sent := round(); sent != n {
			b.Fatalf("%d of %d sent", sent, n)
		}
	}
}
