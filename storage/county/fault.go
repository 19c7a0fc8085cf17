package county

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Fault is one thing that is wrong in a pack, and where.
type Fault struct {
	File   string
	Line   int    // 0: the file as a whole
	Field  string // column of a table or key of a JSON file, "" if none
	Value  string // as it stands there, shortened
	Reason string
}

func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
	}
	if f.Field != "" {
		b.WriteString(": " + f.Field)
	}
	if f.Value != "" {
		fmt.Fprintf(&b, " %q", f.Value)
	}
	return b.String() + ": " + f.Reason
}

// Faults is everything that is wrong in a pack.
type Faults []Fault

// Error implements error: one fault a line.
func (f Faults) Error() string {
	lines := make([]string, 0, len(f)+1)
	lines = append(lines, fmt.Sprintf("county pack refused, %d faults:", len(f)))
	for _, fault := range f {
		lines = append(lines, fault.String())
	}
	return strings.Join(lines, "\n")
}

// files is the order in which faults are told.
var files = [...]string{aboutFile, regionsFile, municipalitiesFile, areasFile, indicatorsFile, functionsFile, tilesFile, mapFile}

func (f Faults) sorted() Faults {
	slices.SortStableFunc(f, func(a, b Fault) int {
		if a.File != b.File {
			return slices.Index(files[:], a.File) - slices.Index(files[:], b.File)
		}
		return a.Line - b.Line
	})
	return f
}

func shorten(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

func trimBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\ufeff")) }

func trimSpace(b []byte) []byte { return bytes.TrimSpace(b) }

// invalidUTF8 returns where the first byte lies that is not UTF-8, -1 if none.
func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func lineAt(b []byte, at int) int { return 1 + bytes.Count(b[:min(at, len(b))], []byte("\n")) }
