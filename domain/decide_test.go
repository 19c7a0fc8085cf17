package domain_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
	"kommunebilde/domain/views"
)

func TestDecideRefuses(t *testing.T) {
	one := func(e CellEdit) Command { return SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{e}} }
	ok := CellEdit{Municipality: "0001", Column: "helse", Level: Yellow}
	with := func(f func(*CellEdit)) Command { e := ok; f(&e); return one(e) }
	heard := func(from, to string, answered ...MunicipalityID) Command {
		return editions.NoteHearing{Board: "2022", Hearing: Hearing{From: from, To: to, Answered: answered}}
	}
	edition := func(e CellEdit) Command { return SetLevels{Board: "2022", Cells: []CellEdit{e}} }
	for name, c := range map[string]struct {
		by   Actor
		cmd  Command
		code Code
		msg  string
	}{
		"unknown board":              {leader, SetLevels{Board: "2031", Cells: []CellEdit{ok}}, NotFound, "board.unknown"},
		"the public and the live":    {nobody, one(ok), NotFound, "board.unknown"},
		"not invited":                {asContact, one(ok), NotFound, "board.unknown"},
		"invited may look only":      {boContact, one(ok), Forbidden, "forbidden.set_levels"},
		"reader":                     {reader, one(ok), Forbidden, "forbidden.set_levels"},
		"screen":                     {screen, one(ok), Forbidden, "forbidden.set_levels"},
		"editor in a meeting":        {editor, one(ok), Forbidden, "forbidden.set_levels"},
		"unknown meeting":            {leader, SetLevels{Board: Live, Meeting: "m9", Cells: []CellEdit{ok}}, Invalid, "meeting.unknown"},
		"no cells":                   {leader, SetLevels{Board: Live, Meeting: "m1"}, Invalid, "cells.count"},
		"one cell twice":             {leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{ok, ok}}, Invalid, "cells.twice"},
		"unknown municipality":       {leader, with(func(e *CellEdit) { e.Municipality = "9999" }), Invalid, "municipality.unknown"},
		"unknown column":             {leader, with(func(e *CellEdit) { e.Column = "vei" }), Invalid, "column.unknown"},
		"an indicator live":          {leader, with(func(e *CellEdit) { e.Column = "leger" }), Invalid, "column.unknown"},
		"unknown level":              {leader, with(func(e *CellEdit) { e.Level = "orange" }), Invalid, "level.unknown"},
		"withheld is never set":      {leader, with(func(e *CellEdit) { e.Level = Withheld }), Invalid, "level.unknown"},
		"an edition's level live":    {leader, with(func(e *CellEdit) { e.Level = NoData }), Invalid, "level.unknown"},
		"another scale":              {leader, with(func(e *CellEdit) { e.Level = Critical }), Invalid, "level.unknown"},
		"text too long":              {leader, with(func(e *CellEdit) { e.Text = typed.Of(strings.Repeat("å", MaxReason+1)) }), Invalid, "text.long"},
		"text not UTF-8":             {leader, with(func(e *CellEdit) { e.Text = "a\xff" }), Invalid, "text.utf8"},
		"control character":          {leader, with(func(e *CellEdit) { e.Text = "a\x00" }), Invalid, "text.control"},
		"text that turns around":     {leader, with(func(e *CellEdit) { e.Text = "a\u202eb" }), Invalid, "text.control"},
		"an event eight days back":   {leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{ok}, EventAt: Moment{Time: noon.Add(-8 * 24 * time.Hour)}}, Invalid, "event.time"},
		"an event tomorrow":          {leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{ok}, EventAt: Moment{Time: noon.Add(24 * time.Hour)}}, Invalid, "event.time"},
		"a published edition":        {editor, edition(ok), Conflict, "edition.published"},
		"nothing to undo":            {leader, Undo{Board: Live}, Conflict, "undo.none"},
		"undo of what is not there":  {leader, Undo{Board: Live, Revision: 1}, NotFound, "undo.unknown"},
		"meeting twice":              {leader, OpenMeeting{ID: "m1", Board: Live, Kind: MeetingRegion, Title: "x"}, Conflict, "meeting.exists"},
		"meeting without title":      {leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion}, Invalid, "name.missing"},
		"meeting with a blank title": {leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: " \u00a0\u3164"}, Invalid, "name.missing"},
		"actor without a name":       {leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x", Actors: []typed.Text{"Politiet", "\t"}}, Invalid, "name.missing"},
		"meeting of no kind":         {leader, OpenMeeting{ID: "m2", Board: Live, Kind: "kaffe", Title: "x"}, Invalid, "meeting.kind"},
		"meeting on an edition":      {leader, OpenMeeting{ID: "m2", Board: "2022", Kind: MeetingRegion, Title: "x"}, Forbidden, "forbidden.lead"},
		"meeting of a reader":        {reader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x"}, Forbidden, "forbidden.lead"},
		"invites a stranger":         {leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x", Invited: []MunicipalityID{"9999"}}, Invalid, "municipality.unknown"},
		"invites one twice":          {leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x", Invited: []MunicipalityID{"0001", "0001"}}, Invalid, "municipality.unknown"},
		"closing what is not there":  {leader, CloseMeeting{Meeting: "m7"}, NotFound, "meeting.unknown"},
		"closing as the public":      {nobody, CloseMeeting{Meeting: "m1"}, NotFound, "meeting.unknown"},
		"closing as a reader":        {reader, CloseMeeting{Meeting: "m1"}, Forbidden, "forbidden.lead"},
		"base during a meeting":      {editor, ChangeBase{Edition: "2022"}, Conflict, "base.meeting"},
		"an edition again":           {editor, editions.Open{Board: "2022", Title: Words{NB: "x"}, Catalogue: testCatalogue()}, Conflict, "board.exists"},
		"an edition named na":        {editor, editions.Open{Board: Live, Title: Words{NB: "x"}, Catalogue: testCatalogue()}, Invalid, "id.wrong"},
		"an edition by a reader":     {reader, editions.Open{Board: "2023", Title: Words{NB: "x"}, Catalogue: testCatalogue()}, Forbidden, "forbidden.edit"},
		"publishing again":           {editor, editions.Publish{Board: "2022"}, Conflict, "publish.done"},
		"a hearing afterwards":       {System("test"), editions.NoteHearing{Board: "2022", Hearing: Hearing{From: "2022-09-22", To: "2022-10-13"}}, Conflict, "hearing.published"},
		"publishing as a lead":       {leader, editions.Publish{Board: "2022"}, Forbidden, "forbidden.publish"},
		"correction, no reason":      {editor, editions.OpenCorrection{Board: "2022"}, Invalid, "reason.missing"},
		"import, no reason":          {editor, editions.Import{Board: "2022", Cells: []editions.Cell{{Municipality: "0001", Column: "helse", Level: Yellow}}}, Invalid, "reason.missing"},
		"import into the live":       {editor, editions.Import{Board: Live, Cells: []editions.Cell{{Municipality: "0001", Column: "helse", Level: Yellow}}}, Invalid, "board.edition"},
		"demo with real data":        {admin, DeclareDemo{}, Conflict, "demo.not_empty"},
		"in a series and a new one":  {leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x", Series: "Uke", InSeries: "m1"}, Invalid, "series.both"},
		"in a series of none":        {leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x", InSeries: "m1"}, Invalid, "series.unknown"},
		"with a view of none":        {leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x", View: "v9"}, Invalid, "view.unknown"},
		"with an actor of none":      {leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x", Listed: []RegionalActorID{"r9"}}, Invalid, "actor.unknown"},
		"an actor by a reader":       {reader, actors.List{ID: "r1", Name: "Politiet"}, Forbidden, "forbidden.arrange"},
		"an actor by a contact":      {boContact, actors.List{ID: "r1", Name: "Politiet"}, Forbidden, "forbidden.arrange"},
		"an actor by the public":     {nobody, actors.List{ID: "r1", Name: "Politiet"}, NotFound, "board.unknown"},
		"an actor without a name":    {leader, actors.List{ID: "r1", Name: " "}, Invalid, "name.missing"},
		"an actor with a bad id":     {leader, actors.List{ID: "R 1", Name: "Politiet"}, Invalid, "id.wrong"},
		"an actor that is not there": {leader, actors.Unlist{ID: "r1"}, NotFound, "actor.unknown"},
		"unlisting by a reader":      {reader, actors.Unlist{ID: "r1"}, Forbidden, "forbidden.arrange"},
		"a view by a reader":         {reader, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Region: "sor"}}, Forbidden, "forbidden.arrange"},
		"a view by a contact":        {boContact, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Region: "sor"}}, Forbidden, "forbidden.arrange"},
		"a view by a stranger":       {asContact, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Region: "sor"}}, NotFound, "board.unknown"},
		"a view of everything":       {leader, views.Save{Board: Live, ID: "v1", Name: "x"}, Invalid, "view.empty"},
		"a view without a name":      {leader, views.Save{Board: Live, ID: "v1", Filter: ViewFilter{Region: "sor"}}, Invalid, "name.missing"},
		"a view of no region":        {leader, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Region: "ost"}}, Invalid, "region.unknown"},
		"a view of no area":          {leader, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Area: "vei"}}, Invalid, "column.unknown"},
		"a view of another scale":    {leader, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Levels: []Level{Critical}}}, Invalid, "level.unknown"},
		"a view of two times":        {leader, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Minutes: 5, SinceMeeting: true}}, Invalid, "view.since"},
		"a view of no actor":         {leader, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Actor: "r1"}}, Invalid, "actor.unknown"},
		"a view that is not there":   {leader, views.Remove{Board: Live, ID: "v1"}, NotFound, "view.unknown"},
		"a view with a bad id":       {leader, views.Save{Board: Live, ID: "V 1", Name: "x", Filter: ViewFilter{Region: "sor"}}, Invalid, "id.wrong"},
		"a view of no map":           {leader, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Map: "vei"}}, Invalid, "column.unknown"},
		"a view of time to come":     {leader, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Minutes: -1}}, Invalid, "view.since"},
		"a view of too long ago":     {leader, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Minutes: 366*24*60 + 1}}, Invalid, "view.since"},
		"a view of one level twice":  {leader, views.Save{Board: Live, ID: "v1", Name: "x", Filter: ViewFilter{Levels: []Level{Red, Red}}}, Invalid, "level.unknown"},
		"a hearing from no day":      {editor, heard("x", "2022-10-13"), Invalid, "hearing.days"},
		"a hearing to no day":        {editor, heard("2022-09-22", ""), Invalid, "hearing.days"},
		"a hearing that ends first":  {editor, heard("2022-10-13", "2022-10-12"), Invalid, "hearing.days"},
		"a hearing of a stranger":    {editor, heard("2022-09-22", "2022-10-13", "9999"), Invalid, "municipality.unknown"},
		"a hearing of one twice":     {editor, heard("2022-09-22", "2022-10-13", "0001", "0001"), Invalid, "municipality.unknown"},
		"publishing with much":       {editor, editions.Publish{Board: "2022", Note: typed.Of(strings.Repeat("x", 2001))}, Invalid, "text.long"},
		"an action of no words":      {leader, actions.Add{Meeting: "m1", ID: "t1", Municipality: "0002"}, Invalid, "text.missing"},
		"a note with a bad id":       {leader, notes.Write{Meeting: "m1", ID: "N 1", Text: "x"}, Invalid, "id.wrong"},
		"redaction by a lead":        {leader, texts.Redact{Texts: []TextID{{3, 0}}, Reason: "navn"}, Forbidden, "forbidden.redact"},
		"redaction, no reason":       {admin, texts.Redact{Texts: []TextID{{3, 0}}}, Invalid, "reason.missing"},
		"redaction of nothing":       {admin, texts.Redact{Texts: []TextID{{3, 9}}, Reason: "navn"}, Invalid, "text.unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			l := started(t)
			before := l.s.Head()
			err := l.try(c.by, c.cmd)
			var e *Error
			if !errors.As(err, &e) || e.Code != c.code || e.Msg != c.msg {
				t.Errorf("got %v, want %s: %s", err, c.code, c.msg)
			}
			if l.s.Head() != before {
				t.Error("something happened all the same")
			}
		})
	}
}

