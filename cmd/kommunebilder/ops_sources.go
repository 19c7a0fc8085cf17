package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
	"kommunebilde/storage/sheet"
)

// imports reads a file into the journal: an edition's cells, or evidence.
func imports(ctx context.Context, o *folder, by domain.Actor, args []string, in io.Reader, out io.Writer) error {
	if len(args) > 0 && (args[0] == "supervision" || args[0] == "survey") {
		return importSources(ctx, o, by, args, in, out)
	}
	return importStatuses(ctx, o, by, args, in, out)
}

// importSources records what a file of evidence says, in one record. Rows that cannot be
// recorded are told, and keep no other out. It answers in bokmål, as importStatuses.
func importSources(ctx context.Context, o *folder, by domain.Actor, args []string, in io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("import", flag.ContinueOnError)
	year := fs.Int("year", 0, "of a survey, its `year`, where the file has no column for it")
	deletes := fs.Int("delete", 0, "the `number` of deviations that the file takes away, as --dry-run lists them")
	lang := fs.String("language", "nb", "the `language` of the answer: nb, nn or en")
	dry := fs.Bool("dry-run", false, "tell what would change, and change nothing")
	words, err := parse(fs, args, 2)
	switch {
	case err != nil:
		return err
	case !slices.Contains(kit.Languages(), *lang):
		return misuse("--language is nb, nn or en")
	case words[0] == "supervision" && *year != 0:
		return misuse("--year is of a survey: leave it out")
	}
	said := o.site.WordsIn(*lang)
	plan, err := o.sourcesOf(by, words, in, *year, sourceSummary{said, out})
	var faults *sheet.Faults
	switch {
	case errors.As(err, &faults):
		return faultsOf(said, words[1], faults)
	case err != nil:
		return o.inWordsOf(*lang, err)
	case len(plan.New)+len(plan.Changed) == 0:
		o.trace.What = nothing
		fmt.Fprintf(out, "\n%s\n", said.T("evidence.import.nothing"))
		return nil
	case plan.Deletes != *deletes:
		return o.inWordsOf(*lang, domain.Wrong("deletes", "import.deletes", strconv.Itoa(plan.Deletes)))
	case *dry:
		o.trace.What = nothing
		fmt.Fprintf(out, "\n%s\n", said.T("import.dry"))
		return nil
	}
	res, err := o.decided(ctx, by, plan.Import())
	if err != nil {
		return o.inWordsOf(*lang, err)
	}
	fmt.Fprintf(out, "\n%s\n", said.T("import.saved", strconv.FormatUint(uint64(res.Revision), 10)))
	return nil
}

// sourcesOf reads a file of evidence and tells what it would record.
func (o *folder) sourcesOf(by domain.Actor, words []string, in io.Reader, year int, tell sourceSummary) (plan batch.Sources, err error) {
	data, err := io.ReadAll(io.LimitReader(in, maxImport+1))
	if err != nil {
		return plan, fmt.Errorf("read %s: %w", words[1], err)
	}
	live, err := o.live(by)
	if err != nil {
		return plan, err
	}
	today, err := o.today()
	if err != nil {
		return plan, err
	}
	var file sheet.Sources
	if words[0] == "survey" {
		file, err = sheet.ReadSurvey(data, live.Catalogue(), today, year)
	} else {
		file, err = sheet.ReadSupervision(data, live.Catalogue(), today)
	}
	if err != nil {
		return plan, err
	}
	if plan, err = batch.SourcesOf(domain.Judge(o.clerk.State(), by, o.now()), file.List); err == nil {
		tell.all(live.Catalogue(), plan, file)
	}
	return plan, err
}

// sourceSummary tells what a file of evidence would do.
type sourceSummary struct {
	words *kit.Words
	out   io.Writer
}

func (r sourceSummary) all(c *domain.Catalogue, plan batch.Sources, file sheet.Sources) {
	refused := file.Refused.Count + len(plan.Refused)
	var counts []string
	for _, one := range []struct {
		key string
		n   int
	}{{"new", len(plan.New)}, {"changed", len(plan.Changed)}, {"same", len(plan.Same)}, {"refused", refused}} {
		counts = append(counts, fmt.Sprintf("%s: %d", r.words.T("evidence.import."+one.key), one.n))
	}
	fmt.Fprintf(r.out, "%s.\n", strings.Join(counts, ". "))
	if plan.Deletes > 0 {
		fmt.Fprintf(r.out, "\n%s\n", r.words.N("evidence.import.deletes", plan.Deletes))
		for _, one := range plan.Changed {
			for _, text := range one.Deletes {
				fmt.Fprintf(r.out, "  %s: %s\n", named(c, one.Is), text)
			}
		}
	}
	var changed []evidence.Record
	for _, one := range plan.Changed {
		changed = append(changed, one.Is)
	}
	r.list(c, "new", plan.New)
	for _, one := range plan.New {
		for _, i := range plan.Alike[one.ID] {
			fmt.Fprintf(r.out, "\n%s: %s\n", named(c, one), r.words.T("evidence.import.alike", i.Title.String()))
		}
	}
	r.list(c, "changed", changed)
	if refused > 0 {
		fmt.Fprintf(r.out, "\n%s:\n", r.words.T("evidence.import.refused"))
	}
	for _, f := range file.Refused.List {
		fmt.Fprintf(r.out, "  %s\n", r.words.Fault(kit.Fault(f)))
	}
	if more := file.Refused.Count - len(file.Refused.List); more > 0 {
		fmt.Fprintf(r.out, "  %s\n", r.words.T("contacts.more", strconv.Itoa(more)))
	}
	for _, one := range plan.Refused {
		at := file.Places[one.Row]
		fmt.Fprintf(r.out, "  %s: %s\n", r.words.Place(kit.Fault{Sheet: at.Sheet, Row: at.Row}), r.words.Refusal(one.Err))
	}
	importSummary{r.words, c, r.out}.rows(file.Hidden, "import.hidden")
	for _, one := range []struct {
		key  string
		list []string
	}{{"unread", file.Unread}, {"skipped", file.Skipped}} {
		if len(one.list) > 0 {
			fmt.Fprintf(r.out, "\n%s: %s\n", r.words.T("evidence.import."+one.key), strings.Join(one.list, ", "))
		}
	}
}

func (r sourceSummary) list(c *domain.Catalogue, key string, list []evidence.Record) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(r.out, "\n%s:\n", r.words.T("evidence.import."+key))
	for _, one := range list {
		fmt.Fprintf(r.out, "  %s\n", named(c, one))
	}
}

// named names evidence in a line.
func named(c *domain.Catalogue, r evidence.Record) string {
	name := ""
	for _, m := range r.Municipalities {
		if i := c.MunicipalityIndex(m); i >= 0 {
			name += c.Municipalities[i].Name + ", "
		}
	}
	return name + r.Effective + ": " + string(r.Title)
}
