package county

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kommunebilde/domain"
)

// row is one line of a table, by the names of its columns.
type row struct {
	file  string
	line  int
	cells map[string]string
}

func (r row) get(field string) string { return r.cells[field] }

// ended reports whether the row is about something that is no more.
func (r row) ended() bool { return r.get("ended") != "" }

// table reads a CSV file whose first line names its columns. After a fault in
// the header it returns nothing, after one in a line the other lines.
func (l *loader) table(file string, required, optional []string) []row {
	data := l.read(file)
	if data == nil {
		return nil
	}
	cr := csv.NewReader(bytes.NewReader(data))
	cr.FieldsPerRecord = -1
	if first, _, _ := bytes.Cut(data, []byte("\n")); bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		cr.Comma = ';'
	}
	header, ok := l.header(file, cr, required, optional)
	if !ok {
		return nil
	}
	var out []row
	before := len(l.faults)
	for {
		fields, err := cr.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			var parse *csv.ParseError
			line := 0
			if errors.As(err, &parse) {
				line, err = parse.Line, parse.Err
			}
			l.fault(file, line, "", "", "%v", err)
			break
		}
		line, _ := cr.FieldPos(0)
		if strings.Join(fields, "") == "" {
			continue // an empty line that a spreadsheet has given separators
		}
		if len(fields) != len(header) {
			l.fault(file, line, "", "", "has %d fields, the header has %d", len(fields), len(header))
			continue
		}
		r := row{file: file, line: line, cells: make(map[string]string, len(header))}
		for i, f := range fields {
			r.cells[header[i]] = clean(f)
		}
		out = append(out, r)
	}
	if len(out) == 0 && len(l.faults) == before {
		l.fault(file, 0, "", "", "has no lines below the header")
	}
	return out
}

func (l *loader) header(file string, cr *csv.Reader, required, optional []string) ([]string, bool) {
	fields, err := cr.Read()
	if err != nil {
		l.fault(file, 1, "", "", "the header cannot be read")
		return nil, false
	}
	ok := true
	var header []string
	for _, f := range fields {
		f = clean(f)
		switch {
		case slices.Contains(header, f):
			l.fault(file, 1, f, "", "column is there twice")
			ok = false
		case !slices.Contains(required, f) && !slices.Contains(optional, f):
			l.fault(file, 1, f, "", "unknown column; known are %s", strings.Join(append(slices.Clone(required), optional...), ", "))
			ok = false
		}
		header = append(header, f)
	}
	for _, f := range required {
		if !slices.Contains(header, f) {
			l.fault(file, 1, f, "", "column is missing")
			ok = false
		}
	}
	return header, ok
}

// clean takes blanks off both ends and composes letters (NFC).
func clean(s string) string { return norm.NFC.String(strings.TrimSpace(s)) }

// badName says why a name cannot be shown, "" if it can.
func badName(s string) string {
	if utf8.RuneCountInString(s) > domain.MaxName {
		return fmt.Sprintf("is over %d characters", domain.MaxName)
	}
	for _, r := range s {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 ||
			r == 0x200e || r == 0x200f || r == 0x061c || r == 0x2028 || r == 0x2029 || r == 0xfeff {
			return fmt.Sprintf("holds the character U+%04X", r)
		}
	}
	return ""
}

// name reads a text that is shown.
func (l *loader) name(r row, field string, required bool) string {
	s := r.get(field)
	if s == "" {
		if required {
			l.fault(r.file, r.line, field, "", "is missing")
		}
		return ""
	}
	if reason := badName(s); reason != "" {
		l.fault(r.file, r.line, field, s, "%s", reason)
	}
	return s
}

// words reads the columns stem_nb, stem_nn and stem_en; those listed must be
// there.
func (l *loader) words(r row, stem string, required ...string) domain.Words {
	read := func(lang string) string { return l.name(r, stem+"_"+lang, slices.Contains(required, lang)) }
	w := domain.Words{NB: read("nb"), NN: read("nn"), EN: read("en")}
	if w.NB == "" && (w.NN != "" || w.EN != "") && !slices.Contains(required, "nb") {
		l.fault(r.file, r.line, stem+"_nb", "", "is missing")
	}
	return w
}

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// slug reads an id that stands in addresses.
func (l *loader) slug(r row, field string) string {
	s := r.get(field)
	switch {
	case s == "":
		l.fault(r.file, r.line, field, "", "is missing")
	case len(s) > 64 || !slugPattern.MatchString(s):
		l.fault(r.file, r.line, field, s, "is not an id: small letters a-z, digits and single hyphens")
		return ""
	}
	return s
}

// number reads a whole number; an empty one is 0 unless required.
func (l *loader) number(r row, field string, low, high int, required bool) int {
	s := r.get(field)
	if s == "" {
		if required {
			l.fault(r.file, r.line, field, "", "is missing")
		}
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		l.fault(r.file, r.line, field, s, "is not a whole number from %d to %d", low, high)
		return 0
	}
	return n
}

// oneOf reads a word of a short list.
func (l *loader) oneOf(r row, field string, words ...string) string {
	s := r.get(field)
	if !slices.Contains(words, s) {
		l.fault(r.file, r.line, field, s, "is not one of %q", words)
		return ""
	}
	return s
}
