package domain_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/subjects"
	"kommunebilde/domain/texts"
)

// plainCell is a judgement as its author would tell it.
type plainCell struct {
	level Level
	text  string
	refs  string
	yes   bool // somebody said once that what was before still holds
}

// same is a cell without what no approval covers.
func (c plainCell) same() plainCell { c.yes = false; return c }

// plainUnit is what was done to a unit, in words.
type plainUnit struct {
	submitted, approvedOnce bool
	last                    string // returned or approved
	approved                []plainCell
	authors                 map[AccountID]bool // since it was approved
}

// course is a year with a plain account of it.
type course struct {
	*year
	rt    *rapid.T
	refs  []evidence.Ref
	was   map[CellRef]plainCell // of the edition before
	cells map[CellRef]plainCell
	units map[CellRef]*plainUnit
	undo  map[Revision]map[CellRef]plainCell // as it was before a record
}

var (
	courseRows  = []MunicipalityID{"0001", "0002"}
	courseUnits = map[ColumnID][]ColumnID{"helse": {"helse", "leger"}, "plan": {"plan", "planalder"}, "status": {"status", "utfordringer", "muligheter"}}
)

func newCourse(t *testing.T, rt *rapid.T) *course {
	y := planned(t)
	c := &course{year: y, rt: rt, refs: []evidence.Ref{y.evidence("k1", "0001"), y.evidence("k2", "0002")}, undo: map[Revision]map[CellRef]plainCell{},
		was: map[CellRef]plainCell{
			{Municipality: "0001", Column: "helse"}: {level: Yellow, text: "Én av to lister uten lege."},
			{Municipality: "0001", Column: "leger"}: {level: Red, text: "Ingen søkere."},
			{Municipality: "0002", Column: "helse"}: {level: Green},
		}, cells: map[CellRef]plainCell{}, units: map[CellRef]*plainUnit{}}
	for _, m := range courseRows {
		for lead, covers := range courseUnits {
			c.units[CellRef{Municipality: m, Column: lead}] = &plainUnit{authors: map[AccountID]bool{}}
			for _, col := range covers {
				c.cells[CellRef{Municipality: m, Column: col}] = plainCell{level: NotAssessed}
			}
		}
	}
	return c
}

func (c *course) content(at CellRef) (out []plainCell) {
	for _, col := range courseUnits[at.Column] {
		out = append(out, c.cells[CellRef{Municipality: at.Municipality, Column: col}].same())
	}
	return out
}

// standing is how a cell stands to the edition before.
func (c *course) standing(at CellRef) assessment.Standing {
	was, compared := c.was[at]
	is := c.cells[at]
	equal := is.level == was.level && is.text == was.text
	switch {
	case !compared:
		return assessment.New
	case is.yes && equal:
		return assessment.Unchanged
	case equal, is.level == NotAssessed && (is.text == "" || is.text == was.text):
		return assessment.Carried
	}
	return assessment.Changed
}

// state is a unit's by the plain account.
func (c *course) state(at CellRef) signoff.State {
	u, empty := c.units[at], true
	for _, col := range courseUnits[at.Column] {
		cell := CellRef{Municipality: at.Municipality, Column: col}
		is := c.cells[cell]
		empty = empty && is.level == NotAssessed && is.refs == "" && (is.text == "" || c.standing(cell) == assessment.Carried)
	}
	switch {
	case empty:
		return signoff.Missing
	case u.last == "approved" && slices.Equal(u.approved, c.content(at)):
		return signoff.Approved
	case u.submitted:
		return signoff.Submitted
	case u.approvedOnce && u.last != "returned":
		return signoff.Changed
	}
	return signoff.Draft
}

