package sheet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
)

// supervisionField tells what a header's word says in a sheet of supervision.
func supervisionField(word string) field {
	switch word {
	case "sak", "saksnummer", "saksnr", "sak nr", "sak-nr", "arkivsak", "arkivsaksnummer", "journalnummer", "rapportnummer", "rapportnr", "case", "case number", "case no":
		return sourceCase
	case "tittel", "hva", "kva", "tema", "tilsyn", "tilsynstema", "tema for tilsynet", "navn", "namn", "navn på tilsyn", "namn på tilsyn", "title", "subject", "topic", "supervision":
		return sourceTitle
	case "tilsynsorgan", "tilsynsmyndighet", "tilsynsmyndigheit", "tilsynsetat", "myndighet", "myndigheit", "organ", "etat", "body", "authority", "supervisory body":
		return sourceBody
	case "hjemmel", "heimel", "lovgrunnlag", "lov", "lov og paragraf", "lovhjemmel", "lovheimel", "regelverk", "legal basis", "law":
		return sourceBasis
	case "dato", "tilsynsdato", "dato for tilsyn", "dato for tilsynet", "gjennomført dato", "når", "date", "day", "date of supervision":
		return sourceDay
	case "status", "stand", "tilsynsstatus", "status for tilsynet", "tilstand", "state":
		return sourceState
	case "avvik", "avvikstekst", "avvik tekst", "hva er avviket", "kva er avviket", "beskrivelse av avvik", "beskriving av avvik", "lovbrudd", "lovbrot", "pålegg", "deviation", "deviations", "non-conformity", "breach":
		return deviationText
	case "avvik nr", "avviksnr", "avviksnummer", "avvik nummer", "deviation number", "deviation no":
		return deviationNumber
	case "avviksstatus", "avvik status", "status avvik", "status for avviket", "deviation state", "deviation status":
		return deviationState
	case "frist", "frist for retting", "frist for lukking", "rettefrist", "due", "deadline":
		return deviationDue
	case "lukket", "lukka", "lukket dato", "lukka dato", "dato lukket", "dato lukka", "avvik lukket dato", "closed", "closed date", "date closed":
		return deviationClosed
	case "antall avvik", "tal på avvik", "talet på avvik", "avvik i alt", "number of deviations":
		return deviationCount
	case "åpne avvik", "opne avvik", "antall åpne avvik", "tal på opne avvik", "open deviations":
		return deviationsOpen
	case "lukkede avvik", "lukka avvik", "antall lukkede avvik", "tal på lukka avvik", "closed deviations":
		return deviationsClosed
	case "kilde", "kjelde", "source":
		return sourceFrom
	case "sammendrag", "samandrag", "merknad", "kommentar", "konklusjon", "summary", "comment", "remark":
		return sourceSummary
	case "lenke", "lenkje", "lenke til rapport", "rapport", "url", "link":
		return sourceLink
	case "tilgang", "access":
		return sourceAccess
	}
	switch f := fieldOf(word); f {
	case fieldMunicipality, fieldNumber, fieldArea, fieldIndicator, fieldIgnored:
		return f
	}
	return fieldUnknown
}

// ReadSupervision reads the office's own sheet of supervision, XLSX or CSV: a row each, or
// a row for each deviation. today, as 2006-01-02, is when the file is read. Rows with one
// case number and municipality are one supervision; where there is no number, those of one
// day, body, law and title. The error is a *Faults, as of [ReadStatuses]: the file cannot
// be read at all.
func ReadSupervision(data []byte, cat *domain.Catalogue, today string) (Sources, error) {
	r, err := readSources(data, cat, today, "header.supervision", supervisionField, func(l layout) bool {
		has := func(f field) bool { _, ok := l.fields[f]; return ok }
		return has(sourceDay) && (has(sourceBasis) || has(sourceBody) || has(sourceTitle) || has(sourceCase) || has(deviationText))
	}, (*sourceReader).supervision)
	if err != nil {
		return Sources{}, err
	}
	r.dropBad()
	return *r.out, nil
}

// dropBad leaves out what has a row that is refused: the rest of it would say that the
// others are gone.
func (r *sourceReader) dropBad() {
	var list []batch.Source
	var places []Row
	for i, s := range r.out.List {
		at := r.cases[s.ID()]
		if r.bad[at] || r.bad[caseName{sak: at.sak}] {
			r.faults.add(r.out.Places[i].Sheet, r.out.Places[i].Row, -1, "", is("source.part"))
			continue
		}
		list, places = append(list, s), append(places, r.out.Places[i])
	}
	r.out.List, r.out.Places = list, places
}

