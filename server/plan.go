package server

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	pages "kommunebilde/dashboard/plan"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/plan"
	"kommunebilde/server/edge"
)

// editionSetup is the page of how an edition is set up.
func (s *Server) editionSetup(k *edge.Call) error {
	q, err := k.QueryValues()
	if err != nil {
		return err
	}
	act := pages.Act{What: q.Get("gjor"), Column: domain.ColumnID(q.Get("c"))}
	if act.What != "" && !slices.Contains(pages.Acts(), act.What) {
		act = pages.Act{}
	}
	return s.showSetup(k, act, nil, nil)
}

// showSetup shows the page with a form open; one that was refused has what was typed.
func (s *Server) showSetup(k *edge.Call, act pages.Act, typed url.Values, refused error) error {
	p, err := k.Picture(k.Board)
	if err != nil {
		return err
	}
	k.Shown = p
	d := k.Decision()
	g, err := d.Board(k.Board, domain.RightSeePersons)
	if err != nil {
		return edge.UnknownBoard()
	}
	o := pages.Options{Picture: p, Ground: g, Edit: k.May[domain.RightEdit] && g.Phase().Working(), Act: act, Values: typed, Refused: refused}
	if o.Plan, o.Planned = plan.Of(g); o.Planned {
		o.Before = plan.Followed(d, g)
	} else if g.Kind() != domain.KindEdition || !o.Edit {
		return edge.UnknownBoard()
	}
	if o.Edit && o.Planned {
		o.People, o.Carry = s.people(k), carries(d, k.Board)
	}
	return k.Page(pages.Setup(s.cfg.Site, s.pages.Request(k), o))
}

// people are the accounts of the office, by name.
func (s *Server) people(k *edge.Call) (out []pages.Person) {
	for _, a := range s.cfg.Auth.Accounts() {
		if actor := a.Actor(); !a.Disabled && actor.Staff(k.Now) {
			out = append(out, pages.Person{ID: a.ID, Name: a.Name, Grants: slices.DeleteFunc(slices.Clone(actor.Grants), func(g domain.Grant) bool {
				return !g.Until.IsZero() && !g.Until.After(k.Now)
			})})
		}
	}
	return out
}

// carries is what carrying over would do now.
func carries(d domain.Decision, board domain.BoardID) (out pages.Carry) {
	events, err := assessment.CarryOver{Board: board}.Decide(d)
	if err != nil {
		return pages.Carry{Refused: err}
	}
	rows := map[domain.MunicipalityID]bool{}
	for _, e := range events {
		if set, ok := e.(*domain.LevelsSet); ok {
			out.Texts += len(set.Cells)
			for _, c := range set.Cells {
				rows[c.Municipality] = true
			}
		}
	}
	out.Municipalities = len(rows)
	return out
}

// onSetup makes the handler of a form of the page. One that is refused is shown again with
// what was typed in it.
func (s *Server) onSetup(done, what string, read formReader) func(*edge.Call) error {
	return func(k *edge.Call) error {
		f, err := k.Form()
		if err != nil {
			return err
		}
		cmd, err := read(k, f)
		said := done
		if err == nil {
			if set, ok := cmd.(plan.SetColumns); ok && done == "kolonne" {
				said = becomes(k, set)
			}
			err = s.submit(k, cmd, setupPath(k), said)
		}
		if err == nil || k.WantsJSON() || edge.StatusOf(err) == http.StatusForbidden || edge.StatusOf(err) == http.StatusNotFound || !k.May[domain.RightSeePersons] {
			return err
		}
		if status := edge.StatusOf(err); status != http.StatusUnprocessableEntity && status != http.StatusConflict {
			return err
		}
		k.Refresh() // newer than what the request began with
		k.Cause = err
		k.Status(edge.StatusOf(err))
		return s.showSetup(k, actOf(what, f), f, err)
	}
}

