package pdf

import (
	"bytes"
	"errors"
	"fmt"
)

// ErrForeign is a file that Chromium did not write so, or that is too large.
var ErrForeign = errors.New("not a PDF as Chromium writes it")

func foreign(what string) error { return fmt.Errorf("%w: %s", ErrForeign, what) }

const deepest = 64 // lists and dictionaries in each other

// lexer reads values from bytes. In a page's content there are no references.
type lexer struct {
	b    []byte
	i    int
	refs bool
}

func space(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func delimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

func (l *lexer) skip() {
	for l.i < len(l.b) {
		switch c := l.b[l.i]; {
		case space(c):
			l.i++
		case c == '%':
			for l.i < len(l.b) && l.b[l.i] != '\n' && l.b[l.i] != '\r' {
				l.i++
			}
		default:
			return
		}
	}
}

func (l *lexer) starts(s string) bool {
	return l.i <= len(l.b) && bytes.HasPrefix(l.b[l.i:], []byte(s))
}

// word reads on to the next blank or delimiter.
func (l *lexer) word() []byte {
	from := l.i
	for l.i < len(l.b) && !space(l.b[l.i]) && !delimiter(l.b[l.i]) {
		l.i++
	}
	return l.b[from:l.i]
}

// value reads the next value; nil at the end.
func (l *lexer) value(depth int) (value, error) {
	if depth > deepest {
		return nil, foreign("too deep")
	}
	l.skip()
	switch {
	case l.i >= len(l.b):
		return nil, nil
	case l.b[l.i] == '/':
		l.i++
		return name(l.word()), nil
	case l.b[l.i] == '(':
		return l.literal()
	case l.starts("<<"):
		return l.dict(depth)
	case l.b[l.i] == '<':
		end := bytes.IndexByte(l.b[l.i:], '>')
		if end < 0 {
			return nil, foreign("a text without an end")
		}
		l.i += end + 1
		return text(l.b[l.i-end-1 : l.i]), nil
	case l.b[l.i] == '[':
		return l.list(depth)
	}
	w := l.word()
	if len(w) == 0 {
		return nil, foreign("a bracket without its other")
	}
	if c := w[0]; c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
		return l.number(w), nil
	}
	return operator(w), nil
}

// number is w, or the reference that begins with it.
func (l *lexer) number(w []byte) value {
	if !l.refs || !digits(w) || len(w) > 9 || !l.starts(" 0 R") {
		return number(w)
	}
	if end := l.i + 4; end < len(l.b) && !space(l.b[end]) && !delimiter(l.b[end]) {
		return number(w)
	}
	l.i += 4
	return ref(whole(w))
}

func whole(w []byte) (n int) {
	for _, c := range w {
		n = n*10 + int(c-'0')
	}
	return n
}

func (l *lexer) literal() (value, error) {
	open := 0
	for from := l.i; l.i < len(l.b); l.i++ {
		switch l.b[l.i] {
		case '\\':
			l.i++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.i++
				return text(l.b[from:l.i]), nil
			}
		}
	}
	l.i = len(l.b)
	return nil, foreign("a text without an end")
}

func (l *lexer) list(depth int) (value, error) {
	out := list{}
	for l.i++; ; {
		l.skip()
		if l.i < len(l.b) && l.b[l.i] == ']' {
			l.i++
			return out, nil
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if v == nil {
			return nil, foreign("a list without an end")
		}
		out = append(out, v)
	}
}

func (l *lexer) dict(depth int) (value, error) {
	out := newDict()
	for l.i += 2; ; {
		l.skip()
		if l.starts(">>") {
			l.i += 2
			return out, nil
		}
		k, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		key, ok := k.(name)
		if !ok || out.has(key) {
			return nil, foreign("a dictionary without a key")
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if v == nil {
			return nil, foreign("a dictionary without an end")
		}
		out.set(key, v)
	}
}
