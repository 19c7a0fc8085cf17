package subjects_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/subjects"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/views"
)

// office is a journal in the making, on which the examples of the commands are valid.
type office struct {
	t   *testing.T
	s   *domain.State
	now time.Time
}

var (
	lead     = actor(domain.Grant{Role: domain.RoleLead})
	editor   = actor(domain.Grant{Role: domain.RoleEditor})
	assessor = actor(domain.Grant{Role: domain.RoleAssessor, Areas: []domain.ColumnID{"helse"}})
	contact  = actor(domain.Grant{Role: domain.RoleMunicipality, Municipality: "0002"})

	everybody = []domain.Actor{
		{}, lead, editor, contact,
		actor(domain.Grant{Role: domain.RoleMunicipality, Municipality: "0003"}), // which is not in the meeting
		actor(domain.Grant{Role: domain.RoleReader}), actor(domain.Grant{Role: domain.RoleAdmin}),
		assessor,
		actor(domain.Grant{Role: domain.RoleApprover, Areas: []domain.ColumnID{"helse"}}),
		actor(domain.Grant{Role: domain.RoleScreen, Scope: domain.Live}),
	}
)

func actor(g domain.Grant) domain.Actor {
	return domain.Actor{ID: domain.AccountID(string(g.Role) + string(g.Municipality)), Grants: []domain.Grant{g}}
}

func catalogue(columns ...domain.Column) domain.Catalogue {
	c := domain.Catalogue{
		County: "Prøve", Office: domain.Words{NB: "Statsforvalteren i Prøve"},
		Regions:        []domain.Region{{ID: "sor", Name: "Sør", Short: "Sør"}},
		Municipalities: []domain.Municipality{{ID: "0001", Name: "Alvdal", Region: "sor"}, {ID: "0002", Name: "Bø", Region: "sor"}, {ID: "0003", Name: "Ås", Region: "sor"}},
		Columns:        columns,
	}
	return c
}

func column(id domain.ColumnID, kind domain.ColumnKind) domain.Column {
	return domain.Column{ID: id, Kind: kind, Version: 1, Name: domain.Words{NB: string(id)}, Short: domain.Words{NB: string(id)}}
}

// decide decides, and has what was decided sealed, opened again as from a journal, and
// applied.
func (o *office) decide(by domain.Actor, cmd domain.Command) (*domain.State, error) {
	o.t.Helper()
	events, err := domain.Decide(o.s, by, cmd, o.now)
	if err != nil {
		return nil, err
	}
	n := byte(0)
	sealed, err := domain.Seal(o.s.Head(), o.now, by.ID, "r", events, func() domain.Salt { n++; return domain.Salt{n} })
	if err != nil {
		o.t.Fatalf("%T by %s: seal: %v", cmd, by.ID, err)
	}
	opened, err := domain.OpenRecord(subjects.Kinds(), sealed.Prev, sealed.Hash, sealed.Body, sealed.Texts)
	if err != nil {
		o.t.Fatalf("%T by %s: open: %v", cmd, by.ID, err)
	}
	if was, is := told(o.t, sealed), told(o.t, opened); was != is {
		o.t.Errorf("%T by %s: written %s, read %s", cmd, by.ID, was, is)
	}
	next, err := o.s.Apply(opened)
	if err != nil {
		o.t.Fatalf("%T by %s: apply: %v", cmd, by.ID, err)
	}
	return next, nil
}

// told is all that a record says, texts included.
func told(t *testing.T, r domain.Record) string {
	t.Helper()
	b, err := json.Marshal(r.Events)
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprint(r.Revision, r.At, r.By, string(b))
	for _, e := range r.Events {
		for _, text := range e.Texts() {
			out += "|" + text.String()
		}
	}
	return out
}

func (o *office) do(by domain.Actor, cmd domain.Command) {
	o.t.Helper()
	next, err := o.decide(by, cmd)
	if err != nil {
		o.t.Fatalf("%T: %v", cmd, err)
	}
	o.s, o.now = next, o.now.Add(time.Minute)
}

// stage is a board in a phase, with the meeting that was last on it.
type stage struct {
	name    string
	board   domain.BoardID
	meeting domain.MeetingID
	s       *domain.State
}

