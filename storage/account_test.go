package storage

import (
	"bytes"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

func TestAccountsAndSessionsComeBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	day := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	all := []accounts.Account{
		{ID: "kari", Name: "Kari Nordmann", Password: "$argon2id$", Created: day},
		{ID: "ola", Name: "Ola Nordmann", Disabled: true, Created: day},
	}
	sessions := []accounts.Session{
		{Key: domain.Hash{1}, Account: "kari", Created: day, Seen: day, Ends: day.Add(time.Hour)},
		{Key: domain.Hash{2}, Account: "kari", Token: true, Label: "regneark", Created: day, Seen: day},
		{Key: domain.Hash{3}, Account: "ola", Created: day, Seen: day},
	}
	err := errors.Join(
		s.PutAccounts([]accounts.Account{all[1]}), s.PutAccounts([]accounts.Account{{ID: "kari"}}), s.PutAccounts([]accounts.Account{all[0]}),
		s.PutSessions(sessions), s.PutSessions(nil), s.DropSessions(nil),
		s.DropSessions([]domain.Hash{{3}, {9}}),
		s.Close(),
	)
	if err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if got, err := s.Accounts(); err != nil || !reflect.DeepEqual(got, all) {
		t.Errorf("accounts %+v, %v", got, err)
	}
	if got, err := s.Sessions(); err != nil || !reflect.DeepEqual(got, sessions[:2]) {
		t.Errorf("sessions %+v, %v", got, err)
	}
	if s.PutAccounts([]accounts.Account{{}}) == nil {
		t.Error("an account without an id was taken")
	}
	if h, err := s.Head(within(t)); err != nil || h.Revision != 0 {
		t.Errorf("accounts are in the journal: %+v, %v", h, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accounts(); !errors.Is(err, domain.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func TestAlteredAccountIsAnErrorNeverAnotherAccount(t *testing.T) {
	bucket := func(tx *bolt.Tx) *bolt.Bucket { return tx.Bucket([]byte(accountsBucket)) }
	for name, spoil := range map[string]func(tx *bolt.Tx) error{
		"a right more": func(tx *bolt.Tx) error {
			v := bytes.Replace(bucket(tx).Get([]byte("kari")), []byte(`"grants":null`), []byte(`"grants":[]  `), 1)
			return bucket(tx).Put([]byte("kari"), v)
		},
		"another's value": func(tx *bolt.Tx) error {
			return bucket(tx).Put([]byte("ola"), bytes.Clone(bucket(tx).Get([]byte("kari"))))
		},
		"no value": func(tx *bolt.Tx) error { return bucket(tx).Put([]byte("ola"), nil) },
		"no object": func(tx *bolt.Tx) error {
			return bucket(tx).Put([]byte("ola"), sealValue(accountsBucket, []byte("ola"), []byte("[")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := closedFolder(t, 1)
			change(t, dir, spoil)
			s := open(t, dir)
			if got, err := s.Accounts(); !errors.Is(err, domain.ErrCorrupt) || got != nil {
				t.Errorf("%+v, %v", got, err)
			}
			if _, err := s.Verify(within(t)); !errors.Is(err, domain.ErrCorrupt) {
				t.Errorf("verify: %v", err)
			}
			if err := s.Backup(within(t), filepath.Join(t.TempDir(), "b.tar")); !errors.Is(err, domain.ErrCorrupt) {
				t.Errorf("backup: %v", err)
			}
		})
	}
}
