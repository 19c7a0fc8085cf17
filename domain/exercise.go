package domain

import (
	"math"

	"kommunebilde/domain/typed"
)

// OpenExercise begins a copy of a board to exercise on: same rows, columns
// and levels, each as old as it is there, a history and screens of its own.
type OpenExercise struct {
	Board BoardID    `json:"board,omitempty" limit:"pattern=^[a-z0-9][a-z0-9-]{0,31}$" doc:"The new board; left out, the server makes one."`
	Title typed.Text `json:"title" limit:"maxLength=200"`
	From  BoardID    `json:"from"`
}

func (cmd *OpenExercise) SetID(id string)       { nameBoard(&cmd.Board, id) }
func (cmd OpenExercise) Made() (string, string) { return "board", string(cmd.Board) }

func (cmd OpenExercise) Decide(d Decision) ([]Event, error) {
	from, _, err := d.board(cmd.From, RightLead)
	if err != nil {
		return nil, err
	}
	if err := d.newBoard(cmd.Board, cmd.Title); err != nil {
		return nil, err
	}
	events := []Event{&boardOpened{
		Board: cmd.Board, Type: from.kind, Name: NewText(cmd.Title), Base: from.base, Exercise: true, Catalogue: *from.catalogue,
	}}
	set := &LevelsSet{Board: cmd.Board, Source: sourceExercise}
	for i, row := range from.rows {
		for j, cell := range row {
			if now := cell.current(); now.is() != NotAssessed {
				copied := CellSet{
					Municipality: from.catalogue.Municipalities[i].ID, Column: from.catalogue.Columns[j].ID,
					Level: now.level, Same: now.text.Ref(),
				}
				if from.kind != KindEdition {
					since, held := fromMillis(cell.began(cell.stood(now)).since()), from.held(i, j, now, math.MaxUint64)
					copied.Since, copied.Held = &since, &held
				}
				set.Cells = append(set.Cells, copied)
			}
		}
	}
	events = append(events, from.copyMarks(cmd.Board)...) // before there is anything to see
	if len(set.Cells) > 0 {
		events = append(events, set)
	}
	return events, nil
}
