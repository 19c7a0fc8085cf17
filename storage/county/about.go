package county

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strings"

	"kommunebilde/domain"
)

const aboutFile = "pack.json"

// about is pack.json.
type about struct {
	County string     `json:"county"`
	Office aboutWords `json:"office"`
	Map    struct {
		Attribution string `json:"attribution"`
		URL         string `json:"attribution_url"`
	} `json:"map"`
	// Means is what the colours mean in every area that does not say otherwise.
	Means struct {
		Green  aboutWords `json:"green"`
		Yellow aboutWords `json:"yellow"`
		Red    aboutWords `json:"red"`
	} `json:"means"`
}

type aboutWords struct {
	NB string `json:"nb"`
	NN string `json:"nn"`
	EN string `json:"en"`
}

func (w aboutWords) words() domain.Words {
	return domain.Words{NB: clean(w.NB), NN: clean(w.NN), EN: clean(w.EN)}
}

func (a about) means() domain.Means {
	return domain.Means{Green: a.Means.Green.words(), Yellow: a.Means.Yellow.words(), Red: a.Means.Red.words()}
}

func (l *loader) about() about {
	var a about
	data := l.read(aboutFile)
	if data == nil {
		return a
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		field, at := "", int(dec.InputOffset())
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax):
			at = int(syntax.Offset)
		case errors.As(err, &kind):
			field, at = kind.Field, int(kind.Offset)
		default:
			if _, key, ok := strings.Cut(err.Error(), "unknown field "); ok {
				at = bytes.Index(data, []byte(key))
			}
		}
		l.fault(aboutFile, lineAt(data, max(0, at)), field, "", "%s", strings.TrimPrefix(err.Error(), "json: "))
		return about{}
	}
	if _, err := dec.Token(); err != io.EOF {
		l.fault(aboutFile, lineAt(data, int(dec.InputOffset())), "", "", "something follows the object")
	}
	line := func(key string) int {
		return lineAt(data, max(0, bytes.Index(data, []byte(`"`+key+`"`))))
	}
	text := func(key, field, value string, required bool) {
		if value == "" {
			if required {
				l.fault(aboutFile, line(key), field, "", "is missing")
			}
			return
		}
		if reason := badName(value); reason != "" {
			l.fault(aboutFile, line(key), field, value, "%s", reason)
		}
	}
	text("county", "county", a.County, true)
	text("office", "office.nb", a.Office.NB, true)
	text("office", "office.nn", a.Office.NN, true)
	text("office", "office.en", a.Office.EN, true)
	text("map", "map.attribution", a.Map.Attribution, true)
	for key, w := range map[string]aboutWords{"green": a.Means.Green, "yellow": a.Means.Yellow, "red": a.Means.Red} {
		text(key, "means."+key+".nb", w.NB, w.NN != "" || w.EN != "")
		text(key, "means."+key+".nn", w.NN, false)
		text(key, "means."+key+".en", w.EN, false)
	}
	if u, err := url.Parse(a.Map.URL); err != nil || a.Map.URL != "" && (u.Scheme != "https" || u.Host == "") {
		l.fault(aboutFile, line("attribution_url"), "map.attribution_url", a.Map.URL, "is not an https address")
	}
	a.County = clean(a.County)
	return a
}
