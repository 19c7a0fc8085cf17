package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kommunebilde"
)

func backup(ctx context.Context, o *office, _ kommunebilde.Actor, args []string, _ io.Reader, out io.Writer) error {
	words, err := parse(flag.NewFlagSet("backup", flag.ContinueOnError), args, 1)
	if err != nil {
		return err
	}
	if err := o.store.Backup(ctx, words[0]); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s holds everything up to revision %d and was read back. Keep it as you keep the data folder: it holds texts and accounts.\n",
		words[0], o.clerk.State().Head().Revision)
	return nil
}

func verify(ctx context.Context, o *office, _ kommunebilde.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("verify", flag.ContinueOnError)
	head := fs.String("head", "", "")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	var at kommunebilde.Revision
	var hash kommunebilde.Hash
	if *head != "" {
		var err error
		if at, hash, err = readHead(*head); err != nil {
			return err
		}
	}
	r, err := o.store.Verify(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d records, %d texts (%d redacted): each is what was written. Head %s.\n", r.Records, r.Texts, r.Redacted, r.Head.Hash)
	fmt.Fprintf(out, "%d traces in the audit log: each is what was written. The last is %d, %s.\n", r.Traces, r.Trail.Seq, r.Trail.Hash)
	if *head == "" {
		return nil
	}
	switch is, err := o.store.HashOf(ctx, at); {
	case err != nil:
		return err
	case is != hash:
		return fmt.Errorf("record %d has the hash %s, not %s: what was printed was made from another journal, or the journal was altered since", at, is, hash)
	}
	fmt.Fprintf(out, "Record %d is in the journal with that hash: nothing up to there was altered.\n", at)
	return nil
}

// readHead reads what minutes print: a record's revision and hash.
func readHead(s string) (kommunebilde.Revision, kommunebilde.Hash, error) {
	var hash kommunebilde.Hash
	digits, rest, _ := strings.Cut(strings.TrimSpace(s), ":")
	n, err := strconv.ParseUint(digits, 10, 64)
	if err == nil {
		err = hash.UnmarshalText([]byte(rest))
	}
	if err != nil || n == 0 {
		return 0, hash, misuse("verify --head %s: give the line as the minutes print it, REVISION:HASH", s)
	}
	return kommunebilde.Revision(n), hash, nil
}

// redact takes texts out of the store, of the state and of every screen.
func redact(ctx context.Context, o *office, by kommunebilde.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("redact", flag.ContinueOnError)
	reason := fs.String("reason", "", "")
	words, err := parse(fs, args, -1)
	if err != nil {
		return err
	}
	cmd := kommunebilde.Redact{Reason: *reason}
	for _, w := range words {
		var id kommunebilde.TextID
		if n, err := fmt.Sscanf(w, "%d.%d", &id.Revision, &id.N); n != 2 || err != nil {
			return misuse("redact %s: a text is REVISION.N, as the panel of the cell shows it", w)
		}
		cmd.Texts = append(cmd.Texts, id)
	}
	if _, err := o.submit(ctx, by, cmd); err != nil {
		return err
	}
	o.trace.Count = len(cmd.Texts)
	fmt.Fprintf(out, "%d texts are gone from the store and from every screen. Backups made before still have them.\n", len(cmd.Texts))
	return nil
}
