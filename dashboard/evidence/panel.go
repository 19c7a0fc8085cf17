package evidence

import (
	"errors"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
)

// chosen is the evidence in the panel.
type chosen struct {
	Title, Sub, Close string
	Notes             []string // what one must know first: withdrawn, not the newest, incomplete
	Facts             []pair
	Summary           string
	Link              string
	Deviations        []pair
	Uses              []use
	Files             []file
	History           []pair
	Edit, Withdraw    string // where it is done, "" not for the reader
	Asking            bool   // whether it shall be withdrawn
	Exempts           *Form  // where who may do nothing else exempts it, or lets fewer see it
	ID                evidence.ID
	Complete          bool
}

// use is a cell that rests on it.
type use struct {
	Of, Place string
	Level     template.HTML
	Note      string
}

type pair struct{ Name, Value, Href string }

type file struct {
	Name, Note, Sum, Href string
	Remove                bool // the reader may
}

// panel fills in what stands beside the table: the chosen, or a form.
func (v *view) panel() {
	f, d := v.o.Filter, v.o.Decision
	if v.Cited {
		return
	}
	keeps := d.May(domain.Live, domain.RightEvidence)
	if keeps {
		v.New = v.to(func(f *Filter) { f.Act = "ny" }) + "#kilde"
	}
	newest, withdrawn, known := evidence.Newest(d, f.Chosen)
	ref := evidence.Ref{ID: f.Chosen, Version: newest}
	if f.Version > 0 {
		ref.Version = f.Version
	}
	item, ok := evidence.One(d, ref)
	switch {
	case keeps && v.o.Form != nil:
		v.Form = v.o.Form
	case keeps && f.Act == "ny" && f.Type == "":
		for _, t := range evidence.Type("").OneOf() {
			v.Kinds = append(v.Kinds, toggle{Name: v.T("evidence.type." + t), Href: v.to(func(f *Filter) { f.Act, f.Type = "ny", evidence.Type(t) }) + "#kilde"})
		}
		return
	case keeps && f.Act == "ny":
		v.Form = FormOf(evidence.Record{Version: 1, Type: f.Type, Municipalities: []domain.MunicipalityID{v.o.Municipality.ID}, Columns: v.wanted(), Retrieved: v.Local(v.Now).Format("2006-01-02")})
	case known && keeps && f.Act == "endre" && !withdrawn:
		v.Form = FormOf(item.Again())
	case ok:
		v.Chosen = v.chosen(item, keeps && !withdrawn && item.Version == newest)
		if v.exempts() && !keeps && !withdrawn && item.Version == newest {
			v.Chosen.Exempts = FormOf(item.Again())
			v.Chosen.Exempts.fill(v)
			wider := 1 + slices.IndexFunc(v.Chosen.Exempts.Access, func(c choice) bool { return c.On })
			v.Chosen.Exempts.Access = v.Chosen.Exempts.Access[:wider] // they stand from few to many
		}
		return
	}
	if v.Form != nil {
		v.Form.fill(v)
	}
}

// exempts reports whether the reader may exempt evidence.
func (v *view) exempts() bool {
	d := v.o.Decision
	return d.Holds(domain.RoleEditor) || d.Holds(domain.RoleApprover) || d.Holds(domain.RoleAdmin)
}

// wanted is the area of the cell that a new source is for.
func (v *view) wanted() []domain.ColumnID {
	c := v.o.Catalogue
	i := c.ColumnIndex(v.o.Filter.For.Column)
	if i < 0 {
		return nil
	}
	switch of := c.Columns[i]; of.Kind {
	case domain.ColumnArea:
		return []domain.ColumnID{of.ID}
	case domain.ColumnIndicator:
		return []domain.ColumnID{of.Area}
	}
	return nil
}

// Upload is the form that files are sent by.
func (v *view) Upload() template.HTML {
	var b kit.Builder
	v.Page.Upload(&b, v.o.Endings, v.o.Megabytes)
	return b.HTML()
}

func (v *view) chosen(i evidence.Item, keeps bool) *chosen {
	out := &chosen{Title: v.said(i.Title), Sub: v.T("evidence.type." + string(i.Type)), Close: v.to(func(*Filter) {}), Summary: v.said(i.Summary), ID: i.ID, Complete: i.Complete()}
	if i.Source != nil {
		out.Sub += " · " + v.said(i.Source)
	}
	out.Notes = v.notes(i)
	out.Facts = v.details(i)
	if l := i.Link.String(); strings.HasPrefix(l, "https://") || strings.HasPrefix(l, "http://") {
		out.Link = l
	}
	if s := i.Supervision; s != nil {
		for _, dev := range s.Deviations {
			out.Deviations = append(out.Deviations, pair{Name: v.said(dev.Text), Value: v.deviation(string(dev.State), dev.Due, dev.Closed)})
		}
	}
	for _, f := range i.Files {
		out.Files = append(out.Files, v.file(f.Name, f.Sum, f.Size, f.Removed != nil))
	}
	out.Uses = v.usesOf(i)
	out.History = v.history(i)
	if keeps {
		out.Edit = v.to(func(f *Filter) { f.Chosen, f.Act = i.ID, "endre" }) + "#kilde"
		out.Withdraw = v.to(func(f *Filter) { f.Chosen, f.Act = i.ID, "trekk" }) + "#kilde"
		out.Asking = v.o.Filter.Act == "trekk"
	}
	return out
}