// wrote takes in that cells were written.
func (c *course) wrote(by AccountID, before map[CellRef]plainCell) {
	c.undo[c.s.Head().Revision] = before
	for at, u := range c.units {
		for _, col := range courseUnits[at.Column] {
			cell := CellRef{Municipality: at.Municipality, Column: col}
			if before[cell].same() == c.cells[cell].same() {
				continue
			}
			u.submitted = false
			if by != "" {
				u.authors[by] = true
			}
		}
	}
}

func draw[T any](c *course, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(c.rt, label)
}

// step does one thing that somebody in the office may do, if they may.
func (c *course) step() {
	m, lead := draw[MunicipalityID](c, "m", "0001", "0001", "0002"), draw(c, "unit", "helse", "helse", "helse", "plan", "status")
	at := CellRef{Municipality: m, Column: ColumnID(lead)}
	u := c.units[at]
	by := draw(c, "by", expert, expert2, both, editor)
	before := maps.Clone(c.cells)
	col := draw(c, "c", courseUnits[at.Column]...)
	cell := CellRef{Municipality: m, Column: col}
	is := c.cells[cell]
	switch draw(c, "what", "level", "level", "text", "text", "refs", "again", "carry", "yes", "ready", "ready", "ready", "submit", "approve", "approve", "approve", "return", "undo", "note", "mark", "lift", "moderate") {
	case "level":
		is.level = draw(c, "level", Green, Yellow, Red, NotAssessed)
		if is.level != c.cells[cell].level && c.write(by, m, col, is.level, "") == nil {
			c.cells[cell] = is
			c.wrote(by.ID, before)
		}
	case "text":
		is.text = draw(c, "text", "Én.", "To.", "Én av to lister uten lege.")
		if is.text != c.cells[cell].text && c.write(by, m, col, "", is.text) == nil {
			c.cells[cell] = is
			c.wrote(by.ID, before)
		}
	case "refs":
		refs := []evidence.Ref{}
		if is.refs == "" {
			refs, is.refs = c.refs[slices.Index(courseRows, m):][:1], "its own"
		} else {
			is.refs = ""
		}
		if c.write(by, m, col, "", "", append([]evidence.Ref{}, refs...)...) == nil {
			c.cells[cell] = is
			c.wrote(by.ID, before)
		}
	case "again":
		level := is.level
		if lead == "status" {
			level = ""
		}
		c.nothing(c.write(editor, m, col, level, is.text))
	case "carry":
		if c.try(editor, assessment.CarryOver{Board: "2023"}) == nil {
			for at, was := range c.was {
				if c.work().Cell(at.Municipality, at.Column).Revision == c.s.Head().Revision {
					c.cells[at] = plainCell{NotAssessed, was.text, "", false}
				}
			}
			c.wrote("", before)
		}
	case "yes":
		said := c.try(by, assessment.ConfirmUnchanged{Board: "2023", Municipality: m, Column: at.Column, Seen: c.unit(m, at.Column).Revision})
		if said == nil {
			for _, col := range courseUnits[at.Column] {
				cell := CellRef{Municipality: m, Column: col}
				if c.standing(cell) == assessment.Carried {
					c.cells[cell] = plainCell{c.was[cell].level, c.was[cell].text, c.cells[cell].refs, true}
				}
			}
			c.wrote(by.ID, before)
		}
	case "ready":
		c.ready(at)
	case "submit":
		if c.submit(by, m, at.Column) == nil {
			u.submitted = true
		}
	case "approve":
		if rapid.Bool().Draw(c.rt, "ready") {
			c.ready(at)
		}
		who, state := draw(c, "approver", approver, both, editor2, editor2, editor), c.state(at)
		if c.approve(who, m, at.Column) == nil {
			if u.authors[who.ID] || state != signoff.Submitted && state != signoff.Changed {
				c.rt.Fatalf("%s approves %v, which is %s and written by %v", who.ID, at, state, u.authors)
			}
			u.submitted, u.approvedOnce, u.last, u.approved, u.authors = false, true, "approved", c.content(at), map[AccountID]bool{}
		}
	case "return":
		if c.send(draw(c, "approver", approver, editor2), m, at.Column, "Hvorfor?") == nil {
			u.submitted, u.last = false, "returned"
		}
	case "undo":
		r := c.s.Head().Revision
		if was, wrote := c.undo[r]; wrote && c.try(editor, Undo{Board: "2023", Revision: r}) == nil {
			for at, cell := range was { // that somebody said yes stays said
				cell.yes = c.cells[at].yes
				c.cells[at] = cell
			}
			c.wrote(editor.ID, before)
		}
	case "note":
		c.do(reader, assessment.WriteNote{Board: "2023", Municipality: m, Column: col, Text: "Ring legen"})
	case "mark":
		c.do(editor, whole("2023", m, col))
	case "lift":
		_ = c.try(editor, LiftMarking{Board: "2023", Cells: []CellRef{cell}, Reason: "Nei"})
	case "moderate":
		_ = c.try(approver, signoff.Moderate{Board: "2023", Area: "helse", Took: []AccountID{"ida"}, Known: map[AccountID]string{"ida": ""}})
	}
	c.later(time.Minute)
}

