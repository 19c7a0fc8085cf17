package server

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"kommunebilde/dashboard"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/subjects"
	"kommunebilde/server/auth"
	"kommunebilde/server/live"
	"kommunebilde/server/servertest"
	"kommunebilde/server/wire"
	"kommunebilde/storage"
	"kommunebilde/storage/storagetest"
)

// BenchmarkPlayback opens a meeting with ten thousand changes: the data, and
// the page.
func BenchmarkPlayback(b *testing.B) {
	log := slog.New(slog.DiscardHandler)
	ctx := context.Background()
	clerk, err := live.Open(ctx, live.Options{Journal: storagetest.NewMemory(subjects.Kinds()), Now: time.Now, Salt: servertest.Salt, Log: log, Encode: wire.Encoder(nil)})
	if err != nil {
		b.Fatal(err)
	}
	logins, err := auth.New(servertest.NewStore(), auth.Options{})
	if err != nil {
		b.Fatal(err)
	}
	site, err := dashboard.New(kit.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = clerk.Close(ctx); _ = logins.Close(ctx) })
	do := func(cmd domain.Command) {
		if _, err := clerk.Submit(ctx, domain.System("test"), "", cmd); err != nil {
			b.Fatal(err)
		}
	}
	do(domain.OpenLive{Catalogue: servertest.Catalogue()})
	do(domain.OpenMeeting{ID: "m1", Board: domain.Live, Kind: domain.MeetingRegion, Title: "Langt"})
	for i := range 10_000 {
		do(domain.SetLevels{Board: domain.Live, Meeting: "m1", Cells: []domain.CellEdit{{
			Municipality: []domain.MunicipalityID{"9901", "9902", "9903"}[i%3], Column: "skole", Level: []domain.Level{domain.Red, domain.Green}[i/3%2],
		}}})
	}
	jotted, err := storage.OpenJottings(b.TempDir(), log, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = jotted.Close() })
	files, err := storage.OpenBlobs(b.TempDir(), storage.BlobLimits{})
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(Config{Clerk: clerk, Auth: logins, Jottings: jotted, Files: files, Site: site, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	account := accounts.Account{ID: "leser", Name: "Leser", Grants: []domain.Grant{{Role: domain.RoleReader}}}
	if err := logins.AddAccount(ctx, account, ""); err != nil {
		b.Fatal(err)
	}
	token, err := logins.AddToken("leser", "måling")
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
				s.edge.Handler()(ask)
			}
			if code := ask.Response.StatusCode(); code != 200 {
				b.Fatal(code)
			}
			b.ReportMetric(float64(len(ask.Response.Body()))/1000, "KB")
		})
	}
}
