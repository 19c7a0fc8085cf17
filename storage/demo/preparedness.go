package demo

import (
	"fmt"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/typed"
	"kommunebilde/domain/views"
)

// What happens in the meetings apart from levels: who has reported, significant
// events, actions; and a situation with figures.

// unheard is how many municipalities have not reported in the meeting that is
// still open.
const unheard = 5

// actorNames are the regional actors that take part: kinds of bodies, no names.
func actorNames() []string {
	return []string{"Politiet", "110-sentralen", "Statens vegvesen", "Bane NOR", "Nettselskap", "Ekomtilbyder", "Sivilforsvaret", "Sykehuset", "Frivillige organisasjoner"}
}

// arrange puts the actors on the office's list, and keeps a view of the region
// that is struck hardest, before the first meeting.
func (t *teller) arrange(at time.Time) {
	for i, name := range actorNames() {
		t.add(at, actor(editor), actors.List{ID: listedAs(i), Name: typed.Of(name)})
	}
	agenda := t.agenda()
	if len(agenda) == 0 {
		return
	}
	region := agenda[0]
	if i := t.pack.Catalogue.RegionIndex("valdres"); i >= 0 {
		region = "valdres"
	}
	t.add(at, actor(lead), views.Save{
		Board: domain.Live, ID: "demo-utvalg-1", Name: typed.Of("Regionmøte " + t.pack.Catalogue.Regions[t.pack.Catalogue.RegionIndex(region)].Name),
		Filter: domain.ViewFilter{Region: region},
	})
	t.add(at, actor(lead), views.Save{
		Board: domain.Live, ID: "demo-utvalg-2", Name: "Nytt siden forrige møte, uten grønt",
		Filter: domain.ViewFilter{Levels: []domain.Level{domain.Yellow, domain.Red}, SinceMeeting: true},
	})
}

func listedAs(i int) domain.RegionalActorID {
	return domain.RegionalActorID(fmt.Sprintf("demo-aktor-%d", i+1))
}

// listed are all that are on the list.
func listed() []domain.RegionalActorID {
	var out []domain.RegionalActorID
	for i := range actorNames() {
		out = append(out, listedAs(i))
	}
	return out
}

// agenda calls the regions that the weather strikes hardest first.
func (t *teller) agenda() []domain.RegionID {
	var out []domain.RegionID
	for hard := 3; hard >= 1; hard-- {
		for _, r := range t.pack.Catalogue.Regions {
			if members := t.pack.Catalogue.Members(r.ID); len(members) > 0 && t.struck(members[0]) == hard {
				out = append(out, r.ID)
			}
		}
	}
	return out
}

// rollCall has the municipalities without news say so, in the order of the
// rows; in the open meeting the last of them have not been heard.
func (t *teller) rollCall(id domain.MeetingID, changes []change, start, end time.Time, open bool) {
	changed := map[domain.MunicipalityID]bool{}
	for _, c := range changes {
		if c.wrong {
			continue
		}
		for _, cell := range c.cells {
			changed[cell.Municipality] = true
		}
	}
	var quiet []domain.Municipality
	for _, m := range t.rows {
		if !changed[m.ID] {
			quiet = append(quiet, m)
		}
	}
	if open {
		quiet = quiet[:max(0, len(quiet)-unheard)]
	}
	gap := end.Sub(start) / time.Duration(len(quiet)+2)
	for i, m := range quiet {
		t.add(start.Add(time.Duration(i+1)*gap), actor(lead), rollcall.ReportNoChange{
			Meeting: id, Municipalities: []domain.MunicipalityID{m.ID}, ReportedBy: typed.Of(m.Name + " v/beredskapskoordinator"),
		})
	}
}

