package edge

import (
	"bytes"
	"container/list"
	"context"

	"github.com/molecule-man/go-brrr"
)

// Kept pages are packed twice: quickly for whoever asks first, and then, by one
// goroutine that lives while there is something to pack, as small as can be:
// 220 KB become 22 KB in 5 ms and 18 KB in half a second.
const (
	quickLevel = 5
	bestLevel  = 11
	packRoom   = 128 // pages that wait; more stay as they are
)

// pack has a page packed better. c.mu is held.
func (c *pageCache) pack(el *list.Element) {
	if c.closed || len(c.waiting) >= packRoom {
		return
	}
	c.waiting = append(c.waiting, el)
	if c.packed == nil {
		c.packed = make(chan struct{})
		go c.packAll(c.packed)
	}
}

// packAll packs what waits, one page at a time.
func (c *pageCache) packAll(done chan struct{}) {
	defer close(done)
	for {
		c.mu.Lock()
		if len(c.waiting) == 0 {
			c.packed = nil
			c.mu.Unlock()
			return
		}
		el := c.waiting[0]
		c.waiting = c.waiting[1:]
		p := el.Value.(*cachedPage)
		plain := p.now.plain
		gone := c.pages[p.key] != el
		c.mu.Unlock()
		if gone {
			continue
		}
		small := packBest(plain)
		c.mu.Lock()
		if small != nil && len(small) < len(p.now.brotli) && c.pages[p.key] == el {
			c.bytes -= len(p.now.brotli) - len(small)
			p.size -= len(p.now.brotli) - len(small)
			p.now.brotli, p.now.best = small, true
		}
		c.mu.Unlock()
		c.shelf.clear()
	}
}

// packBest packs as small as can be, nil if that fails. fasthttp packs with the
// same package, but keeps its writers, which at this level are never let go: each
// has goroutines.
func packBest(plain []byte) []byte {
	var out bytes.Buffer
	w, err := brrr.NewWriterOptions(&out, bestLevel, brrr.WriterOptions{SizeHint: uint(len(plain))})
	if err != nil {
		return nil
	}
	if _, err := w.Write(plain); err != nil {
		return nil
	}
	if err := w.Close(); err != nil {
		return nil
	}
	return bytes.Clone(out.Bytes())
}

// close packs nothing more, and waits for the page that is being packed.
func (c *pageCache) close(ctx context.Context) error {
	c.mu.Lock()
	c.closed, c.waiting = true, nil
	packed := c.packed
	c.mu.Unlock()
	if packed == nil {
		return nil
	}
	select {
	case <-packed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
