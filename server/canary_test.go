package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
	"kommunebilde/server/edge"
)

// canaries are words that nothing else says, by what they stand in.
type canaries map[string]string

// in returns a new word for a class of information.
func (c canaries) in(class string) typed.Text {
	if c[class] == "" {
		c[class] = "kanari" + edge.NewID(8)
	}
	return typed.Of(c[class])
}

// mayRead is who outside the office may know what stands in an edition that is being
// judged: the municipality that it is about, or any. What is not named is for the office.
var mayRead = map[string][]string{
	"columns":         {"kommune", "kommune3"}, // from the day that it is judged
	"citation, own":   {"kommune"},
	"citation, open":  {"kommune"},
	"source, own":     {"kommune"},
	"question":        {"kommune"},
	"question closed": {"kommune"},
}

// judgedWith fills an edition under way, and all that hangs on it, with a word of each
// class; 9901 is the contact's, kommune3 is of 9903.
func (w *world) judgedWith(c canaries) domain.MeetingID {
	w.t.Helper()
	must(w.t, w.auth.AddAccount(w.t.Context(), accounts.Account{ID: "kommune3", Name: "Kontakt i Åmot", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "9903"}}}, ""))
	w.planned()
	catalogue := w.book("arbeid").Ground.Catalogue()
	column := catalogue.Columns[catalogue.ColumnIndex("beredskap")]
	column.Basis = domain.Words{NB: string(c.in("columns"))}
	w.submit(plan.SetColumns{Board: "arbeid", Set: []domain.Column{column}})
	record := func(id evidence.ID, access evidence.Access, title, source string) {
		cmd := evidence.Record{
			ID: id, Version: 1, Type: evidence.Supervision, Municipalities: []domain.MunicipalityID{"9901"}, Effective: "2022-06-01", Retrieved: "2022-06-02", Access: access,
			Title: c.in(title), Source: c.in(source), Summary: c.in("evidence"), Link: "https://example.no/" + c.in("link"),
			Files:  []evidence.File{{Sum: domain.Hash{1}, Name: c.in("file") + ".pdf"}},
			Stored: []evidence.File{{Sum: domain.Hash{1}, Size: 9, Type: "application/pdf"}},
		}
		cmd.Supervision.State, cmd.Supervision.Day = "held", "2022-06-01"
		cmd.Supervision.Body, cmd.Supervision.Basis = c.in("supervision"), c.in("supervision")
		cmd.Supervision.Deviations = []evidence.Deviation{{ID: "a", Text: c.in("deviation"), State: "open"}}
		cmd.Exempt.Basis, cmd.Exempt.Reason = "offl-13", c.in("exempt")
		cmd.Period.From, cmd.Period.To = "2022-01-01", "2022-06-01"
		w.submit(cmd)
	}
	record("k1", evidence.Office, "citation, office", "source, office")
	record("k2", evidence.Own, "citation, own", "source, own")
	record("k3", evidence.Public, "citation, open", "source, own")
	w.submit(evidence.Record{ID: "k4", Version: 1, Type: evidence.ROS, Municipalities: []domain.MunicipalityID{"9901"}, Title: "ROS", Effective: "2022-06-01", Retrieved: "2022-06-02"})
	w.submit(evidence.Withdraw{ID: "k4", Reason: c.in("withdrawn")})

	unit := func() signoff.Seen {
		return signoff.Seen{Municipality: "9901", Column: "beredskap", Revision: w.unit("arbeid", "9901", "beredskap").Revision}
	}
	write := func(column domain.ColumnID, level domain.Level, class string, refs ...evidence.Ref) {
		text := c.in(class)
		w.submit(assessment.Save{Board: "arbeid", Cells: []assessment.Edit{{Municipality: "9901", Column: column, Level: level, Text: &text, Evidence: &refs, Seen: w.seen("arbeid", "9901", column)}}})
	}
	write("beredskap", domain.Red, "earlier text")
	write("beredskap", domain.Red, "text", evidence.Ref{ID: "k1", Version: 1}, evidence.Ref{ID: "k2", Version: 1}, evidence.Ref{ID: "k3", Version: 1})
	write("ros", domain.Yellow, "indicator")
	write("status", "", "summary")
	w.submit(assessment.WriteNote{Board: "arbeid", Municipality: "9901", Column: "beredskap", Text: c.in("note")})
	w.submit(signoff.Submit{Board: "arbeid", Units: []signoff.Seen{unit()}})
	w.submit(signoff.Return{Board: "arbeid", Units: []signoff.Seen{unit()}, Reason: c.in("returned")})
	w.submit(signoff.Moderate{Board: "arbeid", Area: "beredskap", Took: []domain.AccountID{"persson"}, Known: map[domain.AccountID]string{"persson": "Persson"}, Note: c.in("moderated")})
	w.submit(plan.Assign{Board: "arbeid", Areas: []plan.Area{{Column: "skole", Assessors: []domain.AccountID{"persson"}}}, Known: map[domain.AccountID]string{"persson": "Persson"}})

	meeting := w.openMeeting()
	suggest := func(column domain.ColumnID) domain.Revision {
		result, err := w.clerk.Submit(w.t.Context(), domain.System("test"), "", suggestion.Suggest{Meeting: meeting, Municipality: "9901", Column: column, Text: c.in("suggestion")})
		must(w.t, err)
		return result.Revision
	}
	suggest("beredskap")
	w.submit(suggestion.Answer{Board: "arbeid", Suggestion: suggest("skole"), Outcome: suggestion.Taken, Note: c.in("answer")})
	contact := domain.Actor{ID: "kommune", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "9901"}}}
	result, err := w.clerk.Submit(w.t.Context(), contact, "", evidence.Ask{Board: "arbeid", Municipality: "9901", Mark: "outdated", ID: "k2", Version: 1, Text: c.in("question")})
	must(w.t, err)
	w.submit(evidence.Close{Question: result.Revision, Outcome: "stands", Text: c.in("question closed")})
	state := w.clerk.State()
	if res := w.jot("redaktor", oneTab, fields{"board": "arbeid", "m": "9901", "c": "beredskap", "text": c.in("jotting")}); res.status != 200 {
		w.t.Fatalf("jotted: %d %s", res.status, res.body)
	}
	if w.clerk.State() != state {
		w.t.Error("a jotting is in the state, and so in pictures")
	}
	return meeting
}

