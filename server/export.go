package server

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/storage/sheet"
)

// export gives away what a page shows: the same board, filter, time and rights.
// A few at a time; the rest wait.
func (s *Server) export(k *call) error {
	f, err := k.filter()
	if err != nil {
		return err
	}
	format := k.c.Query("format", "csv")
	if format != "csv" && format != "json" {
		return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "format", Msg: "filter.wrong", Args: []string{"format"}}
	}
	if err := k.versioned(); err != nil {
		return err
	}
	if k.shown, err = k.at(k.shown, f.At); err != nil {
		return err
	}
	select {
	case s.exports <- struct{}{}:
		defer func() { <-s.exports }()
	case <-k.ctx.Done():
		return httpError(fiber.StatusServiceUnavailable, "http.busy", k.ctx.Err())
	}
	places := selected(k.shown, f)
	name := exportName(k.shown, k.now)
	k.trace.Detail = format
	s.cfg.Log.Info("export", "board", string(k.board), "cells", len(places), "format", format, "request_id", k.id)
	if format == "json" {
		k.attach(name+".json", fiber.MIMEApplicationJSONCharsetUTF8)
		return k.give(s.exportJSON(k, f, places))
	}
	var out bytes.Buffer
	header, rows := s.exportRows(k, places)
	if err := sheet.WriteCSV(&out, header, rows); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	k.attach(name+".csv", "text/csv; charset=utf-8")
	return k.give(out.Bytes())
}

func (k *call) attach(name, kind string) {
	k.c.Set(fiber.HeaderContentType, kind)
	k.c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
}

// exportName is made of ids and a day only.
func exportName(p kommunebilde.Picture, now time.Time) string {
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
func selected(p kommunebilde.Picture, f dashboard.Filter) [][2]int {
	c, kind, sieve := p.Catalogue(), p.Board().Kind, f.Sieve(p)
	var out [][2]int
	for row, m := range c.Municipalities {
		if f.Region != "" && m.Region != f.Region {
			continue
		}
		for col, column := range c.Columns {
			if !judges(kind, column.Kind) || f.Area != "" && column.ID != f.Area && column.Area != f.Area {
				continue
			}
			if f.Area == "" && column.Kind == kommunebilde.ColumnIndicator {
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
func (s *Server) exportRows(k *call, places [][2]int) (header []string, rows [][]string) {
	p, lang := k.shown, k.lang
	board, c := p.Board(), p.Catalogue()
	for _, key := range []string{"board", "version", "number", "municipality", "region", "column_id", "column", "level_id", "level", "at", "text", "author", "remark", "marking"} {
		header = append(header, s.cfg.Site.Word(lang, "export."+key))
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
		rows = append(rows, []string{
			title, version, string(m.ID), m.Name, region, string(col.ID), name,
			string(cell.Level), s.cfg.Site.Word(lang, "level."+string(cell.Level)), when, cell.Text, cell.Author, remark, s.cfg.Site.Marking(lang, cell.Marking),
		})
	}
	return header, rows
}

func (s *Server) exportJSON(k *call, f dashboard.Filter, places [][2]int) []byte {
	p := k.shown
	b := append([]byte(nil), `{"epoch":`...)
	b = appendString(b, string(p.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(p.Board().Revision), 10)
	b = append(b, `,"board":`...)
	b = appendBoard(b, p.Board())
	if v := p.ShownVersion(); v > 0 {
		b = append(b, `,"version":`...)
		b = strconv.AppendInt(b, int64(v), 10)
	}
	b = append(b, `,"made_at":`...)
	b = appendTime(b, k.now)
	b = append(b, `,"filter":`...)
	b = appendString(b, f.Query())
	if p.Board().Demo {
		b = appendField(b, "remark", s.cfg.Site.Word(k.lang, "demo.short"))
	}
	b = append(b, `,"cells":[`...)
	for i, at := range places {
		b = comma(b, i)
		b = appendCell(b, k.names(), p.Cell(at[0], at[1]), "")
	}
	return append(b, ']', '}')
}
