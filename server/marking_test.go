package server

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/typed"
	"kommunebilde/server/edge"
	"kommunebilde/server/screens"
	"kommunebilde/server/servertest"
)

// What is marked carries a word of its own, which is then looked for in all that
// leaves the server.

// canaries are the words that stand in what is marked of 9902, and in what is
// marked of 9901: the contact "kommune" may know those.
const (
	canary    = "kanarifugl"
	ownCanary = "egenfugl"
	figure    = 7_654_321
)

// marked fills every board: older texts and newer ones, notes and actions about
// them, figures, a published version and the one before. Then it marks them.
//
// Of skole on the live picture the text alone is marked: its level may be seen.
func (w *world) marked() (meetings []domain.MeetingID) {
	w.t.Helper()
	by := domain.System("test")
	do := func(cmd domain.Command) domain.Revision {
		w.t.Helper()
		result, err := w.clerk.Submit(w.t.Context(), by, "", cmd)
		if err != nil {
			w.t.Fatalf("%T: %v", cmd, err)
		}
		return result.Revision
	}
	must(w.t, w.auth.AddAccount(w.t.Context(), accounts.Account{
		ID: "kommune3", Name: "Kontakt i Åmot", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "9903"}},
	}, ""))
	edits := func(level domain.Level, c domain.ColumnID, more string, seen ...domain.Revision) []domain.CellEdit {
		out := []domain.CellEdit{
			{Municipality: "9902", Column: c, Level: level, Text: typed.Of(canary + more), Author: canary + " forfatter", Date: "2022-03-04"},
			{Municipality: "9901", Column: c, Level: level, Text: typed.Of(ownCanary + more)},
			{Municipality: "9903", Column: c, Level: domain.Green, Text: typed.Of("åpent" + more)},
		}
		for i, r := range seen {
			out[i].Seen = r
		}
		return out
	}
	seen := func() []domain.Revision {
		p, err := edge.LookAs(w.clerk.State(), by, w.server.cfg.Now()).Picture(edition)
		must(w.t, err)
		var out []domain.Revision
		for _, m := range []domain.MunicipalityID{"9902", "9901", "9903"} {
			out = append(out, p.Cell(p.Row(m), p.Col("beredskap")).Revision)
		}
		return out
	}
	do(editions.OpenCorrection{Board: edition, Reason: "feil"})
	do(domain.SetLevels{Board: edition, Cells: edits(domain.Red, "beredskap", " v2", seen()...)})
	do(editions.Publish{Board: edition, Note: "rettet"})
	do(editions.OpenCorrection{Board: edition, Reason: "feil igjen"})
	do(domain.SetLevels{Board: edition, Cells: edits(domain.Yellow, "beredskap", " v3", seen()...)})
	do(editions.Publish{Board: edition, Note: "rettet igjen"})

	functions := servertest.Catalogue()
	functions.Columns = append(functions.Columns, domain.Column{
		ID: "strom", Kind: domain.ColumnFunction, Version: 1, Name: domain.Words{NB: "Strøm"}, Short: domain.Words{NB: "Strøm"}, StaleAfter: 6,
	})
	do(domain.OpenSituation{Board: "storm", Title: "Storm", Catalogue: functions})
	boards := []struct {
		id    domain.BoardID
		c     domain.ColumnID
		red   domain.Level
		green domain.Level
	}{{domain.Live, "beredskap", domain.Red, domain.Yellow}, {"storm", "strom", domain.Critical, domain.Strained}}
	for _, b := range boards {
		m := domain.MeetingID("m" + string(b.id))
		meetings = append(meetings, m)
		do(domain.OpenMeeting{ID: m, Board: b.id, Kind: domain.MeetingPreparedness, Title: "Møte", Invited: []domain.MunicipalityID{"9901", "9903"}, Reports: true})
		for _, level := range []domain.Level{b.red, b.green} {
			cells := edits(level, b.c, " "+string(level))
			for i := range cells {
				cells[i].Author, cells[i].Date = "", ""
			}
			cells[2].Level = domain.NotAssessed
			rev := do(domain.SetLevels{Board: b.id, Meeting: m, Cells: cells[:1]})
			do(notes.Write{Meeting: m, ID: notes.ID(edge.NewID(4)), Text: canary + " notat", About: rev})
			do(domain.SetLevels{Board: b.id, Meeting: m, Cells: cells[1:]})
		}
		do(actions.Add{Meeting: m, ID: actions.ID(edge.NewID(4)), Municipality: "9902", Column: b.c, Text: canary + " tiltak"})
		do(notes.Write{Meeting: m, ID: notes.ID(edge.NewID(4)), Text: "et åpent notat"})
	}
	do(figures.Tell{Meeting: "mstorm", Figures: []figures.Edit{{
		Municipality: "9902", Column: "strom", Figure: figures.WithoutPower, Value: figure, Source: canary + " kilde", Certainty: figures.Confirmed,
	}, {
		Municipality: "9903", Column: "strom", Figure: figures.WithoutPower, Value: 7, Source: "kilde", Certainty: figures.Confirmed,
	}}})
	for _, b := range []struct {
		id domain.BoardID
		c  domain.ColumnID
	}{{edition, "beredskap"}, {domain.Live, "beredskap"}, {"storm", "strom"}} {
		kind := domain.KindEdition
		if b.id == "storm" {
			kind = domain.KindSituation
		}
		do(domain.MarkCells{Board: b.id, Cells: []domain.CellRef{{Municipality: "9902", Column: b.c}, {Municipality: "9901", Column: b.c}},
			Fields: kind.Fields(), Basis: "offl-24-3", Reason: "hemmelig begrunnelse"})
	}
	do(domain.SetLevels{Board: domain.Live, Meeting: "mna", Cells: []domain.CellEdit{{Municipality: "9902", Column: "skole", Level: domain.Green, Text: canary + " skole"}}})
	do(domain.MarkCells{Board: domain.Live, Cells: []domain.CellRef{{Municipality: "9902", Column: "skole"}}, Fields: []domain.Field{domain.FieldText}, Basis: "offl-13", Reason: "hemmelig begrunnelse"})
	do(domain.OpenExercise{Board: "ovelse", Title: "Øvelse", From: domain.Live})
	do(domain.OpenMeeting{ID: "movelse", Board: "ovelse", Kind: domain.MeetingRegion, Title: "Øvelse", Invited: []domain.MunicipalityID{"9901", "9903"}})
	return append(meetings, "movelse")
}

