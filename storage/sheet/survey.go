package sheet

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
)

// overallROS is the indicator that the survey is the ground of.
const overallROS domain.ColumnID = "helhetlig-ros"

// surveyField tells what a header says in the answers to DSB's survey: whatever nobody
// knows is a question.
func surveyField(word string) field {
	switch word {
	case "undersøkelse", "undersøking", "undersøkelsesår", "år", "årgang", "year", "survey year":
		return surveyYear
	case "svart", "svardato", "svara", "besvart", "dato", "dato for svar", "answered", "date":
		return surveyDay
	case "gyldig til", "helhetlig ros gyldig til", "ros gyldig til", "valid to", "valid until":
		return surveyValid
	}
	switch f := fieldOf(word); {
	case f == fieldMunicipality || f == fieldNumber || f == fieldIgnored:
		return f
	case asksWhenROS(word):
		return surveyROS
	}
	return fieldUnknown
}

var whenROS = regexp.MustCompile(`(?:^| )(?:år|dato|når|sist|siste|vedtatt|vedteken|revidert|oppdatert|year|date|when|last|adopted|updated)(?: |$|\?)`)

// asksWhenROS reports whether a header asks when the overall risk analysis was made.
func asksWhenROS(word string) bool {
	ros := slices.ContainsFunc(strings.FieldsFunc(word, func(r rune) bool { return strings.ContainsRune(" -/?(),", r) }), func(w string) bool { return w == "ros" || w == "ros-analyse" || w == "rosen" })
	return ros && whenROS.MatchString(word)
}

// ReadSurvey reads the answers that municipalities gave to DSB's survey
// (kommuneundersøkelsen), XLSX or CSV: a row for each municipality, a column for each
// question. year is the survey's, 0 where the file has a column for it. A municipality that
// says when its overall risk analysis was made has that as evidence of such an analysis,
// others the answers as national numbers; all answers are in the summary. The error is a
// *Faults, as of [ReadStatuses].
func ReadSurvey(data []byte, cat *domain.Catalogue, today string, year int) (Sources, error) {
	r, err := readSources(data, cat, today, "header.survey", surveyField, func(l layout) bool {
		_, ros := l.fields[surveyROS]
		return ros || len(l.unknown) > 0
	}, func(r *sourceReader, s rowReader) { r.year = year; r.answers(s) })
	if err != nil {
		return Sources{}, err
	}
	r.out.Unread = nil // they are the questions
	return *r.out, nil
}

// answers reads a row.
func (r *sourceReader) answers(s rowReader) {
	before := r.faults.Count
	m, year := s.municipality(), s.surveyYear(r.year)
	says := evidence.Record{Type: evidence.Statistics, Municipalities: []domain.MunicipalityID{m}, Retrieved: r.today, Effective: s.anyDay(surveyDay)}
	if says.Effective == "" {
		says.Effective = min(fmt.Sprintf("%04d-12-31", year), r.today)
	}
	says.Title, says.Source = typed.Of(fmt.Sprintf("DSBs kommuneundersøkelse %d", year)), typed.Of(fmt.Sprintf("DSB, kommuneundersøkelsen %d", year))
	says.Period.From, says.Period.To = fmt.Sprintf("%04d-01-01", year), fmt.Sprintf("%04d-12-31", year)
	if made := s.made(); made != "" {
		says.Type, says.Effective, says.Title = evidence.ROS, made, "Helhetlig ROS, etter "+says.Title
		says.Period.From, says.Period.To = made, s.anyDay(surveyValid)
	}
	if i := r.cat.ColumnIndex(overallROS); i >= 0 {
		says.Columns = []domain.ColumnID{r.cat.Columns[i].Area, overallROS}
	}
	says.Summary = s.answered()
	if says.Effective > r.today && r.faults.Count == before {
		s.fault(max(s.get(surveyROS).col, s.get(surveyDay).col), says.Effective, "date.ahead")
	}
	source := batch.Source{Key: []string{"dsb", string(m), strconv.Itoa(year)}, Says: says}
	if r.faults.Count > before {
		return
	}
	if i, twice := r.at[source.ID()]; twice {
		s.fault(max(s.get(fieldMunicipality).col, s.get(fieldNumber).col), r.names.called[m], "survey.twice", r.out.Places[i].Row)
		return
	}
	r.at[source.ID()] = len(r.out.List)
	r.out.List, r.out.Places = append(r.out.List, source), append(r.out.Places, Row{s.g.name, s.row})
}

// surveyYear is the survey's, from the file or from who gives it.
func (s *rowReader) surveyYear(given int) int {
	a := s.get(surveyYear)
	if a.value == "" {
		if given == 0 {
			s.fault(a.col, "", "survey.year")
		}
		return given
	}
	n, err := strconv.Atoi(strings.TrimPrefix(a.value, "DSB "))
	switch {
	case err != nil || n < 2002 || n > 2099:
		s.fault(a.col, a.value, "survey.year")
	case given != 0 && given != n:
		s.fault(a.col, a.value, "survey.other", given)
	}
	return n
}

// made is the day of the overall risk analysis, "" where the answer is none. A year alone
// is its first day, so that no analysis is said to be younger than it may be.
func (s *rowReader) made() string {
	a := s.get(surveyROS)
	if n, err := strconv.Atoi(a.value); err == nil && n >= 1990 && n < 2100 {
		return fmt.Sprintf("%04d-01-01", n)
	}
	if day, ok := date(a.cell, s.g.date04); ok {
		return day
	}
	return "" // "vet ikke": it stands among the answers
}

// answered is every answer with its question, a line each.
func (s *rowReader) answered() typed.Text {
	var lines []string
	for col, head := range s.g.rows[s.l.row-1] {
		c := s.value(col)
		if f := surveyField(fold(head.value[:min(len(head.value), longName)])); c.value == "" || f != fieldUnknown && f != surveyROS && f != surveyValid {
			continue
		}
		if head.value == "" {
			s.fault(col, c.value, "column.headless")
			continue
		}
		value := c.value
		if day, ok := date(c.cell, s.g.date04); ok && c.kind == isNumber && len(value) > 4 {
			value = day
		}
		lines = append(lines, strings.Join(strings.Fields(head.value), " ")+": "+strings.Join(strings.Fields(value), " "))
	}
	for col := len(s.g.rows[s.l.row-1]); col < len(s.g.rows[s.row-1]); col++ {
		if value := s.g.at(s.row, col).value; value != "" {
			s.fault(col, value, "column.beyond")
		}
	}
	all := strings.Join(lines, "\n")
	if w := checkText(all, maxJudged); w.code == "text.long" {
		s.fault(-1, "", "survey.long", maxJudged)
		return ""
	} else if w.code != "" {
		s.wrong(-1, "", w)
		return ""
	}
	return typed.Of(all)
}
