package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/typed"
	"kommunebilde/storage/county"
	"kommunebilde/storage/sheet"
)

const maxImport = 10 << 20 // bytes of a spreadsheet, packed

// importStatuses sets an edition's cells from a spreadsheet, all or nothing. It
// answers in bokmål: it speaks of a Norwegian file, whose faults are told so.
func importStatuses(ctx context.Context, o *folder, by domain.Actor, args []string, in io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("import", flag.ContinueOnError)
	edition := editionFlag(fs)
	title := fs.String("title", "", "the `title` of a new edition; else Kommunebilde and its id")
	reason := fs.String("reason", "", "why a published edition is corrected, in `words`")
	deletes := fs.Int("delete", 0, "the `number` of values that the file takes away, as --dry-run lists them")
	dry := fs.Bool("dry-run", false, "tell what would change, and change nothing")
	words, err := parse(fs, args, 2)
	if err != nil {
		return err
	}
	if words[0] != "statuses" || *edition == "" {
		return misuse("import statuses FILE --edition ID")
	}
	data, err := io.ReadAll(io.LimitReader(in, maxImport+1)) // one byte over: the reader of sheets says so
	if err != nil {
		return fmt.Errorf("read %s: %w", words[1], err)
	}
	id := domain.BoardID(*edition)
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
		return o.inWordsOf("nb", err)
	}
	importSummary{o.site, catalogue, out}.tell(cmd, plan, file)
	if *dry {
		o.trace.What = nothing
		if _, err := domain.Decide(o.clerk.State(), by, cmd, o.now()); err != nil {
			return o.inWordsOf("nb", err)
		}
		fmt.Fprintln(out, "\nIngenting er endret (--dry-run).")
		return nil
	}
	res, err := o.decided(ctx, by, cmd)
	if err != nil {
		return o.inWordsOf("nb", err)
	}
	fmt.Fprintf(out, "\nLest inn som revisjon %d. Publiser med: kommunebilder publish --edition %s\n", res.Revision, id)
	return nil
}

// today is the day in Norway.
func (o *folder) today() (string, error) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	return o.now().In(oslo).Format(time.DateOnly), err
}
