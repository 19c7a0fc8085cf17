package server

import (
	"context"
	"io"
	"strconv"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
	"kommunebilde/storage/sheet"
)

// WriteTraces writes what a search of the audit log finds, the newest first: as
// a sheet ("csv") with words in a language, or as one JSON object a line
// ("jsonl"), {"seq":…,"prev":…,"hash":…,"trace":…}, in which trace is what is
// stored, byte for byte: hash = SHA-256(prev ‖ trace).
func WriteTraces(ctx context.Context, w io.Writer, site *kit.Site, lang, format string, trail *auth.Trail, q auth.TraceQuery) error {
	begin, row, end := traceLines(w)
	if format == "csv" {
		begin, row, end = traceSheet(w, site, lang)
	}
	if err := begin(); err != nil {
		return err
	}
	q.Limit = 0
	for {
		found, next, err := trail.Search(ctx, q)
		for _, f := range found {
			if err := row(f); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		if next == 0 {
			return end()
		}
		q.Before = next
	}
}

func traceLines(w io.Writer) (begin func() error, row func(auth.Found) error, end func() error) {
	none := func() error { return nil }
	return none, func(f auth.Found) error {
		b := append([]byte(nil), `{"seq":`...)
		b = strconv.AppendUint(b, uint64(f.Seq), 10)
		b = append(append(append(b, `,"prev":"`...), f.Prev.String()...), `","hash":"`...)
		b = append(append(b, f.Hash.String()...), '"')
		if f.Altered {
			b = append(b, `,"altered":true`...) // it is no JSON any more, perhaps
		} else {
			b = append(append(b, `,"trace":`...), f.Body...)
		}
		_, err := w.Write(append(b, '}', '\n'))
		return err
	}, none
}

func traceSheet(w io.Writer, site *kit.Site, lang string) (begin func() error, row func(auth.Found) error, end func() error) {
	var out sheet.CSV
	begin = func() (err error) {
		if out, err = sheet.NewCSV(w); err != nil {
			return err
		}
		var header []string
		for _, key := range []string{"seq", "at", "what", "word", "who", "whom", "from", "session", "board", "municipality", "meeting", "detail", "count", "hash"} {
			header = append(header, site.Word(lang, "audit.col."+key))
		}
		return out.Row(header)
	}
	row = func(f auth.Found) error {
		word, at, count := site.Word(lang, "audit.altered"), "", ""
		if !f.Altered {
			word, at = site.Word(lang, "audit.kind."+string(f.What)), f.At.Format("2006-01-02T15:04:05.000Z07:00")
		}
		if f.Count > 0 {
			count = strconv.Itoa(f.Count)
		}
		return out.Row([]string{
			strconv.FormatUint(uint64(f.Seq), 10), at, string(f.What), word, string(f.Who), string(f.Whom), f.From, f.Session,
			string(f.Board), string(f.Municipality), string(f.Meeting), f.Detail, count, f.Hash.String(),
		})
	}
	return begin, row, func() error { return out.Flush() }
}

// traceKindOf reads a kind as somebody gives it.
func traceKindOf(s string) (audit.Kind, bool) {
	for _, k := range audit.Kinds() {
		if s == string(k) {
			return k, true
		}
	}
	return "", false
}
