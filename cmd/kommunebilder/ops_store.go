package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

func backup(ctx context.Context, o *folder, _ domain.Actor, args []string, _ io.Reader, out io.Writer) error {
	words, err := parse(flag.NewFlagSet("backup", flag.ContinueOnError), args, 1)
	if err != nil {
		return err
	}
	head, trail := o.clerk.State().Head(), o.auth.Trail().Head() // the backup has both, and what came meanwhile
	if err := o.store.Backup(ctx, words[0]); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s holds everything up to revision %d and was read back. Keep it as you keep the data folder: it holds texts and accounts.\n", words[0], head.Revision)
	if head.Revision > 0 && trail.Seq > 0 {
		fmt.Fprintf(out, "Write this down elsewhere; verify --head tells later whether anything up to there was altered:\n%d:%s %s\n", head.Revision, head.Hash, trail)
	}
	return nil
}

func verify(ctx context.Context, o *folder, _ domain.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("verify", flag.ContinueOnError)
	line := fs.String("head", "", "`REVISION:HASH` and SNUMBER:HASH, one or both, as minutes print them: are they in the journal and in the audit log?")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	heads, err := readHeads(*line)
	if err != nil {
		return err
	}
	fs.Visit(func(f *flag.Flag) {
		if f.Name == "head" && len(heads) == 0 { // as from a variable that nobody set: nothing would be held against it
			err = misuse("--head is empty: give REVISION:HASH, SNUMBER:HASH, or leave it out")
		}
	})
	if err != nil {
		return err
	}
	r, err := o.store.Verify(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d records, %d texts (%d redacted): each is what was written. Head %s.\n", r.Records, r.Texts, r.Redacted, r.Head.Hash)
	fmt.Fprintf(out, "%d traces in the audit log: each is what was written. The last is %d, %s.\n", r.Traces, r.Trail.Seq, r.Trail.Hash)
	if r.Files > 0 || r.FilesGone > 0 {
		fmt.Fprintf(out, "%d files (%d bytes): each is what its sum says. %d were removed by a record.\n", r.Files, r.FileBytes, r.FilesGone)
	}
	if r.Records > 0 && r.Traces > 0 {
		fmt.Fprintf(out, "As one line, for verify --head:\n%d:%s %s\n", r.Head.Revision, r.Head.Hash, r.Trail)
	}
	for _, h := range heads {
		if err := h.hold(ctx, o, out); err != nil {
			return err
		}
	}
	return nil
}

// printed is one end of a chain as somebody has it on paper.
type printed struct {
	trail bool // of the audit log
	at    uint64
	hash  domain.Hash
}

// hold holds what was printed against what is stored.
func (h printed) hold(ctx context.Context, o *folder, out io.Writer) error {
	what, where := "Record", "journal"
	is, err := domain.Hash{}, error(nil)
	if h.trail {
		what, where = "Trace", "audit log"
		is, err = o.store.TraceHashOf(audit.Seq(h.at))
	} else {
		is, err = o.store.HashOf(ctx, domain.Revision(h.at))
	}
	switch {
	case err != nil:
		return err
	case is != h.hash:
		return fmt.Errorf("%s %d has the hash %s, not %s: what was printed was made from another %s, or the %s was altered since", strings.ToLower(what), h.at, is, h.hash, where, where)
	}
	fmt.Fprintf(out, "%s %d is in the %s with that hash: nothing up to there was altered.\n", what, h.at, where)
	return nil
}

// readHeads reads what minutes print: a record's revision and hash, and a
// trace's.
func readHeads(s string) (out []printed, err error) {
	for _, one := range strings.Fields(s) {
		var h printed
		var digits, rest string
		digits, h.trail = strings.CutPrefix(one, "S")
		digits, rest, _ = strings.Cut(digits, ":")
		if h.at, err = strconv.ParseUint(digits, 10, 64); err == nil {
			err = h.hash.UnmarshalText([]byte(rest))
		}
		if err != nil || h.at == 0 {
			return nil, misuse("verify --head %s: give the line as the minutes print it, REVISION:HASH SNUMBER:HASH", s)
		}
		out = append(out, h)
	}
	return out, nil
}
