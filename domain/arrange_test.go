package domain_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/series"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
	"kommunebilde/domain/views"
)

// refused fails unless a command is refused with a message.
func (l *line) refused(by Actor, cmd Command, msg string) {
	l.t.Helper()
	if e := new(Error); !errors.As(l.try(by, cmd), &e) || e.Msg != msg {
		l.t.Errorf("%T: got %v, want %s", cmd, e, msg)
	}
}

func TestTheOfficesListOfActors(t *testing.T) {
	l := started(t)
	names := func(by Actor) (out []string) {
		for _, a := range actors.Of(l.picture(by, Live)) {
			out = append(out, a.Name)
		}
		return out
	}
	l.do(leader, actors.List{ID: "r1", Name: "Politiet"})
	first := l.do(editor, actors.List{ID: "r2", Name: "Kraftlaget"})
	if got := names(reader); !slices.Equal(got, []string{"Kraftlaget", "Politiet"}) {
		t.Fatalf("the list is %q", got)
	}
	for who, by := range map[string]Actor{"a municipality": boContact, "a screen": screen} {
		if got := names(by); got != nil {
			t.Errorf("%s sees %q", who, got)
		}
	}
	l.refused(leader, actors.List{ID: "r3", Name: "politiet"}, "actor.exists")
	l.refused(leader, actors.List{ID: "r1", Name: "Politiet"}, "actor.exists")
	l.do(leader, CloseMeeting{Meeting: "m1"})
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingPreparedness, Title: "To", Invited: []MunicipalityID{"0002"},
		Listed: []RegionalActorID{"r2"}, Actors: []typed.Text{"Røde Kors"}})
	l.do(leader, actors.List{ID: "r2", Name: "Elvenett"})
	check := func(a actors.Actor, by string, want bool) {
		t.Helper()
		if a.Reported(by) != want {
			t.Errorf("%s reported %q: %t", a.Name, by, !want)
		}
	}
	a, ok := actors.One(l.picture(reader, Live), "r2")
	if !ok || a.Name != "Elvenett" {
		t.Fatalf("renamed: %+v, %t", a, ok)
	}
	for by, want := range map[string]bool{"Elvenett": true, "kraftlaget": true, "Kraftlaget v/vakt": true, " Elvenett v/Kari ": true, "Politiet": false, "": false, "Elvenettet": false} {
		check(a, by, want)
	}
	m, _ := l.picture(reader, Live).Meeting("m2")
	if !slices.Equal(m.Actors, []string{"Kraftlaget", "Røde Kors"}) || !slices.Equal(m.Listed, []RegionalActorID{"r2"}) {
		t.Errorf("the meeting says %q, %q", m.Actors, m.Listed)
	}
	if m, _ := l.picture(boContact, Live).Meeting("m2"); len(m.Listed) != 0 {
		t.Errorf("a municipality sees %q", m.Listed)
	}
	l.do(admin, texts.Redact{Texts: []TextID{{first, 0}}, Reason: "navn"})
	if m, _ := l.picture(reader, Live).Meeting("m2"); !slices.Equal(m.Actors, []string{"Røde Kors"}) {
		t.Errorf("after redaction the meeting says %q", m.Actors)
	}
	a, _ = actors.One(l.picture(reader, Live), "r2")
	check(a, "Kraftlaget", false)
	l.do(leader, actors.Unlist{ID: "r2"})
	if got := names(reader); !slices.Equal(got, []string{"Politiet"}) {
		t.Errorf("the list is %q", got)
	}
	l.refused(leader, actors.Unlist{ID: "r2"}, "actor.unknown")
	l.refused(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "x", Listed: []RegionalActorID{"r2"}}, "actor.unknown")
	l.do(leader, actors.List{ID: "r2", Name: "Elvenett"})
	if got := names(reader); len(got) != 2 {
		t.Errorf("listed again: %q", got)
	}
	for i := len(names(reader)); i < MaxActors; i++ {
		l.do(leader, actors.List{ID: RegionalActorID(fmt.Sprintf("x%d", i)), Name: typed.Of(fmt.Sprintf("Aktør %d", i))})
	}
	l.refused(leader, actors.List{ID: "y", Name: "En til"}, "actors.full")
	l.do(leader, actors.List{ID: "r1", Name: "POLITIET"}) // its own name in other letters, on a full list
	if _, ok := actors.One(l.picture(reader, Live), "y"); ok {
		t.Error("one that is not on the list is there")
	}
}