// caseName is what the rows of one supervision have in common; of a row whose municipality
// nobody knows, the number alone.
type caseName struct {
	m   domain.MunicipalityID
	sak string
}

// supervision reads a row.
func (r *sourceReader) supervision(s rowReader) {
	before := r.faults.Count
	s.strays()
	says := evidence.Record{
		Type: evidence.Supervision, Municipalities: []domain.MunicipalityID{s.municipality()}, Columns: s.areas(), Retrieved: r.today, Access: s.access(),
		Title: s.words(sourceTitle, domain.MaxName), Summary: s.words(sourceSummary, maxJudged), Link: s.words(sourceLink, domain.MaxReason), Effective: s.anyDay(sourceDay),
	}
	file := s.words(sourceCase, 100)
	to := &says.Supervision
	to.Body, to.Basis, to.Day = s.words(sourceBody, domain.MaxName), s.words(sourceBasis, domain.MaxReason), says.Effective
	if _, told := s.l.fields[sourceBody]; !told { // the office's own
		to.Body = typed.Of(r.cat.Office.NB)
	}
	name := caseName{says.Municipalities[0], fold(string(file))}
	says.Title = titled(says.Title, file, to.Basis)
	says.Source = cmp.Or(s.words(sourceFrom, domain.MaxReason), to.Body)
	source := batch.Source{Key: keyOf(says, file), Says: says}
	if name.sak == "" {
		name.sak = string(source.ID())
	}
	_, there := r.at[source.ID()]
	if says.Effective == "" && !there && s.faults.Count == before {
		s.fault(s.l.fields[sourceDay], "", "date.missing")
	}
	source.Says.Period.From, source.Says.Period.To = says.Effective, says.Effective
	s.found(&source.Says, before)
	if r.faults.Count == before {
		r.join(s, source, name)
	}
	if r.faults.Count > before {
		r.bad[name] = true
	}
}

// keyOf is what a supervision is known by in every file.
func keyOf(says evidence.Record, file typed.Text) []string {
	m, to := string(says.Municipalities[0]), says.Supervision
	if file != "" {
		return []string{"supervision", m, fold(string(file))}
	}
	return []string{"supervision", m, "", to.Day, fold(string(to.Body)), fold(string(to.Basis)), fold(string(says.Title))}
}

// titled is a title that names the case.
func titled(title, file, basis typed.Text) typed.Text {
	if title == "" {
		if title = "Tilsyn"; basis != "" && file == "" {
			title += ": " + basis
		}
	}
	if file != "" && !strings.Contains(string(title), string(file)) {
		title += ", sak " + file
	}
	return title
}

// join adds a row to the supervision that an earlier row began. What it says beside the
// deviation must be the same; what is empty is as before.
func (r *sourceReader) join(s rowReader, source batch.Source, name caseName) {
	i, there := r.at[source.ID()]
	if !there {
		r.at[source.ID()], r.cases[source.ID()] = len(r.out.List), name
		r.out.List, r.out.Places = append(r.out.List, source), append(r.out.Places, Row{s.g.name, s.row})
		return
	}
	was, is := &r.out.List[i].Says, source.Says
	for _, one := range []struct {
		f    field
		same bool
	}{
		{sourceDay, was.Effective == is.Effective}, {sourceTitle, was.Title == is.Title},
		{sourceBody, was.Supervision.Body == is.Supervision.Body}, {sourceBasis, was.Supervision.Basis == is.Supervision.Basis},
	} {
		if a := s.get(one.f); !one.same && a.value != "" {
			s.fault(a.col, a.value, "source.other", r.out.Places[i].Row)
			return
		}
	}
	for _, c := range is.Columns {
		if !slices.Contains(was.Columns, c) {
			was.Columns = append(was.Columns, c)
		}
	}
	was.Summary, was.Link, was.Access = cmp.Or(was.Summary, is.Summary), cmp.Or(was.Link, is.Link), cmp.Or(was.Access, is.Access)
	was.Supervision.State = cmp.Or(was.Supervision.State, is.Supervision.State)
	was.Supervision.Deviations = append(was.Supervision.Deviations, is.Supervision.Deviations...)
}

