package sheet

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/domain"
)

// names knows what a catalogue's municipalities and columns may be called. It
// serves one reading.
type names struct {
	municipalities map[string][]domain.MunicipalityID
	ended          map[string]string // to the municipality's name
	areas          map[string][]domain.ColumnID
	indicators     map[string][]domain.ColumnID
	areaOf         map[domain.ColumnID]domain.ColumnID
	called         map[domain.MunicipalityID]string
	title          map[domain.ColumnID]string
	summaries      map[domain.ColumnID]bool
	hints          int  // given so far
	planned        bool // the edition is: its own sheets have more columns
}

func namesOf(cat *domain.Catalogue) *names {
	n := &names{
		municipalities: map[string][]domain.MunicipalityID{},
		ended:          map[string]string{},
		areas:          map[string][]domain.ColumnID{},
		indicators:     map[string][]domain.ColumnID{},
		areaOf:         map[domain.ColumnID]domain.ColumnID{},
		called:         map[domain.MunicipalityID]string{},
		title:          map[domain.ColumnID]string{},
		summaries:      map[domain.ColumnID]bool{},
	}
	for _, m := range cat.Municipalities {
		name, number := fold(m.Name), string(m.ID)
		n.called[m.ID] = m.Name
		for _, key := range []string{
			number, name, fold(m.Short), name + " kommune", number + " " + name, number + "-" + name,
			name + " " + number, name + " (" + number + ")", number + " " + name + " kommune",
			name + " (" + fold(cat.County) + ")", name + " i " + fold(cat.County),
		} {
			note(n.municipalities, key, m.ID)
		}
	}
	for _, e := range cat.Ended {
		n.ended[fold(e.ID)], n.ended[fold(e.Name)] = e.Name, e.Name
	}
	for _, c := range cat.Columns {
		index := n.areas
		switch c.Kind {
		case domain.ColumnIndicator:
			index = n.indicators
			n.areaOf[c.ID] = c.Area
		case domain.ColumnFunction:
			continue // of a situation, not of an edition
		case domain.ColumnSummary:
			n.summaries[c.ID] = true
		}
		n.title[c.ID] = c.Name.NB
		for _, s := range []string{string(c.ID), c.Name.NB, c.Name.NN, c.Name.EN, c.Short.NB, c.Short.NN, c.Short.EN} {
			note(index, fold(s), c.ID)
		}
	}
	return n
}

func note[ID comparable](index map[string][]ID, key string, id ID) {
	if key == "" {
		return
	}
	for _, other := range index[key] {
		if other == id {
			return
		}
	}
	index[key] = append(index[key], id)
}

// longName is longer than any name: it is not even folded.
const longName = 2 * domain.MaxName * 4

// municipality finds who a value names, or says that it names nobody, or several.
func (n *names) municipality(value string) (domain.MunicipalityID, wrong) {
	if len(value) > longName {
		return "", is("municipality.unknown")
	}
	key := fold(value)
	if number, err := strconv.Atoi(key); err == nil && len(key) == 3 {
		key = "0" + strconv.Itoa(number) // a spreadsheet took the zero away
	}
	switch found := n.municipalities[key]; {
	case len(found) == 1:
		return found[0], wrong{}
	case len(found) > 1:
		return "", is("municipality.several")
	case n.ended[key] != "":
		return "", is("municipality.ended", n.ended[key])
	}
	return "", wrong{code: "municipality.unknown", near: suggest(n, key, n.municipalities, n.called)}
}

// column finds what a value names among areas, indicators or both. An id is
// taken as it is; a name of both an area and an indicator is not understood.
func (n *names) column(value string, areas, indicators bool) (domain.ColumnID, wrong) {
	unknown := is("column.neither")
	switch {
	case !indicators:
		unknown = is("area.unknown")
	case !areas:
		unknown = is("indicator.unknown")
	}
	if len(value) > longName {
		return "", unknown
	}
	key := fold(value)
	var found []domain.ColumnID
	if areas {
		found = append(found, n.areas[key]...)
	}
	if indicators {
		found = append(found, n.indicators[key]...)
	}
	switch {
	case len(found) == 1:
		return found[0], wrong{}
	case len(found) == 0:
		near := map[string][]domain.ColumnID{}
		if areas {
			near = n.areas
		}
		if unknown.near = suggest(n, key, near, n.title); unknown.near == "" && indicators {
			unknown.near = suggest(n, key, n.indicators, n.title)
		}
		return "", unknown
	}
	for _, id := range found {
		if string(id) == value {
			return id, wrong{}
		}
	}
	var titles []string
	for _, id := range found {
		titles = append(titles, n.title[id]+" ("+string(id)+")")
	}
	return "", is("column.several", strings.Join(titles, ", "))
}

