package sheet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/domain"
)

// columnField is a column of the file that a catalogue is edited in: its name, which is
// that of the JSON, and how it is read and written. What no field names stays as it is.
type columnField struct {
	name  string
	get   func(*domain.Column) string
	set   func(*domain.Column, string)
	oneOf []string // "" for what may be empty; nil: any text
}

// columnFields are the fields of the file, in its order.
func columnFields() []columnField {
	text := func(name string, of func(*domain.Column) *string) columnField {
		return columnField{name: name, get: func(c *domain.Column) string { return *of(c) }, set: func(c *domain.Column, v string) { *of(c) = v }}
	}
	out := []columnField{
		text("id", func(c *domain.Column) *string { return (*string)(&c.ID) }),
		text("kind", func(c *domain.Column) *string { return (*string)(&c.Kind) }),
		text("area", func(c *domain.Column) *string { return (*string)(&c.Area) }),
		{name: "version", get: func(c *domain.Column) string { return strconv.Itoa(c.Version) }, set: func(c *domain.Column, v string) { c.Version, _ = strconv.Atoi(v) }, oneOf: numbers(99)},
	}
	out[1].oneOf = []string{string(domain.ColumnArea), string(domain.ColumnIndicator), string(domain.ColumnSummary)}
	words := func(name string, of func(*domain.Column) *domain.Words) {
		out = append(out, text(name+".nb", func(c *domain.Column) *string { return &of(c).NB }),
			text(name+".nn", func(c *domain.Column) *string { return &of(c).NN }), text(name+".en", func(c *domain.Column) *string { return &of(c).EN }))
	}
	words("name", func(c *domain.Column) *domain.Words { return &c.Name })
	words("short", func(c *domain.Column) *domain.Words { return &c.Short })
	out = append(out, columnField{name: "themes", get: func(c *domain.Column) string { return yes(c.Themes) }, set: func(c *domain.Column, v string) { c.Themes = v == "yes" }, oneOf: []string{"yes", "no", ""}})
	words("means.green", func(c *domain.Column) *domain.Words { return &c.Means.Green })
	words("means.yellow", func(c *domain.Column) *domain.Words { return &c.Means.Yellow })
	words("means.red", func(c *domain.Column) *domain.Words { return &c.Means.Red })
	words("basis", func(c *domain.Column) *domain.Words { return &c.Basis })
	words("unit", func(c *domain.Column) *domain.Words { return &c.Unit })
	supervises := text("supervises", func(c *domain.Column) *string { return &c.Supervises })
	supervises.oneOf = []string{"yes", "no", ""}
	out = append(out, supervises,
		columnField{name: "every", get: func(c *domain.Column) string { return blankZero(c.Every) }, set: func(c *domain.Column, v string) { c.Every, _ = strconv.Atoi(v) }, oneOf: []string{"1", "2", ""}},
		text("evidence", func(c *domain.Column) *string { return &c.Evidence }),
		text("ssb_table", func(c *domain.Column) *string { return &c.SSBTable }),
		text("ssb_code", func(c *domain.Column) *string { return &c.SSBCode }),
		columnField{name: "follows", get: followed, set: follow})
	words("not_comparable", func(c *domain.Column) *domain.Words { return &c.NotComparable })
	return out
}

