package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/storage/sheet"
)

// importSummary tells what an import changes, by name: first in one line, then cell
// by cell, what is taken away before all else.
type importSummary struct {
	words *kit.Words
	cat   *domain.Catalogue
	out   io.Writer
}

// group is cells that the same happens to.
type group struct {
	what  string // the word that says it
	step  string // "grønn → rød"
	cells map[domain.CellRef]bool
}

func (r importSummary) tell(cmd editions.Import, plan editions.Plan, file sheet.Statuses) {
	switch {
	case plan.Opens:
		fmt.Fprintln(r.out, r.words.T("import.opens", string(cmd.Board), cmd.Title.NB))
	case plan.Corrects:
		fmt.Fprintln(r.out, r.words.T("import.corrects", string(cmd.Board)))
	}
	deleted, levels, beside := r.changes(plan)
	var parts []string
	for _, g := range append(levels, beside...) {
		parts = append(parts, r.count(g))
	}
	fmt.Fprintf(r.out, "%s.\n", strings.Join(append(parts, r.words.T("import.deletes", strconv.Itoa(plan.Deletes))), ", "))
	for _, groups := range [][]group{deleted, levels, beside, kept(plan), r.unchanged(plan, file)} {
		for _, g := range groups {
			r.list(g)
		}
	}
	r.rows(file.Short, "import.short")
	r.rows(file.Hidden, "import.hidden")
	if len(file.Skipped) > 0 {
		fmt.Fprintf(r.out, "\n%s\n", r.words.T("import.skipped", strings.Join(file.Skipped, ", ")))
	}
}

// rows names rows that the same is true of, a sheet a line.
func (r importSummary) rows(rows []sheet.Row, what string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(r.out, "\n%s:\n", r.words.N(what, len(rows)))
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
			name = r.words.T("fault.sheet", name) + ", "
		}
		fmt.Fprintf(r.out, "  %s%s\n", name, r.words.T("fault.row", strings.Join(spans, ", ")))
	}
}

// changes sorts what an import does: what is taken away, levels, and what lies
// beside them.
func (r importSummary) changes(plan editions.Plan) (deleted, levels, beside []group) {
	for _, c := range plan.Changes {
		at := domain.CellRef{Municipality: c.Municipality, Column: c.Column}
		switch {
		case c.LevelDeleted:
			deleted = put(deleted, "import.level_deleted", "", at)
		case c.From != c.To:
			levels = put(levels, "import.step", r.level(c.From)+" → "+r.level(c.To), at)
		}
		for _, v := range []struct {
			is                      editions.ValueChange
			deleted, changed, added string
		}{
			{c.Text, "import.text_deleted", "import.text_changed", "import.text_added"},
			{c.Author, "import.author_deleted", "import.author_changed", "import.author_added"},
			{c.Date, "import.date_deleted", "import.date_changed", "import.date_added"},
		} {
			switch v.is {
			case editions.ValueDeleted:
				deleted = put(deleted, v.deleted, "", at)
			case editions.ValueChanged:
				beside = put(beside, v.changed, "", at)
			case editions.ValueAdded:
				beside = put(beside, v.added, "", at)
			}
		}
	}
	return deleted, levels, beside
}

// kept are the cells whose level changes beside what was said of another level.
func kept(plan editions.Plan) (out []group) {
	for _, c := range plan.Changes {
		if c.Keeps {
			out = put(out, "import.level_kept", "", domain.CellRef{Municipality: c.Municipality, Column: c.Column})
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
			out = put(out, "import.no_level", "", at)
		}
	}
	for _, at := range file.Repeated {
		out = put(out, "import.repeated", "", at)
	}
	return out
}

func put(groups []group, what, step string, at domain.CellRef) []group {
	for _, g := range groups {
		if g.what == what && g.step == step {
			g.cells[at] = true
			return groups
		}
	}
	return append(groups, group{what, step, map[domain.CellRef]bool{at: true}})
}

func (r importSummary) count(g group) string { return r.words.N(g.what, len(g.cells), g.step) }

// list names the cells of a group, a municipality a line.
func (r importSummary) list(g group) {
	fmt.Fprintf(r.out, "\n%s:\n", r.count(g))
	for _, m := range r.cat.Municipalities {
		var names []string
		for _, c := range r.cat.Columns {
			if g.cells[domain.CellRef{Municipality: m.ID, Column: c.ID}] {
				name, _ := c.Name.In(r.words.Lang)
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			fmt.Fprintf(r.out, "  %s: %s\n", m.Name, strings.Join(names, ", "))
		}
	}
}

func (r importSummary) level(l domain.Level) string {
	return strings.ToLower(r.words.Level(l))
}
