package dashboard

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/console"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/overview"
	signoffpages "kommunebilde/dashboard/signoff"
	"kommunebilde/dashboard/start"
	"kommunebilde/dashboard/wall"
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/subjects"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
)

var wallScreen = domain.Actor{ID: "skjerm-1", Grants: []domain.Grant{{Role: domain.RoleScreen}}}

// partsOf returns what each part of a page is drawn from, by its id.
func partsOf(page []byte) map[string][]string {
	out := map[string][]string{}
	value := func(tag, name string) string {
		_, rest, _ := strings.Cut(tag, " "+name+`="`)
		v, _, _ := strings.Cut(rest, `"`)
		return v
	}
	for at := 0; ; at++ {
		i := bytes.Index(page[at:], []byte(` data-part="`))
		if i < 0 {
			return out
		}
		at += i
		tag := string(tagAt(page, bytes.LastIndexByte(page[:at], '<')))
		out[value(tag, "id")] = strings.Fields(value(tag, "data-part"))
	}
}

// TestFramesNameEveryPartThatChanged: after each of many records of every kind, a part
// that no frame named, nor anything that it is drawn from, is to the byte what it was:
// for every audience on every page that follows a board, however many records came in
// one frame. So a screen that fetches what is named has what a page made again would have.
func TestFramesNameEveryPartThatChanged(t *testing.T) {
	t.Parallel()
	w, s := duringMeeting(t), newSite(t)
	everybody := []domain.Actor{leader, reader, vang, wallScreen}
	drawn, named := map[string]bool{}, map[string]int{}
	known := []string{"cells", "board"}
	for _, part := range subjects.Parts() {
		known = append(known, part.Story)
	}
	g := generator{w: w, rnd: rand.New(rand.NewPCG(6, 9))}
	held := map[string]seen{}
	for range 200 {
		board, last := g.next()
		by := everybody[g.rnd.IntN(len(everybody))]
		key := string(by.ID) + " " + string(board)
		was, is := held[key], w.seen(s, by, board)
		held[key] = is
		if was.pages == nil || is.pages == nil || was.picture.Audience() != is.picture.Audience() {
			continue // another audience has another page
		}
		names := is.names(was.picture.Board().Revision)
		for _, name := range names {
			named[name]++
		}
		if len(names) > 0 && is.picture.Board().Revision == was.picture.Board().Revision {
			t.Errorf("%s is told of %v, and has no frame", by.ID, names)
		}
		if slices.Contains(names, "board") {
			continue
		}
		for title, page := range is.pages {
			old := was.pages[title]
			for id, from := range partsOf(page) {
				drawn[id] = true
				for _, name := range from {
					if !slices.Contains(known, name) {
						t.Fatalf("#%s of %s is drawn from %q, which no frame names", id, title, name)
					}
				}
				if slices.ContainsFunc(from, func(name string) bool { return slices.Contains(names, name) }) {
					continue
				}
				if a, b := element(old, id), element(page, id); a != b {
					t.Fatalf("%T by %s (names %v): #%s of %s, drawn from %v, is another:\n%s\n%s", last, by.ID, names, id, title, from, a, b)
				}
			}
			if a, b := attributes(old), attributes(page); a != b {
				t.Fatalf("%T by %s (names %v): the body of %s is another:\n%s\n%s", last, by.ID, names, title, a, b)
			}
		}
	}
	for _, name := range known {
		if named[name] == 0 {
			t.Errorf("no frame named %s: the generator does nothing of that kind: %v", name, named)
		}
	}
	if len(drawn) < 20 {
		t.Errorf("only %d parts were drawn: %v", len(drawn), drawn)
	}
}

// seen is what somebody has on show of a board.
type seen struct {
	picture domain.Picture
	pages   map[string][]byte
}

// names are what a frame that follows a revision names.
func (s seen) names(after domain.Revision) []string {
	names := s.picture.Changed(subjects.Parts(), after)
	if len(s.picture.Touched(after))+len(s.picture.Confirmed(after)) > 0 {
		names = append(names, "cells")
	}
	return names
}

// element returns one part of a page.
func element(page []byte, id string) string {
	_, rest, _ := strings.Cut(string(Parts(page, []string{id})), "<body")
	_, rest, _ = strings.Cut(rest, ">")
	return rest
}

var revision = regexp.MustCompile(` data-rev="\d+"`)

// attributes returns what parts say of their page, but for its revision.
func attributes(page []byte) string { return revision.ReplaceAllString(string(Parts(page, nil)), "") }

