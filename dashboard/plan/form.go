package plan

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
)

// form is a form, drawn from its values by name.
type form struct {
	Action, Leave string
	Go            string // the key of the button's word
	Hidden        [][2]string
	Groups        []group
	Note          string
	pg            *kit.Page
	values        url.Values
}

// group is fields that belong together; without a legend, a single one.
type group struct {
	Legend, Help string
	Optional     bool
	Fields       []field
}

// field is one field: Kind is text, area, date, select or checks.
type field struct {
	Kind, Name, Label, Help, Value, Lang string
	Required                             bool
	Optional                             string // that it may be empty, where its group does not say so
	Most, Rows                           int
	Choices                              []choice
}

// ID is what a refusal leads to.
func (f field) ID() string { return "f-" + f.Name }

type choice struct {
	Value, Name string
	On          bool
}

func newForm(pg *kit.Page, action, leave string, values url.Values) *form {
	return &form{Action: action, Leave: leave, pg: pg, values: values}
}

func (f *form) group(legend, help string, optional bool, fields ...field) {
	g := group{Help: help, Optional: optional, Fields: fields}
	if legend != "" {
		g.Legend = f.pg.T(legend)
	}
	if help != "" {
		g.Help = f.pg.T(help)
	}
	f.Groups = append(f.Groups, g)
}

// text is a field of one line, or of several where rows says so.
func (f *form) text(name, label string, most, rows int) field {
	out := field{Kind: "text", Name: name, Label: f.pg.T(label), Value: f.values.Get(name), Most: most, Rows: rows}
	if rows > 1 {
		out.Kind = "area"
	}
	return out
}

func (f *form) day(name, label string, required bool) field {
	return field{Kind: "date", Name: name, Label: f.pg.T(label), Value: f.values.Get(name), Required: required}
}

// pick is a list of which one is chosen; values and names are as they come.
func (f *form) pick(name, label string, choices ...choice) field {
	for i := range choices {
		choices[i].On = choices[i].Value == f.values.Get(name)
	}
	return field{Kind: "select", Name: name, Label: f.pg.T(label), Choices: choices}
}

// words is a text in the three languages, of which bokmål must be there where it is
// required.
func (f *form) words(name, legend, help string, most, rows int, required bool) {
	var fields []field
	for _, lang := range kit.Languages() {
		one := f.text(name+"."+lang, "language."+lang, most, rows)
		one.Lang, one.Required = lang, required && lang == "nb"
		fields = append(fields, one)
	}
	f.group(legend, help, !required, fields...)
}

// plan adds the fields of a plan; of is the edition that it is of, "" for a new one.
func (f *form) plan(of domain.BoardID) {
	pg := f.pg
	judged := f.day("judged", "plan.judged", true)
	judged.Help = pg.T("plan.judged.help")
	number := f.text("case", "plan.case", domain.MaxName, 1)
	number.Optional = pg.T("plan.optional")
	f.group("", "", false, judged, number)
	mode := f.pick("mode", "plan.mode", choice{Value: string(plan.Yearly), Name: pg.T("plan.mode.yearly")}, choice{Value: string(plan.Rolling), Name: pg.T("plan.mode.rolling")})
	hearing := f.pick("hearing", "plan.hearing", choice{Value: string(plan.Heard), Name: pg.T("plan.hearing.yes")}, choice{Value: string(plan.Unheard), Name: pg.T("plan.hearing.none")})
	follows := []choice{{Value: "", Name: pg.T("plan.follows.none")}}
	for _, b := range pg.Request.Boards {
		if b.Kind == domain.KindEdition && len(b.Publications) > 0 && b.ID != of {
			follows = append(follows, choice{Value: string(b.ID), Name: pg.TitleOf(b)})
		}
	}
	pick := f.pick("follows", "plan.follows", follows...)
	pick.Help = pg.T("plan.follows.help")
	f.group("", "", false, mode, hearing, pick)
	f.group("plan.days", "plan.days.help", true, f.day("drafted", "plan.drafted", false), f.day("approved", "plan.approved", false), f.day("published", "plan.published", false))
}

