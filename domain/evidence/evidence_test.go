package evidence_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

func supervised(id evidence.ID, v int) evidence.Record {
	cmd := plan(id, v)
	cmd.Type = evidence.Supervision
	cmd.Supervision.State, cmd.Supervision.Body, cmd.Supervision.Day = "held", "Statsforvalteren", "2023-05-14"
	cmd.Supervision.Basis = "helsetilsynsloven § 4"
	cmd.Supervision.Deviations = []evidence.Deviation{{ID: "a1", Text: "Rutine mangler", State: "open"}}
	return cmd
}

func TestRefusals(t *testing.T) {
	with := func(f func(*evidence.Record)) domain.Command { c := supervised("k2", 1); f(&c); return c }
	for name, c := range map[string]struct {
		by         domain.Actor
		cmd        domain.Command
		field, msg string
	}{
		"a reader":             {reader, plan("k2", 1), "", "forbidden.evidence"},
		"the public":           {nobody, plan("k2", 1), "board", "board.unknown"},
		"a municipality":       {contact, plan("k2", 1), "board", "board.unknown"},
		"another's area":       {assessor, with(func(c *evidence.Record) { c.Columns = []domain.ColumnID{"plan"} }), "c", "forbidden.area"},
		"into another's area":  {assessor, evidence.Record{ID: "k1", Version: 2, Type: evidence.Other, Title: "x", Columns: []domain.ColumnID{"plan"}, Effective: "2023-01-01", Retrieved: "2023-01-01"}, "c", "forbidden.area"},
		"an id":                {editor, plan("K 2", 1), "evidence", "id.wrong"},
		"the version again":    {editor, plan("k1", 1), "v", "evidence.stale"},
		"a version ahead":      {editor, plan("k2", 2), "v", "evidence.stale"},
		"nothing new":          {editor, plan("k1", 2), "", "evidence.same"},
		"no kind":              {editor, with(func(c *evidence.Record) { c.Type = "" }), "kind", "evidence.kind"},
		"an access":            {editor, with(func(c *evidence.Record) { c.Access = "all" }), "access", "evidence.access"},
		"a stranger":           {editor, with(func(c *evidence.Record) { c.Municipalities = []domain.MunicipalityID{"9999"} }), "m[0]", "municipality.unknown"},
		"one twice":            {editor, with(func(c *evidence.Record) { c.Municipalities = []domain.MunicipalityID{"0002", "0002"} }), "m[1]", "municipality.unknown"},
		"no such area":         {editor, with(func(c *evidence.Record) { c.Columns = []domain.ColumnID{"vei"} }), "c[0]", "column.unknown"},
		"no title":             {editor, with(func(c *evidence.Record) { c.Title = "" }), "title", "name.missing"},
		"a script for a link":  {editor, with(func(c *evidence.Record) { c.Link = "javascript:alert(1)" }), "link", "link.wrong"},
		"no day":               {editor, with(func(c *evidence.Record) { c.Effective = "14.05.2023" }), "effective", "evidence.date"},
		"a slip of the hand":   {editor, with(func(c *evidence.Record) { c.Effective = "0203-05-14" }), "effective", "evidence.date"},
		"not retrieved":        {editor, with(func(c *evidence.Record) { c.Retrieved = "" }), "retrieved", "evidence.date"},
		"from a day to come":   {editor, with(func(c *evidence.Record) { c.Effective = "2023-09-08" }), "effective", "evidence.ahead"},
		"retrieved tomorrow":   {editor, with(func(c *evidence.Record) { c.Retrieved = "2023-09-08" }), "retrieved", "evidence.ahead"},
		"a period backwards":   {editor, with(func(c *evidence.Record) { c.Period.From, c.Period.To = "2023-01-02", "2023-01-01" }), "period.to", "evidence.order"},
		"no body":              {editor, with(func(c *evidence.Record) { c.Supervision.Body = "" }), "supervision.body", "supervision.body"},
		"no basis":             {editor, with(func(c *evidence.Record) { c.Supervision.Basis = "" }), "supervision.basis", "supervision.basis"},
		"no day of it":         {editor, with(func(c *evidence.Record) { c.Supervision.Day = "" }), "supervision.day", "evidence.date"},
		"no state":             {editor, with(func(c *evidence.Record) { c.Supervision.State = "" }), "supervision.state", "supervision.state"},
		"closed with one open": {editor, with(func(c *evidence.Record) { c.Supervision.State = "closed" }), "supervision.deviations[0].state", "supervision.open"},
		"closed, but when":     {editor, with(func(c *evidence.Record) { c.Supervision.Deviations[0].State = "closed" }), "supervision.deviations[0].closed", "evidence.date"},
		"open, yet closed":     {editor, with(func(c *evidence.Record) { c.Supervision.Deviations[0].Closed = "2023-08-20" }), "supervision.deviations[0].state", "deviation.state"},
		"a deviation twice": {editor, with(func(c *evidence.Record) {
			c.Supervision.Deviations = append(c.Supervision.Deviations, c.Supervision.Deviations[0])
		}), "supervision.deviations[1].id", "id.wrong"},
		"a deviation unsaid":   {editor, with(func(c *evidence.Record) { c.Supervision.Deviations[0].Text = "" }), "supervision.deviations[0].text", "text.missing"},
		"a supervision of ROS": {editor, with(func(c *evidence.Record) { c.Type = evidence.ROS }), "supervision", "evidence.other_kind"},
		"ROBEK of ROS":         {editor, with(func(c *evidence.Record) { c.ROBEK.In = "2020-01-01" }), "robek", "evidence.other_kind"},
		"out before in": {editor, with(func(c *evidence.Record) {
			*c = plan("k2", 1)
			c.Type, c.ROBEK.In, c.ROBEK.Out = evidence.Economy, "2020-01-02", "2020-01-01"
		}), "robek.out", "evidence.order"},
		"out and never in":  {editor, with(func(c *evidence.Record) { *c = plan("k2", 1); c.Type, c.ROBEK.Out = evidence.Economy, "2020-01-01" }), "robek.in", "evidence.date"},
		"a meeting of none": {editor, with(func(c *evidence.Record) { *c = plan("k2", 1); c.Type = evidence.Meeting }), "of_meeting", "meeting.unknown"},
		"unknown meeting":   {editor, with(func(c *evidence.Record) { c.Meeting = "m9" }), "of_meeting", "meeting.unknown"},
		"an unknown file":   {editor, with(func(c *evidence.Record) { c.Files = []evidence.File{{Sum: domain.Hash{9}, Name: "x.pdf"}} }), "files[0]", "file.unknown"},
		"a file unnamed": {editor, with(func(c *evidence.Record) {
			c.Files, c.Stored = []evidence.File{{Sum: domain.Hash{9}}}, []evidence.File{{Sum: domain.Hash{9}}}
		}), "files[0].name", "name.missing"},
		"exempt by an assessor": {assessor, with(func(c *evidence.Record) { c.Exempt.Basis, c.Exempt.Reason = "offl-13", "x" }), "exempt", "evidence.exempt"},
		"exempt by no law":      {editor, with(func(c *evidence.Record) { c.Exempt.Reason = "x" }), "exempt.basis", "marking.basis"},
		"exempt for nothing":    {editor, with(func(c *evidence.Record) { c.Exempt.Basis = "offl-13" }), "exempt.reason", "reason.missing"},
		"an approver's own":     {approver, plan("k2", 1), "", "forbidden.evidence"},
		"withdrawn for nothing": {editor, evidence.Withdraw{ID: "k1"}, "reason", "reason.missing"},
		"withdrawing none":      {editor, evidence.Withdraw{ID: "k2", Reason: "x"}, "evidence", "evidence.unknown"},
		"withdrawn by a reader": {reader, evidence.Withdraw{ID: "k1", Reason: "x"}, "", "forbidden.evidence"},
		"a file of none":        {admin, evidence.RemoveFile{Sum: domain.Hash{9}, Reason: "x"}, "file", "file.unknown"},
		"a file by an editor":   {editor, evidence.RemoveFile{Sum: domain.Hash{1}, Reason: "x"}, "", "forbidden.redact"},
		"a file for nothing":    {admin, evidence.RemoveFile{Sum: domain.Hash{1}}, "reason", "reason.missing"},
		"asked by the office":   {reader, evidence.Ask{Board: "2023", Municipality: "0002", Mark: "missing", Text: "x"}, "", "forbidden.question"},
		"asked as both":         {both, evidence.Ask{Board: "2023", Municipality: "0002", Mark: "missing", Text: "x"}, "", "question.staff"},
		"asked by the public":   {nobody, evidence.Ask{Board: "2023", Municipality: "0002", Mark: "missing", Text: "x"}, "board", "board.unknown"},
		"asked by another":      {other, evidence.Ask{Board: "2023", Municipality: "0002", Mark: "missing", Text: "x"}, "m", "municipality.unknown"},
		"asked too early":       {other, evidence.Ask{Board: "2023", Municipality: "0003", Mark: "missing", Text: "x"}, "m", "question.round"},
		"asked for nothing":     {contact, evidence.Ask{Board: "2023", Municipality: "0002", Mark: "missing"}, "text", "text.missing"},
		"missing, yet named":    {contact, evidence.Ask{Board: "2023", Municipality: "0002", Mark: "missing", ID: "k1", Version: 1, Text: "x"}, "evidence", "question.missing"},
		"of the office's own":   {contact, evidence.Ask{Board: "2023", Municipality: "0002", Mark: "outdated", ID: "k1", Version: 1}, "evidence", "evidence.unknown"},
		"closed by a reader":    {reader, evidence.Close{Question: 1, Outcome: "stands", Text: "x"}, "", "forbidden.evidence"},
		"closed, which is none": {editor, evidence.Close{Question: 1, Outcome: "stands", Text: "x"}, "question", "question.unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t)
			first := plan("k1", 1)
			first.Files, first.Stored = []evidence.File{{Sum: domain.Hash{1}, Name: "ROS.pdf"}}, []evidence.File{{Sum: domain.Hash{1}, Size: 9}}
			o.do(editor, first)
			o.do(editor, round{"2023", []domain.MunicipalityID{"0002"}})
			if cmd, ok := c.cmd.(evidence.Record); ok && c.msg == "evidence.same" {
				cmd.Files = first.Files
				c.cmd = cmd
			}
			var e *domain.Error
			if err := o.try(c.by, c.cmd); !errors.As(err, &e) || e.Msg != c.msg || e.Field != c.field {
				t.Errorf("got %v, want %s of %q", err, c.msg, c.field)
			}
		})
	}
}

