package kommunebilde

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Limits of what one may ask for.
const (
	LiveAge     = 15 * time.Second   // a live click that waited longer is refused
	UndoAge     = 30 * time.Second   // how long Z undoes one's own last change
	OverAge     = 30 * time.Second   // overwriting another's change younger than this is told
	EventBack   = 7 * 24 * time.Hour // how far back an event may have been
	EventAhead  = 5 * time.Minute    // how far ahead, for clocks that differ
	MaxCells    = 4000               // cells in one command
	maxActors   = 100                // regional actors in a meeting
	clockErrors = 5 * time.Second    // how far ahead a browser may think the server is
)

var (
	boardIDs   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	meetingIDs = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
)

// Decide judges a command: it answers with the events it leads to, or with an
// [Error] that says why not. It changes nothing and depends on nothing but its
// arguments.
func Decide(s *State, by Actor, cmd Command, now time.Time) ([]Event, error) {
	d := decision{s, by, now}
	switch cmd := cmd.(type) {
	case SetLevels:
		return d.setLevels(cmd)
	case Undo:
		return d.undo(cmd)
	case OpenMeeting:
		return d.openMeeting(cmd)
	case CloseMeeting:
		return d.closeMeeting(cmd)
	case ListActor:
		return d.listActor(cmd)
	case UnlistActor:
		return d.unlistActor(cmd)
	case SaveView:
		return d.saveView(cmd)
	case RemoveView:
		return d.removeView(cmd)
	case GiveReasons:
		return d.giveReasons(cmd)
	case SetReportTemplate:
		return d.setReportTemplate(cmd)
	case OpenSituation:
		return d.openSituation(cmd)
	case OpenExercise:
		return d.openExercise(cmd)
	case CloseBoard:
		return d.closeBoard(cmd)
	case SetFigures:
		return d.setFigures(cmd)
	case AskAssistance:
		return d.askAssistance(cmd)
	case MoveAssistance:
		return d.moveAssistance(cmd)
	case MarkCells:
		return d.markCells(cmd)
	case LiftMarking:
		return d.liftMarking(cmd)
	case SuggestForEdition:
		return d.suggest(cmd)
	case ReportNoChange:
		return d.reportNoChange(cmd)
	case ProposeLevels:
		return d.proposeLevels(cmd)
	case DecideProposal:
		return d.decideProposal(cmd)
	case WriteNote:
		return d.writeNote(cmd)
	case WithdrawNote:
		return d.withdrawNote(cmd)
	case AddAction:
		return d.addAction(cmd)
	case EndAction:
		return d.endAction(cmd)
	case OpenEdition:
		return d.openEdition(cmd)
	case ImportEdition:
		return d.importEdition(cmd)
	case NoteHearing:
		return d.noteHearing(cmd)
	case Publish:
		return d.publish(cmd)
	case OpenCorrection:
		return d.openCorrection(cmd)
	case OpenLive:
		return d.openLive(cmd)
	case ChangeBase:
		return d.changeBase(cmd)
	case ApplyPack:
		return d.applyPack(cmd)
	case DeclareDemo:
		return d.declareDemo()
	case Redact:
		return d.redact(cmd)
	}
	return nil, &Error{Code: Internal, Msg: "internal", Err: fmt.Errorf("no rule for %T", cmd)}
}

// decision is what every rule judges by.
type decision struct {
	s   *State
	by  Actor
	now time.Time
}

// board returns a board that the actor has a right to, NotFound if it may not
// see it, Forbidden if it may see but not do this.
func (d decision) board(id BoardID, need Right) (*board, Rights, error) {
	rights := RightsOf(d.s, d.by, id, d.now)
	if !rights[RightSee] {
		return nil, nil, notFound("board", "board.unknown", string(id))
	}
	b := d.s.boards[id]
	if !rights[need] {
		switch {
		case need == RightSetLevels && b.kind == KindEdition && b.phase() == PhasePublished && rights[RightPublish]:
			return nil, nil, conflict("edition.published")
		case need == RightSetLevels && b.kind != KindEdition && rights[RightLead]:
			return nil, nil, conflict("meeting.needed")
		case need == RightBase && b.phase() == PhaseMeeting && d.by.has(RoleEditor, d.now):
			return nil, nil, conflict("base.meeting")
		}
		return nil, nil, forbidden("forbidden." + string(need))
	}
	return b, rights, nil
}