// actOf is the form that was sent.
func actOf(what string, f url.Values) pages.Act {
	act := pages.Act{What: what, Column: domain.ColumnID(f.Get("c"))}
	if what == pages.ActColumn {
		switch act.Column = domain.ColumnID(f.Get("id")); {
		case f.Get("new") == "yes" && f.Get("area") != "":
			act = pages.Act{What: pages.ActIndicator, Column: domain.ColumnID(f.Get("area"))}
		case f.Get("new") == "yes":
			act = pages.Act{What: pages.ActArea}
		}
	}
	return act
}

func setupPath(k *edge.Call) string {
	return "/utgave/" + url.PathEscape(string(k.Board)) + "/oppsett"
}

// becomes is the word for what a column will be: another meaning is a new version.
func becomes(k *edge.Call, cmd plan.SetColumns) string {
	cat := k.Shown.Catalogue()
	events, err := cmd.Decide(k.Decision())
	if err != nil || len(events) == 0 || len(cmd.Set) == 0 {
		return "kolonne"
	}
	i := cat.ColumnIndex(cmd.Set[0].ID)
	if i < 0 {
		return "kolonne-til"
	}
	if set, ok := events[0].(*plan.ColumnsSet); ok && len(set.Set) > 0 && set.Set[0].Version != cat.Columns[i].Version {
		return "kolonne-ny"
	}
	return "kolonne"
}

// newEdition is the form of a new edition, for editors.
func (s *Server) newEdition(k *edge.Call) error {
	if !k.Decision().Holds(domain.RoleEditor) {
		return domain.Denied("forbidden.edit")
	}
	return k.Page(pages.New(s.cfg.Site, s.pages.Request(k), nil, nil))
}

// makeEdition plans a new edition. One that is there is planned at its own page.
func (s *Server) makeEdition(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	read, err := planForm(k, f)
	if err != nil {
		return err
	}
	cmd := read.(plan.Make)
	_, there := k.Decision().Lookup(cmd.Board)
	if there && k.Actor.Staff(k.Now) { // who may know of it
		err = domain.Clash("board.exists", string(cmd.Board))
	} else {
		err = s.submit(k, cmd, "/utgave/"+url.PathEscape(string(cmd.Board))+"/oppsett", "plan")
	}
	if status := edge.StatusOf(err); err == nil || k.WantsJSON() || status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		return err
	}
	k.Refresh()
	k.Cause = err
	k.Status(edge.StatusOf(err))
	return k.Page(pages.New(s.cfg.Site, s.pages.Request(k), f, err))
}

// planForm reads the form of a plan.
func planForm(k *edge.Call, f url.Values) (domain.Command, error) {
	var cmd plan.Make
	err := k.Read(f, &cmd)
	cmd.Days = plan.Days{Drafted: edge.Trimmed(f, "drafted"), Approved: edge.Trimmed(f, "approved"), Published: edge.Trimmed(f, "published")}
	return cmd, err
}

// assignForm reads who answers for one area.
func assignForm(k *edge.Call, f url.Values) (domain.Command, error) {
	area := plan.Area{Column: domain.ColumnID(f.Get("c")), Due: edge.Trimmed(f, "due")}
	for _, id := range f["assessors"] {
		area.Assessors = append(area.Assessors, domain.AccountID(id))
	}
	for _, id := range f["approvers"] {
		area.Approvers = append(area.Approvers, domain.AccountID(id))
	}
	return plan.Assign{Board: k.Board, Areas: []plan.Area{area}}, nil
}