// columnValues are a column's values as its form has them.
func columnValues(c domain.Column) url.Values {
	out := url.Values{}
	words := func(name string, w domain.Words) {
		out.Set(name+".nb", w.NB)
		out.Set(name+".nn", w.NN)
		out.Set(name+".en", w.EN)
	}
	words("name", c.Name)
	words("short", c.Short)
	words("means.green", c.Means.Green)
	words("means.yellow", c.Means.Yellow)
	words("means.red", c.Means.Red)
	words("basis", c.Basis)
	words("unit", c.Unit)
	words("not_comparable", c.NotComparable)
	out.Set("evidence", c.Evidence)
	out.Set("ssb_table", c.SSBTable)
	out.Set("ssb_code", c.SSBCode)
	out.Set("supervises", c.Supervises)
	out.Set("every", strconv.Itoa(max(1, c.Every)))
	if c.Themes {
		out.Set("themes", "yes")
	}
	if c.Follows != nil {
		out.Set("follows", string(c.Follows.Column))
	}
	return out
}

// columnForm is the form of a column; of a new one it asks for its id, too.
func (v *setup) columnForm(c domain.Column, save string) *form {
	values := v.o.Values
	if values == nil {
		values = columnValues(c)
	}
	leave := v.Path
	if c.ID != "" {
		leave += "#k-" + string(c.ID)
	} else if c.Area != "" {
		leave += "#k-" + string(c.Area)
	}
	f := newForm(&v.Page, v.Path+"/kolonne", leave, values)
	f.Go = save
	f.Hidden = [][2]string{{"kind", string(c.Kind)}, {"area", string(c.Area)}}
	f.words("name", "plan.name", "", domain.MaxName, 1, true)
	if c.ID == "" {
		f.Hidden = append(f.Hidden, [2]string{"new", "yes"})
		id := f.text("id", "plan.id", 48, 1)
		id.Help, id.Required = f.pg.T("plan.id.help"), true
		f.group("", "", false, id)
	} else {
		f.Hidden = append(f.Hidden, [2]string{"id", string(c.ID)})
	}
	f.words("short", "plan.short", "plan.short.help", domain.MaxName, 1, false)
	if c.Kind == domain.ColumnSummary {
		return f
	}
	f.Note = f.pg.T("plan.meaning")
	if c.Kind == domain.ColumnArea {
		f.group("", "", false,
			f.pick("themes", "plan.scope", choice{Value: "", Name: f.pg.T("plan.scope.whole")}, choice{Value: "yes", Name: f.pg.T("plan.scope.themes")}),
			f.pick("every", "plan.every", choice{Value: "1", Name: f.pg.T("plan.every.1")}, choice{Value: "2", Name: f.pg.T("plan.every.2")}),
			f.pick("supervises", "plan.supervises", choice{Value: "", Name: f.pg.T("plan.supervises.untold")}, choice{Value: "yes", Name: f.pg.T("plan.supervises.yes")}, choice{Value: "no", Name: f.pg.T("plan.supervises.no")}))
	}
	for _, l := range []domain.Level{domain.Green, domain.Yellow, domain.Red} {
		f.words("means."+string(l), "plan.means."+string(l), "", domain.MaxReason, 2, false)
	}
	f.words("basis", "plan.basis", "plan.basis.help", domain.MaxReason, 2, false)
	f.words("unit", "plan.unit", "plan.unit.help", domain.MaxName, 1, false)
	if c.Kind == domain.ColumnIndicator {
		f.group("plan.data", "plan.data.help", true, f.text("evidence", "plan.evidence", 64, 1), f.text("ssb_table", "plan.ssb_table", 64, 1), f.text("ssb_code", "plan.ssb_code", 64, 1))
	}
	v.follows(f, c)
	return f
}

