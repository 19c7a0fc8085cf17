package plan

import (
	"errors"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
)

// Options are what the page of an edition's setup shows.
type Options struct {
	Picture domain.Picture
	Ground  domain.Ground
	Plan    plan.Plan
	Planned bool
	Before  plan.Before
	Edit    bool
	People  []Person
	Carry   Carry
	Act     Act
	Values  url.Values // a form that was refused, as it was sent
	Refused error
}

// Person is an account that may answer for an area.
type Person struct {
	ID     domain.AccountID
	Name   string
	Grants []domain.Grant
}

// Carry is what carrying over from the edition before would do.
type Carry struct {
	Texts, Municipalities int
	Refused               error // why it would do nothing
}

// Act is the form that is open on the page, and what it is about.
type Act struct {
	What   string // one of Acts, "" for none
	Column domain.ColumnID
}

// What may be open.
const (
	ActPlan      = "plan"
	ActPeople    = "ansvar"
	ActColumn    = "kolonne"
	ActArea      = "omrade"
	ActIndicator = "indikator"
	ActEnd       = "slutt"
	ActOpen      = "apne"
)

// Acts are the forms that the page has.
func Acts() []string {
	return []string{ActPlan, ActPeople, ActColumn, ActArea, ActIndicator, ActEnd, ActOpen}
}

// setup is the view of the page.
type setup struct {
	kit.Page
	o          Options
	Band       kit.EditionHead
	Board      string
	Path       string // of the page
	Edit, Made bool   // the reader may change it; it has a plan
	Facts      []fact
	PlanForm   *form
	EditPlan   string
	Rounds     *rounds
	Carry      *carry
	Areas      []column
	Summaries  []column
	Ended      []string
	NewArea    string
	New        *form // of an area
	CSV, JSON  string
	Fault, At  string
}

// fact is a line of what is said of something.
type fact struct{ Name, Value, Lang string }

// Setup is the page of an edition's setup.
func Setup(s *kit.Site, r kit.Request, o Options) ([]byte, error) {
	pg := s.NewPage(r, "setup", "")
	pg.OnBoard(o.Picture)
	pg.Edits, pg.Nav, pg.Own, pg.Body.Live = false, "editions", "plan", ""
	v := setup{Page: pg, o: o, Board: string(o.Picture.Board().ID), Edit: o.Edit, Made: o.Planned}
	v.Path = pg.Link("/utgave/" + v.Board + "/oppsett")
	v.Title = pg.T("plan.title") + " – " + pg.TitleOf(o.Picture.Board())
	v.Band = pg.NewEditionHead(o.Picture.Board(), "oppsett", "")
	if e := refusal(o.Refused); e != nil {
		v.Fault, v.At = pg.T("refused."+e.Msg, e.Args...), fieldID(e.Field)
	}
	if o.Planned {
		v.Facts = v.planFacts()
		v.EditPlan = v.to(ActPlan, "") + "#planen"
		v.Rounds, v.Carry = v.rounds(), v.carry()
		v.catalogue()
	}
	if o.Edit && (o.Act.What == ActPlan || !o.Planned) {
		v.PlanForm = v.planForm()
	}
	return s.Render(v.Lang, "setup", &v)
}

// to is the page with a form open.
func (v *setup) to(what string, c domain.ColumnID) string {
	q := url.Values{"gjor": {what}}
	if c != "" {
		q.Set("c", string(c))
	}
	return v.Path + "?" + q.Encode()
}

// open reports whether a form is open.
func (v *setup) open(what string, c domain.ColumnID) bool {
	return v.o.Edit && v.o.Act.What == what && v.o.Act.Column == c
}

// planFacts say what the edition is to be.
func (v *setup) planFacts() []fact {
	p := v.o.Plan
	out := []fact{
		{v.T("plan.judged"), v.Date(p.Judged), ""},
		{v.T("plan.mode"), v.T("plan.mode." + string(p.Mode)), ""},
		{v.T("plan.hearing"), v.T("plan.hearing." + string(p.Hearing)), ""},
	}
	follows := fact{v.T("plan.follows"), v.T("plan.follows.none"), ""}
	if p.Follows != nil {
		follows.Value = v.BoardName(p.Follows.Board)
	}
	out = append(out, follows)
	if p.Case != "" {
		out = append(out, fact{v.T("plan.case"), string(p.Case), ""})
	}
	for _, day := range []struct{ word, day string }{{"plan.drafted", p.Days.Drafted}, {"plan.approved", p.Days.Approved}, {"plan.published", p.Days.Published}} {
		if day.day != "" {
			out = append(out, fact{v.T(day.word), v.Date(day.day), ""})
		}
	}
	return out
}

