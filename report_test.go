package kommunebilde

import (
	"errors"
	"strings"
	"testing"
)

func TestReportTemplate(t *testing.T) {
	l := started(t)
	long, own := strings.Repeat("å", MaxReason+1), ReportPart{Key: ReportOwn, Heading: "Vær"}
	many := []ReportPart{}
	for range MaxSections + 1 {
		many = append(many, own)
	}
	for name, c := range map[string]struct {
		by       Actor
		sections []ReportPart
		code     Code
		msg      string
	}{
		"a lead":            {leader, nil, Forbidden, "forbidden.template"},
		"a reader":          {reader, nil, Forbidden, "forbidden.template"},
		"the public":        {nobody, nil, NotFound, "board.unknown"},
		"an unknown key":    {editor, []ReportPart{{Key: "vaer"}}, Invalid, "template.unknown"},
		"one twice":         {editor, []ReportPart{{Key: ReportWho}, {Key: ReportWho, Hidden: true}}, Invalid, "template.twice"},
		"nothing shown":     {editor, []ReportPart{{Key: ReportWho, Hidden: true}}, Invalid, "template.empty"},
		"own, no heading":   {editor, []ReportPart{{Key: ReportOwn, Text: "x"}}, Invalid, "template.heading"},
		"a blank heading":   {editor, []ReportPart{{Key: ReportWho, Heading: " "}}, Invalid, "name.missing"},
		"heading too long":  {editor, []ReportPart{{Key: ReportWho, Heading: long}}, Invalid, "text.long"},
		"text too long":     {editor, []ReportPart{{Key: ReportWho, Text: long}}, Invalid, "text.long"},
		"too many sections": {editor, many, Invalid, "template.sections"},
	} {
		err := l.try(c.by, SetReportTemplate{Sections: c.sections})
		if e := new(Error); !errors.As(err, &e) || e.Code != c.code || e.Msg != c.msg {
			t.Errorf("%s: %v, want %s", name, err, c.msg)
		}
	}
	if got := l.picture(reader, Live).Report(); !got.Standard || len(got.Sections) != len(ReportKeys()) {
		t.Errorf("at first: %+v", got)
	}
	set := l.do(editor, SetReportTemplate{Sections: []ReportPart{own, {Key: ReportWhen, Heading: "Navn", Text: "Navn\nto"}, own}})
	got := l.picture(reader, Live).Report()
	if got.Standard || got.Revision != set || got.By != editor.ID || got.Sections[0].Key != ReportOwn || got.Sections[1].Text != "Navn\nto" {
		t.Errorf("own: %+v", got)
	}
	for _, s := range got.Sections[3:] {
		if !s.Hidden {
			t.Errorf("%s was left out and is shown", s.Key)
		}
	}
	if len(got.Sections) != 3+len(ReportKeys())-1 {
		t.Errorf("%d sections", len(got.Sections))
	}
	if c := l.picture(boContact, Live).Report(); !c.Standard {
		t.Error("a municipality reads the office's template")
	}
	l.do(leader, CloseMeeting{Meeting: "m1"})
	closed := l.s.Head().Revision
	if err := l.try(admin, SetReportTemplate{}); CodeOf(err) != Conflict {
		t.Errorf("over a template that was not seen: %v", err)
	}
	l.do(admin, SetReportTemplate{Seen: set})
	p := l.picture(reader, Live)
	if now := p.Report(); !now.Standard || now.Revision == 0 || now.Sections[0].Hidden {
		t.Errorf("reset: %+v", now)
	}
	if then := p.AtRevision(closed).Report(); then.Revision != set {
		t.Errorf("as of the closing: %+v", then)
	}
	if first := p.AtRevision(set - 1).Report(); !first.Standard || first.Revision != 0 {
		t.Errorf("before: %+v", first)
	}
	if strings.Contains(string(l.recs[set-1].Body), "Navn") {
		t.Error("the record holds what was written")
	}
	l.do(admin, Redact{Texts: []TextID{{set, 1}, {set, 2}}, Reason: "navn"})
	if then := l.picture(reader, Live).AtRevision(closed).Report().Sections[1]; !then.Redacted || then.Heading+then.Text != "" {
		t.Errorf("after redaction: %+v", then)
	}
}