// notes are what one must know of it before all else.
func (v *view) notes(i evidence.Item) (out []string) {
	if w := i.Withdrawn; w != nil {
		out = append(out, v.T("evidence.note.withdrawn", v.When(w.At), v.Who(w.By), v.said(w.Text)))
	}
	if i.Newer {
		out = append(out, v.T("evidence.note.newer", strconv.Itoa(i.Version)))
	}
	if !i.Complete() && i.Withdrawn == nil {
		out = append(out, v.T("evidence.note.incomplete"))
	}
	return out
}

// details are its days and what its type has.
func (v *view) details(i evidence.Item) []pair {
	out := []pair{
		{Name: v.T("evidence.effective"), Value: v.Date(i.Effective) + " (" + v.age(i.Effective) + ")"},
		{Name: v.T("evidence.retrieved"), Value: v.T("evidence.by", v.Date(i.Retrieved), v.Who(i.By))},
	}
	add := func(key, value string) {
		if value != "" {
			out = append(out, pair{Name: v.T(key), Value: value})
		}
	}
	if i.Period != nil {
		add("evidence.period", strings.Trim(v.day(i.Period.From)+" – "+v.day(i.Period.To), " "))
	}
	if s := i.Supervision; s != nil {
		add("evidence.supervision", v.T("evidence.supervision."+string(s.State))+", "+v.Date(s.Day))
		add("evidence.body", v.said(s.Body))
		add("evidence.basis", v.said(s.Basis))
	}
	if r := i.ROBEK; r != nil {
		add("evidence.robek", strings.Trim(v.Date(r.In)+" – "+v.day(r.Out), " "))
		var letters []string
		for _, l := range r.Letters {
			letters = append(letters, string(l))
		}
		add("evidence.letters", strings.Join(letters, ", "))
	}
	if f := i.Funds; f != nil {
		add("evidence.funds.year", strconv.Itoa(f.Year))
		add("evidence.funds.applied", v.kroner(f.Applied))
		if f.Granted != nil {
			add("evidence.funds.granted", v.kroner(*f.Granted))
		}
	}
	access, _ := v.access(i)
	add("evidence.access", access)
	if i.Exempt != nil {
		add("evidence.exempt.why", v.said(i.Exempt.Reason))
		add("evidence.access.else", v.T("evidence.access."+string(i.Access)))
	}
	if i.Meeting != "" && v.o.Office != nil {
		if m, ok := v.o.Office.Meeting(i.Meeting); ok {
			out = append(out, pair{Name: v.T("evidence.type.meeting"), Value: m.Title, Href: v.Page.Link("/mote/" + string(i.Meeting))})
		}
	}
	return out
}

func (v *view) day(day string) string {
	if day == "" {
		return ""
	}
	return v.Date(day)
}

func (v *view) deviation(state, due, closed string) string {
	switch {
	case state == "closed":
		return v.T("evidence.deviation.closed", v.Date(closed))
	case due != "":
		return v.T("evidence.deviation.due", v.Date(due))
	}
	return v.T("evidence.deviation.open")
}

func (v *view) file(name *domain.Text, sum domain.Hash, size int64, gone bool) file {
	out := file{Name: v.said(name), Sum: sum.String(), Note: v.T("evidence.file.removed")}
	if !gone {
		out.Note = kilobytes(v.Words, size) + " · " + out.Sum[:4] + " " + out.Sum[4:8]
		out.Remove = v.Admin
		if !name.Redacted() {
			out.Href = v.Page.Link("/filer/" + out.Sum + "/" + url.PathEscape(name.String()))
		}
	}
	return out
}

// kilobytes writes a size.
func kilobytes(w *kit.Words, n int64) string {
	if n >= 1<<20 {
		return w.T("evidence.file.mb", strings.Replace(strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64), ".", w.T("evidence.decimal"), 1))
	}
	return w.T("evidence.file.kb", strconv.FormatInt((n+1023)/1024, 10))
}

// usesOf are the cells that rest on it, in whatever edition, with the level that stands.
func (v *view) usesOf(i evidence.Item) (out []use) {
	d := v.o.Decision
	for _, at := range assessment.UsesOf(d, i.ID) {
		g, ok := d.Lookup(at.Board)
		if !ok {
			continue
		}
		title, _ := g.Title().In(v.Lang)
		one := use{Of: title, Place: v.column(at.Column)}
		if at.Municipality != v.o.Municipality.ID {
			for _, m := range g.Catalogue().Municipalities {
				if m.ID == at.Municipality {
					one.Place = m.Name + ", " + one.Place
				}
			}
		}
		for cell := range g.Writes(at.Municipality, at.Column) {
			one.Level = kit.Mini(cell.Level, v.Words.LevelOn(g.Kind(), cell.Level))
			break
		}
		if newest, _, _ := evidence.Newest(d, i.ID); at.Version < newest {
			one.Note = v.T("evidence.version", strconv.Itoa(at.Version))
		}
		out = append(out, one)
	}
	return out
}

// history is its versions, newest first.
func (v *view) history(i evidence.Item) (out []pair) {
	newest, _, _ := evidence.Newest(v.o.Decision, i.ID)
	for n := newest; n >= 1; n-- {
		at, _ := evidence.One(v.o.Decision, evidence.Ref{ID: i.ID, Version: n})
		out = append(out, pair{
			Name: v.T("evidence.version", strconv.Itoa(n)), Value: v.When(at.At) + ", " + v.Who(at.By),
			Href: v.to(func(f *Filter) { f.Chosen, f.Version = i.ID, n }) + "#kilde",
		})
		if n == i.Version {
			out[len(out)-1].Href = ""
		}
	}
	return out
}

// refusal is the refusal of a form, nil if err is another.
func refusal(err error) *domain.Error {
	var e *domain.Error
	if errors.As(err, &e) && e.Code != domain.Internal {
		return e
	}
	return nil
}