// TestADraftIsPublishedOnceItHasSomething: an empty one is not, and what is a draft needs
// no correction; a hearing of a single day is one.
func TestADraftIsPublishedOnceItHasSomething(t *testing.T) {
	l := started(t)
	l.do(editor, editions.Open{Board: "2023", Title: Words{NB: "x"}, Catalogue: testCatalogue()})
	l.refused(editor, editions.Publish{Board: "2023"}, "publish.empty")
	l.refused(editor, editions.OpenCorrection{Board: "2023", Reason: "x"}, "correction.phase")
	l.do(editor, editions.NoteHearing{Board: "2023", Hearing: Hearing{From: "2022-09-22", To: "2022-09-22", Answered: []MunicipalityID{"0001"}}})
	l.do(editor, SetLevels{Board: "2023", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Green}}})
	l.do(editor, editions.Publish{Board: "2023"})
}

func TestLevelsNeedAMeeting(t *testing.T) {
	l := started(t)
	l.do(leader, CloseMeeting{Meeting: "m1"})
	err := l.try(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Red}}})
	if e := new(Error); !errors.As(err, &e) || e.Msg != "meeting.needed" {
		t.Errorf("got %v", err)
	}
	if err := l.try(leader, CloseMeeting{Meeting: "m1"}); CodeOf(err) != Conflict {
		t.Errorf("closing twice: %v", err)
	}
}

