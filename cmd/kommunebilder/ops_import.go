package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/typed"
	"kommunebilde/storage/county"
	"kommunebilde/storage/sheet"
)

const maxImport = 10 << 20 // bytes of a spreadsheet, packed

// importStatuses sets an edition's cells from a spreadsheet, all or nothing. It
// answers in bokmål unless asked for another language: the file is Norwegian, and is
// mended by whoever wrote it.
func importStatuses(ctx context.Context, o *folder, by domain.Actor, args []string, in io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("import", flag.ContinueOnError)
	edition := editionFlag(fs)
	title := fs.String("title", "", "the `title` of a new edition; else Kommunebilde and its id")
	reason := fs.String("reason", "", "why a published edition is corrected, in `words`")
	deletes := fs.Int("delete", 0, "the `number` of values that the file takes away, as --dry-run lists them")
	lang := fs.String("language", "nb", "the `language` of the answer: nb, nn or en")
	dry := fs.Bool("dry-run", false, "tell what would change, and change nothing")
	words, err := parse(fs, args, 2)
	if err != nil {
		return err
	}
	if words[0] != "statuses" || *edition == "" {
		return misuse("import statuses FILE --edition ID | supervision FILE | survey FILE")
	}
	if !slices.Contains(kit.Languages(), *lang) {
		return misuse("--language is nb, nn or en")
	}
	said := o.site.WordsIn(*lang)
	data, err := io.ReadAll(io.LimitReader(in, maxImport+1)) // one byte over: the reader of sheets says so
	if err != nil {
		return fmt.Errorf("read %s: %w", words[1], err)
	}
	id := domain.BoardID(*edition)
	if o.planned(by, id) {
		if *title != "" || *reason != "" {
			return misuse("--title and --reason are of an edition without a plan: leave them out")
		}
		return o.importJudgements(ctx, by, given{words[1], data, id, *deletes, *lang, *dry}, out)
	}
	var pack county.Pack // of a new edition; one that is there keeps its own
	catalogue := &pack.Catalogue
	if p, ok := o.picture(by, id); ok {
		if *title != "" {
			return misuse("--title is of a new edition: %s is there already, as «%s»; leave it out", id, p.Board().Title.NB)
		}
		catalogue = p.Catalogue()
	} else if pack, err = o.pack(out); err != nil {
		return err
	}
	today, err := o.today()
	if err != nil {
		return err
	}
	file, err := sheet.ReadStatuses(filepath.Base(words[1]), data, catalogue, today)
	var faults *sheet.Faults
	if errors.As(err, &faults) {
		return faultsOf(said, words[1], faults)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", words[1], err)
	}
	if *title == "" {
		*title = "Kommunebilde " + *edition
	}
	cmd := editions.Import{
		Board: id, Title: domain.Words{NB: string(typed.Of(*title))}, Catalogue: pack.Catalogue, Map: &pack.Map,
		Reason: typed.Of(*reason), Cells: file.Cells, Deletes: *deletes,
	}
	o.trace.Board = id
	plan, err := editions.PlanOf(o.clerk.State(), by, cmd, o.now())
	if err != nil {
		return o.inWordsOf(*lang, err)
	}
	importSummary{said, catalogue, out}.tell(cmd, plan, file)
	if *dry {
		o.trace.What = nothing
		if _, err := domain.Decide(o.clerk.State(), by, cmd, o.now()); err != nil {
			return o.inWordsOf(*lang, err)
		}
		fmt.Fprintf(out, "\n%s\n", said.T("import.dry"))
		return nil
	}
	res, err := o.decided(ctx, by, cmd)
	if err != nil {
		return o.inWordsOf(*lang, err)
	}
	fmt.Fprintf(out, "\n%s\n", said.T("import.done", fmt.Sprint(res.Revision), string(id)))
	return nil
}

// faultsOf says what is wrong in a file, a fault a line.
func faultsOf(said *kit.Words, name string, faults *sheet.Faults) error {
	lines := []string{said.N("import.faults", faults.Count, name)}
	for _, f := range faults.List {
		lines = append(lines, said.Fault(kit.Fault(f)))
	}
	if more := faults.Count - len(faults.List); more > 0 {
		lines = append(lines, said.T("contacts.more", strconv.Itoa(more)))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// today is the day in Norway.
func (o *folder) today() (string, error) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	return o.now().In(oslo).Format(time.DateOnly), err
}
