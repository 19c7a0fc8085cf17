package evidence

import (
	"cmp"
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// maxQuestions bounds what a municipality may ask before it is answered.
const maxQuestions = 100

// Ask marks evidence on one's own municipality as outdated or not about it, or tells what
// is missing. A contact does it, while the municipality is being judged.
type Ask struct {
	Board        domain.BoardID        `json:"board"`
	Municipality domain.MunicipalityID `json:"m"`
	Mark         mark                  `json:"mark"`
	ID           ID                    `json:"evidence,omitempty" doc:"Which it is about, but for what is missing."`
	Version      int                   `json:"v,omitempty"`
	Column       domain.ColumnID       `json:"c,omitempty"`
	Text         typed.Text            `json:"text,omitempty" limit:"maxLength=2000" doc:"Of what is missing it is required."`
}

// mark is what a municipality says of evidence.
type mark string

const (
	outdated mark = "outdated"
	missing  mark = "missing"
	notUs    mark = "not_us"
)

// OneOf implements [domain.OneOf].
func (mark) OneOf() []string { return domain.Names(outdated, missing, notUs) }

func (cmd Ask) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightQuestion)
	switch {
	case err != nil:
		return nil, err
	case d.Staff():
		return nil, domain.Denied("question.staff")
	case !d.Contact(cmd.Municipality) || !g.Has(cmd.Municipality):
		return nil, domain.Unknown("m", "municipality.unknown", string(cmd.Municipality))
	case g.Phase() != domain.PhaseDrafting || g.Round(cmd.Municipality) == 0:
		return nil, domain.Unknown("m", "question.round")
	case !oneOf(cmd.Mark):
		return nil, domain.Wrong("mark", "question.mark", string(cmd.Mark))
	case cmd.Column != "" && !slices.ContainsFunc(g.Catalogue().Columns, func(c domain.Column) bool { return c.ID == cmd.Column }):
		return nil, domain.Wrong("c", "column.unknown", string(cmd.Column))
	}
	if err := domain.CheckText("text", cmd.Text, domain.MaxReason); err != nil {
		return nil, err
	}
	if err := cmd.about(d); err != nil {
		return nil, err
	}
	return []domain.Event{&questioned{Municipality: cmd.Municipality, Mark: cmd.Mark, Evidence: cmd.ID, Version: cmd.Version, Column: cmd.Column, Text: domain.NewText(cmd.Text)}}, nil
}

// about refuses what names no evidence where it must, or some where it must not, and what
// is asked already.
func (cmd Ask) about(d domain.Decision) error {
	if cmd.Mark == missing {
		switch {
		case cmd.ID != "" || cmd.Version != 0:
			return domain.Wrong("evidence", "question.missing")
		case cmd.Text == "":
			return domain.Wrong("text", "text.missing")
		}
	} else if it := kept.In(d).of(cmd.ID); cmd.Version < 1 || cmd.Version > it.newest() || it.withdrawn != nil ||
		!it.cited(it.versions[cmd.Version-1].Value, cmd.Municipality) {
		return domain.Unknown("evidence", "evidence.unknown")
	}
	open := 0
	for _, q := range Questions(d, cmd.Municipality) {
		if q.Outcome != "" {
			continue
		}
		open++
		if cmd.ID != "" && q.Evidence.ID == cmd.ID && q.Mark == cmd.Mark {
			return domain.Clash("question.asked")
		}
	}
	if open >= maxQuestions {
		return domain.Clash("question.many", fmt.Sprint(maxQuestions))
	}
	return nil
}

// Close answers what a municipality asked of evidence. It needs the right to keep
// evidence; that it stands as it is needs a reason.
type Close struct {
	Question domain.Revision `json:"question" doc:"The revision that it was asked in."`
	Outcome  outcome         `json:"outcome"`
	Text     typed.Text      `json:"text,omitempty" limit:"maxLength=2000" doc:"Why it stands as it is; else it may be left out."`
}

// outcome is what came of a question.
type outcome string

const (
	corrected outcome = "corrected" // recorded, recorded anew or withdrawn
	stands    outcome = "stands"
)

// OneOf implements [domain.OneOf].
func (outcome) OneOf() []string { return domain.Names(corrected, stands) }

