package storage

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
)

// about is what the bucket meta says of the journal.
type about struct {
	head   domain.Head
	folder string // the identity of the folder it was last opened in, "" for none
	county []byte // the county pack that is worked with (see [County]), nil: not told
	queued []byte // the last record whose work is in the outbox, nil: none ever was looked at
}

// The keys of the bucket meta. The head is written with each commit: bbolt has
// to write the page it lies on anyway, and a lost tail is found out by it.
const (
	formatKey = "format"
	epochKey  = "epoch"
	folderKey = "folder"
	headKey   = "head"
	countyKey = "county"
	queuedKey = "outbox.queued"

	tracesGoneKey = "traces.gone" // the last trace that was taken away
	tracesLastKey = "traces.last"
)

var errNoBucket = errors.New("a bucket is missing")

func makeBuckets(tx *bolt.Tx, a about) error {
	for _, name := range []string{recordsBucket, textsBucket, metaBucket, accountsBucket, sessionsBucket} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return errors.Join(beginTraces(tx), beginOutbox(tx), a.write(tx))
}

func (a about) write(tx *bolt.Tx) error {
	var told error
	for key, value := range map[string][]byte{countyKey: a.county, queuedKey: a.queued} {
		if value != nil {
			told = errors.Join(told, putMeta(tx, key, value))
		}
	}
	return errors.Join(told,
		putMeta(tx, formatKey, []byte(strconv.Itoa(formatVersion))),
		putMeta(tx, epochKey, []byte(a.head.Epoch)),
		putMeta(tx, folderKey, []byte(a.folder)),
		putMeta(tx, headKey, encodeHead(a.head)),
	)
}

func putMeta(tx *bolt.Tx, key string, value []byte) error {
	return tx.Bucket([]byte(metaBucket)).Put([]byte(key), sealValue(metaBucket, []byte(key), value))
}

func getMeta(tx *bolt.Tx, key string) ([]byte, error) {
	stored := tx.Bucket([]byte(metaBucket)).Get([]byte(key))
	v, err := openValue(metaBucket, []byte(key), stored)
	if err != nil {
		return nil, damaged(metaBucket+" "+key, offsetOf(tx, stored), err)
	}
	return v, nil
}

// readAbout reads the bucket meta, format first, and holds the head in it
// against the last record.
func readAbout(tx *bolt.Tx) (a about, err error) {
	if tx.Bucket([]byte(metaBucket)) == nil {
		return a, damaged("the list of buckets", -1, errNoBucket)
	}
	format, err := getMeta(tx, formatKey)
	if err != nil {
		return a, err
	}
	n, err := strconv.Atoi(string(format))
	if err != nil || n > formatVersion {
		return a, fmt.Errorf("%s: format %q: %w; start the newer program", journalName, format, domain.ErrNewer)
	}
	buckets := []string{recordsBucket, textsBucket, accountsBucket, sessionsBucket}
	if n >= 3 {
		buckets = append(buckets, namesBucket)
	}
	if n >= 4 {
		buckets = append(buckets, outboxBucket, postBucket)
	}
	for _, name := range buckets {
		if tx.Bucket([]byte(name)) == nil {
			return a, damaged("the list of buckets", -1, errNoBucket)
		}
	}
	epoch, err1 := getMeta(tx, epochKey)
	folder, err2 := getMeta(tx, folderKey)
	head, err3 := getMeta(tx, headKey)
	if err := errors.Join(err1, err2, err3); err != nil {
		return a, err
	}
	if a.head, err = decodeHead(head); err != nil {
		return a, damaged(metaBucket+" "+headKey, -1, err)
	}
	a.head.Epoch = domain.Epoch(epoch)
	a.folder = string(folder)
	for key, value := range map[string]*[]byte{countyKey: &a.county, queuedKey: &a.queued} {
		if tx.Bucket([]byte(metaBucket)).Get([]byte(key)) != nil {
			if *value, err = getMeta(tx, key); err != nil {
				return a, err
			}
		}
	}
	return a, errors.Join(checkTail(tx, a.head), checkTracesTail(tx))
}

// checkTail reports whether the last record is the one that head names.
func checkTail(tx *bolt.Tx, head domain.Head) error {
	k, v := tx.Bucket([]byte(recordsBucket)).Cursor().Last()
	if k == nil && head.Revision == 0 {
		return nil
	}
	if !bytes.Equal(k, recordKey(head.Revision)) || !bytes.HasPrefix(v, head.Hash[:]) {
		return damaged(fmt.Sprintf("record %d", head.Revision), offsetOf(tx, v),
			errors.New("it is not the last, as it should be"))
	}
	return nil
}
