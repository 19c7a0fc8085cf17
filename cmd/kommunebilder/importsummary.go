package main

import (
	"fmt"
	"io"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/storage/sheet"
)

// importSummary tells in bokmål what an import changes, by name: first in one
// line, then cell by cell, what is taken away before all else.
type importSummary struct {
	site *kit.Site
	cat  *domain.Catalogue
	out  io.Writer
}

// group is cells that the same happens to.
type group struct {
	what  string // "grønn → rød", "tekster endres"
	one   string // the same of one of them
	cells map[domain.CellRef]bool
}

func (r importSummary) tell(cmd editions.Import, plan editions.Plan, file sheet.Statuses) {
	switch {
	case plan.Opens:
		fmt.Fprintf(r.out, "Utkastet %s åpnes («%s»).\n", cmd.Board, cmd.Title.NB)
	case plan.Corrects:
		fmt.Fprintf(r.out, "En retting av %s åpnes.\n", cmd.Board)
	}
	deleted, levels, beside := r.changes(plan)
	var parts []string
	for _, g := range append(levels, beside...) {
		parts = append(parts, g.count())
	}
	fmt.Fprintf(r.out, "%s.\n", strings.Join(append(parts, fmt.Sprintf("%d slettes", plan.Deletes)), ", "))
	for _, groups := range [][]group{deleted, levels, beside, kept(plan), r.unchanged(plan, file)} {
		for _, g := range groups {
			r.list(g)
		}
	}
	r.rows(file.Short, "har ingenting under den siste overskriften")
	r.rows(file.Hidden, "er skjult, og leses")
	if len(file.Skipped) > 0 {
		fmt.Fprintf(r.out, "\nSkjulte ark, som ikke leses: %s\n", strings.Join(file.Skipped, ", "))
	}
}

// rows names rows that the same is true of, a sheet a line.
func (r importSummary) rows(rows []sheet.Row, what string) {
	if len(rows) == 0 {
		return
	}
	count := "1 rad"
	if len(rows) > 1 {
		count = fmt.Sprintf("%d rader", len(rows))
	}
	fmt.Fprintf(r.out, "\n%s %s:\n", count, what)
	for len(rows) > 0 {
		name, spans := rows[0].Sheet, []string(nil)
		for len(rows) > 0 && rows[0].Sheet == name {
			n := 1
			for n < len(rows) && rows[n] == (sheet.Row{Sheet: name, Row: rows[0].Row + n}) {
				n++
			}
			span := fmt.Sprint(rows[0].Row)
			if n > 1 {
				span += fmt.Sprintf("–%d", rows[n-1].Row)
			}
			spans, rows = append(spans, span), rows[n:]
		}
		if name != "" {
			name = "ark «" + name + "», "
		}
		fmt.Fprintf(r.out, "  %srad %s\n", name, strings.Join(spans, ", "))
	}
}

// changes sorts what an import does: what is taken away, levels, and what lies
// beside them.
func (r importSummary) changes(plan editions.Plan) (deleted, levels, beside []group) {
	for _, c := range plan.Changes {
		at := domain.CellRef{Municipality: c.Municipality, Column: c.Column}
		switch {
		case c.LevelDeleted:
			deleted = put(deleted, "nivåer slettes", "nivå slettes", at)
		case c.From != c.To:
			step := r.level(c.From) + " → " + r.level(c.To)
			levels = put(levels, step, step, at)
		}
		for _, v := range []struct {
			is        editions.ValueChange
			many, one string
		}{{c.Text, "tekster", "tekst"}, {c.Author, "forfattere", "forfatter"}, {c.Date, "datoer", "dato"}} {
			switch v.is {
			case editions.ValueDeleted:
				deleted = put(deleted, v.many+" slettes", v.one+" slettes", at)
			case editions.ValueChanged:
				beside = put(beside, v.many+" endres", v.one+" endres", at)
			case editions.ValueAdded:
				beside = put(beside, v.many+" kommer til", v.one+" kommer til", at)
			}
		}
	}
	return deleted, levels, beside
}

// kept are the cells whose level changes beside what was said of another level.
func kept(plan editions.Plan) (out []group) {
	for _, c := range plan.Changes {
		if c.Keeps {
			const beside = "mens tekst, forfatter eller dato står som før"
			out = put(out, "nivåer endres "+beside, "nivå endres "+beside, domain.CellRef{Municipality: c.Municipality, Column: c.Column})
		}
	}
	return out
}

// unchanged are the cells that the file names without saying anything new.
func (r importSummary) unchanged(plan editions.Plan, file sheet.Statuses) []group {
	changed := map[domain.CellRef]bool{}
	for _, c := range plan.Changes {
		changed[domain.CellRef{Municipality: c.Municipality, Column: c.Column}] = true
	}
	var out []group
	for _, c := range file.Cells {
		if at := (domain.CellRef{Municipality: c.Municipality, Column: c.Column}); c.Level == "" && !changed[at] {
			const what = "uten nivå i filen, og ikke vurdert fra før"
			out = put(out, what, what, at)
		}
	}
	for _, at := range file.Repeated {
		const what = "flere ganger i filen, med samme svar"
		out = put(out, what, what, at)
	}
	return out
}

func put(groups []group, what, one string, at domain.CellRef) []group {
	for _, g := range groups {
		if g.what == what {
			g.cells[at] = true
			return groups
		}
	}
	return append(groups, group{what, one, map[domain.CellRef]bool{at: true}})
}

func (g group) count() string {
	if len(g.cells) == 1 {
		return "1 " + g.one
	}
	return fmt.Sprintf("%d %s", len(g.cells), g.what)
}

// list names the cells of a group, a municipality a line.
func (r importSummary) list(g group) {
	fmt.Fprintf(r.out, "\n%s:\n", g.count())
	for _, m := range r.cat.Municipalities {
		var names []string
		for _, c := range r.cat.Columns {
			if g.cells[domain.CellRef{Municipality: m.ID, Column: c.ID}] {
				names = append(names, c.Name.NB)
			}
		}
		if len(names) > 0 {
			fmt.Fprintf(r.out, "  %s: %s\n", m.Name, strings.Join(names, ", "))
		}
	}
}

func (r importSummary) level(l domain.Level) string {
	return strings.ToLower(r.site.Word("nb", "level."+string(l)))
}
