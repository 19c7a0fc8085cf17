package main

import (
	"context"
	"flag"
	"io"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server"
	"kommunebilde/server/auth"
)

// auditLog writes out the audit log, the newest first. Days are those of Norway.
func auditLog(ctx context.Context, o *folder, _ domain.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("audit", flag.ContinueOnError)
	from := fs.String("from", "", "the first `day`, as 2026-01-31")
	to := fs.String("to", "", "the last `day`")
	who := fs.String("who", "", "the `id` of who did it")
	what := fs.String("what", "", "the `kind` of what was done")
	board := fs.String("board", "", "the `id` of a board")
	municipality := fs.String("municipality", "", "its `number`")
	format := fs.String("format", "csv", "`csv or jsonl`; else csv")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	if *format != "csv" && *format != "jsonl" {
		return misuse("--format is csv or jsonl")
	}
	q := auth.TraceQuery{
		Who: domain.AccountID(*who), What: audit.Kind(*what),
		Board: domain.BoardID(*board), Municipality: domain.MunicipalityID(*municipality),
	}
	if *what != "" && !slices.Contains(audit.Kinds(), q.What) {
		return misuse("--what %s: there is %v", *what, audit.Kinds())
	}
	var err error
	if q.From, err = day(*from, 0); err != nil {
		return misuse("--from %s: give a day as 2026-01-31", *from)
	}
	if q.To, err = day(*to, 1); err != nil {
		return misuse("--to %s: give a day as 2026-01-31", *to)
	}
	o.trace.Detail = "audit-" + *format
	if err := o.leave(ctx); err != nil { // before anything is given away
		return err
	}
	return server.WriteTraces(ctx, out, o.site, "en", *format, o.auth.Trail(), q)
}

// day returns when a day of Norway begins, or the one that is some days later;
// zero for "".
func day(s string, later int) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.ParseInLocation(time.DateOnly, s, oslo)
	return t.AddDate(0, 0, later), err
}
