package domain

import (
	"encoding/json"
	"reflect"
	"time"
)

// Command is what somebody wants. What people typed in it is a typed.Text.
type Command interface {
	// Decide answers with the events the command leads to, or with an [Error]
	// that says why not. It changes nothing and depends on nothing but the
	// command and the decision.
	Decide(Decision) ([]Event, error)
}

// Maker is a command that makes something new, which has a name from then on.
type Maker interface {
	Command

	// Made tells what it makes, in the word that answers use, and its name.
	Made() (what, id string)
}

// Named is a pointer to a [Maker] whose name is not chosen by whoever asks. It is
// made of the account and the request, so that a request sent twice makes one.
type Named interface{ SetID(id string) }

// sent is what programs send for a command that has another shape than its JSON.
type sent interface{ Command() Command }

// Facts are what the server knows and no client may tell.
//
// A command that needs them has a method Complete(Facts) (Command, error). One that
// changes levels has ChangedOn() (BoardID, MeetingID), one after which another board or
// meeting is open has Turns() (closed BoardID), and one that takes texts out has
// Removes() []TextID: so nobody asks which command it is.
type Facts interface {
	// Pack returns the catalogue and the map of the county's pack, and whether there is
	// one.
	Pack() (Catalogue, *Map, bool)
	// Names returns what accounts are called.
	Names() map[AccountID]string
	// Stored tells of a file that is kept: how large it is and of which media type, and
	// whether it is kept.
	Stored(Hash) (size int64, kind string, ok bool)
}

// CommandKind is a kind of command that programs send: JSON, by the tags of its
// fields. A field tagged "-" is none that they may tell.
type CommandKind struct {
	Name    string  // the "type" in the JSON, for ever
	Doc     string  // for the API's description, as are the fields' tags "doc" and "limit"
	Needs   []Right // it needs one of these rights: on its board, or where it names none on the live picture
	Example any     // a valid one: a [Command] or a [sent]
}

// OneOf is a value that is one of a few, which the API's description tells.
type OneOf interface{ OneOf() []string }

// Names returns the names of values.
func Names[T ~string](all ...T) []string {
	var out []string
	for _, one := range all {
		out = append(out, string(one))
	}
	return out
}

// kernelCommands are the kinds that the kernel has.
func kernelCommands() []CommandKind {
	cell := CellEdit{Municipality: "0002", Column: "helse", Level: Red, Text: "Legevakt stengt"}
	marked := []CellRef{{Municipality: "0001", Column: "helse"}}
	sets, leads, marks := []Right{RightSetLevels}, []Right{RightLead}, []Right{RightMark}
	return []CommandKind{
		{"set_level", "Sets one cell. Without a level, a text (or same) is for the level that stands.",
			sets, setLevel{CellEdit: cell, Board: Live, Meeting: "m1", ReportedBy: "Bø v/ordfører"}},
		{"set_levels", "Sets several cells at once; they are undone at once.",
			sets, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{cell, {Municipality: "0003", Column: "helse", Level: Yellow}}, Spoke: SpokeNobody}},
		{"undo", "Writes the value before a revision.",
			sets, Undo{Board: Live, Meeting: "m1", Revision: 7}},
		{"open_meeting", "Opens a meeting on a board. Whoever opens it leads it.",
			leads, OpenMeeting{Board: Live, Kind: MeetingPreparedness, Title: "Flom", Case: "22/1234", Invited: []MunicipalityID{"0002"}, Reports: true}},
		{"close_meeting", "Ends a meeting. While changes lack a reason it is refused (409, close.unexplained) with the cells in the refusal, unless \"unexplained\" says that they may.",
			leads, CloseMeeting{Meeting: "m1", Unexplained: true}},
		{"reopen_meeting", "Takes the closing of a meeting back: of that on the board that was closed last, as long as no other meeting was opened or closed since and the board has the same rows and columns (409, reopen.followed and reopen.catalogue). For who leads, and administrators.",
			[]Right{RightReopen}, ReopenMeeting{Meeting: "m1", Reason: "Avsluttet ved en feil"}},
		{"give_reasons", "Writes the reasons of levels that were set without one. The levels stay.",
			sets, GiveReasons{Meeting: "m1", Reasons: []ReasonGiven{{Municipality: "0001", Column: "helse", Seen: 7, Text: "Én av to lister uten lege"}}}},
		{"change_base", "Gives the live picture another edition's columns; never while a meeting on it is open.",
			[]Right{RightBase}, ChangeBase{Edition: "2022"}},
		{"open_situation", "Begins a situation on the functions of the county's pack.",
			[]Right{RightLead, RightArrange}, OpenSituation{Title: "Flom i Gudbrandsdalen"}},
		{"open_exercise", "Begins a copy of a board to exercise on.",
			leads, OpenExercise{Title: "Øvelse Vinter", From: Live}},
		{"close_board", "Ends a situation or an exercise.",
			leads, CloseBoard{Board: "flom"}},
		{"mark_cells", "Exempts fields of cells from disclosure, published versions included.",
			marks, MarkCells{Board: Live, Cells: marked, Fields: []Field{FieldText}, Basis: "offl-21", Reason: "Sårbar forsyning"}},
		{"lift_marking", "Shows again what was exempt.",
			marks, LiftMarking{Board: Live, Cells: marked, Reason: "Ikke lenger sårbart"}},
	}
}

// New returns an empty one to read JSON into, a pointer to the example's type.
func (k CommandKind) New() any { return reflect.New(reflect.TypeOf(k.Example)).Interface() }

// Command returns the command that was read into what New returned.
func (k CommandKind) Command(read any) Command {
	if s, ok := read.(sent); ok {
		return s.Command()
	}
	return reflect.ValueOf(read).Elem().Interface().(Command)
}

// CommandsOf makes a list of the kernel's commands and those of subjects. It panics
// at a name that is given twice and at an example that is no command: those are
// faults of the program, found at its start.
func CommandsOf(subjects ...[]CommandKind) []CommandKind {
	var out []CommandKind
	seen := map[string]bool{}
	for _, list := range append([][]CommandKind{kernelCommands()}, subjects...) {
		for _, k := range list {
			if seen[k.Name] {
				panic("two commands of the name " + k.Name)
			}
			seen[k.Name] = true
			k.Command(k.New())
			out = append(out, k)
		}
	}
	return out
}

// Moment is a time as it is sent: milliseconds since 1970, or RFC 3339. Zero: it
// was not said.
type Moment struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (m *Moment) UnmarshalJSON(b []byte) error {
	var ms int64
	if json.Unmarshal(b, &ms) == nil {
		m.Time = time.UnixMilli(ms).UTC()
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339, s)
	m.Time = t
	return err
}

// Decide judges a command.
func Decide(s *State, by Actor, cmd Command, now time.Time) ([]Event, error) {
	return cmd.Decide(Decision{s, by, now})
}
