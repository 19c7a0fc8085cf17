package server

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/access"
	assessmentpages "kommunebilde/dashboard/assessment"
	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/server/edge"
	"kommunebilde/server/wire"
	"kommunebilde/storage/sheet"
)

// What a planned edition gives away is for the office alone: all of it, or the table of
// one area with the filter of its page. Read again it changes nothing; what was edited in
// between is what changes.

//go:embed edition.schema.json
var editionSchema []byte

// schemaAddress is where it is told what an edition as JSON holds.
const schemaAddress = "/api/v1/schema/edition.json"

func (s *Server) apiEditionSchema(k *edge.Call) error { return k.Send(edge.JSON, editionSchema) }

// judgements is what is given away.
type judgements struct {
	work   signoff.Work
	plan   plan.Plan
	area   domain.ColumnID // of a table, "" of all
	units  []signoff.Unit
	filter string
	chosen []string // the filter in the file's name
}

// areaFile gives away the table of one area as the workplace shows it.
func (s *Server) areaFile(format string) func(*edge.Call) error {
	return func(k *edge.Call) error {
		o, err := s.filteredWork(k)
		if err != nil {
			return err
		}
		j := judgements{work: o.Work, plan: o.Plan, area: o.Area, units: assessmentpages.Shown(o), filter: o.Filter.Query(), chosen: []string{string(o.Area)}}
		for _, state := range o.Filter.States {
			j.chosen = append(j.chosen, string(state))
		}
		if o.Filter.Region != "" {
			j.chosen = append(j.chosen, string(o.Filter.Region))
		}
		if o.Filter.Waiting {
			j.chosen = append(j.chosen, "forslag")
		}
		return s.giveJudgements(k, j, format)
	}
}

// editionFile gives away every cell of a planned edition, its plan and its catalogue.
func (s *Server) editionFile(format string) func(*edge.Call) error {
	return func(k *edge.Call) error {
		w, err := s.work(k)
		if err != nil {
			return err
		}
		j := judgements{work: w, chosen: []string{"utgave"}}
		j.plan, _ = plan.Of(w.Ground)
		cat := w.Ground.Catalogue()
		for _, m := range cat.Municipalities {
			for _, i := range cat.Areas() { // those that rest, too
				j.units = append(j.units, w.Unit(m.ID, cat.Columns[i].ID))
			}
			if sums := cat.Summaries(); len(sums) > 0 {
				j.units = append(j.units, w.Unit(m.ID, cat.Columns[sums[0]].ID))
			}
		}
		return s.giveJudgements(k, j, format)
	}
}

// giveJudgements gives a file away, a few at a time as every export.
func (s *Server) giveJudgements(k *edge.Call, j judgements, format string) error {
	leave, err := s.exporting(k)
	if err != nil {
		return err
	}
	defer leave()
	k.Trace.Detail = format
	name, cells := exportName(k, j.chosen...), s.judgedCells(k, j)
	s.cfg.Log.Info("export", "board", string(k.Board), "cells", len(cells), "format", format, "request_id", k.ID)
	if format == "json" {
		body, err := s.judgementsJSON(k, j, cells)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		k.Attach(name+".json", edge.JSON)
		return k.Give(body)
	}
	var out bytes.Buffer
	header, rows := s.judgementRows(k, j, cells)
	if err := sheet.WriteCSV(&out, header, rows); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	k.Attach(name+".csv", "text/csv; charset=utf-8")
	return k.Give(out.Bytes())
}

// exporting waits for one of the turns that exports have.
func (s *Server) exporting(k *edge.Call) (leave func(), err error) {
	select {
	case s.exports <- struct{}{}:
		return func() { <-s.exports }, nil
	case <-k.Context().Done():
		return nil, edge.Error(http.StatusServiceUnavailable, "http.busy", k.Context().Err())
	}
}

// judgedCell is one cell as JSON has it.
type judgedCell struct {
	M            domain.MunicipalityID `json:"m"`
	Municipality string                `json:"municipality"`
	Region       domain.RegionID       `json:"region"`
	C            domain.ColumnID       `json:"c"`
	Column       string                `json:"column"`
	Version      int                   `json:"version"`
	Level        domain.Level          `json:"level,omitempty"` // a summary has none
	Text         string                `json:"text"`
	Redacted     bool                  `json:"redacted,omitempty"`
	Evidence     []evidence.Ref        `json:"evidence"`
	State        signoff.State         `json:"state"`
	Standing     string                `json:"standing"`
	Missing      []string              `json:"missing"`
	Author       string                `json:"author,omitempty"`
	Approver     string                `json:"approver,omitempty"`
	Exempt       string                `json:"exempt,omitempty"`
	Seen         domain.Revision       `json:"seen"`

	marking *domain.Marking
}

func (s *Server) judgedCells(k *edge.Call, j judgements) []judgedCell {
	p, cat := k.Shown, j.work.Ground.Catalogue()
	out := []judgedCell{}
	for _, u := range j.units {
		approver := ""
		if u.State == signoff.Approved && u.Approval != nil {
			approver = s.cfg.Auth.Name(u.Approval.By)
		}
		for _, c := range u.Cells {
			m, col := cat.Municipalities[cat.MunicipalityIndex(c.Municipality)], cat.Columns[cat.ColumnIndex(c.Column)]
			name, _ := col.Name.In(k.Lang)
			cell := judgedCell{
				M: m.ID, Municipality: m.Name, Region: m.Region, C: col.ID, Column: name, Version: col.Version,
				Level: c.Level, Text: c.Text.String(), Redacted: c.Text.Redacted(), Evidence: slices.Clone(c.Evidence), State: u.State, Standing: string(c.Standing),
				Missing: []string{}, Approver: approver, Seen: c.Revision, marking: p.Cell(p.Row(m.ID), p.Col(col.ID)).Marking,
			}
			if col.Kind == domain.ColumnSummary {
				cell.Level = ""
			}
			if c.By != "" {
				cell.Author = s.cfg.Auth.Name(c.By)
			}
			if cell.Evidence == nil {
				cell.Evidence = []evidence.Ref{}
			}
			if cell.marking != nil {
				cell.Exempt = string(cell.marking.Basis)
			}
			for _, missing := range u.Missing {
				if missing.Column == c.Column {
					cell.Missing = append(cell.Missing, missing.What)
				}
			}
			out = append(out, cell)
		}
	}
	return out
}