// roundForm reads which rows are opened: those that are ticked, those of a region that are
// not open, or all.
func roundForm(k *edge.Call, f url.Values) (domain.Command, error) {
	cmd := plan.OpenRound{Board: k.Board}
	switch region := domain.RegionID(f.Get("region")); {
	case region != "":
		g, _ := k.Decision().Lookup(k.Board)
		for _, row := range g.Catalogue().Members(region) {
			if m := g.Catalogue().Municipalities[row].ID; g.Round(m) == 0 {
				cmd.Municipalities = append(cmd.Municipalities, m)
			}
		}
		if len(cmd.Municipalities) == 0 {
			return nil, domain.Wrong("m", "municipality.unknown", string(region))
		}
	case f.Get("chosen") == "yes":
		for _, m := range f["m"] {
			cmd.Municipalities = append(cmd.Municipalities, domain.MunicipalityID(m))
		}
		if len(cmd.Municipalities) == 0 {
			return nil, domain.Wrong("m", "round.chosen")
		}
	}
	return cmd, nil
}

// columnForm reads a column. What its form does not have stays as it is.
func columnForm(k *edge.Call, f url.Values) (domain.Command, error) {
	cat := k.Shown.Catalogue()
	col := domain.Column{ID: domain.ColumnID(edge.Trimmed(f, "id")), Kind: domain.ColumnKind(f.Get("kind")), Area: domain.ColumnID(f.Get("area"))}
	i := cat.ColumnIndex(col.ID)
	switch fresh := f.Get("new") == "yes"; {
	case fresh && i >= 0:
		return nil, domain.Wrong("set[0].id", "catalogue.twice", string(col.ID))
	case !fresh && i < 0:
		return nil, domain.Wrong("set[0].id", "column.unknown", string(col.ID))
	case !fresh:
		col = cat.Columns[i]
	}
	words := func(name string, to *domain.Words) {
		if f.Has(name + ".nb") {
			*to = domain.Words{NB: f.Get(name + ".nb"), NN: f.Get(name + ".nn"), EN: f.Get(name + ".en")}
		}
	}
	words("name", &col.Name)
	words("short", &col.Short)
	words("means.green", &col.Means.Green)
	words("means.yellow", &col.Means.Yellow)
	words("means.red", &col.Means.Red)
	words("basis", &col.Basis)
	words("unit", &col.Unit)
	words("not_comparable", &col.NotComparable)
	for name, to := range map[string]*string{"evidence": &col.Evidence, "ssb_table": &col.SSBTable, "ssb_code": &col.SSBCode, "supervises": &col.Supervises} {
		if f.Has(name) {
			*to = edge.Trimmed(f, name)
		}
	}
	if f.Has("themes") {
		col.Themes = f.Get("themes") == "yes"
	}
	if f.Has("every") {
		if n, err := strconv.Atoi(f.Get("every")); err != nil {
			return nil, domain.Wrong("set[0].every", "column.every")
		} else if n != 1 || col.Every != 0 { // every year is told by nothing, or by 1
			col.Every = n
		}
	}
	if strings.TrimSpace(col.Short.NB) == "" {
		col.Short = col.Name
	}
	cmd := plan.SetColumns{Board: k.Board, Set: []domain.Column{col}}
	if i < 0 {
		cmd.Order = placed(cat, col)
	}
	return cmd, followsForm(k, f, &cmd.Set[0])
}

// followsForm reads what a column follows of the edition before, in the version that it had
// there.
func followsForm(k *edge.Call, f url.Values, col *domain.Column) error {
	if !f.Has("follows") {
		return nil
	}
	c := domain.ColumnID(f.Get("follows"))
	if c == "" {
		col.Follows = nil
		return nil
	}
	d := k.Decision()
	g, _ := d.Lookup(k.Board)
	before := plan.Followed(d, g)
	if !before.Known {
		return domain.Wrong("set[0].follows", "follows.none")
	}
	cat := before.Ground.Catalogue()
	i := cat.ColumnIndex(c)
	if i < 0 {
		return domain.Wrong("set[0].follows", "follows.unknown", string(before.Ground.ID()), string(c))
	}
	col.Follows = &domain.Follows{Board: before.Ground.ID(), Column: c, Version: cat.Columns[i].Version}
	return nil
}

