package server

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/access"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
	"kommunebilde/server/wire"
	"kommunebilde/storage/sheet"
)

// taken is what an export is asked for: a page's filter, of one municipality where the
// page is of one, and with the indicators that the page has beside its areas.
type taken struct {
	kit.Filter
	Municipality domain.MunicipalityID // "" all
	Indicators   bool
}

// take reads what an export is asked for, and puts the board and version in k.Shown.
func take(k *edge.Call) (taken, error) {
	q, err := k.QueryValues()
	if err != nil {
		return taken{}, err
	}
	f, err := filterOf(k, q, []string{"board", "v", "version", "municipality", "indicators", "lang", "format"})
	if err != nil {
		return taken{}, err
	}
	a := taken{Filter: f, Municipality: domain.MunicipalityID(q.Get("municipality")), Indicators: q.Get("indicators") == "1"}
	if v := q.Get("indicators"); v != "" && !a.Indicators {
		return a, kit.WrongField("indicators")
	}
	v := q.Get("version")
	if v == "" {
		v = q.Get("v")
	} else if q.Has("v") && q.Get("v") != v {
		return a, kit.WrongField("version")
	}
	if err := versionOf(k, v); err != nil {
		return a, err
	}
	if k.Shown, err = k.At(k.Shown, f.At); err != nil {
		return a, err
	}
	if a.Municipality != "" && k.Shown.Row(a.Municipality) < 0 {
		return a, kit.UnknownField("municipality")
	}
	k.Trace.Municipality = a.Municipality
	return a, nil
}

// export gives away what a page shows: the same board, filter, time and rights.
// A few at a time; the rest wait.
func (s *Server) export(k *edge.Call) error {
	a, err := take(k)
	if err != nil {
		return err
	}
	format := k.Query("format", "csv")
	if format != "csv" && format != "json" && format != "geojson" {
		return kit.WrongField("format")
	}
	leave, err := s.exporting(k)
	if err != nil {
		return err
	}
	defer leave()
	places := selected(k.Shown, a)
	name := exportName(k, a.words()...)
	k.Trace.Detail = format
	s.cfg.Log.Info("export", "board", string(k.Board), "cells", len(places), "format", format, "request_id", k.ID)
	if format == "json" {
		k.Attach(name+".json", edge.JSON)
		return k.Give(s.exportJSON(k, a, places))
	}
	if format == "geojson" {
		k.Attach(name+".geojson", wire.GeoJSON)
		return k.Give(s.exportGeoJSON(k, a, places))
	}
	var out bytes.Buffer
	header, rows := s.exportRows(k, a, places)
	if err := sheet.WriteCSV(&out, header, rows); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	k.Attach(name+".csv", "text/csv; charset=utf-8")
	return k.Give(out.Bytes())
}

// exportName says board, version, what was chosen of it, and the day; it is made of
// ids alone.
func exportName(k *edge.Call, chosen ...string) string {
	p := k.Shown
	name := []string{"kommunebilde", string(p.Board().ID)}
	if p.Board().Demo {
		name = append([]string{"demo"}, name...)
	}
	if v := kit.VersionOf(p); v > 0 {
		name = append(name, "v"+strconv.Itoa(v))
	}
	return strings.Join(append(append(name, chosen...), k.Now.Format(time.DateOnly)), "-")
}

// query is what was chosen, as the address has it.
func (a taken) query() string {
	f := a.Filter
	f.Map, f.M, f.C, f.Roomy = "", "", "", false // these leave nothing out
	if f.View != kit.ViewDepth {
		f.View = kit.ViewMap
	}
	q := f.Query()
	for _, own := range []struct {
		name, value string
		on          bool
	}{{"municipality", string(a.Municipality), a.Municipality != ""}, {"indicators", "1", a.Indicators}} {
		if own.on {
			q = strings.TrimPrefix(q+"&"+own.name+"="+own.value, "&")
		}
	}
	return q
}

// words are what was chosen, as a file's name has it.
func (a taken) words() (out []string) {
	of := func(name, value string) {
		if value != "" {
			out = append(out, name+value)
		}
	}
	of("", string(a.Municipality))
	of("", string(a.Region))
	of("", string(a.Area))
	for _, l := range a.Levels {
		of("", string(l))
	}
	of("since-", plainTime(a.Since))
	of("age-", a.Age)
	of("", string(a.Actor))
	if !a.At.IsZero() {
		of("at-", plainTime(a.At.UTC().Format(time.RFC3339)))
	}
	if a.View == kit.ViewDepth {
		of("", string(a.View))
	}
	return out
}

// plainTime leaves out of a time what no file can be called.
func plainTime(v string) string { return strings.NewReplacer(":", "", "+", "").Replace(v) }

// selected returns the places of the cells that a page shows, in its order.
func selected(p domain.Picture, a taken) [][2]int {
	c, sieve := p.Catalogue(), a.Sieve(p)
	var out [][2]int
	for row, m := range c.Municipalities {
		if a.Region != "" && m.Region != a.Region || a.Municipality != "" && m.ID != a.Municipality {
			continue
		}
		for col, column := range c.Columns {
			if !a.has(p.Board().Kind, column) {
				continue
			}
			cell := p.Cell(row, col)
			if a.ShowsLevel(cell.Level) && (sieve == nil || sieve(cell)) {
				out = append(out, [2]int{row, col})
			}
		}
	}
	return out
}