func yes(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

func blankZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// numbers are 1 to most, as a file has them, and nothing.
func numbers(most int) []string {
	out := []string{""}
	for n := range most {
		out = append(out, strconv.Itoa(n+1))
	}
	return out
}

// followed is what a column follows, "board/column/version".
func followed(c *domain.Column) string {
	if c.Follows == nil {
		return ""
	}
	return fmt.Sprintf("%s/%s/%d", c.Follows.Board, c.Follows.Column, c.Follows.Version)
}

// follow reads what a column follows. What is not whole names nothing, which is refused
// when the column is judged.
func follow(c *domain.Column, v string) {
	if c.Follows = nil; v == "" {
		return
	}
	board, rest, _ := strings.Cut(v, "/")
	column, version, _ := strings.Cut(rest, "/")
	n, _ := strconv.Atoi(version)
	c.Follows = &domain.Follows{Board: domain.BoardID(board), Column: domain.ColumnID(column), Version: n}
}

// WriteColumns writes a catalogue's columns, to be edited and read by [ReadColumns].
func WriteColumns(w io.Writer, columns []domain.Column) error {
	fields := columnFields()
	var header []string
	for _, f := range fields {
		header = append(header, f.name)
	}
	var rows [][]string
	for _, c := range columns {
		var row []string
		for _, f := range fields {
			row = append(row, f.get(&c))
		}
		rows = append(rows, row)
	}
	return WriteCSV(w, header, rows)
}

// ReadColumns reads a catalogue's columns from CSV, XLSX, or JSON with a list "columns".
// A row is one column; what the file has no field for stays as now has it, and an empty
// cell takes away. The error is a *Faults, as of [ReadStatuses].
func ReadColumns(data []byte, now *domain.Catalogue) ([]domain.Column, error) {
	if trimmed := bytes.TrimPrefix(bytes.TrimSpace(data), []byte("\ufeff")); bytes.HasPrefix(trimmed, []byte("{")) && len(data) <= maxPacked {
		return jsonColumns(trimmed)
	}
	byName := map[string]columnField{}
	for _, f := range columnFields() {
		byName[f.name] = f
	}
	grids, _, faults := readGrids(data, func(v string) bool { _, ok := byName[v]; return ok })
	if faults != nil {
		return nil, faults
	}
	for _, g := range grids {
		if row, ok := columnHeader(g); ok {
			return columnRows(g, row, byName, now)
		}
	}
	return nil, fileFault("", "", "columns.header", headerRows)
}

// columnHeader finds the first row that has what a header must have.
func columnHeader(g *grid) (int, bool) {
	for row := 1; row <= min(headerRows, len(g.rows)); row++ {
		has := func(name string) bool {
			return slices.ContainsFunc(g.rows[row-1], func(c cell) bool { return c.value == name })
		}
		if has("id") && has("kind") && has("name.nb") {
			return row, true
		}
	}
	return 0, false
}

func columnRows(g *grid, header int, byName map[string]columnField, now *domain.Catalogue) ([]domain.Column, error) {
	faults := &Faults{}
	heads := g.rows[header-1]
	id := slices.IndexFunc(heads, func(c cell) bool { return c.value == "id" })
	seen := map[string]int{}
	for col, head := range heads {
		if _, ok := byName[head.value]; !ok && head.value != "" {
			faults.add(g.name, header, col, head.value, is("column.unknown"))
		} else if head.value != "" && slices.ContainsFunc(heads[:col], func(c cell) bool { return c.value == head.value }) {
			faults.add(g.name, header, col, head.value, is("header.twice"))
		}
	}
	var out []domain.Column
	for row := header + 1; row <= len(g.rows); row++ {
		if blank(g.rows[row-1]) {
			continue
		}
		name := g.at(row, id).value
		switch first := seen[name]; {
		case !domain.IsID(name) || len(name) > 48:
			faults.add(g.name, row, id, name, is("columns.id"))
			continue
		case first > 0:
			faults.add(g.name, row, id, name, is("columns.twice", first))
			continue
		}
		seen[name] = row
		out = append(out, columnRow(g, row, heads, byName, now, domain.ColumnID(name), faults))
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fileFault("", "", "file.empty")
	}
	return out, nil
}

// columnRow reads one column, over what the catalogue has of it.
func columnRow(g *grid, row int, heads []cell, byName map[string]columnField, now *domain.Catalogue, id domain.ColumnID, faults *Faults) domain.Column {
	var out domain.Column
	if i := now.ColumnIndex(id); i >= 0 {
		out = now.Columns[i]
	}
	for col, c := range g.rows[row-1] {
		if col >= len(heads) && c.value != "" {
			faults.add(g.name, row, col, c.value, is("column.beyond"))
		}
	}
	for col, head := range heads {
		f, ok := byName[head.value]
		if !ok {
			continue
		}
		value := g.at(row, col).value
		switch bad := strings.IndexFunc(value, badRune); {
		case bad >= 0:
			faults.add(g.name, row, col, value, is("text.control", fmt.Sprintf("U+%04X", []rune(value[bad:])[0])))
		case f.oneOf != nil && !slices.Contains(f.oneOf, value):
			faults.add(g.name, row, col, value, is("columns.value", told(f)))
		case f.name == "name.nb" && value == "":
			faults.add(g.name, row, col, value, is("name.missing"))
		case len([]rune(value)) > domain.MaxReason:
			faults.add(g.name, row, col, value, is("text.long", domain.MaxReason))
		default:
			f.set(&out, value)
		}
	}
	return out
}

// told is what a field may have, in a sentence.
func told(f columnField) string {
	if f.name == "version" {
		return "1–99"
	}
	return strings.Join(slices.DeleteFunc(slices.Clone(f.oneOf), func(s string) bool { return s == "" }), ", ")
}

// jsonColumns reads columns as they stand in the JSON that is given away.
func jsonColumns(data []byte) ([]domain.Column, error) {
	var file struct {
		Board   string          `json:"board"`
		Columns []domain.Column `json:"columns"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err := d.Decode(&file)
	if err == nil && len(file.Columns) == 0 {
		err = errors.New("columns")
	}
	if err != nil {
		return nil, fileFault("", "", "columns.json", shorten(strings.TrimPrefix(err.Error(), "json: ")))
	}
	faults := &Faults{}
	for i, c := range file.Columns {
		if slices.ContainsFunc(file.Columns[:i], func(o domain.Column) bool { return o.ID == c.ID }) {
			faults.add("", i+1, -1, string(c.ID), is("columns.twice", 1+slices.IndexFunc(file.Columns, func(o domain.Column) bool { return o.ID == c.ID })))
		}
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return file.Columns, nil
}
