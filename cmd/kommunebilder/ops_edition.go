package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"kommunebilde"
	"kommunebilde/storage/sheet"
)

const maxImport = 10 << 20 // bytes of a spreadsheet, packed

// importStatuses sets an edition's cells from a spreadsheet, all or nothing.
func importStatuses(ctx context.Context, o *office, by kommunebilde.Actor, args []string, in io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("import", flag.ContinueOnError)
	edition := fs.String("edition", "", "")
	title := fs.String("title", "", "")
	reason := fs.String("reason", "", "")
	dry := fs.Bool("dry-run", false, "")
	words, err := parse(fs, args, 2)
	if err != nil {
		return err
	}
	if words[0] != "statuses" || *edition == "" {
		return misuse("import statuses FILE --edition ID")
	}
	data, err := io.ReadAll(io.LimitReader(in, maxImport+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", words[1], err)
	}
	if len(data) > maxImport {
		return fmt.Errorf("%s is over 10 MB; split it, nothing was imported", words[1])
	}
	id := kommunebilde.BoardID(*edition)
	catalogue := &o.pack.Catalogue
	p, exists := o.picture(by, id)
	if exists {
		catalogue = p.Catalogue()
	}
	cells, err := sheet.ReadStatuses(filepath.Base(words[1]), data, catalogue)
	if err != nil {
		return fmt.Errorf("%s was refused, nothing was imported:\n%w", words[1], err)
	}
	if *title == "" {
		*title = "Kommunebilde " + *edition
	}
	cmd := kommunebilde.ImportEdition{
		Board: id, Title: kommunebilde.Words{NB: *title}, Catalogue: o.pack.Catalogue, Map: &o.pack.Map,
		Reason: *reason, Cells: cells,
	}
	o.trace.Board = id
	events, err := kommunebilde.Decide(o.clerk.State(), by, cmd, o.now())
	if err != nil {
		return o.inWords(err)
	}
	tell(out, p, exists, events)
	if *dry {
		o.trace.What = nothing
		fmt.Fprintln(out, "Nothing was changed (--dry-run).")
		return nil
	}
	res, err := o.submit(ctx, by, cmd)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Imported as revision %d. Publish with: kommunebilder publish --edition %s\n", res.Revision, id)
	return nil
}

// tell lists what an import changes.
func tell(out io.Writer, p kommunebilde.Picture, exists bool, events []kommunebilde.Event) {
	for _, e := range events {
		switch e := e.(type) {
		case *kommunebilde.BoardOpened:
			fmt.Fprintf(out, "Opens the draft %s (%s).\n", e.Board, e.Title.NB)
		case *kommunebilde.CorrectionOpened:
			fmt.Fprintf(out, "Opens a correction of %s.\n", e.Board)
		case *kommunebilde.LevelsSet:
			for _, c := range e.Cells {
				from := kommunebilde.NotAssessed
				if exists {
					from = p.Level(p.Row(c.Municipality), p.Col(c.Column))
				}
				text := ""
				if from == c.Level {
					text = " (text, author or date)"
				}
				fmt.Fprintf(out, "  %s %s: %s → %s%s\n", c.Municipality, c.Column, from, c.Level, text)
			}
			fmt.Fprintf(out, "%d cells change.\n", len(e.Cells))
		}
	}
}

func publish(ctx context.Context, o *office, by kommunebilde.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("publish", flag.ContinueOnError)
	edition := fs.String("edition", "", "")
	note := fs.String("note", "", "")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	id := kommunebilde.BoardID(*edition)
	if _, err := o.submit(ctx, by, kommunebilde.Publish{Board: id, Note: *note}); err != nil {
		return err
	}
	p, _ := o.picture(by, id)
	fmt.Fprintf(out, "%s is published, version %d.\n", id, len(p.Board().Publications))
	return nil
}

func hearing(ctx context.Context, o *office, by kommunebilde.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("hearing", flag.ContinueOnError)
	edition := fs.String("edition", "", "")
	from := fs.String("from", "", "")
	to := fs.String("to", "", "")
	answered := fs.String("answered", "", "")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	h := kommunebilde.Hearing{From: *from, To: *to}
	for _, m := range list(*answered) {
		h.Answered = append(h.Answered, kommunebilde.MunicipalityID(m))
	}
	if _, err := o.submit(ctx, by, kommunebilde.NoteHearing{Board: kommunebilde.BoardID(*edition), Hearing: h}); err != nil {
		return err
	}
	fmt.Fprintf(out, "Noted: hearing of %s from %s to %s, %d answered.\n", *edition, *from, *to, len(h.Answered))
	return nil
}

func base(ctx context.Context, o *office, by kommunebilde.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("base", flag.ContinueOnError)
	edition := fs.String("edition", "", "")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	if _, err := o.submit(ctx, by, kommunebilde.ChangeBase{Edition: kommunebilde.BoardID(*edition)}); err != nil {
		return err
	}
	fmt.Fprintf(out, "The live picture now rests on %s.\n", *edition)
	return nil
}

// packs checks a county pack or takes it into the live picture.
func packs(ctx context.Context, o *office, by kommunebilde.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("pack", flag.ContinueOnError)
	dry := fs.Bool("dry-run", false, "")
	words, err := parse(fs, args, 2)
	if err != nil {
		return err
	}
	pack, err := loadPack(words[1])
	if err != nil {
		return err
	}
	c := pack.Catalogue
	switch words[0] {
	case "check":
		fmt.Fprintf(out, "%s: %d municipalities in %d regions, %d columns. The pack is whole.\n", c.County, len(c.Municipalities), len(c.Regions), len(c.Columns))
		return nil
	case "apply":
	default:
		return misuse("pack check DIR or pack apply DIR")
	}
	live, ok := o.picture(by, kommunebilde.Live)
	if !ok {
		return errors.New("there is no live picture yet; start the server with -county once")
	}
	changes, err := live.Catalogue().Diff(&c)
	for _, d := range changes {
		fmt.Fprintf(out, "  %s %s %s %s\n", d.Kind, d.What, d.ID, strings.TrimSpace(d.From+" → "+d.To+" "+strings.Join(d.Successors, ", ")))
	}
	if err != nil {
		return o.inWords(err)
	}
	if *dry {
		o.trace.What = nothing
		fmt.Fprintln(out, "Nothing was changed (--dry-run).")
		return nil
	}
	if _, err := o.submit(ctx, by, kommunebilde.ApplyPack{Catalogue: c, Map: &pack.Map}); err != nil {
		return err
	}
	fmt.Fprintln(out, "The live picture has the new pack.")
	return nil
}
