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

	"kommunebilde"
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
func (w *world) marked() (meetings []kommunebilde.MeetingID) {
	w.t.Helper()
	by := kommunebilde.System("test")
	do := func(cmd kommunebilde.Command) kommunebilde.Revision {
		w.t.Helper()
		result, err := w.clerk.Submit(w.t.Context(), by, "", cmd)
		if err != nil {
			w.t.Fatalf("%T: %v", cmd, err)
		}
		return result.Revision
	}
	must(w.t, w.auth.AddAccount(w.t.Context(), kommunebilde.Account{
		ID: "kommune3", Name: "Kontakt i Åmot", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleMunicipality, Municipality: "9903"}},
	}, ""))
	edits := func(level kommunebilde.Level, c kommunebilde.ColumnID, more string, seen ...kommunebilde.Revision) []kommunebilde.CellEdit {
		out := []kommunebilde.CellEdit{
			{Municipality: "9902", Column: c, Level: level, Text: canary + more, Author: canary + " forfatter", Date: "2022-03-04"},
			{Municipality: "9901", Column: c, Level: level, Text: ownCanary + more},
			{Municipality: "9903", Column: c, Level: kommunebilde.Green, Text: "åpent" + more},
		}
		for i, r := range seen {
			out[i].Seen = r
		}
		return out
	}
	seen := func() []kommunebilde.Revision {
		p, err := look{w.clerk.State(), by, w.server.cfg.Now()}.picture(edition)
		must(w.t, err)
		var out []kommunebilde.Revision
		for _, m := range []kommunebilde.MunicipalityID{"9902", "9901", "9903"} {
			out = append(out, p.Cell(p.Row(m), p.Col("beredskap")).Revision)
		}
		return out
	}
	do(kommunebilde.OpenCorrection{Board: edition, Reason: "feil"})
	do(kommunebilde.SetLevels{Board: edition, Cells: edits(kommunebilde.Red, "beredskap", " v2", seen()...)})
	do(kommunebilde.Publish{Board: edition, Note: "rettet"})
	do(kommunebilde.OpenCorrection{Board: edition, Reason: "feil igjen"})
	do(kommunebilde.SetLevels{Board: edition, Cells: edits(kommunebilde.Yellow, "beredskap", " v3", seen()...)})
	do(kommunebilde.Publish{Board: edition, Note: "rettet igjen"})

	functions := catalogue()
	functions.Columns = append(functions.Columns, kommunebilde.Column{
		ID: "strom", Kind: kommunebilde.ColumnFunction, Version: 1, Name: kommunebilde.Words{NB: "Strøm"}, Short: kommunebilde.Words{NB: "Strøm"}, StaleAfter: 6,
	})
	do(kommunebilde.OpenSituation{Board: "storm", Title: "Storm", Catalogue: functions})
	boards := []struct {
		id    kommunebilde.BoardID
		c     kommunebilde.ColumnID
		red   kommunebilde.Level
		green kommunebilde.Level
	}{{kommunebilde.Live, "beredskap", kommunebilde.Red, kommunebilde.Yellow}, {"storm", "strom", kommunebilde.Critical, kommunebilde.Strained}}
	for _, b := range boards {
		m := kommunebilde.MeetingID("m" + string(b.id))
		meetings = append(meetings, m)
		do(kommunebilde.OpenMeeting{ID: m, Board: b.id, Kind: kommunebilde.MeetingPreparedness, Title: "Møte", Invited: []kommunebilde.MunicipalityID{"9901", "9903"}, Reports: true})
		for _, level := range []kommunebilde.Level{b.red, b.green} {
			cells := edits(level, b.c, " "+string(level))
			for i := range cells {
				cells[i].Author, cells[i].Date = "", ""
			}
			cells[2].Level = kommunebilde.NotAssessed
			rev := do(kommunebilde.SetLevels{Board: b.id, Meeting: m, Cells: cells[:1]})
			do(kommunebilde.WriteNote{Meeting: m, ID: kommunebilde.NoteID(newID(4)), Text: canary + " notat", About: rev})
			do(kommunebilde.SetLevels{Board: b.id, Meeting: m, Cells: cells[1:]})
		}
		do(kommunebilde.AddAction{Meeting: m, ID: kommunebilde.ActionID(newID(4)), Municipality: "9902", Column: b.c, Text: canary + " tiltak"})
		do(kommunebilde.WriteNote{Meeting: m, ID: kommunebilde.NoteID(newID(4)), Text: "et åpent notat"})
	}
	do(kommunebilde.SetFigures{Meeting: "mstorm", Figures: []kommunebilde.FigureEdit{{
		Municipality: "9902", Column: "strom", Figure: kommunebilde.WithoutPower, Value: figure, Source: canary + " kilde", Certainty: kommunebilde.Confirmed,
	}, {
		Municipality: "9903", Column: "strom", Figure: kommunebilde.WithoutPower, Value: 7, Source: "kilde", Certainty: kommunebilde.Confirmed,
	}}})
	for _, b := range []struct {
		id kommunebilde.BoardID
		c  kommunebilde.ColumnID
	}{{edition, "beredskap"}, {kommunebilde.Live, "beredskap"}, {"storm", "strom"}} {
		kind := kommunebilde.KindEdition
		if b.id == "storm" {
			kind = kommunebilde.KindSituation
		}
		do(kommunebilde.MarkCells{Board: b.id, Cells: []kommunebilde.CellRef{{Municipality: "9902", Column: b.c}, {Municipality: "9901", Column: b.c}},
			Fields: kind.Fields(), Basis: "offl-24-3", Reason: "hemmelig begrunnelse"})
	}
	do(kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: "mna", Cells: []kommunebilde.CellEdit{{Municipality: "9902", Column: "skole", Level: kommunebilde.Green, Text: canary + " skole"}}})
	do(kommunebilde.MarkCells{Board: kommunebilde.Live, Cells: []kommunebilde.CellRef{{Municipality: "9902", Column: "skole"}}, Fields: []kommunebilde.Field{kommunebilde.FieldText}, Basis: "offl-13", Reason: "hemmelig begrunnelse"})
	do(kommunebilde.OpenExercise{Board: "ovelse", Title: "Øvelse", From: kommunebilde.Live})
	do(kommunebilde.OpenMeeting{ID: "movelse", Board: "ovelse", Kind: kommunebilde.MeetingRegion, Title: "Øvelse", Invited: []kommunebilde.MunicipalityID{"9901", "9903"}})
	return append(meetings, "movelse")
}

