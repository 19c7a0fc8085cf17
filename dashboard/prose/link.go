package prose

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

const scheme = "https://"

// pieces takes the addresses out of a line.
func pieces(s string) (out Line) {
	from := 0
	for at := 0; ; {
		i := strings.Index(s[at:], scheme)
		if i < 0 {
			break
		}
		at += i
		end := at + addressLen(s[at:])
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		if word(before) || !isAddress(s[at:end]) {
			at += len(scheme)
			continue
		}
		if from < at {
			out = append(out, Piece{Text: s[from:at]})
		}
		out = append(out, Piece{Text: s[at:end], Link: true})
		from, at = end, end
	}
	if from < len(s) {
		out = append(out, Piece{Text: s[from:]})
	}
	return out
}

// addressLen returns how much of s is the address that it begins with: the sentence's
// own signs after it are not, nor is a bracket that was opened before it.
func addressLen(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool { return !word(r) && !strings.ContainsRune("-._~:/?#[]@!$&()*+,;=%", r) })
	if end < 0 {
		end = len(s)
	}
	open := strings.Count(s[:end], "(") - strings.Count(s[:end], ")")
	for end > 0 {
		switch last := s[end-1]; {
		case strings.IndexByte(".,:;!?[]", last) >= 0:
		case last == ')' && open < 0:
			open++
		default:
			return end
		}
		end--
	}
	return 0
}

// isAddress refuses what a browser would not follow, and what leads elsewhere than it
// seems to: "https://kommune.no@elsewhere.example".
func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Hostname() != "" && u.User == nil
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