// stages are boards of every kind in every phase, all with something on them.
func stages(t *testing.T) (out []stage, now time.Time) {
	t.Helper()
	o := &office{t: t, s: domain.NewState("epoke"), now: time.Date(2022, 9, 2, 10, 0, 0, 0, time.UTC)}
	areas := catalogue(column("helse", domain.ColumnArea), column("plan", domain.ColumnArea))
	red := []domain.CellEdit{{Municipality: "0001", Column: "helse", Level: domain.Red, Text: "Én lege"}}
	o.do(editor, domain.OpenLive{Catalogue: areas})
	for _, edition := range []domain.BoardID{"2022", "2023"} {
		o.do(editor, editions.Open{Board: edition, Title: domain.Words{NB: "Kommunebilde"}, Catalogue: areas})
		o.do(editor, domain.SetLevels{Board: edition, Cells: red})
	}
	meet := func(board domain.BoardID, id domain.MeetingID, cells []domain.CellEdit) {
		o.do(lead, domain.OpenMeeting{ID: id, Board: board, Kind: domain.MeetingPreparedness, Title: "Møte", Invited: []domain.MunicipalityID{"0002"}, Reports: true})
		o.do(lead, domain.SetLevels{Board: board, Meeting: id, Cells: cells})
		o.do(contact, rollcall.Propose{Meeting: id, Cells: []domain.CellEdit{{Municipality: "0002", Column: cells[0].Column, Level: cells[0].Level}}})
		o.do(lead, notes.Write{Meeting: id, ID: "n1", Text: "E6 er stengt"})
		o.do(lead, actions.Add{Meeting: id, ID: "a1", Municipality: "0001", Text: "Ring"})
		o.do(lead, calendar.Schedule{Board: board, ID: "k1", Title: "Neste møte", At: domain.Moment{Time: o.now.AddDate(0, 0, 7)}})
		o.do(lead, assistance.Ask{Meeting: id, ID: "b1", Municipality: "0001", Of: "Sivilforsvaret", What: "Telt"})
		o.do(lead, views.Save{Board: board, ID: "v1", Name: "Sør", Filter: domain.ViewFilter{Region: "sor"}})
	}
	meet(domain.Live, "m1", red) // the cell is record 7, the proposal 8
	o.do(editor, domain.MarkCells{Board: domain.Live, Cells: []domain.CellRef{{Municipality: "0001", Column: "helse"}}, Fields: []domain.Field{domain.FieldText}, Basis: "offl-21", Reason: "Sårbart"})
	o.do(lead, actors.List{ID: "r1", Name: "Politiet"})
	o.do(editor, evidence.Record{ID: "k1", Version: 1, Type: evidence.ROS, Title: "Helhetlig ROS", Effective: "2021-11-12", Retrieved: "2022-01-10",
		Files: []evidence.File{{Sum: domain.Hash{1}, Name: "ROS.pdf"}}, Stored: []evidence.File{{Sum: domain.Hash{1}, Size: 9, Type: "application/pdf"}}})
	o.do(lead, domain.OpenSituation{Board: "flom", Title: "Flom", Catalogue: catalogue(column("strom", domain.ColumnFunction))})
	meet("flom", "m2", []domain.CellEdit{{Municipality: "0001", Column: "strom", Level: domain.Critical, Text: "Mørkt"}})
	o.do(lead, domain.OpenExercise{Board: "ovelse", Title: "Øvelse", From: domain.Live})
	meet("ovelse", "m3", []domain.CellEdit{{Municipality: "0002", Column: "helse", Level: domain.Red}})

	add := func(name string, board domain.BoardID, meeting domain.MeetingID, then ...domain.Command) {
		s, at := o.s, o.now
		for _, cmd := range then {
			by := lead
			switch cmd.(type) {
			case editions.Publish, editions.OpenCorrection:
				by = editor
			case signoff.Submit:
				by = assessor
			case signoff.Approve:
				by = everybody[8]
			}
			o.do(by, cmd)
		}
		out = append(out, stage{name, board, meeting, o.s})
		now = o.now
		o.s, o.now = s, at
	}
	end := func(id domain.MeetingID) domain.Command { return domain.CloseMeeting{Meeting: id, Unexplained: true} }
	publish, correct := editions.Publish{Board: "2022"}, editions.OpenCorrection{Board: "2022", Reason: "Feil"}
	add("live, in a meeting", domain.Live, "m1")
	add("live", domain.Live, "m1", end("m1"), publish)
	add("situation, in a meeting", "flom", "m2")
	add("situation", "flom", "m2", end("m2"))
	add("situation, closed", "flom", "m2", end("m2"), domain.CloseBoard{Board: "flom"})
	add("exercise, in a meeting", "ovelse", "m3")
	add("exercise, closed", "ovelse", "m3", end("m3"), domain.CloseBoard{Board: "ovelse"})
	add("draft", "2022", "")
	add("edition", "2022", "", publish)
	add("correction", "2022", "", publish, correct)
	o.planned(areas)
	add("planned", "2026", "")
	add("drafting, nothing carried over", "2025", "")
	add("drafting", "2024", "")
	submit := signoff.Submit{Board: "2024", Units: []signoff.Seen{{Municipality: "0002", Column: "helse"}}}
	submitted := asSeen(o.s, submit, o.now).(signoff.Submit)
	add("drafting, one submitted", "2024", "", submitted)
	sum := signoff.Approve{Board: "2024", Units: []signoff.SeenSum{{Seen: submit.Units[0]}}}
	add("drafting, one approved", "2024", "", submitted, asSeen(o.s, sum, o.now))
	return out, now
}

