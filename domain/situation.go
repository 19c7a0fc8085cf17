package domain

import (
	"slices"

	"kommunebilde/domain/typed"
)

// OpenSituation begins a situation (hendelse) on the functions of a pack.
type OpenSituation struct {
	Board     BoardID    `json:"board,omitempty" limit:"pattern=^[a-z0-9][a-z0-9-]{0,31}$" doc:"The new board; left out, the server makes one."`
	Title     typed.Text `json:"title" limit:"maxLength=200"`
	Exercise  bool       `json:"exercise,omitempty"`
	Catalogue Catalogue  `json:"-"`
	Map       *Map       `json:"-"`
}

func (cmd *OpenSituation) SetID(id string)       { nameBoard(&cmd.Board, id) }
func (cmd OpenSituation) Made() (string, string) { return "board", string(cmd.Board) }

// Complete takes the functions of the county's pack, without which there is no
// situation.
func (cmd OpenSituation) Complete(f Facts) (Command, error) {
	var ok bool
	if cmd.Catalogue, cmd.Map, ok = f.Pack(); !ok {
		return nil, &Error{Code: Unavailable, Msg: "situation.pack"}
	}
	return cmd, nil
}

func (cmd OpenSituation) Decide(d Decision) ([]Event, error) {
	if !d.by.has(RoleLead, d.now) && !d.by.has(RoleEditor, d.now) {
		return nil, Denied("forbidden.lead")
	}
	if err := d.newBoard(cmd.Board, cmd.Title); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(cmd.Catalogue.Columns, func(c Column) bool { return c.Kind == ColumnFunction }) {
		return nil, Wrong("catalogue", "catalogue.functions")
	}
	events, err := d.catalogue(&cmd.Catalogue, cmd.Map)
	if err != nil {
		return nil, err
	}
	return append(events, &boardOpened{Board: cmd.Board, Type: KindSituation, Name: NewText(cmd.Title), Exercise: cmd.Exercise, Catalogue: cmd.Catalogue}), nil
}

// nameBoard names a new board, unless it was told. What people call it is no part
// of an id, which can never be taken out.
func nameBoard(board *BoardID, id string) {
	if *board == "" {
		*board = BoardID("hendelse-" + id[:8])
	}
}

func (d Decision) newBoard(id BoardID, title typed.Text) error {
	if !boardIDs.MatchString(string(id)) || id == Live {
		return Wrong("board", "id.wrong", string(id))
	}
	if d.s.boards[id] != nil {
		return Clash("board.exists", string(id))
	}
	return CheckName("title", title)
}