func TestLayersNeverMix(t *testing.T) {
	l := started(t)
	l.set(leader, "0001", "helse", Green)
	if got := l.level(reader, "2022", "0001", "helse"); got != Red {
		t.Errorf("the live change made the edition %s", got)
	}
	if got := l.level(reader, Live, "0002", "plan"); got != NotAssessed {
		t.Errorf("the edition's level is live: %s", got)
	}
	base, ok := l.picture(reader, Live).Base()
	if !ok || base.Level(base.Row("0001"), base.Col("helse")) != Red {
		t.Error("the base does not show the edition")
	}
}

func TestStaleWriteInAnEdition(t *testing.T) {
	l := newLine(t)
	l.do(editor, editions.Open{Board: "2023", Title: Words{NB: "2023"}, Catalogue: testCatalogue(), Map: testMap()})
	edit := func(level Level, seen Revision) error {
		return l.try(assessor, SetLevels{Board: "2023", Cells: []CellEdit{{Municipality: "0001", Column: "leger", Level: level, Seen: seen}}})
	}
	if err := edit(Green, 0); err != nil {
		t.Fatal(err)
	}
	seen := l.s.Head().Revision
	if err := edit(Red, 0); CodeOf(err) != Conflict {
		t.Errorf("a write that saw nothing: %v", err)
	}
	if err := edit(Red, seen); err != nil {
		t.Errorf("a write that saw the newest: %v", err)
	}
	err := l.try(assessor, SetLevels{Board: "2023", Cells: []CellEdit{{Municipality: "0001", Column: "planalder", Level: Red}}})
	if CodeOf(err) != Forbidden {
		t.Errorf("an assessor in another's area: %v", err)
	}
}

