package outline

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// known is every outline that the office has had.
var known = domain.NewSlot[domain.History[[]Section]]()

// Events are the kinds of this subject.
func Events() []domain.Event { return []domain.Event{&Replaced{}} }

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	return []domain.CommandKind{
		{Name: "set_report_template", Doc: "Gives the office's minutes their sections, in order; no sections at all are the standard template. Known sections that are left out are hidden.",
			Needs: []domain.Right{domain.RightTemplate}, Example: Replace{Sections: []Edit{{Key: KeyWho}, {Key: KeyOwn, Heading: "Vær"}}}},
	}
}

// Replace gives the office's minutes their sections, in order. None at all: the
// standard outline.
type Replace struct {
	Sections []Edit          `json:"sections" limit:"maxItems=24"`
	Seen     domain.Revision `json:"seen" doc:"Revision of the template that the author saw, 0 for the first; another is refused (409, template.changed)."`
}

func (cmd Replace) Decide(d domain.Decision) ([]domain.Event, error) {
	if _, err := d.Board(domain.Live, domain.RightTemplate); err != nil {
		return nil, err
	}
	if err := check(cmd.Sections); err != nil {
		return nil, err
	}
	if last, _ := known.In(d).Last(); last.Revision != cmd.Seen {
		return nil, domain.Clash("template.changed")
	}
	e := &Replaced{}
	for _, s := range cmd.Sections {
		e.Sections = append(e.Sections, Section{Key: s.Key, Hidden: s.Hidden, Heading: domain.NewText(s.Heading), Text: domain.NewText(s.Text)})
	}
	return []domain.Event{e}, nil
}

// Replaced gives the office's minutes their sections, in order; none at all is
// the standard outline.
type Replaced struct {
	Sections []Section `json:"sections"`
}

func (*Replaced) Kind() string { return "report_template_set" }

func (e *Replaced) Texts() []*domain.Text {
	var out []*domain.Text
	for i := range e.Sections {
		out = append(out, domain.Present(e.Sections[i].Heading, e.Sections[i].Text)...)
	}
	return out
}

func (e *Replaced) Apply(a *domain.Applying) error {
	known.Put(a, known.Now(a).Add(a, e.Sections))
	return nil
}

// Key names a section.
type Key string

// The sections that are filled in, and the office's own.
const (
	KeyWhen        Key = "when"
	KeyWho         Key = "who"
	KeyPicture     Key = "picture" // how many cells had each level, before and after
	KeyChanges     Key = "changes" // before → after, reason, reporter
	KeyUnexplained Key = "unexplained"
	KeyUnconfirmed Key = "unconfirmed"
	KeyEvents      Key = "events"
	KeyActions     Key = "actions"
	KeyRequests    Key = "requests"
	KeyFigures     Key = "figures" // of situations only
	KeyProof       Key = "proof"
	KeyOwn         Key = "own" // text only; there may be several
)

// Keys returns the sections of the standard outline, in its order: when
// and who, the picture and what changed, what is not known, what happened, what
// is done, what is asked for, figures, proof.
func Keys() []Key {
	return []Key{
		KeyWhen, KeyWho, KeyPicture, KeyChanges, KeyUnexplained, KeyUnconfirmed,
		KeyEvents, KeyActions, KeyRequests, KeyFigures, KeyProof,
	}
}

// OneOf implements [domain.OneOf].
func (Key) OneOf() []string { return domain.Names(append(Keys(), KeyOwn)...) }

// MaxSections bounds an outline.
const MaxSections = 24

// Outline is which sections minutes have. All of [Keys] are in it; those that the
// office left out are hidden, and last.
type Outline struct {
	Sections []Edit
	Standard bool
	Revision domain.Revision // that set it, 0 for the standard one from the start
	At       time.Time
	By       domain.AccountID
}

// Edit is one section of an outline, as it is wanted.
type Edit struct {
	Key      Key        `json:"key"`
	Hidden   bool       `json:"hidden,omitempty"`
	Heading  typed.Text `json:"heading,omitempty" limit:"maxLength=200" doc:"Instead of the usual one; an own section must have one."`
	Text     typed.Text `json:"text,omitempty" limit:"maxLength=2000" doc:"Before what is filled in."`
	Redacted bool       `json:"-"` // heading or text were taken out
}

// Standard returns the outline of an office that has made none.
func Standard() Outline {
	t := Outline{Standard: true}
	for _, k := range Keys() {
		t.Sections = append(t.Sections, Edit{Key: k})
	}
	return t
}

// check refuses an outline that nobody could make minutes from. No sections at all
// are the standard one.
func check(sections []Edit) error {
	if len(sections) > MaxSections {
		return domain.Wrong("sections", "template.sections", strconv.Itoa(MaxSections))
	}
	shown := len(sections) == 0
	for i, s := range sections {
		field := fmt.Sprintf("sections[%d]", i)
		shown = shown || !s.Hidden
		switch {
		case s.Key == KeyOwn:
			if s.Heading == "" {
				return domain.Wrong(field+".heading", "template.heading")
			}
		case !slices.Contains(Keys(), s.Key):
			return domain.Wrong(field+".key", "template.unknown", string(s.Key))
		case slices.ContainsFunc(sections[:i], func(o Edit) bool { return o.Key == s.Key }):
			return domain.Wrong(field+".key", "template.twice", string(s.Key))
		}
		if s.Heading != "" {
			if err := domain.CheckName(field+".heading", s.Heading); err != nil {
				return err
			}
		}
		if err := domain.CheckText(field+".text", s.Text, domain.MaxReason); err != nil {
			return err
		}
	}
	if !shown {
		return domain.Wrong("sections", "template.empty")
	}
	return nil
}

// Of returns the outline in force, or at the revision that the picture was cut at.
// Only staff sees what the office has made.
func Of(p domain.Picture) Outline {
	set, ok := known.Of(p).In(p).Last()
	if !ok || p.Audience().Kind != domain.AudienceStaff {
		return Standard()
	}
	out := Outline{Revision: set.Revision, At: set.Time(), By: set.By, Standard: len(set.Value) == 0}
	for _, s := range set.Value {
		out.Sections = append(out.Sections, Edit{
			Key: s.Key, Hidden: s.Hidden, Heading: typed.Of(s.Heading.String()), Text: typed.Of(s.Text.String()), Redacted: s.Heading.Redacted() || s.Text.Redacted(),
		})
	}
	out.Sections = Whole(out.Sections, out.Standard)
	return out
}

// Whole adds the sections that an outline lacks, shown or hidden.
func Whole(sections []Edit, shown bool) []Edit {
	for _, k := range Keys() {
		if !slices.ContainsFunc(sections, func(s Edit) bool { return s.Key == k }) {
			sections = append(sections, Edit{Key: k, Hidden: !shown})
		}
	}
	return sections
}

// Section is a section of the minutes.
type Section struct {
	Key     Key          `json:"key"`
	Hidden  bool         `json:"hidden,omitempty"`
	Heading *domain.Text `json:"heading,omitempty"`
	Text    *domain.Text `json:"text,omitempty"`
}
