package dashboard

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"kommunebilde"
)

//go:embed words/nb.json words/nn.json words/en.json
var wordFiles embed.FS

// languages are those the product speaks; the first is the default.
func languages() []string { return []string{"nb", "nn", "en"} }

// words is the product's vocabulary in one language. A sentence names what it
// is about as {0}, {1}.
type words struct {
	lang   string
	m      map[string]string
	levels map[kommunebilde.Level]string
	script template.HTML // those that the script needs, as a data block
}

func loadWords() (map[string]*words, error) {
	out := map[string]*words{}
	for _, lang := range languages() {
		body, err := wordFiles.ReadFile("words/" + lang + ".json")
		if err != nil {
			return nil, err
		}
		w := &words{lang: lang}
		if err := json.Unmarshal(body, &w.m); err != nil {
			return nil, fmt.Errorf("words %s: %w", lang, err)
		}
		w.levels = map[kommunebilde.Level]string{}
		for _, l := range append(allLevels(), scaleOf(kommunebilde.KindSituation)...) {
			w.levels[l] = w.t("level." + string(l))
		}
		w.script = w.forScript()
		out[lang] = w
	}
	return out, nil
}

// t returns a word; the key where there is none, so that a fault is seen.
func (w *words) t(key string, args ...string) string {
	s, ok := w.m[key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return s
	}
	var out []byte
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 || open+2 >= len(s) {
			return string(append(out, s...))
		}
		i := int(s[open+1]) - '0'
		if i < 0 || i > 9 || s[open+2] != '}' {
			out, s = append(out, s[:open+1]...), s[open+1:]
			continue
		}
		out = append(out, s[:open]...)
		if i < len(args) {
			out = append(out, args[i]...)
		}
		s = s[open+3:]
	}
}

// n returns a word about n things: key.one for one of them. {0} is the number.
func (w *words) n(key string, n int, args ...string) string {
	args = append([]string{strconv.Itoa(n)}, args...)
	if n == 1 {
		if _, ok := w.m[key+".one"]; ok {
			return w.t(key+".one", args...)
		}
	}
	return w.t(key, args...)
}

// level returns the name of a level.
func (w *words) level(l kommunebilde.Level) string { return w.levels[l] }

// levelOn returns the name of a level on a kind of board.
func (w *words) levelOn(k kommunebilde.BoardKind, l kommunebilde.Level) string {
	if k == kommunebilde.KindLive && l == kommunebilde.NotAssessed {
		return w.t("level.live.not_assessed")
	}
	if k == kommunebilde.KindSituation && l == kommunebilde.NotAssessed {
		return w.t("level.situation.not_assessed")
	}
	return w.levels[l]
}

// means returns what a level says on a kind of board.
func (w *words) means(k kommunebilde.BoardKind, l kommunebilde.Level) string {
	if s, ok := w.m["means."+string(k)+"."+string(l)]; ok {
		return s
	}
	return w.t("means." + string(l))
}

// full is "Rød – sårbar".
func (w *words) full(k kommunebilde.BoardKind, l kommunebilde.Level) string {
	switch l {
	case kommunebilde.Green, kommunebilde.Yellow, kommunebilde.Red, kommunebilde.Normal, kommunebilde.Strained, kommunebilde.Critical:
		return w.level(l) + " – " + w.means(k, l)
	}
	return w.levelOn(k, l)
}

// refusal returns what a user is told of an error. What is not meant for
// users says no more than that it is our fault.
func (w *words) refusal(err error) string {
	var e *kommunebilde.Error
	if !errors.As(err, &e) {
		return w.t("error.internal")
	}
	if _, ok := w.m["refused."+e.Msg]; !ok {
		if _, ok := w.m["error."+string(e.Code)]; ok {
			return w.t("error." + string(e.Code))
		}
		return w.t("error.internal")
	}
	args := e.Args
	if e.Msg == "catalogue.lost" {
		args = []string{strings.Join(e.Args, ", ")}
	}
	return w.t("refused."+e.Msg, args...)
}