func (cmd Close) Decide(d domain.Decision) ([]domain.Event, error) {
	if _, err := keeper(d); err != nil {
		return nil, err
	}
	q := kept.In(d).question(cmd.Question)
	switch {
	case q == nil:
		return nil, domain.Unknown("question", "question.unknown")
	case q.Outcome != "":
		return nil, domain.Clash("question.closed")
	case !oneOf(cmd.Outcome):
		return nil, domain.Wrong("outcome", "question.outcome", string(cmd.Outcome))
	case cmd.Outcome == stands && cmd.Text == "":
		return nil, domain.Wrong("text", "reason.missing")
	}
	if err := domain.CheckText("text", cmd.Text, domain.MaxReason); err != nil {
		return nil, err
	}
	return []domain.Event{&questionClosed{Question: cmd.Question, Outcome: cmd.Outcome, Text: domain.NewText(cmd.Text)}}, nil
}

// questioned tells what a municipality says of evidence on it.
type questioned struct {
	Municipality domain.MunicipalityID `json:"m"`
	Mark         mark                  `json:"mark"`
	Evidence     ID                    `json:"evidence,omitempty"`
	Version      int                   `json:"v,omitempty"`
	Column       domain.ColumnID       `json:"c,omitempty"`
	Text         *domain.Text          `json:"text,omitempty"`
}

func (*questioned) Kind() string            { return "evidence_questioned" }
func (*questioned) Boardless()              {}
func (e *questioned) Texts() []*domain.Text { return domain.Present(e.Text) }

func (e *questioned) Apply(a *domain.Applying) error {
	l, r := own(a), a.Record()
	if e.Evidence != "" && (e.Version < 1 || e.Version > l.items.At(e.Evidence).newest()) {
		return fmt.Errorf("no version %d of evidence %s: %w", e.Version, e.Evidence, domain.ErrCorrupt)
	}
	l.questions[r.Revision] = Question{
		Revision: r.Revision, Asked: says(a, e.Text), Municipality: e.Municipality,
		Mark: e.Mark, Evidence: Ref{e.Evidence, e.Version}, Column: e.Column,
	}
	return nil
}

// questionClosed answers it.
type questionClosed struct {
	Question domain.Revision `json:"rev"`
	Outcome  outcome         `json:"outcome"`
	Text     *domain.Text    `json:"text,omitempty"`
}

func (*questionClosed) Kind() string            { return "evidence_question_closed" }
func (*questionClosed) Boardless()              {}
func (e *questionClosed) Texts() []*domain.Text { return domain.Present(e.Text) }

func (e *questionClosed) Apply(a *domain.Applying) error {
	l := own(a)
	q, ok := l.questions[e.Question]
	if !ok || q.Outcome != "" {
		return fmt.Errorf("no question %d to close: %w", e.Question, domain.ErrCorrupt)
	}
	q.Outcome, q.Answered = e.Outcome, says(a, e.Text)
	l.questions[e.Question] = q
	return nil
}

// Question is what a municipality says of evidence on it, and what came of it.
type Question struct {
	Revision     domain.Revision // its name
	Municipality domain.MunicipalityID
	Mark         mark
	Evidence     Ref // zero for what is missing
	Column       domain.ColumnID
	Asked        *said
	Outcome      outcome // "" while it is open
	Answered     *said   // nil while it is open
}

// Questions returns what a municipality asked of evidence on it, newest first: to staff,
// and to its contacts while it is being judged, who are not told of accounts.
func Questions(d domain.Decision, m domain.MunicipalityID) []Question {
	l := kept.In(d)
	if l == nil || !d.Staff() && !heard(d, m) {
		return nil
	}
	var out []Question
	for _, q := range l.questions {
		if q.Municipality != m {
			continue
		}
		if !d.Staff() {
			q.Asked, q.Answered = q.Asked.unnamed(), q.Answered.unnamed()
		}
		out = append(out, q)
	}
	slices.SortFunc(out, func(a, b Question) int { return cmp.Compare(b.Revision, a.Revision) })
	return out
}

// question returns a question, nil if there is none.
func (l *ledger) question(r domain.Revision) *Question {
	if l == nil {
		return nil
	}
	if q, ok := l.questions[r]; ok {
		return &q
	}
	return nil
}
