package demo

import (
	"fmt"
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
)

// evidence tells what the office knows of its municipalities when the work begins, over
// some years. What is older than the journal was recorded when that began.
func (y *year) evidence() {
	for _, area := range y.areas {
		for ago := 1; ago >= 0; ago-- {
			y.statistics(area.ID, ago)
		}
	}
	for i, m := range y.rows {
		y.supervisions(i, m.ID)
		y.dialogues(i, m.ID)
		y.documents(i, m.ID)
		y.economy(i, m.ID)
		y.others(i, m.ID)
	}
	for _, n := range []int{17, 41} {
		if at := len(y.areas)*2 + n*len(y.rows)/8; at < len(y.known) {
			y.withdraw(at)
		}
	}
}

// record adds evidence that holds from some days before the work began, and can carry a
// judgement of its areas.
func (y *year) record(days int, cmd evidence.Record, areas ...domain.ColumnID) {
	for _, area := range areas {
		if y.pack.Catalogue.ColumnIndex(area) >= 0 {
			cmd.Columns = append(cmd.Columns, area)
		}
	}
	if len(areas) > 0 && len(cmd.Columns) == 0 {
		return // another county's areas
	}
	day := y.begin.In(y.oslo).AddDate(0, 0, -days)
	got := day.AddDate(0, 0, min(days-1, 4+y.rnd.IntN(25)))
	cmd.ID, cmd.Version = evidence.ID(fmt.Sprintf("demo-kunnskap-%d", len(y.known)+1)), 1
	cmd.Effective, cmd.Retrieved = day.Format(time.DateOnly), got.Format(time.DateOnly)
	if cmd.Period.From == "" {
		cmd.Period.From, cmd.Period.To = cmd.Effective, cmd.Effective
	}
	at := time.Date(got.Year(), got.Month(), got.Day(), 8+y.rnd.IntN(7), y.rnd.IntN(60), 0, 0, y.oslo)
	if first := y.day(time.August, 15, 9, 0); at.Before(first) {
		at = first.Add(time.Duration(len(y.known)) * time.Second)
	}
	by := actor(editor)
	if cmd.Exempt.Basis == "" && len(cmd.Columns) > 0 {
		by = assessorOf(cmd.Columns[0])
	}
	y.add(at, by, cmd)
	y.known = append(y.known, cmd)
	for _, area := range cmd.Columns {
		p := place{area: area}
		if len(cmd.Municipalities) > 0 {
			p.m = cmd.Municipalities[0]
		}
		y.rests[p] = append(y.rests[p], evidence.Ref{ID: cmd.ID, Version: 1})
	}
}

// line is a sentence with what belongs to it, which stands after a bar.
func (y *year) line(headings ...string) (string, string) {
	first, second, _ := strings.Cut(y.texts.pick(y.rnd, headings...), " | ")
	return first, second
}

// statistics are about all municipalities: last year's, and those of the year before,
// which nothing rests on.
func (y *year) statistics(area domain.ColumnID, ago int) {
	title, source := y.line("statistikk "+string(area), "statistikk *")
	day := y.begin.In(y.oslo)
	out := time.Date(day.Year()-ago, time.June, 15, 8, 0, 0, 0, y.oslo)
	if out.After(day) {
		out = out.AddDate(-1, 0, 0)
	}
	of := out.Year() - 1
	cmd := evidence.Record{Type: evidence.Statistics, Title: typed.Of(fmt.Sprintf("%s, %d", title, of)), Source: typed.Of(source), Access: evidence.Public}
	if strings.HasPrefix(title, "KOSTRA") {
		cmd.Type = evidence.Kostra
	}
	cmd.Period.From, cmd.Period.To = fmt.Sprintf("%d-01-01", of), fmt.Sprintf("%d-12-31", of)
	y.record(int(day.Sub(out)/(24*time.Hour))+1, cmd, area)
	if refs := y.rests[place{area: area}]; ago > 0 && len(refs) > 0 {
		y.rests[place{area: area}] = refs[:0]
	}
}

