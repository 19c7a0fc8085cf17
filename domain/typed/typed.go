package typed

import (
	"encoding/json"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Text is free text in Unicode's NFC, with LF as its line end and no blanks at
// either end. "" is no text: a text that nobody could see is none.
type Text string

// lines are the line ends of a browser, of Word's clipboard (VT) and of other editors.
var lines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\u2028", "\n", "\u2029", "\n")

// Of returns what was typed, cleaned.
func Of(s string) Text {
	s = strings.TrimFunc(norm.NFC.String(lines.Replace(s)), blank)
	if !strings.ContainsFunc(s, visible) {
		return ""
	}
	return Text(s)
}

// Clean reports whether a text is as [Of] leaves it. One that was made by a
// conversion may not be.
func (t Text) Clean() bool { return Of(string(t)) == t }

// UnmarshalJSON implements json.Unmarshaler.
func (t *Text) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*t = Of(s)
	return nil
}

// blank reports whether a rune says nothing at the ends of a text.
func blank(r rune) bool {
	return unicode.IsSpace(r) || r == 0x200b || r == 0x2060 || r == 0xfeff
}

// visible reports whether a rune is more than room. Control characters count: a
// text of those alone is refused, not taken for none.
func visible(r rune) bool {
	switch r {
	case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0: // fillers
		return false
	}
	return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Variation_Selector, r)
}
