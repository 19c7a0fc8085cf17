package evidence

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// check refuses what is wrong in itself, but for texts that are missing: an earlier
// version may have them.
func (cmd Record) check(d domain.Decision, g domain.Ground) error {
	switch {
	case !oneOf(cmd.Type):
		return domain.Wrong("kind", "evidence.kind", string(cmd.Type))
	case cmd.Access != "" && !oneOf(cmd.Access):
		return domain.Wrong("access", "evidence.access", string(cmd.Access))
	case len(cmd.Files) > maxFiles:
		return domain.Wrong("files", "evidence.many", fmt.Sprint(maxFiles))
	case len(cmd.Supervision.Deviations) > maxDeviations:
		return domain.Wrong("supervision.deviations", "evidence.many", fmt.Sprint(maxDeviations))
	case len(cmd.Columns) > maxColumns:
		return domain.Wrong("c", "evidence.many", fmt.Sprint(maxColumns))
	}
	for _, of := range []func(domain.Decision, domain.Ground) error{cmd.checkPlaces, cmd.checkTexts, cmd.checkDays, cmd.checkType} {
		if err := of(d, g); err != nil {
			return err
		}
	}
	return nil
}

// oneOf reports whether a word is one of its kind's.
func oneOf[T interface {
	~string
	domain.OneOf
}](one T) bool {
	return slices.Contains(one.OneOf(), string(one))
}

func (cmd Record) checkPlaces(d domain.Decision, g domain.Ground) error {
	for i, m := range cmd.Municipalities {
		if !g.Has(m) || slices.Contains(cmd.Municipalities[:i], m) {
			return domain.Wrong(fmt.Sprintf("m[%d]", i), "municipality.unknown", string(m))
		}
	}
	for i, c := range cmd.Columns {
		if !hasColumn(d, g, cmd.Municipalities, c) || slices.Contains(cmd.Columns[:i], c) {
			return domain.Wrong(fmt.Sprintf("c[%d]", i), "column.unknown", string(c))
		}
	}
	return nil
}

// hasColumn reports whether a column is the live picture's, or of an edition in which one
// of these municipalities is being judged.
func hasColumn(d domain.Decision, g domain.Ground, of []domain.MunicipalityID, c domain.ColumnID) bool {
	has := func(g domain.Ground) bool {
		return slices.ContainsFunc(g.Catalogue().Columns, func(col domain.Column) bool { return col.ID == c })
	}
	if has(g) {
		return true
	}
	for _, m := range of {
		for edition := range d.Rounds(m) {
			if has(edition) {
				return true
			}
		}
	}
	return false
}

func (cmd Record) checkTexts(domain.Decision, domain.Ground) error {
	type text struct {
		field string
		text  typed.Text
		max   int
	}
	all := []text{
		{"title", cmd.Title, domain.MaxName}, {"source", cmd.Source, domain.MaxReason},
		{"summary", cmd.Summary, maxSummary}, {"link", cmd.Link, domain.MaxReason},
		{"supervision.body", cmd.Supervision.Body, domain.MaxName}, {"supervision.basis", cmd.Supervision.Basis, domain.MaxReason},
		{"exempt.reason", cmd.Exempt.Reason, domain.MaxReason},
	}
	for i, f := range cmd.Files {
		all = append(all, text{fmt.Sprintf("files[%d].name", i), f.Name, domain.MaxName})
	}
	for i, d := range cmd.Supervision.Deviations {
		all = append(all, text{fmt.Sprintf("supervision.deviations[%d].text", i), d.Text, domain.MaxReason})
	}
	for _, t := range all {
		if err := domain.CheckText(t.field, t.text, t.max); err != nil {
			return err
		}
	}
	if cmd.Title != "" {
		if err := domain.CheckName("title", cmd.Title); err != nil {
			return err
		}
	}
	if l := string(cmd.Link); l != "" && (!strings.HasPrefix(l, "https://") && !strings.HasPrefix(l, "http://") || strings.ContainsAny(l, " \t\n")) {
		return domain.Wrong("link", "link.wrong")
	}
	return nil
}

// checkDays refuses days that are none, and those to come where something must have
// happened. The office's day may have begun where the clock of the world has not.
func (cmd Record) checkDays(d domain.Decision, _ domain.Ground) error {
	today := d.Now().UTC().Add(14 * time.Hour).Format(time.DateOnly)
	day := func(field, day string, may bool) error {
		if day == "" && may || domain.IsDay(day) && day >= firstDay {
			return nil
		}
		return domain.Wrong(field, "evidence.date", day)
	}
	checks := []error{
		day("effective", cmd.Effective, false), day("retrieved", cmd.Retrieved, false),
		day("period.from", cmd.Period.From, true), day("period.to", cmd.Period.To, true),
	}
	if s := cmd.Supervision; cmd.Type == Supervision {
		checks = append(checks, day("supervision.day", s.Day, false))
		for i, dev := range s.Deviations {
			field := fmt.Sprintf("supervision.deviations[%d]", i)
			checks = append(checks, day(field+".due", dev.Due, true), day(field+".closed", dev.Closed, dev.State != "closed"))
		}
	}
	if r := cmd.ROBEK; r.In != "" || r.Out != "" {
		checks = append(checks, day("robek.in", r.In, false), day("robek.out", r.Out, true))
	}
	for _, err := range checks {
		if err != nil {
			return err
		}
	}
	planned := cmd.Type == Supervision && cmd.Supervision.State == "planned"
	switch {
	case cmd.Effective > today && !planned:
		return domain.Wrong("effective", "evidence.ahead", cmd.Effective)
	case cmd.Retrieved > today:
		return domain.Wrong("retrieved", "evidence.ahead", cmd.Retrieved)
	case cmd.Period.From != "" && cmd.Period.To != "" && cmd.Period.To < cmd.Period.From:
		return domain.Wrong("period.to", "evidence.order")
	case cmd.ROBEK.Out != "" && cmd.ROBEK.Out < cmd.ROBEK.In:
		return domain.Wrong("robek.out", "evidence.order")
	}
	return nil
}