// hardest returns the rows that are struck hardest.
func (t *teller) hardest() []domain.Municipality {
	var out []domain.Municipality
	for i, m := range t.rows {
		if t.struck(i) == 3 {
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		out = t.rows[:1]
	}
	return out
}

// events puts significant events and actions into the open meeting.
func (t *teller) events(id domain.MeetingID, start time.Time) {
	by := actor(lead)
	for i, text := range []string{
		"Farevarsel for mye nedbør gjelder fram til midnatt.",
		"Flere fylkesveier er stengt av vann og ras. Omkjøring er skiltet.",
		"Strømbrudd etter vind. Nettselskapet har mannskap ute.",
	} {
		t.add(start.Add(time.Duration(6+9*i)*time.Minute), by, notes.Write{
			Meeting: id, ID: notes.ID(fmt.Sprintf("demo-note-%d", i+1)), Text: typed.Of(text),
		})
	}
	hard := t.hardest()
	area := t.areas[len(t.areas)-1].ID
	for _, a := range t.areas {
		if a.ID == "samfunnssikkerhet" {
			area = a.ID
		}
	}
	due := t.now.In(t.oslo).AddDate(0, 0, 1).Format(time.DateOnly)
	for i, a := range []struct{ text, owner string }{
		{"Avklare aggregat til vannverket", "Kommunen"},
		{"Oversikt over innbyggere uten veiforbindelse", "Statsforvalteren"},
	} {
		t.add(start.Add(time.Duration(12+9*i)*time.Minute), by, actions.Add{
			Meeting: id, ID: actions.ID(fmt.Sprintf("demo-action-%d", i+1)),
			Municipality: hard[i%len(hard)].ID, Column: area, Text: typed.Of(a.text), Owner: typed.Of(a.owner), Due: due,
		})
	}
}

// situation opens a situation beside the live picture, with a meeting that is
// still open.
func (t *teller) situation() {
	const board, meeting = "uvaer", "demo-hendelse"
	var functions []domain.ColumnID
	for _, c := range t.pack.Catalogue.Columns {
		if c.Kind == domain.ColumnFunction {
			functions = append(functions, c.ID)
		}
	}
	if len(functions) == 0 {
		return
	}
	by, begin := actor(lead), t.now.Add(-5*time.Hour)
	t.add(begin, by, domain.OpenSituation{
		Board: board, Title: "Uvær og flomfare",
		Catalogue: t.pack.Catalogue, Map: &t.pack.Map,
	})
	t.add(begin.Add(time.Minute), by, domain.OpenMeeting{
		ID: meeting, Board: board, Kind: domain.MeetingPreparedness, Title: "Uvær og flomfare: situasjonsmøte", Listed: listed(),
	})
	for row, m := range t.rows {
		hard := t.struck(row)
		if hard == 1 && t.rnd.IntN(3) > 0 {
			continue // not reported
		}
		at := begin.Add(time.Duration(2+row*5)*time.Minute + time.Duration(t.rnd.IntN(240))*time.Second)
		var cells []domain.CellEdit
		for _, f := range functions {
			level := domain.Normal
			switch n := t.rnd.IntN(10); {
			case hard == 3 && n == 0:
				level = domain.Critical
			case n < 2*hard-1:
				level = domain.Strained
			}
			cells = append(cells, domain.CellEdit{Municipality: m.ID, Column: f, Level: level})
		}
		t.add(at, by, domain.SetLevels{Board: board, Meeting: meeting, Cells: cells, ReportedBy: typed.Of(m.Name + " v/kriseledelsen")})
		if hard < 3 {
			continue
		}
		t.add(at.Add(20*time.Second), by, figures.Tell{Meeting: meeting, Figures: []figures.Edit{
			{Municipality: m.ID, Column: functions[0], Figure: figures.WithoutPower, Value: int64(20 * (1 + t.rnd.IntN(40))), Source: "Nettselskapet", Certainty: figures.Estimated},
			{Municipality: m.ID, Column: functions[0], Figure: figures.CutOff, Value: int64(t.rnd.IntN(25)), Source: "Kommunen", Certainty: figures.Confirmed},
		}})
	}
	hard := t.hardest()
	first := hard[0].ID
	t.add(t.now.Add(-25*time.Minute), by, figures.Tell{Meeting: meeting, Figures: []figures.Edit{
		{Municipality: first, Column: functions[0], Figure: figures.WithoutPower, Value: 940, Source: "Kommunen", Certainty: figures.Unconfirmed},
	}})
	t.add(t.now.Add(-22*time.Minute), by, assistance.Ask{Meeting: meeting, ID: "demo-bistand-1", Municipality: first, Of: "Sivilforsvaret", What: "To aggregat til helsehus"})
	t.add(t.now.Add(-14*time.Minute), by, assistance.Move{Board: board, ID: "demo-bistand-1", State: assistance.UnderWay, Note: "Ventet fram i ettermiddag"})
}
