package domain_test

import (
	"errors"
	"reflect"
	"testing"

	. "kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/texts"
)

// imported is a line on which an edition is published whose cell 0001, helse is
// yellow, with a text, an author and a day.
func imported(t *testing.T) *line {
	l := newLine(t)
	l.do(editor, editions.Import{Board: "2021", Title: Words{NB: "2021"}, Catalogue: testCatalogue(), Map: testMap(), Cells: []editions.Cell{
		{Municipality: "0001", Column: "helse", Level: Yellow, Text: new("Én liste"), Author: new("I. Berg"), Date: new("2021-09-01")},
		{Municipality: "0002", Column: "helse", Level: Green},
	}})
	l.do(editor, editions.Publish{Board: "2021"})
	return l
}

// TestImportKeepsWhatTheFileDoesNotMention: each row says what a file has of a
// cell, what the cell is then, and how much the import must admit that it takes.
func TestImportKeepsWhatTheFileDoesNotMention(t *testing.T) {
	cell := func(level Level, values ...*string) editions.Cell {
		values = append(values, nil, nil, nil)
		return editions.Cell{Municipality: "0001", Column: "helse", Level: level, Text: values[0], Author: values[1], Date: values[2]}
	}
	for name, c := range map[string]struct {
		says    editions.Cell
		deletes int
		becomes []string
		plan    editions.Change
	}{
		"a level alone": {cell(Red), 0, []string{"red", "Én liste", "I. Berg", "2021-09-01"}, editions.Change{From: Yellow, To: Red, Keeps: true}},
		"all as it stands, and a level": {cell(Red, new("Én liste"), new("I. Berg"), new("2021-09-01")), 0,
			[]string{"red", "Én liste", "I. Berg", "2021-09-01"}, editions.Change{From: Yellow, To: Red, Keeps: true}},
		"another text": {cell(Yellow, new("To lister")), 0, []string{"yellow", "To lister", "I. Berg", "2021-09-01"},
			editions.Change{From: Yellow, To: Yellow, Text: editions.ValueChanged}},
		"no text any more": {cell(Yellow, new("")), 1, []string{"yellow", "", "I. Berg", "2021-09-01"},
			editions.Change{From: Yellow, To: Yellow, Text: editions.ValueDeleted}},
		"no level any more": {cell(""), 1, []string{"not_assessed", "Én liste", "", ""},
			editions.Change{From: Yellow, To: NotAssessed, LevelDeleted: true, Keeps: true}},
		"not assessed, by word": {cell(NotAssessed), 0, []string{"not_assessed", "Én liste", "", ""},
			editions.Change{From: Yellow, To: NotAssessed, Keeps: true}},
		"nothing any more": {cell("", new(""), new(""), new("")), 4, []string{"not_assessed", "", "", ""},
			editions.Change{From: Yellow, To: NotAssessed, LevelDeleted: true, Text: editions.ValueDeleted, Author: editions.ValueDeleted, Date: editions.ValueDeleted}},
	} {
		t.Run(name, func(t *testing.T) {
			l := imported(t)
			cmd := editions.Import{Board: "2021", Reason: "Feil", Cells: []editions.Cell{c.says, {Municipality: "0002", Column: "helse", Level: Green, Text: new("")}}, Deletes: c.deletes + 1}
			if err := l.try(editor, cmd); CodeOf(err) != Invalid {
				t.Errorf("with another number of deletions: %v", err)
			}
			plan, err := editions.PlanOf(l.s, editor, cmd, l.now)
			c.plan.Municipality, c.plan.Column = "0001", "helse"
			if want := (editions.Plan{Corrects: true, Deletes: c.deletes, Changes: []editions.Change{c.plan}}); err != nil || !reflect.DeepEqual(plan, want) {
				t.Errorf("plan %+v (%v), want %+v", plan, err, want)
			}
			before := l.picture(reader, "2021").Cell(0, l.picture(reader, "2021").Col("helse"))
			cmd.Deletes = c.deletes
			l.do(editor, cmd)
			p := l.picture(editor, "2021")
			is := p.Cell(p.Row("0001"), p.Col("helse"))
			if got := []string{string(is.Level), is.Text, is.Author, is.Date}; !reflect.DeepEqual(got, c.becomes) {
				t.Errorf("the cell became %q, want %q", got, c.becomes)
			}
			if same := is.TextID == before.TextID; same != (is.Text == before.Text) {
				t.Errorf("text %v is named %v, was %v", is.Text, is.TextID, before.TextID)
			}
			if other := p.Cell(p.Row("0002"), p.Col("helse")); other.Revision == is.Revision {
				t.Error("a cell that did not change is in the record")
			}
		})
	}
}

// TestImportLeavesRedactedTexts: where a text was taken out, an empty cell of a
// file has nothing to delete; that there was one is still told.
func TestImportLeavesRedactedTexts(t *testing.T) {
	l := imported(t)
	p := l.picture(editor, "2021")
	l.do(admin, texts.Redact{Texts: []TextID{p.Cell(p.Row("0001"), p.Col("helse")).TextID}, Reason: "Helseopplysning"})
	l.do(editor, editions.Import{Board: "2021", Reason: "Feil", Cells: []editions.Cell{{Municipality: "0001", Column: "helse", Level: Red, Text: new("")}}})
	p = l.picture(editor, "2021")
	if c := p.Cell(p.Row("0001"), p.Col("helse")); c.Level != Red || !c.Redacted {
		t.Errorf("%+v", c)
	}
}

func TestPlanImportRefusesAsDecideDoes(t *testing.T) {
	l := imported(t)
	red := []editions.Cell{{Municipality: "0001", Column: "helse", Level: Red}}
	for name, c := range map[string]struct {
		by  Actor
		cmd editions.Import
	}{
		"not an editor":  {reader, editions.Import{Board: "2021", Reason: "x", Cells: red}},
		"no reason":      {editor, editions.Import{Board: "2021", Cells: red}},
		"nothing new":    {editor, editions.Import{Board: "2021", Reason: "x", Cells: []editions.Cell{{Municipality: "0002", Column: "helse", Level: Green}}}},
		"unknown level":  {editor, editions.Import{Board: "2021", Reason: "x", Cells: []editions.Cell{{Municipality: "0001", Column: "helse", Level: "lilla"}}}},
		"no such day":    {editor, editions.Import{Board: "2021", Reason: "x", Cells: []editions.Cell{{Municipality: "0001", Column: "helse", Level: Red, Date: new("2021-02-30")}}}},
		"not an edition": {editor, editions.Import{Board: "2031", Title: Words{NB: "2031"}, Cells: red}},
	} {
		_, planned := editions.PlanOf(l.s, c.by, c.cmd, l.now)
		_, decided := Decide(l.s, c.by, c.cmd, l.now)
		var a, b *Error
		if !errors.As(planned, &a) || !errors.As(decided, &b) || !reflect.DeepEqual(a, b) {
			t.Errorf("%s: planned %v, decided %v", name, planned, decided)
		}
	}
}