// judgementRows makes the rows of a sheet. Its headers are those that [sheet.ReadJudgements]
// knows; what the numbers are of stands in every row.
func (s *Server) judgementRows(k *edge.Call, j judgements, cells []judgedCell) (header []string, rows [][]string) {
	word := func(key string) string { return s.cfg.Site.Word(k.Lang, key) }
	for _, key := range []string{"export.board_id", "export.board", "export.judged", "export.number", "export.municipality", "export.region", "export.column_id", "export.column", "export.column_version",
		"export.level_id", "export.level", "export.text", "export.evidence", "export.state", "export.standing", "export.missing", "export.author", "export.approver", "export.marking",
		"export.remark", "export.filter", "export.seen", "export.proof", "export.made"} {
		header = append(header, word(key))
	}
	board, cat := k.Shown.Board(), j.work.Ground.Catalogue()
	title, _ := board.Title.In(k.Lang)
	remark, proof, made := "", s.proof(k), k.Now.UTC().Format(time.RFC3339)
	if board.Demo {
		remark = word("demo.short")
	}
	for _, c := range cells {
		level, region := "", ""
		if c.Level != "" {
			level = word("level." + string(c.Level))
		}
		if i := cat.RegionIndex(c.Region); i >= 0 {
			region = cat.Regions[i].Name
		}
		var refs, missing []string
		for _, ref := range c.Evidence {
			refs = append(refs, fmt.Sprintf("%s@%d", ref.ID, ref.Version))
		}
		for _, what := range c.Missing {
			missing = append(missing, word("work.missing."+what))
		}
		standing := ""
		if j.work.Before.Known {
			standing = word("work.standing." + c.Standing)
		}
		rows = append(rows, []string{
			string(board.ID), title, j.plan.Judged, string(c.M), c.Municipality, region, string(c.C), c.Column, strconv.Itoa(c.Version),
			string(c.Level), level, c.Text, strings.Join(refs, " "), word("work.state." + string(c.State)), standing, strings.Join(missing, ", "), c.Author, c.Approver,
			access.Marking(s.cfg.Site, k.Lang, c.marking), remark, j.filter, strconv.FormatUint(uint64(c.Seen), 10), proof, made,
		})
	}
	return header, rows
}

// editionJSON is what schemaAddress describes.
type editionJSON struct {
	Schema    string            `json:"$schema"`
	Epoch     string            `json:"epoch"`
	Rev       domain.Revision   `json:"rev"`
	Board     json.RawMessage   `json:"board"`
	MadeAt    time.Time         `json:"made_at"`
	Judged    string            `json:"judged"`
	Area      domain.ColumnID   `json:"area,omitempty"`
	Filter    string            `json:"filter"`
	Proof     string            `json:"proof,omitempty"`
	Remark    string            `json:"remark,omitempty"`
	Plan      *planJSON         `json:"plan,omitempty"`
	Catalogue *domain.Catalogue `json:"catalogue,omitempty"`
	Cells     []judgedCell      `json:"cells"`
}

// planJSON is what an edition is to be.
type planJSON struct {
	Mode    plan.Mode     `json:"mode"`
	Hearing plan.Hearing  `json:"hearing"`
	Follows *plan.Version `json:"follows,omitempty"`
	Case    string        `json:"case,omitempty"`
	Days    plan.Days     `json:"days"`
	Areas   []areaJSON    `json:"areas"`
}

type areaJSON struct {
	C         domain.ColumnID `json:"c"`
	Assessors []string        `json:"assessors"`
	Approvers []string        `json:"approvers"`
	Due       string          `json:"due,omitempty"`
}

func (s *Server) judgementsJSON(k *edge.Call, j judgements, cells []judgedCell) ([]byte, error) {
	p := k.Shown
	out := editionJSON{
		Schema: schemaAddress, Epoch: string(p.Epoch()), Rev: p.Board().Revision, Board: wire.AppendBoard(nil, p.Board()), MadeAt: k.Now.UTC().Truncate(time.Second),
		Judged: j.plan.Judged, Area: j.area, Filter: j.filter, Proof: s.proof(k), Cells: cells,
	}
	if p.Board().Demo {
		out.Remark = s.cfg.Site.Word(k.Lang, "demo.short")
	}
	if j.area == "" {
		out.Plan, out.Catalogue = s.planJSON(j), j.work.Ground.Catalogue()
	}
	return json.Marshal(out)
}

func (s *Server) planJSON(j judgements) *planJSON {
	names := func(ids []domain.AccountID) []string {
		out := []string{}
		for _, id := range ids {
			out = append(out, s.cfg.Auth.Name(id))
		}
		return out
	}
	out := &planJSON{Mode: j.plan.Mode, Hearing: j.plan.Hearing, Follows: j.plan.Follows, Case: string(j.plan.Case), Days: j.plan.Days, Areas: []areaJSON{}}
	for _, c := range j.work.Ground.Catalogue().Columns {
		if area, told := j.plan.Areas[c.ID]; told {
			out.Areas = append(out.Areas, areaJSON{c.ID, names(area.Assessors), names(area.Approvers), area.Due})
		}
	}
	return out
}
