package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/outbox"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage/storagetest"
)

// content is all that a store serves.
type content struct {
	records  []domain.Record
	accounts []accounts.Account
	sessions []accounts.Session
	work     []outbox.Item
	posts    []outbox.Post
	head     domain.Head
}

// serve opens a folder and reads all of it. verified is what Verify says.
func serve(t testing.TB, dir string) (c content, verified, err error) {
	s, err := Open(dir, subjects.Kinds(), Options{})
	if err != nil {
		return c, err, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	_, verified = s.Verify(within(t))
	if c.head, err = s.Head(within(t)); err != nil {
		return c, verified, err
	}
	for r, err := range s.Follow(within(t), 0) {
		if err != nil {
			return c, verified, err
		}
		r.Events = nil // they hold pointers; the body says the same
		if c.records = append(c.records, r); r.Revision == c.head.Revision {
			break
		}
	}
	var err2, err3, err4 error
	c.accounts, err = s.Accounts()
	c.sessions, err2 = s.Sessions()
	c.work, err3 = s.Outbox()
	c.posts, err4 = s.Posts()
	return c, verified, errors.Join(err, err2, err3, err4)
}

// bodies returns where in the file the records, their hashes and their texts lie.
func bodies(t testing.TB, dir string, raw []byte) (spans [][2]int) {
	t.Helper()
	s := open(t, dir)
	b, err := s.read(0)
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	for _, r := range b.records {
		if at := int(r.offset); !bytes.Equal(raw[at+hashSize:at+hashSize+len(r.body)], r.body) {
			t.Fatalf("record %d does not lie at byte %d", r.revision, r.offset)
		}
		spans = append(spans, [2]int{int(r.offset), int(r.offset) + hashSize + len(r.body)})
		for _, text := range r.texts {
			v := encodeText(text)
			at := bytes.Index(raw, v)
			spans = append(spans, [2]int{at, at + len(v)})
		}
	}
	return spans
}

func TestFlippedBitIsNeverServed(t *testing.T) {
	dir, _ := closedFolder(t, 1, 20, 19)
	path := filepath.Join(dir, journalName)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, verified, err := serve(t, dir)
	if err != nil || verified != nil {
		t.Fatal(err, verified)
	}
	spans := bodies(t, dir, raw)
	rnd := rand.New(rand.NewPCG(1, 2))
	trial := func(at int, always bool) {
		spoilt := bytes.Clone(raw)
		spoilt[at] ^= 1 << rnd.IntN(8)
		if err := os.WriteFile(path, spoilt, 0o600); err != nil {
			t.Fatal(err)
		}
		got, verified, err := serve(t, dir)
		switch {
		case err == nil && !reflect.DeepEqual(got, want):
			t.Errorf("byte %d flipped: other data was served", at)
		case always && (err == nil || verified == nil):
			t.Errorf("byte %d of a record flipped: follow says %v, verify %v", at, err, verified)
		case always && (!errors.Is(err, domain.ErrCorrupt) || !errors.Is(verified, domain.ErrCorrupt)):
			t.Errorf("byte %d flipped: follow says %v, verify %v, want ErrCorrupt", at, err, verified)
		}
	}
	for range 150 {
		span := spans[rnd.IntN(len(spans))]
		trial(span[0]+rnd.IntN(span[1]-span[0]), true)
	}
	for range 300 {
		trial(rnd.IntN(usedBytes(t, raw)), false)
	}
}

func TestDamageNamesRevisionOffsetAndWhatToDo(t *testing.T) {
	dir, _ := closedFolder(t, 9)
	path := filepath.Join(dir, journalName)
	var offset int64
	rewrite(t, path, func(raw []byte) []byte {
		at := bytes.Index(raw, []byte(`"rev":7,`))
		offset = int64(at)
		raw[at+20] ^= 1
		return raw
	})
	_, verified, err := serve(t, dir)
	for _, err := range []error{verified, err} {
		var d *Damage
		if !errors.As(err, &d) || d.What != "record 7" || d.Offset > offset || d.Offset < offset-64 {
			t.Fatalf("%v, want record 7 just before byte %d", err, offset)
		}
		for _, words := range []string{"record 7 at byte ", "of journal.db", "restore the newest backup into an empty one"} {
			if !bytes.Contains([]byte(err.Error()), []byte(words)) {
				t.Errorf("%q does not say %q", err, words)
			}
		}
	}
}

// structure returns where the headers and elements of tree pages and the list
// of free pages lie.
func structure(t testing.TB, raw []byte) (at []int) {
	t.Helper()
	m, err := readMetas(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	p := &pages{file: bytes.NewReader(raw), meta: m, used: make([]bool, m.pages), bufs: make([][]byte, maxDepth)}
	if err := errors.Join(p.walk(m.root, 0, nil, nil)); err != nil {
		t.Fatal(err)
	}
	for id, used := range p.used {
		begin := id * int(m.pageSize)
		if !used && uint64(id) != m.freelist || int(binary.NativeEndian.Uint64(raw[begin:])) != id {
			continue
		}
		size := elementSize
		if uint64(id) == m.freelist {
			size = 8
		}
		_, count := pageKind(raw[begin:])
		for i := range pageHeaderSize + count*size {
			at = append(at, begin+i)
		}
	}
	return at
}

func TestDamagedStructureIsRefusedBeforeItIsWrittenTo(t *testing.T) {
	dir, _ := closedFolder(t, 1, 60, 60)
	path := filepath.Join(dir, journalName)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := serve(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	at := structure(t, raw)
	rnd := rand.New(rand.NewPCG(3, 4))
	refused := 0
	for range 250 {
		i := at[rnd.IntN(len(at))]
		spoilt := bytes.Clone(raw)
		spoilt[i] ^= 1 << rnd.IntN(8)
		if err := os.WriteFile(path, spoilt, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir, subjects.Kinds(), Options{})
		if err != nil {
			refused++
			continue
		}
		fill(t, s, 3, 3) // takes free pages
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		got, verified, err := serve(t, dir)
		if err != nil || verified != nil {
			continue // found out when it was read
		}
		if !reflect.DeepEqual(got.records[:len(want.records)], want.records) || !reflect.DeepEqual(got.accounts, want.accounts) {
			t.Errorf("byte %d flipped: other data was served after a write", i)
		}
	}
	if refused < 120 {
		t.Errorf("%d of 250 were refused", refused)
	}
}

func TestCircleOfPagesIsRefused(t *testing.T) {
	dir, _ := closedFolder(t, 100, 100)
	rewrite(t, filepath.Join(dir, journalName), func(raw []byte) []byte {
		m, err := readMetas(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		for id := 2; id < int(m.pages); id++ {
			page := raw[id*int(m.pageSize):]
			if flags, _ := pageKind(page); flags == branchPage {
				binary.NativeEndian.PutUint64(page[pageHeaderSize+8:], uint64(id)) // its first child is itself
			}
		}
		return raw
	})
	if _, err := Open(dir, subjects.Kinds(), Options{}); !errors.Is(err, domain.ErrCorrupt) || !strings.Contains(err.Error(), "used twice") {
		t.Errorf("open: %v", err)
	}
}

func TestRecordUnderAnotherNumberIsDamage(t *testing.T) {
	dir, recs := closedFolder(t, 2)
	chain := storagetest.Chain{Head: domain.Head{Revision: 4, Hash: recs[1].Hash}}
	r := chain.Next(t, storagetest.Levels("")) // says 5, and fits after 2
	change(t, dir, func(tx *bolt.Tx) error {
		head := domain.Head{Revision: 3, Hash: r.Hash}
		return errors.Join(tx.Bucket([]byte(recordsBucket)).Put(recordKey(3), encodeRecord(r)), putMeta(tx, headKey, encodeHead(head)))
	})
	if _, verified, err := serve(t, dir); !errors.Is(err, domain.ErrCorrupt) || !errors.Is(verified, domain.ErrCorrupt) {
		t.Errorf("follow: %v, verify: %v, want ErrCorrupt", err, verified)
	}
}