// TestNothingOfTheYearLeaves asks every address of the table as everybody, and posts what
// would write to every address: a word that was typed in an edition under way is told to
// those alone who may know its class, and each class is told to them somewhere. Whatever
// is asked, and whenever, no record is written by it.
func TestNothingOfTheYearLeaves(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	w := newWorld(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	c := canaries{}
	meeting := w.judgedWith(c)
	staff := []string{"leser", "fagansvarlig", "godkjenner", "moteleder", "redaktor", "admin"}
	found := map[string]map[string]int{} // by class and reader
	look := func(who, path, body string) {
		for class, word := range c {
			if !strings.Contains(body, word) {
				continue
			}
			if found[class] == nil {
				found[class] = map[string]int{}
			}
			found[class][who]++
			may := slices.Contains(staff, who) && class != "jotting" || slices.Contains(mayRead[class], who) || class == "jotting" && who == "redaktor"
			if !may {
				t.Errorf("%q finds what is typed in %q at %s", who, class, path)
			}
		}
	}
	before := w.clerk.State().Head()
	addresses := w.addresses([]domain.MeetingID{meeting}, string(edition), "arbeid", "na")
	for _, id := range []string{"k1", "k2", "k3", "k4"} {
		addresses = append(addresses, "/kommune/9901/kunnskap?valgt="+id)
	}
	for _, who := range []string{"", "kommune", "kommune3", "skjerm", "leser", "redaktor"} {
		for _, path := range addresses {
			if who == "redaktor" && !strings.Contains(path, "/start") && !strings.Contains(path, "jottings") {
				continue // the pages of the office, asked for once
			}
			look(who, path, w.get(who, path, "Referer: "+w.url+path).body)
		}
	}
	ahead.Store(int64(400 * 24 * time.Hour))
	for _, path := range addresses {
		look("", path, w.get("", path).body)
	}
	ahead.Store(0)
	if now := w.clerk.State().Head(); now != before {
		t.Errorf("asking wrote %d records", now.Revision-before.Revision)
	}
	for _, who := range []string{"", "kommune", "kommune3", "skjerm"} {
		for _, a := range w.formsOf("arbeid", who, who) {
			look(who, a.name, a.send(w.unit("arbeid", "9903", "beredskap")).body)
		}
		for _, class := range []string{"k1", "k2"} {
			look(who, "a command", w.command(who, map[string]any{"type": "question_evidence", "board": "arbeid", "m": "9901", "mark": "outdated", "evidence": class, "v": 1}).body)
		}
	}
	sockets := map[string]func() string{}
	for _, who := range []string{"kommune", "skjerm"} {
		conn := w.connectAs(who)
		sockets[who] = func() string { return w.read(conn) }
	}
	w.judgedMore(c)
	w.set(meeting, "9903", domain.Red)
	for who, read := range sockets {
		for frame := ""; !strings.Contains(frame, `"red"`); {
			frame = read()
			look(who, "the socket", frame)
		}
	}
	for class := range c {
		if class == "answer" {
			continue // no page tells it
		}
		who := "leser"
		if class == "jotting" {
			who = "redaktor" // who typed it
		}
		for _, who := range append([]string{who}, mayRead[class]...) {
			if found[class][who] == 0 {
				t.Errorf("%s finds %q nowhere: the test asks for too little, or a page has lost it", who, class)
			}
		}
	}
	if len(c) < 20 {
		t.Errorf("only %v", slices.Sorted(maps.Keys(c)))
	}
}

// judgedMore writes in each class once more, for those who are connected.
func (w *world) judgedMore(c canaries) {
	w.t.Helper()
	text := c.in("text") + " igjen"
	w.submit(assessment.Save{Board: "arbeid", Cells: []assessment.Edit{{Municipality: "9901", Column: "beredskap", Text: &text, Seen: w.seen("arbeid", "9901", "beredskap")}}})
	w.submit(assessment.WriteNote{Board: "arbeid", Municipality: "9901", Column: "beredskap", Text: c.in("note")})
	w.submit(evidence.Record{ID: "k5", Version: 1, Type: evidence.ROS, Municipalities: []domain.MunicipalityID{"9901"}, Title: c.in("citation, open"), Summary: c.in("evidence"), Effective: "2022-06-01", Retrieved: "2022-06-02", Access: evidence.Public})
	unit := w.unit("arbeid", "9901", "beredskap")
	w.submit(signoff.Submit{Board: "arbeid", Units: []signoff.Seen{{Municipality: "9901", Column: "beredskap", Revision: unit.Revision}}})
	w.submit(signoff.Return{Board: "arbeid", Units: []signoff.Seen{{Municipality: "9901", Column: "beredskap", Revision: unit.Revision}}, Reason: c.in("returned")})
}

// connectAs opens a socket on the live picture where the account sees that it is.
func (w *world) connectAs(who string) *websocket.Conn {
	w.t.Helper()
	var at struct {
		Epoch string
		Rev   domain.Revision
	}
	must(w.t, json.Unmarshal([]byte(w.get(who, "/api/v1/boards/na").body), &at))
	c, _, err := w.dial(who, fmt.Sprintf("board=na&epoch=%s&rev=%d", at.Epoch, at.Rev))
	must(w.t, err)
	w.t.Cleanup(func() { c.Close() })
	w.read(c)
	return c
}