// planForm is the form of the plan, as it was typed or as it stands.
func (v *setup) planForm() *form {
	values := v.o.Values
	if values == nil || v.o.Act.What != ActPlan {
		p := v.o.Plan
		values = url.Values{"mode": {string(p.Mode)}, "hearing": {string(p.Hearing)}, "judged": {p.Judged}, "case": {string(p.Case)},
			"drafted": {p.Days.Drafted}, "approved": {p.Days.Approved}, "published": {p.Days.Published}}
		if p.Follows != nil {
			values.Set("follows", string(p.Follows.Board))
		}
	}
	f := newForm(&v.Page, v.Path+"/plan", v.Path, values)
	f.plan(v.o.Picture.Board().ID)
	f.Go = "plan.save"
	return f
}

// rounds say which rows are open for judgement.
type rounds struct {
	Said    string
	Regions []roundRegion
	Left    int
	Rolling bool
	Ask     string // leads to the question
	Asking  bool
	Shown   bool // row by row
	Go, All string
}

type roundRegion struct {
	Name, ID string
	Said     string
	Left     int
	Rows     []roundRow
}

type roundRow struct {
	ID, Name string
	Open     bool
}

func (v *setup) rounds() *rounds {
	g, cat := v.o.Ground, v.o.Ground.Catalogue()
	out := &rounds{Rolling: v.o.Plan.Mode == plan.Rolling, Ask: v.to(ActOpen, "") + "#rader", Asking: v.open(ActOpen, "") && v.Fault == ""}
	out.Shown = v.open(ActOpen, "") && v.Fault != ""
	for _, region := range cat.Regions {
		r := roundRegion{Name: region.Name, ID: string(region.ID)}
		for _, row := range cat.Members(region.ID) {
			m := cat.Municipalities[row]
			open := g.Round(m.ID) > 0
			r.Rows = append(r.Rows, roundRow{string(m.ID), m.Name, open})
			if !open {
				r.Left++
			}
		}
		r.Said = v.T("plan.open.of", kit.Numbers([]int{len(r.Rows) - r.Left})[0], kit.Numbers([]int{len(r.Rows)})[0])
		out.Left += r.Left
		out.Regions = append(out.Regions, r)
	}
	all := len(cat.Municipalities)
	out.Said = v.T("plan.open.of", kit.Numbers([]int{all - out.Left})[0], kit.Numbers([]int{all})[0])
	if out.Left == all {
		out.Said = v.T("plan.open.none")
	}
	out.All = v.N("plan.open.all", out.Left)
	out.Go = v.N("plan.open.go", out.Left)
	return out
}

// carry says what carrying over would do.
type carry struct{ What, Why string }

func (v *setup) carry() *carry {
	if !v.o.Edit {
		return nil
	}
	if !slices.ContainsFunc(v.o.Ground.Catalogue().Municipalities, func(m domain.Municipality) bool { return v.o.Ground.Round(m.ID) > 0 }) {
		return &carry{Why: v.T("plan.carry.first")}
	}
	if e := refusal(v.o.Carry.Refused); e != nil {
		return &carry{Why: v.T("refused."+e.Msg, e.Args...)}
	}
	return &carry{What: v.N("plan.carry.texts", v.o.Carry.Texts) + " " + v.N("plan.carry.rows", v.o.Carry.Municipalities)}
}