func TestSavedViews(t *testing.T) {
	l := started(t)
	f := ViewFilter{Region: "sor", Levels: []Level{Red}, SinceMeeting: true}
	rev := l.picture(reader, Live).Board().Revision
	saved := l.do(leader, views.Save{Board: Live, ID: "v1", Name: "Regionmøte Sør", Filter: f})
	l.do(editor, views.Save{Board: Live, ID: "v2", Name: "Plan", Filter: ViewFilter{Area: "plan"}})
	saw := views.Of(l.picture(reader, Live))
	if len(saw) != 2 || saw[1].ID != "v1" || saw[1].Filter.Region != "sor" || !saw[1].Fits || saw[1].SavedBy != leader.ID {
		t.Fatalf("views are %+v", saw)
	}
	for who, by := range map[string]Actor{"a municipality": boContact, "a screen": screen} {
		p := l.picture(by, Live)
		if views.Of(p) != nil || p.Board().Revision != rev || len(p.Log(rev, 0)) != 0 {
			t.Errorf("%s is told of views", who)
		}
	}
	if views.Of(l.picture(nobody, "2022")) != nil {
		t.Error("the public sees views")
	}
	l.refused(leader, views.Save{Board: Live, ID: "v3", Name: "regionmøte sør", Filter: f}, "view.exists")
	l.refused(leader, views.Save{Board: Live, ID: "v1", Name: "Annet", Filter: f}, "view.exists")
	l.refused(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x", View: "v1", Region: "nord"}, "view.region")
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "Sør", View: "v1", Invited: []MunicipalityID{"0002"}})
	l.do(leader, views.Remove{Board: Live, ID: "v1"})
	l.refused(leader, views.Remove{Board: Live, ID: "v1"}, "view.unknown")
	l.refused(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "x", View: "v1"}, "view.unknown")
	p := l.picture(reader, Live)
	m, _ := p.Meeting("m2")
	if m.Region != "sor" || !m.Filter.SinceMeeting || m.View != "v1" || len(rollcall.Of(p, "m2")) != len(p.Catalogue().Members("sor")) {
		t.Errorf("the meeting is %+v", m)
	}
	if m, _ := l.picture(boContact, Live).Meeting("m2"); m.View != "" || m.Filter.SinceMeeting || m.Region != "sor" {
		t.Errorf("a municipality sees %+v", m)
	}
	l.do(admin, texts.Redact{Texts: []TextID{{saved, 0}}, Reason: "navn"})
	if n := len(views.Of(l.picture(reader, Live))); n != 1 {
		t.Errorf("%d views", n)
	}
	for i := 1; i < views.Max; i++ {
		l.do(leader, views.Save{Board: Live, ID: ViewID(fmt.Sprintf("x%d", i)), Name: typed.Of(fmt.Sprintf("Utvalg %d", i)), Filter: f})
	}
	l.refused(leader, views.Save{Board: Live, ID: "y", Name: "En til", Filter: f}, "views.full")
}

func TestAViewOutlivesItsColumns(t *testing.T) {
	l := started(t)
	l.do(leader, CloseMeeting{Meeting: "m1"})
	l.do(leader, views.Save{Board: Live, ID: "v1", Name: "Plan", Filter: ViewFilter{Area: "plan"}})
	next := testCatalogue()
	next.Columns = slices.DeleteFunc(next.Columns, func(c Column) bool { return c.ID == "plan" || c.Area == "plan" })
	l.do(editor, editions.Open{Board: "2023", Title: Words{NB: "2023"}, Catalogue: next})
	l.do(editor, SetLevels{Board: "2023", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Green}}})
	l.do(editor, editions.Publish{Board: "2023"})
	l.do(editor, ChangeBase{Edition: "2023"})
	saw := views.Of(l.picture(reader, Live))
	if len(saw) != 1 || saw[0].Fits {
		t.Fatalf("views are %+v", saw)
	}
	l.do(editor, views.Remove{Board: Live, ID: "v1"})
}