// ready has an editor write all that a unit needs, and submit it.
func (c *course) ready(at CellRef) {
	if u := c.units[at]; u.submitted || c.state(at) == signoff.Approved {
		return
	}
	for _, col := range courseUnits[at.Column] {
		cell := CellRef{Municipality: at.Municipality, Column: col}
		is, level, before := c.cells[cell], Level(""), maps.Clone(c.cells)
		if is.text = "Klart."; at.Column != "status" {
			is.level, level = Green, Green
		}
		if c.write(editor, at.Municipality, col, level, is.text) == nil {
			c.cells[cell] = is
			c.wrote(editor.ID, before)
		}
	}
	if c.state(at) == signoff.Approved { // as it was approved before
		return
	}
	if err := c.submit(editor, at.Municipality, at.Column); err != nil {
		c.rt.Fatalf("%v is complete, and is not submitted: %v", at, err)
	}
	c.units[at].submitted = true
}

func (c *course) nothing(err error) {
	if !strings.Contains(fmt.Sprint(err), "save.nothing") {
		c.rt.Fatalf("the same again: %v", err)
	}
}

// check holds the work to the plain account.
func (c *course) check() {
	w, counted := c.work(), Counts{}
	for at := range c.units {
		unit := w.Unit(at.Municipality, at.Column)
		if want := c.state(at); unit.State != want {
			c.rt.Fatalf("%v is %s, want %s: %+v", at, unit.State, want, c.content(at))
		}
		if a := unit.Approval; unit.State == signoff.Approved && (a == nil || a.Sum != unit.Sum || slices.Contains(unit.Authors, a.By)) {
			c.rt.Fatalf("%v is approved, by %+v: %s, written by %v", at, a, unit.Sum, unit.Authors)
		}
		for _, cell := range unit.Cells {
			ref := CellRef{Municipality: cell.Municipality, Column: cell.Column}
			if cell.Level != c.cells[ref].level || cell.Text.String() != c.cells[ref].text || cell.Standing != c.standing(ref) {
				c.rt.Fatalf("%v is %+v, want %+v, %s", ref, cell, c.cells[ref], c.standing(ref))
			}
			if at.Column != "status" && cell.Column == at.Column {
				counted[cell.Level]++
			}
		}
	}
	// Summaries are in no count of levels.
	p := c.picture(reader, "2023")
	for level, n := range p.Count([]int{p.Row("0001"), p.Row("0002")}, p.Catalogue().Areas()) {
		if n != counted[level] {
			c.rt.Fatalf("%d are %s, want %d", n, level, counted[level])
		}
	}
}

