package server

import (
	"net/http"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/differences"
	"kommunebilde/server/edge"
)

// changesColumns are what a file has of each change of a cell.
var changesColumns = []string{"number", "municipality", "region", "column_id", "column", "from_id", "from", "level_id", "level", "text_before", "text", "at", "reported_by", "author", "undone"}

// fileTime is a time in a file's name.
const fileTime = "2006-01-02-1504"

// meetingFile gives away the changes that a meeting's page lists, oldest first.
func (s *Server) meetingFile(k *edge.Call) error {
	format, err := fileFormat(k)
	if err != nil {
		return err
	}
	if _, err := meetingAt(k); err != nil {
		return err
	}
	m, ok := k.Shown.Meeting(domain.MeetingID(k.Param("id")))
	if !ok {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	t := s.changesFile(k, "mote-"+string(m.ID))
	t.Of["meeting"] = m.ID
	for _, e := range k.Shown.ChangesIn(m) {
		t.Rows = append(t.Rows, s.changeRow(k, domain.Cell{Level: e.Change.From}, e.Change.Cell, e.Change.Undoes > 0))
	}
	return s.giveTable(k, t, format)
}

// differencesFile gives away all that the page of differences lists, a page at a time.
func (s *Server) differencesFile(k *edge.Call) error {
	format, err := fileFormat(k)
	if err != nil {
		return err
	}
	c, err := compare(k)
	if err != nil {
		return err
	}
	span := c.from.UTC().Format(fileTime) + "-" + c.to.UTC().Format(fileTime)
	t := s.changesFile(k, "forskjeller-"+string(k.Board)+"-"+span)
	t.Of["from"], t.Of["to"] = c.from.UTC(), c.to.UTC()
	k.Shown = c.after
	for _, d := range differences.Compare(c.before, c.after).Differences {
		t.Rows = append(t.Rows, s.changeRow(k, d.Before, d.After, false))
	}
	return s.giveTable(k, t, format)
}

func (s *Server) changesFile(k *edge.Call, name string) tableFile {
	return tableFile{Name: name, Of: map[string]any{"board": k.Board}, List: "changes", Words: "export.", Columns: changesColumns}
}

// changeRow is what a cell was and what it became, of the board in k.Shown.
func (s *Server) changeRow(k *edge.Call, before, after domain.Cell, undone bool) []string {
	c := k.Shown.Catalogue()
	m, col := c.Municipalities[k.Shown.Row(after.Municipality)], c.Columns[k.Shown.Col(after.Column)]
	region, word := "", func(key string) string { return s.cfg.Site.Word(k.Lang, key) }
	if i := c.RegionIndex(m.Region); i >= 0 {
		region = c.Regions[i].Name
	}
	name, _ := col.Name.In(k.Lang)
	was, is, when, taken := before.Text, after.Text, "", ""
	if before.Redacted {
		was = word("panel.redacted")
	}
	if after.Redacted {
		is = word("panel.redacted")
	}
	if !after.At.IsZero() {
		when = after.At.UTC().Format(time.RFC3339)
	}
	if undone {
		taken = word("log.undone")
	}
	author := after.Author
	if author == "" && after.By != "" {
		author = s.cfg.Auth.Name(after.By)
	}
	return []string{
		string(m.ID), m.Name, region, string(col.ID), name, string(before.Level), word("level." + string(before.Level)),
		string(after.Level), word("level." + string(after.Level)), was, is, when, after.ReportedBy, author, taken,
	}
}