// addresses makes every address of the table that reads, on every board, with
// what one may ask for as well. A new parameter must be told here what to be.
func (w *world) addresses(meetings []domain.MeetingID, boards ...string) (out []string) {
	times := url.QueryEscape(w.server.cfg.Now().Add(-time.Millisecond).UTC().Format("2006-01-02T15:04:05.999Z07:00"))
	values := func(path, param string) []string {
		switch {
		case param == ":board":
			return boards
		case param == ":version":
			return []string{"v1", "v2", "v3"}
		case param == ":provider":
			return []string{"finnesikke"}
		case strings.HasPrefix(path, "/filer"):
			return []string{strings.Repeat("0", 64)}
		case param == ":m":
			return []string{"9901", "9902"}
		case param == ":c", param == ":area":
			return []string{"beredskap", "skole", "strom", "status"}
		case param == ":name" && strings.HasPrefix(path, "/diagram"):
			return []string{"fordeling", "matrise", "mote"}
		case param == ":lang":
			return []string{"nb"}
		case param == ":id" && (strings.HasPrefix(path, "/kommune") || strings.HasPrefix(path, "/innfelt/:lang/kommune")):
			return []string{"9901", "9902"}
		case param == ":id" && (strings.HasPrefix(path, "/omrade") || strings.HasPrefix(path, "/innfelt/:lang/omrade")):
			return []string{"beredskap"}
		case param == ":id" && strings.HasPrefix(path, "/indikator"):
			return []string{"ros"}
		case param == ":id" && strings.HasPrefix(path, "/region"):
			return []string{"nord"}
		case param == ":id":
			var ids []string
			for _, m := range meetings {
				ids = append(ids, string(m))
			}
			return ids
		}
		return nil
	}
	params := regexp.MustCompile(`:\w+`)
	for _, r := range w.server.routes {
		if r.Method != "GET" || r.Socket || strings.HasPrefix(r.Path, "/static/") {
			continue
		}
		paths := []string{r.Path}
		for _, param := range params.FindAllString(r.Path, -1) {
			list := values(r.Path, param)
			if list == nil {
				w.t.Errorf("%s: nobody has said what %s can be", r.Path, param)
			}
			var more []string
			for _, p := range paths {
				for _, v := range list {
					more = append(more, strings.Replace(p, param, v, 1))
				}
			}
			paths = more
		}
		for _, p := range paths {
			if strings.Contains(r.Path, ":board") {
				c := "beredskap"
				if strings.Contains(p, "storm") {
					c = "strom"
				}
				out = append(out, p, p+"?valgt=9902."+c, p+"?at="+times, p+"?vis=skjerm", p+"?vis=skjerm&oppsett=b&region=nord", p+"?vis=indikatorer&version=2")
				continue
			}
			out = append(out, p)
			for _, b := range boards {
				for _, q := range []string{"&m=9902&c=beredskap&format=json&id=m" + b, "&m=9902&c=strom&format=csv&v=2", "&oppsett=c&at=" + times} {
					out = append(out, p+"?board="+b+q)
				}
			}
		}
	}
	return out
}

