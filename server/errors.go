package server

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/server/auth"
)

// statusError is a refusal that HTTP has a number for and the domain has not.
type statusError struct {
	status int
	err    *kommunebilde.Error
}

// Error implements error.
func (e *statusError) Error() string { return strconv.Itoa(e.status) + " " + e.err.Error() }

// Unwrap returns what a user is told.
func (e *statusError) Unwrap() error { return e.err }

func httpError(status int, msg string, cause error) error {
	return &statusError{status, &kommunebilde.Error{Code: codeOf(status), Msg: msg, Err: cause}}
}

func badRequest(field, msg string, cause error) error {
	return &statusError{fiber.StatusBadRequest, &kommunebilde.Error{Code: kommunebilde.Invalid, Field: field, Msg: msg, Err: cause}}
}

func codeOf(status int) kommunebilde.Code {
	switch status {
	case fiber.StatusNotFound:
		return kommunebilde.NotFound
	case fiber.StatusUnauthorized, fiber.StatusForbidden:
		return kommunebilde.Forbidden
	case fiber.StatusServiceUnavailable, fiber.StatusTooManyRequests, fiber.StatusRequestTimeout:
		return kommunebilde.Unavailable
	}
	if status >= 500 {
		return kommunebilde.Internal
	}
	return kommunebilde.Invalid
}

// statusOf is the one table from what went wrong to a status.
func statusOf(err error) int {
	var own *statusError
	if errors.As(err, &own) {
		return own.status
	}
	if errors.Is(err, auth.ErrLogin) {
		return fiber.StatusUnauthorized
	}
	var theirs *fiber.Error
	if errors.As(err, &theirs) {
		return theirs.Code
	}
	switch kommunebilde.CodeOf(err) {
	case kommunebilde.Invalid:
		return fiber.StatusUnprocessableEntity
	case kommunebilde.NotFound:
		return fiber.StatusNotFound
	case kommunebilde.Conflict, kommunebilde.TooOld:
		return fiber.StatusConflict
	case kommunebilde.Forbidden:
		return fiber.StatusForbidden
	case kommunebilde.Unavailable:
		return fiber.StatusServiceUnavailable
	}
	return fiber.StatusInternalServerError
}

// told is what the user is told: the domain's own error, or a sentence for the
// status. Nothing of an error that is not a kommunebilde.Error gets out.
func told(err error, status int) *kommunebilde.Error {
	var e *kommunebilde.Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, auth.ErrLogin) {
		return &kommunebilde.Error{Code: kommunebilde.Forbidden, Field: "password", Msg: "login.wrong"}
	}
	return &kommunebilde.Error{Code: codeOf(status), Msg: "http." + strconv.Itoa(status)}
}

// conflictError adds to a refusal what both sides say, as JSON.
type conflictError struct {
	error
	yours, theirs []byte
}

// Unwrap returns the refusal.
func (e *conflictError) Unwrap() error { return e.error }

// fail is the app's error handler, and the only one: for what handlers return,
// for panics, for unknown addresses, and for requests that cannot be read (then
// there is no call).
func (s *Server) fail(c *fiber.Ctx, err error) error {
	status := statusOf(err)
	s.setHeaders(&c.Response().Header) // again: door does not see a request that cannot be read
	k, _ := c.Locals(callKey).(*call)
	if k == nil {
		k = &call{s: s, c: c, id: newID(8), lang: "nb"}
		c.Set(fiber.HeaderXRequestID, k.id)
	}
	if k.lang == "" {
		k.lang = s.language(c)
	}
	if k.look.state == nil { // no route: the page still knows who asks
		_ = k.identify()
	}
	if status >= 500 || k.route != nil && k.route.method == fiber.MethodPost {
		k.cause = err
	}
	c.Response().ResetBody()
	if status == fiber.StatusUnauthorized && c.Method() == fiber.MethodGet && !wantsJSON(c) && k.handle == nil && !isBearer(c) {
		return k.see(fiber.StatusSeeOther, "/login?next="+url.QueryEscape(k.request().Path))
	}
	if _, ok := k.ownScreen(); ok && status == fiber.StatusNotFound && c.Method() == fiber.MethodGet && strings.HasPrefix(c.Path(), "/tavle/") {
		return k.see(fiber.StatusSeeOther, "/skjerm") // its board is gone: to what it shall show now
	}
	c.Status(status)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Response().Header.Del(fiber.HeaderVary) // nobody keeps it; and an address without a route has none
	c.Response().Header.Del(fiber.HeaderETag)
	c.Response().Header.Del(fiber.HeaderContentEncoding)
	c.Response().Header.Del(fiber.HeaderContentDisposition)
	switch status {
	case fiber.StatusServiceUnavailable, fiber.StatusTooManyRequests:
		c.Set(fiber.HeaderRetryAfter, "5")
	case fiber.StatusUnauthorized:
		if wantsJSON(c) {
			c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
		}
	}
	if wantsJSON(c) {
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
		return c.Send(s.errorJSON(k, err, status))
	}
	return s.errorPage(k, err, status)
}

// wantsJSON tells by the address who asks: programs live below /api.
func wantsJSON(c *fiber.Ctx) bool {
	path := c.Path()
	return path == "/api" || strings.HasPrefix(path, "/api/") || path == "/live" || strings.HasPrefix(path, "/diagram/") || strings.HasPrefix(path, "/passnokkel/")
}

func (s *Server) errorJSON(k *call, err error, status int) []byte {
	e := told(err, status)
	b := append([]byte(nil), `{"code":`...)
	b = appendString(b, string(e.Code))
	b = appendField(b, "reason", e.Msg)
	b = appendField(b, "message", s.cfg.Site.Say(k.lang, e))
	b = appendField(b, "field", e.Field)
	if status >= 500 {
		b = appendField(b, "request_id", k.id)
	}
	if len(e.Cells) > 0 {
		b = append(b, `,"cells":[`...)
		for i, c := range e.Cells {
			b = appendString(append(comma(b, i), `{"m":`...), string(c.Municipality))
			b = append(appendField(b, "c", string(c.Column)), '}')
		}
		b = append(b, ']')
	}
	var both *conflictError
	if errors.As(err, &both) {
		b = append(b, `,"yours":`...)
		b = append(b, both.yours...)
		b = append(b, `,"theirs":`...)
		b = append(b, both.theirs...)
	}
	return append(b, '}', '\n')
}

// errorPage answers with a page. One of an address that is not there says
// nothing about the request, so that it is the same for what may not be seen.
func (s *Server) errorPage(k *call, err error, status int) (out error) {
	k.c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	defer func() {
		if v := recover(); v != nil {
			s.cfg.Log.Error("error page panicked", "request_id", k.id, "error", panicked(v))
			out = k.c.SendString("<!DOCTYPE html><title>" + strconv.Itoa(status) + "</title><p>" + strconv.Itoa(status) + " " + k.id)
		}
	}()
	r := k.request()
	r.RequestID, r.Rights, r.RightsOn = k.id, nil, nil
	if status == fiber.StatusNotFound {
		r.Path, r.RequestID, r.Token, r.Now = "/", "", "", time.Unix(0, 0)
		err = &kommunebilde.Error{Code: kommunebilde.NotFound, Msg: "http.404"}
	}
	page, perr := s.cfg.Site.Error(r, status, told(err, status))
	if perr != nil {
		s.cfg.Log.Error("error page not made", "request_id", k.id, "error", perr)
		return k.c.SendString("<!DOCTYPE html><title>" + strconv.Itoa(status) + "</title><p>" + strconv.Itoa(status) + " " + k.id)
	}
	return k.c.Send(page)
}