// seen is what somebody has now on the pages that follow a board, zero for one who does
// not see it.
func (w *world) seen(s *kit.Site, by domain.Actor, board domain.BoardID) seen {
	p, ok := domain.PictureOf(w.s, domain.AudienceOf(w.s, by, board, w.now), board, w.now)
	if !ok {
		return seen{}
	}
	out := map[string][]byte{}
	add := func(title string, page []byte, err error) {
		switch {
		case err == nil:
			out[title] = page
		case domain.CodeOf(err) != domain.NotFound: // a page that is not for them
			w.t.Fatalf("%s for %s: %v", title, by.ID, err)
		}
	}
	at := func(path string) kit.Request { return w.request(by, board, path) }
	path := "/tavle/" + string(board)
	if by.ID == wallScreen.ID {
		for _, layout := range []string{"a", "b", "c"} {
			o := wall.Options{Layout: layout, Metres: 4, Inches: 65}
			page, err := wall.Wall(s, at(path+"?vis=skjerm&oppsett="+layout), p.ForViews(), o)
			add("wall "+layout, page, err)
		}
		return seen{p, out}
	}
	page, err := overview.Overview(s, at(path), p.ForViews(), kit.Filter{})
	add("overview", page, err)
	meeting := domain.MeetingID("m2")
	if board == "flom" {
		meeting = "f1"
	}
	page, err = meetings.Meeting(s, at("/mote/"+string(meeting)), p, meeting, meetings.MeetingOptions{})
	add("meeting", page, err)
	page, err = meetings.Meetings(s, at("/moter"), p, "", "")
	add("meetings", page, err)
	page, err = meetings.Series(s, at("/moter/serie/"+string(meeting)), p, meeting)
	add("series", page, err)
	if board == domain.Live {
		page, err = overview.Municipality(s, at("/kommune/3434"), p.ForViews(), nil, "3434", time.Time{}, nil)
		add("municipality", page, err)
		page, err = start.Page(s, at("/start"), start.Options{Now: &p, Before: w.now.Add(-time.Hour)})
		add("start", page, err)
	}
	if board == "2023" && by.ID == reader.ID {
		page, err = signoffpages.Progress(s, at("/utgave/2023/fremdrift"), w.signoff(by))
		add("progress", page, err)
	}
	if by.ID == leader.ID {
		page, err = console.Console(s, at("/konsoll/"+string(meeting)+"?valgt=3434"), p, meeting, "3434")
		add("console", page, err)
		page, err = console.Closing(s, at("/konsoll/"+string(meeting)+"/avslutt"), p, meeting, nil)
		add("closing", page, err)
	}
	return seen{p, out}
}

// generator does something at random, of every kind that a meeting has.
type generator struct {
	w    *world
	rnd  *rand.Rand
	made int
}

// next does one thing that is not refused, and returns the board it was done on.
func (g *generator) next() (domain.BoardID, domain.Command) {
	for tries := 0; ; tries++ {
		if tries > 1000 {
			g.w.t.Fatal("everything is refused")
		}
		board, by, cmd := g.draw()
		g.w.now = g.w.now.Add(time.Millisecond) // not so long that the pages would say so
		if cmd == nil {
			continue
		}
		if events, err := domain.Decide(g.w.s, by, cmd, g.w.now); err == nil && len(events) > 0 {
			g.w.do(by, cmd)
			return board, cmd
		}
	}
}