// levelOf finds what a page or an answer says a marked cell's level is.
var levelOf = []*regexp.Regexp{
	regexp.MustCompile(`data-m="9902" data-c="(?:beredskap|strom)" data-level="(\w+)"`),
	regexp.MustCompile(`"m":"9902","c":"(?:beredskap|strom)","level":"(\w+)"`),
	regexp.MustCompile(`(?m)^[^;\n]*;[^;\n]*;9902;[^;\n]*;[^;\n]*;(?:beredskap|strom);[^;\n]*;(\w+);`),
	regexp.MustCompile(`"m":"9902","c":"beredskap"[^}]*"from":"(\w+)"`),
	// What is marked is red or yellow, nothing else of 9902 (Bevik) is.
	regexp.MustCompile(`data-m="9902"[^>]*data-level="(yellow|red|strained|critical)"`),
	regexp.MustCompile(`Bevik[^"<\n]{0,40}: (Gul|Rød|Anstrengt|Kritisk)`),
}

// betrays returns what of a marked cell stands in something that a reader got.
// (The situation has the columns of an edition too; those are not marked.)
func betrays(path, body string) (out []string) {
	for _, word := range []string{canary, fmt.Sprint(figure), "7 654 321", "7\u00a0654\u00a0321", "7\u202f654\u202f321"} {
		if strings.Contains(body, word) {
			out = append(out, word)
		}
	}
	for _, find := range levelOf {
		for _, m := range find.FindAllStringSubmatch(body, -1) {
			if m[1] != string(domain.Withheld) && !(m[1] == string(domain.NotAssessed) && strings.Contains(path, "storm") && strings.Contains(m[0], "beredskap")) {
				out = append(out, m[0])
			}
		}
	}
	return out
}

// TestNothingThatIsMarkedLeaves asks every address there is as everybody who
// must not know.
func TestNothingThatIsMarkedLeaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	addresses := w.addresses(w.marked(), string(edition), string(draft), "na", "storm", "ovelse")
	readers := []string{"", "kommune", "kommune3", "skjerm"}
	for _, reader := range readers {
		seen, withheld := 0, 0
		for _, path := range addresses {
			res := w.get(reader, path, "Referer: "+w.url+path)
			if res.status != 200 {
				continue
			}
			seen++
			if found := betrays(path, res.body); len(found) > 0 {
				t.Errorf("%q finds %q at %s", reader, found[0], path)
			}
			if own := strings.Contains(res.body, ownCanary); own && reader != "kommune" {
				t.Errorf("%q finds what is marked of 9901 at %s", reader, path)
			}
			if strings.Contains(res.body, "hemmelig begrunnelse") {
				t.Errorf("%q is told why, at %s", reader, path)
			}
			if strings.Contains(res.body, `"withheld"`) || strings.Contains(res.body, ";withheld;") {
				withheld++
			}
		}
		if seen < 20 || withheld < 10 {
			t.Errorf("%q sees %d addresses, %d with something withheld: the test asks for too little", reader, seen, withheld)
		}
	}
	// The office finds it, and the municipality its own: it is there.
	for reader, want := range map[string]struct {
		word string
		n    int
	}{"leser": {canary, 60}, "kommune": {ownCanary, 15}, "moteleder": {"654\u00a0321", 2}} {
		n := 0
		for _, path := range addresses {
			if res := w.get(reader, path); res.status == 200 && strings.Contains(res.body, want.word) {
				n++
			}
		}
		if n < want.n {
			t.Errorf("%q finds %s at %d addresses", reader, want.word, n)
		}
	}
}