func (d decision) setLevels(cmd SetLevels) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightSetLevels)
	if err != nil {
		return nil, err
	}
	e := &LevelsSet{Board: b.id, ReportedBy: NewText(cmd.ReportedBy)}
	if err := checkText("reported_by", cmd.ReportedBy, MaxName); err != nil {
		return nil, err
	}
	if b.kind != KindEdition {
		if age := d.now.Sub(cmd.Issued); !cmd.Issued.IsZero() && (age > LiveAge || age < -clockErrors) {
			return nil, &Error{Code: TooOld, Field: "issued", Msg: "command.old"}
		}
		m := d.s.meetings[cmd.Meeting]
		if m == nil || m.Board != b.id {
			return nil, invalid("meeting", "meeting.unknown")
		}
		if !m.Open() {
			return nil, conflict("meeting.closed")
		}
		e.Meeting = m.ID
	}
	if !cmd.EventAt.IsZero() {
		at := cmd.EventAt.UTC().Truncate(time.Millisecond)
		if d.now.Sub(at) > EventBack || at.Sub(d.now) > EventAhead {
			return nil, invalid("event_at", "event.time")
		}
		e.EventAt = &at
	}
	for i, edit := range cmd.Cells {
		set, err := d.cell(b, fmt.Sprintf("cells[%d]", i), edit, true)
		if err != nil {
			return nil, err
		}
		e.Cells = append(e.Cells, set)
	}
	return e.events()
}

// events returns the event alone, or refuses an empty, oversized or
// self-contradicting list of cells.
func (e *LevelsSet) events() ([]Event, error) {
	if len(e.Cells) == 0 || len(e.Cells) > MaxCells {
		return nil, invalid("cells", "cells.count", fmt.Sprint(MaxCells))
	}
	seen := make(map[[2]string]bool, len(e.Cells))
	for i, c := range e.Cells {
		key := [2]string{string(c.Municipality), string(c.Column)}
		if seen[key] {
			return nil, invalid(fmt.Sprintf("cells[%d]", i), "cells.twice")
		}
		seen[key] = true
	}
	return []Event{e}, nil
}

// cell judges what one cell shall become. stale tells whether the author must
// have seen what the cell is now.
func (d decision) cell(b *board, field string, edit CellEdit, stale bool) (CellSet, error) {
	row, col := place(b.rowOf, edit.Municipality), place(b.columnOf, edit.Column)
	if row < 0 {
		return CellSet{}, invalid(field+".m", "municipality.unknown", string(edit.Municipality))
	}
	if col < 0 || !b.judges(b.catalogue.Columns[col].Kind) {
		return CellSet{}, invalid(field+".c", "column.unknown", string(edit.Column))
	}
	if !slices.Contains(b.kind.Levels(), edit.Level) {
		return CellSet{}, invalid(field+".level", "level.unknown", string(edit.Level))
	}
	if err := checkText(field+".text", edit.Text, MaxReason); err != nil {
		return CellSet{}, err
	}
	if err := checkText(field+".author", edit.Author, MaxName); err != nil {
		return CellSet{}, err
	}
	if edit.Date != "" && !isDay(edit.Date) {
		return CellSet{}, invalid(field+".date", "date.wrong", edit.Date)
	}
	set := CellSet{
		Municipality: edit.Municipality, Column: edit.Column, Level: edit.Level,
		Text: NewText(edit.Text), Author: NewText(edit.Author), Date: edit.Date,
	}
	now := b.rows[row][col].current()
	if b.kind == KindEdition {
		if !d.s.may(d.by, b, RightSetLevels, b.catalogue.area(col), d.now) {
			return CellSet{}, &Error{Code: Forbidden, Field: field + ".c", Msg: "forbidden.area"}
		}
		if stale && now.setAt() != edit.Seen {
			return CellSet{}, &Error{Code: Conflict, Field: field, Msg: "cell.stale"}
		}
		return set, nil
	}
	if now != nil && now.by != d.by.ID && d.now.Sub(fromMillis(now.at)) < OverAge && now.level != edit.Level {
		set.Over = &Overwritten{By: now.by, Revision: now.revision, Level: now.level}
	}
	return set, nil
}