// calls reports whether a value is a name of a column, if perhaps of others too.
func (n *names) calls(value string, id domain.ColumnID) bool {
	if len(value) > longName {
		return false
	}
	key := fold(value)
	return slices.Contains(n.areas[key], id) || slices.Contains(n.indicators[key], id)
}

// ambiguous reports whether a value is the name of several columns.
func (n *names) ambiguous(value string) bool {
	if value == "" || len(value) > longName {
		return false
	}
	key := fold(value)
	return len(n.areas[key])+len(n.indicators[key]) > 1
}

// suggest returns the name of what has the key that is a slip of the finger away.
func suggest[ID comparable](n *names, key string, index map[string][]ID, called map[ID]string) string {
	if n.hints++; len([]rune(key)) < 3 || len(key) > 60 || n.hints > 2*maxTold {
		return "" // nobody reads more of them than are told
	}
	if _, err := strconv.Atoi(key); err == nil {
		return "" // every number is near another
	}
	best := ""
	for other := range index {
		if oneSlip([]rune(key), []rune(other)) && (best == "" || other < best) {
			best = other
		}
	}
	if best == "" {
		return ""
	}
	return called[index[best][0]]
}

// oneSlip reports whether two words differ by one letter left out, put in or
// changed, or by two neighbours that changed places.
func oneSlip(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	same := func(x, y []rune) bool { return string(x) == string(y) }
	if len(a) < len(b) {
		return same(a[i:], b[i+1:])
	}
	if i == len(a) {
		return false
	}
	return same(a[i+1:], b[i+1:]) ||
		i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && same(a[i+2:], b[i+2:])
}

// level finds the level that a value names in bokmål, nynorsk or English, by
// colour or by meaning.
func level(value string) (domain.Level, bool) {
	if len(value) > longName {
		return "", false
	}
	switch fold(value) {
	case "grønn", "grønt", "grøn", "grøne", "gronn", "gront", "green", "god", "godt", "good":
		return domain.Green, true
	case "gul", "gult", "gule", "yellow", "forbedringspotensial", "forbetringspotensial", "potential for improvement":
		return domain.Yellow, true
	case "rød", "rødt", "røde", "raud", "raudt", "raude", "rod", "rodt", "red", "sårbar", "sårbart", "vulnerable":
		return domain.Red, true
	case "ikke vurdert", "ikkje vurdert", "not assessed":
		return domain.NotAssessed, true
	case "ikke aktuell", "ikke aktuelt", "ikkje aktuell", "ikkje aktuelt", "not applicable":
		return domain.NotApplicable, true
	case "mangler data", "manglar data", "data mangler", "data manglar", "no data", "missing data", "data missing":
		return domain.NoData, true
	}
	return "", false
}

var (
	isoDate       = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$`)
	writtenDate   = regexp.MustCompile(`^(\d{1,2})\.? (\pL{3,9})\.? (\d{4})$`)
	norwegianDate = regexp.MustCompile(`^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$`)
)

// date reads a day: as text, or as the number by which a spreadsheet keeps it.
func date(c cell, date04 bool) (string, bool) {
	if c.kind == isNumber {
		f, err := strconv.ParseFloat(c.value, 64)
		if err != nil || f < 0 || f > 1e6 {
			return "", false
		}
		begin := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
		if date04 {
			begin = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		return plausible(begin.AddDate(0, 0, int(f)))
	}
	y, m, d := "", "", ""
	if len(c.value) > 40 {
		return "", false
	}
	if part := isoDate.FindStringSubmatch(c.value); part != nil {
		y, m, d = part[1], part[2], part[3]
	} else if part := writtenDate.FindStringSubmatch(c.value); part != nil {
		d, m, y = part[1], month(part[2]), part[3]
	} else if part := norwegianDate.FindStringSubmatch(c.value); part != nil {
		d, m, y = part[1], part[2], part[3]
	} else {
		return "", false
	}
	t, err := time.Parse("2006-1-2", y+"-"+strings.TrimPrefix(m, "0")+"-"+strings.TrimPrefix(d, "0"))
	if err != nil {
		return "", false
	}
	return plausible(t)
}

// month is the number of a month by its name, whole or cut to three letters, "" for none.
func month(name string) string {
	name = strings.ToLower(name)
	for i, names := range [...][]string{
		{"januar", "january"}, {"februar", "february"}, {"mars", "march"}, {"april"}, {"mai", "may"}, {"juni", "june"},
		{"juli", "july"}, {"august"}, {"september", "sept"}, {"oktober", "october"}, {"november"}, {"desember", "december"},
	} {
		for _, whole := range names {
			if name == whole || name == whole[:3] {
				return strconv.Itoa(i + 1)
			}
		}
	}
	return ""
}

// plausible refuses years in which no assessment was made: a number that is no
// date, or a slip of the finger.
func plausible(t time.Time) (string, bool) {
	return t.Format(time.DateOnly), t.Year() >= 1990 && t.Year() < 2100
}
