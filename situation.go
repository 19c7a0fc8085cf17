package kommunebilde

import (
	"fmt"
	"slices"
	"time"
)

// Situations (hendelser), exercises, and what belongs to them: figures,
// requests for assistance, suggestions for the next edition.

// FigureKind is what a figure counts.
type FigureKind string

const (
	Evacuated       FigureKind = "evacuated"
	CutOff          FigureKind = "cut_off"
	WithoutPower    FigureKind = "without_power"
	WithoutTelecom  FigureKind = "without_telecom"
	WithoutWater    FigureKind = "without_water"
	RoadsClosed     FigureKind = "roads_closed"
	Injured         FigureKind = "injured"
	StaffShort      FigureKind = "staff_short"      // persons, in critical functions
	FuelHours       FigureKind = "fuel_hours"       // until the emergency power ends
	PopulationShare FigureKind = "population_share" // per cent affected
)

// FigureKinds returns all kinds, in the order they are offered.
func FigureKinds() []FigureKind {
	return []FigureKind{Evacuated, CutOff, WithoutPower, WithoutTelecom, WithoutWater, RoadsClosed, Injured, StaffShort, FuelHours, PopulationShare}
}

// Sums tells whether figures of different municipalities may be added: persons
// and roads may, hours and shares may not.
func (k FigureKind) Sums() bool { return k != FuelHours && k != PopulationShare }

// Certainty is how sure a figure is.
type Certainty string

const (
	Confirmed   Certainty = "confirmed"
	Estimated   Certainty = "estimated"
	Unconfirmed Certainty = "unconfirmed"
)

// Certainties returns all, surest first.
func Certainties() []Certainty { return []Certainty{Confirmed, Estimated, Unconfirmed} }

// AssistanceState is how far a request for assistance has come.
type AssistanceState string

const (
	AssistanceNew      AssistanceState = "asked"
	AssistanceGranted  AssistanceState = "granted"
	AssistanceUnderWay AssistanceState = "under_way"
	AssistanceDone     AssistanceState = "done"
	AssistanceDeclined AssistanceState = "declined"
)

// AssistanceStates returns all, in the order they come.
func AssistanceStates() []AssistanceState {
	return []AssistanceState{AssistanceNew, AssistanceGranted, AssistanceUnderWay, AssistanceDone, AssistanceDeclined}
}

const maxFigure = 10_000_000

func (d decision) openSituation(cmd OpenSituation) ([]Event, error) {
	if !d.by.has(RoleLead, d.now) && !d.by.has(RoleEditor, d.now) {
		return nil, forbidden("forbidden.lead")
	}
	if err := d.newBoard(cmd.Board, cmd.Title); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(cmd.Catalogue.Columns, func(c Column) bool { return c.Kind == ColumnFunction }) {
		return nil, invalid("catalogue", "catalogue.functions")
	}
	events, err := d.catalogue(&cmd.Catalogue, cmd.Map)
	if err != nil {
		return nil, err
	}
	return append(events, &BoardOpened{Board: cmd.Board, Kind: KindSituation, Name: NewText(cmd.Title), Exercise: cmd.Exercise, Catalogue: cmd.Catalogue}), nil
}

func (d decision) newBoard(id BoardID, title string) error {
	if !boardIDs.MatchString(string(id)) || id == Live {
		return invalid("board", "id.wrong", string(id))
	}
	if d.s.boards[id] != nil {
		return conflict("board.exists", string(id))
	}
	return checkName("title", title)
}

func (d decision) openExercise(cmd OpenExercise) ([]Event, error) {
	from, _, err := d.board(cmd.From, RightLead)
	if err != nil {
		return nil, err
	}
	if err := d.newBoard(cmd.Board, cmd.Title); err != nil {
		return nil, err
	}
	events := []Event{&BoardOpened{
		Board: cmd.Board, Kind: from.kind, Name: NewText(cmd.Title), Base: from.base, Exercise: true, Catalogue: *from.catalogue,
	}}
	set := &LevelsSet{Board: cmd.Board, Source: sourceExercise}
	for i, row := range from.rows {
		for j, cell := range row {
			if now := cell.current(); now.is() != NotAssessed {
				set.Cells = append(set.Cells, CellSet{
					Municipality: from.catalogue.Municipalities[i].ID, Column: from.catalogue.Columns[j].ID,
					Level: now.level, Same: now.text.ref(),
				})
			}
		}
	}
	events = append(events, from.copyMarks(cmd.Board)...) // before there is anything to see
	if len(set.Cells) > 0 {
		events = append(events, set)
	}
	return events, nil
}

