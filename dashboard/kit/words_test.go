package kit

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/outline"
	"kommunebilde/domain/policy"
)

func TestEveryWordIsInEveryLanguage(t *testing.T) {
	all, err := loadWords(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	hole := regexp.MustCompile(`\{\d\}`)
	for key, nb := range all["nb"].m {
		for _, lang := range Languages() {
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
	for _, lang := range Languages() {
		for key := range all[lang].m {
			if _, ok := all["nb"].m[key]; !ok {
				t.Errorf("%s has %q, which bokmål lacks", lang, key)
			}
		}
	}
}

// TestEveryWordIsUsed: a word that nothing asks for is a word that nobody reads.
// Some are asked for by a name that is put together ("toggle." and a level): then
// the source has both ends.
func TestEveryWordIsUsed(t *testing.T) {
	all, err := loadWords(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	given := literals(t)
	fromOutside := []string{"evidence.", "function.", "refused.http.", "audit.detail.audit-"} // a county pack's, a status, a format
	for key := range all["nb"].m {
		outside := slices.ContainsFunc(fromOutside, func(p string) bool { return strings.HasPrefix(key, p) })
		if !outside && !askedFor(given, key) && !askedFor(given, strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".many")) {
			t.Errorf("nothing asks for %q", key)
		}
	}
}

// askedFor reports whether the source has a key, or a head and a tail that make it.
func askedFor(given map[string]bool, key string) bool {
	if given[key] {
		return true
	}
	if own, ok := strings.CutSuffix(key, "_what"); ok && given["_what"] && given[own] {
		return true
	}
	for i := range key {
		if key[i] != '.' {
			continue
		}
		head, tail := key[:i+1], key[i+1:]
		if !given[head] && head != "refused." && head != "js." {
			continue
		}
		first, second, _ := strings.Cut(tail, ".")
		if given[tail] || given[first] && given[second] {
			return true
		}
	}
	return false
}

// literals are the quoted words of all source that may ask for one of ours.
func literals(t *testing.T) map[string]bool {
	quoted := regexp.MustCompile("[\"`]([A-Za-z0-9_.-]+)[\"`]")
	out := map[string]bool{}
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "static" || strings.HasPrefix(d.Name(), ".") && d.Name() != ".." && d.Name() != ".") {
			return fs.SkipDir
		}
		ext := filepath.Ext(name)
		if ext != ".go" && ext != ".ts" && ext != ".html" || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".test.ts") {
			return nil
		}
		body, err := os.ReadFile(name)
		for _, m := range quoted.FindAllStringSubmatch(string(body), -1) {
			out[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Every word that a template or this package asks for by name is there.
func TestPagesHaveTheirWords(t *testing.T) {
	words, err := loadWords(os.DirFS(".."))
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
	for _, pattern := range []string{"../*.go", "../*/*.go", "../*/*.html"} {
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
	for _, l := range AllLevels() {
		ask("level."+string(l), "levels")
	}
	for _, l := range FilterLevels() {
		ask("toggle."+string(l), "toggles")
		ask("count."+string(l), "counts")
	}
	for _, k := range domain.MeetingKinds() {
		ask("meeting.kind."+string(k), "meeting kinds")
	}
	for _, k := range append(outline.Keys(), outline.KeyOwn) {
		ask("minutes.s."+string(k), "sections of the minutes")
	}
	for _, role := range domain.Roles() {
		ask("role."+string(role), "roles")
	}
	for _, key := range strings.Fields(`phase.draft phase.published phase.correction phase.idle phase.meeting
		legend.head.edition legend.head.live legend.note.edition legend.note.live map.map map.tiles level.live.not_assessed
		since.m since.h since.d municipality.supervises.yes municipality.supervises.no language.nb language.nn language.en
		notice.sett notice.angret notice.lagret notice.ingen-endring notice.meldt notice.avgjort notice.hendelse
		notice.hendelse-trukket notice.tiltak notice.tiltak-slutt notice.foreslatt notice.tall notice.bistand notice.bistand-status
		notice.tavle-apnet notice.ovelse-apnet notice.tavle-lukket notice.grunnlag notice.grenser notice.rettelse notice.passord
		notice.skjerm notice.skjerm-vis notice.skjerm-navn notice.skjerm-trukket error.do.invalid error.do.not_found error.do.conflict error.do.forbidden
		error.do.too_old error.do.unavailable error.do.internal error.invalid error.not_found error.conflict error.forbidden
		error.too_old error.unavailable error.internal month.1 month.12`) {
		ask(key, "words put together")
	}
	for _, kind := range []domain.BoardKind{domain.KindEdition, domain.KindLive} {
		for _, l := range kind.Levels() {
			if strings.HasPrefix(words["nb"].Means(kind, l), "means.") {
				t.Errorf("%s does not say what %s means", kind, l)
			}
		}
	}
}

// Every refusal that the program can give has its sentence: users never see a
// key.
func TestEveryRefusalHasItsSentence(t *testing.T) {
	words, err := loadWords(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	patterns := []*regexp.Regexp{
		regexp.MustCompile(`\b(?:Wrong|Unknown)\((?:[^()"]|"[^"]*"|\([^()]*\))+?, ?"([a-z0-9_]+\.[a-z0-9_.]+)"`), // after the field, which may have a point
		regexp.MustCompile(`\b(?:invalid|notFound|badRequest|unavailable|refuse)\((?:[^()"]|"[^"]*"|\([^()]*\))*?,? ?"([a-z0-9_]+\.[a-z0-9_.]+)"`),
		regexp.MustCompile(`\b(?:Clash|Denied|conflict|forbidden|unavailable)\("([a-z0-9_.]+[a-z0-9])"`),
		regexp.MustCompile(`\bMsg: +"([a-z0-9_.]+[a-z0-9])"`),
		regexp.MustCompile(`\bhttpError\([^,]+, "([a-z0-9_.]+)"`),
	}
	found := map[string]string{}
	err = filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && d.Name() != ".." && d.Name() != ".") {
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
	for _, right := range []domain.Right{domain.RightSee, domain.RightSetLevels, domain.RightLead, domain.RightEdit,
		domain.RightPublish, domain.RightBase, domain.RightRedact, domain.RightAccounts, domain.RightAudit, domain.RightUndoOthers,
		domain.RightSeePersons, domain.RightSeeTexts, domain.RightSeeMeetings} {
		found["forbidden."+string(right)] = "policy.go"
	}
	if len(found) < 150 {
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
	words, err := loadWords(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range domain.Roles() {
		for _, kind := range domain.BoardKinds() {
			for _, phase := range kind.Phases() {
				for _, right := range policy.Of(role, kind, phase).Rights {
					if _, ok := words["nb"].m["right."+string(right)]; !ok {
						t.Errorf("right.%s is missing", right)
					}
				}
			}
		}
	}
}
