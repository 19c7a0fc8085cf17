package kit

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var letters = strings.NewReplacer("ø", "o", "æ", "ae", "đ", "d")

// plainWords are the words of a name as people type them: small letters that every
// keyboard has.
func plainWords(name string) []string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(name)))
	return strings.FieldsFunc(letters.Replace(bare), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Match tells how well what somebody typed names a place: 0 it is the name, 1 the name
// begins so, 2 a later word of it does, 3 they are first letters, 4 it is within; -1 it
// does not. (match.ts has the same.)
func Match(name, typed string) int {
	words, asked := plainWords(name), strings.Join(plainWords(typed), "")
	if asked == "" {
		return -1
	}
	whole, first := strings.Join(words, ""), ""
	if whole == asked {
		return 0
	}
	for i := range words {
		if strings.HasPrefix(strings.Join(words[i:], ""), asked) {
			return min(i, 1) + 1
		}
		first += string([]rune(words[i])[:1])
	}
	switch {
	case len(words) > 1 && strings.HasPrefix(first, asked):
		return 3
	case strings.Contains(whole, asked):
		return 4
	}
	return -1
}
