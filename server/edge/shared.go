package edge

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/molecule-man/go-brrr"

	"kommunebilde/domain"
)

// A page for those of the office is kept too, packed, for all who see the board alike and
// may the same. What is one reader's own are holes in it: runs of a byte below holeEnd,
// which no text has. In the packed page a hole is a meta-block of its own that is not
// packed, and nothing else refers to its bytes or hangs on what they are. So an answer is
// a copy of the packed page with its holes filled.

// holeEnd is the first byte that is not of a hole; the one before it is of what has no
// room in a page that is shared.
const (
	holeEnd   = 8
	holeNever = 7
)

// hole is a run of a byte in a page.
type hole struct {
	kind             byte
	plain, packed, n int // where it begins in the page and in the packed page; its length
}

// holesIn finds the holes of a page.
func holesIn(page []byte) (holes []hole) {
	for at := 0; at < len(page); at++ {
		if kind := page[at]; kind < holeEnd {
			h := hole{kind: kind, plain: at}
			for at < len(page) && page[at] == kind {
				at++
			}
			h.n = at - h.plain
			holes = append(holes, h)
		}
	}
	return holes
}

// mostHoles is how many bytes of a page may be holes: as long as filler.
var mostHoles = len(filler)

// filler stands in holes while a page is packed. Its bytes are in no text, and no two of
// them follow each other twice: nothing is like any part of it, so the packer copies
// neither from it nor within it.
var filler = func() (out []byte) {
	var bs []byte // a prime number of them: each step below goes through all
	for b := byte(0x0e); b <= 0x1f; b++ {
		bs = append(bs, b)
	}
	bs = append(bs, 0xc0, 0xc1)
	for b := 0xf5; b <= 0xff; b++ {
		bs = append(bs, byte(b))
	}
	for step := 1; step < len(bs); step++ {
		for i := range bs {
			out = append(out, bs[i*step%len(bs)])
		}
	}
	return out
}()

// errHoles: a page has more holes than can be packed, or one at its end.
var errHoles = errors.New("too many holes")

// packAround packs a page and says where its holes are. The two bytes after a hole are
// packed by themselves, that is, not at all: what follows is packed by what those are.
func packAround(page []byte, holes []hole, level int) ([]byte, []hole, error) {
	var out bytes.Buffer
	w, err := brrr.NewWriterOptions(&out, level, brrr.WriterOptions{SizeHint: uint(len(page))})
	if err != nil {
		return nil, nil, err
	}
	write := func(part []byte) {
		if err == nil && len(part) > 0 {
			if _, err = w.Write(part); err == nil {
				err = w.Flush()
			}
		}
	}
	holes, at, used := slices.Clone(holes), 0, 0
	for i := range holes {
		h := &holes[i]
		end := h.plain + h.n + 2
		if end > len(page) || h.plain < at || used+h.n > mostHoles {
			return nil, nil, errHoles
		}
		write(page[at:h.plain])
		n := out.Len()
		write(filler[used : used+h.n])
		out.Truncate(n)
		out.Write(unpackedHead(h.n))
		h.packed = out.Len()
		out.Write(page[h.plain : h.plain+h.n])
		write(page[end-2 : end])
		at, used = end, used+h.n
	}
	if err == nil {
		_, err = w.Write(page[at:])
	}
	if err == nil {
		err = w.Close()
	}
	return bytes.Clone(out.Bytes()), holes, err
}

// unpackedHead begins a meta-block of n bytes that are not packed (RFC 7932, 9.2): it is
// not the last, four nibbles of length follow, and it is not packed.
func unpackedHead(n int) []byte {
	head := uint32(n-1)<<3 | 1<<19
	return []byte{byte(head), byte(head >> 8), byte(head >> 16)}
}

// alike is what decides what an account of the office gets of a page, beside the page's
// own key: the whole state, what it was granted, and how it looks.
type alike struct {
	head   domain.Head
	grants string
	theme  string
	minute int64
}

// Shared answers with a page that is kept for all of the office who may the same, at the
// plain address; done tells whether it did. make makes it with holes, and fill writes
// what is the caller's own into one, if it can.
func (k *Call) Shared(make func() ([]byte, error), fill func(kind byte, room []byte) bool) (done bool, err error) {
	plain := k.Handle != nil && k.c.OriginalURL() == k.Path() && k.Parts() == nil
	if !plain || k.Shown.Audience().Kind != domain.AudienceStaff {
		return false, nil
	}
	board := k.Shown.Board()
	key := pageKey{
		path: k.Address(), lang: k.Lang, board: board.ID, epoch: k.Shown.Epoch(), rev: board.Revision,
		tick: k.boundary(board.ID), audience: k.Shown.Audience(),
		alike: alike{k.state.Head(), grantsKey(k.Actor.Grants, k.Now), k.Theme(), k.Now.Unix() / int64(time.Minute/time.Second)},
	}
	v, err := k.e.pages.get(key, make)
	if err != nil || v.holes == nil {
		return false, err
	}
	body, packed := v.plain, false
	if accepts(k.c.Get(fiber.HeaderAcceptEncoding), "br") && v.brotli != nil {
		body, packed = v.brotli, true
	}
	body = bytes.Clone(body)
	for _, h := range v.holes {
		at := h.plain
		if packed {
			at = h.packed
		}
		if !fill(h.kind, body[at:at+h.n]) {
			return false, nil
		}
	}
	if !packed {
		return true, k.Page(body, nil)
	}
	k.SetHeader(fiber.HeaderContentType, HTML)
	k.SetHeader(fiber.HeaderContentEncoding, "br")
	k.c.Vary(fiber.HeaderAcceptEncoding)
	k.c.Response().SetBodyRaw(body)
	return true, nil
}

// grantsKey names what grants give now, whoever has them.
func grantsKey(grants []domain.Grant, now time.Time) string {
	held := make([]string, 0, len(grants))
	for _, g := range grants {
		if g.Until.IsZero() || g.Until.After(now) {
			g.Until = time.Time{}
			text, _ := json.Marshal(g) // strings
			held = append(held, string(text))
		}
	}
	slices.SortFunc(held, cmp.Compare[string])
	text, _ := json.Marshal(slices.Compact(held))
	return string(text)
}
