package dashboard

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kommunebilde"
)

func TestEveryWordIsInEveryLanguage(t *testing.T) {
	all, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	hole := regexp.MustCompile(`\{\d\}`)
	for key, nb := range all["nb"].m {
		for _, lang := range languages() {
			word, ok := all[lang].m[key]
			if !ok || strings.TrimSpace(word) == "" {
				t.Errorf("%s lacks %q", lang, key)
				continue
			}
			want, got := hole.FindAllString(nb, -1), hole.FindAllString(word, -1)
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Errorf("%s: %q names %v, bokmål %v", lang, key, got, want)
			}
		}
	}
	for _, lang := range languages() {
		for key := range all[lang].m {
			if _, ok := all["nb"].m[key]; !ok {
				t.Errorf("%s has %q, which bokmål lacks", lang, key)
			}
		}
	}
}

// Every word that a template or this package asks for by name is there.
func TestPagesHaveTheirWords(t *testing.T) {
	words, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	nb := words["nb"].m
	asked := 0
	ask := func(key, where string) {
		asked++
		if _, ok := nb[key]; !ok {
			t.Errorf("%s asks for %q, which is missing", where, key)
		}
	}
	quoted := regexp.MustCompile(`\b(?:T|t|N|n)[ (]"([a-z0-9_.]+)"`)
	for _, pattern := range []string{"*.go", "templates/*.html"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range quoted.FindAllStringSubmatch(string(body), -1) {
				if !strings.HasSuffix(m[1], ".") {
					ask(m[1], name)
				}
			}
		}
	}
	if asked < 200 {
		t.Fatalf("only %d words are asked for: the test no longer finds them", asked)
	}
	// Those that are put together.
	for _, l := range allLevels() {
		ask("level."+string(l), "levels")
	}
	for _, l := range filterLevels() {
		ask("toggle."+string(l), "toggles")
		ask("count."+string(l), "counts")
	}
	for _, k := range kommunebilde.MeetingKinds() {
		ask("meeting.kind."+string(k), "meeting kinds")
	}
	for _, k := range append(kommunebilde.ReportKeys(), kommunebilde.ReportOwn) {
		ask("minutes.s."+string(k), "sections of the minutes")
	}
	for _, role := range kommunebilde.Roles() {
		ask("role."+string(role), "roles")
	}
	for _, key := range strings.Fields(`phase.draft phase.published phase.correction phase.idle phase.meeting
		legend.head.edition legend.head.live legend.note.edition legend.note.live map.map map.tiles level.live.not_assessed
		since.m since.h since.d municipality.supervises.yes municipality.supervises.no language.nb language.nn language.en
		notice.sett notice.angret notice.lagret notice.ingen-endring notice.meldt notice.avgjort notice.hendelse
		notice.hendelse-trukket notice.tiltak notice.tiltak-slutt notice.foreslatt notice.tall notice.bistand notice.bistand-status
		notice.tavle-apnet notice.tavle-lukket notice.grunnlag notice.rettelse notice.passord
		notice.skjerm notice.skjerm-vis notice.skjerm-navn notice.skjerm-trukket error.do.invalid error.do.not_found error.do.conflict error.do.forbidden
		error.do.too_old error.do.unavailable error.do.internal error.invalid error.not_found error.conflict error.forbidden
		error.too_old error.unavailable error.internal month.1 month.12`) {
		ask(key, "words put together")
	}
	for _, kind := range []kommunebilde.BoardKind{kommunebilde.KindEdition, kommunebilde.KindLive} {
		for _, l := range kind.Levels() {
			if strings.HasPrefix(words["nb"].means(kind, l), "means.") {
				t.Errorf("%s does not say what %s means", kind, l)
			}
		}
	}
}

// Every refusal that the program can give has its sentence: users never see a
// key.
func TestEveryRefusalHasItsSentence(t *testing.T) {
	words, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	patterns := []*regexp.Regexp{
		regexp.MustCompile(`\b(?:invalid|notFound|badRequest|unavailable|refuse)\((?:[^()"]|"[^"]*"|\([^()]*\))*?,? ?"([a-z0-9_]+\.[a-z0-9_.]+)"`),
		regexp.MustCompile(`\b(?:conflict|forbidden|unavailable)\("([a-z0-9_.]+[a-z0-9])"`),
		regexp.MustCompile(`\bMsg: +"([a-z0-9_.]+[a-z0-9])"`),
		regexp.MustCompile(`\bhttpError\([^,]+, "([a-z0-9_.]+)"`),
	}
	found := map[string]string{}
	err = filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		body, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, p := range patterns {
			for _, m := range p.FindAllStringSubmatch(string(body), -1) {
				found[m[1]] = name
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, right := range []kommunebilde.Right{kommunebilde.RightSee, kommunebilde.RightSetLevels, kommunebilde.RightLead, kommunebilde.RightEdit,
		kommunebilde.RightPublish, kommunebilde.RightBase, kommunebilde.RightRedact, kommunebilde.RightAccounts, kommunebilde.RightAudit, kommunebilde.RightUndoOthers,
		kommunebilde.RightSeePersons, kommunebilde.RightSeeTexts, kommunebilde.RightSeeMeetings} {
		found["forbidden."+string(right)] = "policy.go"
	}
	if len(found) < 60 {
		t.Fatalf("only %d refusals found: the test no longer finds them", len(found))
	}
	for key, where := range found {
		if _, ok := words["nb"].m["refused."+key]; !ok {
			t.Errorf("refused.%s (of %s) is missing", key, where)
		}
	}
}

// TestEveryRightHasItsWord: the page of who sees what says each right of the
// policy in words.
func TestEveryRightHasItsWord(t *testing.T) {
	words, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range kommunebilde.Roles() {
		for _, kind := range kommunebilde.BoardKinds() {
			for _, phase := range kind.Phases() {
				for _, right := range kommunebilde.RuleOf(role, kind, phase).Rights {
					if _, ok := words["nb"].m["right."+string(right)]; !ok {
						t.Errorf("right.%s is missing", right)
					}
				}
			}
		}
	}
}

func TestWordsFillTheirHoles(t *testing.T) {
	w := &words{m: map[string]string{"a": "{1} og {0}", "b": "{0} ting", "b.one": "én ting", "c": "{", "d": "{9} {x} {0"}}
	for _, c := range [][2]string{
		{w.t("a", "x", "{0}"), "{0} og x"}, {w.n("b", 1), "én ting"}, {w.n("b", 2), "2 ting"}, {w.t("c", "x"), "{"},
		{w.t("d", "x"), " {x} {0"}, {w.t("none"), "none"},
	} {
		if c[0] != c[1] {
			t.Errorf("got %q, want %q", c[0], c[1])
		}
	}
}