// TestNothingThatIsMarkedIsSent: who must not know is told nothing of a change
// under a marking, not even that there was one; setting and lifting a marking
// makes every screen take the board again.
func TestNothingThatIsMarkedIsSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	by := domain.System("test")
	do := func(cmd domain.Command) {
		t.Helper()
		_, err := w.clerk.Submit(t.Context(), by, "", cmd)
		must(t, err)
	}
	set := func(m domain.MunicipalityID, level domain.Level, text string) {
		t.Helper()
		do(domain.SetLevels{Board: domain.Live, Meeting: meeting, Cells: []domain.CellEdit{{Municipality: m, Column: "beredskap", Level: level, Text: typed.Of(text)}}})
	}
	connect := func(reader string) (*websocket.Conn, domain.Revision) {
		t.Helper()
		var at struct {
			Epoch string
			Rev   domain.Revision
		}
		must(t, json.Unmarshal([]byte(w.get(reader, "/api/v1/boards/na").body), &at))
		c, _, err := w.dial(reader, fmt.Sprintf("board=na&epoch=%s&rev=%d", at.Epoch, at.Rev))
		must(t, err)
		t.Cleanup(func() { c.Close() })
		w.read(c)
		return c, at.Rev
	}
	refs := []domain.CellRef{{Municipality: "9902", Column: "beredskap"}}
	set("9902", domain.Red, canary)
	readers := []string{"kommune", "skjerm", "leser"}
	for _, change := range []domain.Command{
		domain.MarkCells{Board: domain.Live, Cells: refs, Fields: []domain.Field{"level", "text"}, Basis: "offl-21", Reason: "x"},
		domain.LiftMarking{Board: domain.Live, Cells: refs, Reason: "x"},
		domain.MarkCells{Board: domain.Live, Cells: refs, Fields: []domain.Field{"level", "text"}, Basis: "offl-21", Reason: "x"},
	} {
		var conns []*websocket.Conn
		for _, reader := range readers {
			c, _ := connect(reader)
			conns = append(conns, c)
		}
		do(change)
		for i, c := range conns {
			if code := w.closeCode(c); code != screens.CloseResync {
				t.Errorf("%s: %T closes with %d", readers[i], change, code)
			}
		}
	}
	for _, reader := range readers {
		c, rev := connect(reader)
		set("9902", domain.Yellow, canary)
		if reader == "leser" {
			if got := w.read(c); !strings.Contains(got, canary) {
				t.Errorf("staff is sent %s", got)
			}
			continue
		}
		after := w.get(reader, "/api/v1/boards/na")
		if want := fmt.Sprintf(`"rev":%d,`, rev); !strings.Contains(after.body, want) {
			t.Errorf("%s: the board's revision rose under a marking: %.200s", reader, after.body)
		}
		set("9903", domain.Red, "åpent")
		got := w.read(c)
		if found := betrays("", got); len(found) > 0 || !strings.HasPrefix(got, fmt.Sprintf(`{"prev":%d,`, rev)) || !strings.Contains(got, "åpent") || strings.Count(got, `"kind"`) != 1 {
			t.Errorf("%s is sent %s at %d", reader, got, rev)
		}
		set("9903", domain.Green, "") // the next reader begins with it
	}
}

