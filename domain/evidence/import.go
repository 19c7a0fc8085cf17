package evidence

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// maxImport is how many versions one import may record.
const maxImport = 2000

// Import records many versions in one record, all or none, each by the rules of [Record].
type Import struct {
	Records []Record `json:"records"`
}

// Complete brings what is stored of all their files.
func (cmd Import) Complete(f domain.Facts) (domain.Command, error) {
	cmd.Records = slices.Clone(cmd.Records)
	for i, r := range cmd.Records {
		cmd.Records[i].Stored = stored(f, r.Files...)
	}
	return cmd, nil
}

func (cmd Import) Decide(d domain.Decision) ([]domain.Event, error) {
	if _, err := keeper(d); err != nil {
		return nil, err
	}
	switch {
	case len(cmd.Records) == 0:
		return nil, domain.Wrong("records", "evidence.nothing")
	case len(cmd.Records) > maxImport:
		return nil, domain.Wrong("records", "evidence.many", fmt.Sprint(maxImport))
	}
	var out []domain.Event
	once := map[ID]bool{}
	for i, r := range cmd.Records {
		if once[r.ID] {
			return nil, domain.Wrong(fmt.Sprintf("records[%d].evidence", i), "evidence.repeated", string(r.ID))
		}
		once[r.ID] = true
		events, err := r.Decide(d)
		if err != nil {
			return nil, within(i, err)
		}
		out = append(out, events...)
	}
	return out, nil
}

// within names the version that a refusal is about.
func within(i int, err error) error {
	var refused *domain.Error
	if !errors.As(err, &refused) {
		return err
	}
	of := *refused
	of.Field = strings.TrimSuffix(fmt.Sprintf("records[%d].%s", i, of.Field), ".")
	return &of
}

// Again returns the command that would record the next version as this one is.
func (i Item) Again() Record {
	text := func(t *domain.Text) typed.Text { return typed.Of(t.String()) }
	out := Record{
		ID: i.ID, Version: i.Version + 1, Type: i.Type, Municipalities: slices.Clone(i.Municipalities), Columns: slices.Clone(i.Columns),
		Title: text(i.Title), Source: text(i.Source), Summary: text(i.Summary), Link: text(i.Link),
		Effective: i.Effective, Retrieved: i.Retrieved, Meeting: i.Meeting, Access: i.Access,
	}
	if i.Period != nil {
		out.Period = *i.Period
	}
	if i.Figures != nil {
		out.Figures = *i.Figures
	}
	if i.ROBEK != nil {
		out.ROBEK = *i.ROBEK
	}
	if i.Funds != nil {
		out.Funds = *i.Funds
	}
	if x := i.Exempt; x != nil {
		out.Exempt = exemptionSent{x.Basis, text(x.Reason)}
	}
	for _, f := range i.Files {
		out.Files = append(out.Files, File{Sum: f.Sum, Name: text(f.Name)})
	}
	if s := i.Supervision; s != nil {
		out.Supervision = supervisionSent{State: s.State, Day: s.Day, Body: text(s.Body), Basis: text(s.Basis)}
		for _, d := range s.Deviations {
			out.Supervision.Deviations = append(out.Supervision.Deviations, Deviation{ID: d.ID, Text: text(d.Text), State: d.State, Due: d.Due, Closed: d.Closed})
		}
	}
	return out
}
