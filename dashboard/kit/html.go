package kit

import (
	"encoding/base64"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Builder appends HTML. Markup goes in by raw, everything else by the other
// methods, which escape: what a person wrote comes out as text, in element
// content and in quoted attributes alike.
type Builder struct{ b []byte }

// NewBuilder returns a builder with room for n bytes.
func NewBuilder(n int) *Builder { return &Builder{b: make([]byte, 0, n)} }

// Raw appends markup from this package's own constants, never data.
func (w *Builder) Raw(s ...string) *Builder {
	for _, part := range s {
		w.b = append(w.b, part...)
	}
	return w
}

// Text appends s escaped for element content and quoted attributes.
func (w *Builder) Text(s string) *Builder {
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

// Escape returns s as text appends it.
func Escape(s string) string {
	if !strings.ContainsAny(s, "&<>\"'\x00") {
		return s
	}
	var w Builder
	w.Text(s)
	return string(w.b)
}

// Attr appends ` name="value"`.
func (w *Builder) Attr(name, value string) *Builder {
	w.Raw(" ", name, `="`)
	w.Text(value)
	w.b = append(w.b, '"')
	return w
}

// Flag appends ` name` if on.
func (w *Builder) Flag(name string, on bool) *Builder {
	if on {
		w.Raw(" ", name)
	}
	return w
}

// Num appends ` name="n"`.
func (w *Builder) Num(name string, n int64) *Builder {
	w.Raw(" ", name, `="`)
	w.b = strconv.AppendInt(w.b, n, 10)
	w.b = append(w.b, '"')
	return w
}

// Int appends a number.
func (w *Builder) Int(n int) *Builder {
	w.b = strconv.AppendInt(w.b, int64(n), 10)
	return w
}

// Time appends a <time> that says text.
func (w *Builder) Time(t time.Time, zone *time.Location, text string) *Builder {
	return w.beginTime(t, zone).Text(text).Raw(`</time>`)
}

func (w *Builder) beginTime(t time.Time, zone *time.Location) *Builder {
	w.Raw(`<time datetime="`)
	w.b = t.In(zone).AppendFormat(w.b, time.RFC3339)
	return w.Raw(`">`)
}

// JSON appends s as a JSON string that is safe inside <script>.
func (w *Builder) JSON(s string) *Builder {
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
			w.Raw(`\u`)
			hex := strconv.FormatInt(int64(r), 16)
			w.Raw("0000"[len(hex):], hex)
		default:
			w.b = utf8.AppendRune(w.b, r)
		}
	}
	w.b = append(w.b, '"')
	return w
}

// plainJSON reports whether s stands in JSON as it is.
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

// HTML returns what was written as markup that a template takes as it is.
func (w *Builder) HTML() template.HTML { return template.HTML(w.b) }

// Bytes returns what was written.
func (w *Builder) Bytes() []byte { return w.b }

// Size returns how many bytes were written.
func (w *Builder) Size() int { return len(w.b) }

// shortHash is how a sum stands in the name of an asset.
func shortHash(sum []byte) string { return base64.RawURLEncoding.EncodeToString(sum)[:10] }