func (d decision) closeBoard(cmd CloseBoard) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightLead)
	switch {
	case err != nil:
		return nil, err
	case b.id == Live || b.kind != KindSituation && !b.exercise:
		return nil, invalid("board", "board.stays", string(b.id))
	case b.openMeetings > 0:
		return nil, conflict("board.meeting")
	}
	return []Event{&BoardClosed{Board: b.id}}, nil
}

func (d decision) setFigures(cmd SetFigures) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightSetLevels)
	if err != nil {
		return nil, err
	}
	if b.kind != KindSituation {
		return nil, invalid("meeting", "figure.situation")
	}
	if len(cmd.Figures) == 0 || len(cmd.Figures) > MaxCells {
		return nil, invalid("figures", "cells.count", fmt.Sprint(MaxCells))
	}
	e := &FiguresSet{Board: b.id, Meeting: m.ID}
	for i, f := range cmd.Figures {
		field := fmt.Sprintf("figures[%d]", i)
		asOf := f.AsOf.UTC().Truncate(time.Millisecond)
		if f.AsOf.IsZero() {
			asOf = d.now.UTC().Truncate(time.Millisecond)
		}
		col := place(b.columnOf, f.Column)
		switch {
		case place(b.rowOf, f.Municipality) < 0:
			return nil, invalid(field+".m", "municipality.unknown", string(f.Municipality))
		case col < 0 || !b.judges(b.catalogue.Columns[col].Kind):
			return nil, invalid(field+".c", "column.unknown", string(f.Column))
		case !slices.Contains(FigureKinds(), f.Figure):
			return nil, invalid(field+".figure", "figure.unknown", string(f.Figure))
		case f.Value < 0 || f.Value > maxFigure || f.Figure == PopulationShare && f.Value > 100:
			return nil, invalid(field+".value", "figure.value", fmt.Sprint(f.Value))
		case !slices.Contains(Certainties(), f.Certainty):
			return nil, invalid(field+".certainty", "figure.certainty", string(f.Certainty))
		case f.Source == "":
			return nil, invalid(field+".source", "figure.source")
		case d.now.Sub(asOf) > EventBack || asOf.Sub(d.now) > EventAhead:
			return nil, invalid(field+".as_of", "event.time")
		}
		if err := checkText(field+".source", f.Source, MaxName); err != nil {
			return nil, err
		}
		e.Figures = append(e.Figures, FigureSet{
			Municipality: f.Municipality, Column: f.Column, Figure: f.Figure, Value: f.Value,
			Source: NewText(f.Source), AsOf: asOf, Certainty: f.Certainty,
		})
	}
	return []Event{e}, nil
}

func (d decision) askAssistance(cmd AskAssistance) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightSetLevels)
	if err != nil {
		return nil, err
	}
	switch {
	case !meetingIDs.MatchString(string(cmd.ID)):
		return nil, invalid("id", "id.wrong", string(cmd.ID))
	case place(b.rowOf, cmd.Municipality) < 0:
		return nil, invalid("m", "municipality.unknown", string(cmd.Municipality))
	case cmd.What == "":
		return nil, invalid("what", "text.missing")
	case cmd.Of == "":
		return nil, invalid("of", "name.missing")
	}
	if err := checkText("what", cmd.What, MaxReason); err != nil {
		return nil, err
	}
	if err := checkText("of", cmd.Of, MaxName); err != nil {
		return nil, err
	}
	if b.assistanceState(cmd.ID) != "" {
		return nil, conflict("assistance.exists")
	}
	return []Event{&AssistanceAsked{Meeting: m.ID, Request: cmd.ID, Municipality: cmd.Municipality, Of: NewText(cmd.Of), What: NewText(cmd.What)}}, nil
}

func (d decision) moveAssistance(cmd MoveAssistance) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightLead)
	if err != nil {
		return nil, err
	}
	if err := checkText("note", cmd.Note, MaxReason); err != nil {
		return nil, err
	}
	switch state := b.assistanceState(cmd.ID); {
	case state == "":
		return nil, notFound("id", "assistance.unknown")
	case !slices.Contains(AssistanceStates(), cmd.State):
		return nil, invalid("state", "assistance.state", string(cmd.State))
	case state == cmd.State:
		return nil, conflict("assistance.same")
	}
	return []Event{&AssistanceMoved{Board: b.id, Request: cmd.ID, State: cmd.State, Note: NewText(cmd.Note)}}, nil
}