// TestVersions: a version names the texts that stand; a text that was taken out stays so
// in the next one; what was stored once needs not be told again.
func TestVersions(t *testing.T) {
	o := open(t)
	first := supervised("k1", 1)
	first.Files, first.Stored = []evidence.File{{Sum: domain.Hash{1}, Name: "Kari Nordmann.pdf"}}, []evidence.File{{Sum: domain.Hash{1}, Size: 9, Type: "application/pdf"}}
	rev := o.do(assessor, first)
	second := first
	second.Version, second.Stored = 2, nil
	second.Supervision.Deviations = []evidence.Deviation{{ID: "a1", Text: "Rutine mangler", State: "closed", Closed: "2023-08-20"}}
	o.do(assessor, second)
	if n := len(o.recs[len(o.recs)-1].Events[0].Texts()); n != 0 {
		t.Errorf("%d texts were written again", n)
	}
	one, _ := evidence.One(o.as(reader), evidence.Ref{ID: "k1", Version: 1})
	two, _ := evidence.One(o.as(reader), evidence.Ref{ID: "k1", Version: 2})
	if !one.Newer || two.Newer || one.OpenDeviations() != 1 || two.OpenDeviations() != 0 || two.Title.String() != "Helhetlig ROS" || two.Files[0].Size != 9 || two.Complete() {
		t.Errorf("the versions are %+v and %+v", one, two)
	}
	gone := two.Files[0].Name.ID()
	o.do(admin, texts.Redact{Texts: []domain.TextID{gone}, Reason: "navn"})
	third := second
	third.Version, third.Title, third.Source = 3, "Legevakt", "Statsforvalteren"
	third.Period.From = "2022-01-01"
	third.Files = []evidence.File{{Sum: domain.Hash{1}}}
	o.do(assessor, third)
	for _, v := range []int{1, 2, 3} {
		if i, _ := evidence.One(o.as(reader), evidence.Ref{ID: "k1", Version: v}); !i.Files[0].Name.Redacted() || i.Files[0].Name.ID() != gone {
			t.Errorf("version %d calls the file %q", v, i.Files[0].Name)
		}
	}
	back := third
	back.Version, back.Title = 4, "Helhetlig ROS"
	o.do(assessor, back)
	if i, _ := evidence.One(o.as(reader), evidence.Ref{ID: "k1", Version: 4}); i.Title.ID().Revision != rev || !i.Complete() {
		t.Errorf("what was said before was written again: %+v", i)
	}
	o.do(admin, evidence.RemoveFile{Sum: domain.Hash{1}, Reason: "navn"})
	if i, _ := evidence.One(o.as(reader), evidence.Ref{ID: "k1", Version: 1}); i.Files[0].Removed == nil {
		t.Error("the file is still there")
	}
	other := plan("k2", 1)
	other.Files, other.Stored = []evidence.File{{Sum: domain.Hash{1}, Name: "x"}}, []evidence.File{{Sum: domain.Hash{1}}}
	if e := new(domain.Error); !errors.As(o.try(editor, other), &e) || e.Msg != "file.removed" {
		t.Errorf("the file is taken again: %v", e)
	}
	o.do(editor, evidence.Withdraw{ID: "k1", Reason: "Feil kommune"})
	if n, withdrawn, known := evidence.Newest(o.as(assessor), "k1"); n != 4 || !withdrawn || !known {
		t.Errorf("%d, withdrawn %t, known %t", n, withdrawn, known)
	}
	for _, cmd := range []domain.Command{evidence.Withdraw{ID: "k1", Reason: "x"}, supervised("k1", 5)} {
		if e := new(domain.Error); !errors.As(o.try(editor, cmd), &e) || e.Msg != "evidence.withdrawn" {
			t.Errorf("%T of what is withdrawn: %v", cmd, e)
		}
	}
}

