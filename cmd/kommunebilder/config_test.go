package main

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

func env(pairs map[string]string) terminal {
	return terminal{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &bytes.Buffer{}, env: func(k string) string { return pairs[k] }}
}

// TestDocsListTheSettings holds the table in docs/operation.md against -h.
func TestDocsListTheSettings(t *testing.T) {
	text, err := os.ReadFile("../../docs/operation.md")
	if err != nil {
		t.Fatal(err)
	}
	var table []string
	for _, m := range regexp.MustCompile("(?m)^\\| `-(\\S+)` \\| `(\\S+)` \\| (\\S+) \\| (.*) \\|$").FindAllStringSubmatch(string(text), -1) {
		table = append(table, "  -"+m[1]+"  "+m[2]+"  "+strings.Trim(m[3], "`")+"\n      "+m[4]+"\n")
	}
	c := env(nil)
	if _, err := readConfig([]string{"-h"}, c); err != flag.ErrHelp {
		t.Fatal(err)
	}
	_, settings, _ := strings.Cut(c.out.(*bytes.Buffer).String(), "\n")
	if got := strings.Join(table, ""); got != settings {
		t.Errorf("docs/operation.md says\n%s\n-h says\n%s", got, settings)
	}
}

func TestConfig(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		args []string
		want string // "" refused
	}{
		"default":               {nil, nil, ":8080 ./data"},
		"environment":           {map[string]string{"KB_ADDR": ":1", "KB_DATA": "/d"}, nil, ":1 /d"},
		"the flag wins":         {map[string]string{"KB_ADDR": ":1"}, []string{"-addr", ":2"}, ":2 ./data"},
		"demo stays at home":    {nil, []string{"-demo"}, "127.0.0.1:8080 ./data"},
		"demo where one says":   {map[string]string{"KB_ADDR": ":3"}, []string{"-demo"}, ":3 ./data"},
		"unknown flag":          {nil, []string{"-adr", ":1"}, ""},
		"a word":                {nil, []string{"data"}, ""},
		"wrong environment":     {map[string]string{"KB_DEMO": "ja takk"}, nil, ""},
		"live without demo":     {nil, []string{"-demo-live"}, ""},
		"public url, no host":   {nil, []string{"-public-url", "bilder.example.no"}, ""},
		"public url, ftp":       {nil, []string{"-public-url", "ftp://example.no"}, ""},
		"public url with query": {nil, []string{"-public-url", "https://example.no/?a"}, ""},
		"no change a second":    {nil, []string{"-account-rate", "0"}, ""},
		"no proxy":              {nil, []string{"-proxies", "tull"}, ""},
		"half of TLS":           {nil, []string{"-tls-cert", "a", "-public-url", "https://example.no"}, ""},
		"TLS without address":   {nil, []string{"-tls-cert", "a", "-tls-key", "b"}, ""},
		"TLS under http":        {nil, []string{"-tls-cert", "a", "-tls-key", "b", "-public-url", "http://example.no"}, ""},
		"TLS":                   {nil, []string{"-tls-cert", "a", "-tls-key", "b", "-public-url", "https://example.no"}, ":8080 ./data"},
	} {
		cfg, err := readConfig(c.args, env(c.env))
		got := ""
		if err == nil {
			got = cfg.Addr + " " + cfg.Data
		}
		if got != c.want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, c.want)
		}
	}
	cfg, err := readConfig([]string{"-public-url", "https://example.no/kb/"}, env(nil))
	if err != nil || cfg.PublicURL != "https://example.no/kb" || cfg.basePath() != "/kb" {
		t.Errorf("%+v, %v", cfg, err)
	}
}

func TestRunRefusesWithTwo(t *testing.T) {
	for _, args := range [][]string{{"fly"}, {"serve", "-x"}, {"restore"}, {"account", "list", "--data"}} {
		c := env(nil)
		if code := run(t.Context(), args, c); code != 2 {
			t.Errorf("%v: %d: %s", args, code, c.err)
		}
	}
}

func TestParseMixesWordsAndFlags(t *testing.T) {
	fs := flag.NewFlagSet("x", flag.ContinueOnError)
	edition := fs.String("edition", "", "")
	dry := fs.Bool("dry-run", false, "")
	words, err := parse(fs, []string{"statuses", "--edition", "2022", "fil.csv", "--dry-run"}, 2)
	if err != nil || *edition != "2022" || !*dry || strings.Join(words, " ") != "statuses fil.csv" {
		t.Errorf("%v %q %t %v", words, *edition, *dry, err)
	}
}
