package plan

import (
	"fmt"
	"regexp"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// SetColumns changes what a planned edition judges, until it is published. An editor does
// it. What a column means is in its version: where kind, area, themes, colours or basis
// become others, the version rises by itself. Ids are never used again.
type SetColumns struct {
	Board  domain.BoardID    `json:"board"`
	Set    []domain.Column   `json:"set,omitempty"`
	Order  []domain.ColumnID `json:"order,omitempty" doc:"Columns in the order they are shown; those that are not named come last."`
	Ended  []domain.Ended    `json:"ended,omitempty"`
	Judged bool              `json:"judged,omitempty" doc:"Ends columns that have judgements, too."`
}

func (cmd SetColumns) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightEdit)
	if err != nil {
		return nil, err
	}
	if !g.Planned() {
		return nil, domain.Clash("plan.none")
	}
	if !g.Phase().Working() {
		return nil, domain.Clash("plan.published")
	}
	e := &ColumnsSet{Board: g.ID(), Order: slices.Clone(cmd.Order), Ended: slices.Clone(cmd.Ended)}
	for i, col := range cmd.Set {
		col, same, err := column(d, g, fmt.Sprintf("set[%d]", i), cleaned(col))
		if err != nil {
			return nil, err
		}
		if !same {
			e.Set = append(e.Set, col)
		}
	}
	for i, ended := range cmd.Ended {
		c := domain.ColumnID(ended.ID)
		if g.Catalogue().ColumnIndex(c) < 0 {
			return nil, domain.Wrong(fmt.Sprintf("ended[%d].id", i), "column.unknown", ended.ID)
		}
		if names := judged(g, c); len(names) > 0 && !cmd.Judged {
			return nil, &domain.Error{Code: domain.Conflict, Field: fmt.Sprintf("ended[%d]", i), Msg: "column.judged", Args: append([]string{ended.ID}, names...)}
		}
		for j, next := range ended.Successors {
			if !slug(next) {
				return nil, domain.Wrong(fmt.Sprintf("ended[%d].successors[%d]", i, j), "id.wrong", next)
			}
		}
		e.Ended[i].Name = g.Catalogue().Columns[g.Catalogue().ColumnIndex(c)].Name.NB
	}
	for i, c := range cmd.Order {
		if slices.Contains(cmd.Order[:i], c) {
			return nil, domain.Wrong(fmt.Sprintf("order[%d]", i), "catalogue.twice", string(c))
		}
	}
	next := g.Catalogue().With(e.Set, e.Order, e.Ended)
	if err := next.Check(); err != nil {
		return nil, err
	}
	if next.Hash() == g.Catalogue().Hash() {
		return nil, domain.Clash("columns.same")
	}
	return []domain.Event{e}, nil
}

// column judges a column, gives it its version, and tells whether it is as it stands.
func column(d domain.Decision, g domain.Ground, field string, col domain.Column) (domain.Column, bool, error) {
	cat := g.Catalogue()
	switch {
	case !slug(string(col.ID)):
		return col, false, domain.Wrong(field+".id", "id.wrong", string(col.ID))
	case slices.ContainsFunc(cat.Ended, func(e domain.Ended) bool { return e.ID == string(col.ID) }):
		return col, false, domain.Wrong(field+".id", "column.ended", string(col.ID))
	case col.Kind != domain.ColumnArea && col.Kind != domain.ColumnIndicator && col.Kind != domain.ColumnSummary:
		return col, false, domain.Wrong(field+".kind", "column.kind", string(col.Kind))
	case col.Every < 0 || col.Every > 2 || col.Every > 0 && col.Kind != domain.ColumnArea:
		return col, false, domain.Wrong(field+".every", "column.every")
	}
	if err := checkWords(field, col); err != nil {
		return col, false, err
	}
	if f := col.Follows; f != nil {
		earlier, there := d.Lookup(f.Board)
		i := -1
		if there && f.Board != g.ID() {
			i = earlier.Catalogue().ColumnIndex(f.Column)
		}
		if i < 0 || earlier.Catalogue().Columns[i].Version != f.Version {
			return col, false, domain.Wrong(field+".follows", "follows.unknown", string(f.Board), string(f.Column))
		}
	}
	i := cat.ColumnIndex(col.ID)
	if i < 0 {
		if col.Version < 1 { // a file may tell one that an earlier edition had
			col.Version = 1
		}
		return col, false, nil
	}
	was := cat.Columns[i]
	if (was.Kind != col.Kind || was.Area != col.Area) && len(judged(g, col.ID)) > 0 {
		return col, false, &domain.Error{Code: domain.Conflict, Field: field, Msg: "column.judged", Args: append([]string{string(col.ID)}, judged(g, col.ID)...)}
	}
	if col.Version = was.Version; means(was) != means(col) {
		col.Version++
	}
	return col, same(was, col), nil
}

