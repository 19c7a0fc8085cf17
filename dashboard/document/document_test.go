package document

import "testing"

// What people wrote cannot end a text of the style, nor the style.
func TestQuoted(t *testing.T) {
	for in, want := range map[string]string{
		"Lom 3434":   `"Lom 3434"`,
		`"}</style>`: `"\22 \7d \3c \2f style\3e "`,
		`a\b`:        `"a\5c b"`,
		"ø–":         `"\f8 \2013 "`,
	} {
		if got := quoted(in); got != want {
			t.Errorf("%q: %s, not %s", in, got, want)
		}
	}
}

func TestFirstSentence(t *testing.T) {
	for in, want := range map[string]string{
		"En. To.": "En.", "3.1 prosent. To": "3.1 prosent.", "Uten punktum": "Uten punktum", "En linje\nto": "En linje", "": "",
	} {
		if got := firstSentence(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
