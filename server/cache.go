package server

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

	"kommunebilde"
	"kommunebilde/dashboard"
)

// variants is an answer in the codings it is kept in.
type variants struct {
	plain, brotli, gzip []byte
	etag                string // without quotes
	best                bool   // brotli is as small as can be
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
func (k *call) send(v variants) error {
	body, coding := v.plain, ""
	switch accept := k.c.Get(fiber.HeaderAcceptEncoding); {
	case v.brotli != nil && accepts(accept, "br"):
		body, coding = v.brotli, "br"
	case v.gzip != nil && accepts(accept, "gzip"):
		body, coding = v.gzip, "gzip"
	case v.brotli == nil && v.gzip == nil:
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
func (k *call) squeeze(body []byte) (packed []byte, coding string) {
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

// current tells whether the client has an answer with this tag, in any coding;
// the answer is then 304.
func (k *call) current(etag string) bool {
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

// pageKey is all that an unfiltered public page depends on.
type pageKey struct {
	path     string
	lang     string
	board    kommunebilde.BoardID
	epoch    kommunebilde.Epoch
	rev      kommunebilde.Revision
	tick     int64 // when the clock alone next changes it
	newest   kommunebilde.BoardID
	boards   string
	audience kommunebilde.Audience
}

// cached answers with a page that is kept where everybody sees it alike: signed
// out, at the plain address, in the browser's own colours. Anything else is made
// on request.
func (k *call) cached(make func(dashboard.Request) ([]byte, error)) error {
	plain := k.handle == nil && k.c.OriginalURL() == k.c.Path() && k.s.theme(k.c) == ""
	r := k.request()
	if !plain || k.shown.Audience().Kind != kommunebilde.AudiencePublic {
		return k.page(make(r))
	}
	board := k.shown.Board()
	key := pageKey{
		path: r.Path, lang: r.Lang, board: board.ID, epoch: k.shown.Epoch(), rev: board.Revision,
		tick: k.boundary(board.ID), newest: k.shown.SupersededBy(), boards: boardsKey(r.Boards), audience: k.shown.Audience(),
	}
	v, err := k.s.pages.get(key, func() ([]byte, error) {
		r.Cacheable, r.RequestID, r.Token, r.Names = true, "", "", nil
		return make(r)
	})
	if err != nil {
		return err
	}
	k.c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	k.c.Set(fiber.HeaderCacheControl, "public, max-age=0, must-revalidate")
	k.keep = true
	if key.tick != 0 {
		k.keepUntil = time.UnixMilli(key.tick)
	}
	return k.send(v)
}

// boardsKey names what the page's list of boards shows.
func boardsKey(boards []kommunebilde.Board) string {
	var b strings.Builder
	for _, board := range boards {
		b.WriteString(string(board.ID))
		b.WriteByte(byte('0' + len(board.Publications)%64))
	}
	return b.String()
}

// pageCache keeps finished pages, compressed, bounded in bytes: the oldest goes
// first. A page is made once, however many ask at the same time.
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
			return compress(body), nil
		})
		el = c.order.PushFront(p)
		c.pages[key] = el
	}
	if p := el.Value.(*cachedPage); p.size > 0 {
		defer c.mu.Unlock()
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
	c.pack(el)
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
