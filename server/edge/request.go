package edge

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/server/auth"
)

// What a handler may know of the request: values are its own and outlive it.

// Param returns a parameter of the route's path.
func (k *Call) Param(name string) string { return k.c.Params(name) }

// Query returns one parameter of the address's query, else "" or orElse.
// [call.QueryValues] reads all of it strictly.
func (k *Call) Query(name string, orElse ...string) string { return k.c.Query(name, orElse...) }

// Header returns a header of the request, "" where it has none.
func (k *Call) Header(name string) string { return k.c.Get(name) }

// Method returns the request's method.
func (k *Call) Method() string { return k.c.Method() }

// Path returns the address's path, without what the public address has before it.
func (k *Call) Path() string { return k.c.Path() }

// Address returns path and query as they came. It begins with "/", also where a
// client sent an address in absolute form.
func (k *Call) Address() string {
	if a := k.c.OriginalURL(); strings.HasPrefix(a, "/") {
		return a
	}
	return "/"
}

// From returns who is at the other end, as log-ins and limits count them: an IPv6
// client has a whole /64.
func (k *Call) From() netip.Addr { return fold(k.addr) }

// RawQuery returns the address's query as it came.
func (k *Call) RawQuery() string { return string(k.c.Request().URI().QueryString()) }

// QueryValues reads the address's query strictly: what cannot be read is refused.
func (k *Call) QueryValues() (url.Values, error) {
	q, err := url.ParseQuery(string(k.c.Context().QueryArgs().QueryString()))
	if err != nil || len(q) > 50 {
		return nil, BadRequest("query", "http.query", err)
	}
	for _, values := range q {
		for _, v := range values {
			if !utf8.ValidString(v) {
				return nil, BadRequest("query", "text.utf8", nil)
			}
		}
	}
	return q, nil
}

// Body returns the request's body as it came.
func (k *Call) Body() []byte { return k.c.BodyRaw() }

// WantsJSON reports whether the answer, an error's too, is to be JSON.
func (k *Call) WantsJSON() bool { return wantsJSON(k.c) }

// Origin is where pages of ours come from: see [Edge.expectedOrigin].
func (k *Call) Origin() string { return k.e.expectedOrigin(k.c) }

// PlainOrigin is Origin as browsers write it, which is what passkeys are bound to.
func (k *Call) PlainOrigin() string { return plainOrigin(k.Origin()) }

// URL is the public address of a path of ours.
func (k *Call) URL(path string) string { return k.Origin() + k.e.base + path }

// Below is a path of ours as a browser asks for it: below the public path.
func (k *Call) Below(path string) string { return k.e.base + path }

// PageBehind returns the path of the page of ours that a request came from, orElse
// where the browser does not say or it is none.
func (k *Call) PageBehind(orElse string) string {
	u, err := url.Parse(k.Header(fiber.HeaderReferer))
	if err != nil || !sameOrigin(u.Scheme+"://"+u.Host, k.Origin()) {
		return orElse
	}
	path, ok := strings.CutPrefix(u.RequestURI(), k.e.base)
	if !ok {
		return orElse
	}
	return OwnPath(path, orElse)
}

// Beside returns a picture of another board, of which the answer shows something; nil
// where the caller may not see it. Whoever is shown something of it has read it.
func (k *Call) Beside(board domain.BoardID) *domain.Picture {
	p, err := k.Picture(board)
	if err != nil {
		return nil
	}
	k.beside = append(k.beside, p)
	return &p
}

// OwnScreen returns the account of a paired screen that asks.
func (k *Call) OwnScreen() (accounts.Account, bool) {
	if k.Handle == nil {
		return accounts.Account{}, false
	}
	account, ok := k.e.cfg.Auth.Account(k.Handle.Account())
	return account, ok && account.View != "" && auth.IsScreen(account)
}