// checkType refuses what a type lacks, and what only another type has.
func (cmd Record) checkType(d domain.Decision, g domain.Ground) error {
	s := cmd.Supervision
	switch {
	case cmd.Type != Supervision && (s.State != "" || s.Day != "" || s.Body != "" || s.Basis != "" || len(s.Deviations) > 0):
		return domain.Wrong("supervision", "evidence.other_kind")
	case cmd.Type != Economy && cmd.ROBEK.In != "":
		return domain.Wrong("robek", "evidence.other_kind")
	case cmd.Type != Funds && cmd.Funds != (funds{}):
		return domain.Wrong("funds", "evidence.other_kind")
	case cmd.Exempt != (exemptionSent{}) && !slices.Contains(domain.Bases(), cmd.Exempt.Basis):
		return domain.Wrong("exempt.basis", "marking.basis")
	}
	if err := cmd.checkMeeting(d); err != nil {
		return err
	}
	if err := cmd.checkNumbers(d, g); err != nil {
		return err
	}
	if cmd.Type != Supervision {
		return nil
	}
	return s.check()
}

func (s supervisionSent) check() error {
	if !oneOf(s.State) {
		return domain.Wrong("supervision.state", "supervision.state", string(s.State))
	}
	for i, dev := range s.Deviations {
		field := fmt.Sprintf("supervision.deviations[%d]", i)
		twice := slices.ContainsFunc(s.Deviations[:i], func(o Deviation) bool { return o.ID == dev.ID })
		switch {
		case !domain.IsID(dev.ID) || twice:
			return domain.Wrong(field+".id", "id.wrong", dev.ID)
		case !oneOf(dev.State), dev.State == "open" && dev.Closed != "":
			return domain.Wrong(field+".state", "deviation.state")
		case dev.State == "open" && s.State == "closed":
			return domain.Wrong(field+".state", "supervision.open")
		}
	}
	return nil
}

// checkMeeting refuses a meeting that the actor may not see, whatever it knows of it.
func (cmd Record) checkMeeting(d domain.Decision) error {
	if cmd.Meeting == "" && cmd.Type != Meeting {
		return nil
	}
	_, g, ok := d.Closed(cmd.Meeting)
	if !ok {
		var err error
		_, g, err = d.Meeting(cmd.Meeting, domain.RightSeeMeetings)
		ok = err == nil
	}
	if !ok || !d.May(g.ID(), domain.RightSeeMeetings) {
		return domain.Wrong("of_meeting", "meeting.unknown")
	}
	return nil
}

func (cmd Record) checkNumbers(d domain.Decision, g domain.Ground) error {
	if f := cmd.Figures; f != (figures{}) && (f.Revision == 0 || !hasColumn(d, g, cmd.Municipalities, f.Column)) {
		return domain.Wrong("figures", "figures.unknown")
	}
	for i, l := range cmd.ROBEK.Letters {
		if !oneOf(l) || slices.Contains(cmd.ROBEK.Letters[:i], l) {
			return domain.Wrong(fmt.Sprintf("robek.letters[%d]", i), "robek.letter", string(l))
		}
	}
	f := cmd.Funds
	switch {
	case cmd.Type != Funds:
		return nil
	case f.Year < 1900 || f.Year > d.Now().Year()+5:
		return domain.Wrong("funds.year", "funds.year")
	case f.Applied < 0 || f.Granted != nil && *f.Granted < 0:
		return domain.Wrong("funds", "funds.less")
	}
	return nil
}