// draw draws what is done, by whom; nothing where there is nothing to do it to.
func (g *generator) draw() (domain.BoardID, domain.Actor, domain.Command) {
	if g.rnd.IntN(8) == 0 {
		return g.year()
	}
	board, meeting, columns := domain.Live, domain.MeetingID("m2"), []domain.ColumnID{"samfunnssikkerhet", "fastlege"}
	if g.rnd.IntN(2) == 0 {
		board, meeting, columns = "flom", "f1", []domain.ColumnID{"strom", "evakuering"}
	}
	p := g.w.picture(leader, board)
	m := []domain.MunicipalityID{"3434", "3454", "3433", "3440"}[g.rnd.IntN(4)]
	c := columns[g.rnd.IntN(2)]
	levels := levelsOn(board)
	level := levels[g.rnd.IntN(len(levels))]
	g.made++
	id := fmt.Sprintf("tilfeldig-%d", g.made)
	text := typed.Of([]string{"", "Veien er stengt", "Strømmen er borte"}[g.rnd.IntN(3)])
	said := typed.Of("Veien er stengt " + id)
	by := leader
	var cmd domain.Command
	switch g.rnd.IntN(22) {
	case 0, 1, 2, 16, 17, 18, 19:
		cmd = domain.SetLevels{Board: board, Meeting: meeting, Cells: []domain.CellEdit{{Municipality: m, Column: c, Level: level, Text: text}}}
	case 3:
		cmd = domain.Undo{Board: board, Meeting: meeting}
	case 4:
		cmd = rollcall.ReportNoChange{Meeting: meeting, Municipalities: []domain.MunicipalityID{m}}
	case 5:
		by, m = vang, "3454"
		cmd = rollcall.Propose{Meeting: meeting, Cells: []domain.CellEdit{{Municipality: m, Column: c, Level: level, Text: text}}}
	case 6:
		list := rollcall.Proposals(p, meeting)
		if len(list) == 0 {
			return board, by, nil
		}
		cmd = rollcall.Settle{Meeting: meeting, Proposal: list[g.rnd.IntN(len(list))].ID, Take: g.rnd.IntN(2) == 0}
	case 7:
		cmd = notes.Write{Meeting: meeting, ID: notes.ID(id), Text: said}
	case 8:
		list := notes.Of(p, meeting)
		if len(list) == 0 {
			return board, by, nil
		}
		cmd = notes.Withdraw{Meeting: meeting, ID: list[g.rnd.IntN(len(list))].ID, Reason: text}
	case 9:
		cmd = actions.Add{Meeting: meeting, ID: actions.ID(id), Municipality: m, Column: c, Text: said}
	case 10:
		list := actions.Of(p)
		if len(list) == 0 {
			return board, by, nil
		}
		cmd = actions.End{Board: board, ID: list[g.rnd.IntN(len(list))].ID, Done: true}
	case 11:
		cmd = assistance.Ask{Meeting: meeting, ID: assistance.ID(id), Municipality: m, Of: "Sivilforsvaret", What: said}
	case 12:
		list := assistance.Of(p)
		if len(list) == 0 {
			return board, by, nil
		}
		cmd = assistance.Move{Board: board, ID: list[g.rnd.IntN(len(list))].ID, State: assistance.States()[g.rnd.IntN(len(assistance.States()))]}
	case 13:
		cmd = figures.Tell{Meeting: meeting, Figures: []figures.Edit{{Municipality: m, Column: "evakuering", Figure: figures.Evacuated, Value: g.rnd.Int64N(90), Source: "kommunen", Certainty: figures.Estimated}}}
	case 14:
		cmd = suggestion.Suggest{Meeting: meeting, Municipality: m, Column: c, Text: said}
	case 20:
		cmd = calendar.Schedule{Board: board, ID: calendar.ID(id), Title: said, At: domain.Moment{Time: g.w.now.Add(time.Duration(1+g.rnd.IntN(900)) * time.Hour)}}
	case 21:
		list := calendar.Of(p)
		if len(list) == 0 {
			return board, by, nil
		}
		cmd = calendar.Unschedule{Board: board, ID: list[g.rnd.IntN(len(list))].ID}
	default:
		cmd = domain.CloseMeeting{Meeting: meeting, Unexplained: true}
	}
	if one, _ := p.Meeting(meeting); !one.Open() {
		by, cmd = leader, domain.ReopenMeeting{Meeting: meeting, Reason: said}
	}
	return board, by, cmd
}

// year draws what is done on the edition that is being made.
func (g *generator) year() (domain.BoardID, domain.Actor, domain.Command) {
	const board, m, area = "2023", "3434", "klima"
	w, err := signoff.Of(domain.Judge(g.w.s, editor, g.w.now), board)
	if err != nil {
		catalogue := *g.w.picture(reader, domain.Live).Catalogue()
		return board, editor, plan.Make{Board: board, Title: "Kommunebilde 2023", Mode: plan.Yearly, Hearing: plan.Heard, Judged: "2023-09-01", Catalogue: &catalogue}
	}
	unit := w.Unit(m, area)
	seen := []signoff.Seen{{Municipality: m, Column: area, Revision: unit.Revision}}
	switch g.rnd.IntN(6) {
	case 0:
		return board, editor, plan.OpenRound{Board: board}
	case 3:
		klima := w.Ground.Catalogue().Columns[w.Ground.Catalogue().ColumnIndex(area)]
		klima.Unit.NB = fmt.Sprint("Enhet ", g.made)
		return board, editor, plan.SetColumns{Board: board, Set: []domain.Column{klima}}
	case 1:
		return board, reader, assessment.WriteNote{Board: board, Municipality: m, Column: area, Text: typed.Of(fmt.Sprint("Husk ", g.made))}
	case 2:
		return board, editor, signoff.Submit{Board: board, Units: seen}
	}
	g.made++
	level := []domain.Level{domain.Green, domain.NotApplicable}[g.made%2]
	return board, editor, assessment.Save{Board: board, Cells: []assessment.Edit{{Municipality: m, Column: area, Seen: unit.Cells[0].Revision, Level: level}}}
}

func levelsOn(b domain.BoardID) []domain.Level {
	if b == domain.Live {
		return domain.KindLive.Levels()
	}
	return domain.KindSituation.Levels()
}
