package server

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde"
)

// Forms of meetings and situations that work without script.

// inMeeting makes the handler of a form in a meeting, which leads back to the
// meeting's page and says what was done.
func inMeeting(done string, command func(k *call, f url.Values, m kommunebilde.MeetingID) (kommunebilde.Command, error)) func(*call) error {
	return func(k *call) error {
		f, err := k.form()
		if err != nil {
			return err
		}
		id := kommunebilde.MeetingID(k.c.Params("id"))
		cmd, err := command(k, f, id)
		if err != nil {
			return err
		}
		return k.submit(f, cmd, "/mote/"+url.PathEscape(string(id)), done)
	}
}

// made names what a form makes, after account and request.
func (k *call) made(f url.Values) (string, error) {
	req, err := k.formRequest(f)
	return string(meetingID(k.actor.ID, req)), err
}

func trimmed(f url.Values, name string) string { return strings.TrimSpace(f.Get(name)) }

func wrongField(field, msg string) error {
	return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: field, Msg: msg}
}

func revisionIn(f url.Values, name string) (kommunebilde.Revision, error) {
	v := f.Get(name)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(v, 10, 64)
	if err != nil {
		return 0, wrongField(name, "rev.wrong")
	}
	return kommunebilde.Revision(n), nil
}

// cellIn reads the one cell of a form: cell="m.c", or m and c.
func cellIn(f url.Values) (kommunebilde.MunicipalityID, kommunebilde.ColumnID, error) {
	if cell := f.Get("cell"); cell != "" {
		m, c, ok := strings.Cut(cell, ".")
		if !ok {
			return "", "", wrongField("cell", "cell.wrong")
		}
		return kommunebilde.MunicipalityID(m), kommunebilde.ColumnID(c), nil
	}
	return kommunebilde.MunicipalityID(f.Get("m")), kommunebilde.ColumnID(f.Get("c")), nil
}

func noChangeForm(_ *call, f url.Values, id kommunebilde.MeetingID) (kommunebilde.Command, error) {
	cmd := kommunebilde.ReportNoChange{Meeting: id, ReportedBy: trimmed(f, "reported_by")}
	municipalities := f["m"]
	if len(municipalities) == 0 { // from the form that sets a cell
		m, _, _ := strings.Cut(f.Get("cell"), ".")
		municipalities = []string{m}
	}
	for _, m := range municipalities {
		cmd.Municipalities = append(cmd.Municipalities, kommunebilde.MunicipalityID(m))
	}
	return cmd, nil
}

