package kit

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every word that the script or a chart asks for is there in every language: the
// script would show the key.
func TestScriptHasItsWords(t *testing.T) {
	asked := map[string]string{}
	add := func(key, where string) { asked[key] = where }
	scripts, err := filepath.Glob("../*/*.ts")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	say := regexp.MustCompile(`\b(?:say|#say|count)\(\s*"([a-z0-9._]+)"`)
	either := regexp.MustCompile(`\b(?:say|#say)\([^()"]*\? "([a-z0-9._]+)" : "([a-z0-9._]+)"`)
	for _, name := range scripts {
		if strings.HasSuffix(name, ".test.ts") {
			continue
		}
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range say.FindAllStringSubmatch(string(body), -1) {
			if strings.Contains(m[0], "count(") {
				add("js."+m[1]+".one", name)
				add("js."+m[1]+".many", name)
				continue
			}
			if !strings.HasSuffix(m[1], ".") { // put together: the statuses are asked for below
				add("js."+m[1], name)
			}
		}
		for _, m := range either.FindAllStringSubmatch(string(body), -1) {
			add("js."+m[1], name)
			add("js."+m[2], name)
		}
	}
	for _, key := range []string{"live", "connecting", "offline", "saving", "saving.slow", "awaited", "unknown", "unsaved"} {
		add("js."+key, "states")
	}
	for _, status := range strings.Fields("400 401 403 404 409 413 415 422 429 500 503 old") {
		add("js.error."+status, "save.ts")
	}
	charts, err := filepath.Glob("../chart/*.go")
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`\.[TN]\("(chart\.[a-z.]+)"`)
	for _, name := range charts {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range word.FindAllStringSubmatch(string(body), -1) {
			add(m[1], name)
		}
	}
	if len(asked) < 50 {
		t.Fatalf("only %d words are asked for: the test no longer finds them", len(asked))
	}
	words, err := loadWords(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	for key, where := range asked {
		for lang, w := range words {
			if _, ok := w.m[key]; !ok {
				t.Errorf("%s: %q (of %s) is missing", lang, key, where)
			}
		}
	}
}
