package server

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kommunebilde/dashboard/overview"
	"kommunebilde/domain"
	"kommunebilde/domain/rollcall"
	"kommunebilde/server/edge"
)

func (s *Server) panel(k *edge.Call) error {
	f, err := filter(k, "m", "c")
	if err != nil {
		return err
	}
	m, c := domain.MunicipalityID(k.Query("m")), domain.ColumnID(k.Query("c"))
	if k.Shown.Row(m) < 0 || k.Shown.Col(c) < 0 {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	k.Trace.Municipality = m
	r := s.pages.Request(k)
	if err := versioned(k); err != nil {
		return err
	}
	r.Path = pageBehind(k)
	return k.Page(overview.Panel(s.cfg.Site, r, k.Shown, m, c, f))
}

// setForm sets one cell or several, with the revision that was seen of each.
func setForm(k *edge.Call, f url.Values) (domain.Command, error) {
	var cmd domain.SetLevels
	err := k.Read(f, &cmd)
	if err != nil {
		return nil, err
	}
	if cmd.Cells, err = cellsIn(k, f); err != nil {
		return nil, err
	}
	for i := range cmd.Cells {
		cell := &cmd.Cells[i]
		cell.Same, cell.Seen = cell.Same && i == 0, 0
		if i < len(f["seen"]) {
			if cell.Seen, err = edge.Revision("seen", f["seen"][i]); err != nil {
				return nil, err
			}
		}
	}
	return cmd, nil
}

// proposeForm is a contact's report: one level for all cells (cell="m.c",
// repeated), or a level of its own for each area (level-{c}, text-{c}) of m.
func proposeForm(k *edge.Call, f url.Values) (domain.Command, error) {
	var cmd rollcall.Propose
	if err := k.Read(f, &cmd); err != nil {
		return nil, err
	}
	cells, err := cellsIn(k, f)
	for _, c := range cells {
		cmd.Cells = append(cmd.Cells, domain.CellEdit{Municipality: c.Municipality, Column: c.Column, Level: c.Level, Text: c.Text})
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if c, ok := strings.CutPrefix(name, "level-"); ok && f.Get(name) != "" {
			cmd.Cells = append(cmd.Cells, domain.CellEdit{
				Municipality: domain.MunicipalityID(f.Get("m")), Column: domain.ColumnID(c),
				Level: domain.Level(f.Get(name)), Text: edge.TextIn(f, "text-"+c),
			})
		}
	}
	return cmd, err
}

// cellsIn reads the cells of a form, cell="m.c", repeated, that shall all become the
// same.
func cellsIn(k *edge.Call, f url.Values) ([]domain.CellEdit, error) {
	var all domain.CellEdit
	if err := k.Read(f, &all); err != nil {
		return nil, err
	}
	var out []domain.CellEdit
	for _, cell := range f["cell"] {
		ref, err := edge.CellRef(cell)
		if err != nil {
			return nil, err
		}
		all.Municipality, all.Column = ref.Municipality, ref.Column
		out = append(out, all)
	}
	return out, nil
}