// TestMarkingByForm: marked and lifted without script, shown on public pages at
// once, whatever they had cached.
func TestMarkingByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.get("", "/kommune/9901")
	if !strings.Contains(first.body, "mangler plan") {
		t.Fatal("the text is not there")
	}
	tag := first.header.Get("ETag")
	fields := url.Values{"cell": {"9901.beredskap"}, "fields": {"text"}, "basis": {"offl-13"}, "reason": {"navn på pasient"}}
	for reader, want := range map[string]int{"": 401, "leser": 403, "fagansvarlig": 403, "kommune": 403, "skjerm": 403, "moteleder": 403} {
		if res := w.form(reader, "/tavle/2022/unnta", clone(fields)); res.status != want {
			t.Errorf("%q marks: %d, want %d", reader, res.status, want)
		}
	}
	if res := w.form("godkjenner", "/tavle/2022/unnta", clone(fields)); res.status != 303 {
		t.Fatalf("mark: %d %s", res.status, res.body)
	}
	again := w.get("", "/kommune/9901", "If-None-Match: "+tag)
	if again.status != 200 || strings.Contains(again.body, "mangler plan") || !strings.Contains(again.body, "offentleglova § 13") || strings.Contains(again.body, "navn på pasient") {
		t.Errorf("the public page: %d", again.status)
	}
	if list := w.get("leser", "/tavle/2022/unntak"); list.status != 200 || !strings.Contains(list.body, "navn på pasient") || !strings.Contains(list.body, "Navn godkjenner") {
		t.Errorf("the list: %d", list.status)
	}
	for reader, want := range map[string]int{"": 303, "kommune": 403} {
		if res := w.get(reader, "/tavle/2022/unntak"); res.status != want {
			t.Errorf("%q gets the list: %d", reader, res.status)
		}
	}
	if res := w.form("godkjenner", "/tavle/2022/opphev", url.Values{"cell": {"9901.beredskap"}, "reason": {"samtykke"}}); res.status != 303 {
		t.Fatalf("lift: %d", res.status)
	}
	if res := w.get("", "/kommune/9901", "If-None-Match: "+again.header.Get("ETag")); !strings.Contains(res.body, "mangler plan") {
		t.Error("lifted, and not shown")
	}
}

// TestMarkingAnAreaByForm: the dialog says that the indicators under an area go
// with it; nothing of them is public then at any address, unless it was unticked.
func TestMarkingAnAreaByForm(t *testing.T) {
	t.Parallel()
	under := servertest.Catalogue()
	under.Columns = append(under.Columns, domain.Column{
		ID: "varsling", Kind: domain.ColumnIndicator, Area: "beredskap", Version: 1, Name: domain.Words{NB: "Varsling av innbyggere"}, Short: domain.Words{NB: "Varsling"},
	})
	const board, path = "2024", "/tavle/2024/"
	for _, unticked := range []bool{false, true} {
		w := newWorld(t)
		w.submit(editions.Open{Board: board, Title: domain.Words{NB: "2024"}, Catalogue: under})
		w.submit(domain.SetLevels{Board: board, Cells: []domain.CellEdit{{Municipality: "9902", Column: "varsling", Level: domain.Red, Text: canary}}})
		w.submit(editions.Publish{Board: board})
		addresses := []string{
			"/kommune/9902?board=2024", "/panel?board=2024&m=9902&c=varsling", "/api/v1/boards/2024", "/eksport?board=2024&format=csv&area=beredskap", "/omrade/beredskap?board=2024",
			"/tavle/2024?valgt=9902.varsling", "/utgave/2024/v1", "/api/v1/boards/2024/cells/9902/varsling", "/oyeblikksbilde/2024.html",
		}
		action, fields := w.formOf(w.get("redaktor", "/tavle/2024?valgt=9902.beredskap").body, path+"unnta")
		if action == "" || fields.Get("under") != "1" {
			t.Fatalf("the form at %q offers %v", action, fields)
		}
		if unticked {
			fields.Del("under")
		}
		fields.Set("basis", "offl-21")
		fields.Set("reason", "x")
		fields.Set("fields", "level,text")
		if res := w.form("redaktor", path+"unnta", fields); res.status != 303 {
			t.Fatalf("mark: %d %s", res.status, res.body)
		}
		shown := 0
		for _, address := range addresses {
			res := w.get("", address)
			if res.status != 200 {
				t.Errorf("%s: %d", address, res.status)
			}
			if strings.Contains(res.body, canary) {
				shown++
			}
		}
		if unticked != (shown > 0) {
			t.Errorf("unticked %t: the indicator's text stands at %d addresses", unticked, shown)
		}
	}
	w := newWorld(t)
	w.submit(editions.Open{Board: board, Title: domain.Words{NB: "2024"}, Catalogue: under})
	if page := w.get("redaktor", "/tavle/2024?valgt=9902.beredskap").body; !strings.Contains(page, "Unnta også indikatorene under") || !strings.Contains(page, "kan røpe det som unntas: ROS-analyse, Varsling av innbyggere.") {
		t.Error("the dialog does not say what goes with the area")
	}
	if page := w.get("redaktor", "/tavle/2024?valgt=9902.varsling").body; strings.Contains(page, "indikatorene under") {
		t.Error("an indicator has nothing under it")
	}
}

func clone(v url.Values) url.Values {
	out := url.Values{}
	for k, list := range v {
		out[k] = slices.Clone(list)
	}
	return out
}
