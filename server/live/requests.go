package live

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"kommunebilde"
)

// requests remembers what became of accepted commands, per account and request
// id, for [kommunebilde.RequestsAreFor]. It belongs to the Clerk's goroutine.
type requests struct {
	known map[requestKey]*request
	order []*request // oldest first; forgotten ones stay until their time is up
}

type requestKey struct {
	by  kommunebilde.AccountID
	req kommunebilde.RequestID
}

type request struct {
	key    requestKey
	at     time.Time
	result Result

	sum    [32]byte             // of the command, zero for one from before the start
	events []kommunebilde.Event // of the record, for one from before the start
}

func newRequests() *requests { return &requests{known: map[requestKey]*request{}} }

// find returns what is remembered of a command's request id, nil if nothing.
func (q *requests) find(j *job, now time.Time) *request {
	n := 0
	for n < len(q.order) && now.Sub(q.order[n].at) >= kommunebilde.RequestsAreFor {
		if old := q.order[n]; q.known[old.key] == old {
			delete(q.known, old.key)
		}
		q.order[n] = nil
		n++
	}
	q.order = q.order[n:]
	if j.req == "" {
		return nil
	}
	return q.known[requestKey{j.by.ID, j.req}]
}

// add remembers an accepted command; it returns nil for one without an id.
func (q *requests) add(j *job, result Result, now time.Time) *request {
	if j.req == "" {
		return nil
	}
	return q.put(&request{key: requestKey{j.by.ID, j.req}, at: now, result: result, sum: sumOf(j.cmd)})
}

// replayed remembers a record from before the start.
func (q *requests) replayed(r kommunebilde.Record, now time.Time) {
	if r.Request != "" && now.Sub(r.At) < kommunebilde.RequestsAreFor {
		q.put(&request{key: requestKey{r.By, r.Request}, at: r.At, result: resultOf(r), events: r.Events})
	}
}

func (q *requests) put(r *request) *request {
	q.known[r.key] = r
	q.order = append(q.order, r)
	return r
}

// forget takes back what add remembered, of a command that was not kept.
func (q *requests) forget(j *job) { delete(q.known, requestKey{j.by.ID, j.req}) }

// is tells whether a command has the content that was remembered.
func (r *request) is(cmd kommunebilde.Command) bool {
	if r.events == nil {
		return r.sum == sumOf(cmd)
	}
	return slices.ContainsFunc(r.events, func(e kommunebilde.Event) bool { return follows(e, cmd) })
}

// sumOf is a hash of a command's content. When it was clicked is none of it: a
// repeat is clicked later.
func sumOf(cmd kommunebilde.Command) [32]byte {
	if set, ok := cmd.(kommunebilde.SetLevels); ok {
		set.Issued = time.Time{}
		cmd = set
	}
	h := sha256.New()
	fmt.Fprintf(h, "%T ", cmd)
	if err := json.NewEncoder(h).Encode(cmd); err != nil {
		return [32]byte{} // never: commands are plain data
	}
	return [32]byte(h.Sum(nil))
}

