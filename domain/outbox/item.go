package outbox

import (
	"time"

	"kommunebilde/domain"
)

// Kind is what an item tells its receiver.
type Kind string

// What is told.
const (
	Published   Kind = "published"    // a version of an edition is out
	LiveChanged Kind = "live_changed" // levels of the live picture became others
)

// State is how far an item has come.
type State string

// How far an item may have come.
const (
	Waiting   State = "waiting"
	Doing     State = "doing" // being sent, as far as anybody knows
	Sent      State = "sent"
	Failed    State = "failed"    // refused for good, or too often
	Uncertain State = "uncertain" // may have been sent: nobody knows
	Dropped   State = "dropped"   // thrown away, or there was nothing to tell
)

// States returns all states, those first that want somebody's attention.
func States() []State { return []State{Failed, Uncertain, Waiting, Doing, Sent, Dropped} }

// Item is one piece of work: something told to one receiver. It holds no text before it
// is done; what was sent is kept for those who must answer for it.
type Item struct {
	Key  string `json:"key"`  // happens once: what it is about, and the receiver
	Work string `json:"work"` // who does it: "mail"
	Kind Kind   `json:"kind"`

	// The receiver: an account, whose address is looked up when it is sent, or a
	// municipality at one of its addresses.
	Account      domain.AccountID      `json:"account,omitempty"`
	Municipality domain.MunicipalityID `json:"municipality,omitempty"`
	Address      string                `json:"address,omitempty"`

	// What it is about.
	Board   domain.BoardID  `json:"board,omitempty"`
	Version int             `json:"version,omitempty"`
	After   domain.Revision `json:"after,omitempty"` // of a digest: what came after it …
	Upto    domain.Revision `json:"upto,omitempty"`  // … and up to this one, once it is sent

	State State     `json:"state"`
	Made  time.Time `json:"made"`
	Since time.Time `json:"since"`        // when it was first to be done, or last asked for again
	Due   time.Time `json:"due,omitzero"` // of the next try; zero: none
	Ended time.Time `json:"ended,omitzero"`
	Tries int       `json:"tries,omitempty"`
	Doubt bool      `json:"doubt,omitempty"` // a try may have been the one that reached them
	Fault Fault     `json:"fault,omitempty"` // why the last try came to nothing
	Said  string    `json:"said,omitempty"`  // what the other side answered

	Title string `json:"title,omitempty"` // what was sent
	Text  string `json:"text,omitempty"`
}

// Fault is why a try came to nothing, by a word of ours.
type Fault string

// Why a try may come to nothing.
const (
	FaultRefused     Fault = "refused"     // the other side said no, for good
	FaultLater       Fault = "later"       // it said: not now
	FaultUnreachable Fault = "unreachable" // no connection, or it broke before anything was sent
	FaultUnsafe      Fault = "unsafe"      // no encryption, or a certificate that is not trusted
	FaultSilent      Fault = "silent"      // no answer after everything was sent
	FaultStopped     Fault = "stopped"     // the program ended meanwhile
	FaultRestored    Fault = "restored"    // it waited in a backup that was brought back
	FaultAddress     Fault = "address"     // there is none, or none that can be written to
	FaultGone        Fault = "gone"        // the receiver may not see it, or there is nothing to tell
	FaultOwn         Fault = "own"         // an error of the program
)

// How long an item is tried.
const (
	FirstWait = time.Minute
	LastWait  = 6 * time.Hour
	GiveUp    = 3 * 24 * time.Hour
	DoubtWait = time.Hour                // after a try of which nobody knows what came of it
	Kept      = 2 * 365 * 24 * time.Hour // after its end
)

// Queue returns the item as it begins to wait.
func (i Item) Queue(now, due time.Time) Item {
	i.State, i.Made, i.Since, i.Due = Waiting, now, due, due
	return i
}

// Ready reports whether it is time for a try.
func (i Item) Ready(now time.Time) bool {
	return (i.State == Waiting || i.State == Uncertain) && !i.Due.IsZero() && !i.Due.After(now)
}

// Begin returns the item as a try begins. It is stored before the try, so that a try that
// nobody saw the end of is known for one.
func (i Item) Begin() Item {
	i.State, i.Due, i.Tries = Doing, time.Time{}, i.Tries+1
	return i
}

// Result is what came of a try.
type Result string

// What may come of a try.
const (
	Done    Result = "done"
	Later   Result = "later"   // not now
	Never   Result = "never"   // not at all
	Unknown Result = "unknown" // done or not: nobody knows
	Moot    Result = "moot"    // there is nothing to tell any more
)

// Outcome is what came of a try, and what was sent.
type Outcome struct {
	Result      Result
	Fault       Fault
	Said        string // what the other side answered
	Title, Text string
	Upto        domain.Revision
}

// End returns the item after a try. Of one that may have been sent there is one more try,
// once, an hour later.
func (i Item) End(o Outcome, now time.Time) Item {
	i.Fault, i.Said, i.Due = o.Fault, o.Said, time.Time{}
	if o.Title != "" {
		i.Title, i.Text = o.Title, o.Text
	}
	if i.Upto = max(i.Upto, o.Upto); o.Result == Done {
		i.State, i.Ended = Sent, now
		return i
	}
	switch {
	case i.Doubt: // whatever came of this one, an earlier one may have been it
		i.State, i.Ended = Uncertain, now
	case o.Result == Unknown:
		i.State, i.Doubt, i.Due = Uncertain, true, now.Add(DoubtWait)
	case o.Result == Moot:
		i.State, i.Ended = Dropped, now
	case o.Result == Never || now.Sub(i.Since) >= GiveUp:
		i.State, i.Ended = Failed, now
	default:
		i.State, i.Due = Waiting, now.Add(wait(i.Tries))
	}
	return i
}

// wait is how long the next try waits after so many.
func wait(tries int) time.Duration {
	d := FirstWait
	for range tries - 1 {
		if d *= 2; d >= LastWait {
			return LastWait
		}
	}
	return d
}

// Again returns the item as somebody asks for it to be sent after all.
func (i Item) Again(now time.Time) (Item, bool) {
	if i.State != Failed && i.State != Uncertain && i.State != Dropped {
		return i, false
	}
	i.State, i.Since, i.Due, i.Ended, i.Doubt, i.Tries = Waiting, now, now, time.Time{}, false, 0
	return i, true
}

// Drop returns the item as somebody throws it away.
func (i Item) Drop(now time.Time) (Item, bool) {
	if i.State != Waiting && i.State != Failed && i.State != Uncertain {
		return i, false
	}
	i.State, i.Due, i.Ended = Dropped, time.Time{}, now
	return i, true
}

// Post is where a municipality takes notices.
type Post struct {
	Municipality domain.MunicipalityID `json:"m"`
	Addresses    []string              `json:"addresses"`
}
