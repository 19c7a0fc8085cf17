package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/server/edge"
	"kommunebilde/storage/sheet"
)

// tableFile is a list as a file: in CSV its columns are headed by their words, in JSON
// each row has its values by their columns.
type tableFile struct {
	Name    string         // of the file, without its ending: ids and days alone
	Of      map[string]any // what it is of, in JSON
	List    string         // what the rows are called in JSON
	Words   string         // what a column's word begins with in the catalogue
	Columns []string
	Rows    [][]string
}

// fileFormat is which of the two forms is asked for.
func fileFormat(k *edge.Call) (string, error) {
	format := k.Query("format", "csv")
	if format != "csv" && format != "json" {
		return "", kit.WrongField("format")
	}
	k.Trace.Detail = format
	return format, nil
}

// giveTable gives a list away, a few at a time as every export.
func (s *Server) giveTable(k *edge.Call, t tableFile, format string) error {
	leave, err := s.exporting(k)
	if err != nil {
		return err
	}
	defer leave()
	if k.Decision().Demo() {
		t.Name = "demo-" + t.Name
	}
	if format == "json" {
		all := map[string]any{"made_at": k.Now.UTC().Truncate(time.Second), t.List: t.objects()}
		maps.Copy(all, t.Of)
		body, err := json.Marshal(all)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		k.Attach(t.Name+".json", edge.JSON)
		return k.Give(body)
	}
	var header []string
	for _, c := range t.Columns {
		header = append(header, s.cfg.Site.Word(k.Lang, t.Words+c))
	}
	var out bytes.Buffer
	if err := sheet.WriteCSV(&out, header, t.Rows); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	k.Attach(t.Name+".csv", "text/csv; charset=utf-8")
	return k.Give(out.Bytes())
}

// objects gives each row's values their names.
func (t tableFile) objects() []map[string]string {
	out := make([]map[string]string, 0, len(t.Rows))
	for _, row := range t.Rows {
		one := map[string]string{}
		for i, value := range row {
			one[t.Columns[i]] = value
		}
		out = append(out, one)
	}
	return out
}