// cleaned returns a column with what people typed in it as texts are kept.
func cleaned(c domain.Column) domain.Column {
	for _, w := range []*domain.Words{&c.Name, &c.Short, &c.Means.Green, &c.Means.Yellow, &c.Means.Red, &c.Basis, &c.Unit, &c.NotComparable} {
		*w = domain.Words{NB: string(typed.Of(w.NB)), NN: string(typed.Of(w.NN)), EN: string(typed.Of(w.EN))}
	}
	return c
}

// checkWords refuses words that may not be kept: of a name, none at all.
func checkWords(field string, c domain.Column) error {
	for _, w := range []struct {
		field string
		words domain.Words
		most  int
	}{
		{"name", c.Name, domain.MaxName}, {"short", c.Short, domain.MaxName}, {"unit", c.Unit, domain.MaxName}, {"basis", c.Basis, domain.MaxReason},
		{"means.green", c.Means.Green, domain.MaxReason}, {"means.yellow", c.Means.Yellow, domain.MaxReason}, {"means.red", c.Means.Red, domain.MaxReason},
		{"not_comparable", c.NotComparable, domain.MaxReason},
	} {
		for _, text := range []string{w.words.NB, w.words.NN, w.words.EN} {
			if err := domain.CheckText(field+"."+w.field, typed.Of(text), w.most); err != nil {
				return err
			}
		}
	}
	if c.Name.NB == "" {
		return domain.Wrong(field+".name", "name.missing")
	}
	for name, code := range map[string]string{"evidence": c.Evidence, "ssb_table": c.SSBTable, "ssb_code": c.SSBCode, "supervises": c.Supervises} {
		if !codes.MatchString(code) {
			return domain.Wrong(field+"."+name, "column.code", code)
		}
	}
	return nil
}

var codes = regexp.MustCompile(`^[A-Za-z0-9_.,-]{0,64}$`)

// meaning is what a judgement of a column rests on.
type meaning struct {
	kind   domain.ColumnKind
	area   domain.ColumnID
	themes bool
	means  domain.Means
	basis  domain.Words
}

func means(c domain.Column) meaning { return meaning{c.Kind, c.Area, c.Themes, c.Means, c.Basis} }

func same(a, b domain.Column) bool {
	f, g := a.Follows, b.Follows
	a.Follows, b.Follows = nil, nil
	return a == b && (f == g || f != nil && g != nil && *f == *g)
}

// judged lists the municipalities that have something in a column.
func judged(g domain.Ground, c domain.ColumnID) []string {
	var out []string
	for _, m := range g.Catalogue().Municipalities {
		if level, text, _, _ := g.Stands(m.ID, c); level != domain.NotAssessed || text != nil {
			out = append(out, m.Name)
		}
	}
	return out
}

// slug reports whether a text may name a column.
func slug(s string) bool { return domain.IsID(s) && len(s) <= 48 }

// ColumnsSet changes the catalogue of an edition: see [domain.Catalogue.With].
type ColumnsSet struct {
	Board domain.BoardID    `json:"board"`
	Set   []domain.Column   `json:"set,omitempty"`
	Order []domain.ColumnID `json:"order,omitempty"`
	Ended []domain.Ended    `json:"ended,omitempty"`
}

func (*ColumnsSet) Kind() string          { return "columns_set" }
func (*ColumnsSet) Texts() []*domain.Text { return nil }

func (e *ColumnsSet) Apply(a *domain.Applying) error {
	return a.SetColumns(e.Board, e.Set, e.Order, e.Ended, e)
}

// summed returns a catalogue with the three texts that sum a municipality up.
func summed(c domain.Catalogue) domain.Catalogue {
	if len(c.Summaries()) > 0 {
		return c
	}
	text := func(id domain.ColumnID, nb, nn, en string) domain.Column {
		name := domain.Words{NB: nb, NN: nn, EN: en}
		return domain.Column{ID: id, Kind: domain.ColumnSummary, Version: 1, Name: name, Short: name}
	}
	return c.With([]domain.Column{
		text("status", "Status", "Status", "Status"),
		text("utfordringer", "Utfordringer", "Utfordringar", "Challenges"),
		text("muligheter", "Muligheter", "Moglegheiter", "Opportunities"),
	}, nil, nil)
}
