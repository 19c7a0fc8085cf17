package edge

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// expectedOrigin is where pages of ours come from: the public address, or,
// without one, the host that this very request was sent to.
func (e *Edge) expectedOrigin(c *fiber.Ctx) string {
	if e.scheme != "" {
		return e.scheme + "://" + e.host
	}
	return "http://" + strings.ToLower(string(c.Context().Host()))
}

// sameOrigin compares origins as browsers write them: lower case, without the
// scheme's own port.
func sameOrigin(got, want string) bool {
	g, err := url.Parse(got)
	if err != nil || g.Host == "" || g.Path != "" || g.RawQuery != "" || g.User != nil {
		return false
	}
	w, err := url.Parse(want)
	return err == nil && g.Scheme == w.Scheme && plainHost(g) == plainHost(w)
}

func plainHost(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// plainOrigin is an origin as browsers write it: without the scheme's own port.
func plainOrigin(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return origin
	}
	return u.Scheme + "://" + plainHost(u)
}

// checkOrigin admits an unsafe request of a browser only from our own pages.
// Programs with a token are not asked.
func (e *Edge) checkOrigin(c *fiber.Ctx, id string) error {
	got, want := c.Get(fiber.HeaderOrigin), e.expectedOrigin(c)
	site := c.Get("Sec-Fetch-Site")
	if (site == "" || site == "same-origin") && sameOrigin(got, want) {
		return nil
	}
	e.refuseOrigin("write", id, got, want, site)
	return Error(fiber.StatusForbidden, "http.origin", nil)
}

// refuseOrigin is the one log line that tells an operator what to set.
func (e *Edge) refuseOrigin(what, id, got, want, site string) {
	if len(got) > 200 {
		got = got[:200]
	}
	e.cfg.Log.Warn("origin refused, set -public-url to the address that users have", "what", what,
		"received", got, "expected", want, "fetch_site", site, "request_id", id)
}

// OwnPath returns an address of ours to go to, fallback for anything else: it
// starts with one "/", not with "//" or "/\", and has no control characters.
func OwnPath(path, fallback string) string {
	if len(path) == 0 || len(path) > 2000 || path[0] != '/' || len(path) > 1 && (path[1] == '/' || path[1] == '\\') {
		return fallback
	}
	for _, r := range path {
		if r < 0x20 || r == 0x7f || r == '\\' {
			return fallback
		}
	}
	if u, err := url.Parse(path); err != nil || u.Host != "" || u.Scheme != "" {
		return fallback
	}
	return path
}