// planned plans two editions that follow 2022: 2025, which nobody judges yet, and 2024,
// with units in every state, a text that was carried over, and a suggestion from a meeting.
func (o *office) planned(areas domain.Catalogue) {
	o.do(editor, editions.Publish{Board: "2022"})
	for _, id := range []domain.BoardID{"2024", "2025", "2026"} {
		o.do(editor, plan.Make{Board: id, Title: "Kommunebilde", Mode: plan.Yearly, Hearing: plan.Heard, Follows: "2022", Judged: "2024-09-01", Catalogue: &areas})
	}
	o.do(lead, suggestion.Suggest{Meeting: "m1", Municipality: "0002", Column: "helse", Text: "Vurder legevakten på nytt"})
	o.do(editor, plan.OpenRound{Board: "2025"})
	o.do(editor, plan.OpenRound{Board: "2024"})
	o.do(contact, evidence.Ask{Board: "2024", Municipality: "0002", Mark: "missing", Text: "Arealplanen"})
	o.do(editor, assessment.CarryOver{Board: "2024"})
	o.do(assessor, assessment.Save{Board: "2024", Cells: []assessment.Edit{{Municipality: "0002", Column: "helse", Level: domain.Green}}})
}

// asSeen is a command of somebody who has just read what it is about.
func asSeen(s *domain.State, cmd domain.Command, now time.Time) domain.Command {
	d := domain.Judge(s, editor, now)
	unit := func(board domain.BoardID, m domain.MunicipalityID, c domain.ColumnID) (u signoff.Unit) {
		w, err := signoff.Of(d, board)
		if lead, known := w.Lead(c); err == nil && known && lead == c && w.Ground.Has(m) {
			u = w.Unit(m, c)
		}
		return u
	}
	see := func(board domain.BoardID, all []signoff.Seen) {
		for i, u := range all {
			all[i].Revision = unit(board, u.Municipality, u.Column).Revision
		}
	}
	switch cmd := cmd.(type) {
	case signoff.Submit:
		see(cmd.Board, cmd.Units)
	case signoff.Return:
		see(cmd.Board, cmd.Units)
	case signoff.Approve:
		for i, u := range cmd.Units {
			is := unit(cmd.Board, u.Municipality, u.Column)
			cmd.Units[i].Revision, cmd.Units[i].Sum = is.Revision, is.Sum
		}
	case signoff.ApproveEdition:
		if w, err := signoff.Of(d, cmd.Board); err == nil {
			cmd.Sum = w.Sum(nil)
		}
		return cmd
	case assessment.ConfirmUnchanged:
		cmd.Seen = unit(cmd.Board, cmd.Municipality, cmd.Column).Revision
		return cmd
	case evidence.Close:
		for _, q := range evidence.Questions(d, "0002") {
			cmd.Question = q.Revision
		}
		return cmd
	case suggestion.Answer:
		if g, there := d.Lookup(cmd.Board); there {
			for _, waiting := range suggestion.Waiting(d, g) {
				cmd.Suggestion = waiting.Entry.Revision
			}
		}
		return cmd
	}
	return cmd
}

