package edge

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"kommunebilde/domain"
)

// variants is an answer in the codings it is kept in.
type variants struct {
	plain, brotli, gzip []byte
	etag                string // without quotes
	best                bool   // brotli is as small as can be
	packed              bool   // plain is packed in itself: no coding makes it smaller
	holes               []hole // for what is a reader's own: see shared.go
}

// tags returns the tags of an answer in a coding: the one it has, and what the
// same bytes, packed otherwise, had before. With either, a client has the page.
func (v variants) tags(coding string) (now, before string) {
	switch {
	case coding == "":
		now = `"` + v.etag + `"`
		return now, now
	case coding == "br" && v.best:
		return `"` + v.etag + `-br11"`, `"` + v.etag + `-br"`
	}
	now = `"` + v.etag + "-" + coding + `"`
	return now, now
}

// send answers with the best variant the client takes, or 304.
func (k *Call) send(v variants) error {
	body, coding := v.plain, ""
	switch accept := k.c.Get(fiber.HeaderAcceptEncoding); {
	case v.brotli != nil && accepts(accept, "br"):
		body, coding = v.brotli, "br"
	case v.gzip != nil && accepts(accept, "gzip"):
		body, coding = v.gzip, "gzip"
	case v.brotli == nil && v.gzip == nil && !v.packed:
		body, coding = k.squeeze(v.plain)
	}
	tag, before := v.tags(coding)
	if k.c.GetRespHeader(fiber.HeaderCacheControl) == immutable { // alike for everybody
		k.c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		k.keep = true
	} else {
		k.c.Vary(fiber.HeaderAcceptEncoding)
	}
	k.c.Set(fiber.HeaderETag, tag)
	if given := k.c.Get(fiber.HeaderIfNoneMatch); matches(given, tag) || matches(given, before) {
		k.c.Status(fiber.StatusNotModified)
		return nil
	}
	if coding != "" {
		k.c.Set(fiber.HeaderContentEncoding, coding)
	}
	k.kept = body
	k.c.Response().SetBodyRaw(body) // kept for others: never written to
	return nil
}

// immutable is the Cache-Control of hashed files.
const immutable = "public, max-age=31536000, immutable"

// squeezeFrom is from how many bytes on packing is worth its time.
const squeezeFrom = 4 << 10

// squeeze packs what is made for one reader, quickly: a page of 220 KB becomes
// 29 KB in 0.4 ms. What a page must not betray by its length (the form token) is
// another one in each answer.
func (k *Call) squeeze(body []byte) (packed []byte, coding string) {
	accept := k.c.Get(fiber.HeaderAcceptEncoding)
	switch {
	case len(body) < squeezeFrom:
		return body, ""
	case accepts(accept, "br"):
		return fasthttp.AppendBrotliBytesLevel(nil, body, 1), "br"
	case accepts(accept, "gzip"):
		return fasthttp.AppendGzipBytesLevel(nil, body, 1), "gzip"
	}
	return body, ""
}

// current reports whether the client has an answer with this tag, in any coding;
// the answer is then 304.
func (k *Call) current(etag string) bool {
	for _, tag := range []string{etag, etag + "-br", etag + "-gzip"} {
		if matches(k.c.Get(fiber.HeaderIfNoneMatch), `"`+tag+`"`) {
			k.c.Set(fiber.HeaderETag, `"`+tag+`"`)
			k.c.Status(fiber.StatusNotModified)
			return true
		}
	}
	return false
}

// matches reads If-None-Match.
func matches(header, tag string) bool {
	if header == "" {
		return false
	}
	for t := range strings.SplitSeq(header, ",") {
		t = strings.TrimPrefix(strings.TrimSpace(t), "W/")
		if t == tag || t == "*" {
			return true
		}
	}
	return false
}

// pageKey is all that an unfiltered page depends on that is kept for others.
type pageKey struct {
	path     string
	lang     string
	board    domain.BoardID
	epoch    domain.Epoch
	rev      domain.Revision
	tick     int64 // when the clock alone next changes it
	boards   string
	audience domain.Audience
	alike    alike // of the office's pages
}

