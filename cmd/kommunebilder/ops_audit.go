package main

import (
	"context"
	"flag"
	"io"
	"slices"
	"time"

	"kommunebilde"
	"kommunebilde/server"
	"kommunebilde/server/auth"
)

// audit writes out the audit log, the newest first. Days are those of Norway.
func audit(ctx context.Context, o *office, _ kommunebilde.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("audit", flag.ContinueOnError)
	from := fs.String("from", "", "")
	to := fs.String("to", "", "")
	who := fs.String("who", "", "")
	what := fs.String("what", "", "")
	board := fs.String("board", "", "")
	municipality := fs.String("municipality", "", "")
	format := fs.String("format", "csv", "")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	if *format != "csv" && *format != "jsonl" {
		return misuse("--format is csv or jsonl")
	}
	q := auth.TraceQuery{
		Who: kommunebilde.AccountID(*who), What: kommunebilde.TraceKind(*what),
		Board: kommunebilde.BoardID(*board), Municipality: kommunebilde.MunicipalityID(*municipality),
	}
	if *what != "" && !slices.Contains(kommunebilde.TraceKinds(), q.What) {
		return misuse("--what %s: there is %v", *what, kommunebilde.TraceKinds())
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
