package pdf

import (
	"encoding/hex"
	"strings"
	"unicode/utf16"
)

// plainText reads a text as Chromium writes it: ASCII in brackets, or UTF-16 in hex.
func plainText(v value) string {
	t, ok := v.(text)
	if !ok || len(t) < 2 {
		return ""
	}
	in := t[1 : len(t)-1]
	if t[0] == '(' {
		return unescaped(in)
	}
	b, err := hex.DecodeString(string(in))
	if err != nil {
		return ""
	}
	if len(b) < 2 || b[0] != 0xFE || b[1] != 0xFF {
		return string(b)
	}
	var units []uint16
	for i := 2; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units))
}

func unescaped(in []byte) string {
	var out strings.Builder
	for i := 0; i < len(in); i++ {
		if in[i] == '\\' && i+1 < len(in) {
			i++
		}
		out.WriteByte(in[i])
	}
	return out.String()
}
