package storage

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"kommunebilde/domain/outbox"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage/storagetest"
)

// TestAKeyIsQueuedOnce: what is in the outbox stays as it is, whatever is queued under
// its key again, and how far it came is kept.
func TestAKeyIsQueuedOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	if _, known, err := s.Queued(); known || err != nil {
		t.Fatalf("of a new folder: known %t, %v", known, err)
	}
	first := outbox.Item{Key: "a"}.Queue(storagetest.Start(), storagetest.Start())
	sent := first.Begin().End(outbox.Outcome{Result: outbox.Done, Title: "Ny utgave"}, storagetest.Start())
	added, err := s.Queue(3, []outbox.Item{first})
	if err != nil || len(added) != 1 {
		t.Fatal(added, err)
	}
	if err := s.PutWork([]outbox.Item{sent}); err != nil {
		t.Fatal(err)
	}
	second := outbox.Item{Key: "b"}.Queue(storagetest.Start(), storagetest.Start())
	if added, err = s.Queue(5, []outbox.Item{first, second}); err != nil || len(added) != 1 || added[0].Key != "b" {
		t.Fatal(added, err)
	}
	if err := errors.Join(s.PutPost(outbox.Post{Municipality: "3401", Addresses: []string{"post@example.no"}}), s.Close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	got, err := s.Outbox()
	if upto, known, err2 := s.Queued(); !known || upto != 5 || errors.Join(err, err2) != nil || !reflect.DeepEqual(got, []outbox.Item{sent, second}) {
		t.Errorf("up to %d, %t: %+v, %v, %v", upto, known, got, err, err2)
	}
	if posts, err := s.Posts(); err != nil || len(posts) != 1 || posts[0].Addresses[0] != "post@example.no" {
		t.Error(posts, err)
	}
	if err := s.DropWork([]string{"a", "not there"}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Outbox(); err != nil || len(got) != 1 {
		t.Error(got, err)
	}
}

// TestARestoredOutboxIsInDoubt: what waited in a backup may have been sent since, and is
// not sent by itself; what was sent, and how far it came, is as it was.
func TestARestoredOutboxIsInDoubt(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 2)
	now := storagetest.Start()
	items := []outbox.Item{
		outbox.Item{Key: "sent"}.Queue(now, now).Begin().End(outbox.Outcome{Result: outbox.Done, Title: "Ny utgave"}, now),
		outbox.Item{Key: "trying"}.Queue(now, now).Begin(),
		outbox.Item{Key: "waiting"}.Queue(now, now),
	}
	if _, err := s.Queue(2, items); err != nil {
		t.Fatal(err)
	}
	archive, dir := filepath.Join(t.TempDir(), "b.tar"), filepath.Join(t.TempDir(), "other")
	if err := errors.Join(s.Backup(within(t), archive), Restore(archive, dir, subjects.Kinds())); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	got, err := s.Outbox()
	if err != nil || len(got) != 3 || !reflect.DeepEqual(got[0], items[0]) {
		t.Fatal(got, err)
	}
	for _, i := range got[1:] {
		if i.State != outbox.Uncertain || i.Ready(now.Add(365*24*time.Hour)) || i.Fault != outbox.FaultRestored {
			t.Errorf("%+v", i)
		}
	}
	if upto, known, err := s.Queued(); !known || upto != 2 || err != nil {
		t.Errorf("up to %d, %t, %v", upto, known, err)
	}
}
