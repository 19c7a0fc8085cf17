package sheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// WriteCSV writes a table as the spreadsheets of Norwegian Windows open it:
// UTF-8 with a byte order mark, semicolons, CR LF. A cell that a spreadsheet
// would take for a formula gets an apostrophe before it; [ReadStatuses] takes
// it off again.
func WriteCSV(w io.Writer, header []string, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	for i := -1; i < len(rows); i++ {
		cells := header
		if i >= 0 {
			cells = rows[i]
		}
		safe := make([]string, len(cells))
		for j, c := range cells {
			if formula(c) {
				c = "'" + c
			}
			safe[j] = c
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// formula tells whether a spreadsheet may take a text for a formula. Blanks
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