// A series is named by its first meeting, and keeps together when what it is
// called is taken out.
func TestSeries(t *testing.T) {
	l := started(t)
	open := func(id MeetingID, f func(*OpenMeeting)) {
		t.Helper()
		cmd := OpenMeeting{ID: id, Board: Live, Kind: MeetingPreparedness, Title: typed.Of(string(id)), Invited: []MunicipalityID{"0002"}}
		f(&cmd)
		l.later(time.Hour).do(leader, cmd)
	}
	end := func(id MeetingID) time.Time {
		l.later(time.Hour).do(leader, CloseMeeting{Meeting: id})
		return l.now
	}
	before := func(by Actor, id MeetingID, want time.Time) {
		t.Helper()
		if got := l.picture(by, Live).MeetingBefore(id); !got.Equal(want) {
			t.Errorf("before %s: %v, want %v", id, got, want)
		}
	}
	before(reader, "m1", time.Time{})
	adHoc := end("m1")
	open("w1", func(m *OpenMeeting) { m.Series = "Ukemøte" })
	first := l.s.Head().Revision
	before(reader, "w1", adHoc)
	week1 := end("w1")
	open("r1", func(m *OpenMeeting) { m.Series = "Regionmøte"; m.Invited = nil })
	region1 := end("r1")
	open("w2", func(m *OpenMeeting) { m.InSeries = "w1" })
	before(reader, "w2", week1)
	before(boContact, "w2", week1)
	if got := l.picture(reader, Live).PreviousMeeting(); !got.Equal(week1) {
		t.Errorf("the previous meeting ended %v", got)
	}
	week2 := end("w2")
	open("w3", func(m *OpenMeeting) { m.Series = "Ukemøte" }) // the same words are the same series
	before(reader, "w3", week2)
	end("w3")
	open("x", func(*OpenMeeting) {})
	before(reader, "x", l.now.Add(-time.Hour))
	end("x")
	open("r2", func(m *OpenMeeting) { m.InSeries = "r1" })
	before(reader, "r2", region1)
	before(boContact, "r2", l.now.Add(-time.Hour)) // was not invited to r1: knows of x
	list := func(by Actor) (out []string) {
		for _, s := range series.Of(l.picture(by, Live)) {
			line := s.Name + ":"
			for _, m := range s.Meetings {
				line += " " + string(m.ID)
			}
			out = append(out, line)
		}
		return out
	}
	if got := list(reader); !slices.Equal(got, []string{"Regionmøte: r2 r1", "Ukemøte: w3 w2 w1"}) {
		t.Errorf("series are %q", got)
	}
	for who, by := range map[string]Actor{"a municipality": boContact, "a screen": screen} {
		p := l.picture(by, Live)
		if _, ok := series.One(p, "r1"); ok || series.Of(p) != nil || p.Meetings()[0].SeriesID != "" {
			t.Errorf("%s sees series", who)
		}
	}
	l.do(admin, texts.Redact{Texts: []TextID{{first, 1}}, Reason: "navn"})
	if s, ok := series.One(l.picture(reader, Live), "w1"); !ok || s.Name != "Ukemøte" && s.Name != "" || len(s.Meetings) != 3 {
		t.Errorf("after redaction: %+v", s)
	}
	l.refused(leader, OpenMeeting{ID: "y", Board: Live, Kind: MeetingRegion, Title: "y", InSeries: "w2"}, "series.unknown")
	replayed, err := NewState("epoke").Replay(slicesSeq(l.recs))
	if err != nil {
		t.Fatal(err)
	}
	p, _ := PictureOf(replayed, Audience{Kind: AudienceStaff}, Live, l.now)
	if s, ok := series.One(p, "w1"); !ok || len(s.Meetings) != 3 {
		t.Errorf("replayed: %+v", s)
	}
}

// Records from before series had ids tell them by their names.
func TestSeriesOfOldRecords(t *testing.T) {
	l := started(t)
	for _, id := range []MeetingID{"a", "b"} {
		e := &MeetingOpened{Meeting: id, Board: Live, Type: MeetingRegion, Title: NewText("x"), Series: NewText("Flom")}
		r, err := Seal(l.s.Head(), l.now, leader.ID, "", []Event{e}, func() Salt { return Salt{} })
		if err != nil {
			t.Fatal(err)
		}
		if l.s, err = l.s.Apply(r); err != nil {
			t.Fatal(err)
		}
	}
	if s, ok := series.One(l.picture(reader, Live), "a"); !ok || len(s.Meetings) != 2 {
		t.Errorf("the series is %+v", s)
	}
}

// A past picture knows of no meeting that had not ended then.
func TestPreviousMeetingOfThePast(t *testing.T) {
	l := started(t)
	l.later(time.Hour).do(leader, CloseMeeting{Meeting: "m1"})
	closed := l.now
	l.later(time.Hour).do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "To"})
	during := l.s.Head().Revision
	l.later(time.Hour).do(leader, CloseMeeting{Meeting: "m2"})
	l.later(time.Hour).do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "Tre"})
	if got := l.picture(reader, Live).AtRevision(during).PreviousMeeting(); !got.Equal(closed) {
		t.Errorf("got %v, want %v", got, closed)
	}
}