// follows asks what of the edition before the column judges the same as, and why it is
// compared with nothing.
func (v *setup) follows(f *form, c domain.Column) {
	if v.o.Before.Known {
		choices := []choice{{Value: "", Name: f.pg.T("plan.follows.itself")}}
		for _, was := range v.o.Before.Ground.Catalogue().Columns {
			if was.Kind == c.Kind {
				name, _ := was.Name.In(f.pg.Lang)
				choices = append(choices, choice{Value: string(was.ID), Name: name})
			}
		}
		pick := f.pick("follows", "plan.column.follows", choices...)
		pick.Help = f.pg.T("plan.column.follows.help", v.BoardName(v.o.Before.Ground.ID()))
		f.group("", "", false, pick)
	}
	f.words("not_comparable", "plan.not_comparable", "plan.not_comparable.help", domain.MaxReason, 2, false)
}

// answers says who answers for an area, and has the form where it is open.
func (v *setup) answers(a *column, id domain.ColumnID) {
	area := v.o.Plan.Areas[id]
	names := func(ids []domain.AccountID) string {
		var out []string
		for _, id := range ids {
			out = append(out, v.Who(id))
		}
		if len(out) == 0 {
			return v.T("plan.nobody")
		}
		return strings.Join(out, ", ")
	}
	a.Answers = []fact{{Name: v.T("plan.assessors"), Value: names(area.Assessors)}, {Name: v.T("plan.approvers"), Value: names(area.Approvers)}}
	if area.Due != "" {
		a.Answers = append(a.Answers, fact{Name: v.T("plan.due"), Value: v.Date(area.Due)})
	}
	if !v.Edit {
		return
	}
	a.People = v.to(ActPeople, id) + "#k-" + a.ID
	if !v.open(ActPeople, id) {
		return
	}
	values := v.o.Values
	if values == nil {
		values = url.Values{"due": {area.Due}}
		for _, id := range area.Assessors {
			values.Add("assessors", string(id))
		}
		for _, id := range area.Approvers {
			values.Add("approvers", string(id))
		}
	}
	f := newForm(&v.Page, v.Path+"/ansvar", v.Path+"#k-"+a.ID, values)
	f.Go, f.Hidden = "plan.people.save", [][2]string{{"c", a.ID}}
	f.group("", "", false, v.people(f, "assessors", "plan.assessors", domain.RoleAssessor, id), v.people(f, "approvers", "plan.approvers", domain.RoleApprover, id))
	f.Groups[0].Help = v.T("plan.people.help")
	due := f.day("due", "plan.due", false)
	due.Optional = v.T("plan.optional")
	f.group("", "", false, due)
	a.PeopleForm = f
}

// people are those who have a role in an area, editors, and whoever was named already.
func (v *setup) people(f *form, name, label string, role domain.Role, c domain.ColumnID) field {
	out := field{Kind: "checks", Name: name, Label: f.pg.T(label)}
	for _, p := range v.o.People {
		named := slices.Contains(f.values[name], string(p.ID))
		if named || p.in(role, c) {
			out.Choices = append(out.Choices, choice{string(p.ID), p.Name, named})
		}
	}
	return out
}

func (p Person) in(role domain.Role, c domain.ColumnID) bool {
	return slices.ContainsFunc(p.Grants, func(g domain.Grant) bool {
		return g.Role == domain.RoleEditor || g.Role == role && slices.Contains(g.Areas, c)
	})
}

// within is a form on its page.
type within struct {
	View *setup
	Form *form
}

// With puts a form on the page.
func (v *setup) With(f *form) within { return within{v, f} }

// of is a column on its page.
type of struct {
	View   *setup
	Column column
}

// Of puts a column on the page.
func (v *setup) Of(c column) of { return of{v, c} }

// Opened reports whether a form is open, beside which a fault is told.
func (v *setup) Opened() bool {
	return v.PlanForm != nil || v.o.Act.What != "" && v.o.Act.What != ActOpen
}