// proposeForm is a contact's report: one level for all cells (cell="m.c",
// repeated), or a level of its own for each area (level-{c}, text-{c}) of m.
func proposeForm(_ *call, f url.Values, id kommunebilde.MeetingID) (kommunebilde.Command, error) {
	cmd := kommunebilde.ProposeLevels{Meeting: id, ReportedBy: trimmed(f, "reported_by")}
	for _, cell := range f["cell"] {
		m, c, ok := strings.Cut(cell, ".")
		if !ok {
			return nil, wrongField("cell", "cell.wrong")
		}
		cmd.Cells = append(cmd.Cells, kommunebilde.CellEdit{
			Municipality: kommunebilde.MunicipalityID(m), Column: kommunebilde.ColumnID(c), Level: kommunebilde.Level(f.Get("level")), Text: trimmed(f, "text"),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		c, ok := strings.CutPrefix(name, "level-")
		if !ok || f.Get(name) == "" {
			continue
		}
		cmd.Cells = append(cmd.Cells, kommunebilde.CellEdit{
			Municipality: kommunebilde.MunicipalityID(f.Get("m")), Column: kommunebilde.ColumnID(c),
			Level: kommunebilde.Level(f.Get(name)), Text: trimmed(f, "text-"+c),
		})
	}
	return cmd, nil
}

func decideForm(_ *call, f url.Values, id kommunebilde.MeetingID) (kommunebilde.Command, error) {
	proposal, err := revisionIn(f, "proposal")
	return kommunebilde.DecideProposal{Meeting: id, Proposal: proposal, Take: f.Get("take") == "yes"}, err
}

func noteForm(k *call, f url.Values, id kommunebilde.MeetingID) (kommunebilde.Command, error) {
	made, err := k.made(f)
	if err != nil {
		return nil, err
	}
	about, err := revisionIn(f, "about")
	return kommunebilde.WriteNote{Meeting: id, ID: kommunebilde.NoteID(made), Text: trimmed(f, "text"), About: about}, err
}

func withdrawForm(_ *call, f url.Values, id kommunebilde.MeetingID) (kommunebilde.Command, error) {
	return kommunebilde.WithdrawNote{Meeting: id, ID: kommunebilde.NoteID(f.Get("note")), Reason: trimmed(f, "reason")}, nil
}

func actionForm(k *call, f url.Values, id kommunebilde.MeetingID) (kommunebilde.Command, error) {
	made, err := k.made(f)
	if err != nil {
		return nil, err
	}
	m, c, err := cellIn(f)
	return kommunebilde.AddAction{
		Meeting: id, ID: kommunebilde.ActionID(made), Municipality: m, Column: c,
		Text: trimmed(f, "text"), Owner: trimmed(f, "owner"), Due: trimmed(f, "due"),
	}, err
}

func suggestForm(_ *call, f url.Values, id kommunebilde.MeetingID) (kommunebilde.Command, error) {
	m, c, err := cellIn(f)
	return kommunebilde.SuggestForEdition{Meeting: id, Municipality: m, Column: c, Text: trimmed(f, "text")}, err
}

// reasonsForm writes the reasons of several cells (cell="m.c", repeated; seen-m.c,
// text-m.c); those left empty are left out.
func reasonsForm(_ *call, f url.Values, id kommunebilde.MeetingID) (kommunebilde.Command, error) {
	cmd := kommunebilde.GiveReasons{Meeting: id}
	for _, cell := range f["cell"] {
		m, c, ok := strings.Cut(cell, ".")
		if !ok {
			return nil, wrongField("cell", "cell.wrong")
		}
		seen, err := revisionIn(f, "seen-"+cell)
		if err != nil {
			return nil, err
		}
		if text := trimmed(f, "text-"+cell); text != "" {
			cmd.Reasons = append(cmd.Reasons, kommunebilde.ReasonGiven{Municipality: kommunebilde.MunicipalityID(m), Column: kommunebilde.ColumnID(c), Seen: seen, Text: text})
		}
	}
	if len(cmd.Reasons) == 0 {
		return nil, wrongField("text", "reason.missing")
	}
	return cmd, nil
}

func figureForm(_ *call, f url.Values, id kommunebilde.MeetingID) (kommunebilde.Command, error) {
	m, c, err := cellIn(f)
	if err != nil {
		return nil, err
	}
	value, err := strconv.ParseInt(strings.ReplaceAll(trimmed(f, "value"), " ", ""), 10, 64)
	if err != nil {
		return nil, wrongField("value", "figure.value")
	}
	figure := kommunebilde.FigureEdit{
		Municipality: m, Column: c, Figure: kommunebilde.FigureKind(f.Get("figure")), Value: value,
		Source: trimmed(f, "source"), Certainty: kommunebilde.Certainty(f.Get("certainty")),
	}
	if v := trimmed(f, "as_of"); v != "" {
		if figure.AsOf, err = wallTime(v); err != nil {
			return nil, wrongField("as_of", "time.wrong")
		}
	}
	return kommunebilde.SetFigures{Meeting: id, Figures: []kommunebilde.FigureEdit{figure}}, nil
}

func askForm(k *call, f url.Values, id kommunebilde.MeetingID) (kommunebilde.Command, error) {
	made, err := k.made(f)
	return kommunebilde.AskAssistance{
		Meeting: id, ID: kommunebilde.AssistanceID(made), Municipality: kommunebilde.MunicipalityID(f.Get("m")), Of: trimmed(f, "of"), What: trimmed(f, "what"),
	}, err
}

func (s *Server) endActionForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	return k.submit(f, kommunebilde.EndAction{
		Board: k.board, ID: kommunebilde.ActionID(f.Get("action")), Done: f.Get("done") == "yes", Note: trimmed(f, "note"),
	}, k.boardPath(), "tiltak-slutt")
}

func (s *Server) moveForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	return k.submit(f, kommunebilde.MoveAssistance{
		Board: k.board, ID: kommunebilde.AssistanceID(f.Get("assistance")), State: kommunebilde.AssistanceState(f.Get("state")), Note: trimmed(f, "note"),
	}, k.boardPath(), "bistand-status")
}

// openBoardForm opens a situation, or an exercise on a copy of a board.
func (s *Server) openBoardForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	req, err := k.formRequest(f)
	if err != nil {
		return err
	}
	title := trimmed(f, "title")
	id := boardID(kommunebilde.BoardID(trimmed(f, "board")), k.actor.ID, req)
	var cmd kommunebilde.Command = kommunebilde.OpenSituation{Board: id, Title: title, Exercise: f.Get("exercise") == "yes"}
	if from := kommunebilde.BoardID(f.Get("from")); from != "" {
		cmd = kommunebilde.OpenExercise{Board: id, Title: title, From: from}
	}
	f.Del("back")
	return k.submit(f, cmd, "/tavle/"+url.PathEscape(string(id)), "tavle-apnet")
}

func (s *Server) closeBoardForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	return k.submit(f, kommunebilde.CloseBoard{Board: k.board}, "/hendelser", "tavle-lukket")
}

// wallTime reads a time with its zone, or as the clock on the wall in Norway
// says, which is what a browser's field for a time sends.
func wallTime(v string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return t, nil
	}
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return time.Time{}, err
	}
	if t, err := time.ParseInLocation("2006-01-02T15:04:05", v, zone); err == nil {
		return t, nil
	}
	return time.ParseInLocation("2006-01-02T15:04", v, zone)
}