func TestUndo(t *testing.T) {
	l := started(t)
	first := l.set(leader, "0001", "helse", Yellow)
	bulk := l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{
		{Municipality: "0001", Column: "helse", Level: Red, Text: "Legevakt stengt"},
		{Municipality: "0002", Column: "helse", Level: Red},
	}})
	if err := l.try(leader, Undo{Board: Live, Revision: first}); CodeOf(err) != Conflict {
		t.Fatalf("undo of what no longer stands: %v", err)
	}
	undo := l.later(29*time.Second).do(leader, Undo{Board: Live})
	if a, b := l.level(reader, Live, "0001", "helse"), l.level(reader, Live, "0002", "helse"); a != Yellow || b != NotAssessed {
		t.Fatalf("after the undo of a bulk change: %s, %s", a, b)
	}
	if err := l.try(leader, Undo{Board: Live, Revision: bulk}); CodeOf(err) != Conflict {
		t.Fatalf("undo twice: %v", err)
	}
	l.do(coLeader, Undo{Board: Live, Revision: undo}) // another undoes the undo
	p := l.picture(reader, Live)
	if c := p.Cell(p.Row("0001"), p.Col("helse")); c.Level != Red || c.Text != "Legevakt stengt" || c.Undoes != undo || c.TextID.Revision != bulk {
		t.Fatalf("after undoing the undo: %+v", c)
	}
	if n := len(p.History(p.Row("0001"), p.Col("helse"))); n != 4 {
		t.Errorf("history has %d lines, nothing may be deleted", n)
	}
}

