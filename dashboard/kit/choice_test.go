package kit

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOneWordForOneThing: words that were taken for something that has another name,
// or that belong to another language, do not come back.
func TestOneWordForOneThing(t *testing.T) {
	all, err := loadWords(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	for lang, never := range map[string]string{
		// the cell is felt, the board tavla, the level status, an API token programnøkkel
		"nb": `tavlen|celle[nr]?|nå-bildet|nivået|henvisning|sjekksum|token(et)?|ikke til å forstå|viktige? hendelse[nr]?`,
		"nn": `(?-i:Kommunebilder)|cell[ae]r?|nåbiletet|nobiletet|nivået|tilvising|sjekksum|token(et)?|ikkje til å forstå|viktige? hending(a|ar)?|statsforvaltarens|fylkespakken|ikke|hvem|hva`,
		"en": `log(ged|ging)? (in|out)|login|logout|user names?|hearings?|roll-call|secrecy|faults?|stands?|selection|significant events?|cannot be understood`,
	} {
		word := regexp.MustCompile(`(?i)(^|[^\p{L}])(` + never + `)($|[^\p{L}])`)
		for key, said := range all[lang].m {
			if found := word.FindString(said); found != "" {
				t.Errorf("%s: %s says %q: %s", lang, key, strings.TrimSpace(found), said)
			}
		}
	}
}

// TestEveryFaultHasItsSentence: each kind of fault that a spreadsheet can have is said
// in words, with its place.
func TestEveryFaultHasItsSentence(t *testing.T) {
	all, err := loadWords(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../storage/sheet/*.go")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`(?:fault|is|[fF]ileFault|bad)\([^\n]*?"([a-z]+\.[a-z0-9_]+)"|return l, "([a-z]+\.[a-z_]+)"|code: "([a-z]+\.[a-z]+)"`)
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(body), -1) {
			found++
			if key := "fault." + m[1] + m[2] + m[3]; all["nb"].m[key] == "" {
				t.Errorf("%s of %s is missing", key, name)
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d kinds of faults found: the test no longer finds them", found)
	}
	for lang, want := range map[string]string{
		"nb": "ark «A», rad 3, kolonne B: «Haamar» er ikke en kommune i fylket. Skriv kommunenummer eller kommunenavn. Mente du «Hamar»?",
		"nn": "ark «A», rad 3, kolonne B: «Haamar» er ikkje ein kommune i fylket. Skriv kommunenummer eller kommunenamn. Meinte du «Hamar»?",
		"en": "sheet “A”, row 3, column B: “Haamar” is not a municipality of the county. Write its number or name. Did you mean “Hamar”?",
	} {
		if got := all[lang].Fault(Fault{Sheet: "A", Row: 3, Column: "B", Value: "Haamar", Code: "municipality.unknown", Near: "Hamar"}); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
		if got, want := all[lang].Fault(Fault{Code: "file.rows", Args: []string{"5"}}), all[lang].T("fault.file.rows", "", "5"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
