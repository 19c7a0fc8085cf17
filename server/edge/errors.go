package edge

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kommunebilde/domain"
	"kommunebilde/server/auth"
	"kommunebilde/server/wire"
)

// statusError is a refusal that HTTP has a number for and the domain has not.
type statusError struct {
	status int
	err    *domain.Error
}

// Error implements error.
func (e *statusError) Error() string { return strconv.Itoa(e.status) + " " + e.err.Error() }

// Unwrap returns what a user is told.
func (e *statusError) Unwrap() error { return e.err }

// Error is a refusal with a status that HTTP has and the domain has not. msg names the
// sentence that a user is told; cause is for the log.
func Error(status int, msg string, cause error) error {
	return &statusError{status, &domain.Error{Code: codeOf(status), Msg: msg, Err: cause}}
}

// BadRequest refuses what cannot be read: 400.
func BadRequest(field, msg string, cause error) error {
	return &statusError{fiber.StatusBadRequest, &domain.Error{Code: domain.Invalid, Field: field, Msg: msg, Err: cause}}
}

func codeOf(status int) domain.Code {
	switch status {
	case fiber.StatusNotFound:
		return domain.NotFound
	case fiber.StatusUnauthorized, fiber.StatusForbidden:
		return domain.Forbidden
	case fiber.StatusServiceUnavailable, fiber.StatusTooManyRequests, fiber.StatusRequestTimeout:
		return domain.Unavailable
	}
	if status >= 500 {
		return domain.Internal
	}
	return domain.Invalid
}

// StatusOf is the one table from what went wrong to a status.
func StatusOf(err error) int {
	var own *statusError
	if errors.As(err, &own) {
		return own.status
	}
	if errors.Is(err, auth.ErrLogin) {
		return fiber.StatusUnauthorized
	}
	var early *auth.WaitError
	if errors.As(err, &early) {
		return fiber.StatusTooManyRequests
	}
	var theirs *fiber.Error
	if errors.As(err, &theirs) {
		return theirs.Code
	}
	switch domain.CodeOf(err) {
	case domain.Invalid:
		return fiber.StatusUnprocessableEntity
	case domain.NotFound:
		return fiber.StatusNotFound
	case domain.Conflict, domain.TooOld:
		return fiber.StatusConflict
	case domain.Forbidden:
		return fiber.StatusForbidden
	case domain.Unavailable:
		return fiber.StatusServiceUnavailable
	}
	return fiber.StatusInternalServerError
}

// Told is what the user is told: the domain's own error, or a sentence for the
// status. Nothing of an error that is not a domain.Error gets out.
func Told(err error, status int) *domain.Error {
	var e *domain.Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, auth.ErrLogin) {
		return &domain.Error{Code: domain.Forbidden, Field: "password", Msg: "login.wrong"}
	}
	return &domain.Error{Code: codeOf(status), Msg: "http." + strconv.Itoa(status)}
}

// Conflict adds to a refusal what both sides say, as JSON.
func Conflict(refusal error, yours, theirs []byte) error {
	return &conflictError{refusal, yours, theirs}
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
func (e *Edge) fail(c *fiber.Ctx, err error) error {
	status := StatusOf(err)
	e.setHeaders(&c.Response().Header) // again: door does not see a request that cannot be read
	k, _ := c.Locals(callKey).(*Call)
	if k == nil {
		k = &Call{e: e, c: c, ID: NewID(8), Lang: "nb"}
		c.Set(fiber.HeaderXRequestID, k.ID)
	}
	if k.Lang == "" {
		k.Lang = k.language()
	}
	if k.state == nil { // no route: the page still knows who asks
		_ = k.identify()
	}
	if status >= 500 || k.route != nil && changes(k.route.Method) {
		k.Cause = err
	}
	c.Response().ResetBody()
	if status == fiber.StatusUnauthorized && c.Method() == fiber.MethodGet && !wantsJSON(c) && k.Handle == nil && !isBearer(c) {
		return k.See(fiber.StatusSeeOther, "/login?next="+url.QueryEscape(k.Address()))
	}
	if _, ok := k.OwnScreen(); ok && status == fiber.StatusNotFound && c.Method() == fiber.MethodGet && strings.HasPrefix(c.Path(), "/tavle/") {
		return k.See(fiber.StatusSeeOther, "/skjerm") // its board is gone: to what it shall show now
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
		return c.Send(k.errorJSON(err, status))
	}
	return e.errorPage(k, err, status)
}

// wantsJSON tells by the address who asks: programs live below /api. A form that a
// script sends asks for it.
func wantsJSON(c *fiber.Ctx) bool {
	path := c.Path()
	return c.Method() == fiber.MethodPost && c.Get(fiber.HeaderAccept) == fiber.MIMEApplicationJSON || path == "/api" || strings.HasPrefix(path, "/api/") || path == "/live" || strings.HasPrefix(path, "/diagram/") || strings.HasPrefix(path, "/passnokkel/")
}

func (k *Call) errorJSON(err error, status int) []byte {
	e := Told(err, status)
	b := append([]byte(nil), `{"code":`...)
	b = wire.AppendString(b, string(e.Code))
	b = wire.AppendField(b, "reason", e.Msg)
	b = wire.AppendField(b, "message", k.e.cfg.Pages.Say(k.Lang, e))
	b = wire.AppendField(b, "field", e.Field)
	if status >= 500 {
		b = wire.AppendField(b, "request_id", k.ID)
	}
	if len(e.Cells) > 0 {
		b = append(b, `,"cells":[`...)
		for i, c := range e.Cells {
			b = wire.AppendString(append(wire.Comma(b, i), `{"m":`...), string(c.Municipality))
			b = append(wire.AppendField(b, "c", string(c.Column)), '}')
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

// errorPage answers with the page of an error, and with a bare one where that cannot be
// made.
func (e *Edge) errorPage(k *Call, err error, status int) (out error) {
	k.c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	bare := "<!DOCTYPE html><title>" + strconv.Itoa(status) + "</title><p>" + strconv.Itoa(status) + " " + k.ID
	defer func() {
		if v := recover(); v != nil {
			e.cfg.Log.Error("error page panicked", "request_id", k.ID, "error", Panicked(v))
			out = k.c.SendString(bare)
		}
	}()
	page, perr := e.cfg.Pages.Error(k, status, err)
	if perr != nil {
		e.cfg.Log.Error("error page not made", "request_id", k.ID, "error", perr)
		return k.c.SendString(bare)
	}
	return k.c.Send(page)
}