// follows tells whether an event is what a command leads to. A record does not
// hold all that its command said, so that after a restart a repeat is known by
// what it does: board, cells, levels, texts, names.
func follows(e kommunebilde.Event, cmd kommunebilde.Command) bool {
	switch e := e.(type) {
	case *kommunebilde.DemoDeclared:
		_, ok := cmd.(kommunebilde.DeclareDemo)
		return ok
	case *kommunebilde.BoardOpened:
		switch cmd := cmd.(type) {
		case kommunebilde.OpenLive:
			return e.Board == kommunebilde.Live
		case kommunebilde.OpenEdition:
			return e.Board == cmd.Board && e.Title == cmd.Title
		case kommunebilde.OpenSituation:
			return e.Board == cmd.Board && sameText(e.Name, cmd.Title) && e.Exercise == cmd.Exercise
		case kommunebilde.OpenExercise:
			return e.Board == cmd.Board && sameText(e.Name, cmd.Title) && e.Exercise
		}
	case *kommunebilde.BoardClosed:
		cmd, ok := cmd.(kommunebilde.CloseBoard)
		return ok && e.Board == cmd.Board
	case *kommunebilde.CatalogueReplaced:
		switch cmd := cmd.(type) {
		case kommunebilde.ChangeBase:
			return e.Base == cmd.Edition && len(e.Changes) == 0
		case kommunebilde.ApplyPack:
			return sameJSON(e.Catalogue, cmd.Catalogue)
		}
	case *kommunebilde.LevelsSet:
		switch cmd := cmd.(type) {
		case kommunebilde.SetLevels:
			return e.Board == cmd.Board && e.Undoes == 0 && e.Source == "" && e.Meeting == cmd.Meeting && (e.EventAt == nil) == cmd.EventAt.IsZero() &&
				sameText(e.ReportedBy, cmd.ReportedBy) && len(e.Cells) == len(cmd.Cells) && sameCells(e.Cells, cmd.Cells)
		case kommunebilde.GiveReasons:
			return e.Meeting == cmd.Meeting && e.EventAt != nil && len(e.Cells) == 1 && slices.ContainsFunc(cmd.Reasons, func(r kommunebilde.ReasonGiven) bool {
				c := e.Cells[0]
				return c.Municipality == r.Municipality && c.Column == r.Column && sameText(c.Text, r.Text)
			})
		case kommunebilde.Undo:
			return e.Board == cmd.Board && e.Undoes != 0 && (cmd.Revision == 0 || cmd.Revision == e.Undoes)
		case kommunebilde.ImportEdition:
			return e.Board == cmd.Board && e.Source != "" && sameCells(e.Cells, cmd.Cells)
		}
	case *kommunebilde.MeetingOpened:
		cmd, ok := cmd.(kommunebilde.OpenMeeting)
		return ok && sameMeeting(e, cmd)
	case *kommunebilde.MeetingClosed:
		cmd, ok := cmd.(kommunebilde.CloseMeeting)
		return ok && e.Meeting == cmd.Meeting
	case *kommunebilde.HearingHeld:
		cmd, ok := cmd.(kommunebilde.NoteHearing)
		return ok && e.Board == cmd.Board && sameJSON(e.Hearing, cmd.Hearing)
	case *kommunebilde.EditionPublished:
		cmd, ok := cmd.(kommunebilde.Publish)
		return ok && e.Board == cmd.Board
	case *kommunebilde.CorrectionOpened:
		cmd, ok := cmd.(kommunebilde.OpenCorrection)
		return ok && e.Board == cmd.Board && sameText(e.Reason, cmd.Reason)
	case *kommunebilde.ReportTemplateSet:
		cmd, ok := cmd.(kommunebilde.SetReportTemplate)
		return ok && slices.EqualFunc(e.Sections, cmd.Sections, func(s kommunebilde.ReportSection, p kommunebilde.ReportPart) bool {
			return s.Key == p.Key && s.Hidden == p.Hidden && sameText(s.Heading, p.Heading) && sameText(s.Text, p.Text)
		})
	case *kommunebilde.TextRedacted:
		cmd, ok := cmd.(kommunebilde.Redact)
		return ok && slices.Equal(e.Texts, cmd.Texts)
	}
	return followsInMeeting(e, cmd) || followsArranging(e, cmd)
}

// followsArranging is follows for what meetings are arranged with.
func followsArranging(e kommunebilde.Event, cmd kommunebilde.Command) bool {
	switch e := e.(type) {
	case *kommunebilde.ActorListed:
		cmd, ok := cmd.(kommunebilde.ListActor)
		return ok && e.Actor == cmd.ID && sameText(e.Name, cmd.Name)
	case *kommunebilde.ActorUnlisted:
		cmd, ok := cmd.(kommunebilde.UnlistActor)
		return ok && e.Actor == cmd.ID
	case *kommunebilde.ViewSaved:
		cmd, ok := cmd.(kommunebilde.SaveView)
		return ok && e.Board == cmd.Board && e.View == cmd.ID && sameText(e.Name, cmd.Name) && sameJSON(e.Filter, cmd.Filter)
	case *kommunebilde.ViewRemoved:
		cmd, ok := cmd.(kommunebilde.RemoveView)
		return ok && e.Board == cmd.Board && e.View == cmd.ID
	}
	return false
}