// assistanceState returns how far a request has come, "" if there is none.
func (b *board) assistanceState(id AssistanceID) AssistanceState {
	var state AssistanceState
	for _, l := range b.log {
		switch e := l.event.(type) {
		case *AssistanceAsked:
			if e.Request == id {
				state = AssistanceNew
			}
		case *AssistanceMoved:
			if e.Request == id {
				state = e.State
			}
		}
	}
	return state
}

func (d decision) suggest(cmd SuggestForEdition) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightSetLevels)
	if err != nil {
		return nil, err
	}
	col := place(b.columnOf, cmd.Column)
	switch {
	case b.kind != KindLive || b.exercise:
		return nil, invalid("meeting", "suggest.live")
	case place(b.rowOf, cmd.Municipality) < 0:
		return nil, invalid("m", "municipality.unknown", string(cmd.Municipality))
	case col < 0 || !b.judges(b.catalogue.Columns[col].Kind):
		return nil, invalid("c", "column.unknown", string(cmd.Column))
	case cmd.Text == "":
		return nil, invalid("text", "text.missing")
	}
	if err := checkText("text", cmd.Text, MaxReason); err != nil {
		return nil, err
	}
	return []Event{&EditionSuggested{Meeting: m.ID, Municipality: cmd.Municipality, Column: cmd.Column, Text: NewText(cmd.Text)}}, nil
}

// Figure is the newest number of one kind from one source.
type Figure struct {
	Municipality MunicipalityID
	Column       ColumnID
	Kind         FigureKind
	Value        int64
	Source       string
	AsOf         time.Time
	Certainty    Certainty
	Entry        LogEntry
}

// FigureSum is what is known of one kind of figure over several municipalities.
// Total adds those that one source alone, or several in agreement, tell of;
// where sources differ, nobody's number is added.
type FigureSum struct {
	Kind     FigureKind
	Total    int64 // 0 where Sums is false
	Sums     bool
	Reported int // municipalities that are in Total
	Differ   []MunicipalityID
	Oldest   time.Time // of the as-of times in Total
}

// Assistance is a request for assistance.
type Assistance struct {
	ID           AssistanceID
	Meeting      MeetingID
	Municipality MunicipalityID
	Of, What     string
	State        AssistanceState
	Note         string
	Entry        LogEntry // when it was asked
	Moved        *LogEntry
}

// Suggestion is something for an area's assessor to look at.
type Suggestion struct {
	Meeting      MeetingID
	Municipality MunicipalityID
	Column       ColumnID
	Text         string
	Entry        LogEntry
}

