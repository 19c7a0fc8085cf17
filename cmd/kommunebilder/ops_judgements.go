package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/batch"
	"kommunebilde/storage/sheet"
)

// given is a file of judgements that is imported into a planned edition.
type given struct {
	name    string
	data    []byte
	board   domain.BoardID
	deletes int
	lang    string
	dry     bool
}

// planned reports whether an edition has a plan.
func (o *folder) planned(by domain.Actor, id domain.BoardID) bool {
	g, there := domain.Judge(o.clerk.State(), by, o.now()).Lookup(id)
	return there && g.Planned()
}

// importJudgements saves in bulk what a file says of a planned edition's cells, in one
// record. Cells that somebody changed since the file was taken away are told, and stay.
func (o *folder) importJudgements(ctx context.Context, by domain.Actor, in given, out io.Writer) error {
	p, _ := o.picture(by, in.board)
	said := o.site.WordsIn(in.lang)
	file, err := sheet.ReadJudgements(filepath.Base(in.name), in.data, p.Catalogue(), in.board)
	var faults *sheet.Faults
	if errors.As(err, &faults) {
		return faultsOf(said, in.name, faults)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", in.name, err)
	}
	o.trace.Board = in.board
	plan, err := batch.PlanOf(domain.Judge(o.clerk.State(), by, o.now()), in.board, file.Rows)
	if err != nil {
		return o.inWordsOf(in.lang, err)
	}
	if err := o.refusedRows(said, in, plan, file); err != nil {
		return err
	}
	importSummary{said, p.Catalogue(), out}.judgements(plan, file)
	switch {
	case len(plan.Changes) == 0:
		return o.inWordsOf(in.lang, domain.Clash("save.nothing"))
	case plan.Deletes != in.deletes:
		return o.inWordsOf(in.lang, domain.Wrong("deletes", "import.deletes", strconv.Itoa(plan.Deletes)))
	case in.dry:
		o.trace.What = nothing
		fmt.Fprintf(out, "\n%s\n", said.T("import.dry"))
		return nil
	}
	res, err := o.decided(ctx, by, plan.Save(in.board))
	if err != nil {
		return o.inWordsOf(in.lang, err)
	}
	fmt.Fprintf(out, "\n%s\n", said.T("import.saved", strconv.FormatUint(uint64(res.Revision), 10)))
	return nil
}

// refusedRows says which rows may not be written, and why.
func (o *folder) refusedRows(said *kit.Words, in given, plan batch.Plan, file sheet.Judgements) error {
	if len(plan.Refused) == 0 {
		return nil
	}
	lines := []string{said.N("import.faults", len(plan.Refused), in.name)}
	for _, r := range plan.Refused {
		at := file.Places[r.Row]
		lines = append(lines, said.Place(kit.Fault{Sheet: at.Sheet, Row: at.Row})+": "+said.Refusal(r.Err))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// judgements tells what a file changes in a planned edition, what is taken away before
// all else, and last the cells that are not written.
func (r importSummary) judgements(plan batch.Plan, file sheet.Judgements) {
	var deleted, changed []group
	for _, c := range plan.Changes {
		deleted, changed = r.judgement(deleted, changed, c)
	}
	var parts []string
	for _, g := range changed {
		parts = append(parts, r.count(g))
	}
	fmt.Fprintf(r.out, "%s.\n", strings.Join(append(parts, r.words.T("import.deletes", strconv.Itoa(plan.Deletes))), ", "))
	for _, g := range append(deleted, changed...) {
		r.list(g)
	}
	r.conflicts(plan.Conflicts)
	r.rows(file.Short, "import.short")
	r.rows(file.Hidden, "import.hidden")
	if len(file.Skipped) > 0 {
		fmt.Fprintf(r.out, "\n%s\n", r.words.T("import.skipped", strings.Join(file.Skipped, ", ")))
	}
}

func (r importSummary) judgement(deleted, changed []group, c batch.Change) (_, _ []group) {
	at := domain.CellRef{Municipality: c.Edit.Municipality, Column: c.Edit.Column}
	now := c.Now.Text.String()
	switch {
	case c.Edit.Level == domain.NotAssessed:
		deleted = put(deleted, "import.level_deleted", "", at)
	case c.Edit.Level != "":
		changed = put(changed, "import.step", r.level(c.Now.Level)+" → "+r.level(c.Edit.Level), at)
	}
	switch {
	case c.Edit.Text == nil:
	case *c.Edit.Text == "":
		deleted = put(deleted, "import.text_deleted", "", at)
	case now == "":
		changed = put(changed, "import.text_added", "", at)
	default:
		changed = put(changed, "import.text_changed", "", at)
	}
	if c.Edit.Evidence != nil {
		changed = put(changed, "import.evidence_changed", "", at)
	}
	return deleted, changed
}

// conflicts names cells that somebody changed since the file was taken away, with both
// texts.
func (r importSummary) conflicts(list []batch.Change) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(r.out, "\n%s:\n", r.words.N("import.conflicts", len(list)))
	for _, c := range list {
		m := r.cat.Municipalities[r.cat.MunicipalityIndex(c.Edit.Municipality)]
		name, _ := r.cat.Columns[r.cat.ColumnIndex(c.Edit.Column)].Name.In(r.words.Lang)
		fmt.Fprintf(r.out, "  %s, %s\n    %s\n    %s\n", m.Name, name,
			r.words.T("import.in_file", r.value(c.Said, c.Now)), r.words.T("import.stored", r.value(batch.Row{}, c.Now)))
	}
}

// value is a level and a text in one line: what a row says, and else what stands.
func (r importSummary) value(said batch.Row, now assessment.Cell) string {
	level, text := now.Level, now.Text.String()
	if said.Level != nil {
		level = cmp.Or(*said.Level, domain.NotAssessed)
	}
	if said.Text != nil {
		text = *said.Text
	}
	return r.level(level) + ", «" + strings.Join(strings.Fields(text), " ") + "»"
}
