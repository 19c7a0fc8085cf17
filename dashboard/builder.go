package dashboard

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// builder appends HTML. Markup goes in by raw, everything else by the other
// methods, which escape: what a person wrote comes out as text, in element
// content and in quoted attributes alike.
type builder struct{ b []byte }

// raw appends markup from this package's own constants, never data.
func (w *builder) raw(s ...string) *builder {
	for _, part := range s {
		w.b = append(w.b, part...)
	}
	return w
}

// text appends s escaped for element content and quoted attributes.
func (w *builder) text(s string) *builder {
	from := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch s[i] {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '"':
			esc = "&#34;"
		case '\'':
			esc = "&#39;"
		case 0:
			esc = "\uFFFD"
		default:
			continue
		}
		w.b = append(w.b, s[from:i]...)
		w.b = append(w.b, esc...)
		from = i + 1
	}
	w.b = append(w.b, s[from:]...)
	return w
}

// escape returns s as text appends it.
func escape(s string) string {
	if !strings.ContainsAny(s, "&<>\"'\x00") {
		return s
	}
	var w builder
	w.text(s)
	return string(w.b)
}

// attr appends ` name="value"`.
func (w *builder) attr(name, value string) *builder {
	w.raw(" ", name, `="`)
	w.text(value)
	w.b = append(w.b, '"')
	return w
}

// flag appends ` name` if on.
func (w *builder) flag(name string, on bool) *builder {
	if on {
		w.raw(" ", name)
	}
	return w
}

// num appends ` name="n"`.
func (w *builder) num(name string, n int64) *builder {
	w.raw(" ", name, `="`)
	w.b = strconv.AppendInt(w.b, n, 10)
	w.b = append(w.b, '"')
	return w
}

// int appends a number.
func (w *builder) int(n int) *builder {
	w.b = strconv.AppendInt(w.b, int64(n), 10)
	return w
}

// time appends a <time> that says text.
func (w *builder) time(t time.Time, zone *time.Location, text string) *builder {
	w.raw(`<time datetime="`)
	w.b = t.In(zone).AppendFormat(w.b, time.RFC3339)
	return w.raw(`">`).text(text).raw(`</time>`)
}

// json appends s as a JSON string that is safe inside <script>.
func (w *builder) json(s string) *builder {
	w.b = append(w.b, '"')
	if plainJSON(s) {
		w.b = append(w.b, s...)
		w.b = append(w.b, '"')
		return w
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.b = append(w.b, '\\', byte(r))
		case r < 0x20 || r == '<' || r == '>' || r == '&' || r == 0x2028 || r == 0x2029:
			w.raw(`\u`)
			hex := strconv.FormatInt(int64(r), 16)
			w.raw("0000"[len(hex):], hex)
		default:
			w.b = utf8.AppendRune(w.b, r)
		}
	}
	w.b = append(w.b, '"')
	return w
}

// plainJSON tells whether s stands in JSON as it is.
func plainJSON(s string) bool {
	if !utf8.ValidString(s) || strings.ContainsAny(s, "\"\\<>&\u2028\u2029") {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 {
			return false
		}
	}
	return true
}

// shortHash is how a sum stands in the name of an asset.
func shortHash(sum []byte) string { return base64.RawURLEncoding.EncodeToString(sum)[:10] }