// has reports whether the page has a column: areas on most, on some their indicators too,
// and on one those alone.
func (a taken) has(kind domain.BoardKind, c domain.Column) bool {
	if !wire.Judges(kind, c.Kind) || a.Area != "" && c.ID != a.Area && c.Area != a.Area {
		return false
	}
	depth := a.View == kit.ViewDepth && kind == domain.KindEdition
	if c.Kind == domain.ColumnIndicator {
		return a.Indicators || depth
	}
	return !depth
}

// exportRows makes the rows of a sheet: ids beside names, a word beside each
// level, and what the numbers are of in every row, so that a row cut out still
// says it.
func (s *Server) exportRows(k *edge.Call, a taken, places [][2]int) (header []string, rows [][]string) {
	p, lang := k.Shown, k.Lang
	board, c := p.Board(), p.Catalogue()
	for _, key := range []string{"board", "version", "number", "municipality", "region", "column_id", "column", "level_id", "level", "effective", "at", "text", "author", "remark", "marking", "filter"} {
		header = append(header, s.cfg.Site.Word(lang, "export."+key))
	}
	proof := s.proof(k)
	if proof != "" {
		header = append(header, s.cfg.Site.Word(lang, "export.proof"))
	}
	if board.Judged != "" {
		header = append(header, s.cfg.Site.Word(lang, "export.judged"))
	}
	title, _ := board.Title.In(lang)
	chosen := a.query()
	version, remark := "", ""
	if v := kit.VersionOf(p); v > 0 {
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
			string(cell.Level), s.cfg.Site.Word(lang, "level."+string(cell.Level)), effective(cell), when, cell.Text, cell.Author, remark, access.Marking(s.cfg.Site, lang, cell.Marking), chosen,
		}
		if proof != "" {
			row = append(row, proof)
		}
		if board.Judged != "" {
			row = append(row, board.Judged)
		}
		rows = append(rows, row)
	}
	return header, rows
}

// effective is of which day or time a level is: that of the judgement where it is known,
// else when it came to be so. It was set, or imported, later.
func effective(c domain.Cell) string {
	if c.Date != "" || c.Revision == 0 {
		return c.Date
	}
	return c.EventAt.UTC().Format(time.RFC3339)
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

// appendAbout writes what an export is of: board and version, when it was made, and what
// was chosen of it.
func (s *Server) appendAbout(b []byte, k *edge.Call, a taken) []byte {
	p := k.Shown
	b = append(b, `"epoch":`...)
	b = wire.AppendString(b, string(p.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(p.Board().Revision), 10)
	b = append(b, `,"board":`...)
	b = wire.AppendBoard(b, p.Board())
	if v := kit.VersionOf(p); v > 0 {
		b = append(b, `,"version":`...)
		b = strconv.AppendInt(b, int64(v), 10)
	}
	b = append(b, `,"made_at":`...)
	b = wire.AppendTime(b, k.Now)
	b = append(b, `,"filter":`...)
	b = wire.AppendString(b, a.query())
	b = wire.AppendField(b, "proof", s.proof(k))
	if p.Board().Demo {
		b = wire.AppendField(b, "remark", s.cfg.Site.Word(k.Lang, "demo.short"))
	}
	return b
}

func (s *Server) exportJSON(k *edge.Call, a taken, places [][2]int) []byte {
	p := k.Shown
	b := s.appendAbout([]byte{'{'}, k, a)
	b = append(b, `,"cells":[`...)
	for i, at := range places {
		b = wire.Comma(b, i)
		b = wire.AppendCell(b, s.cfg.Auth.Name, p.Cell(at[0], at[1]), "")
	}
	return append(b, ']', '}')
}

// exportGeoJSON has a feature for each municipality: where it lies, and the level of each
// of the places that are its own.
func (s *Server) exportGeoJSON(k *edge.Call, a taken, places [][2]int) []byte {
	p := k.Shown
	c, m := p.Catalogue(), p.Map()
	b := s.appendAbout([]byte(`{"type":"FeatureCollection",`), k, a)
	if m != nil {
		b = wire.AppendField(b, "attribution", m.Attribution)
	}
	b = append(b, `,"features":[`...)
	for i := 0; i < len(places); {
		row := places[i][0]
		municipality := c.Municipalities[row]
		b = append(wire.Comma(b, i), `{"type":"Feature","id":`...)
		b = wire.AppendString(b, string(municipality.ID))
		b = append(b, `,"geometry":`...)
		b = wire.AppendGeometry(b, m, municipality.ID)
		b = append(b, `,"properties":{"name":`...)
		b = wire.AppendString(b, municipality.Name)
		b = wire.AppendField(b, "region", string(municipality.Region))
		for ; i < len(places) && places[i][0] == row; i++ {
			col := places[i][1]
			b = wire.AppendField(b, string(c.Columns[col].ID), string(p.Cell(row, col).Level))
		}
		b = append(b, "}}"...)
	}
	return append(b, "]}"...)
}
