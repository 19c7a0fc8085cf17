package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The parts of bbolt's file format that a walk over its pages needs: branch and
// leaf elements of 16 bytes after the page's header, a bucket's header of 16.
const (
	branchPage    = 0x01
	leafPage      = 0x02
	freelistPage  = 0x10
	bucketElement = 0x01
	elementSize   = 16
	bucketSize    = 16
	maxDepth      = 32
	maxPageRun    = 1 << 30 // of one page with its overflow, in bytes
)

// pages walks the tree of a bbolt file without bbolt, which follows whatever a
// page says: over the end of the file, in circles, into pages that are on the
// list of free ones and would be overwritten by the next commit.
type pages struct {
	file io.ReaderAt
	meta boltMeta
	used []bool
	bufs [][]byte // one for each depth
}

// checkPages reports whether the pages of a file make a tree: each in its place,
// used once, not free, with keys in order. Values are not looked at.
func checkPages(file io.ReaderAt, meta boltMeta) error {
	p := &pages{file: file, meta: meta, used: make([]bool, meta.pages), bufs: make([][]byte, maxDepth)}
	if err := p.walk(meta.root, 0, nil, nil); err != nil {
		return err
	}
	return p.checkFree()
}

// walk checks the page id and all below it. Its keys are from low (nil: any) up
// to, but not, high.
func (p *pages) walk(id uint64, depth int, low, high []byte) error {
	if depth == maxDepth {
		return p.bad(id, "too deep")
	}
	b, err := p.take(id, depth)
	if err != nil {
		return err
	}
	flags, count := pageKind(b)
	if !fits(b, flags, count) || flags == branchPage && count == 0 {
		return p.bad(id, "no tree page")
	}
	last := low
	for i := range count {
		e, ok := elementAt(b, flags, i)
		if !ok {
			return p.bad(id, "an element beyond its end")
		}
		// The first key of a leaf may be that of its branch, all others follow.
		if c := bytes.Compare(e.key, last); last != nil && (c < 0 || c == 0 && i > 0) || high != nil && bytes.Compare(e.key, high) >= 0 {
			return p.bad(id, "keys out of order")
		}
		last = e.key
		if flags == leafPage {
			err = p.bucket(id, depth, e)
		} else {
			end := high
			if next, ok := elementAt(b, flags, i+1); i+1 < count && ok {
				end = next.key
			}
			err = p.walk(e.child, depth+1, e.key, end)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bucket checks the tree of a leaf's element, if that is a bucket. A small one
// lies in the value itself.
func (p *pages) bucket(id uint64, depth int, e element) error {
	if !e.bucket {
		return nil
	}
	if len(e.value) < bucketSize {
		return p.bad(id, "half a bucket")
	}
	if root := binary.NativeEndian.Uint64(e.value); root != 0 {
		return p.walk(root, depth+1, nil, nil)
	}
	b := e.value[bucketSize:]
	if len(b) < pageHeaderSize {
		return p.bad(id, "half a bucket")
	}
	flags, count := pageKind(b)
	if flags != leafPage || !fits(b, flags, count) {
		return p.bad(id, "no bucket")
	}
	var last []byte
	for i := range count {
		e, ok := elementAt(b, flags, i)
		if !ok || e.bucket || last != nil && bytes.Compare(e.key, last) <= 0 {
			return p.bad(id, "a bucket out of order")
		}
		last = e.key
	}
	return nil
}

// take reads a page with its overflow and marks it as used.
func (p *pages) take(id uint64, depth int) ([]byte, error) {
	if id < 2 || id >= p.meta.pages {
		return nil, p.bad(id, "out of range")
	}
	var head [pageHeaderSize]byte
	if _, err := p.file.ReadAt(head[:], int64(id*p.meta.pageSize)); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}
	run := uint64(binary.NativeEndian.Uint32(head[12:])) + 1
	if binary.NativeEndian.Uint64(head[:]) != id || id+run > p.meta.pages || run*p.meta.pageSize > maxPageRun {
		return nil, p.bad(id, "another page in its place")
	}
	for i := id; i < id+run; i++ {
		if p.used[i] {
			return nil, p.bad(i, "used twice")
		}
		p.used[i] = true
	}
	n := int(run * p.meta.pageSize)
	if cap(p.bufs[depth]) < n {
		p.bufs[depth] = make([]byte, n)
	}
	b := p.bufs[depth][:n]
	if _, err := p.file.ReadAt(b, int64(id*p.meta.pageSize)); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}
	return b, nil
}

// checkFree reports whether a page that is used is on the list of free ones, or
// one is on it twice. A page on neither is only lost room.
func (p *pages) checkFree() error {
	id := p.meta.freelist
	b, err := p.take(id, 0)
	if err != nil {
		return err
	}
	flags, count := pageKind(b)
	ids := b[pageHeaderSize:]
	if flags != freelistPage {
		return p.bad(id, "no list of free pages")
	}
	if count == 0xFFFF { // too many for the header
		long := binary.NativeEndian.Uint64(ids)
		if ids = ids[8:]; long > uint64(len(ids)/8) {
			return p.bad(id, "list of free pages too long")
		}
		count = int(long)
	}
	if count*8 > len(ids) {
		return p.bad(id, "list of free pages too long")
	}
	for i := range count {
		free := binary.NativeEndian.Uint64(ids[i*8:])
		if free < 2 || free >= p.meta.pages || p.used[free] {
			return p.bad(free, "free and used, or free twice")
		}
		p.used[free] = true
	}
	return nil
}

func (p *pages) bad(id uint64, what string) error {
	return damaged(fmt.Sprintf("page %d", id), int64(id*p.meta.pageSize), errors.New(what))
}

func pageKind(b []byte) (flags, count int) {
	return int(binary.NativeEndian.Uint16(b[8:])), int(binary.NativeEndian.Uint16(b[10:]))
}

// fits reports whether a tree page has room for its elements.
func fits(b []byte, flags, count int) bool {
	return (flags == branchPage || flags == leafPage) && pageHeaderSize+count*elementSize <= len(b)
}

type element struct {
	key, value []byte
	bucket     bool
	child      uint64 // of a branch
}

// elementAt returns the i-th element of a page that fits; false if it reaches
// beyond the page.
func elementAt(b []byte, flags, i int) (e element, ok bool) {
	at := pageHeaderSize + i*elementSize
	if at+elementSize > len(b) {
		return e, false
	}
	h, order := b[at:at+elementSize], binary.NativeEndian
	var pos, ksize, vsize uint64
	if flags == branchPage {
		pos, ksize = uint64(order.Uint32(h)), uint64(order.Uint32(h[4:]))
		e.child = order.Uint64(h[8:])
	} else {
		e.bucket = order.Uint32(h)&bucketElement != 0
		pos, ksize, vsize = uint64(order.Uint32(h[4:])), uint64(order.Uint32(h[8:])), uint64(order.Uint32(h[12:]))
	}
	from := uint64(at) + pos
	if from+ksize+vsize > uint64(len(b)) {
		return e, false
	}
	e.key, e.value = b[from:from+ksize], b[from+ksize:from+ksize+vsize]
	return e, true
}