// found reads the deviations of a row, and how far the supervision has come.
func (s *rowReader) found(says *evidence.Record, before int) {
	state, of := s.state(sourceState)
	own, ofOwn := s.state(deviationState)
	text, closed := s.get(deviationText), s.get(deviationClosed)
	dev := evidence.Deviation{Due: s.anyDay(deviationDue)}
	word := ""
	if ofOwn == "deviation" {
		word = own
	} else if of == "deviation" || state == "closed" {
		word = state
	}
	switch fold(closed.value[:min(len(closed.value), longName)]) {
	case "ja", "x", "yes", "lukket", "lukka", "closed":
		word = "closed"
	case "nei", "nei, åpent", "no", "åpent", "ope", "open":
		word = "open"
	default:
		if dev.Closed = s.anyDay(deviationClosed); dev.Closed != "" {
			word = "closed"
		}
	}
	to := &says.Supervision
	n, told := s.many(text)
	switch {
	case n > 0 || told && text.value != "":
		to.Deviations = s.counted(n, word, dev)
	case told:
		to.Deviations = []evidence.Deviation{}
	case text.value != "":
		dev.Text = typed.Of(s.text(text, domain.MaxReason))
		dev.ID = s.number()
		setWord(&dev.State, cmp.Or(word, "open"))
		to.Deviations = []evidence.Deviation{dev}
	}
	for _, d := range to.Deviations {
		if d.State == "closed" && d.Closed == "" && s.faults.Count == before {
			s.fault(max(closed.col, s.get(sourceState).col, s.get(deviationState).col, s.get(deviationsClosed).col), "", "deviation.closed")
			break
		}
	}
	switch {
	case of == "supervision":
		setWord(&to.State, state)
	case state == "closed" && len(to.Deviations) == 0:
		setWord(&to.State, "closed")
	}
}

func setWord[T ~string](to *T, word string) { *to = T(word) }

// many tells how many deviations a row counts, and whether it tells of any number.
func (s *rowReader) many(text placed) (n int, told bool) {
	all, open, closed := s.count(deviationCount), s.count(deviationsOpen), s.count(deviationsClosed)
	switch fold(text.value[:min(len(text.value), longName)]) {
	case "nei", "ingen", "ingen avvik", "ikke avvik", "no", "none":
		all = 0
	case "ja", "yes":
		if all < 0 && open < 0 {
			s.fault(text.col, text.value, "deviation.which")
		}
	default:
		if written, err := strconv.Atoi(text.value); err == nil && written >= 0 && written <= 100 {
			all = written
		} else if text.value != "" {
			return 0, false // it says which
		}
	}
	if all < 0 && (open >= 0 || closed >= 0) {
		all = max(open, 0) + max(closed, 0)
	}
	if all >= 0 && (open > all || closed > all || open >= 0 && closed >= 0 && open+closed != all) {
		s.fault(s.get(deviationsOpen).col, fmt.Sprint(open), "deviation.sum", all)
	}
	return max(all, 0), all >= 0
}

// counted makes deviations of a number: the first of them are closed.
func (s *rowReader) counted(n int, word string, dev evidence.Deviation) []evidence.Deviation {
	open, closed := s.count(deviationsOpen), s.count(deviationsClosed)
	switch {
	case closed < 0 && open >= 0:
		closed = n - open
	case closed < 0 && word == "closed":
		closed = n
	}
	out := []evidence.Deviation{}
	for i := range n {
		one := evidence.Deviation{ID: fmt.Sprint("a", i+1), Text: typed.Of(fmt.Sprintf("Avvik %d av %d", i+1, n)), Due: dev.Due, State: "open"}
		if i < closed {
			one.State, one.Closed = "closed", dev.Closed
		}
		out = append(out, one)
	}
	return out
}

// number is the id of a deviation that the office numbers, "" where it does not.
func (s *rowReader) number() string {
	a := s.get(deviationNumber)
	if a.value == "" {
		return ""
	}
	id := "nr-" + strings.ReplaceAll(plain(a.value[:min(len(a.value), longName)]), ".", "-")
	if !domain.IsID(id) || id == "nr-" {
		s.fault(a.col, a.value, "columns.id")
	}
	return id
}

// state reads a word for how far a supervision or its deviation has come, and which of
// them it is a word for.
func (s *rowReader) state(f field) (state, of string) {
	a := s.get(f)
	switch fold(a.value[:min(len(a.value), longName)]) {
	case "":
		return "", ""
	case "planlagt", "planlagd", "varslet", "varsla", "planned", "announced":
		return "planned", "supervision"
	case "gjennomført", "utført", "avholdt", "halde", "holdt", "held", "carried out":
		return "held", "supervision"
	case "avsluttet", "avslutta", "ferdig", "concluded", "completed":
		return "closed", "supervision"
	case "åpent", "åpen", "åpne", "ope", "open", "opne", "ikke lukket", "ikkje lukka", "under oppfølging", "not closed":
		return "open", "deviation"
	case "lukket", "lukka", "lukkede", "closed":
		return "closed", "deviation"
	}
	s.fault(a.col, a.value, "state.unknown")
	return "", ""
}
