package edge

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"kommunebilde/domain"
	"kommunebilde/server/auth"
	"kommunebilde/server/live"
	"kommunebilde/server/servertest"
	"kommunebilde/storage/storagetest"
)

// Rules 8 and 9: as configured.
func TestConfiguredAsMeasured(t *testing.T) {
	t.Parallel()
	accounts, err := auth.New(servertest.NewStore(), auth.Options{})
	servertest.Must(t, err)
	t.Cleanup(func() { _ = accounts.Close(context.WithoutCancel(t.Context())) })
	e, err := New(Config{Auth: accounts, Rates: RatesOf(20)})
	servertest.Must(t, err)
	c, s := e.app.Config(), e.app.Server()
	for what, ok := range map[string]bool{
		"no prefork":            !c.Prefork,
		"read timeout":          s.ReadTimeout > 0 && s.ReadTimeout <= 10*time.Second,
		"write timeout":         s.WriteTimeout > 0 && s.WriteTimeout <= 30*time.Second,
		"idle timeout":          s.IdleTimeout > 0 && s.IdleTimeout <= 60*time.Second,
		"header buffer":         s.ReadBufferSize == 16<<10,
		"write buffer":          s.WriteBufferSize == 32<<10,
		"immutable":             c.Immutable,
		"no views":              c.Views == nil,
		"no body stream":        !c.StreamRequestBody,
		"body limit":            s.MaxRequestBodySize > 0 && s.MaxRequestBodySize <= 320<<10,
		"own error handler":     s.ErrorHandler != nil && c.ErrorHandler != nil,
		"proxies not believed":  c.EnableTrustedProxyCheck && len(c.TrustedProxies) == 0 && c.ProxyHeader == "",
		"bounded accounts":      e.rates.most == Rates{Commands: Bound{100, 20}, Reads: Bound{2000, 200}},
		"no multipart parsing":  c.DisablePreParseMultipartForm,
		"no banner, no version": c.ServerHeader == "" && c.DisableStartupMessage,
	} {
		if !ok {
			t.Errorf("not so: %s", what)
		}
	}
	var files []string
	for _, dir := range []string{".", "..", "../admin", "../screens", "../accounts", "../page", "../wire"} {
		found, err := filepath.Glob(filepath.Join(dir, "*.go"))
		servertest.Must(t, err)
		files = append(files, found...)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		servertest.Must(t, err)
		for word, why := range map[string]string{
			"fiber/v2/middleware": "no ready-made middleware: compress halves nothing and costs everything, csrf and session do too little",
			".Listen(":            "listen through app.Listener only",
			"c.Body()":            "unpacks without a limit: BodyRaw",
			"BodyParser":          "indexed names cost memory",
			".Render(":            "no views",
			"c.Hostname()":        "the host is never believed",
			"c.BaseURL()":         "the host is never believed",
			"c.Protocol()":        "the scheme is never believed",
			"c.IP()":              "the address comes from the connection",
			"UserContext()":       "does not end when the client leaves",
		} {
			if bytes.Contains(b, []byte(word)) && !(word == ".Listen(" && filepath.Base(f) == "admin.go") {
				t.Errorf("%s has %s: %s", f, word, why)
			}
		}
	}
}

// bare are pages of one word.
type bare struct{}

func (bare) Say(_ string, err error) string { return err.Error() }

func (bare) Error(_ *Call, status int, _ error) ([]byte, error) {
	return []byte(http.StatusText(status)), nil
}

func (bare) Parts(page []byte, _ []string) []byte { return page }

// TestHandlerNeedsNoListener: requests are answered by the routes, and by an error's page,
// before anybody listens; and by a dashboard nobody needs.
func TestHandlerNeedsNoListener(t *testing.T) {
	t.Parallel()
	logins, err := auth.New(servertest.NewStore(), auth.Options{})
	servertest.Must(t, err)
	clerk, err := live.Open(t.Context(), live.Options{
		Journal: storagetest.NewMemory(nil), Now: time.Now, Salt: servertest.Salt, Log: slog.New(slog.DiscardHandler),
		Encode: func(domain.Picture, domain.Revision) []byte { return nil },
	})
	servertest.Must(t, err)
	t.Cleanup(func() {
		_ = clerk.Close(context.WithoutCancel(t.Context()))
		_ = logins.Close(context.WithoutCancel(t.Context()))
	})
	e, err := New(Config{Clerk: clerk, Auth: logins, Pages: bare{}, Log: slog.New(slog.DiscardHandler), Now: time.Now, Life: t.Context(), Rates: RatesOf(20)})
	servertest.Must(t, err)
	e.Handle(Get("/hei/:hvem", Open(), func(k *Call) error { return k.Send(Text, []byte("hei "+k.Param("hvem"))) }).Leaves(Nothing))
	for path, want := range map[string]string{"/hei/kari": "200 hei kari", "/nei": "404 Not Found"} {
		var ctx fasthttp.RequestCtx
		ctx.Request.SetRequestURI(path)
		ctx.Request.Header.SetHost("127.0.0.1")
		e.Handler()(&ctx)
		if got := fmt.Sprintf("%d %s", ctx.Response.StatusCode(), ctx.Response.Body()); got != want || len(ctx.Response.Header.Peek("Content-Security-Policy")) == 0 {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
