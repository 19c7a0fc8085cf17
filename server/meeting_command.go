package server

import (
	"slices"
	"strings"

	"kommunebilde"
)

// Commands of meetings and situations. What they make is named after account
// and request, see [meetingID], so that a repeat makes nothing twice.

// figureJSON is a figure on the wire.
type figureJSON struct {
	M         kommunebilde.MunicipalityID `json:"m"`
	C         kommunebilde.ColumnID       `json:"c"`
	Figure    kommunebilde.FigureKind     `json:"figure"`
	Value     int64                       `json:"value"`
	Source    text                        `json:"source"`
	AsOf      moment                      `json:"as_of"`
	Certainty kommunebilde.Certainty      `json:"certainty"`
}

func (f figureJSON) edit() kommunebilde.FigureEdit {
	return kommunebilde.FigureEdit{
		Municipality: f.M, Column: f.C, Figure: f.Figure, Value: f.Value, Source: string(f.Source), AsOf: f.AsOf.Time, Certainty: f.Certainty,
	}
}

// reasonJSON is the reason for a level that stands, on the wire.
type reasonJSON struct {
	M    kommunebilde.MunicipalityID `json:"m"`
	C    kommunebilde.ColumnID       `json:"c"`
	Rev  kommunebilde.Revision       `json:"rev"`
	Text text                        `json:"text"`
}

// sectionJSON is a section of the minutes' template, on the wire.
type sectionJSON struct {
	Key     kommunebilde.ReportKey `json:"key"`
	Hidden  bool                   `json:"hidden"`
	Heading text                   `json:"heading"`
	Text    text                   `json:"text"`
}

// meetingHead is what commands in a meeting have.
type meetingHead struct {
	commandHead
	Meeting kommunebilde.MeetingID `json:"meeting"`
}

// boardHead is what commands on a board have.
type boardHead struct {
	commandHead
	Board kommunebilde.BoardID `json:"board"`
}

