package live

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"kommunebilde/domain"
)

// requestsAreFor is how long a request id is remembered.
const requestsAreFor = 10 * time.Minute

// requests remembers what became of accepted commands, per account and request
// id, for requestsAreFor. It belongs to the Clerk's goroutine.
type requests struct {
	known map[requestKey]*request
	order []*request // oldest first; forgotten ones stay until their time is up
}

type requestKey struct {
	by  domain.AccountID
	req domain.RequestID
}

type request struct {
	key    requestKey
	at     time.Time
	result Result
	sum    [32]byte // of the command, zero for one from before the start
}

func newRequests() *requests { return &requests{known: map[requestKey]*request{}} }

// find returns what is remembered of a command's request id, nil if nothing.
func (q *requests) find(j *job, now time.Time) *request {
	n := 0
	for n < len(q.order) && now.Sub(q.order[n].at) >= requestsAreFor {
		if old := q.order[n]; q.known[old.key] == old {
			delete(q.known, old.key)
		}
		q.order[n] = nil
		n++
	}
	q.order = q.order[n:]
	if j.req == "" {
		return nil
	}
	return q.known[requestKey{j.by.ID, j.req}]
}

// add remembers an accepted command; it returns nil for one without an id.
func (q *requests) add(j *job, result Result, now time.Time) *request {
	if j.req == "" {
		return nil
	}
	return q.put(&request{key: requestKey{j.by.ID, j.req}, at: now, result: result, sum: sumOf(j.cmd)})
}

// replayed remembers a record from before the start.
func (q *requests) replayed(r domain.Record, now time.Time) {
	if r.Request != "" && now.Sub(r.At) < requestsAreFor {
		q.put(&request{key: requestKey{r.By, r.Request}, at: r.At, result: resultOf(r)})
	}
}

func (q *requests) put(r *request) *request {
	q.known[r.key] = r
	q.order = append(q.order, r)
	return r
}

// forget takes back what add remembered, of a command that was not kept.
func (q *requests) forget(j *job) { delete(q.known, requestKey{j.by.ID, j.req}) }

// is reports whether a command has the content that was remembered. Of one from
// before the start only the id is known, and decides.
func (r *request) is(cmd domain.Command) bool {
	return r.sum == [32]byte{} || r.sum == sumOf(cmd)
}

// sumOf is a hash of a command's content: all of it but what its JSON leaves out.
func sumOf(cmd domain.Command) [32]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%T ", cmd)
	if err := json.NewEncoder(h).Encode(cmd); err != nil {
		return [32]byte{} // never: commands are plain data
	}
	return [32]byte(h.Sum(nil))
}