// judges tells whether a board has cells in columns of this kind: the live
// picture judges areas, an edition areas and indicators, a situation functions.
func (b *board) judges(k ColumnKind) bool {
	switch b.kind {
	case KindLive:
		return k == ColumnArea
	case KindSituation:
		return k == ColumnFunction
	}
	return k != ColumnFunction
}

func (c *change) setAt() Revision {
	if c == nil {
		return 0
	}
	return c.revision
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func (d decision) undo(cmd Undo) ([]Event, error) {
	b, rights, err := d.board(cmd.Board, RightSetLevels)
	if err != nil {
		return nil, err
	}
	r := cmd.Revision
	if r == 0 {
		if r = d.ownLast(b); r == 0 {
			return nil, conflict("undo.none")
		}
	}
	lines := b.logAt(r)
	if len(lines) == 0 {
		return nil, notFound("rev", "undo.unknown", fmt.Sprint(r))
	}
	if lines[0].by != d.by.ID && !rights[RightUndoOthers] {
		return nil, forbidden("forbidden.undo_others")
	}
	e := &LevelsSet{Board: b.id, Undoes: r}
	if b.kind != KindEdition {
		e.Meeting = d.s.latestMeeting(b.id)
	}
	for i, l := range lines {
		changes := b.rows[l.row][l.col].changes
		if changes[len(changes)-1].revision != r {
			return nil, &Error{Code: Conflict, Field: fmt.Sprintf("cells[%d]", i), Msg: "undo.changed"}
		}
		column := b.catalogue.Columns[l.col]
		if b.kind == KindEdition && !d.s.may(d.by, b, RightSetLevels, b.catalogue.area(int(l.col)), d.now) {
			return nil, &Error{Code: Forbidden, Msg: "forbidden.area"}
		}
		set := CellSet{
			Municipality: b.catalogue.Municipalities[l.row].ID, Column: column.ID, Level: NotAssessed,
		}
		if before := last(changes[:len(changes)-1]); before != nil {
			set.Level, set.Date = before.level, before.date
			set.Same, set.SameAuthor = before.text.ref(), before.author.ref()
		}
		e.Cells = append(e.Cells, set)
	}
	return e.events()
}

func (t *Text) ref() *TextID {
	if t == nil {
		return nil
	}
	id := t.id
	return &id
}

// logAt returns the changes of cells that a record made.
func (b *board) logAt(r Revision) []logEntry {
	var out []logEntry
	i, _ := slices.BinarySearchFunc(b.log, r, func(l logEntry, r Revision) int { return int(int64(l.revision) - int64(r)) })
	for ; i < len(b.log) && b.log[i].revision == r; i++ {
		if b.log[i].event == nil {
			out = append(out, b.log[i])
		}
	}
	return out
}

// ownLast returns the actor's own last change that still stands and is no undo
// itself, 0 if there is none within UndoAge.
func (d decision) ownLast(b *board) Revision {
	oldest := d.now.Add(-UndoAge).UnixMilli()
	for i := len(b.log) - 1; i >= 0 && b.log[i].at >= oldest; i-- {
		l := b.log[i]
		if l.event != nil || l.by != d.by.ID {
			continue
		}
		if c := b.rows[l.row][l.col].current(); c.revision == l.revision && c.undoes == 0 {
			return l.revision
		}
	}
	return 0
}

// latestMeeting returns the meeting on a board that was opened last and is
// still open, "" if there is none.
func (s *State) latestMeeting(b BoardID) MeetingID {
	var out *Meeting
	for _, m := range s.meetings {
		if m.Board == b && m.Open() && (out == nil || m.Opened > out.Opened) {
			out = m
		}
	}
	if out == nil {
		return ""
	}
	return out.ID
}

func (d decision) openMeeting(cmd OpenMeeting) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightLead)
	if err != nil {
		return nil, err
	}
	switch {
	case !meetingIDs.MatchString(string(cmd.ID)):
		return nil, invalid("id", "id.wrong", string(cmd.ID))
	case d.s.meetings[cmd.ID] != nil:
		return nil, conflict("meeting.exists")
	case !slices.Contains(MeetingKinds(), cmd.Kind):
		return nil, invalid("kind", "meeting.kind", string(cmd.Kind))
	case cmd.Region != "" && b.catalogue.RegionIndex(cmd.Region) < 0:
		return nil, invalid("region", "region.unknown", string(cmd.Region))
	}
	if err := checkName("title", cmd.Title); err != nil {
		return nil, err
	}
	if err := checkText("case", cmd.Case, 40); err != nil {
		return nil, err
	}
	for i, m := range cmd.Invited {
		if place(b.rowOf, m) < 0 || slices.Contains(cmd.Invited[:i], m) {
			return nil, invalid(fmt.Sprintf("invited[%d]", i), "municipality.unknown", string(m))
		}
	}
	for i, r := range cmd.Agenda {
		if b.catalogue.RegionIndex(r) < 0 || slices.Contains(cmd.Agenda[:i], r) {
			return nil, invalid(fmt.Sprintf("agenda[%d]", i), "region.unknown", string(r))
		}
	}
	if err := d.gathered(cmd); err != nil {
		return nil, err
	}
	series, err := d.inSeries(cmd)
	if err != nil {
		return nil, err
	}
	if cmd.View != "" {
		if v, ok := b.savedView(cmd.View); !ok || v.gone {
			return nil, invalid("view", "view.unknown")
		}
		if cmd.Region != "" {
			return nil, invalid("region", "view.region")
		}
	}
	var actors []*Text
	for _, a := range cmd.Actors {
		actors = append(actors, NewText(a))
	}
	return []Event{&MeetingOpened{
		Series: NewText(cmd.Series), Agenda: slices.Clone(cmd.Agenda), Actors: actors, Reports: cmd.Reports,
		Meeting: cmd.ID, Board: b.id, Type: cmd.Kind, Title: NewText(cmd.Title),
		Case: NewText(cmd.Case), Region: cmd.Region, Invited: slices.Clone(cmd.Invited),
		InSeries: series, View: cmd.View, Listed: slices.Clone(cmd.Listed),
	}}, nil
}