// facts are what the server of these tests knows.
type facts struct{}

func (facts) Pack() (domain.Catalogue, *domain.Map, bool) {
	return catalogue(column("strom", domain.ColumnFunction)), nil, true
}

func (facts) Names() map[domain.AccountID]string {
	return map[domain.AccountID]string{"redaktor": "A. Lie"}
}

func (facts) Stored(domain.Hash) (int64, string, bool) { return 0, "", false }

// read reads a kind's JSON as strictly as programs are read.
func read(t *testing.T, k domain.CommandKind, body []byte) domain.Command {
	t.Helper()
	into := k.New()
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %s: %v", k.Name, body, err)
	}
	if named, ok := into.(domain.Named); ok {
		named.SetID("0123456789abcdef")
	}
	cmd := k.Command(into)
	if c, ok := cmd.(interface {
		Complete(domain.Facts) (domain.Command, error)
	}); ok {
		done, err := c.Complete(facts{})
		if err != nil {
			t.Fatalf("%s: %v", k.Name, err)
		}
		return done
	}
	return cmd
}

// TestExamplesAreRead: an example is read from its own JSON.
func TestExamplesAreRead(t *testing.T) {
	for _, k := range subjects.Commands() {
		body, err := json.Marshal(k.Example)
		if err != nil {
			t.Fatal(err)
		}
		into := k.New()
		if err := json.Unmarshal(body, into); err != nil || !reflect.DeepEqual(reflect.ValueOf(into).Elem().Interface(), k.Example) {
			t.Errorf("%s: %s is read as %+v, %v", k.Name, body, into, err)
		}
	}
}

// on is an example's JSON for a stage: on its board and in its meeting, about a column
// and with a level that it has.
func (s stage) on(t *testing.T, k domain.CommandKind) []byte {
	t.Helper()
	body, err := json.Marshal(k.Example)
	if err != nil {
		t.Fatal(err)
	}
	if s.board == "flom" {
		body = []byte(strings.NewReplacer(`"helse"`, `"strom"`, `"red"`, `"critical"`, `"yellow"`, `"strained"`).Replace(string(body)))
	}
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		t.Fatal(err)
	}
	for name, is := range map[string]any{"board": s.board, "from": s.board, "meeting": s.meeting} {
		if fields[name] != nil {
			fields[name] = is
		}
	}
	if body, err = json.Marshal(fields); err != nil {
		t.Fatal(err)
	}
	return body
}

// boardOf is the board whose rights count for an example on a stage: the live picture
// for one that names none.
func (s stage) boardOf(body []byte) (board domain.BoardID, named bool) {
	var on struct{ Board, From, Meeting string }
	if err := json.Unmarshal(body, &on); err == nil && on.Board == "" && on.From == "" && on.Meeting == "" {
		return domain.Live, false
	}
	return s.board, true
}

// notNow are the refusals that whoever sees a board may hear before it is asked for a
// right: as things are, nobody could.
var notNow = []string{"meeting.needed", "meeting.closed", "edition.published", "base.meeting"}

// TestCommands asks for every command's example as everybody on every stage. None
// panics; who lacks the right is told so, or where the board is not theirs to see that
// there is none; what is accepted can be recorded, read again and applied; and each
// example is accepted somewhere.
func TestCommands(t *testing.T) {
	for _, k := range subjects.Commands() {
		all, now := stages(t)
		accepted := 0
		for _, s := range all {
			body := s.on(t, k)
			for _, by := range everybody {
				o := &office{t: t, s: s.s, now: now}
				board, named := s.boardOf(body)
				rights := domain.RightsOf(s.s, by, board, now)
				may := slices.ContainsFunc(k.Needs, func(r domain.Right) bool { return rights[r] })
				_, err := o.decide(by, asSeen(s.s, read(t, k, body), now))
				where := fmt.Sprintf("%s on %s by %q: %v", k.Name, s.name, by.ID, err)
				var e *domain.Error
				switch {
				case err == nil && may:
					accepted++
				case err == nil:
					t.Error(where, "without a right")
				case !errors.As(err, &e) || e.Msg == "" || e.Code == domain.Internal:
					t.Error(where)
				case named && !rights[domain.RightSee] && e.Code != domain.NotFound:
					t.Error(where, "not theirs to see")
				case !may && e.Code != domain.NotFound && e.Code != domain.Forbidden && !slices.Contains(notNow, e.Msg):
					t.Error(where, "though they may not")
				}
			}
		}
		if accepted == 0 {
			t.Errorf("%s: its example is valid nowhere", k.Name)
		}
	}
}

