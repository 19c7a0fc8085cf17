package demo

import (
	"fmt"
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/jottings"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
)

// What happens beside the judgements of the edition that is being made.

// suggestions are made in meetings; one of them is answered.
func (y *year) suggestions() {
	day := func(days int) time.Time {
		local := y.now.In(y.oslo)
		return time.Date(local.Year(), local.Month(), local.Day()-days, 10, 50, 0, 0, y.oslo)
	}
	var answered *step
	for i, s := range []struct {
		meeting domain.MeetingID
		at      time.Time
		area    domain.ColumnID
		row     int
	}{
		{"demo-3", day(29), "samfunnssikkerhet", 2},
		{"demo-4", day(22), "fastlege", 0},
		{"demo-6", day(8), "helse-omsorg", 1},
		{"demo-8", y.now.Add(-14 * time.Minute), "miljo", 3},
	} {
		area := s.area
		if y.pack.Catalogue.ColumnIndex(area) < 0 {
			area = y.areas[0].ID
		}
		hard := y.hardest()
		step := y.add(s.at, actor(lead), suggestion.Suggest{
			Meeting: s.meeting, Municipality: hard[s.row%len(hard)].ID, Column: area,
			Text: typed.Of(y.texts.pick(y.rnd, "forslag "+string(area), "forslag *")),
		})
		if i == 0 {
			answered = step
			y.add(y.hours(0.95), assessorOf(area), nil).ask = func(domain.Decision) domain.Command {
				return suggestion.Answer{Board: y.board, Suggestion: answered.rev, Outcome: suggestion.Taken, Note: typed.Of(y.texts.pick(y.rnd, "forslag svar"))}
			}
		}
	}
}

// moderation has areas compared; in the one that is done, a judgement is another since.
func (y *year) moderation() {
	for i, area := range []domain.ColumnID{"barnehage-opplaering", "jordvern", "samfunnssikkerhet"} {
		if y.pack.Catalogue.ColumnIndex(area) < 0 {
			continue
		}
		by := approverOf(area)
		y.add(y.hours(0.88+0.005*float64(i)), by, signoff.Moderate{
			Board: y.board, Area: area, Took: []domain.AccountID{assessorOf(area).ID, by.ID},
			Note: typed.Of(y.texts.pick(y.rnd, "samkjøring")), Known: names(),
		})
		if area != "jordvern" {
			continue
		}
		p := place{y.rows[len(y.rows)/3].ID, area}
		y.ask(0.91, assessorOf(area), y.more(p, "presisert"))
		y.submit(0.911, p)
		y.approve(0.92, p)
	}
}

// summaries are written by one editor for every third municipality, and approved by the
// other.
func (y *year) summaries() {
	first := y.pack.Catalogue.Summaries()
	lead := domain.ColumnID("status") // as a plan adds them
	if len(first) > 0 {
		lead = y.pack.Catalogue.Columns[first[0]].ID
	}
	done := 0
	for row := 0; row < len(y.rows); row += 3 {
		p, at := place{y.rows[row].ID, lead}, 0.5+0.3*float64(row)/float64(len(y.rows))
		stop := done%3 == 2 // after the first text
		y.ask(at, actor(editor), func(w signoff.Work) domain.Command { return y.summary(w, p, stop) })
		if !stop {
			y.ask(at+0.005, actor(editor), func(w signoff.Work) domain.Command {
				return signoff.Submit{Board: y.board, Units: seen(w, p)}
			})
		}
		if done%3 == 0 {
			y.ask(at+0.02, actor(secondEditor), func(w signoff.Work) domain.Command {
				return signoff.Approve{Board: y.board, Units: summed(w, p)}
			})
		}
		done++
	}
}

func (y *year) summary(w signoff.Work, p place, stop bool) domain.Command {
	save := assessment.Save{Board: y.board}
	for _, c := range w.Book.Unit(p.m, p.area).Cells {
		e := edit(c)
		text := typed.Of(y.texts.pick(y.rnd, "sammendrag "+string(c.Column)))
		e.Text = &text
		if save.Cells = append(save.Cells, e); stop {
			break
		}
	}
	return save
}

// notes are put beside cells by those who work on them.
func (y *year) notes() {
	for i := range min(12, len(y.rows)) {
		area := y.areas[(i*5+2)%len(y.areas)].ID
		by := assessorOf(area)
		if i%3 == 1 {
			by = approverOf(area)
		}
		y.add(y.hours(0.3+0.05*float64(i)), by, assessment.WriteNote{
			Board: y.board, Municipality: y.rows[(i*7+3)%len(y.rows)].ID, Column: area, Text: typed.Of(y.texts.pick(y.rnd, "merknad")),
		})
	}
}