func TestLastClickWinsAndBothAreTold(t *testing.T) {
	l := started(t)
	first := l.set(leader, "0001", "helse", Yellow)
	l.later(29*time.Second).set(coLeader, "0001", "helse", Red)
	p := l.picture(reader, Live)
	c := p.Cell(p.Row("0001"), p.Col("helse"))
	if c.Level != Red || c.Over == nil || *c.Over != (Overwritten{By: "kari", Revision: first, Level: Yellow}) {
		t.Errorf("got %+v, over %+v", c, c.Over)
	}
	l.later(31*time.Second).set(leader, "0001", "helse", Green)
	p = l.picture(reader, Live)
	if c := p.Cell(p.Row("0001"), p.Col("helse")); c.Over != nil {
		t.Error("a change older than 30 s was told as overwritten")
	}
}

func TestCorrectionIsAVersion(t *testing.T) {
	l := started(t)
	l.do(editor, editions.OpenCorrection{Board: "2022", Reason: "Feil lege"})
	l.do(editor, SetLevels{Board: "2022", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Yellow, Text: "To av to lister med lege.", Seen: 3}}})
	if got := l.level(nobody, "2022", "0001", "helse"); got != Red {
		t.Errorf("the public sees the correction in the making: %s", got)
	}
	if b := l.picture(nobody, "2022").Board(); b.Phase != PhasePublished {
		t.Error("the public is told of the correction in the making")
	}
	if got := l.level(reader, "2022", "0001", "helse"); got != Yellow {
		t.Errorf("staff sees %s", got)
	}
	l.later(time.Hour).do(editor, editions.Publish{Board: "2022"})
	p := l.picture(nobody, "2022")
	if b := p.Board(); len(b.Publications) != 2 || b.Publications[1].Note != "Feil lege" || p.ShownVersion() != 2 {
		t.Errorf("publications %+v", b.Publications)
	}
	v1, ok := p.Version(1)
	if !ok || v1.Level(v1.Row("0001"), v1.Col("helse")) != Red {
		t.Error("version 1 is not what it was")
	}
	history := p.History(p.Row("0001"), p.Col("helse"))
	if len(history) != 2 || history[0].Level != Red || history[1].From != Red || history[1].By != "" || history[1].Author != "" {
		t.Errorf("the public's history %+v", history)
	}
}

func TestImportOpensDraftThenCorrection(t *testing.T) {
	l := newLine(t)
	cells := []editions.Cell{{Municipality: "0001", Column: "helse", Level: Red, Text: new("a")}, {Municipality: "0002", Column: "leger", Level: NoData}}
	imp := editions.Import{Board: "2021", Title: Words{NB: "2021"}, Catalogue: testCatalogue(), Map: testMap(), Cells: cells}
	l.do(editor, imp)
	if err := l.try(editor, imp); CodeOf(err) != Conflict {
		t.Errorf("the same file again: %v", err)
	}
	imp.Cells[0].Text = new("b")
	l.do(editor, imp)
	l.do(editor, editions.Publish{Board: "2021"})
	imp.Cells[0].Level, imp.Reason = Yellow, "Rettet av kommunen"
	l.do(editor, imp)
	if p := l.picture(reader, "2021"); p.Board().Phase != PhaseCorrection || len(p.Touched(3)) != 1 {
		t.Errorf("phase %s, touched %v", p.Board().Phase, p.Touched(3))
	}
	if got := l.level(nobody, "2021", "0001", "helse"); got != Red {
		t.Errorf("the import landed on the published edition: %s", got)
	}
}

