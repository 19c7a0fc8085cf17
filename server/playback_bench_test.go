package server

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/server/auth"
	"kommunebilde/server/live"
	"kommunebilde/storage/storagetest"
)

// BenchmarkPlayback opens a meeting with ten thousand changes: the data, and
// the page.
func BenchmarkPlayback(b *testing.B) {
	log := slog.New(slog.DiscardHandler)
	ctx := context.Background()
	clerk, err := live.Open(ctx, live.Options{Journal: storagetest.NewMemory(), Now: time.Now, Salt: salt, Log: log, Encode: Encoder(nil)})
	if err != nil {
		b.Fatal(err)
	}
	accounts, err := auth.New(newMemoryStore(), auth.Options{})
	if err != nil {
		b.Fatal(err)
	}
	site, err := dashboard.New(dashboard.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = clerk.Close(ctx); _ = accounts.Close(ctx) })
	do := func(cmd kommunebilde.Command) {
		if _, err := clerk.Submit(ctx, kommunebilde.System("test"), "", cmd); err != nil {
			b.Fatal(err)
		}
	}
	do(kommunebilde.OpenLive{Catalogue: catalogue()})
	do(kommunebilde.OpenMeeting{ID: "m1", Board: kommunebilde.Live, Kind: kommunebilde.MeetingRegion, Title: "Langt"})
	for i := range 10_000 {
		do(kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: "m1", Cells: []kommunebilde.CellEdit{{
			Municipality: []kommunebilde.MunicipalityID{"9901", "9902", "9903"}[i%3], Column: "skole", Level: []kommunebilde.Level{kommunebilde.Red, kommunebilde.Green}[i/3%2],
		}}})
	}
	s, err := New(Config{Clerk: clerk, Auth: accounts, Site: site, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	account := kommunebilde.Account{ID: "leser", Name: "Leser", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleReader}}}
	if err := accounts.AddAccount(ctx, account, ""); err != nil {
		b.Fatal(err)
	}
	token, err := accounts.AddToken("leser", "måling")
	if err != nil {
		b.Fatal(err)
	}
	for name, path := range map[string]string{"data": "/api/v1/boards/na/playback", "page": "/avspilling/na"} {
		b.Run(name, func(b *testing.B) {
			ask := &fasthttp.RequestCtx{}
			ask.Request.SetRequestURI(path)
			ask.Request.Header.SetHost("127.0.0.1")
			ask.Request.Header.Set("Authorization", "Bearer "+token)
			ask.Request.Header.Set("Accept-Encoding", "br")
			for b.Loop() {
				ask.Response.Reset()
				s.app.Server().Handler(ask)
			}
			if code := ask.Response.StatusCode(); code != 200 {
				b.Fatal(code)
			}
			b.ReportMetric(float64(len(ask.Response.Body()))/1000, "KB")
		})
	}
}
