package edge

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kommunebilde/domain"
)

// Forms work without script. Each carries a token that is bound to the session,
// and answers with 303 to the page it came from.

// maxFields bounds the fields of a form.
const maxFields = 5000

// Form returns the request's body as a form. It is read once.
func (k *Call) Form() (url.Values, error) {
	if k.fields != nil {
		return k.fields, nil
	}
	kind, _, err := mime.ParseMediaType(k.Header("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, Error(http.StatusUnsupportedMediaType, "http.415", err)
	}
	body := string(k.Body())
	if strings.Count(body, "&") > maxFields {
		return nil, BadRequest("form", "http.form", nil)
	}
	f, err := url.ParseQuery(body)
	if err != nil {
		return nil, BadRequest("form", "http.form", err)
	}
	for name, values := range f {
		if !utf8.ValidString(name) || slices.ContainsFunc(values, func(v string) bool { return !utf8.ValidString(v) }) {
			return nil, BadRequest("form", "text.utf8", nil)
		}
	}
	k.fields = f
	return f, nil
}

// InOurForm lets a handler run only for a form of this session's own pages, or
// for a program with a token.
func InOurForm(h func(*Call) error) func(*Call) error {
	return func(k *Call) error {
		f, err := k.Form()
		if err != nil {
			return err
		}
		if !k.Bearer && !k.Handle.CheckFormToken(f.Get("token")) {
			return Error(http.StatusForbidden, "http.form_token", nil)
		}
		return h(k)
	}
}

// FormRequest names a form's command. All forms of a page carry the page's
// request id; what was filled in tells them apart. So a form sent twice happens
// once, and two forms of a page are two commands.
func (k *Call) FormRequest() (domain.RequestID, error) {
	if err := checkRequestID(domain.RequestID(k.fields.Get("request"))); err != nil {
		return "", err
	}
	own := maps.Clone(k.fields)
	own.Del("token")
	own.Del("back")
	sum := sha256.Sum256([]byte(k.Path() + "?" + own.Encode()))
	return domain.RequestID(hex.EncodeToString(sum[:16])), nil
}

// Issued reads when a form was sent, by the server's clock: zero where no script
// has said so.
func (k *Call) Issued() (time.Time, error) {
	v := k.fields.Get("issued")
	if v == "" {
		return time.Time{}, nil
	}
	ms, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return time.Time{}, &domain.Error{Code: domain.Invalid, Field: "issued", Msg: "time.wrong"}
	}
	return time.UnixMilli(ms), nil
}

// Back returns the page that a form says it came from, orElse where it does not say.
func (k *Call) Back(orElse string) string { return k.BackIn(k.fields, orElse) }

// BackIn is Back for a form that was read as it came.
func (k *Call) BackIn(f url.Values, orElse string) string {
	to := OwnPath(f.Get("back"), "")
	if to == "" {
		return orElse
	}
	if k.e.base != "" {
		to = OwnPath(strings.TrimPrefix(to, k.e.base), orElse)
	}
	return to
}

// WithQuery sets a parameter of an own path.
func WithQuery(path, key, value string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// WithMore adds a parameter to an own path, beside those of its name.
func WithMore(path, key, value string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Add(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// BrowserOnly refuses programs with a token: they have no device to ask, and with
// one that got away nobody shall be let in or shut out.
func BrowserOnly(h func(*Call) error) func(*Call) error {
	return func(k *Call) error {
		if k.Bearer {
			return &domain.Error{Code: domain.Forbidden, Msg: "forbidden.token"}
		}
		return h(k)
	}
}
