package editions

import (
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Events are the kinds of this subject.
func Events() []domain.Event {
	return []domain.Event{&HearingHeld{}, &Published{}, &CorrectionOpened{}}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	publishes := []domain.Right{domain.RightPublish}
	return []domain.CommandKind{
		{Name: "note_hearing", Doc: "Tells of a hearing of a draft that was held outside the product.",
			Needs: []domain.Right{domain.RightEdit}, Example: NoteHearing{Board: "2022", Hearing: domain.Hearing{From: "2022-06-01", To: "2022-08-15", Answered: []domain.MunicipalityID{"0002"}}}},
		{Name: "publish", Doc: "Makes a draft or a correction the newest version.",
			Needs: publishes, Example: Publish{Board: "2022"}},
		{Name: "open_correction", Doc: "Opens a published edition for corrections, which publish makes its next version.",
			Needs: publishes, Example: OpenCorrection{Board: "2022", Reason: "Feil i en kilde"}},
	}
}

// Open begins a draft. An editor does it. It is refused for an id that is taken.
type Open struct {
	Board     domain.BoardID
	Title     domain.Words
	Catalogue domain.Catalogue
	Map       *domain.Map
}

func (cmd Open) Decide(d domain.Decision) ([]domain.Event, error) {
	_, events, err := d.OpenBoard(cmd.Board, domain.KindEdition, cmd.Title, &cmd.Catalogue, cmd.Map)
	return events, err
}

// NoteHearing tells of a hearing held outside the product. It needs the right to edit,
// and is refused once anything of the edition is published.
type NoteHearing struct {
	Board   domain.BoardID `json:"board"`
	Hearing domain.Hearing `json:"hearing"`
}

func (cmd NoteHearing) Decide(d domain.Decision) ([]domain.Event, error) {
	b, err := d.Board(cmd.Board, domain.RightEdit)
	if err != nil {
		return nil, err
	}
	if b.Planned() {
		return nil, domain.Clash("hearing.planned")
	}
	h := cmd.Hearing
	if !domain.IsDay(h.From) || !domain.IsDay(h.To) || h.From > h.To {
		return nil, domain.Wrong("hearing", "hearing.days", h.From, h.To)
	}
	for i, m := range h.Answered {
		if !b.Has(m) || slices.Contains(h.Answered[:i], m) {
			return nil, domain.Wrong(fmt.Sprintf("answered[%d]", i), "municipality.unknown", string(m))
		}
	}
	if b.Phase() != domain.PhaseDraft { // what was published of it stands
		return nil, domain.Clash("hearing.published")
	}
	h.Answered = slices.Clone(h.Answered)
	return []domain.Event{&HearingHeld{Board: b.ID(), Hearing: h}}, nil
}

// Publish makes a draft or a correction the edition's newest version. Note
// tells what a correction corrected; version 1 has none. It needs the right to publish,
// and is refused for an empty draft and where there is nothing new to publish.
type Publish struct {
	Board domain.BoardID `json:"board"`
	Note  typed.Text     `json:"note,omitempty"`
}

func (cmd Publish) Decide(d domain.Decision) ([]domain.Event, error) {
	b, err := d.Board(cmd.Board, domain.RightPublish)
	if err != nil {
		return nil, err
	}
	if b.Planned() {
		return nil, domain.Clash("publish.later")
	}
	if err := domain.CheckText("note", cmd.Note, domain.MaxReason); err != nil {
		return nil, err
	}
	note := cmd.Note
	switch b.Phase() {
	case domain.PhasePublished:
		return nil, domain.Clash("publish.done")
	case domain.PhaseDraft:
		if b.Untouched() {
			return nil, domain.Clash("publish.empty")
		}
		note = ""
	case domain.PhaseCorrection:
		if note == "" {
			note = typed.Of(b.Correcting().String())
		}
		if note == "" {
			return nil, domain.Wrong("note", "reason.missing")
		}
	}
	return []domain.Event{&Published{Board: b.ID(), Version: b.Versions() + 1, Note: domain.NewText(note)}}, nil
}

// OpenCorrection lets a published edition be worked on again. It needs the right to
// publish and a reason, and is refused where nothing is published or a correction is
// open.
type OpenCorrection struct {
	Board  domain.BoardID `json:"board"`
	Reason typed.Text     `json:"reason"`
}

func (cmd OpenCorrection) Decide(d domain.Decision) ([]domain.Event, error) {
	b, err := d.Board(cmd.Board, domain.RightPublish)
	if err != nil {
		return nil, err
	}
	if b.Phase() != domain.PhasePublished {
		return nil, domain.Clash("correction.phase")
	}
	if err := checkReason(cmd.Reason); err != nil {
		return nil, err
	}
	return []domain.Event{&CorrectionOpened{Board: b.ID(), Reason: domain.NewText(cmd.Reason)}}, nil
}

// HearingHeld tells of a hearing that was held outside the product.
type HearingHeld struct {
	Board   domain.BoardID `json:"board"`
	Hearing domain.Hearing `json:"hearing"`
}

func (*HearingHeld) Kind() string          { return "hearing_held" }
func (*HearingHeld) Texts() []*domain.Text { return nil }

func (e *HearingHeld) Apply(a *domain.Applying) error {
	return a.Hear(e.Board, e.Hearing, e)
}

// Published makes the board as it now is the next version.
type Published struct {
	Board   domain.BoardID `json:"board"`
	Version int            `json:"version"`
	Note    *domain.Text   `json:"note,omitempty"`
}

func (*Published) Kind() string { return "edition_published" }

func (e *Published) Texts() []*domain.Text {
	return domain.Present(e.Note)
}

func (e *Published) Apply(a *domain.Applying) error {
	return a.Publish(e.Board, e.Version, e.Note, e)
}

// CorrectionOpened lets a published edition be worked on again; what is
// published stays as it is.
type CorrectionOpened struct {
	Board  domain.BoardID `json:"board"`
	Reason *domain.Text   `json:"reason"`
}

func (*CorrectionOpened) Kind() string            { return "correction_opened" }
func (e *CorrectionOpened) Texts() []*domain.Text { return domain.Present(e.Reason) }

func (e *CorrectionOpened) Apply(a *domain.Applying) error {
	return a.Correct(e.Board, e.Reason, e)
}

func checkReason(reason typed.Text) error {
	if reason == "" {
		return domain.Wrong("reason", "reason.missing")
	}
	return domain.CheckText("reason", reason, domain.MaxReason)
}
