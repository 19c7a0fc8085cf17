package domain_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/subjects"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
	"kommunebilde/domain/views"
)

// commands are all there are: those that programs send, and those that only the
// program itself gives.
func commands() (out []Command) {
	seen := map[reflect.Type]bool{}
	for _, k := range subjects.Commands() {
		if cmd := k.Command(k.New()); !seen[reflect.TypeOf(cmd)] {
			seen[reflect.TypeOf(cmd)] = true
			out = append(out, cmd)
		}
	}
	return append(out, DeclareDemo{}, OpenLive{}, editions.Open{}, editions.Import{}, ApplyPack{})
}

// TestCommandsHoldWhatWasTyped: no command holds a text that could come in
// uncleaned. What is still a string is a day, an id, or a name that the county's
// pack or the program gives and Words.check judges; or what a file mentions, which
// editions.Import cleans; or a column's, which plan.SetColumns cleans.
func TestCommandsHoldWhatWasTyped(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	nouns, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	all, n := commands(), 0
	for _, name := range append(files, nouns...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		n += len(regexp.MustCompile(`(?m)^func \((?:cmd )?\w+\) Decide\(`).FindAll(source, -1))
	}
	if n != len(all) {
		t.Fatalf("%d commands are listed of %d", len(all), n)
	}
	may := []string{
		"Make.Judged", "Days.Drafted", "Days.Approved", "Days.Published", "Area.Due",
		"Column.Supervises", "Column.Evidence", "Column.SSBTable", "Column.SSBCode", "Ended.ID", "Ended.Name", "Ended.Successors",
		"CellEdit.Date", "Add.Due", "Hearing.From", "Hearing.To", "Cell.Text", "Cell.Author", "Cell.Date",
		"Record.Effective", "Record.Retrieved", "period.From", "period.To", "robek.In", "robek.Out", "supervisionSent.Day",
		"Deviation.ID", "Deviation.Due", "Deviation.Closed", "File.Type",
	}
	judged := []reflect.Type{reflect.TypeFor[Catalogue](), reflect.TypeFor[*Map](), reflect.TypeFor[Words]()}
	var walk func(of reflect.Type, name string)
	walk = func(of reflect.Type, name string) {
		switch {
		case slices.Contains(judged, of):
		case of == reflect.TypeFor[string]():
			if !slices.Contains(may, name) {
				t.Errorf("%s is a string", name)
			}
		case of.Kind() == reflect.Slice, of.Kind() == reflect.Pointer:
			walk(of.Elem(), name)
		case of.Kind() == reflect.Struct && strings.HasPrefix(of.PkgPath(), reflect.TypeFor[SetLevels]().PkgPath()):
			for i := range of.NumField() {
				walk(of.Field(i).Type, of.Name()+"."+of.Field(i).Name)
			}
		}
	}
	for _, c := range all {
		walk(reflect.TypeOf(c), "")
	}
}

// TestTextsAreMadeInOnePlace: outside its package nothing makes a text of a string
// by a conversion, which cleans nothing; but for Words.check, which compares.
func TestTextsAreMadeInOnePlace(t *testing.T) {
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{"node_modules", "typed", ".git"}, d.Name()) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || name == "../domain/board.go" {
			return nil
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if strings.Contains(string(source), "typed.Text(") || name != "../domain/text.go" && strings.Contains(string(source), "&Text{") {
			t.Errorf("%s makes a text without cleaning it", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoRawText: a text that was not cleaned reaches no record, whichever rule it
// is meant for; and blanks are no text.
func TestNoRawText(t *testing.T) {
	raw := typed.Text(" Bo\u0308 \t")
	if err := CheckText("x", raw, MaxName); CodeOf(err) != Internal {
		t.Errorf("a raw text: %v", err)
	}
	if err := CheckName("x", raw); CodeOf(err) != Internal {
		t.Errorf("a raw name: %v", err)
	}
	if got := NewText(raw).String(); got != "Bö" {
		t.Errorf("a record would hold %q", got)
	}
	if NewText(" \t\u00a0") != nil {
		t.Error("blanks are a text")
	}
	l := started(t)
	for name, cmd := range map[string]Command{
		"level":      SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Red, Text: raw}}},
		"reporter":   SetLevels{Board: Live, Meeting: "m1", ReportedBy: raw, Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Red}}},
		"no change":  rollcall.ReportNoChange{Meeting: "m1", Municipalities: []MunicipalityID{"0001"}, ReportedBy: raw},
		"note":       notes.Write{Meeting: "m1", ID: "n1", Text: raw},
		"action":     actions.Add{Meeting: "m1", ID: "a1", Municipality: "0001", Text: "x", Owner: raw},
		"suggestion": suggestion.Suggest{Meeting: "m1", Municipality: "0001", Column: "helse", Text: raw},
		"meeting":    OpenMeeting{ID: "m9", Board: Live, Kind: MeetingRegion, Title: raw},
		"actor":      actors.List{ID: "r1", Name: raw},
		"view":       views.Save{Board: Live, ID: "v1", Name: raw, Filter: ViewFilter{Region: "sor"}},
	} {
		if err := l.try(leader, cmd); CodeOf(err) != Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}