// event makes the event of what was sent, with all its texts.
func (cmd Record) event(known *ledger) (*recorded, error) {
	e := &recorded{Evidence: cmd.ID, Version: cmd.Version, content: content{
		Type: cmd.Type, Municipalities: slices.Clone(cmd.Municipalities), Columns: slices.Clone(cmd.Columns),
		Title: domain.NewText(cmd.Title), Source: domain.NewText(cmd.Source), Summary: domain.NewText(cmd.Summary), Link: domain.NewText(cmd.Link),
		Period: some(cmd.Period), Effective: cmd.Effective, Retrieved: cmd.Retrieved, Meeting: cmd.Meeting,
		Figures: some(cmd.Figures), Funds: some(cmd.Funds), Access: cmd.Access,
	}}
	if e.Access == "" {
		e.Access = Office
	}
	if cmd.ROBEK.In != "" {
		e.ROBEK = &robek{cmd.ROBEK.In, cmd.ROBEK.Out, slices.Clone(cmd.ROBEK.Letters)}
	}
	if cmd.Type == Supervision {
		s := cmd.Supervision
		e.Supervision = &supervision{State: s.State, Body: domain.NewText(s.Body), Day: s.Day, Basis: domain.NewText(s.Basis)}
		for _, dev := range s.Deviations {
			e.Supervision.Deviations = append(e.Supervision.Deviations, deviation{dev.ID, domain.NewText(dev.Text), dev.State, dev.Due, dev.Closed})
		}
	}
	if x := cmd.Exempt; x.Basis != "" {
		e.Exempt = &exemption{x.Basis, domain.NewText(x.Reason)}
	}
	return e, cmd.withFiles(e, known)
}

func some[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// withFiles adds the files: those that are stored, and those of an earlier version.
func (cmd Record) withFiles(e *recorded, known *ledger) error {
	for i, f := range cmd.Files {
		field := fmt.Sprintf("files[%d]", i)
		is := func(o File) bool { return o.Sum == f.Sum }
		earlier, at := known.of(cmd.ID).file(f.Sum), slices.IndexFunc(cmd.Stored, is)
		switch {
		case slices.ContainsFunc(cmd.Files[:i], is):
			return domain.Wrong(field, "file.twice")
		case earlier != nil:
			e.Files = append(e.Files, file{Sum: f.Sum, Size: earlier.Size, Type: earlier.Type, Name: domain.NewText(f.Name)})
		case known.removal(f.Sum) != nil:
			return domain.Wrong(field, "file.removed")
		case at < 0:
			return domain.Wrong(field, "file.unknown")
		default:
			e.Files = append(e.Files, file{Sum: f.Sum, Size: cmd.Stored[at].Size, Type: cmd.Stored[at].Type, Name: domain.NewText(f.Name)})
		}
	}
	return nil
}

// complete refuses what lacks a text that it must have.
func (c *content) complete() error {
	if c.Title == nil {
		return domain.Wrong("title", "name.missing")
	}
	for i, f := range c.Files {
		if f.Name == nil {
			return domain.Wrong(fmt.Sprintf("files[%d].name", i), "name.missing")
		}
	}
	if c.Exempt != nil && c.Exempt.Reason == nil {
		return domain.Wrong("exempt.reason", "reason.missing")
	}
	s := c.Supervision
	if s == nil {
		return nil
	}
	switch {
	case s.Body == nil:
		return domain.Wrong("supervision.body", "supervision.body")
	case s.Basis == nil:
		return domain.Wrong("supervision.basis", "supervision.basis")
	}
	for i, dev := range s.Deviations {
		if dev.Text == nil {
			return domain.Wrong(fmt.Sprintf("supervision.deviations[%d].text", i), "text.missing")
		}
	}
	return nil
}

// allowed refuses a version that changes nothing, and what the actor may not change: an
// assessor only what is of its areas, and an exemption only who may mark.
func (c *content) allowed(d domain.Decision, g domain.Ground, it item) error {
	was := it.last()
	exempts := c.Exempt != nil
	if was != nil {
		if c.says(was) {
			return domain.Clash("evidence.same")
		}
		exempts = !sameExemption(c.Exempt, was.Exempt)
	}
	marks := d.May(domain.Live, domain.RightMark) && (d.Holds(domain.RoleApprover) || d.Holds(domain.RoleEditor) || d.Holds(domain.RoleAdmin))
	if exempts && !marks {
		return &domain.Error{Code: domain.Forbidden, Field: "exempt", Msg: "evidence.exempt"}
	}
	if marks && was != nil {
		rest := *c
		if rest.Exempt = was.Exempt; narrower(rest.Access, was.Access) == rest.Access {
			rest.Access = was.Access
		}
		if rest.says(was) {
			return nil
		}
	}
	if !d.May(domain.Live, domain.RightEvidence) {
		return domain.Denied("forbidden.evidence")
	}
	if !c.mine(d, g) || was != nil && !was.mine(d, g) {
		return &domain.Error{Code: domain.Forbidden, Field: "c", Msg: "forbidden.area"}
	}
	return nil
}

func sameExemption(a, b *exemption) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// mine reports whether any of the areas is the actor's, or none is named.
func (c *content) mine(d domain.Decision, g domain.Ground) bool {
	if len(c.Columns) == 0 {
		return true
	}
	return slices.ContainsFunc(c.Columns, func(col domain.ColumnID) bool {
		if d.MayIn(g, domain.RightEvidence, col) {
			return true
		}
		for _, m := range c.Municipalities {
			for edition := range d.Rounds(m) {
				if d.MayIn(edition, domain.RightSetLevels, col) {
					return true
				}
			}
		}
		return false
	})
}