// addresses makes every address of the table that reads, on every board, with
// what one may ask for besides. A new parameter must be told here what to be.
func (w *world) addresses(meetings []kommunebilde.MeetingID) (out []string) {
	boards := []string{string(edition), string(draft), "na", "storm", "ovelse"}
	times := url.QueryEscape(w.server.cfg.Now().Add(-time.Millisecond).UTC().Format("2006-01-02T15:04:05.999Z07:00"))
	values := func(path, param string) []string {
		switch {
		case param == ":board":
			return boards
		case param == ":version":
			return []string{"v1", "v2", "v3"}
		case param == ":provider":
			return []string{"finnesikke"}
		case param == ":m":
			return []string{"9901", "9902"}
		case param == ":c":
			return []string{"beredskap", "skole", "strom"}
		case param == ":name" && strings.HasPrefix(path, "/diagram"):
			return []string{"fordeling", "matrise", "mote"}
		case param == ":id" && strings.HasPrefix(path, "/kommune"):
			return []string{"9901", "9902"}
		case param == ":id" && strings.HasPrefix(path, "/omrade"):
			return []string{"beredskap"}
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
		if r.method != "GET" || r.socket || strings.HasPrefix(r.path, "/static/") {
			continue
		}
		paths := []string{r.path}
		for _, param := range params.FindAllString(r.path, -1) {
			list := values(r.path, param)
			if list == nil {
				w.t.Errorf("%s: nobody has said what %s can be", r.path, param)
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
			if strings.Contains(r.path, ":board") {
				c := "beredskap"
				if strings.Contains(p, "storm") {
					c = "strom"
				}
				out = append(out, p, p+"?valgt=9902."+c, p+"?at="+times, p+"?vis=skjerm", p+"?vis=skjerm&oppsett=b&region=nord", p+"?vis=dybde&version=2")
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
			if m[1] != string(kommunebilde.Withheld) && !(m[1] == string(kommunebilde.NotAssessed) && strings.Contains(path, "storm") && strings.Contains(m[0], "beredskap")) {
				out = append(out, m[0])
			}
		}
	}
	return out
}

// TestNothingThatIsMarkedLeaves asks every address there is as everybody who
// must not know.
func TestNothingThatIsMarkedLeaves(t *testing.T) {
	w := newWorld(t)
	addresses := w.addresses(w.marked())
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
// makes every screen take the board anew.
func TestNothingThatIsMarkedIsSent(t *testing.T) {
	w := newWorld(t)
	meeting := w.openMeeting()
	by := kommunebilde.System("test")
	do := func(cmd kommunebilde.Command) {
		t.Helper()
		_, err := w.clerk.Submit(t.Context(), by, "", cmd)
		must(t, err)
	}
	set := func(m kommunebilde.MunicipalityID, level kommunebilde.Level, text string) {
		t.Helper()
		do(kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: meeting, Cells: []kommunebilde.CellEdit{{Municipality: m, Column: "beredskap", Level: level, Text: text}}})
	}
	connect := func(reader string) (*websocket.Conn, kommunebilde.Revision) {
		t.Helper()
		var at struct {
			Epoch string
			Rev   kommunebilde.Revision
		}
		must(t, json.Unmarshal([]byte(w.get(reader, "/api/v1/boards/na").body), &at))
		c, _, err := w.dial(reader, fmt.Sprintf("board=na&epoch=%s&rev=%d", at.Epoch, at.Rev))
		must(t, err)
		t.Cleanup(func() { c.Close() })
		w.read(c)
		return c, at.Rev
	}
	refs := []kommunebilde.CellRef{{Municipality: "9902", Column: "beredskap"}}
	set("9902", kommunebilde.Red, canary)
	readers := []string{"kommune", "skjerm", "leser"}
	for _, change := range []kommunebilde.Command{
		kommunebilde.MarkCells{Board: kommunebilde.Live, Cells: refs, Fields: []kommunebilde.Field{"level", "text"}, Basis: "offl-21", Reason: "x"},
		kommunebilde.LiftMarking{Board: kommunebilde.Live, Cells: refs, Reason: "x"},
		kommunebilde.MarkCells{Board: kommunebilde.Live, Cells: refs, Fields: []kommunebilde.Field{"level", "text"}, Basis: "offl-21", Reason: "x"},
	} {
		var conns []*websocket.Conn
		for _, reader := range readers {
			c, _ := connect(reader)
			conns = append(conns, c)
		}
		do(change)
		for i, c := range conns {
			if code := w.closeCode(c); code != closeResync {
				t.Errorf("%s: %T closes with %d", readers[i], change, code)
			}
		}
	}
	for _, reader := range readers {
		c, rev := connect(reader)
		set("9902", kommunebilde.Yellow, canary)
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
		set("9903", kommunebilde.Red, "åpent")
		got := w.read(c)
		if found := betrays("", got); len(found) > 0 || !strings.HasPrefix(got, fmt.Sprintf(`{"prev":%d,`, rev)) || !strings.Contains(got, "åpent") || strings.Count(got, `"kind"`) != 1 {
			t.Errorf("%s is sent %s at %d", reader, got, rev)
		}
		set("9903", kommunebilde.Green, "") // the next reader begins with it
	}
}

// TestMarkingByForm: marked and lifted without script, shown on public pages at
// once, whatever they had cached.
func TestMarkingByForm(t *testing.T) {
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

func clone(v url.Values) url.Values {
	out := url.Values{}
	for k, list := range v {
		out[k] = slices.Clone(list)
	}
	return out
}
