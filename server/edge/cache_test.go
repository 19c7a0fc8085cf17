package edge

import (
	"bytes"
	"fmt"
	"testing"

	"kommunebilde/server/servertest"
)

// TestCacheCountsItsBytes: what is kept is counted as it is, before and after it is packed
// better, no more is kept than there is room for, and nothing is packed after the end.
func TestCacheCountsItsBytes(t *testing.T) {
	t.Parallel()
	const limit = 60_000
	c := newPageCache(limit)
	for i := range 20 {
		page := bytes.Repeat([]byte(fmt.Sprint("side ", i, " ")), 1000)
		if v, err := c.get(pageKey{path: fmt.Sprint(i)}, func() ([]byte, error) { return page, nil }); err != nil || !bytes.Equal(v.plain, page) {
			t.Fatalf("page %d: %d bytes, %v", i, len(v.plain), err)
		}
	}
	counted := func(when string) {
		t.Helper()
		c.mu.Lock()
		defer c.mu.Unlock()
		sum := 0
		for el := c.order.Front(); el != nil; el = el.Next() {
			p := el.Value.(*cachedPage)
			sum += len(p.now.plain) + len(p.now.brotli) + len(p.now.gzip) + 512
		}
		if sum != c.bytes || sum > limit || len(c.pages) != c.order.Len() || len(c.pages) == 0 {
			t.Errorf("%s: %d bytes counted, %d kept, of %d pages", when, c.bytes, sum, len(c.pages))
		}
	}
	counted("quickly")
	c.mu.Lock()
	packed := c.packed
	c.mu.Unlock()
	if packed != nil {
		<-packed
	}
	counted("packed")
	servertest.Must(t, c.close(t.Context()))
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, el := range c.pages {
		c.pack(el)
	}
	if c.packed != nil {
		t.Error("packs after the end")
	}
}
