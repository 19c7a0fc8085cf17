package demo

import (
	"math/rand/v2"
	"strconv"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/typed"
)

// weeks is how long the edition after 2022 has been worked on.
const weeks = 7

// year tells of the edition that is being made now: planned, begun from 2022, half done.
type year struct {
	*teller
	rnd     *rand.Rand // its own: what is told of 2022 and of the meetings is as without it
	board   domain.BoardID
	begin   time.Time
	hours   func(share float64) time.Time // of the office, from the begin to now
	rests   map[place][]evidence.Ref      // what judgements of an area may rest on
	known   []evidence.Record             // as it was recorded first
	alike   int                           // units that are written in the same words
	jotting conflict
}

// place is an area of a municipality; of all municipalities, if none is named.
type place struct {
	m    domain.MunicipalityID
	area domain.ColumnID
}

// year tells of the evidence, and of the work on the edition.
func (t *teller) year() *year {
	begin := t.now.AddDate(0, 0, -7*weeks)
	if published := t.day(time.November, 11, 9, 30); begin.Before(published) {
		begin = published
	}
	y := &year{teller: t, rnd: rand.New(rand.NewPCG(2023, 1111)), begin: begin, rests: map[place][]evidence.Ref{}}
	y.hours = officeHours(begin, t.now, t.oslo)
	y.evidence()
	y.plan()
	y.suggestions()
	for a := range t.areas {
		y.area(a)
	}
	y.moderation()
	y.summaries()
	y.notes()
	y.conflict()
	y.later()
	return y
}

// plan plans the edition, names who answers for what, and begins it with the texts of
// 2022. Its year is that of the day that it judges.
func (y *year) plan() {
	judged := y.now.In(y.oslo).AddDate(0, 0, -35)
	y.board = domain.BoardID(strconv.Itoa(max(judged.Year(), 2023)))
	day := func(days int) string { return y.now.In(y.oslo).AddDate(0, 0, days).Format(time.DateOnly) }
	at, by := y.begin, actor(editor)
	y.add(at, by, plan.Make{
		Board: y.board, Title: typed.Of("Kommunebilde " + string(y.board)), Mode: plan.Yearly, Hearing: plan.Heard, Follows: edition,
		Judged: judged.Format(time.DateOnly), Days: plan.Days{Drafted: day(6), Approved: day(20), Published: day(62)},
		Catalogue: &y.pack.Catalogue, Map: &y.pack.Map,
	})
	if i := y.pack.Catalogue.ColumnIndex("spesialundervisning"); i >= 0 {
		redefined := y.pack.Catalogue.Columns[i]
		redefined.Basis = domain.Words{
			NB: "Regnes fra i år etter ny opplæringslov.", NN: "Blir frå i år rekna etter ny opplæringslov.", EN: "Counted by the new Education Act from this year.",
		}
		y.add(at.Add(10*time.Minute), by, plan.SetColumns{Board: y.board, Set: []domain.Column{redefined}})
	}
	assign := plan.Assign{Board: y.board, Known: names()}
	for i, area := range y.areas {
		who := plan.Area{Column: area.ID, Assessors: []domain.AccountID{assessorOf(area.ID).ID}, Approvers: []domain.AccountID{approverOf(area.ID).ID}, Due: day(3 + i%4)}
		if may(secondHealthAssessor, domain.RoleAssessor, area.ID) {
			who.Assessors = append(who.Assessors, secondHealthAssessor)
		}
		if may(societyApprover, domain.RoleApprover, area.ID) && who.Approvers[0] != societyApprover {
			who.Approvers = append(who.Approvers, societyApprover)
		}
		assign.Areas = append(assign.Areas, who)
	}
	y.add(at.Add(20*time.Minute), by, assign)
	y.add(at.Add(30*time.Minute), by, plan.OpenRound{Board: y.board})
	y.add(at.Add(31*time.Minute), by, assessment.CarryOver{Board: y.board})
}

// ask adds a step whose command is made of the work as it is then.
func (y *year) ask(share float64, by domain.Actor, cmd func(signoff.Work) domain.Command) *step {
	s := y.add(y.hours(share), by, nil)
	s.ask = func(d domain.Decision) domain.Command {
		w, err := signoff.Of(d, y.board)
		if err != nil {
			return plan.OpenRound{} // which is refused, and told
		}
		return cmd(w)
	}
	return s
}

// officeHours returns the time by which a share of the office hours between two times is
// over: weekdays from eight to a quarter to four. Where these are few it goes by the clock.
func officeHours(from, to time.Time, zone *time.Location) func(share float64) time.Time {
	type span struct{ from, to time.Time }
	var open []span
	var all time.Duration
	first := from.In(zone)
	for i := 0; ; i++ {
		day := time.Date(first.Year(), first.Month(), first.Day()+i, 8, 0, 0, 0, zone)
		if !day.Before(to) {
			break
		}
		s := span{later(day, from), earlier(day.Add(7*time.Hour+45*time.Minute), to)}
		if weekday := day.Weekday(); weekday != time.Saturday && weekday != time.Sunday && s.from.Before(s.to) {
			open, all = append(open, s), all+s.to.Sub(s.from)
		}
	}
	if all < 2*time.Hour {
		open, all = []span{{from, to}}, to.Sub(from)
	}
	return func(share float64) time.Time {
		left := time.Duration(share * float64(all))
		for _, s := range open {
			if d := s.to.Sub(s.from); left > d {
				left -= d
				continue
			}
			return s.from.Add(left).Truncate(time.Second)
		}
		return to
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