// parseMeetingKind reads what happens in a meeting besides levels; nil for
// another kind.
func parseMeetingKind(head commandHead, data []byte, by kommunebilde.AccountID) (kommunebilde.Command, error) {
	id := string(meetingID(by, head.Request))
	switch head.Type {
	case "report_no_change":
		var j struct {
			meetingHead
			Municipalities []kommunebilde.MunicipalityID `json:"municipalities"`
			ReportedBy     text                          `json:"reported_by"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.ReportNoChange{Meeting: j.Meeting, Municipalities: j.Municipalities, ReportedBy: string(j.ReportedBy)}, err
	case "propose_levels":
		var j struct {
			meetingHead
			Cells      []cellJSON `json:"cells"`
			ReportedBy text       `json:"reported_by"`
		}
		err := decodeStrict(data, &j)
		cmd := kommunebilde.ProposeLevels{Meeting: j.Meeting, ReportedBy: string(j.ReportedBy)}
		for _, c := range j.Cells {
			cmd.Cells = append(cmd.Cells, c.edit())
		}
		return cmd, err
	case "decide_proposal":
		var j struct {
			meetingHead
			Proposal kommunebilde.Revision `json:"proposal"`
			Take     bool                  `json:"take"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.DecideProposal{Meeting: j.Meeting, Proposal: j.Proposal, Take: j.Take}, err
	case "write_note":
		var j struct {
			meetingHead
			Text  text                  `json:"text"`
			About kommunebilde.Revision `json:"about"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.WriteNote{Meeting: j.Meeting, ID: kommunebilde.NoteID(id), Text: string(j.Text), About: j.About}, err
	case "withdraw_note":
		var j struct {
			meetingHead
			Note   kommunebilde.NoteID `json:"note"`
			Reason text                `json:"reason"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.WithdrawNote{Meeting: j.Meeting, ID: j.Note, Reason: string(j.Reason)}, err
	case "add_action":
		var j struct {
			meetingHead
			M     kommunebilde.MunicipalityID `json:"m"`
			C     kommunebilde.ColumnID       `json:"c"`
			Text  text                        `json:"text"`
			Owner text                        `json:"owner"`
			Due   string                      `json:"due"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.AddAction{
			Meeting: j.Meeting, ID: kommunebilde.ActionID(id), Municipality: j.M, Column: j.C, Text: string(j.Text), Owner: string(j.Owner), Due: j.Due,
		}, err
	case "set_figures":
		var j struct {
			meetingHead
			Figures []figureJSON `json:"figures"`
		}
		err := decodeStrict(data, &j)
		cmd := kommunebilde.SetFigures{Meeting: j.Meeting}
		for _, f := range j.Figures {
			cmd.Figures = append(cmd.Figures, f.edit())
		}
		return cmd, err
	case "ask_assistance":
		var j struct {
			meetingHead
			M    kommunebilde.MunicipalityID `json:"m"`
			Of   text                        `json:"of"`
			What text                        `json:"what"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.AskAssistance{Meeting: j.Meeting, ID: kommunebilde.AssistanceID(id), Municipality: j.M, Of: string(j.Of), What: string(j.What)}, err
	case "give_reasons":
		var j struct {
			meetingHead
			Reasons []reasonJSON `json:"reasons"`
		}
		err := decodeStrict(data, &j)
		cmd := kommunebilde.GiveReasons{Meeting: j.Meeting}
		for _, r := range j.Reasons {
			cmd.Reasons = append(cmd.Reasons, kommunebilde.ReasonGiven{Municipality: r.M, Column: r.C, Seen: r.Rev, Text: string(r.Text)})
		}
		return cmd, err
	case "suggest_for_edition":
		var j struct {
			meetingHead
			M    kommunebilde.MunicipalityID `json:"m"`
			C    kommunebilde.ColumnID       `json:"c"`
			Text text                        `json:"text"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.SuggestForEdition{Meeting: j.Meeting, Municipality: j.M, Column: j.C, Text: string(j.Text)}, err
	}
	return parseSituationKind(head, data, by)
}

// parseSituationKind reads what is done to a board as a whole, and what goes on
// after its meeting; nil for another kind.
func parseSituationKind(head commandHead, data []byte, by kommunebilde.AccountID) (kommunebilde.Command, error) {
	switch head.Type {
	case "end_action":
		var j struct {
			boardHead
			Action kommunebilde.ActionID `json:"action"`
			Done   bool                  `json:"done"`
			Note   text                  `json:"note"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.EndAction{Board: j.Board, ID: j.Action, Done: j.Done, Note: string(j.Note)}, err
	case "move_assistance":
		var j struct {
			boardHead
			Assistance kommunebilde.AssistanceID    `json:"assistance"`
			State      kommunebilde.AssistanceState `json:"state"`
			Note       text                         `json:"note"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.MoveAssistance{Board: j.Board, ID: j.Assistance, State: j.State, Note: string(j.Note)}, err
	case "open_situation":
		var j struct {
			boardHead
			Title    text `json:"title"`
			Exercise bool `json:"exercise"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.OpenSituation{
			Board: boardID(j.Board, by, head.Request), Title: string(j.Title), Exercise: j.Exercise,
		}, err
	case "open_exercise":
		var j struct {
			boardHead
			Title text                 `json:"title"`
			From  kommunebilde.BoardID `json:"from"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.OpenExercise{
			Board: boardID(j.Board, by, head.Request), Title: string(j.Title), From: j.From,
		}, err
	case "close_board":
		var j boardHead
		err := decodeStrict(data, &j)
		return kommunebilde.CloseBoard{Board: j.Board}, err
	}
	return nil, nil
}

// boardID names a new board: as it was told, else after the request. What
// people call it is no part of an id, which can never be taken out.
func boardID(told kommunebilde.BoardID, by kommunebilde.AccountID, req kommunebilde.RequestID) kommunebilde.BoardID {
	if told != "" {
		return told
	}
	return kommunebilde.BoardID("hendelse-" + string(meetingID(by, req))[:8])
}

// fromPack gives a situation the columns of the county's pack.
func (s *Server) fromPack(cmd kommunebilde.Command) (kommunebilde.Command, error) {
	open, ok := cmd.(kommunebilde.OpenSituation)
	if !ok {
		return cmd, nil
	}
	if s.cfg.Pack == nil {
		return nil, &kommunebilde.Error{Code: kommunebilde.Unavailable, Msg: "situation.pack"}
	}
	open.Catalogue, open.Map = s.cfg.Pack()
	return open, nil
}

// appendMade tells what a command has made, by which it is named from then on.
func appendMade(b []byte, cmd kommunebilde.Command) []byte {
	switch cmd := cmd.(type) {
	case kommunebilde.OpenMeeting:
		return appendField(b, "meeting", string(cmd.ID))
	case kommunebilde.WriteNote:
		return appendField(b, "note", string(cmd.ID))
	case kommunebilde.AddAction:
		return appendField(b, "action", string(cmd.ID))
	case kommunebilde.AskAssistance:
		return appendField(b, "assistance", string(cmd.ID))
	case kommunebilde.ListActor:
		return appendField(b, "actor", string(cmd.ID))
	case kommunebilde.SaveView:
		return appendField(b, "view", string(cmd.ID))
	case kommunebilde.OpenSituation:
		return appendField(b, "board", string(cmd.Board))
	case kommunebilde.OpenExercise:
		return appendField(b, "board", string(cmd.Board))
	}
	return b
}

// namesOf reads names that a form gives one by one or one on each line.
func namesOf(values []string) []string {
	var out []string
	for _, v := range values {
		for line := range strings.SplitSeq(v, "\n") {
			if line = strings.TrimSpace(line); line != "" && !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

// textsOf turns texts of the wire into strings.
func textsOf(list []text) []string {
	var out []string
	for _, t := range list {
		out = append(out, string(t))
	}
	return out
}
