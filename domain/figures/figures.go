package figures

import (
	"fmt"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

const (
	story   = "figures"
	highest = 10_000_000
)

// Kind is what a figure counts.
type Kind string

const (
	Evacuated       Kind = "evacuated"
	CutOff          Kind = "cut_off"
	WithoutPower    Kind = "without_power"
	WithoutTelecom  Kind = "without_telecom"
	WithoutWater    Kind = "without_water"
	RoadsClosed     Kind = "roads_closed"
	Injured         Kind = "injured"
	StaffShort      Kind = "staff_short"      // persons, in critical functions
	FuelHours       Kind = "fuel_hours"       // until the emergency power ends
	PopulationShare Kind = "population_share" // per cent affected
)

// Kinds returns all kinds, in the order they are offered.
func Kinds() []Kind {
	return []Kind{Evacuated, CutOff, WithoutPower, WithoutTelecom, WithoutWater, RoadsClosed, Injured, StaffShort, FuelHours, PopulationShare}
}

// Sums reports whether figures of different municipalities may be added: persons
// and roads may, hours and shares may not.
func (k Kind) Sums() bool { return k != FuelHours && k != PopulationShare }

// Certainty is how sure a figure is.
type Certainty string

const (
	Confirmed   Certainty = "confirmed"
	Estimated   Certainty = "estimated"
	Unconfirmed Certainty = "unconfirmed"
)

// Certainties returns all, surest first.
func Certainties() []Certainty { return []Certainty{Confirmed, Estimated, Unconfirmed} }

// OneOf implements [domain.OneOf].
func (Kind) OneOf() []string { return domain.Names(Kinds()...) }

// OneOf implements [domain.OneOf].
func (Certainty) OneOf() []string { return domain.Names(Certainties()...) }

// Events are the kinds of this subject.
func Events() []domain.Event { return []domain.Event{&Set{}} }

// Part is what pages draw of it.
func Part() domain.Part {
	return domain.Part{Story: story, Of: func(p domain.Picture) any { return Of(p) }}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	return []domain.CommandKind{
		{Name: "set_figures", Doc: "Numbers beside a situation's levels.",
			Needs: []domain.Right{domain.RightSetLevels}, Example: Tell{Meeting: "m1", Figures: []Edit{
				{Municipality: "0002", Column: "strom", Figure: WithoutPower, Value: 1200, Source: "Nettselskapet", Certainty: Estimated},
			}}},
	}
}

// Tell tells numbers beside a situation's levels.
type Tell struct {
	Meeting domain.MeetingID `json:"meeting"`
	Figures []Edit           `json:"figures" limit:"minItems=1"`
}

func (cmd Tell) Decide(d domain.Decision) ([]domain.Event, error) {
	m, b, err := d.Meeting(cmd.Meeting, domain.RightSetLevels)
	if err != nil {
		return nil, err
	}
	if b.Kind() != domain.KindSituation {
		return nil, domain.Wrong("meeting", "figure.situation")
	}
	if len(cmd.Figures) == 0 || len(cmd.Figures) > domain.MaxCells {
		return nil, domain.Wrong("figures", "cells.count", fmt.Sprint(domain.MaxCells))
	}
	e := &Set{Board: b.ID(), Meeting: m.ID}
	for i, f := range cmd.Figures {
		field := fmt.Sprintf("figures[%d]", i)
		asOf, late := d.EventTime(field+".as_of", f.AsOf)
		switch {
		case !b.Has(f.Municipality):
			return nil, domain.Wrong(field+".m", "municipality.unknown", string(f.Municipality))
		case !b.Judges(f.Column):
			return nil, domain.Wrong(field+".c", "column.unknown", string(f.Column))
		case !slices.Contains(Kinds(), f.Figure):
			return nil, domain.Wrong(field+".figure", "figure.unknown", string(f.Figure))
		case f.Value < 0 || f.Value > highest || f.Figure == PopulationShare && f.Value > 100:
			return nil, domain.Wrong(field+".value", "figure.value", fmt.Sprint(f.Value))
		case !slices.Contains(Certainties(), f.Certainty):
			return nil, domain.Wrong(field+".certainty", "figure.certainty", string(f.Certainty))
		case f.Source == "":
			return nil, domain.Wrong(field+".source", "figure.source")
		case late != nil:
			return nil, late
		}
		if err := domain.CheckText(field+".source", f.Source, domain.MaxName); err != nil {
			return nil, err
		}
		e.Figures = append(e.Figures, Stored{
			Municipality: f.Municipality, Column: f.Column, Figure: f.Figure, Value: f.Value,
			Source: domain.NewText(f.Source), AsOf: asOf, Certainty: f.Certainty,
		})
	}
	return []domain.Event{e}, nil
}

// Set are numbers beside a situation's levels.
type Set struct {
	Board   domain.BoardID   `json:"board"`
	Meeting domain.MeetingID `json:"meeting"`
	Figures []Stored         `json:"figures"`
}

func (*Set) Kind() string { return "figures_set" }

func (e *Set) Texts() []*domain.Text {
	var out []*domain.Text
	for i := range e.Figures {
		out = append(out, domain.Present(e.Figures[i].Source)...)
	}
	return out
}

func (e *Set) Apply(a *domain.Applying) error {
	line := domain.Line{Event: e, Story: story, Meeting: e.Meeting, Led: true, Field: domain.FieldFigures}
	for _, f := range e.Figures {
		line.About = append(line.About, domain.CellRef{Municipality: f.Municipality, Column: f.Column})
	}
	return a.NoteInMeeting(line)
}

// Stored is one number as it is recorded.
type Stored struct {
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Figure       Kind                  `json:"figure"`
	Value        int64                 `json:"value"`
	Source       *domain.Text          `json:"source"`
	AsOf         time.Time             `json:"as_of"`
	Certainty    Certainty             `json:"certainty"`
}

// Edit is one number that is told.
type Edit struct {
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Figure       Kind                  `json:"figure"`
	Value        int64                 `json:"value" form:"-" limit:"minimum=0 maximum=10000000"`
	Source       typed.Text            `json:"source" limit:"maxLength=200"`
	AsOf         domain.Moment         `json:"as_of,omitzero"` // zero: now
	Certainty    Certainty             `json:"certainty"`
}

// Figure is the newest number of one kind from one source.
type Figure struct {
	Municipality domain.MunicipalityID
	Column       domain.ColumnID
	Kind         Kind
	Value        int64
	Source       string
	AsOf         time.Time
	Certainty    Certainty
	Entry        domain.LogEntry
}

// Sum is what is known of one kind of figure over several municipalities.
// Each municipality with a figure is in it: where its sources differ the least
// of them counts in Low and the most in High, so that no source takes away what
// another told.
type Sum struct {
	Kind      Kind
	Low, High int64 // 0 where Sums is false
	Sums      bool
	Reported  int                     // municipalities with a figure
	Differ    []domain.MunicipalityID // those of them whose sources differ
	Most      int                     // how many numbers one of these has at most
	Oldest    time.Time               // of the as-of times in the sum
}

// Of returns the newest figure of each municipality, column, kind and source, in the
// catalogue's order. Two sources that differ are two figures. Those that a marking
// withholds are left out: see [Withheld].
func Of(p domain.Picture) []Figure {
	type key struct {
		m      domain.MunicipalityID
		c      domain.ColumnID
		kind   Kind
		source string
	}
	at := map[key]int{}
	var out []Figure
	for told := range p.Story(story) {
		e, ok := told.Event.(*Set)
		if !ok {
			continue
		}
		for _, f := range e.Figures {
			if p.Row(f.Municipality) < 0 || p.Withholds(f.Municipality, f.Column, domain.FieldFigures) {
				continue
			}
			figure := Figure{
				Municipality: f.Municipality, Column: f.Column, Kind: f.Figure, Value: f.Value,
				AsOf: f.AsOf, Certainty: f.Certainty, Entry: told.Entry,
			}
			if p.May(domain.RightSeeTexts) {
				figure.Source = f.Source.String()
			}
			k := key{f.Municipality, f.Column, f.Figure, f.Source.String()}
			if j, ok := at[k]; ok {
				out[j] = figure
				continue
			}
			at[k] = len(out)
			out = append(out, figure)
		}
	}
	slices.SortStableFunc(out, func(a, b Figure) int {
		if d := p.Row(a.Municipality) - p.Row(b.Municipality); d != 0 {
			return d
		}
		return p.Col(a.Column) - p.Col(b.Column)
	})
	return out
}

// Withheld returns how many cells of some municipalities have figures that a marking
// withholds, or would: sums must say that they lack them.
func Withheld(p domain.Picture, of []domain.MunicipalityID) int {
	n := 0
	for _, m := range of {
		for _, c := range p.Catalogue().Columns {
			if p.Withholds(m, c.ID, domain.FieldFigures) {
				n++
			}
		}
	}
	return n
}

// Sums returns what the figures of some municipalities come to, kind by kind, kinds
// without a figure left out.
func Sums(p domain.Picture, of []domain.MunicipalityID) []Sum {
	figures := Of(p)
	var out []Sum
	for _, kind := range Kinds() {
		sum := Sum{Kind: kind, Sums: kind.Sums()}
		for _, m := range of {
			var own []Figure
			for _, f := range figures {
				if f.Municipality == m && f.Kind == kind {
					own = append(own, f)
				}
			}
			sum.add(m, own)
		}
		if sum.Reported > 0 {
			out = append(out, sum)
		}
	}
	return out
}

// add takes the figures of one municipality into the sum.
func (s *Sum) add(m domain.MunicipalityID, own []Figure) {
	if len(own) == 0 {
		return
	}
	var values []int64
	for _, f := range own {
		values = append(values, f.Value)
		if s.Sums && (s.Oldest.IsZero() || f.AsOf.Before(s.Oldest)) {
			s.Oldest = f.AsOf
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)
	s.Reported++
	if len(values) > 1 {
		s.Differ, s.Most = append(s.Differ, m), max(s.Most, len(values))
	}
	if s.Sums {
		s.Low, s.High = s.Low+values[0], s.High+values[len(values)-1]
	}
}
