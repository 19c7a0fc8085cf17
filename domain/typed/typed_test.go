package typed

import (
	"encoding/json"
	"testing"
)

func TestOf(t *testing.T) {
	for in, want := range map[string]Text{
		"":                                   "",
		"Legevakt stengt":                    "Legevakt stengt",
		" \t Legevakt\u00a0\n":               "Legevakt",
		"Bo\u0308 og A\u030As":               "Bö og Ås",
		"to\r\nlinjer\rtil":                  "to\nlinjer\ntil",
		"linje\vav Word\u2028av\u2029andre":  "linje\nav Word\nav\nandre",
		"barne\u00advern\u00a01\n·\ta\no\tb": "barne\u00advern\u00a01\n·\ta\no\tb", // Word's, as they are
		"  \t ":                              "",
		"\u00a0\u2003\u3000\u200b\ufeff":     "",
		"\u2800\u3164\u200d\u00ad\ufe0f":     "", // fillers, joiners, hyphens that are not seen
		"\u202e":                             "",
		"a\u202eb":                           "a\u202eb", // for whatever judges it to refuse
		"\x00":                               "\x00",
		"👩\u200d🚒 på vei":                    "👩\u200d🚒 på vei",
	} {
		got := Of(in)
		if got != want {
			t.Errorf("Of(%q) = %q, want %q", in, got, want)
		}
		if !got.Clean() || want != Text(in) && Text(in).Clean() {
			t.Errorf("%q: clean is told wrongly", in)
		}
		quoted, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var read Text
		if err := json.Unmarshal(quoted, &read); err != nil || read != want {
			t.Errorf("%s reads as %q, %v", quoted, read, err)
		}
	}
	var read Text
	if err := json.Unmarshal([]byte("7"), &read); err == nil {
		t.Error("a number was taken for a text")
	}
}