// Figures returns the newest figure of each municipality, column, kind and
// source, in the catalogue's order. Two sources that differ are two figures.
// Those that a marking withholds are left out: see [Picture.FiguresWithheld].
func (p Picture) Figures() []Figure {
	type key struct {
		m      MunicipalityID
		c      ColumnID
		kind   FigureKind
		source string
	}
	at := map[key]int{}
	var out []Figure
	log := p.lines(0)
	for i := range log {
		e, ok := log[i].event.(*FiguresSet)
		if !ok {
			continue
		}
		for _, f := range e.Figures {
			if place(p.board.rowOf, f.Municipality) < 0 || p.withholds(f.Municipality, f.Column, FieldFigures) {
				continue
			}
			figure := Figure{
				Municipality: f.Municipality, Column: f.Column, Kind: f.Figure, Value: f.Value,
				AsOf: f.AsOf, Certainty: f.Certainty, Entry: p.entry(&log[i]),
			}
			if p.rights[RightSeeTexts] {
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

// FiguresWithheld returns how many cells of some municipalities have figures that
// a marking withholds, or would: sums must say that they lack them.
func (p Picture) FiguresWithheld(of []MunicipalityID) int {
	n := 0
	for at := range p.marks {
		if slices.Contains(of, at.Municipality) && p.withholds(at.Municipality, at.Column, FieldFigures) {
			n++
		}
	}
	return n
}

// FigureSums returns what the figures of some municipalities come to, kind by
// kind, kinds without a figure left out.
func (p Picture) FigureSums(of []MunicipalityID) []FigureSum {
	figures := p.Figures()
	var out []FigureSum
	for _, kind := range FigureKinds() {
		sum := FigureSum{Kind: kind, Sums: kind.Sums()}
		found := false
		for _, m := range of {
			var own []Figure
			for _, f := range figures {
				if f.Municipality == m && f.Kind == kind {
					own = append(own, f)
				}
			}
			if len(own) == 0 {
				continue
			}
			found = true
			if slices.ContainsFunc(own, func(f Figure) bool { return f.Value != own[0].Value }) {
				sum.Differ = append(sum.Differ, m)
				continue
			}
			if !sum.Sums {
				continue
			}
			sum.Reported++
			sum.Total += own[0].Value
			for _, f := range own {
				if sum.Oldest.IsZero() || f.AsOf.Before(sum.Oldest) {
					sum.Oldest = f.AsOf
				}
			}
		}
		if found {
			out = append(out, sum)
		}
	}
	return out
}

// Assistance returns the board's requests for assistance, oldest first; a
// municipality's own for a municipality.
func (p Picture) Assistance() []Assistance {
	if !p.rights[RightSeeMeetings] {
		return nil
	}
	var out []Assistance
	log := p.lines(0)
	for i := range log {
		switch e := log[i].event.(type) {
		case *AssistanceAsked:
			if !p.concerns(e.Municipality) {
				continue
			}
			a := Assistance{ID: e.Request, Meeting: e.Meeting, Municipality: e.Municipality, State: AssistanceNew, Entry: p.entry(&log[i])}
			if p.rights[RightSeeTexts] {
				a.Of, a.What = e.Of.String(), e.What.String()
			}
			out = append(out, a)
		case *AssistanceMoved:
			if j := slices.IndexFunc(out, func(a Assistance) bool { return a.ID == e.Request }); j >= 0 {
				entry := p.entry(&log[i])
				out[j].State, out[j].Moved = e.State, &entry
				if p.rights[RightSeeTexts] {
					out[j].Note = e.Note.String()
				}
			}
		}
	}
	return out
}

// Suggestions returns what was suggested for the next edition, oldest first:
// for staff only.
func (p Picture) Suggestions() []Suggestion {
	if p.audience.Kind != AudienceStaff {
		return nil
	}
	var out []Suggestion
	log := p.lines(0)
	for i := range log {
		if e, ok := log[i].event.(*EditionSuggested); ok {
			out = append(out, Suggestion{Meeting: e.Meeting, Municipality: e.Municipality, Column: e.Column, Text: e.Text.String(), Entry: p.entry(&log[i])})
		}
	}
	return out
}

// Stale tells whether a level is older than its column's limit and must be
// confirmed; that nothing has changed counts as confirmed. The level stays: old
// is not bad.
func (p Picture) Stale(row, col int) bool {
	if p.hides(row, col, FieldLevel) {
		return false
	}
	limit := time.Duration(p.board.catalogue.Columns[col].StaleAfter) * time.Hour
	c := last(p.board.rows[row][col].upTo(p.cut))
	return limit > 0 && c.is() != NotAssessed && !p.now.Before(p.board.fresh(row, c).Add(limit))
}

// fresh returns when a level was last known to hold.
func (b *board) fresh(row int, c *change) time.Time {
	return fromMillis(max(c.at, b.confirmed[row]))
}

// nextStale returns when the next of a board's levels goes stale, zero if none
// will.
func (b *board) nextStale(now time.Time) time.Time {
	var next time.Time
	for i, row := range b.rows {
		for j, cell := range row {
			c := cell.current()
			limit := time.Duration(b.catalogue.Columns[j].StaleAfter) * time.Hour
			if limit == 0 || c.is() == NotAssessed {
				continue
			}
			if t := b.fresh(i, c).Add(limit); t.After(now) && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
	}
	return next
}

// Overdue returns the places of the levels that were older than their column's
// limit at a time, of what the picture shows: it asks only what was confirmed
// until then, so that it does not change with what is confirmed later.
func (p Picture) Overdue(at time.Time) [][2]int {
	confirmed := make([]int64, len(p.board.rows))
	for _, l := range p.lines(0) {
		if e, ok := l.event.(*MunicipalityReported); ok {
			if row := place(p.board.rowOf, e.Municipality); row >= 0 {
				confirmed[row] = l.at
			}
		}
	}
	var out [][2]int
	for i, row := range p.board.rows {
		for j, cell := range row {
			c := last(cell.upTo(p.cut))
			limit := time.Duration(p.board.catalogue.Columns[j].StaleAfter) * time.Hour
			if limit > 0 && c.is() != NotAssessed && !p.hides(i, j, FieldLevel) && !at.Before(fromMillis(max(c.at, confirmed[i])).Add(limit)) {
				out = append(out, [2]int{i, j})
			}
		}
	}
	return out
}
