package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

// findTexts lists the texts that have words in them, whoever typed them and wherever
// they stand, each with the id that redact wants.
func findTexts(ctx context.Context, o *folder, by domain.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("texts", flag.ContinueOnError)
	find := fs.String("find", "", "the `words` to look for, in any case: a name, part of a sentence")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	words := typed.Of(*find)
	if words == "" {
		return misuse("texts --find WORDS")
	}
	ids, err := texts.Find(o.clerk.State(), by, words, o.now())
	if err != nil {
		return o.inWords(err)
	}
	o.trace.Detail = "texts"
	if err := o.leave(ctx); err != nil { // before anything is given away
		return err
	}
	if len(ids) == 0 {
		fmt.Fprintln(out, "No text has these words. Names of accounts are not among texts: account erase takes those.")
		return nil
	}
	return o.tellTexts(ctx, ids, by, out)
}

// tellTexts tells of each text its id, what it is, where it stands, who wrote it and
// when, and the text.
func (o *folder) tellTexts(ctx context.Context, ids []domain.TextID, by domain.Actor, out io.Writer) error {
	var r domain.Record
	for _, id := range ids {
		if r.Revision != id.Revision {
			var err error
			if r, err = o.record(ctx, id.Revision); err != nil {
				return err
			}
		}
		t := texts.PlacedIn(r)[id.N]
		fmt.Fprintf(out, "%s  %s (%s)%s\n  %s, %s\n", id, inPlain(t.Field), inPlain(t.Event), o.placeOf(t, by), r.At.Local().Format("2006-01-02 15:04"), r.By)
		for line := range strings.Lines(t.Text.String()) {
			fmt.Fprintf(out, "    %s\n", strings.TrimSuffix(line, "\n"))
		}
	}
	return nil
}

// inPlain is a name of the journal as words.
func inPlain(name string) string { return strings.ReplaceAll(name, "_", " ") }

// placeOf names the board, the cell and the meeting of a text.
func (o *folder) placeOf(t texts.Placed, by domain.Actor) string {
	municipality, column := string(t.Municipality), string(t.Column)
	if p, ok := o.picture(by, t.Board); ok {
		c := p.Catalogue()
		if i := c.MunicipalityIndex(t.Municipality); i >= 0 {
			municipality += " " + c.Municipalities[i].Name
		}
		if i := c.ColumnIndex(t.Column); i >= 0 {
			column = c.Columns[i].Name.NB
		}
	}
	meeting := string(t.Meeting)
	if meeting != "" {
		meeting = "meeting " + meeting
	}
	said := ""
	for _, part := range []string{string(t.Board), municipality, column, meeting} {
		if part != "" {
			said += ", " + part
		}
	}
	return said
}

// record reads one record of the journal.
func (o *folder) record(ctx context.Context, at domain.Revision) (domain.Record, error) {
	for r, err := range o.store.Follow(ctx, at-1) {
		return r, err
	}
	return domain.Record{}, ctx.Err()
}

// redact takes texts out of the store, of the state and of every screen. First it
// shows what it would take: nothing brings it back.
func redact(ctx context.Context, o *folder, by domain.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("redact", flag.ContinueOnError)
	reason := fs.String("reason", "", "why the texts are taken out, in `words`; they stand in the history, so leave out what is taken out")
	yes := fs.Bool("yes", false, "take out what is listed; else it is only shown")
	words, err := parse(fs, args, -1)
	if err != nil {
		return err
	}
	cmd := texts.Redact{Reason: typed.Of(*reason)}
	for _, w := range words {
		var id domain.TextID
		if n, err := fmt.Sscanf(w, "%d.%d", &id.Revision, &id.N); n != 2 || err != nil || id.String() != w {
			return misuse("redact %s: a text is REVISION.N, as kommunebilder texts --find WORDS lists it", w)
		}
		cmd.Texts = append(cmd.Texts, id)
	}
	if _, err := domain.Decide(o.clerk.State(), by, cmd, o.now()); err != nil {
		return o.inWords(err)
	}
	if !*yes {
		o.trace.What, o.trace.Detail = audit.Export, "texts"
		if err := o.leave(ctx); err != nil { // before anything is given away
			return err
		}
	}
	ids := slices.SortedFunc(slices.Values(cmd.Texts), domain.TextID.Compare)
	if err := o.tellTexts(ctx, ids, by, out); err != nil {
		return err
	}
	if !*yes {
		return errors.New("nothing was taken out. Nothing brings a text back: if these are the ones, give the same with --yes")
	}
	if _, err := o.submit(ctx, by, cmd); err != nil {
		return err
	}
	o.trace.Count = len(cmd.Texts)
	gone := "1 text is gone"
	if len(cmd.Texts) > 1 {
		gone = fmt.Sprintf("%d texts are gone", len(cmd.Texts))
	}
	fmt.Fprintf(out, "%s from the store and from every screen. Backups made before still have what was taken out.\n", gone)
	return nil
}
