package edge

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// What a handler answers with. Each of these gives the whole answer, but for
// Status and SetHeader, which come before it.

// Media types of answers.
const (
	HTML = fiber.MIMETextHTMLCharsetUTF8
	JSON = fiber.MIMEApplicationJSONCharsetUTF8
	Text = fiber.MIMETextPlainCharsetUTF8
)

// Status sets the answer's status, which is 200 until then.
func (k *Call) Status(code int) { k.c.Status(code) }

// SetHeader sets a header of the answer.
func (k *Call) SetHeader(name, value string) { k.c.Set(name, value) }

// Send answers with bytes of a media type.
func (k *Call) Send(kind string, body []byte) error {
	k.c.Set(fiber.HeaderContentType, kind)
	return k.c.Send(body)
}

// Page answers with a page that was made for one reader, or the parts of it that are
// asked for, packed quickly.
func (k *Call) Page(html []byte, err error) error {
	if err != nil {
		return err
	}
	if ids := k.Parts(); ids != nil {
		html = k.e.cfg.Pages.Parts(html, ids)
		k.c.Set(fiber.HeaderCacheControl, "no-store")
	}
	k.c.Set(fiber.HeaderContentType, HTML)
	body, coding := k.squeeze(html)
	if coding != "" {
		k.c.Set(fiber.HeaderContentEncoding, coding)
	}
	k.c.Vary(fiber.HeaderAcceptEncoding)
	k.c.Response().SetBodyRaw(body)
	return nil
}

// Parts returns which parts of a page are asked for, nil for all of it. A script that
// has a page asks for what a frame said has changed, by the page's own address and
// under its policy.
func (k *Call) Parts() []string {
	ids := k.Header(headerParts)
	if ids == "" {
		return nil
	}
	return strings.Split(ids, ",")
}

// headerParts is a header and not a part of the address: a page's links, and what is
// kept of it, go by the address.
const headerParts = "Kb-Parts"

// JSON answers with JSON that everybody who may see it sees alike: with an ETag
// over its bytes.
func (k *Call) JSON(b []byte) error {
	k.c.Set(fiber.HeaderContentType, JSON)
	sum := sha256.Sum256(b)
	return k.send(variants{plain: b, etag: hex.EncodeToString(sum[:12])})
}

// JSONTagged is JSON with a tag of what it depends on, so that a 304 costs no
// encoding: encode is called only where the client has another one.
func (k *Call) JSONTagged(tag string, encode func() []byte) error {
	if k.current(tag) {
		return nil
	}
	k.c.Set(fiber.HeaderContentType, JSON)
	return k.send(variants{plain: encode(), etag: tag})
}

// File is a file that never changes under its name.
type File struct {
	Type                string
	Plain, Brotli, Gzip []byte // without the other two, it is packed in itself
	ETag                string // without quotes
}

// Forever answers with a file, for browsers to keep.
func (k *Call) Forever(f File) error {
	k.c.Set(fiber.HeaderCacheControl, immutable)
	k.c.Set(fiber.HeaderContentType, f.Type)
	return k.send(variants{plain: f.Plain, brotli: f.Brotli, gzip: f.Gzip, etag: f.ETag, packed: f.Brotli == nil && f.Gzip == nil})
}

// Done answers that it is done, with nothing to show.
func (k *Call) Done() error {
	k.c.Status(fiber.StatusNoContent)
	return nil
}

// See answers with another address of ours, below the public path.
func (k *Call) See(status int, path string) error {
	k.c.Set(fiber.HeaderLocation, k.Below(path))
	k.c.Status(status)
	return nil
}

// Redirect answers with an address elsewhere.
func (k *Call) Redirect(to string) error { return k.c.Redirect(to, fiber.StatusSeeOther) }

// Attach says that the answer is a file to be kept under a name.
func (k *Call) Attach(name, kind string) {
	k.c.Set(fiber.HeaderContentType, kind)
	k.c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
}

// Stream answers with what write writes. It runs when the handler has returned and
// the call with it: it may use nothing of the call.
func (k *Call) Stream(write func(*bufio.Writer)) { k.c.Context().SetBodyStreamWriter(write) }
