package evidence

import (
	"slices"
	"strconv"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
)

// spare is how many deviations can be added at once.
const spare = 2

// Form is the form of a version of evidence, filled in.
type Form struct {
	evidence.Record
	Fault   string // the refusal in words, "" none
	At      string // the id of the field that it is about
	Head    string
	Cancel  string
	Areas   []choice
	Access  []choice
	States  []choice
	Bases   []choice
	Letters []choice
	Meeting []choice
	Sets    bool              // the reader may exempt it
	Inside  []domain.ColumnID // indicators, which the form does not list
	For     string            // the cell that it is for
	refused error
}

// choice is one of several that may be chosen.
type choice struct {
	Value, Name string
	On          bool
}

// FormOf returns the form of a command.
func FormOf(cmd evidence.Record) *Form { return &Form{Record: cmd} }

// Refused returns the form of a command that was refused, and whether the reader can
// mend it there.
func Refused(cmd evidence.Record, err error) (*Form, bool) {
	if refusal(err) == nil {
		return nil, false
	}
	return &Form{Record: cmd, refused: err}, true
}

// fill adds what may be chosen, and the refusal in words.
func (f *Form) fill(v *view) {
	f.Head = v.T("evidence.new.head", v.T("evidence.type."+string(f.Type)))
	f.Cancel = v.to(func(*Filter) {})
	if f.For = v.o.Filter.For.String(); f.For != "" {
		f.Cancel = v.Link(v.o.Filter.For.Path(v.o.Municipality.ID))
	}
	for _, sent := range v.o.Sent {
		if !slices.ContainsFunc(f.Files, func(has evidence.File) bool { return has.Sum == sent.Sum }) {
			f.Files = append(f.Files, sent)
		}
	}
	f.Inside = slices.DeleteFunc(slices.Clone(f.Columns), func(c domain.ColumnID) bool { return slices.Contains(v.areas(), c) })
	if f.Version > 1 {
		f.Head = v.T("evidence.edit.head", v.T("evidence.type."+string(f.Type)))
		f.Cancel = v.to(func(to *Filter) { to.Chosen = f.ID }) + "#kilde"
	}
	for _, c := range v.areas() {
		f.Areas = append(f.Areas, choice{string(c), v.column(c), slices.Contains(f.Columns, c)})
	}
	for _, a := range evidence.Access("").OneOf() {
		f.Access = append(f.Access, choice{a, v.T("evidence.access.choose." + a), a == string(f.Record.Access) || f.Record.Access == "" && a == string(evidence.Office)})
	}
	for _, s := range f.Supervision.State.OneOf() {
		f.States = append(f.States, choice{s, v.T("evidence.supervision." + s), s == string(f.Supervision.State) || f.Supervision.State == "" && s == "held"})
	}
	f.Sets = v.exempts()
	f.Bases = []choice{{"", v.T("evidence.exempt.not"), f.Exempt.Basis == ""}}
	for _, b := range domain.Bases() {
		f.Bases = append(f.Bases, choice{string(b), v.T("evidence.exempt." + string(b)), b == f.Exempt.Basis})
	}
	for _, l := range strings.Split("abcdefgh", "") {
		on := false
		for _, has := range f.ROBEK.Letters {
			on = on || string(has) == l
		}
		f.Letters = append(f.Letters, choice{l, l, on})
	}
	if f.Type == evidence.Meeting && v.o.Office != nil {
		for _, m := range v.o.Office.Meetings() {
			f.Meeting = append(f.Meeting, choice{string(m.ID), m.Title + ", " + v.Day(m.OpenedAt), m.ID == f.Record.Meeting})
		}
	}
	if e := refusal(f.refused); e != nil {
		f.Fault, f.At = v.T("refused."+e.Msg, e.Args...), FieldID(e.Field)
	}
}

// Rows are the deviations, and room for more.
func (f *Form) Rows() []evidence.Deviation {
	out := slices.Clone(f.Supervision.Deviations)
	for n := 1; len(out) < len(f.Supervision.Deviations)+spare; n++ {
		id := "a" + strconv.Itoa(n)
		if !slices.ContainsFunc(out, func(d evidence.Deviation) bool { return d.ID == id }) {
			out = append(out, evidence.Deviation{ID: id, State: "open"})
		}
	}
	return out
}

// Granted is what was granted, "" while it is not decided.
func (f *Form) Granted() string {
	if f.Funds.Granted == nil {
		return ""
	}
	return strconv.FormatInt(*f.Funds.Granted, 10)
}

// Longest is the longest title.
func (f *Form) Longest() int { return domain.MaxName }

// FieldID is the id of the field in the form that a refusal is about.
func FieldID(field string) string {
	switch field {
	case "", "v", "evidence", "kind":
		return ""
	}
	field = strings.NewReplacer("supervision.", "", "[", "_", "].", "_", "]", "", ".", "_").Replace(field)
	if strings.HasPrefix(field, "m_") || strings.HasPrefix(field, "c_") || strings.HasPrefix(field, "files_") {
		return ""
	}
	return "f-" + field
}