// supervisions are two or three of areas in turn, some with deviations that are open.
func (y *year) supervisions(i int, m domain.MunicipalityID) {
	supervised := []domain.ColumnID{"samfunnssikkerhet", "barnevern", "fastlege", "miljo", "sosiale-tjenester", "helse-omsorg", "barnehage-opplaering", "landbruk", "rus-psykisk-helse"}
	for n := range 2 + i%2 {
		area := supervised[(i+4*n)%len(supervised)]
		days := 60 + 330*n + y.rnd.IntN(300)
		title, law := y.line("tilsyn " + string(area))
		held := y.begin.In(y.oslo).AddDate(0, 0, -days)
		cmd := evidence.Record{
			Type: evidence.Supervision, Municipalities: []domain.MunicipalityID{m}, Access: evidence.Own,
			Title:  typed.Of(fmt.Sprintf("%s, rapport %d/%d", title, held.Year(), 10+y.rnd.IntN(80))),
			Source: "Statsforvalteren", Summary: typed.Of(y.texts.pick(y.rnd, "tilsyn oppsummert")),
		}
		s := &cmd.Supervision
		s.State, s.Body, s.Day, s.Basis = "closed", "Statsforvalteren", held.Format(time.DateOnly), typed.Of(law)
		found := y.texts["avvik "+string(area)]
		for d, text := range found[:min(len(found), y.rnd.IntN(3))] {
			dev := evidence.Deviation{ID: fmt.Sprintf("a%d", d+1), Text: typed.Of(text), State: "closed", Closed: held.AddDate(0, 0, 50).Format(time.DateOnly)}
			if n == 0 && d == 0 {
				dev.State, dev.Closed, dev.Due = "open", "", y.now.In(y.oslo).AddDate(0, 0, -20+y.rnd.IntN(150)).Format(time.DateOnly)
				s.State = "held"
			}
			s.Deviations = append(s.Deviations, dev)
		}
		if area == "samfunnssikkerhet" && i%2 == 0 {
			cmd.Exempt.Basis, cmd.Exempt.Reason = "offl-24-3", "Rapporten omtaler sikring av vannverk og samband."
		}
		y.record(days, cmd, area)
	}
}

// dialogues are talks with the municipality; some are the office's alone.
func (y *year) dialogues(i int, m domain.MunicipalityID) {
	for n := range 2 {
		cmd := evidence.Record{
			Type: evidence.Dialogue, Municipalities: []domain.MunicipalityID{m}, Source: "Statsforvalteren", Access: evidence.Own,
			Title: typed.Of(y.texts.pick(y.rnd, "dialog")), Summary: typed.Of(y.texts.pick(y.rnd, "dialog oppsummert")),
		}
		if (i+n)%7 == 0 {
			cmd.Access, cmd.Exempt.Basis, cmd.Exempt.Reason = evidence.Office, "offl-14", "Notat til intern saksforberedelse."
		}
		var about []domain.ColumnID
		for k := range 3 {
			about = append(about, y.areas[(i+5*n+3*k)%len(y.areas)].ID)
		}
		y.record(20+300*n+y.rnd.IntN(200), cmd, distinct(about)...)
	}
}

func distinct(ids []domain.ColumnID) (out []domain.ColumnID) {
	seen := map[domain.ColumnID]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id], out = true, append(out, id)
		}
	}
	return out
}

// documents are the municipality's own: its analysis of risk, and two of its plans.
func (y *year) documents(i int, m domain.MunicipalityID) {
	days := 100 + y.rnd.IntN(1600)
	ros := evidence.Record{
		Type: evidence.ROS, Municipalities: []domain.MunicipalityID{m}, Source: "Kommunen", Access: evidence.Own,
		Title: typed.Of(fmt.Sprintf("Helhetlig ROS-analyse %d", y.begin.In(y.oslo).AddDate(0, 0, -days).Year())),
	}
	if i%5 == 0 {
		ros.Exempt.Basis, ros.Exempt.Reason = "offl-24-3", "Analysen omtaler sårbarhet i vannforsyningen."
	}
	y.record(days, ros, "samfunnssikkerhet", "klima")
	kinds := []domain.ColumnID{"plan", "klima", "folkehelse", "jordvern", "samfunnssikkerhet", "rus-psykisk-helse"}
	for n := range 2 {
		area := kinds[(i+n*3)%len(kinds)]
		y.record(150+y.rnd.IntN(1500), evidence.Record{
			Type: evidence.Other, Municipalities: []domain.MunicipalityID{m}, Source: "Kommunen", Access: evidence.Public,
			Title: typed.Of(y.texts.pick(y.rnd, "dokument "+string(area))),
		}, area)
	}
}

