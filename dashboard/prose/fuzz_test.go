package prose

import (
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzParse: whatever is typed is shown once and in its order, in elements that are
// ours, and a text in its plain form reads as it did.
func FuzzParse(f *testing.F) {
	for _, e := range examples {
		f.Add(e.typed)
	}
	f.Add("1. a\n   2. b\n  3. c\n1. d")
	f.Fuzz(func(t *testing.T, s string) {
		html := string(HTML(s))
		if !utf8.ValidString(html) {
			t.Fatalf("%q is shown as %q", s, html)
		}
		if strings.ContainsFunc(s, func(r rune) bool {
			return r == 0 || unicode.IsControl(r) && r != '\n' && r != '\t' || r > 0xfffd && r < 0x10000
		}) {
			return // refused where it is typed; XML has no such characters
		}
		shown := &sight{t: t, typed: visible(s)}
		shown.read(html)
		if len(shown.typed) > 0 {
			t.Errorf("%q: %q is not shown in %s", s, string(shown.typed), html)
		}
		if !reflect.DeepEqual(Parse(Plain(s)), Parse(s)) {
			t.Errorf("%q is another text than %q", Plain(s), s)
		}
	})
}

func visible(s string) (out []rune) {
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if !unicode.IsSpace(r) {
			out = append(out, r)
		}
	}
	return out
}

// sight reads a page and strikes out of what was typed what it meets.
type sight struct {
	t     *testing.T
	typed []rune
	lists []int // of each open list the point it has come to, -1 without numbers
}

func (s *sight) read(html string) {
	d := xml.NewDecoder(strings.NewReader("<div>" + strings.ReplaceAll(html, "<br>", "<br/>") + "</div>"))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			s.t.Fatalf("%s: %v", html, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			s.begin(token)
		case xml.EndElement:
			if name := token.Name.Local; name == "ul" || name == "ol" {
				s.lists = s.lists[:len(s.lists)-1]
			}
		case xml.CharData:
			s.meet(string(token))
		}
	}
}

func (s *sight) begin(e xml.StartElement) {
	if e.Name.Local != "a" && len(e.Attr) > 0 {
		s.t.Errorf("<%s> has %v", e.Name.Local, e.Attr)
	}
	switch e.Name.Local {
	case "div", "p", "br":
	case "a":
		if len(e.Attr) != 2 || !strings.HasPrefix(e.Attr[0].Value, "https://") || e.Attr[1].Value != "noopener nofollow" {
			s.t.Errorf("an address has %v", e.Attr)
		}
	case "ul":
		s.lists = append(s.lists, -1)
	case "ol":
		s.lists = append(s.lists, 0)
	case "li":
		s.point()
	default:
		s.t.Errorf("<%s> is shown", e.Name.Local)
	}
	if len(s.lists) > 2 {
		s.t.Error("there are three levels of lists")
	}
}

// point strikes out what a point of a list was typed with.
func (s *sight) point() {
	last := &s.lists[len(s.lists)-1]
	if *last < 0 {
		if len(s.typed) == 0 || !slices.Contains([]rune("–-•·\uf0b7o"), s.typed[0]) {
			s.t.Fatalf("a point begins at %q", string(s.typed))
		}
		s.typed = s.typed[1:]
		return
	}
	*last++
	s.meet(strconv.Itoa(*last) + ".")
}

func (s *sight) meet(text string) {
	for _, r := range visible(text) {
		if len(s.typed) == 0 || s.typed[0] != r {
			s.t.Fatalf("%q is shown where %q was typed", text, string(s.typed))
		}
		s.typed = s.typed[1:]
	}
}
