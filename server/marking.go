package server

import (
	"net/url"
	"strconv"
	"strings"

	"kommunebilde"
)

// Markings: what of a cell is exempt from disclosure. The rules are the
// domain's; here is how they are asked for and told.

// markForm marks a cell: cell="m.c", fields="level,text".
func (s *Server) markForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	cells, err := refsIn(f)
	if err != nil {
		return err
	}
	cmd := kommunebilde.MarkCells{
		Board: k.board, Cells: cells, Basis: kommunebilde.Basis(f.Get("basis")), Reason: trimmed(f, "reason"),
	}
	for name := range strings.SplitSeq(f.Get("fields"), ",") {
		if name != "" {
			cmd.Fields = append(cmd.Fields, kommunebilde.Field(name))
		}
	}
	return k.submit(f, cmd, k.boardPath(), "lagret")
}

func (s *Server) liftForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	cells, err := refsIn(f)
	if err != nil {
		return err
	}
	return k.submit(f, kommunebilde.LiftMarking{Board: k.board, Cells: cells, Reason: trimmed(f, "reason")}, k.boardPath(), "lagret")
}

func refsIn(f url.Values) ([]kommunebilde.CellRef, error) {
	var out []kommunebilde.CellRef
	for _, cell := range f["cell"] {
		m, c, ok := strings.Cut(cell, ".")
		if !ok {
			return nil, wrongField("cell", "cell.wrong")
		}
		out = append(out, kommunebilde.CellRef{Municipality: kommunebilde.MunicipalityID(m), Column: kommunebilde.ColumnID(c)})
	}
	return out, nil
}

// markings lists what is marked on a board.
func (s *Server) markings(k *call) error {
	return k.page(s.cfg.Site.Markings(k.request(), k.shown))
}

// rules is who sees what and may do what, for who gives out roles.
func (s *Server) rules(k *call) error { return k.page(s.cfg.Site.Rules(k.request())) }

// parseMarking reads what is done to markings; nil for another kind.
func parseMarking(head commandHead, data []byte, _ kommunebilde.AccountID) (kommunebilde.Command, error) {
	switch head.Type {
	case "mark_cells":
		var j struct {
			boardHead
			Cells  []kommunebilde.CellRef `json:"cells"`
			Fields []kommunebilde.Field   `json:"fields"`
			Basis  kommunebilde.Basis     `json:"basis"`
			Reason text                   `json:"reason"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.MarkCells{Board: j.Board, Cells: j.Cells, Fields: j.Fields, Basis: j.Basis, Reason: string(j.Reason)}, err
	case "lift_marking":
		var j struct {
			boardHead
			Cells  []kommunebilde.CellRef `json:"cells"`
			Reason text                   `json:"reason"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.LiftMarking{Board: j.Board, Cells: j.Cells, Reason: string(j.Reason)}, err
	}
	return nil, nil
}

// appendMarking writes what the reader may know of a cell's marking, and nothing
// where there is none.
func appendMarking(b []byte, names Names, m *kommunebilde.Marking) []byte {
	if m == nil {
		return b
	}
	b = append(b, `,"marking":{"fields":[`...)
	for i, f := range m.Fields {
		b = appendString(comma(b, i), string(f))
	}
	b = append(b, ']')
	b = appendField(b, "basis", string(m.Basis))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(m.Revision), 10)
	b = append(b, `,"at":`...)
	b = appendTime(b, m.At)
	b = appendBy(b, names, m.By)
	b = appendField(b, "reason", m.Reason)
	return append(b, '}')
}
