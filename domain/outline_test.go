package domain_test

import (
	"errors"
	"strings"
	"testing"

	. "kommunebilde/domain"
	"kommunebilde/domain/outline"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

func TestReportTemplate(t *testing.T) {
	l := started(t)
	long, own := strings.Repeat("å", MaxReason+1), outline.Edit{Key: outline.KeyOwn, Heading: "Vær"}
	many := []outline.Edit{}
	for range outline.MaxSections + 1 {
		many = append(many, own)
	}
	for name, c := range map[string]struct {
		by       Actor
		sections []outline.Edit
		code     Code
		msg      string
	}{
		"a lead":            {leader, nil, Forbidden, "forbidden.template"},
		"a reader":          {reader, nil, Forbidden, "forbidden.template"},
		"the public":        {nobody, nil, NotFound, "board.unknown"},
		"an unknown key":    {editor, []outline.Edit{{Key: "vaer"}}, Invalid, "template.unknown"},
		"one twice":         {editor, []outline.Edit{{Key: outline.KeyWho}, {Key: outline.KeyWho, Hidden: true}}, Invalid, "template.twice"},
		"nothing shown":     {editor, []outline.Edit{{Key: outline.KeyWho, Hidden: true}}, Invalid, "template.empty"},
		"own, no heading":   {editor, []outline.Edit{{Key: outline.KeyOwn, Text: "x"}}, Invalid, "template.heading"},
		"a blank heading":   {editor, []outline.Edit{{Key: outline.KeyWho, Heading: " "}}, Invalid, "name.missing"},
		"heading too long":  {editor, []outline.Edit{{Key: outline.KeyWho, Heading: typed.Of(long)}}, Invalid, "text.long"},
		"text too long":     {editor, []outline.Edit{{Key: outline.KeyWho, Text: typed.Of(long)}}, Invalid, "text.long"},
		"too many sections": {editor, many, Invalid, "template.sections"},
	} {
		err := l.try(c.by, outline.Replace{Sections: c.sections})
		if e := new(Error); !errors.As(err, &e) || e.Code != c.code || e.Msg != c.msg {
			t.Errorf("%s: %v, want %s", name, err, c.msg)
		}
	}
	if got := outline.Of(l.picture(reader, Live)); !got.Standard || len(got.Sections) != len(outline.Keys()) {
		t.Errorf("at first: %+v", got)
	}
	set := l.do(editor, outline.Replace{Sections: []outline.Edit{own, {Key: outline.KeyWhen, Heading: "Navn", Text: "Navn\nto"}, own}})
	got := outline.Of(l.picture(reader, Live))
	if got.Standard || got.Revision != set || got.By != editor.ID || got.Sections[0].Key != outline.KeyOwn || got.Sections[1].Text != "Navn\nto" {
		t.Errorf("own: %+v", got)
	}
	for _, s := range got.Sections[3:] {
		if !s.Hidden {
			t.Errorf("%s was left out and is shown", s.Key)
		}
	}
	if len(got.Sections) != 3+len(outline.Keys())-1 {
		t.Errorf("%d sections", len(got.Sections))
	}
	if c := outline.Of(l.picture(boContact, Live)); !c.Standard {
		t.Error("a municipality reads the office's template")
	}
	l.do(leader, CloseMeeting{Meeting: "m1"})
	closed := l.s.Head().Revision
	if err := l.try(admin, outline.Replace{}); CodeOf(err) != Conflict {
		t.Errorf("over a template that was not seen: %v", err)
	}
	l.do(admin, outline.Replace{Seen: set})
	p := l.picture(reader, Live)
	if now := outline.Of(p); !now.Standard || now.Revision == 0 || now.Sections[0].Hidden {
		t.Errorf("reset: %+v", now)
	}
	if then := outline.Of(p.AtRevision(closed)); then.Revision != set {
		t.Errorf("as of the closing: %+v", then)
	}
	if first := outline.Of(p.AtRevision(set - 1)); !first.Standard || first.Revision != 0 {
		t.Errorf("before: %+v", first)
	}
	if strings.Contains(string(l.recs[set-1].Body), "Navn") {
		t.Error("the record holds what was written")
	}
	l.do(admin, texts.Redact{Texts: []TextID{{set, 1}, {set, 2}}, Reason: "navn"})
	if then := outline.Of(l.picture(reader, Live).AtRevision(closed)).Sections[1]; !then.Redacted || then.Heading+then.Text != "" {
		t.Errorf("after redaction: %+v", then)
	}
}
