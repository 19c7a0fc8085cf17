package evidence

import (
	"fmt"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Withdraw withdraws evidence that should not be used. It needs the right to keep
// evidence, and a reason; what names the evidence goes on doing so.
type Withdraw struct {
	ID     ID         `json:"evidence"`
	Reason typed.Text `json:"reason" limit:"maxLength=2000"`
}

func (cmd Withdraw) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := keeper(d)
	if err != nil {
		return nil, err
	}
	it := kept.In(d).of(cmd.ID)
	switch {
	case it.newest() == 0:
		return nil, domain.Unknown("evidence", "evidence.unknown")
	case it.withdrawn != nil:
		return nil, domain.Clash("evidence.withdrawn")
	case !it.last().mine(d, g):
		return nil, &domain.Error{Code: domain.Forbidden, Field: "evidence", Msg: "forbidden.area"}
	case cmd.Reason == "":
		return nil, domain.Wrong("reason", "reason.missing")
	}
	if err := domain.CheckText("reason", cmd.Reason, domain.MaxReason); err != nil {
		return nil, err
	}
	return []domain.Event{&withdrawn{Evidence: cmd.ID, Reason: domain.NewText(cmd.Reason)}}, nil
}

// withdrawn withdraws evidence.
type withdrawn struct {
	Evidence ID           `json:"evidence"`
	Reason   *domain.Text `json:"reason"`
}

func (*withdrawn) Kind() string            { return "evidence_withdrawn" }
func (*withdrawn) Boardless()              {}
func (e *withdrawn) Texts() []*domain.Text { return domain.Present(e.Reason) }

func (e *withdrawn) Apply(a *domain.Applying) error {
	l := own(a)
	it := l.items.At(e.Evidence)
	if it.newest() == 0 || it.withdrawn != nil {
		return fmt.Errorf("no evidence %s to withdraw: %w", e.Evidence, domain.ErrCorrupt)
	}
	it.withdrawn = says(a, e.Reason)
	l.items = l.items.Put(a, e.Evidence, it)
	return nil
}

// said is what somebody wrote: when, by whom and in which record.
type said struct {
	Revision domain.Revision
	At       time.Time
	By       domain.AccountID
	Text     *domain.Text
}

// says returns a text as said in the record that is applied.
func says(a *domain.Applying, t *domain.Text) *said {
	r := a.Record()
	return &said{r.Revision, r.At, r.By, t}
}

// unnamed returns it without who wrote it.
func (s *said) unnamed() *said {
	if s == nil {
		return nil
	}
	out := *s
	out.By = ""
	return &out
}

// RemoveFile removes a file for ever, whatever names it. An administrator does it, for a
// reason. Who keeps the bytes deletes them, and finds them missing by this alone.
type RemoveFile struct {
	Sum    domain.Hash `json:"file"`
	Reason typed.Text  `json:"reason" limit:"maxLength=2000"`

	Stored bool `json:"-"` // the server keeps it
}

// Complete tells whether the file is stored.
func (cmd RemoveFile) Complete(f domain.Facts) (domain.Command, error) {
	_, _, cmd.Stored = f.Stored(cmd.Sum)
	return cmd, nil
}

func (cmd RemoveFile) Decide(d domain.Decision) ([]domain.Event, error) {
	if !d.Holds(domain.RoleAdmin) {
		return nil, domain.Denied("forbidden.redact")
	}
	l := kept.In(d)
	switch {
	case l.removal(cmd.Sum) != nil:
		return nil, domain.Clash("file.removed")
	case !cmd.Stored && !l.names(cmd.Sum):
		return nil, domain.Unknown("file", "file.unknown")
	case cmd.Reason == "":
		return nil, domain.Wrong("reason", "reason.missing")
	}
	if err := domain.CheckText("reason", cmd.Reason, domain.MaxReason); err != nil {
		return nil, err
	}
	return []domain.Event{&fileRemoved{Sum: cmd.Sum, Reason: domain.NewText(cmd.Reason)}}, nil
}

// fileRemoved tells that a file is gone.
type fileRemoved struct {
	Sum    domain.Hash  `json:"file"`
	Reason *domain.Text `json:"reason"`
}

func (*fileRemoved) Kind() string            { return "file_removed" }
func (*fileRemoved) Boardless()              {}
func (e *fileRemoved) Texts() []*domain.Text { return domain.Present(e.Reason) }

// RemovesFile returns the file whose bytes go: who keeps them asks each event for it.
func (e *fileRemoved) RemovesFile() domain.Hash { return e.Sum }

func (e *fileRemoved) Apply(a *domain.Applying) error {
	own(a).removed[e.Sum] = says(a, e.Reason)
	return nil
}

// removal returns how a file was removed, nil if it was not.
func (l *ledger) removal(sum domain.Hash) *said {
	if l == nil {
		return nil
	}
	return l.removed[sum]
}

// names reports whether any version of any evidence has a file.
func (l *ledger) names(sum domain.Hash) bool {
	if l == nil {
		return false
	}
	return slices.ContainsFunc(l.order, func(id domain.Dated[ID]) bool { return l.items.At(id.Value).file(sum) != nil })
}
