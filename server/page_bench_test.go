package server

import (
	"log/slog"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"kommunebilde/dashboard"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/subjects"
	"kommunebilde/server/auth"
	"kommunebilde/server/live"
	"kommunebilde/server/servertest"
	"kommunebilde/server/wire"
	"kommunebilde/storage"
	"kommunebilde/storage/storagetest"
)

// BenchmarkKeptPage is what one request for a page that is kept costs, without
// the line: whole, packed, and not modified.
func BenchmarkKeptPage(b *testing.B) {
	log := slog.New(slog.DiscardHandler)
	clerk, err := live.Open(b.Context(), live.Options{Journal: storagetest.NewMemory(subjects.Kinds()), Now: time.Now, Salt: servertest.Salt, Log: log, Encode: wire.Encoder(nil)})
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
	b.Cleanup(func() { _ = clerk.Close(b.Context()); _ = logins.Close(b.Context()) })
	for _, cmd := range []domain.Command{
		editions.Open{Board: edition, Title: domain.Words{NB: "Utgave 2022"}, Catalogue: servertest.Catalogue()},
		domain.SetLevels{Board: edition, Cells: []domain.CellEdit{{Municipality: "9901", Column: "skole", Level: domain.Red}}},
		editions.Publish{Board: edition},
	} {
		if _, err := clerk.Submit(b.Context(), domain.System("test"), "", cmd); err != nil {
			b.Fatal(err)
		}
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
	request := func(headers ...string) *fasthttp.RequestCtx {
		ctx := &fasthttp.RequestCtx{}
		ctx.Request.SetRequestURI("/tavle/2022")
		ctx.Request.Header.SetHost("127.0.0.1")
		for i := 0; i+1 < len(headers); i += 2 {
			ctx.Request.Header.Set(headers[i], headers[i+1])
		}
		return ctx
	}
	first := request("Accept-Encoding", "br")
	s.edge.Handler()(first)
	tag := string(first.Response.Header.Peek("ETag"))
	for name, headers := range map[string][]string{
		"plain": nil, "packed": {"Accept-Encoding", "br"}, "304": {"Accept-Encoding", "br", "If-None-Match", tag},
	} {
		b.Run(name, func(b *testing.B) {
			ctx := request(headers...)
			b.ReportAllocs()
			for b.Loop() {
				ctx.Response.Reset()
				s.edge.Handler()(ctx)
			}
			if code := ctx.Response.StatusCode(); code != 200 && code != 304 {
				b.Fatal(code)
			}
		})
	}
}