// TestLimitsAreTold: where the API's description says how long a text may be, one that
// is longer is refused, by its field's name, and one of that length is not.
func TestLimitsAreTold(t *testing.T) {
	n := 0
	for _, k := range subjects.Commands() {
		all, now := stages(t)
		of := reflect.TypeOf(k.Example)
		for _, field := range reflect.VisibleFields(of) {
			most, err := strconv.Atoi(strings.TrimPrefix(strings.Split(field.Tag.Get("limit"), " ")[0], "maxLength="))
			if err != nil || field.Type.Kind() != reflect.String {
				continue
			}
			n++
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			refusals := map[string]bool{}
			for _, length := range []int{most, most + 1} {
				for _, s := range all {
					var fields map[string]any
					if err := json.Unmarshal(s.on(t, k), &fields); err != nil {
						t.Fatal(err)
					}
					fields[name] = strings.Repeat("å", length)
					body, err := json.Marshal(fields)
					if err != nil {
						t.Fatal(err)
					}
					for _, by := range everybody {
						_, err := domain.Decide(s.s, by, asSeen(s.s, read(t, k, body), now), now)
						var e *domain.Error
						if errors.As(err, &e) && e.Msg == "text.long" {
							refusals[fmt.Sprint(length-most, e.Field, e.Args)] = true
						}
					}
				}
			}
			if len(refusals) != 1 {
				t.Errorf("%s, %s of at most %d: refused %v", k.Name, name, most, refusals)
			}
			for refused := range refusals {
				if refused[0] != '1' || !strings.HasSuffix(refused, fmt.Sprintf("[%d]", most)) {
					t.Errorf("%s, %s of at most %d: refused %s", k.Name, name, most, refused)
				}
			}
		}
	}
	if n < 15 {
		t.Errorf("%d texts with a limit", n)
	}
}

// TestRefusalsNameTheirField: a refusal that is about a field calls it what programs call
// it: whatever text of an example is another, nobody is told of a field that they could
// not have sent.
func TestRefusalsNameTheirField(t *testing.T) {
	told := map[string]bool{}
	for _, k := range subjects.Commands() {
		all, now := stages(t)
		names := map[string]bool{}
		for _, of := range []any{k.Example, k.Command(k.New())} { // one cell alone is sent as one of many
			for _, field := range reflect.VisibleFields(reflect.TypeOf(of)) {
				name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				names[name] = true
			}
		}
		for _, s := range all {
			var fields map[string]any
			if err := json.Unmarshal(s.on(t, k), &fields); err != nil {
				t.Fatal(err)
			}
			for name, was := range fields {
				if _, text := was.(string); !text {
					continue
				}
				fields[name] = "nei-0"
				body, err := json.Marshal(fields)
				fields[name] = was
				if err != nil {
					t.Fatal(err)
				}
				if json.Unmarshal(body, k.New()) != nil {
					continue // not of its type: the server says so
				}
				for _, by := range []domain.Actor{lead, editor} {
					_, err := domain.Decide(s.s, by, read(t, k, body), now)
					var e *domain.Error
					if !errors.As(err, &e) || e.Field == "" {
						continue
					}
					root := e.Field[:strings.IndexAny(e.Field+".", ".[")]
					told[k.Name+" "+root] = true
					if !names[root] {
						t.Errorf("%s on %s, %s is another: %v", k.Name, s.name, name, err)
					}
				}
			}
		}
	}
	if len(told) < 30 {
		t.Errorf("only %d fields were named: %v", len(told), told)
	}
}
