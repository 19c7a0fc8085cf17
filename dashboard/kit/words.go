package kit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"strconv"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"kommunebilde/domain"
)

// Languages are those the product speaks; the first is the default.
func Languages() []string { return []string{"nb", "nn", "en"} }

// Norwegian orders names with æ, ø, å last and aa as å. The tables of collate for
// nb are not found by any tag; those of nn hold the same order.
func Norwegian() *collate.Collator { return collate.New(language.Make("nn")) }

// Words is the product's vocabulary in one language. A sentence names what it
// is about as {0}, {1}.
type Words struct {
	Lang   string
	m      map[string]string
	levels map[domain.Level]string
	Script template.HTML // those that the script needs, as a data block
}

// loadWords reads the vocabulary of every language. A key that is given twice is
// refused, whichever files give it.
func loadWords(files fs.FS) (map[string]*Words, error) {
	out := map[string]*Words{}
	for _, lang := range Languages() {
		names, err := fs.Glob(files, "*/words."+lang+".json")
		if err != nil {
			return nil, err
		}
		w := &Words{Lang: lang, m: map[string]string{}}
		for _, name := range names {
			body, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, err
			}
			if err := w.add(body); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		w.levels = map[domain.Level]string{}
		for _, l := range append(AllLevels(), ScaleOf(domain.KindSituation)...) {
			w.levels[l] = w.T("level." + string(l))
		}
		w.Script = w.forScript()
		out[lang] = w
	}
	return out, nil
}

// add takes in one file: a JSON object of strings. It reads token by token, because
// a map would keep the last of two equal keys and say nothing.
func (w *Words) add(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.Join(errors.New("not a JSON object"), err)
	}
	for d.More() {
		var word string
		key, err := d.Token()
		if err == nil {
			err = d.Decode(&word)
		}
		if err != nil {
			return err
		}
		if _, ok := w.m[key.(string)]; ok {
			return fmt.Errorf("%q is given twice", key)
		}
		w.m[key.(string)] = word
	}
	_, err := d.Token()
	return err
}

// T returns a word; the key where there is none, so that a fault is seen.
func (w *Words) T(key string, args ...string) string {
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

// Has returns the word of a key, and whether there is one.
func (w *Words) Has(key string) (string, bool) {
	s, ok := w.m[key]
	return s, ok
}

// N returns a word about n things: key.one for one of them. {0} is the number.
func (w *Words) N(key string, n int, args ...string) string {
	args = append([]string{strconv.Itoa(n)}, args...)
	if n == 1 {
		if _, ok := w.m[key+".one"]; ok {
			return w.T(key+".one", args...)
		}
	}
	return w.T(key, args...)
}

// Level returns the name of a level.
func (w *Words) Level(l domain.Level) string { return w.levels[l] }

// LevelOn returns the name of a level on a kind of board.
func (w *Words) LevelOn(k domain.BoardKind, l domain.Level) string {
	if k == domain.KindLive && l == domain.NotAssessed {
		return w.T("level.live.not_assessed")
	}
	if k == domain.KindSituation && l == domain.NotAssessed {
		return w.T("level.situation.not_assessed")
	}
	return w.levels[l]
}

// Means returns what a level says on a kind of board.
func (w *Words) Means(k domain.BoardKind, l domain.Level) string {
	if s, ok := w.m["means."+string(k)+"."+string(l)]; ok {
		return s
	}
	return w.T("means." + string(l))
}

// Full is "Rød – sårbar".
func (w *Words) Full(k domain.BoardKind, l domain.Level) string {
	switch l {
	case domain.Green, domain.Yellow, domain.Red, domain.Normal, domain.Strained, domain.Critical:
		return w.Level(l) + " – " + w.Means(k, l)
	}
	return w.LevelOn(k, l)
}

// Refusal returns what a user is told of an error. What is not meant for
// users says no more than that it is our fault.
func (w *Words) Refusal(err error) string {
	var e *domain.Error
	if !errors.As(err, &e) {
		return w.T("error.internal")
	}
	if _, ok := w.m["refused."+e.Msg]; !ok {
		if _, ok := w.m["error."+string(e.Code)]; ok {
			return w.T("error." + string(e.Code))
		}
		return w.T("error.internal")
	}
	args := e.Args
	if e.Msg == "catalogue.lost" {
		args = []string{strings.Join(e.Args, ", ")}
	}
	return w.T("refused."+e.Msg, args...)
}
