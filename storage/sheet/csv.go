package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// readCSV reads a CSV file once for each sign that may part its columns, and
// keeps the reading whose header is understood best; heads tells what may head a
// column.
func readCSV(data []byte, heads func(string) bool) (*grid, *Faults) {
	text, faults := decode(data)
	if faults != nil {
		return nil, faults
	}
	if n := longLine(text); n > 0 {
		f := &Faults{}
		f.add("", n, -1, "", is("csv.line", maxLine))
		return nil, f
	}
	signs := []rune{';', ',', '\t'}
	skip := 0
	if first, rest, ok := strings.Cut(text, "\n"); ok { // Excel's own way to tell
		if first = strings.TrimRight(first, "\r"); len(first) == 5 && strings.HasPrefix(strings.ToLower(first), "sep=") {
			signs, text, skip = []rune{rune(first[4])}, rest, 1
			if !strings.ContainsRune(";,\t|", signs[0]) {
				return nil, fileFault("", first, "csv.sign")
			}
		}
	}
	// The sign that is there most often is tried first: where no reading makes
	// sense, its faults are the ones to tell.
	begin := text[:min(len(text), maxLine)]
	slices.SortStableFunc(signs, func(a, b rune) int {
		return strings.Count(begin, string(b)) - strings.Count(begin, string(a))
	})
	var best *grid
	var first *Faults
	most := 0
	for i, sign := range signs {
		g, faults := parseCSV(text, sign, skip)
		if i == 0 {
			best, first = g, faults
		}
		if faults != nil {
			continue
		}
		if known := g.known(heads); known > most {
			best, first, most = g, nil, known
		}
	}
	return best, first
}

func parseCSV(text string, sign rune, skip int) (*grid, *Faults) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = sign, -1
	g := &grid{}
	inside := 0 // line feeds inside cells so far: rows are fewer than lines
	cells := 0
	for {
		fields, err := r.Read()
		if err == io.EOF {
			return g, nil
		}
		faults := &Faults{}
		if err != nil {
			line := 0
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				line = parse.StartLine
			}
			faults.add("", line-inside+skip, -1, "", is("csv.quotes"))
			return nil, faults
		}
		line, _ := r.FieldPos(0)
		row := line - inside + skip
		size := 0
		for col, value := range fields {
			size += len(value)
			inside += strings.Count(value, "\n")
			value = clean(unguard(value))
			switch {
			case value == "":
				continue
			case row > maxRow:
				faults.add("", row, -1, "", is("file.rows", maxRow))
				return nil, faults
			case col >= maxColumn:
				faults.add("", row, col, value, is("file.columns", maxColumn))
				return nil, faults
			}
			if cells += g.set(row, col, cell{value: value}); cells > maxCells {
				return nil, fileFault("", "", "file.cells", maxCells)
			}
		}
		if size > maxLine {
			faults.add("", row, -1, "", is("csv.line", maxLine))
			return nil, faults
		}
	}
}

// unguard takes off the apostrophe that WriteCSV puts before what looks like a
// formula.
func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && formula(rest) {
		return rest
	}
	return s
}

// decode returns a CSV file's text: UTF-8 or UTF-16 by its mark, else UTF-8 if
// it is that, else Windows-1252.
func decode(data []byte) (string, *Faults) {
	utf16 := func(e unicode.Endianness) (string, *Faults) {
		out, err := unicode.UTF16(e, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", fileFault("", "", "csv.utf16")
		}
		return string(bytes.TrimPrefix(out, []byte("\ufeff"))), nil
	}
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return utf16(unicode.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return utf16(unicode.BigEndian)
	}
	marked := bytes.HasPrefix(data, []byte("\ufeff"))
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case bytes.IndexByte(data, 0) >= 0:
		return "", fileFault("", "", "file.kind")
	case utf8.Valid(data):
		return string(data), nil
	case marked || norwegianUTF8(data):
		return "", fileFault("", "", "csv.utf8", 1+bytes.Count(data[:notUTF8(data)], []byte("\n")))
	}
	for _, hole := range []byte{0x81, 0x8d, 0x8f, 0x90, 0x9d} {
		if at := bytes.IndexByte(data, hole); at >= 0 {
			return "", fileFault("", "", "csv.encoding", 1+bytes.Count(data[:at], []byte("\n")))
		}
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return "", fileFault("", "", "csv.encoding", 1)
	}
	return string(out), nil
}

// norwegianUTF8 reports whether a file holds æ, ø or å as UTF-8 writes them. If
// it is not UTF-8 as a whole it was glued together from two kinds, and reading
// it as either would garble names.
func norwegianUTF8(data []byte) bool {
	for _, letter := range []string{"æ", "ø", "å", "Æ", "Ø", "Å"} {
		if bytes.Contains(data, []byte(letter)) {
			return true
		}
	}
	return false
}

func notUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// longLine returns the first line that is over the limit, 0 if none.
func longLine(text string) int {
	for line := 1; ; line++ {
		i := strings.IndexByte(text, '\n')
		switch {
		case i > maxLine, i < 0 && len(text) > maxLine:
			return line
		case i < 0:
			return 0
		}
		text = text[i+1:]
	}
}