// followsInMeeting is follows for what happens in a meeting besides levels.
func followsInMeeting(e kommunebilde.Event, cmd kommunebilde.Command) bool {
	switch e := e.(type) {
	case *kommunebilde.MunicipalityReported:
		cmd, ok := cmd.(kommunebilde.ReportNoChange)
		return ok && e.Meeting == cmd.Meeting && slices.Contains(cmd.Municipalities, e.Municipality) && sameText(e.ReportedBy, cmd.ReportedBy)
	case *kommunebilde.LevelsProposed:
		cmd, ok := cmd.(kommunebilde.ProposeLevels)
		return ok && e.Meeting == cmd.Meeting && sameText(e.ReportedBy, cmd.ReportedBy) && len(e.Cells) == len(cmd.Cells) && sameCells(e.Cells, cmd.Cells)
	case *kommunebilde.ProposalDecided:
		cmd, ok := cmd.(kommunebilde.DecideProposal)
		return ok && e.Meeting == cmd.Meeting && e.Proposal == cmd.Proposal && e.Taken == cmd.Take
	case *kommunebilde.NoteWritten:
		cmd, ok := cmd.(kommunebilde.WriteNote)
		return ok && e.Note == cmd.ID && sameText(e.Text, cmd.Text)
	case *kommunebilde.NoteWithdrawn:
		cmd, ok := cmd.(kommunebilde.WithdrawNote)
		return ok && e.Note == cmd.ID && sameText(e.Reason, cmd.Reason)
	case *kommunebilde.ActionAdded:
		cmd, ok := cmd.(kommunebilde.AddAction)
		return ok && e.Action == cmd.ID && sameText(e.Text, cmd.Text)
	case *kommunebilde.ActionEnded:
		cmd, ok := cmd.(kommunebilde.EndAction)
		return ok && e.Board == cmd.Board && e.Action == cmd.ID && e.Done == cmd.Done && sameText(e.Note, cmd.Note)
	case *kommunebilde.FiguresSet:
		cmd, ok := cmd.(kommunebilde.SetFigures)
		return ok && e.Meeting == cmd.Meeting && sameFigures(e.Figures, cmd.Figures)
	case *kommunebilde.AssistanceAsked:
		cmd, ok := cmd.(kommunebilde.AskAssistance)
		return ok && e.Request == cmd.ID && sameText(e.What, cmd.What)
	case *kommunebilde.AssistanceMoved:
		cmd, ok := cmd.(kommunebilde.MoveAssistance)
		return ok && e.Board == cmd.Board && e.Request == cmd.ID && e.State == cmd.State && sameText(e.Note, cmd.Note)
	case *kommunebilde.CellsMarked:
		cmd, ok := cmd.(kommunebilde.MarkCells)
		return ok && e.Board == cmd.Board && e.Basis == cmd.Basis && sameText(e.Reason, cmd.Reason) && slices.Equal(e.Cells, cmd.Cells) &&
			!slices.ContainsFunc(cmd.Fields, func(f kommunebilde.Field) bool { return !slices.Contains(e.Fields, f) }) && len(e.Fields) == len(cmd.Fields)
	case *kommunebilde.MarkingLifted:
		cmd, ok := cmd.(kommunebilde.LiftMarking)
		return ok && e.Board == cmd.Board && sameText(e.Reason, cmd.Reason) && slices.Equal(e.Cells, cmd.Cells)
	case *kommunebilde.EditionSuggested:
		cmd, ok := cmd.(kommunebilde.SuggestForEdition)
		return ok && e.Meeting == cmd.Meeting && e.Municipality == cmd.Municipality && e.Column == cmd.Column && sameText(e.Text, cmd.Text)
	}
	return false
}

func sameMeeting(e *kommunebilde.MeetingOpened, cmd kommunebilde.OpenMeeting) bool {
	return e.Meeting == cmd.ID && e.Board == cmd.Board && e.Type == cmd.Kind && e.Region == cmd.Region && e.Reports == cmd.Reports &&
		sameText(e.Title, cmd.Title) && sameText(e.Case, cmd.Case) && sameText(e.Series, cmd.Series) &&
		slices.Equal(e.Invited, cmd.Invited) && slices.Equal(e.Agenda, cmd.Agenda) && slices.EqualFunc(e.Actors, cmd.Actors, sameText) &&
		(cmd.InSeries == "" || e.InSeries == cmd.InSeries) && e.View == cmd.View && slices.Equal(e.Listed, cmd.Listed)
}

func sameFigures(set []kommunebilde.FigureSet, edits []kommunebilde.FigureEdit) bool {
	return slices.EqualFunc(set, edits, func(s kommunebilde.FigureSet, e kommunebilde.FigureEdit) bool {
		return s.Municipality == e.Municipality && s.Column == e.Column && s.Figure == e.Figure && s.Value == e.Value && sameText(s.Source, e.Source)
	})
}

// sameCells tells whether every cell that was set is one of the edits.
func sameCells(set []kommunebilde.CellSet, edits []kommunebilde.CellEdit) bool {
	type place struct {
		m kommunebilde.MunicipalityID
		c kommunebilde.ColumnID
	}
	asked := make(map[place]kommunebilde.CellEdit, len(edits))
	for _, e := range edits {
		asked[place{e.Municipality, e.Column}] = e
	}
	for _, s := range set {
		e, ok := asked[place{s.Municipality, s.Column}]
		if !ok || s.Level != e.Level || !sameText(s.Text, e.Text) {
			return false
		}
	}
	return true
}

// sameText compares a text with what was typed; one that was taken out since is
// like any.
func sameText(t *kommunebilde.Text, typed string) bool {
	return t.Redacted() || t.String() == typed
}

func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