func TestPackApply(t *testing.T) {
	l := started(t)
	l.set(leader, "0003", "plan", Red)
	at := l.now
	l.later(time.Hour).do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	next := testCatalogue()
	next.Municipalities = next.Municipalities[:2:2] // 0002, 0003 …
	next.Municipalities[1] = Municipality{ID: "0004", Name: "Ny", Region: "sor"}
	next.Municipalities = append(next.Municipalities, Municipality{ID: "0001", Name: "Alvdal", Region: "nord"})
	err := l.try(admin, ApplyPack{Catalogue: next})
	if e := new(Error); !errors.As(err, &e) || e.Msg != "catalogue.lost" || len(e.Args) != 1 || !strings.Contains(e.Args[0], "0003") {
		t.Fatalf("a pack that lost 0003: %v", err)
	}
	next.Ended = []Ended{{ID: "0003", Name: "Ås", Successors: []string{"0004"}}}
	l.do(admin, ApplyPack{Catalogue: next})
	p := l.picture(reader, Live)
	if p.Row("0003") >= 0 || p.Row("0004") < 0 || len(p.Touched(0)) != 0 {
		t.Errorf("rows %v, touched %v", p.Catalogue().Municipalities, p.Touched(0))
	}
	old := p.At(at)
	if old.Row("0003") < 0 || old.Level(old.Row("0003"), old.Col("plan")) != Red {
		t.Error("the picture before the pack has lost a municipality")
	}
	if err := l.try(admin, ApplyPack{Catalogue: next}); CodeOf(err) != Conflict {
		t.Errorf("the same pack: %v", err)
	}
	renamed := next
	renamed.County = "Et annet fylke"
	if err := l.try(admin, ApplyPack{Catalogue: renamed}); err != nil {
		t.Errorf("another county's name: %v", err)
	}
	again := next
	again.Ended = []Ended{{ID: "0004", Name: "Ny"}}
	again.Municipalities = testCatalogue().Municipalities
	if err := l.try(admin, ApplyPack{Catalogue: again}); CodeOf(err) != Invalid {
		t.Errorf("an id used again: %v", err)
	}
}

func TestRedactReachesEveryState(t *testing.T) {
	l := started(t)
	l.do(leader, SetLevels{Board: Live, Meeting: "m1", ReportedBy: "Bø v/NN", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red, Text: "Pasient Ola Nordmann"}}})
	old := l.picture(reader, Live)
	c := old.Cell(old.Row("0002"), old.Col("helse"))
	before := l.recs[len(l.recs)-1]
	rev := old.Board().Revision
	l.do(admin, texts.Redact{Texts: []TextID{c.TextID}, Reason: "Personopplysning"})
	for name, p := range map[string]Picture{"new": l.picture(reader, Live), "old": old} {
		c := p.Cell(p.Row("0002"), p.Col("helse"))
		if c.Text != "" || !c.Redacted || c.ReportedBy != "Bø v/NN" {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if l.picture(reader, Live).Board().Revision == rev {
		t.Error("screens are not told")
	}
	if l.picture(nobody, "2022").Board().Revision != l.s.Head().Revision {
		t.Error("a public page of the edition would be taken for the same")
	}
	if strings.Contains(string(before.Body), "Nordmann") {
		t.Error("the record holds the text")
	}
	if err := l.try(admin, texts.Redact{Texts: []TextID{c.TextID}, Reason: "igjen"}); CodeOf(err) != Conflict {
		t.Errorf("twice: %v", err)
	}
}

func TestEverythingThatPeopleWriteCanBeTakenOut(t *testing.T) {
	l := started(t)
	l.do(leader, CloseMeeting{Meeting: "m1"})
	opened := l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingPreparedness, Title: "Navn Tittel", Case: "Navn Sak", Series: "Navn Serie", Actors: []typed.Text{"Navn Aktør", "Politiet"}})
	situation := l.do(leader, OpenSituation{Board: "leting", Title: "Leting etter Navn", Catalogue: situationCatalogue(), Map: testMap()})
	for _, r := range l.recs {
		if strings.Contains(string(r.Body), "Navn") {
			t.Fatalf("record %d holds what was written: %s", r.Revision, r.Body)
		}
	}
	l.do(admin, texts.Redact{Texts: []TextID{{opened, 0}, {opened, 1}, {opened, 2}, {opened, 3}, {situation, 0}}, Reason: "navn"})
	m := l.picture(reader, Live).Meetings()[0]
	if m.Title != "m2" || m.Case+m.Series != "" || len(m.Actors) != 1 || m.Actors[0] != "Politiet" {
		t.Errorf("after redaction: %+v", m)
	}
	if title := l.picture(reader, "leting").Board().Title.NB; title != "leting" {
		t.Errorf("the situation is called %q", title)
	}
}