// shown is all that pictures of an edition say to everybody, as text.
func shown(s *State, now time.Time) string {
	var out strings.Builder
	for _, by := range []Actor{reader, editor, boContact, screen, nobody} {
		for _, id := range []BoardID{Live, "2022", "2023"} {
			p, ok := PictureOf(s, AudienceOf(s, by, id, now), id, now)
			if fmt.Fprint(&out, by.ID, id, ok); !ok {
				continue
			}
			body, _ := json.Marshal(p.Board())
			out.Write(body)
			for row := range p.Catalogue().Municipalities {
				for col := range p.Catalogue().Columns {
					body, _ = json.Marshal([]any{p.Cell(row, col), p.History(row, col)})
					out.Write(body)
				}
			}
		}
	}
	if w, err := signoff.Of(Judge(s, editor, now), "2023"); err == nil {
		for _, m := range courseRows {
			for _, lead := range w.Leads() {
				u := w.Unit(m, lead)
				fmt.Fprintln(&out, m, lead, u.State, u.Revision, u.Sum, u.Approval, u.Authors, u.Missing)
			}
		}
	}
	return out.String()
}

// TestYearEqualsAPlainAccount: for any course of work on several units, by several people,
// each unit stands as a plain account says: approved only as it was approved, and by
// somebody who wrote none of it; notes, markings and what changes nothing end no approval.
// Another node that reads the records shows the same at the same time. When every text is
// taken out, the sums and approvals stand, and no word is left.
func TestYearEqualsAPlainAccount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := newCourse(t, rt)
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			c.step()
			c.check()
		}
		c.checkNodes()
		c.checkRedacted()
	})
}

// reread is the state of a node that reads the records, as a journal gives them.
func (c *course) reread(upTo int) *State {
	var prev Hash
	s, err := NewState("epoke").Replay(func(yield func(Record, error) bool) {
		for _, r := range c.recs[:upTo] {
			opened, err := OpenRecord(subjects.Kinds(), prev, r.Hash, r.Body, r.Texts)
			if prev = r.Hash; !yield(opened, err) {
				return
			}
		}
	})
	if err != nil {
		c.rt.Fatal(err)
	}
	return s
}

func (c *course) checkNodes() {
	other := c.reread(len(c.recs))
	for _, now := range []time.Time{c.now, c.now.AddDate(1, 0, 0)} {
		if a, b := shown(c.s, now), shown(other, now); a != b {
			at := 0
			for at < min(len(a), len(b)) && a[at] == b[at] {
				at++
			}
			c.rt.Fatalf("two nodes show …%.200s and …%.200s", a[at:], b[at:])
		}
	}
}

func (c *course) checkRedacted() {
	type kept struct {
		state signoff.State
		sum   Hash
	}
	read := func() map[CellRef]kept {
		out, w := map[CellRef]kept{}, c.work()
		for at := range c.units {
			u := w.Unit(at.Municipality, at.Column)
			out[at] = kept{u.State, u.Sum}
		}
		return out
	}
	before := read()
	var all []TextID
	var words []string
	for _, r := range c.recs {
		for n, text := range r.Texts {
			all = append(all, TextID{Revision: r.Revision, N: n})
			words = append(words, text.Body)
		}
	}
	for part := range slices.Chunk(all, 20) {
		if err := c.try(admin, texts.Redact{Texts: part, Reason: "navn"}); err != nil {
			c.rt.Fatalf("take out: %v", err)
		}
	}
	for at, is := range read() {
		// A text that is gone is not equal to last year's any more.
		if is.sum != before[at].sum || is.state != before[at].state && before[at].state == signoff.Approved {
			c.rt.Fatalf("%v was %v, is %v after its texts were taken out", at, before[at], is)
		}
	}
	said := shown(c.s, c.now)
	for _, r := range c.recs {
		said += string(r.Body)
	}
	for _, word := range words {
		if len(word) > 6 && !strings.Contains(string(c.recs[0].Body), word) && strings.Contains(said, word) {
			c.rt.Fatalf("%q was taken out, and is shown", word)
		}
	}
}
