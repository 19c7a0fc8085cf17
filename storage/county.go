package storage

import (
	"encoding/json"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
)

// County names the county pack that a data folder is worked with. It lies beside
// the journal, since it tells of this machine: in backups, too, but in no record.
type County struct {
	Name string      `json:"name"`          // of the county
	Dir  string      `json:"dir,omitempty"` // where the pack was read, "" for the one built in
	Hash domain.Hash `json:"hash"`          // of its catalogue
}

// County returns what [Store.KeepCounty] kept, and whether it ever did.
func (s *Store) County() (c County, known bool, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		a, err := readAbout(tx)
		if err != nil || a.county == nil {
			return err
		}
		known = true
		return json.Unmarshal(a.county, &c)
	})
	return c, known, err
}

// KeepCounty tells a folder its county pack. It is on disk when KeepCounty returns
// nil; the errors are those of [Store.Append].
func (s *Store) KeepCounty(c County) error {
	value, err := json.Marshal(c)
	if err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.update(len(value), func(tx *bolt.Tx) error { return putMeta(tx, countyKey, value) })
}
