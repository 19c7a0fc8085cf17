package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/typed"
)

func publish(ctx context.Context, o *folder, by domain.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("publish", flag.ContinueOnError)
	edition := editionFlag(fs)
	note := fs.String("note", "", "what a correction corrected, in `words`; else the reason it was opened with")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	id := domain.BoardID(*edition)
	was, err := o.edition(by, *edition)
	if err != nil {
		return err
	}
	if *note != "" && len(was.Publications) == 0 {
		return misuse("--note is of a correction: %s is published for the first time; leave it out", id)
	}
	if _, err := o.submit(ctx, by, editions.Publish{Board: id, Note: typed.Of(*note)}); err != nil {
		return err
	}
	p, _ := o.picture(by, id)
	fmt.Fprintf(out, "%s is published, version %d.\n", id, len(p.Board().Publications))
	return nil
}

// edition returns the edition that a command line names.
func (o *folder) edition(by domain.Actor, id string) (domain.Board, error) {
	if id == "" {
		return domain.Board{}, misuse("--edition ID is missing, such as --edition 2026")
	}
	if p, ok := o.picture(by, domain.BoardID(id)); ok && p.Board().Kind == domain.KindEdition {
		return p.Board(), nil
	}
	var there []string
	for _, b := range o.clerk.State().BoardIDs() {
		if p, ok := o.picture(by, b); ok && p.Board().Kind == domain.KindEdition {
			there = append(there, string(b))
		}
	}
	if len(there) == 0 {
		return domain.Board{}, fmt.Errorf("there is no edition %q, and no other: import statuses makes one", id)
	}
	return domain.Board{}, fmt.Errorf("there is no edition %q; there is %s", id, strings.Join(there, ", "))
}

func editionFlag(fs *flag.FlagSet) *string {
	return fs.String("edition", "", "the edition's `id`, such as 2026")
}

func hearing(ctx context.Context, o *folder, by domain.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("hearing", flag.ContinueOnError)
	edition := editionFlag(fs)
	from := fs.String("from", "", "the first `day` of the consultation, as 2026-09-22")
	to := fs.String("to", "", "its last `day`")
	answered := fs.String("answered", "", "`numbers` of the municipalities that answered, comma between")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	if _, err := o.edition(by, *edition); err != nil {
		return err
	}
	if *from == "" || *to == "" {
		return misuse("hearing wants --from DAY and --to DAY, as 2026-09-22")
	}
	h := domain.Hearing{From: *from, To: *to}
	for _, m := range list(*answered) {
		h.Answered = append(h.Answered, domain.MunicipalityID(m))
	}
	if _, err := o.submit(ctx, by, editions.NoteHearing{Board: domain.BoardID(*edition), Hearing: h}); err != nil {
		return err
	}
	fmt.Fprintf(out, "Recorded: consultation on %s from %s to %s, %d responses.\n", *edition, *from, *to, len(h.Answered))
	return nil
}

func base(ctx context.Context, o *folder, by domain.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("base", flag.ContinueOnError)
	edition := editionFlag(fs)
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	if _, err := o.live(by); err != nil {
		return err
	}
	if _, err := o.edition(by, *edition); err != nil {
		return err
	}
	pack, err := o.packOf(domain.BoardID(*edition), out)
	if err != nil {
		return err
	}
	if _, err := o.submit(ctx, by, domain.ChangeBase{Edition: domain.BoardID(*edition), StaleAfter: pack.Catalogue.Limits()}); err != nil {
		return err
	}
	fmt.Fprintf(out, "The live picture now rests on %s.\n", *edition)
	return nil
}

// packCheck reports whether a county pack is whole. It needs no data folder, nor
// the server that owns one.
func packCheck(args []string, out io.Writer) error {
	words, err := parse(flag.NewFlagSet("pack", flag.ContinueOnError), args, 2)
	if err != nil {
		return err
	}
	pack, err := loadPack(words[1])
	if err != nil {
		return err
	}
	c := pack.Catalogue
	fmt.Fprintf(out, "%s: %d municipalities in %d regions, %d columns. The pack is whole.\n", c.County, len(c.Municipalities), len(c.Regions), len(c.Columns))
	return nil
}

// packs takes a county pack into the live picture.
func packs(ctx context.Context, o *folder, by domain.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("pack", flag.ContinueOnError)
	dry := fs.Bool("dry-run", false, "tell what apply would change, and change nothing")
	words, err := parse(fs, args, 2)
	if err != nil {
		return err
	}
	pack, err := loadPack(words[1])
	if err != nil {
		return err
	}
	c := pack.Catalogue
	live, err := o.live(by)
	if err != nil {
		return err
	}
	changes, err := live.Catalogue().Diff(&c)
	tellPack(live.Catalogue(), &c, changes, out)
	if err != nil {
		return o.inWords(err)
	}
	strange, err := o.strange(words[1], &pack)
	if err != nil {
		return err
	}
	cmd := domain.ApplyPack{Catalogue: c, Map: &pack.Map}
	remember := strange != "" && live.Catalogue().Hash() == c.Hash() // it is in the live picture, and the folder has another
	if *dry {
		o.trace.What = nothing
		if _, err := domain.Decide(o.clerk.State(), by, cmd, o.now()); err != nil && !remember {
			return o.inWords(err)
		}
		fmt.Fprintln(out, "Nothing was changed (--dry-run).")
		return nil
	}
	if _, err := o.submit(ctx, by, cmd); err != nil && !remember {
		return err
	}
	o.county.put(words[1], pack, "")
	if err := o.keepCounty(words[1], &pack); err != nil {
		return fmt.Errorf("the live picture has the new pack, but the folder could not be told; run this again: %w", err)
	}
	fmt.Fprintf(out, "The live picture has this pack. Start the server with it from now on: -county %s (KB_COUNTY).\n", words[1])
	return nil
}

// tellPack lists what a pack changes in the live picture.
func tellPack(was, is *domain.Catalogue, changes []domain.CatalogueChange, out io.Writer) {
	for _, n := range [][3]string{{"county", was.County, is.County}, {"office", was.Office.NB, is.Office.NB}} {
		if n[1] != n[2] {
			changes = append(changes, domain.CatalogueChange{Kind: "renamed", What: n[0], From: n[1], To: n[2]})
		}
	}
	for _, d := range changes {
		if d.Kind == "limited" {
			d.From, d.To = d.From+" hours", d.To+" hours"
		}
		what := strings.Join(slices.DeleteFunc([]string{d.Kind, d.What, d.ID}, func(s string) bool { return s == "" }), " ")
		fmt.Fprintf(out, "  %s %s\n", what, strings.TrimSpace(d.From+" → "+d.To+" "+strings.Join(d.Successors, ", ")))
	}
	if len(changes) == 0 && was.Hash() != is.Hash() {
		fmt.Fprintln(out, "  texts, short names, order or the map")
	}
}
