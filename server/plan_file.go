package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"kommunebilde/dashboard/kit"
	pages "kommunebilde/dashboard/plan"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
	"kommunebilde/server/edge"
	"kommunebilde/storage/sheet"
)

const (
	columnsFile = 256 << 10 // the file with a catalogue
	columnsForm = 256 << 10 // what it would change, on its way back
)

// columnsExport gives away the catalogue, to be edited and read again.
func (s *Server) columnsExport(k *edge.Call) error {
	g, err := k.Decision().Board(k.Board, domain.RightCatalogue)
	if err != nil || !g.Planned() {
		return edge.UnknownBoard()
	}
	format := k.Query("format", "csv")
	if format != "csv" && format != "json" {
		return kit.WrongField("format")
	}
	k.Trace.Detail = format
	name := fmt.Sprintf("katalog-%s-%s.%s", g.ID(), k.Now.Format(time.DateOnly), format)
	if k.Decision().Demo() {
		name = "demo-" + name
	}
	if format == "json" {
		body, err := json.MarshalIndent(map[string]any{"board": g.ID(), "columns": judgedColumns(g.Catalogue())}, "", "\t")
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		k.Attach(name, edge.JSON)
		return k.Give(body)
	}
	var out bytes.Buffer
	if err := sheet.WriteColumns(&out, judgedColumns(g.Catalogue())); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	k.Attach(name, "text/csv; charset=utf-8")
	return k.Give(out.Bytes())
}

// readColumns reads a catalogue from a file, and shows what it would change.
func (s *Server) readColumns(k *edge.Call) error {
	fields, file, err := k.Upload("file")
	if err != nil {
		return err
	}
	if !k.Bearer && !k.Handle.CheckFormToken(fields.Get("token")) {
		return edge.Error(http.StatusForbidden, "http.form_token", nil)
	}
	d := k.Decision()
	g, err := d.Board(k.Board, domain.RightEdit)
	if err != nil {
		return err
	}
	if !g.Planned() {
		return domain.Clash("plan.none")
	}
	columns, err := sheet.ReadColumns(file, g.Catalogue())
	var faults *sheet.Faults
	if errors.As(err, &faults) {
		var list []kit.Fault
		for _, f := range faults.List {
			list = append(list, kit.Fault(f))
		}
		k.Status(http.StatusUnprocessableEntity)
		return k.Page(pages.Faults(s.cfg.Site, s.pages.Request(k), k.Shown, list, faults.Count))
	}
	if err != nil {
		return err
	}
	cmd := instead(g.Catalogue(), k.Board, columns)
	cmd.Judged = true // who is asked below
	events, err := cmd.Decide(d)
	var refused *domain.Error
	switch {
	case errors.As(err, &refused) && (refused.Code == domain.Invalid || refused.Code == domain.Conflict):
		k.Cause = err
		k.Status(edge.StatusOf(err))
		return k.Page(pages.Refused(s.cfg.Site, s.pages.Request(k), k.Shown, refused))
	case err != nil:
		return err
	}
	set := events[0].(*plan.ColumnsSet)
	return k.Page(pages.Preview(s.cfg.Site, s.pages.Request(k), k.Shown, set, judging(g, set.Ended)))
}

// judgedColumns are the columns that an edition judges: the functions of situations, which
// the county's pack has too, are no part of its setup.
func judgedColumns(c *domain.Catalogue) []domain.Column {
	return slices.DeleteFunc(slices.Clone(c.Columns), func(col domain.Column) bool { return col.Kind == domain.ColumnFunction })
}

// instead is the command that puts columns in the place of those that an edition judges.
func instead(now *domain.Catalogue, board domain.BoardID, columns []domain.Column) plan.SetColumns {
	cmd := plan.SetColumns{Board: board, Set: columns}
	var order []domain.ColumnID
	for _, c := range columns {
		order = append(order, c.ID)
	}
	for _, c := range judgedColumns(now) {
		if !slices.Contains(order, c.ID) {
			cmd.Ended = append(cmd.Ended, domain.Ended{ID: string(c.ID)})
		}
	}
	next := now.With(columns, nil, cmd.Ended)
	if !slices.EqualFunc(judgedColumns(&next), order, func(c domain.Column, id domain.ColumnID) bool { return c.ID == id }) {
		cmd.Order = order
	}
	return cmd
}

// judging names the municipalities that have something in columns that would be ended.
func judging(g domain.Ground, ended []domain.Ended) (out []string) {
	for _, m := range g.Catalogue().Municipalities {
		if slices.ContainsFunc(ended, func(e domain.Ended) bool {
			level, text, _, _ := g.Stands(m.ID, domain.ColumnID(e.ID))
			return level != domain.NotAssessed || text != nil
		}) {
			out = append(out, m.Name)
		}
	}
	return out
}

// applyColumns reads what a preview showed. What was changed since is another thing, and is
// looked at again.
func applyColumns(k *edge.Call, f url.Values) (domain.Command, error) {
	var cmd plan.SetColumns
	if err := json.Unmarshal([]byte(f.Get("columns")), &cmd); err != nil {
		return nil, edge.BadRequest("form", "http.form", err)
	}
	if f.Get("seen") != k.Shown.Catalogue().Hash().String() {
		return nil, domain.Clash("columns.changed")
	}
	cmd.Board, cmd.Judged = k.Board, f.Get("judged") == "yes"
	return cmd, nil
}
