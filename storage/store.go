package storage

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"kommunebilde/domain"
)

// Options of a store. The zero value is good.
type Options struct {
	Log        *slog.Logger          // nil: no log
	Registerer prometheus.Registerer // nil: no metrics
	Blobs      BlobLimits            // zero: 25 MB each, 5 GB in all
}

// Store is an open data folder. Its methods may be called by several
// goroutines.
type Store struct {
	dir     string
	kinds   domain.Kinds // of the events that records hold
	lock    *os.File     // nil for a copy
	log     *slog.Logger
	metrics *metrics
	blobs   *Blobs // nil for a copy
	swept   sweeping

	writing   sync.Mutex // held by the one that writes
	redacted  func()     // see [Store.WhenRedacted]
	allocated int64      // bytes of the file that surely have room on the disk; guarded by writing

	mu     sync.Mutex // guards what follows, held briefly
	db     *bolt.DB
	file   *os.File // that of db
	head   domain.Head
	failed error
	closed bool
	grown  chan struct{} // closed and replaced whenever a follower should look again

	ending  chan struct{}  // closed when Close begins
	leaving sync.WaitGroup // files that were replaced and are being closed
}

var _ domain.Journal = (*Store)(nil)

// Open opens a data folder, and creates it if it was never initialised; then
// all of it is on disk when Open returns. Kinds are the events that its records hold. The error wraps ErrLocked, ErrLost,
// domain.ErrNewer or domain.ErrCorrupt where one of them is the
// reason; nothing was changed then. Open looks at the structure of the file,
// not at the records: Follow checks each as it is read, Verify all of them.
func Open(dir string, kinds domain.Kinds, o Options) (*Store, error) {
	if err := makeFolder(dir); err != nil {
		return nil, err
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	s, err := openLocked(dir, kinds, o)
	if err != nil {
		_ = lock.Close()
		return nil, err
	}
	s.lock = lock
	return s, nil
}

func openLocked(dir string, kinds domain.Kinds, o Options) (*Store, error) {
	found, err := checkFolder(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, journalName)
	if !found {
		if err := createJournal(path); err != nil {
			return nil, fmt.Errorf("create the journal: %w", err)
		}
	}
	s := newStore(dir, kinds, o.Log)
	if s.db, s.file, err = openBolt(path); err != nil {
		return nil, err
	}
	if err = s.begin(); err == nil {
		s.blobs, err = OpenBlobs(dir, o.Blobs)
	}
	if err == nil {
		s.metrics, err = newMetrics(o.Registerer, s.blobs)
	}
	if err != nil {
		return nil, errors.Join(err, guarded(s.db.Close))
	}
	return s, nil
}

// Blobs returns the files that people have sent.
func (s *Store) Blobs() *Blobs { return s.blobs }

func newStore(dir string, kinds domain.Kinds, log *slog.Logger) *Store {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Store{dir: dir, kinds: kinds, log: log, grown: make(chan struct{}), ending: make(chan struct{})}
}

// begin reads where the journal stands, and gives a folder that is not the one
// the journal was last opened in an epoch of its own.
func (s *Store) begin() error {
	var about about
	err := s.view(func(tx *bolt.Tx) (err error) {
		about, err = readAbout(tx)
		return err
	})
	if err != nil {
		return err
	}
	_ = os.Remove(filepath.Join(s.dir, journalName+newSuffix)) // unfinished, of no use
	if !exists(s.dir, markerName) {
		if err := writeMarker(s.dir); err != nil {
			return fmt.Errorf("mark the folder: %w", err)
		}
	}
	folder, err := identity(s.dir)
	if err != nil {
		return err
	}
	older, err := s.lacks(tracesBucket, namesBucket, outboxBucket, postBucket)
	if err != nil {
		return err
	}
	moved := about.folder != folder
	if moved {
		about.folder = folder
		about.head.Epoch = newEpoch()
	}
	if moved || older {
		err := s.update(0, func(tx *bolt.Tx) error { return errors.Join(beginTraces(tx), beginOutbox(tx), about.write(tx)) })
		if err != nil {
			return err
		}
	}
	if moved {
		s.log.Info("new epoch: first start in this folder", "revision", about.head.Revision)
	}
	s.head = about.head
	return nil
}

// createJournal makes an empty journal. It gets its name when it is whole, so
// that an empty file of that name is never the trace of a crash.
func createJournal(path string) error {
	if err := os.Remove(path + newSuffix); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	db, _, err := openBolt(path + newSuffix)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		return makeBuckets(tx, about{head: domain.Head{Epoch: newEpoch()}})
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	return install(path)
}

// install gives the file at path+newSuffix, closed by now, its name for good.
func install(path string) error {
	f, err := os.OpenFile(path+newSuffix, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return finish(f, path)
}

// Close ends every Follow with ErrClosed, waits for a write that runs, and
// gives the folder free. A second Close does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.ending)
	s.wake()
	s.mu.Unlock()

	s.writing.Lock()
	defer s.writing.Unlock()
	s.leaving.Wait()
	err := guarded(s.db.Close)
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}

// wake lets followers look again. s.mu is held.
func (s *Store) wake() {
	close(s.grown)
	s.grown = make(chan struct{})
}

// current returns the open file, or why there is none.
func (s *Store) current() (*bolt.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, domain.ErrClosed
	}
	return s.db, nil
}

// view runs fn in a read transaction. Nothing of bbolt's may outlive it.
func (s *Store) view(fn func(tx *bolt.Tx) error) error {
	for {
		db, err := s.current()
		if err != nil {
			return err
		}
		err = guarded(func() error { return db.View(fn) })
		if !errors.Is(err, berrors.ErrDatabaseNotOpen) {
			return err
		}
		// The file was replaced, or the store closed, before fn began.
	}
}

// writable returns why nothing may be written, if so.
func (s *Store) writable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return domain.ErrClosed
	}
	return s.failed
}

// fail ends writing: the outcome of a write is unknown.
func (s *Store) fail(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		s.failed = fmt.Errorf("%w: %w", ErrFailed, err)
	}
	return s.failed
}

// update runs fn, which puts about size bytes, in a transaction that is on disk
// when update returns nil. s.writing is held, but while the store opens. Any
// error of fn is taken as a failed write.
func (s *Store) update(size int, fn func(tx *bolt.Tx) error) error {
	if err := s.writable(); err != nil {
		return err
	}
	if err := s.reserve(size); err != nil {
		return full(err)
	}
	if err := guarded(func() error { return s.db.Update(fn) }); err != nil {
		return s.fail(err)
	}
	return nil
}
