package edge

import (
	"container/list"
	"context"
	"slices"
)

// Kept pages are packed twice: quickly for whoever asks first, and then, by one
// goroutine that lives while there is something to pack, as small as can be:
// 220 KB become 22 KB in 5 ms and 18 KB in half a second.
const (
	quickLevel = 5
	bestLevel  = 11
	packRoom   = 128 // pages that wait; more stay as they are
	asksToPack = 2   // of a page of the office's, after the first: most change before many ask
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
		v := p.now
		gone := c.pages[p.key] != el
		c.mu.Unlock()
		if gone {
			continue
		}
		small, holes := packBest(v)
		c.mu.Lock()
		if small != nil && len(small) < len(p.now.brotli) && c.pages[p.key] == el {
			c.bytes -= len(p.now.brotli) - len(small)
			p.size -= len(p.now.brotli) - len(small)
			p.now.brotli, p.now.holes, p.now.best = small, holes, true
		}
		c.mu.Unlock()
		c.shelf.clear()
	}
}

// packBest packs as small as can be, nil if that fails. fasthttp packs with the
// same package, but keeps its writers, which at this level are never let go: each
// has goroutines.
func packBest(v variants) ([]byte, []hole) {
	small, holes, err := packAround(v.plain, v.holes, bestLevel)
	if err != nil {
		return nil, nil
	}
	return small, holes
}

// compressShared packs a page with holes. One that has none, or one that cannot be filled
// or packed, is not to be shared: nothing of it is kept but that.
func compressShared(body []byte) variants {
	v := variants{plain: body, holes: holesIn(body)}
	if len(v.holes) == 0 || slices.ContainsFunc(v.holes, func(h hole) bool { return h.kind == holeNever }) {
		return variants{}
	}
	packed, holes, err := packAround(body, v.holes, quickLevel)
	if err != nil {
		return variants{}
	}
	v.brotli, v.holes = packed, holes
	return v
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
