package demo

import (
	_ "embed"
	"math/rand/v2"
	"strings"

	"kommunebilde/domain"
)

//go:embed tekster.txt
var sentences string

// texts is the sentences by heading; see tekster.txt.
type texts map[string][]string

func readTexts() texts {
	out := texts{}
	heading := ""
	for line := range strings.Lines(sentences) {
		line = strings.TrimSpace(line)
		if h, ok := strings.CutPrefix(line, "# "); ok {
			heading = h
		} else if line != "" {
			out[heading] = append(out[heading], line)
		}
	}
	return out
}

// pick returns a sentence under the first of the headings that has any.
func (t texts) pick(rnd *rand.Rand, headings ...string) string {
	for _, h := range headings {
		if list := t[h]; len(list) > 0 {
			return list[rnd.IntN(len(list))]
		}
	}
	return ""
}

// area is the text of an area's assessment: what is so, and what follows.
func (t texts) area(rnd *rand.Rand, id domain.ColumnID, l domain.Level) string {
	s := t.pick(rnd, string(id)+" "+string(l), "* "+string(l))
	if more := t.pick(rnd, "closing "+string(l)); more != "" {
		s += " " + more
	}
	return s
}

// indicator is the text of an indicator's assessment, after what it rests on.
func (t texts) indicator(rnd *rand.Rand, evidence string, l domain.Level) string {
	kind := "talk"
	switch evidence {
	case "kostra", "nasjonal", "okonomi":
		kind = "statistics"
	case "tilsyn":
		kind = "supervision"
	}
	return t.pick(rnd, kind+" "+string(l), "* "+string(l))
}

// live is the text of a change in a meeting.
func (t texts) live(rnd *rand.Rand, id domain.ColumnID, l domain.Level) string {
	return t.pick(rnd, "live "+string(id)+" "+string(l), "live * "+string(l))
}

// reporter is who in a municipality tells of an area.
func reporter(rnd *rand.Rand, m domain.Municipality, id domain.ColumnID) string {
	titles := []string{"ordfører", "kommunedirektør", "beredskapskoordinator"}
	switch id {
	case "fastlege", "folkehelse", "helse-omsorg", "rus-psykisk-helse":
		titles = []string{"kommuneoverlege", "kommunedirektør", "helseleder"}
	case "barnehage-opplaering", "barnevern":
		titles = []string{"kommunedirektør", "oppvekstsjef"}
	case "miljo", "klima", "plan", "jordvern", "landbruk":
		titles = []string{"teknisk sjef", "kommunedirektør", "beredskapskoordinator"}
	}
	return m.Name + " v/" + titles[rnd.IntN(len(titles))]
}
