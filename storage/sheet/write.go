package sheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// CSV writes a table as the spreadsheets of Norwegian Windows open it: UTF-8
// with a byte order mark, semicolons, CR LF. A cell that a spreadsheet would
// take for a formula gets an apostrophe before it; [ReadStatuses] takes it off
// again.
type CSV struct{ out *csv.Writer }

// NewCSV begins a table.
func NewCSV(w io.Writer) (CSV, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return CSV{}, err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	return CSV{out}, nil
}

// Row writes one row. It may lie in memory until Flush.
func (c CSV) Row(cells []string) error {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		if formula(cell) {
			cell = "'" + cell
		}
		safe[i] = cell
	}
	return c.out.Write(safe)
}

// Flush writes what lies in memory.
func (c CSV) Flush() error {
	c.out.Flush()
	return c.out.Error()
}

// WriteCSV writes a whole table as [CSV] does.
func WriteCSV(w io.Writer, header []string, rows [][]string) error {
	c, err := NewCSV(w)
	if err != nil {
		return err
	}
	if err := c.Row(header); err != nil {
		return err
	}
	for _, row := range rows {
		if err := c.Row(row); err != nil {
			return err
		}
	}
	return c.Flush()
}

// formula reports whether a spreadsheet may take a text for a formula. Blanks
// before the sign do not make it safe, and an apostrophe that is there already
// gets another, so that what is read back is what was written.
func formula(s string) bool {
	s = strings.TrimLeft(s, " \u00a0")
	if s == "" {
		return false
	}
	for _, sign := range [...]string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, sign) {
			return true
		}
	}
	rest, quoted := strings.CutPrefix(s, "'")
	return quoted && formula(rest)
}
