package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestProvidersOfTheDocs: the example in docs/operation.md is one that the server takes,
// once its blanks are filled in; a secret that others may read is not.
func TestProvidersOfTheDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/operation.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(page)
	if m == nil {
		t.Fatal("docs/operation.md has no example")
	}
	text := strings.NewReplacer("TENANT", "11111111-2222-3333-4444-555555555555", "ORGANISATION NUMBER", "974760673").Replace(string(m[1]))
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
	}
	write("oidc.json", text, 0o644)
	write("entra.secret", "a", 0o600)
	write("ansattporten.secret", "b", 0o640)
	pack, err := loadPack("")
	if err != nil {
		t.Fatal(err)
	}
	list, err := readProviders(filepath.Join(dir, "oidc.json"), &pack.Catalogue)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d providers, %v", len(list), err)
	}
	write("entra.secret", "a", 0o644)
	if err := os.Remove(filepath.Join(dir, "ansattporten.secret")); err != nil {
		t.Fatal(err)
	}
	_, err = readProviders(filepath.Join(dir, "oidc.json"), &pack.Catalogue)
	for _, want := range []string{"providers[0].client_secret_file", "chmod 600", "providers[1].client_secret_file", "no such file"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %q: %v", want, err)
		}
	}
	if _, err := readConfig([]string{"-oidc", "x"}, env(nil)); err == nil || !strings.Contains(err.Error(), "-public-url") {
		t.Errorf("without a public address: %v", err)
	}
	if list, err := readProviders("", &pack.Catalogue); list != nil || err != nil {
		t.Errorf("none: %v, %v", list, err)
	}
}