// blocks are the columns in order: each area with its indicators, and each summary.
func blocks(cat *domain.Catalogue) (areas, summaries [][]domain.ColumnID) {
	for _, i := range cat.Areas() {
		block := []domain.ColumnID{cat.Columns[i].ID}
		for _, j := range cat.Indicators(cat.Columns[i].ID) {
			block = append(block, cat.Columns[j].ID)
		}
		areas = append(areas, block)
	}
	for _, i := range cat.Summaries() {
		summaries = append(summaries, []domain.ColumnID{cat.Columns[i].ID})
	}
	return areas, summaries
}

// placed is the order with a new column: an indicator last of its area, an area after the
// others and before the summaries.
func placed(cat *domain.Catalogue, col domain.Column) []domain.ColumnID {
	areas, summaries := blocks(cat)
	if col.Kind == domain.ColumnArea {
		areas = append(areas, []domain.ColumnID{col.ID})
	}
	for i, block := range areas {
		if col.Kind == domain.ColumnIndicator && block[0] == col.Area {
			areas[i] = append(block, col.ID)
		}
	}
	return slices.Concat(slices.Concat(areas...), slices.Concat(summaries...))
}

// moveForm reads "up.column" or "down.column": an area goes with its indicators.
func moveForm(k *edge.Call, f url.Values) (domain.Command, error) {
	way, id, _ := strings.Cut(f.Get("move"), ".")
	c := domain.ColumnID(id)
	step := map[string]int{"up": -1, "down": 1}[way]
	areas, summaries := blocks(k.Shown.Catalogue())
	of := func(block []domain.ColumnID) bool { return block[0] == c }
	moved := swap(areas, slices.IndexFunc(areas, of), step) || swap(summaries, slices.IndexFunc(summaries, of), step)
	for _, block := range areas {
		moved = moved || swap(block[1:], slices.Index(block[1:], c), step)
	}
	if !moved {
		return nil, domain.Wrong("move", "column.unknown", id)
	}
	return plan.SetColumns{Board: k.Board, Order: slices.Concat(slices.Concat(areas...), slices.Concat(summaries...))}, nil
}

// swap moves one of a list by a step, where there is room.
func swap[T any](list []T, i, step int) bool {
	if i < 0 || step == 0 || i+step < 0 || i+step >= len(list) {
		return false
	}
	list[i], list[i+step] = list[i+step], list[i]
	return true
}

// endForm ends a column; an area with its indicators.
func endForm(k *edge.Call, f url.Values) (domain.Command, error) {
	cat, c := k.Shown.Catalogue(), domain.ColumnID(f.Get("c"))
	cmd := plan.SetColumns{Board: k.Board, Ended: []domain.Ended{{ID: string(c)}}, Judged: f.Get("judged") == "yes"}
	for _, i := range cat.Indicators(c) {
		cmd.Ended = append(cmd.Ended, domain.Ended{ID: string(cat.Columns[i].ID)})
	}
	return cmd, nil
}

// catalogue is what a planned edition judges, and by what, for those who read it before they
// are heard.
func (s *Server) catalogue(k *edge.Call) error {
	g, err := k.Decision().Board(k.Board, domain.RightCatalogue)
	if err != nil || !g.Planned() {
		return edge.UnknownBoard()
	}
	p, _ := plan.Of(g)
	return k.Page(pages.Catalogue(s.cfg.Site, s.pages.Request(k), g, p, plan.Followed(k.Decision(), g)))
}

// method is how an edition judges, for everybody who may read the edition.
func (s *Server) method(k *edge.Call) error {
	if _, err := filter(k); err != nil {
		return err
	}
	if k.Shown.Board().Kind != domain.KindEdition {
		return edge.UnknownBoard()
	}
	return s.pages.Cached(k, func(r kit.Request) ([]byte, error) { return pages.Method(s.cfg.Site, r, k.Shown) })
}
