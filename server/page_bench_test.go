package server

import (
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

// BenchmarkKeptPage is what one request for a page that is kept costs, without
// the line: whole, packed, and not modified.
func BenchmarkKeptPage(b *testing.B) {
	log := slog.New(slog.DiscardHandler)
	clerk, err := live.Open(b.Context(), live.Options{Journal: storagetest.NewMemory(), Now: time.Now, Salt: salt, Log: log, Encode: Encoder(nil)})
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
	b.Cleanup(func() { _ = clerk.Close(b.Context()); _ = accounts.Close(b.Context()) })
	for _, cmd := range []kommunebilde.Command{
		kommunebilde.OpenEdition{Board: edition, Title: kommunebilde.Words{NB: "Utgave 2022"}, Catalogue: catalogue()},
		kommunebilde.SetLevels{Board: edition, Cells: []kommunebilde.CellEdit{{Municipality: "9901", Column: "skole", Level: kommunebilde.Red}}},
		kommunebilde.Publish{Board: edition},
	} {
		if _, err := clerk.Submit(b.Context(), kommunebilde.System("test"), "", cmd); err != nil {
			b.Fatal(err)
		}
	}
	s, err := New(Config{Clerk: clerk, Auth: accounts, Site: site, Log: log})
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
	s.app.Server().Handler(first)
	tag := string(first.Response.Header.Peek("ETag"))
	for name, headers := range map[string][]string{
		"plain": nil, "packed": {"Accept-Encoding", "br"}, "304": {"Accept-Encoding", "br", "If-None-Match", tag},
	} {
		b.Run(name, func(b *testing.B) {
			ctx := request(headers...)
			b.ReportAllocs()
			for b.Loop() {
				ctx.Response.Reset()
				s.app.Server().Handler(ctx)
			}
			if code := ctx.Response.StatusCode(); code != 200 && code != 304 {
				b.Fatal(code)
			}
		})
	}
}
