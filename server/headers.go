package server

import (
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// policy is SAFETY 20, word for word.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'"

// everyAnswer returns the headers that every answer has, names in the form they
// are sent in. Referrer-Policy is same-origin and not no-referrer: with that,
// browsers send "Origin: null" with our own forms.
func (s *Server) everyAnswer() [][2][]byte {
	list := [][2][]byte{
		{[]byte(fiber.HeaderContentSecurityPolicy), []byte(policy)},
		{[]byte(fiber.HeaderXContentTypeOptions), []byte("nosniff")},
		{[]byte(fiber.HeaderReferrerPolicy), []byte("same-origin")},
		{[]byte("Cross-Origin-Resource-Policy"), []byte("same-origin")},
		{[]byte("Cross-Origin-Opener-Policy"), []byte("same-origin")},
		{[]byte("Permissions-Policy"), []byte("camera=(), geolocation=(), microphone=()")},
	}
	if s.secure() {
		// Below a path the host is shared, and its other names are not ours to bind.
		strict := "max-age=31536000"
		if s.base == "" {
			strict += "; includeSubDomains"
		}
		list = append(list, [2][]byte{[]byte(fiber.HeaderStrictTransportSecurity), []byte(strict)})
	}
	return list
}

// setHeaders gives them to an answer that did not come by the door.
func (s *Server) setHeaders(h *fasthttp.ResponseHeader) {
	for _, one := range s.everyAnswer() {
		h.SetCanonical(one[0], one[1])
	}
}

// ownName is a cookie's name with the prefix that browsers only take over https
// and of this very host, or without where users come by http on their own machine.
func (s *Server) ownName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// cookieName is the session's cookie.
func (s *Server) cookieName() string { return s.ownName("kb") }

// flowCookie binds a login by a provider to the browser that began it.
func (s *Server) flowCookie() string { return s.ownName("kb-flow") }

// setFlow gives the browser the secret of a login that has begun, for as long
// as it may take; "" takes it away. Lax, since the answer comes from elsewhere.
func (s *Server) setFlow(c *fiber.Ctx, secret string) {
	cookie := &fiber.Cookie{
		Name: s.flowCookie(), Value: secret, Path: "/", MaxAge: 600,
		HTTPOnly: true, Secure: s.secure(), SameSite: fiber.CookieSameSiteLaxMode,
	}
	if secret == "" {
		cookie.MaxAge, cookie.Expires = 0, time.Unix(1, 0)
	}
	c.Cookie(cookie)
}

// setSession gives the browser a session's secret; "" takes it away.
func (s *Server) setSession(c *fiber.Ctx, secret string) {
	cookie := &fiber.Cookie{
		Name: s.cookieName(), Value: secret, Path: "/",
		HTTPOnly: true, Secure: s.secure(), SameSite: fiber.CookieSameSiteLaxMode, SessionOnly: true,
	}
	if secret == "" {
		cookie.SessionOnly, cookie.Expires = false, time.Unix(1, 0)
	}
	c.Cookie(cookie)
}

// Preferences that a browser keeps without a session.
const (
	langCookie  = "kb_lang"
	themeCookie = "kb_theme"
)

// language returns "nb", "nn" or "en": the one asked for in the address, which
// is remembered, else the remembered one, else what the browser likes best.
func (s *Server) language(c *fiber.Ctx) string {
	if v := c.Query("lang"); knownLanguage(v) {
		s.remember(c, langCookie, v)
		return v
	}
	if v := c.Cookies(s.ownName(langCookie)); knownLanguage(v) {
		return v
	}
	return acceptLanguage(c.Get(fiber.HeaderAcceptLanguage))
}

// theme returns "light", "dark" or "": the browser's own.
func (s *Server) theme(c *fiber.Ctx) string {
	known := func(v string) bool { return v == "light" || v == "dark" }
	if v := c.Query("theme"); known(v) || v == "auto" {
		if v == "auto" {
			v = ""
		}
		s.remember(c, themeCookie, v)
		return v
	}
	if v := c.Cookies(s.ownName(themeCookie)); known(v) {
		return v
	}
	return ""
}

func (s *Server) remember(c *fiber.Ctx, name, value string) {
	c.Cookie(&fiber.Cookie{
		Name: s.ownName(name), Value: value, Path: "/", MaxAge: 365 * 24 * 3600,
		HTTPOnly: true, Secure: s.secure(), SameSite: fiber.CookieSameSiteLaxMode,
	})
}

func knownLanguage(v string) bool { return v == "nb" || v == "nn" || v == "en" }

// acceptLanguage returns the best of the product's languages, nb unless told.
// "no" is bokmål; of two with the same weight the first wins.
func acceptLanguage(header string) string {
	best, weight := "nb", -1.0
	for i, part := range strings.Split(header, ",") {
		if i >= 20 {
			break
		}
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			if _, err := fmt.Sscanf(v, "%g", &q); err != nil {
				continue
			}
		}
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if primary == "no" {
			primary = "nb"
		}
		if knownLanguage(primary) && q > weight && q > 0 {
			best, weight = primary, q
		}
	}
	return best
}

// accepts tells whether a client takes a content coding.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(name, coding) {
			q := strings.ReplaceAll(params, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
