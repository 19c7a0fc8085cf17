package kit

import "testing"

func TestWordsFillTheirHoles(t *testing.T) {
	w := &Words{m: map[string]string{"a": "{1} og {0}", "b": "{0} ting", "b.one": "én ting", "c": "{", "d": "{9} {x} {0"}}
	for _, c := range [][2]string{
		{w.T("a", "x", "{0}"), "{0} og x"}, {w.N("b", 1), "én ting"}, {w.N("b", 2), "2 ting"}, {w.T("c", "x"), "{"},
		{w.T("d", "x"), " {x} {0"}, {w.T("none"), "none"},
	} {
		if c[0] != c[1] {
			t.Errorf("got %q, want %q", c[0], c[1])
		}
	}
}

// A word is given once, whichever file gives it.
func TestAWordIsGivenOnce(t *testing.T) {
	w := &Words{m: map[string]string{}}
	if err := w.add([]byte(`{"a": "1", "b": "2"}`)); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{`{"c": "1", "c": "2"}`, `{"a": "3"}`, `["a"]`, `{"d": 1}`, `{"e": "1"`} {
		if err := w.add([]byte(body)); err == nil {
			t.Errorf("%s is taken", body)
		}
	}
}
