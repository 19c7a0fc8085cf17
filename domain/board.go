package domain

import (
	"time"

	"kommunebilde/domain/typed"
)

// Names of things. Each kind has its own type, so that a mix-up does not
// compile. They are written as they stand in addresses and records.
type (
	BoardID        string // "na" for the live picture, "2022" for an edition
	MunicipalityID string // kommunenummer, four digits
	RegionID       string // slug
	ColumnID       string // slug of an area, an indicator or a function
	MeetingID      string
)

// Live is the id of the live picture, which every installation has.
const Live BoardID = "na"

// Level is a status: a word of its scale, on wire and disk, never a number.
type Level string

const (
	Green         Level = "green"
	Yellow        Level = "yellow"
	Red           Level = "red"
	NotAssessed   Level = "not_assessed"   // also: a live cell without a level
	NotApplicable Level = "not_applicable" //
	NoData        Level = "no_data"        //
	Withheld      Level = "withheld"       // never set by anyone: the policy puts it

	Normal   Level = "normal" // the situation's scale
	Strained Level = "strained"
	Critical Level = "critical"
)

// BoardKind tells the layers apart.
type BoardKind string

const (
	KindEdition   BoardKind = "edition"
	KindLive      BoardKind = "live"
	KindSituation BoardKind = "situation"
)

// BoardKinds returns the kinds of boards.
func BoardKinds() []BoardKind { return []BoardKind{KindEdition, KindLive, KindSituation} }

// Phases returns the phases a kind of board can be in, in order.
func (k BoardKind) Phases() []Phase {
	if k == KindEdition {
		return []Phase{PhaseDraft, PhasePlanned, PhaseDrafting, PhasePublished, PhaseCorrection}
	}
	return []Phase{PhaseIdle, PhaseMeeting, PhaseClosed}
}

// Levels returns the levels that may be set on a board of this kind, worst
// last, then those that say nothing about good or bad. The result is new.
func (k BoardKind) Levels() []Level {
	switch k {
	case KindEdition:
		return []Level{Green, Yellow, Red, NotAssessed, NotApplicable, NoData}
	case KindSituation:
		return []Level{Normal, Strained, Critical, NotAssessed}
	case KindLive:
		return []Level{Green, Yellow, Red, NotAssessed}
	}
	return nil
}

// Phase says how far a board has come.
type Phase string

const (
	PhaseDraft      Phase = "draft"      // an edition in the making, without a plan
	PhasePlanned    Phase = "planned"    // a planned edition that nobody writes in yet
	PhaseDrafting   Phase = "drafting"   // a planned edition that is being judged
	PhasePublished  Phase = "published"  // an edition that is out
	PhaseCorrection Phase = "correction" // an edition that is out, while its next version is made
	PhaseIdle       Phase = "idle"       // live or situation, no meeting open
	PhaseMeeting    Phase = "meeting"    // live or situation, at least one meeting open
	PhaseClosed     Phase = "closed"     // a situation or an exercise that is over
)

// Working reports whether an edition in this phase was never published.
func (p Phase) Working() bool {
	return p == PhaseDraft || p == PhasePlanned || p == PhaseDrafting
}

// Publication is one version of an edition: the cells as they were at Revision.
type Publication struct {
	Version  int       `json:"version"` // from 1
	Revision Revision  `json:"revision"`
	At       time.Time `json:"at"`
	Note     string    `json:"note,omitempty"` // what was corrected; "" for version 1
}

// Hearing is when an edition's draft was heard, and who answered.
type Hearing struct {
	From     string           `json:"from"` // day, 2006-01-02
	To       string           `json:"to"`
	Answered []MunicipalityID `json:"answered"`
}

// Board is what stands at the head of a board.
type Board struct {
	ID           BoardID
	Kind         BoardKind
	Title        Words
	Phase        Phase
	Base         BoardID  // live: the edition whose columns it has, "" if none
	Revision     Revision // the last record that touched it
	OpenedAt     time.Time
	Judged       string // the day that a planned edition's judgements are of, 2006-01-02
	Hearing      *Hearing
	Publications []Publication // oldest first
	Demo         bool
	Exercise     bool // ØVELSE: nothing in it is real
	ClosedAt     time.Time
}

// Words is a name in the product's languages. NN and EN may be empty: NB is
// then shown and marked as such.
type Words struct {
	NB string `json:"nb"`
	NN string `json:"nn,omitempty"`
	EN string `json:"en,omitempty"`
}

// In returns the name in a language ("nb", "nn", "en") and the language it is
// in: "nb" where there is no translation.
func (w Words) In(lang string) (text, in string) {
	switch {
	case lang == "nn" && w.NN != "":
		return w.NN, "nn"
	case lang == "en" && w.EN != "":
		return w.EN, "en"
	}
	return w.NB, "nb"
}

func (w Words) check(field string) error {
	if w.NB == "" {
		return Wrong(field, "name.missing")
	}
	for _, s := range []string{w.NB, w.NN, w.EN} {
		if err := CheckText(field, typed.Text(s), MaxName); err != nil {
			return err
		}
	}
	return nil
}
