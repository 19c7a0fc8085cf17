package kommunebilde

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// The template of the minutes (mal for referat og situasjonsrapport): which
// sections they have, in which order, under which headings. It is the office's,
// one for all meetings. Minutes of a closed meeting keep the template that was
// in force when it was closed.

// ReportKey names a section.
type ReportKey string

// The sections that are filled in, and the office's own.
const (
	ReportWhen        ReportKey = "when"
	ReportWho         ReportKey = "who"
	ReportPicture     ReportKey = "picture" // how many cells had each level, before and after
	ReportChanges     ReportKey = "changes" // before → after, reason, reporter
	ReportUnexplained ReportKey = "unexplained"
	ReportUnconfirmed ReportKey = "unconfirmed"
	ReportEvents      ReportKey = "events"
	ReportActions     ReportKey = "actions"
	ReportRequests    ReportKey = "requests"
	ReportFigures     ReportKey = "figures" // of situations only
	ReportProof       ReportKey = "proof"
	ReportOwn         ReportKey = "own" // text only; there may be several
)

// ReportKeys returns the sections of the standard template, in its order: when
// and who, the picture and what changed, what is not known, what happened, what
// is done, what is asked for, figures, proof.
func ReportKeys() []ReportKey {
	return []ReportKey{
		ReportWhen, ReportWho, ReportPicture, ReportChanges, ReportUnexplained, ReportUnconfirmed,
		ReportEvents, ReportActions, ReportRequests, ReportFigures, ReportProof,
	}
}

// MaxSections bounds a template.
const MaxSections = 24

// ReportTemplate is a template as a picture shows it. All of [ReportKeys] are
// in it; those that the office left out are hidden, and last.
type ReportTemplate struct {
	Sections []ReportPart
	Standard bool
	Revision Revision // that set it, 0 for the standard one from the start
	At       time.Time
	By       AccountID
}

// ReportPart is one section of a template.
type ReportPart struct {
	Key      ReportKey
	Hidden   bool
	Heading  string // "": the product's own, in the reader's language
	Text     string // before what is filled in, "" none
	Redacted bool   // heading or text were taken out
}

// StandardReport returns the template of an office that has made none.
func StandardReport() ReportTemplate {
	t := ReportTemplate{Standard: true}
	for _, k := range ReportKeys() {
		t.Sections = append(t.Sections, ReportPart{Key: k})
	}
	return t
}

// templateSet is a template, and the record it came with.
type templateSet struct {
	revision Revision
	at       int64
	by       AccountID
	sections []ReportSection
}

func (d decision) setReportTemplate(cmd SetReportTemplate) ([]Event, error) {
	if _, _, err := d.board(Live, RightTemplate); err != nil {
		return nil, err
	}
	if err := CheckReport(cmd.Sections); err != nil {
		return nil, err
	}
	if n := len(d.s.templates); n > 0 && d.s.templates[n-1].revision != cmd.Seen || n == 0 && cmd.Seen != 0 {
		return nil, conflict("template.changed")
	}
	e := &ReportTemplateSet{}
	for _, s := range cmd.Sections {
		e.Sections = append(e.Sections, ReportSection{Key: s.Key, Hidden: s.Hidden, Heading: NewText(s.Heading), Text: NewText(s.Text)})
	}
	return []Event{e}, nil
}

// CheckReport refuses a template that nobody could make a report from. No
// sections at all are the standard template.
func CheckReport(sections []ReportPart) error {
	if len(sections) > MaxSections {
		return invalid("sections", "template.sections", strconv.Itoa(MaxSections))
	}
	shown := len(sections) == 0
	for i, s := range sections {
		field := fmt.Sprintf("sections[%d]", i)
		shown = shown || !s.Hidden
		switch {
		case s.Key == ReportOwn:
			if s.Heading == "" {
				return invalid(field+".heading", "template.heading")
			}
		case !slices.Contains(ReportKeys(), s.Key):
			return invalid(field+".key", "template.unknown", string(s.Key))
		case slices.ContainsFunc(sections[:i], func(o ReportPart) bool { return o.Key == s.Key }):
			return invalid(field+".key", "template.twice", string(s.Key))
		}
		if s.Heading != "" {
			if err := checkName(field+".heading", s.Heading); err != nil {
				return err
			}
		}
		if err := checkText(field+".text", s.Text, MaxReason); err != nil {
			return err
		}
	}
	if !shown {
		return invalid("sections", "template.empty")
	}
	return nil
}

// Report returns the template in force: at the head, or at the revision the
// picture was cut at. Only staff sees what the office has made.
func (p Picture) Report() ReportTemplate {
	var set *templateSet
	for i := range p.state.templates {
		if t := &p.state.templates[i]; t.revision <= p.cut {
			set = t
		}
	}
	if set == nil || p.audience.Kind != AudienceStaff {
		return StandardReport()
	}
	out := ReportTemplate{Revision: set.revision, At: fromMillis(set.at), By: set.by, Standard: len(set.sections) == 0}
	for _, s := range set.sections {
		out.Sections = append(out.Sections, ReportPart{
			Key: s.Key, Hidden: s.Hidden, Heading: s.Heading.String(), Text: s.Text.String(), Redacted: s.Heading.Redacted() || s.Text.Redacted(),
		})
	}
	out.Sections = WholeReport(out.Sections, out.Standard)
	return out
}

// WholeReport adds the sections that a template lacks, shown or hidden.
func WholeReport(sections []ReportPart, shown bool) []ReportPart {
	for _, k := range ReportKeys() {
		if !slices.ContainsFunc(sections, func(s ReportPart) bool { return s.Key == k }) {
			sections = append(sections, ReportPart{Key: k, Hidden: !shown})
		}
	}
	return sections
}