// gathered checks who takes part besides the municipalities.
func (d decision) gathered(cmd OpenMeeting) error {
	if len(cmd.Actors)+len(cmd.Listed) > maxActors {
		return invalid("actors", "actors.count", fmt.Sprint(maxActors))
	}
	for i, id := range cmd.Listed {
		if !d.s.listed(id) || slices.Contains(cmd.Listed[:i], id) {
			return invalid(fmt.Sprintf("listed[%d]", i), "actor.unknown")
		}
	}
	for i, a := range cmd.Actors {
		if err := checkName(fmt.Sprintf("actors[%d]", i), a); err != nil {
			return err
		}
	}
	return nil
}

// inSeries returns the series that a meeting continues, "" for one that stands
// alone or begins a series.
func (d decision) inSeries(cmd OpenMeeting) (MeetingID, error) {
	if cmd.InSeries == "" {
		return d.s.seriesNamed(cmd.Board, cmd.Series), checkText("series", cmd.Series, MaxName)
	}
	if cmd.Series != "" {
		return "", invalid("series", "series.both")
	}
	if first := d.s.meetings[cmd.InSeries]; first == nil || first.Board != cmd.Board || first.SeriesID != cmd.InSeries {
		return "", invalid("in_series", "series.unknown")
	}
	return cmd.InSeries, nil
}

func (d decision) declareDemo() ([]Event, error) {
	if !d.by.has(RoleAdmin, d.now) {
		return nil, forbidden("forbidden.demo")
	}
	if d.s.head.Revision != 0 {
		return nil, conflict("demo.not_empty")
	}
	return []Event{&DemoDeclared{}}, nil
}

func (d decision) redact(cmd Redact) ([]Event, error) {
	if !d.by.has(RoleAdmin, d.now) {
		return nil, forbidden("forbidden.redact")
	}
	if cmd.Reason == "" {
		return nil, invalid("reason", "reason.missing")
	}
	if err := checkText("reason", cmd.Reason, MaxReason); err != nil {
		return nil, err
	}
	if len(cmd.Texts) == 0 || len(cmd.Texts) > MaxCells {
		return nil, invalid("texts", "texts.count")
	}
	for i, id := range cmd.Texts {
		t := d.s.text(id)
		if t == nil || slices.Contains(cmd.Texts[:i], id) {
			return nil, invalid(fmt.Sprintf("texts[%d]", i), "text.unknown", id.String())
		}
		if t.Redacted() {
			return nil, conflict("text.gone", id.String())
		}
	}
	return []Event{&TextRedacted{Texts: slices.Clone(cmd.Texts), Reason: NewText(cmd.Reason)}}, nil
}
