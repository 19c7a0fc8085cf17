package server

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"kommunebilde/dashboard/access"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
	"kommunebilde/server/wire"
	"kommunebilde/storage/sheet"
)

// export gives away what a page shows: the same board, filter, time and rights.
// A few at a time; the rest wait.
func (s *Server) export(k *edge.Call) error {
	q, err := k.QueryValues()
	if err != nil {
		return err
	}
	f, err := filterOf(k, q, []string{"board", "v", "lang", "format"})
	if err != nil {
		return err
	}
	format := k.Query("format", "csv")
	if format != "csv" && format != "json" {
		return &domain.Error{Code: domain.Invalid, Field: "format", Msg: "filter.wrong", Args: []string{"format"}}
	}
	if err := versioned(k); err != nil {
		return err
	}
	if k.Shown, err = k.At(k.Shown, f.At); err != nil {
		return err
	}
	select {
	case s.exports <- struct{}{}:
		defer func() { <-s.exports }()
	case <-k.Context().Done():
		return edge.Error(http.StatusServiceUnavailable, "http.busy", k.Context().Err())
	}
	places := selected(k.Shown, f)
	name := exportName(k.Shown, k.Now)
	k.Trace.Detail = format
	s.cfg.Log.Info("export", "board", string(k.Board), "cells", len(places), "format", format, "request_id", k.ID)
	if format == "json" {
		k.Attach(name+".json", edge.JSON)
		return k.Give(s.exportJSON(k, f, places))
	}
	var out bytes.Buffer
	header, rows := s.exportRows(k, places)
	if err := sheet.WriteCSV(&out, header, rows); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	k.Attach(name+".csv", "text/csv; charset=utf-8")
	return k.Give(out.Bytes())
}

// exportName is made of ids and a day only.
func exportName(p domain.Picture, now time.Time) string {
	name := "kommunebilde-" + string(p.Board().ID)
	if v := p.ShownVersion(); v > 0 {
		name += "-v" + strconv.Itoa(v)
	}
	if p.Board().Demo {
		name = "demo-" + name
	}
	return name + "-" + now.UTC().Format("20060102")
}

// selected returns the places of the cells that a filter lets through, in the
// order of the page.
func selected(p domain.Picture, f kit.Filter) [][2]int {
	c, kind, sieve := p.Catalogue(), p.Board().Kind, f.Sieve(p)
	var out [][2]int
	for row, m := range c.Municipalities {
		if f.Region != "" && m.Region != f.Region {
			continue
		}
		for col, column := range c.Columns {
			if !wire.Judges(kind, column.Kind) || f.Area != "" && column.ID != f.Area && column.Area != f.Area {
				continue
			}
			if f.Area == "" && column.Kind == domain.ColumnIndicator {
				continue // the page shows areas; their indicators come with one area
			}
			cell := p.Cell(row, col)
			if f.ShowsLevel(cell.Level) && (sieve == nil || sieve(cell)) {
				out = append(out, [2]int{row, col})
			}
		}
	}
	return out
}

// exportRows makes the rows of a sheet: ids beside names, a word beside each
// level, and what the numbers are of in every row, so that a row cut out still
// says it.
func (s *Server) exportRows(k *edge.Call, places [][2]int) (header []string, rows [][]string) {
	p, lang := k.Shown, k.Lang
	board, c := p.Board(), p.Catalogue()
	for _, key := range []string{"board", "version", "number", "municipality", "region", "column_id", "column", "level_id", "level", "at", "text", "author", "remark", "marking"} {
		header = append(header, s.cfg.Site.Word(lang, "export."+key))
	}
	proof := s.proof(k)
	if proof != "" {
		header = append(header, s.cfg.Site.Word(lang, "export.proof"))
	}
	title, _ := board.Title.In(lang)
	version, remark := "", ""
	if v := p.ShownVersion(); v > 0 {
		version = strconv.Itoa(v)
	}
	if board.Demo {
		remark = s.cfg.Site.Word(lang, "demo.short")
	}
	for _, at := range places {
		cell, m, col := p.Cell(at[0], at[1]), c.Municipalities[at[0]], c.Columns[at[1]]
		region := ""
		if i := c.RegionIndex(m.Region); i >= 0 {
			region = c.Regions[i].Name
		}
		name, _ := col.Name.In(lang)
		when := ""
		if cell.Revision != 0 {
			when = cell.At.UTC().Format(time.RFC3339)
		}
		row := []string{
			title, version, string(m.ID), m.Name, region, string(col.ID), name,
			string(cell.Level), s.cfg.Site.Word(lang, "level."+string(cell.Level)), when, cell.Text, cell.Author, remark, access.Marking(s.cfg.Site, lang, cell.Marking),
		}
		if proof != "" {
			row = append(row, proof)
		}
		rows = append(rows, row)
	}
	return header, rows
}

// proof is the ends of both chains as they are before the export leaves its own
// trace: "verify --head" reads it. It is for the office alone, which sees every
// board: the ends move with what others may not know of, and what is short can be
// guessed from its hash.
func (s *Server) proof(k *edge.Call) string {
	trail, head := s.cfg.Auth.Trail().Head(), k.Shown.Head()
	if k.Shown.Audience().Kind != domain.AudienceStaff || trail.Seq == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%s %s", head.Revision, head.Hash, trail)
}

func (s *Server) exportJSON(k *edge.Call, f kit.Filter, places [][2]int) []byte {
	p := k.Shown
	b := append([]byte(nil), `{"epoch":`...)
	b = wire.AppendString(b, string(p.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(p.Board().Revision), 10)
	b = append(b, `,"board":`...)
	b = wire.AppendBoard(b, p.Board())
	if v := p.ShownVersion(); v > 0 {
		b = append(b, `,"version":`...)
		b = strconv.AppendInt(b, int64(v), 10)
	}
	b = append(b, `,"made_at":`...)
	b = wire.AppendTime(b, k.Now)
	b = append(b, `,"filter":`...)
	b = wire.AppendString(b, f.Query())
	b = wire.AppendField(b, "proof", s.proof(k))
	if p.Board().Demo {
		b = wire.AppendField(b, "remark", s.cfg.Site.Word(k.Lang, "demo.short"))
	}
	b = append(b, `,"cells":[`...)
	for i, at := range places {
		b = wire.Comma(b, i)
		b = wire.AppendCell(b, s.cfg.Auth.Name, p.Cell(at[0], at[1]), "")
	}
	return append(b, ']', '}')
}
