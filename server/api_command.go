package server

import (
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/server/edge"
	"kommunebilde/server/live"
	"kommunebilde/server/wire"
)

// apiCommand takes one command and answers when it is durable.
func (s *Server) apiCommand(k *edge.Call) error {
	kind, _, err := mime.ParseMediaType(k.Header("Content-Type"))
	if err != nil || kind != "application/json" {
		return edge.Error(http.StatusUnsupportedMediaType, "http.415", err)
	}
	head, cmd, err := edge.ReadCommand(commands, k.Body(), k.Actor.ID)
	if err != nil {
		return err
	}
	if cmd, err = s.completed(cmd); err != nil {
		return err
	}
	result, err := s.cfg.Clerk.SubmitIssued(k.Context(), k.Actor, head.Request, cmd, head.Issued.Time)
	if err != nil {
		return s.withBoth(k, cmd, err)
	}
	s.after(k, cmd)
	rev := result.BoardRevision
	if rev == 0 {
		rev = result.Revision
	}
	b := append([]byte(nil), `{"rev":`...)
	b = strconv.AppendUint(b, uint64(rev), 10)
	b = appendMade(b, cmd)
	b = s.appendChanged(k, b, cmd, rev)
	b = s.appendOvers(k, b, result.Over)
	return k.Send(edge.JSON, append(b, '}'))
}

// appendChanged tells what a command has made of cells and what they were before,
// as the record has it.
func (s *Server) appendChanged(k *edge.Call, b []byte, cmd domain.Command, rev domain.Revision) []byte {
	k.Refresh() // newer than what the request began with
	changing, ok := cmd.(interface {
		ChangedOn() (domain.BoardID, domain.MeetingID)
	})
	if !ok {
		return b
	}
	var p domain.Picture
	var err error
	switch board, meeting := changing.ChangedOn(); {
	case meeting != "":
		p, _, err = k.Meeting(meeting)
	case board != "":
		p, err = k.Picture(board)
	default:
		return b
	}
	if err != nil {
		return b
	}
	var undoes domain.Revision
	n := 0
	b = append(b, `,"changed":[`...)
	for _, l := range p.AtRevision(rev).Log(rev-1, 0) {
		if l.Change == nil { // that a report was taken
			continue
		}
		b = wire.Comma(b, n)
		n++
		b = append(b, `{"m":`...)
		b = wire.AppendString(b, string(l.Change.Municipality))
		b = wire.AppendField(b, "c", string(l.Change.Column))
		b = wire.AppendField(b, "level", string(l.Change.Level))
		b = wire.AppendField(b, "from", string(l.Change.From))
		b = wire.AppendTime(append(b, `,"at":`...), l.Change.At)
		b = append(wire.AppendChanged(b, l.Change.Cell), '}')
		undoes = l.Change.Undoes
	}
	b = append(b, ']')
	if undoes != 0 {
		b = append(b, `,"undoes":`...)
		b = strconv.AppendUint(b, uint64(undoes), 10)
	}
	return b
}

func (s *Server) appendOvers(k *edge.Call, b []byte, over []live.Over) []byte {
	if len(over) == 0 {
		return b
	}
	b = append(b, `,"over":[`...)
	for i, o := range over {
		b = wire.Comma(b, i)
		b = append(b, `{"m":`...)
		b = wire.AppendString(b, string(o.Municipality))
		b = wire.AppendField(b, "c", string(o.Column))
		b = wire.AppendField(b, "level", string(o.Level))
		b = wire.AppendBy(b, s.cfg.Auth.Name, o.By)
		b = append(b, '}')
	}
	return append(b, ']')
}

// withBoth adds to a conflict over a cell what its author wanted and what
// stands there now.
func (s *Server) withBoth(k *edge.Call, cmd domain.Command, err error) error {
	var e *domain.Error
	if !errors.As(err, &e) || e.Code != domain.Conflict {
		return err
	}
	board, edit, ok := wanted(cmd, e.Field)
	if !ok {
		return err
	}
	k.Refresh() // newer than what the request began with
	p, perr := k.Picture(board)
	if perr != nil {
		return err
	}
	row, col := p.Row(edit.Municipality), p.Col(edit.Column)
	if row < 0 || col < 0 {
		return err
	}
	yours := wire.AppendString([]byte(`{"m":`), string(edit.Municipality))
	yours = wire.AppendField(yours, "c", string(edit.Column))
	yours = wire.AppendField(yours, "level", string(edit.Level))
	yours = wire.AppendField(yours, "text", string(edit.Text))
	yours = append(yours, `,"seen":`...)
	yours = append(strconv.AppendUint(yours, uint64(edit.Seen), 10), '}')
	return edge.Conflict(err, yours, wire.AppendCell(nil, s.cfg.Auth.Name, p.Cell(row, col), ""))
}

// wanted returns what a command wanted of the cell that a field of it names.
func wanted(cmd domain.Command, field string) (domain.BoardID, domain.CellEdit, bool) {
	index, ok := strings.CutPrefix(field, "cells[")
	i, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
	if !ok || err != nil || i < 0 {
		return "", domain.CellEdit{}, false
	}
	switch cmd := cmd.(type) {
	case domain.SetLevels:
		if i < len(cmd.Cells) {
			return cmd.Board, cmd.Cells[i], true
		}
	case assessment.Save:
		if i < len(cmd.Cells) {
			edit := domain.CellEdit{Municipality: cmd.Cells[i].Municipality, Column: cmd.Cells[i].Column, Level: cmd.Cells[i].Level, Seen: cmd.Cells[i].Seen}
			if cmd.Cells[i].Text != nil {
				edit.Text = *cmd.Cells[i].Text
			}
			return cmd.Board, edit, true
		}
	}
	return "", domain.CellEdit{}, false
}

// appendMade tells what a command has made, by which it is named from then on.
func appendMade(b []byte, cmd domain.Command) []byte {
	if made, ok := cmd.(domain.Maker); ok {
		what, id := made.Made()
		return wire.AppendField(b, what, id)
	}
	return b
}