// later tells what became known while the work went on: newer versions of what was linked,
// some evidence withdrawn, and what municipalities say of theirs.
func (y *year) later() {
	closed, revised, taken := 0, 0, 0
	for _, cmd := range y.known {
		next, at := cmd, 0.86+0.005*float64(closed+revised)
		next.Version = 2
		switch {
		case cmd.Supervision.State == "held" && cmd.Exempt.Basis == "" && closed < 8:
			closed++
			next.Supervision.Deviations = append([]evidence.Deviation(nil), cmd.Supervision.Deviations...)
			next.Supervision.State = "closed"
			for i := range next.Supervision.Deviations {
				next.Supervision.Deviations[i].State = "closed"
				next.Supervision.Deviations[i].Closed = y.hours(at).In(y.oslo).Format(time.DateOnly)
			}
		case len(cmd.Municipalities) == 0 && strings.Contains(string(cmd.Title), "12143") && revised == 0 && y.rests[place{area: "okonomi"}][0].ID == cmd.ID:
			revised++
			next.Summary, next.Retrieved = "Reviderte tall for enkelte kommuner.", y.hours(at).In(y.oslo).Format(time.DateOnly)
		case cmd.Type == evidence.Dialogue && cmd.Exempt.Basis == "" && len(cmd.Columns) > 1 && taken < 3:
			taken++
			y.add(y.hours(0.985), assessorOf(cmd.Columns[0]), evidence.Withdraw{ID: cmd.ID, Reason: typed.Of(y.texts.pick(y.rnd, "trukket"))})
			continue
		default:
			continue
		}
		y.add(y.hours(at), assessorOf(cmd.Columns[0]), next)
	}
	y.questions()
}

// questions are what two municipalities say of the evidence on them; one is answered.
func (y *year) questions() {
	texts := y.texts["spørsmål"]
	about := func(id domain.AccountID) (domain.Actor, domain.MunicipalityID, bool) {
		a := actor(id)
		m := a.Grants[0].Municipality
		return a, m, y.pack.Catalogue.MunicipalityIndex(m) >= 0
	}
	if by, m, ok := about(contact); ok {
		y.add(y.hours(0.9), by, evidence.Ask{Board: y.board, Municipality: m, Mark: "missing", Column: "samfunnssikkerhet", Text: typed.Of(texts[0])})
	}
	refs := y.rests[place{area: "okonomi"}]
	by, m, ok := about("kommune-vang")
	if !ok || len(refs) == 0 {
		return
	}
	asked := y.add(y.hours(0.85), by, evidence.Ask{Board: y.board, Municipality: m, Mark: "outdated", ID: refs[0].ID, Version: 1, Text: typed.Of(texts[1])})
	y.add(y.hours(0.89), assessorOf("okonomi"), nil).ask = func(domain.Decision) domain.Command {
		return evidence.Close{Question: asked.rev, Outcome: "stands", Text: typed.Of(y.texts.pick(y.rnd, "spørsmål svar"))}
	}
}

// conflict is a cell that two write at the same time.
type conflict struct {
	at    domain.CellRef
	began domain.Revision // what the first saw
	saved *step           // by the second, since then
}

// conflict has the second of two assessors save what the first is still writing.
func (y *year) conflict() {
	if y.pack.Catalogue.ColumnIndex("fastlege") < 0 {
		return
	}
	p := place{y.hardest()[0].ID, "fastlege"}
	y.jotting.at = domain.CellRef{Municipality: p.m, Column: p.area}
	y.jotting.saved = y.ask(0.975, actor(secondHealthAssessor), func(w signoff.Work) domain.Command {
		c := w.Cell(p.m, p.area)
		y.jotting.began = c.Revision
		e := edit(c)
		text := typed.Of(y.texts.pick(y.rnd, "utkast lagret"))
		e.Level, e.Text = domain.Yellow, &text
		return assessment.Save{Board: y.board, Cells: []assessment.Edit{e}}
	})
}

// jottings returns what two have typed and not saved: the first began before the second
// saved, and who opens it meets both.
func (y *year) jottings() []jottings.Jotting {
	c := y.jotting
	if c.saved == nil {
		return nil
	}
	jot := func(by domain.AccountID, seen domain.Revision, at time.Time, heading string) jottings.Jotting {
		return jottings.Jotting{
			ID: jottings.ID(fmt.Sprintf("%016x", y.rnd.Uint64())), Author: by, Board: y.board, Municipality: c.at.Municipality, Column: c.at.Column,
			Text: typed.Of(y.texts.pick(y.rnd, heading)), Seen: seen, Revision: 1, At: at,
		}
	}
	return []jottings.Jotting{
		jot(healthAssessor, c.began, c.saved.at.Add(-4*time.Minute), "utkast først"),
		jot(secondHealthAssessor, c.saved.rev, c.saved.at.Add(9*time.Minute), "utkast etter"),
	}
}
