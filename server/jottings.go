package server

import (
	"encoding/json"
	"net/http"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/jottings"
	"kommunebilde/domain/typed"
	"kommunebilde/server/edge"
)

// Jottings keeps what is typed and not saved. Its methods return when the change is on
// disk.
type Jottings interface {
	// Keep keeps one in the place of the one of its author and id; on a conflict it
	// returns that one.
	Keep(jottings.Jotting) (jottings.Jotting, error)
	Of(author domain.AccountID) ([]jottings.Jotting, error)
	Drop(author domain.AccountID, id jottings.ID) (found bool, err error)
}

// jottingLimit is room for the longest text, however it is written in JSON.
const jottingLimit = 288 << 10

// jotted is a jotting as a tab sends it, and as its author is given it again.
type jotted struct {
	Board        domain.BoardID        `json:"board"`
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Text         typed.Text            `json:"text" limit:"maxLength=20000" doc:"May be longer than what can be saved."`
	Evidence     []string              `json:"evidence,omitempty" limit:"maxItems=100 maxLength=200" doc:"References to evidence that was chosen and is not saved."`
	Seen         domain.Revision       `json:"seen" doc:"Revision of the cell when it was opened."`
	Revision     uint64                `json:"rev" limit:"minimum=1" doc:"The tab counts its changes."`
}

// told is a jotting that is kept.
type told struct {
	ID jottings.ID `json:"id"`
	jotted
	At time.Time `json:"at"`
}

func toldOf(j jottings.Jotting) told {
	return told{j.ID, jotted{j.Board, j.Municipality, j.Column, j.Text, j.Evidence, j.Seen, j.Revision}, j.At}
}

func (s *Server) apiJot(k *edge.Call) error {
	var in jotted
	if err := k.ReadJSON(&in); err != nil {
		return err
	}
	if err := s.mayJot(k, in); err != nil {
		return err
	}
	kept, err := s.cfg.Jottings.Keep(jottings.Jotting{
		ID: jottings.ID(k.Param("id")), Author: k.Actor.ID, Board: in.Board, Municipality: in.Municipality, Column: in.Column,
		Text: in.Text, Evidence: in.Evidence, Seen: in.Seen, Revision: in.Revision,
	})
	if domain.CodeOf(err) == domain.Conflict {
		yours, theirs, failed := bothJottings(in, toldOf(kept))
		if failed != nil {
			return failed
		}
		return edge.Conflict(err, yours, theirs)
	}
	if err != nil {
		return err
	}
	return sendJSON(k, map[string]any{"rev": kept.Revision, "at": kept.At})
}

func bothJottings(in jotted, kept told) (yours, theirs []byte, err error) {
	if yours, err = json.Marshal(in); err != nil {
		return nil, nil, err
	}
	theirs, err = json.Marshal(kept)
	return yours, theirs, err
}

// mayJot lets in whoever may set the level of the cell.
func (s *Server) mayJot(k *edge.Call, in jotted) error {
	if err := k.Allowed(in.Board, domain.RightSetLevels); err != nil {
		return err
	}
	p, err := k.Picture(in.Board)
	switch {
	case err != nil:
		return err
	case p.Row(in.Municipality) < 0:
		return &domain.Error{Code: domain.NotFound, Field: "m", Msg: "municipality.unknown"}
	case p.Col(in.Column) < 0:
		return &domain.Error{Code: domain.NotFound, Field: "c", Msg: "column.unknown"}
	case !k.State().Allows(k.Actor, in.Board, domain.RightSetLevels, in.Column, k.Now):
		return &domain.Error{Code: domain.Forbidden, Field: "c", Msg: "forbidden.area"}
	}
	return nil
}

func (s *Server) apiJottings(k *edge.Call) error {
	all, err := s.cfg.Jottings.Of(k.Actor.ID)
	if err != nil {
		return err
	}
	list := []told{}
	for _, j := range all {
		if j.Board == k.Board {
			list = append(list, toldOf(j))
		}
	}
	return sendJSON(k, map[string]any{"jottings": list})
}

func (s *Server) apiDropJotting(k *edge.Call) error {
	if err := s.dropJotting(k, k.Param("id")); err != nil {
		return err
	}
	return k.Done()
}

func (s *Server) dropJottingForm(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	if err := s.dropJotting(k, f.Get("jotting")); err != nil {
		return err
	}
	return k.See(http.StatusSeeOther, "/start?gjort=kladd")
}

// dropJotting drops one of the caller's own. That of somebody else is not there.
func (s *Server) dropJotting(k *edge.Call, id string) error {
	found, err := s.cfg.Jottings.Drop(k.Actor.ID, jottings.ID(id))
	if err == nil && !found {
		err = &domain.Error{Code: domain.NotFound, Field: "id", Msg: "jotting.unknown"}
	}
	return err
}

func sendJSON(k *edge.Call, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return k.Send(edge.JSON, b)
}
