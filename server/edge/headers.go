package edge

import (
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Policy is SAFETY 20; and since our pages make no Policy of Trusted Types,
// nobody does.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// framedPolicy is that of what other sites may frame: it runs nothing and sends nothing.
const framedPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *"

// inFrame answers with what other sites may frame. An error is a page of ours, which they
// may not.
func (k *Call) inFrame(handle func(*Call) error) error {
	k.c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	k.c.Set(fiber.HeaderContentSecurityPolicy, framedPolicy)
	k.c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	err := k.traced(inFlight(inTurn(handle)))
	if err != nil {
		k.e.setHeaders(&k.c.Response().Header)
	}
	return err
}

// everyAnswer returns the headers that every answer has, names in the form they
// are sent in. Referrer-Policy is same-origin and not no-referrer: with that,
// browsers send "Origin: null" with our own forms.
func (e *Edge) everyAnswer() [][2][]byte {
	list := [][2][]byte{
		{[]byte(fiber.HeaderContentSecurityPolicy), []byte(Policy)},
		{[]byte(fiber.HeaderXContentTypeOptions), []byte("nosniff")},
		{[]byte(fiber.HeaderReferrerPolicy), []byte("same-origin")},
		{[]byte("Cross-Origin-Resource-Policy"), []byte("same-origin")},
		{[]byte("Cross-Origin-Opener-Policy"), []byte("same-origin")},
		{[]byte("Permissions-Policy"), []byte("camera=(), geolocation=(), microphone=()")},
	}
	if e.secure() {
		// Below a path the host is shared, and its other names are not ours to bind.
		strict := "max-age=31536000"
		if e.base == "" {
			strict += "; includeSubDomains"
		}
		list = append(list, [2][]byte{[]byte(fiber.HeaderStrictTransportSecurity), []byte(strict)})
	}
	return list
}

// setHeaders gives them to an answer that did not come by the door.
func (e *Edge) setHeaders(h *fasthttp.ResponseHeader) {
	for _, one := range e.everyAnswer() {
		h.SetCanonical(one[0], one[1])
	}
}

// CookieName is a cookie's name on the wire: with the prefix that browsers only take over https
// and of this very host, or without where users come by http on their own machine.
func (e *Edge) CookieName(name string) string {
	if e.secure() {
		return "__Host-" + name
	}
	return name
}

// Cookies. Their names on the wire have [Edge.CookieName]'s prefix.
const (
	SessionCookie = "kb"
	langCookie    = "kb_lang"  // language and theme are kept without a session
	themeCookie   = "kb_theme" //
)

// Cookie is what a browser is given to bring back to every address of ours.
type Cookie struct {
	Name, Value string        // no value takes it away
	Lasts       time.Duration // 0: until the browser is closed
	Strict      bool          // only our own pages send it; else also a link from elsewhere
}

// SetCookie gives the browser a cookie that no script reads.
func (k *Call) SetCookie(c Cookie) { k.setCookie(c, c.Value == "") }

func (k *Call) setCookie(c Cookie, gone bool) {
	cookie := &fiber.Cookie{
		Name: k.e.CookieName(c.Name), Value: c.Value, Path: "/", MaxAge: int(c.Lasts / time.Second), SessionOnly: c.Lasts == 0,
		HTTPOnly: true, Secure: k.e.secure(), SameSite: fiber.CookieSameSiteLaxMode,
	}
	if c.Strict {
		cookie.SameSite = fiber.CookieSameSiteStrictMode
	}
	if gone {
		cookie.SessionOnly, cookie.MaxAge, cookie.Expires = false, 0, time.Unix(1, 0)
	}
	k.c.Cookie(cookie)
}

// Cookie returns what a browser brought back, "" for nothing.
func (k *Call) Cookie(name string) string {
	if k.framed() {
		return ""
	}
	return k.c.Cookies(k.e.CookieName(name))
}

// framed reports whether the call is of what other sites may frame.
func (k *Call) framed() bool { return k.route != nil && k.route.Framed }

// SetSession gives the browser a session's secret; "" takes it away.
func (k *Call) SetSession(secret string) { k.SetCookie(Cookie{Name: SessionCookie, Value: secret}) }

// language returns "nb", "nn" or "en": the one asked for in the address, which
// is remembered, else the remembered one, else what the browser likes best.
func (k *Call) language() string {
	if k.framed() {
		if v := k.Param("lang"); knownLanguage(v) {
			return v
		}
		return acceptLanguage(k.Header(fiber.HeaderAcceptLanguage))
	}
	if v := k.Query("lang"); knownLanguage(v) {
		k.remember(langCookie, v)
		return v
	}
	if v := k.Cookie(langCookie); knownLanguage(v) {
		return v
	}
	return acceptLanguage(k.Header(fiber.HeaderAcceptLanguage))
}

// Theme returns "light", "dark" or "": the browser's own. One that is asked for in
// the address is remembered.
func (k *Call) Theme() string {
	known := func(v string) bool { return v == "light" || v == "dark" }
	if v := k.Query("theme"); known(v) || v == "auto" {
		if v == "auto" {
			v = ""
		}
		k.remember(themeCookie, v)
		return v
	}
	if v := k.Cookie(themeCookie); known(v) {
		return v
	}
	return ""
}

func (k *Call) remember(name, value string) {
	if k.framed() {
		return
	}
	k.setCookie(Cookie{Name: name, Value: value, Lasts: 365 * 24 * time.Hour}, false)
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

// accepts reports whether a client takes a content coding.
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