// TestApproverNarrowsAccess: an approver lets fewer see evidence, never more, and changes
// nothing beside it.
func TestApproverNarrowsAccess(t *testing.T) {
	o := open(t)
	first := plan("k1", 1)
	first.Access = evidence.Own
	o.do(editor, first)
	next := func(change func(*evidence.Record)) evidence.Record {
		i, _ := evidence.One(o.as(reader), evidence.Ref{ID: "k1", Version: 1})
		out := i.Again()
		change(&out)
		return out
	}
	for name, cmd := range map[string]evidence.Record{
		"more":    next(func(c *evidence.Record) { c.Access = evidence.Public }),
		"another": next(func(c *evidence.Record) { c.Access, c.Title = evidence.Office, "Annet" }),
	} {
		if err := o.try(approver, cmd); domain.CodeOf(err) != domain.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.do(approver, next(func(c *evidence.Record) { c.Access = evidence.Office }))
	if list := evidence.Of(o.as(contact), "0002"); len(list) != 0 {
		t.Errorf("the contact still sees %v", list)
	}
}

// TestExemption: who marks may exempt and lift, and an approver that alone.
func TestExemption(t *testing.T) {
	o := open(t)
	o.do(assessor, plan("k1", 1))
	exempt := plan("k1", 2)
	exempt.Exempt.Basis, exempt.Exempt.Reason = "offl-13", "Navn i vedlegg"
	o.do(approver, exempt)
	if i, _ := evidence.One(o.as(reader), evidence.Ref{ID: "k1", Version: 1}); i.Exempt == nil {
		t.Error("an earlier version is not exempt")
	}
	more := exempt
	more.Version, more.Title = 3, "Annet"
	o.do(assessor, more)
	lifted := more
	lifted.Version, lifted.Title = 4, "Enda et"
	lifted.Exempt.Basis, lifted.Exempt.Reason = "", ""
	for by, msg := range map[*domain.Actor]string{&assessor: "evidence.exempt", &approver: "forbidden.evidence", &lead: "forbidden.evidence"} {
		if e := new(domain.Error); !errors.As(o.try(*by, lifted), &e) || e.Msg != msg {
			t.Errorf("%s: %v, want %s", by.ID, e, msg)
		}
	}
	lifted.Title = more.Title
	o.do(admin, lifted)
}

// TestMeetingAsEvidence: a meeting that the actor may see is evidence, open or closed.
func TestMeetingAsEvidence(t *testing.T) {
	o := open(t)
	o.do(lead, domain.OpenMeeting{ID: "m1", Board: domain.Live, Kind: domain.MeetingRegion, Title: "Fagmøte"})
	cmd := plan("k1", 1)
	cmd.Type, cmd.Meeting = evidence.Meeting, "m1"
	o.do(editor, cmd)
	o.do(lead, domain.CloseMeeting{Meeting: "m1"})
	cmd.ID = "k2"
	o.do(editor, cmd)
	if got := evidence.Of(o.as(reader), "0002"); len(got) != 2 || got[0].Meeting != "m1" {
		t.Errorf("evidence is %+v", got)
	}
}

// TestWhatWeKnow: a contact sees citations of what is on its own municipality and not the
// office's alone, while it is judged; it marks them, and is answered.
func TestWhatWeKnow(t *testing.T) {
	o := open(t)
	for i, access := range []evidence.Access{evidence.Office, evidence.Own, evidence.Public} {
		cmd := supervised(evidence.ID("k"+string(access)), 1)
		cmd.Access, cmd.Effective, cmd.Source = access, time.Date(2023, 1, i+1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), "Kilde"
		cmd.Summary, cmd.Link = "Sammendrag", "https://example.no"
		cmd.Municipalities = []domain.MunicipalityID{"0001", "0002"}
		o.do(assessor, cmd)
	}
	all := plan("alle", 1)
	all.Municipalities, all.Access = nil, evidence.Public
	o.do(editor, all)
	if got := evidence.Of(o.as(contact), "0002"); got != nil {
		t.Errorf("before it is judged: %+v", got)
	}
	o.do(editor, round{"2023", []domain.MunicipalityID{"0002"}})
	var ids []evidence.ID
	for _, i := range evidence.Of(o.as(contact), "0002") {
		ids = append(ids, i.ID)
		if !i.Cited || i.By != "" || !i.At.IsZero() || i.Summary != nil || i.Link != nil || i.Supervision != nil || i.Columns != nil || !slices.Equal(i.Municipalities, []domain.MunicipalityID{"0002"}) {
			t.Errorf("a citation says %+v", i)
		}
	}
	if !slices.Equal(ids, []evidence.ID{"kpublic", "kown", "alle"}) {
		t.Errorf("it sees %v", ids)
	}
	for name, by := range map[string]domain.Actor{"another": other, "the public": nobody, "a screen": screen} {
		_, _, known := evidence.Newest(o.as(by), "kpublic")
		if _, one := evidence.One(o.as(by), evidence.Ref{ID: "kpublic", Version: 1}); one || known || evidence.Of(o.as(by), "0002") != nil || evidence.Questions(o.as(by), "0002") != nil {
			t.Errorf("%s sees evidence", name)
		}
	}
	if evidence.Of(o.as(contact), "0001") != nil {
		t.Error("it sees that of another")
	}
	ask := evidence.Ask{Board: "2023", Municipality: "0002", Mark: "outdated", ID: "kown", Version: 1, Text: "Ny plan i 2023"}
	rev := o.do(contact, ask)
	o.do(contact, evidence.Ask{Board: "2023", Municipality: "0002", Mark: "missing", Column: "plan", Text: "Arealplanen"})
	if e := new(domain.Error); !errors.As(o.try(contact, ask), &e) || e.Msg != "question.asked" {
		t.Errorf("asked twice: %v", e)
	}
	o.do(editor, evidence.Close{Question: rev, Outcome: "corrected"})
	if e := new(domain.Error); !errors.As(o.try(editor, evidence.Close{Question: rev, Outcome: "corrected"}), &e) || e.Msg != "question.closed" {
		t.Errorf("closed twice: %v", e)
	}
	office, own := evidence.Questions(o.as(reader), "0002"), evidence.Questions(o.as(contact), "0002")
	if len(office) != 2 || office[1].Revision != rev || office[1].Asked.By != contact.ID || office[1].Outcome != "corrected" {
		t.Errorf("the office is told %+v", office)
	}
	if len(own) != 2 || own[1].Asked.By != "" || own[1].Answered.By != "" || own[1].Asked.Text.String() != "Ny plan i 2023" {
		t.Errorf("the contact is told %+v", own)
	}
	closed := supervised("kown", 2)
	closed.Municipalities = []domain.MunicipalityID{"0001", "0002"}
	o.do(assessor, closed) // access office
	if _, ok := evidence.One(o.as(contact), evidence.Ref{ID: "kown", Version: 1}); ok {
		t.Error("what was closed is still cited")
	}
}

// TestTooLong: a text that is too long is refused, whichever it is.
func TestTooLong(t *testing.T) {
	o := open(t)
	long := typed.Of(strings.Repeat("å", 2001))
	for name, f := range map[string]func(*evidence.Record){
		"title": func(c *evidence.Record) { c.Title = long[:402] }, "source": func(c *evidence.Record) { c.Source = long },
		"summary": func(c *evidence.Record) { c.Summary = typed.Of(strings.Repeat("å", 5001)) }, "link": func(c *evidence.Record) { c.Link = long },
		"supervision.body": func(c *evidence.Record) { c.Supervision.Body = long[:402] }, "supervision.basis": func(c *evidence.Record) { c.Supervision.Basis = long },
		"supervision.deviations[0].text": func(c *evidence.Record) { c.Supervision.Deviations[0].Text = long },
		"files[0].name":                  func(c *evidence.Record) { c.Files = []evidence.File{{Name: long[:402]}} },
		"exempt.reason":                  func(c *evidence.Record) { c.Exempt.Basis, c.Exempt.Reason = "offl-13", long },
	} {
		cmd := supervised("k1", 1)
		f(&cmd)
		if e := new(domain.Error); !errors.As(o.try(editor, cmd), &e) || e.Msg != "text.long" || e.Field != name {
			t.Errorf("%s: %v", name, e)
		}
	}
}