// economy is a review of the budget; a few are or were in ROBEK.
func (y *year) economy(i int, m domain.MunicipalityID) {
	y.record(90+y.rnd.IntN(120), evidence.Record{
		Type: evidence.Economy, Municipalities: []domain.MunicipalityID{m}, Source: "Statsforvalteren", Access: evidence.Own,
		Title: typed.Of(y.texts.pick(y.rnd, "økonomi")), Summary: typed.Of(y.texts.pick(y.rnd, "økonomi oppsummert")),
	}, "okonomi")
	if i%15 != 7 {
		return
	}
	days := 400 + y.rnd.IntN(300)
	cmd := evidence.Record{Type: evidence.Economy, Municipalities: []domain.MunicipalityID{m}, Source: "Registeret ROBEK", Access: evidence.Public, Title: "ROBEK: innmeldt"}
	cmd.ROBEK.In = y.begin.In(y.oslo).AddDate(0, 0, -days).Format(time.DateOnly)
	cmd.ROBEK.Letters = append(cmd.ROBEK.Letters, "b")
	if i > 15 {
		cmd.ROBEK.Letters = append(cmd.ROBEK.Letters, "d")
	}
	if i > 30 {
		cmd.Title, cmd.ROBEK.Out = "ROBEK: utmeldt", y.begin.In(y.oslo).AddDate(0, 0, -days+300).Format(time.DateOnly)
		days -= 300
	}
	y.record(days, cmd, "okonomi")
}

// others are what only some municipalities have: complaints, exercises, guidance, funds.
func (y *year) others(i int, m domain.MunicipalityID) {
	of := []domain.MunicipalityID{m}
	if i%2 == 0 {
		area := []domain.ColumnID{"plan", "helse-omsorg", "sosiale-tjenester", "barnehage-opplaering"}[i/2%4]
		days := 20 + y.rnd.IntN(500)
		cmd := evidence.Record{
			Type: evidence.Complaint, Municipalities: of, Source: "Statsforvalteren", Summary: typed.Of(y.texts.pick(y.rnd, "klage oppsummert")),
			Title: typed.Of(fmt.Sprintf("%s, sak %02d/%d", y.texts.pick(y.rnd, "klage "+string(area)), y.begin.AddDate(0, 0, -days).Year()%100, 1000+y.rnd.IntN(8000))),
		}
		if area != "plan" {
			cmd.Exempt.Basis, cmd.Exempt.Reason = "offl-13", "Saken gjelder personlige forhold."
		}
		y.record(days, cmd, area)
	}
	if i%2 == 1 {
		y.record(40+y.rnd.IntN(700), evidence.Record{
			Type: evidence.Exercise, Municipalities: of, Source: "Kommunen", Access: evidence.Own, Title: typed.Of(y.texts.pick(y.rnd, "øvelse")),
		}, "samfunnssikkerhet")
	}
	if i%3 == 0 {
		y.record(40+y.rnd.IntN(500), evidence.Record{
			Type: evidence.Guidance, Municipalities: of, Source: "Statsforvalteren", Access: evidence.Own, Title: typed.Of(y.texts.pick(y.rnd, "veiledning")),
		}, "plan", "barnevern")
	}
	if i%3 == 1 {
		days := 30 + y.rnd.IntN(250)
		cmd := evidence.Record{Type: evidence.Funds, Municipalities: of, Source: "Kommunen", Access: evidence.Own, Title: "Søknad om skjønnsmidler"}
		cmd.Funds.Year, cmd.Funds.Applied = y.begin.AddDate(0, 0, -days).Year(), int64(100_000*(5+y.rnd.IntN(40)))
		if y.rnd.IntN(3) > 0 {
			granted := cmd.Funds.Applied / 2
			cmd.Funds.Granted = &granted
		}
		y.record(days, cmd, "okonomi")
	}
}

// withdraw takes evidence back before the work begins: no judgement may rest on it.
func (y *year) withdraw(at int) {
	cmd := y.known[at]
	for _, area := range cmd.Columns {
		p := place{cmd.Municipalities[0], area}
		var left []evidence.Ref
		for _, ref := range y.rests[p] {
			if ref.ID != cmd.ID {
				left = append(left, ref)
			}
		}
		y.rests[p] = left
	}
	y.add(y.begin.Add(-time.Hour), actor(editor), evidence.Withdraw{ID: cmd.ID, Reason: typed.Of(y.texts.pick(y.rnd, "trukket"))})
}
