package sheet

import (
	"bytes"
	"encoding/json"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
)

// given is of an edition as JSON what its cells are read from.
type given struct {
	Board struct{ ID domain.BoardID }
	Cells []struct {
		M        domain.MunicipalityID
		C        domain.ColumnID
		Version  int
		Level    *domain.Level
		Text     *string
		Evidence *[]evidence.Ref
		Seen     *domain.Revision
	}
}

func isJSON(data []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) }

// readJSON reads what an edition gave away as JSON. A fault's row is the cell's number.
func readJSON(data []byte, cat *domain.Catalogue, board domain.BoardID) (Judgements, error) {
	var file given
	if err := json.Unmarshal(data, &file); err != nil {
		return Judgements{}, fileFault("", "", "file.json")
	}
	switch {
	case file.Board.ID != board:
		return Judgements{}, fileFault("", string(file.Board.ID), "edition.other", board)
	case len(file.Cells) > maxRow:
		return Judgements{}, fileFault("", "", "file.rows", maxRow)
	case len(file.Cells) == 0:
		return Judgements{}, fileFault("", "", "file.nothing")
	}
	var out Judgements
	faults, first := &Faults{}, map[domain.CellRef]int{}
	for i, c := range file.Cells {
		fault := func(value string, w wrong) { faults.add("", i+1, -1, value, w) }
		r := batch.Row{Municipality: c.M, Column: c.C, Version: c.Version, Seen: c.Seen, Level: c.Level, Text: c.Text, Evidence: c.Evidence}
		at := domain.CellRef{Municipality: c.M, Column: c.C}
		col := cat.ColumnIndex(c.C)
		switch {
		case cat.MunicipalityIndex(c.M) < 0:
			fault(string(c.M), is("municipality.unknown"))
			continue
		case col < 0 || cat.Columns[col].Kind == domain.ColumnFunction:
			fault(string(c.C), is("column.neither"))
			continue
		case first[at] > 0:
			fault(string(c.M)+", "+string(c.C), is("cell.twice", first[at]))
			continue
		}
		first[at] = i + 1
		if summary := cat.Columns[col].Kind == domain.ColumnSummary; c.Level != nil {
			switch {
			case summary:
				fault(string(*c.Level), is("level.summary"))
			case *c.Level != "" && !slices.Contains(domain.KindEdition.Levels(), *c.Level):
				fault(string(*c.Level), is("level.unknown"))
			}
		}
		if c.Text != nil {
			text := clean(*c.Text)
			if w := checkText(text, maxJudged); w.code != "" {
				fault(text, w)
			}
			r.Text = &text
		}
		out.Rows, out.Places = append(out.Rows, r), append(out.Places, Row{Row: i + 1})
	}
	if err := faults.err(); err != nil {
		return Judgements{}, err
	}
	return out, nil
}