// Cached answers with a page that is kept where everybody sees it alike: signed
// out, at the plain address, in the browser's own colours. It is made with shared then,
// and may say nothing of the request. Anything else is made on request.
func (k *Call) Cached(make func(shared bool) ([]byte, error)) error {
	plain := k.Handle == nil && k.c.OriginalURL() == k.Path() && k.Theme() == "" && k.Parts() == nil
	if !plain || k.Shown.Audience().Kind != domain.AudiencePublic {
		return k.Page(make(false))
	}
	board := k.Shown.Board()
	key := pageKey{
		path: k.Address(), lang: k.Lang, board: board.ID, epoch: k.Shown.Epoch(), rev: board.Revision,
		tick: k.boundary(board.ID), boards: boardsKey(k.Boards()), audience: k.Shown.Audience(),
	}
	v, err := k.e.pages.get(key, func() ([]byte, error) { return make(true) })
	if err != nil {
		return err
	}
	k.SetHeader(fiber.HeaderContentType, HTML)
	k.SetHeader(fiber.HeaderCacheControl, "public, max-age=0, must-revalidate")
	k.keep = true
	if key.tick != 0 {
		k.keepUntil = time.UnixMilli(key.tick)
	}
	return k.send(v)
}

// boardsKey names what the page's list of boards shows.
func boardsKey(boards []domain.Board) string {
	var b strings.Builder
	for _, board := range boards {
		b.WriteString(string(board.ID))
		b.WriteByte(byte('0' + len(board.Publications)%64))
	}
	return b.String()
}

// pageCache keeps finished pages, compressed, bounded in bytes: the oldest goes
// first. A page is made once, however many ask at the same time.
//
// Any goroutine that answers a request uses it, and one that packs. mu guards what
// follows it. The bytes of a page are never written to once it is made: all answers that
// have them share them, and a page that is forgotten is freed with the last of them.
type pageCache struct {
	limit int
	shelf shelf

	mu    sync.Mutex
	bytes int
	pages map[pageKey]*list.Element
	order *list.List // of *cachedPage, newest first

	waiting []*list.Element // to be packed better
	packed  chan struct{}   // closed when nothing waits; nil: nobody packs
	closed  bool
}

type cachedPage struct {
	key  pageKey
	make func() (variants, error)
	size int
	now  variants // once it is made; guarded by pageCache.mu
	asks int      // of a page with holes, guarded likewise
}

// stats returns how many answers are on the shelf, whether a page is being packed, and how
// many are kept.
func (c *pageCache) stats() (shelved int, packing bool, kept int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shelf.size(), c.packed != nil, len(c.pages)
}

func newPageCache(limit int) *pageCache {
	return &pageCache{limit: limit, pages: map[pageKey]*list.Element{}, order: list.New()}
}

func (c *pageCache) get(key pageKey, build func() ([]byte, error)) (variants, error) {
	c.mu.Lock()
	el := c.pages[key]
	if el == nil {
		p := &cachedPage{key: key}
		p.make = sync.OnceValues(func() (variants, error) {
			body, err := build()
			if err != nil {
				return variants{}, err
			}
			if key.alike != (alike{}) {
				return compressShared(body), nil
			}
			return compress(body), nil
		})
		el = c.order.PushFront(p)
		c.pages[key] = el
	}
	if p := el.Value.(*cachedPage); p.size > 0 {
		defer c.mu.Unlock()
		if p.asks++; p.asks == asksToPack && p.now.holes != nil {
			c.pack(el)
		}
		return p.now, nil
	}
	c.mu.Unlock()
	err := errUnfinished
	var v variants
	defer func() { c.settle(el, v, err) }() // also when it panics
	v, err = el.Value.(*cachedPage).make()
	return v, err
}

// errUnfinished stands for a page whose making panicked.
var errUnfinished = errors.New("page not finished")

// settle counts a page's bytes once it is made, and forgets one that failed.
func (c *pageCache) settle(el *list.Element, v variants, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := el.Value.(*cachedPage)
	if c.pages[p.key] != el || p.size > 0 {
		return
	}
	if err != nil {
		c.forget(el)
		return
	}
	p.now = v
	p.size = len(v.plain) + len(v.brotli) + len(v.gzip) + 512
	c.bytes += p.size
	for c.bytes > c.limit && c.order.Len() > 1 {
		c.forget(c.order.Back())
	}
	if p.key.alike == (alike{}) {
		c.pack(el)
	}
}

func (c *pageCache) forget(el *list.Element) {
	p := el.Value.(*cachedPage)
	c.bytes -= p.size
	delete(c.pages, p.key)
	c.order.Remove(el)
}

// compress packs a page once, for all who ask for it.
func compress(body []byte) variants {
	sum := sha256.Sum256(body)
	v := variants{plain: body, etag: hex.EncodeToString(sum[:12])}
	v.brotli = fasthttp.AppendBrotliBytesLevel(nil, body, quickLevel)
	var packed bytes.Buffer
	if w, err := gzip.NewWriterLevel(&packed, 6); err == nil {
		if _, err := w.Write(body); err == nil && w.Close() == nil {
			v.gzip = packed.Bytes()
		}
	}
	return v
}
