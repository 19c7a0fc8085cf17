package prose

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Kind says what a block is.
type Kind int

// The kinds of blocks.
const (
	Paragraph Kind = iota
	Bullets
	Numbers // counted from 1
)

// Block is a paragraph, which has lines, or a list, which has items.
type Block struct {
	Kind  Kind
	Lines []Line
	Items []Item
}

// Item is a point of a list. Under are the lists in it, which have none themselves.
type Item struct {
	Lines []Line
	Under []Block
}

// Line is what stands between two line breaks.
type Line []Piece

// Piece is text, or an address to be followed.
type Piece struct {
	Text string
	Link bool
}

// Parse reads a text. Of what can be seen it leaves out only the signs and numbers
// that begin the points of lists. It takes time in proportion to the text.
func Parse(s string) []Block {
	return blocks(rows(strings.ToValidUTF8(s, "\uFFFD")))
}

// FirstLine returns the first line that says something, without the sign of a list.
func FirstLine(s string) string {
	for line := range strings.SplitSeq(s, "\n") {
		if r := newRow(line); r.mark == bullet {
			return r.rest
		} else if r.text != "" {
			return r.text
		}
	}
	return ""
}

// row is a typed line, and what it may begin.
type row struct {
	text string // without the blanks at its ends
	in   int    // how far in it lies
	mark mark
	n    int    // of a number
	rest string // after the mark
}

type mark int

const (
	none mark = iota
	bullet
	number
)

func rows(s string) (out []row) {
	for line := range strings.SplitSeq(s, "\n") {
		out = append(out, newRow(line))
	}
	return out
}

func newRow(line string) row {
	text := strings.TrimLeftFunc(line, unicode.IsSpace)
	r := row{in: len(line) - len(text), text: strings.TrimRightFunc(text, unicode.IsSpace)}
	first, rest, marked := cutBlank(r.text)
	switch {
	case !marked:
	case strings.HasPrefix(r.text, "o\t"): // Word's sign of a list in a list
		r.mark, r.rest, r.in = bullet, rest, r.in+1
	case slices.Contains(bullets, first):
		r.mark, r.rest = bullet, rest
	default:
		if r.n = numbered(first); r.n > 0 {
			r.mark, r.rest = number, rest
		}
	}
	return r
}

// cutBlank returns what stands before the first blanks, and what stands after them.
func cutBlank(s string) (before, after string, found bool) {
	i := strings.IndexFunc(s, unicode.IsSpace)
	if i < 0 {
		return s, "", false
	}
	return s[:i], strings.TrimLeftFunc(s[i:], unicode.IsSpace), true
}

// bullets are the signs that people type, and those that Word puts on the clipboard:
// "·", and the same in its font of symbols.
var bullets = []string{"–", "-", "•", "·", "\uf0b7"}

// numbered returns 12 for "12.". A number of four digits is a year, and none.
func numbered(s string) int {
	digits, ok := strings.CutSuffix(s, ".")
	if !ok || len(digits) > 3 || strings.HasPrefix(digits, "0") {
		return 0
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return 0
	}
	return int(n)
}