// catalogue fills in what the edition judges, and what may be done to it.
func (v *setup) catalogue() {
	cat := v.o.Ground.Catalogue()
	d := drawn{pg: &v.Page, cat: cat, before: v.o.Before}
	areas := cat.Areas()
	for at, i := range areas {
		a := d.column(i)
		v.answers(&a, cat.Columns[i].ID)
		v.acts(&a, cat.Columns[i].ID, at, len(areas))
		indicators := cat.Indicators(cat.Columns[i].ID)
		for k, j := range indicators {
			ind := d.column(j)
			v.acts(&ind, cat.Columns[j].ID, k, len(indicators))
			a.Indicators = append(a.Indicators, ind)
		}
		if v.Edit {
			a.Add = v.to(ActIndicator, cat.Columns[i].ID) + "#ny"
			if v.open(ActIndicator, cat.Columns[i].ID) {
				a.New = v.columnForm(domain.Column{Kind: domain.ColumnIndicator, Area: cat.Columns[i].ID}, "plan.add.indicator")
			}
		}
		a.Open = a.Form != nil || a.New != nil || slices.ContainsFunc(a.Indicators, func(c column) bool { return c.Form != nil || c.Asking != nil })
		v.Areas = append(v.Areas, a)
	}
	summaries := cat.Summaries()
	for at, i := range summaries {
		c := d.column(i)
		v.acts(&c, cat.Columns[i].ID, at, len(summaries))
		c.End = ""
		v.Summaries = append(v.Summaries, c)
	}
	for _, e := range cat.Ended {
		if e.Name != "" {
			v.Ended = append(v.Ended, e.Name)
		}
	}
	v.CSV, v.JSON = v.Path+"/eksport?format=csv", v.Path+"/eksport?format=json"
	if v.Edit {
		v.NewArea = v.to(ActArea, "") + "#ny"
		if v.open(ActArea, "") {
			v.New = v.columnForm(domain.Column{Kind: domain.ColumnArea}, "plan.add.area")
		}
	}
}

// acts fills in what an editor may do to a column that is the at-th of n.
func (v *setup) acts(c *column, id domain.ColumnID, at, n int) {
	if !v.Edit {
		return
	}
	c.Edit, c.End = v.to(ActColumn, id)+"#k-"+c.ID, v.to(ActEnd, id)+"#k-"+c.ID
	c.Up, c.Down = at > 0, at < n-1
	if v.open(ActColumn, id) {
		c.Form = v.columnForm(v.o.Ground.Catalogue().Columns[v.o.Ground.Catalogue().ColumnIndex(id)], "plan.column.save")
	}
	if v.open(ActEnd, id) {
		c.Asking = v.asking(id)
	}
}

// question is asked where a column would be ended.
type question struct {
	Says     []string
	Judged   string // who has judged it, "" for nobody
	Fault    string
	C, Leave string
}

func (v *setup) asking(id domain.ColumnID) *question {
	cat := v.o.Ground.Catalogue()
	q := &question{C: string(id), Leave: v.Path + "#k-" + string(id)}
	var judged []string
	ids := []domain.ColumnID{id}
	for _, i := range cat.Indicators(id) {
		ids = append(ids, cat.Columns[i].ID)
	}
	if n := len(ids) - 1; n > 0 {
		q.Says = append(q.Says, v.N("plan.end.indicators", n))
	}
	for _, m := range cat.Municipalities {
		if slices.ContainsFunc(ids, func(c domain.ColumnID) bool {
			level, text, _, _ := v.o.Ground.Stands(m.ID, c)
			return level != domain.NotAssessed || text != nil
		}) {
			judged = append(judged, m.Name)
		}
	}
	if len(judged) > 0 {
		q.Judged = v.T("plan.end.judged", strings.Join(judged, ", "))
	}
	if v.o.Act.What == ActEnd {
		q.Fault = v.Fault
	}
	return q
}

// refusal is why something was refused, nil where that is not for the reader to mend.
func refusal(err error) *domain.Error {
	var e *domain.Error
	if errors.As(err, &e) && e.Code != domain.Internal {
		return e
	}
	return nil
}

// fieldID is the id of the field that a refusal is about, "" for none of the form's.
func fieldID(field string) string {
	if rest, ok := strings.CutPrefix(field, "set[0]."); ok {
		field = rest
	}
	field = strings.TrimPrefix(field, "days.")
	if field == "" || strings.ContainsAny(field, "[]") {
		return ""
	}
	switch field {
	case "name", "short", "unit", "basis", "not_comparable", "means.green", "means.yellow", "means.red":
		field += ".nb"
	}
	return "f-" + field
}

// Sign is the level of a definition as its chip.
func chip(w *kit.Words, l domain.Level) template.HTML {
	var b kit.Builder
	b.Chip(l, w.LevelOn(domain.KindEdition, l))
	return b.HTML()
}
