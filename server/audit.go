package server

import (
	"bufio"
	"context"
	"net/url"
	"strconv"
	"time"
	_ "time/tzdata" // days are those of Norway, on any machine

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/server/auth"
)

// auditRows is how many traces one page shows.
const auditRows = 100

// audit is the page of the audit log: a search, whose address says what was
// asked.
func (s *Server) audit(k *call) error {
	v, q, err := k.auditQuery()
	if err != nil {
		return err
	}
	if v.Err == nil {
		q.Limit = auditRows
		found, next, err := s.trail().Search(k.ctx, q)
		if err != nil {
			return err
		}
		for _, f := range found {
			v.Traces = append(v.Traces, dashboard.AuditTrace(f))
		}
		v.Older, v.Later = next, q.Before > 0
	} else {
		k.c.Status(fiber.StatusUnprocessableEntity)
	}
	v.Accounts = s.cfg.Auth.Accounts()
	if live, err := k.picture(kommunebilde.Live); err == nil {
		v.Places = live.Catalogue().Municipalities
	}
	return k.page(s.cfg.Site.Audit(k.request(), v))
}

// auditQuery reads what is asked of the audit log.
func (k *call) auditQuery() (dashboard.Audit, auth.TraceQuery, error) {
	f, err := k.query()
	if err != nil {
		return dashboard.Audit{}, auth.TraceQuery{}, err
	}
	v := dashboard.Audit{
		Who: trimmed(f, "hvem"), What: f.Get("hva"), Board: f.Get("tavle"), Municipality: f.Get("kommune"), From: f.Get("fra"), To: f.Get("til"),
	}
	q := auth.TraceQuery{
		Who: kommunebilde.AccountID(v.Who), Board: kommunebilde.BoardID(v.Board), Municipality: kommunebilde.MunicipalityID(v.Municipality),
	}
	known := true
	if v.What != "" {
		q.What, known = traceKindOf(v.What)
	}
	from, err1 := dayIn(v.From, 0)
	to, err2 := dayIn(v.To, 1)
	before, err3 := seqIn(f)
	q.From, q.To, q.Before = from, to, before
	switch {
	case !known:
		v.Err = wrongField("hva", "audit.what")
	case err1 != nil, err2 != nil, !from.IsZero() && !to.IsZero() && !from.Before(to):
		v.Err = wrongField("fra", "audit.days")
	case err3 != nil:
		v.Err = wrongField("eldre", "audit.older")
	}
	return v, q, nil
}

func seqIn(f url.Values) (kommunebilde.TraceSeq, error) {
	if f.Get("eldre") == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(f.Get("eldre"), 10, 63)
	return kommunebilde.TraceSeq(n), err
}

// dayIn returns when a day of Norway begins, or the one some days after it;
// zero for none.
func dayIn(s string, after int) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return time.Time{}, err
	}
	day, err := time.ParseInLocation(time.DateOnly, s, oslo)
	return day.AddDate(0, 0, after), err
}

// auditExport gives away what a search finds, all of it, as it is read.
func (s *Server) auditExport(k *call) error {
	v, q, err := k.auditQuery()
	if err != nil {
		return err
	}
	if v.Err != nil {
		return v.Err
	}
	format, kind := k.c.Query("format", "csv"), "text/csv; charset=utf-8"
	if format == "jsonl" {
		kind = "application/jsonl; charset=utf-8"
	} else if format != "csv" {
		return wrongField("format", "filter.wrong")
	}
	select {
	case s.exports <- struct{}{}:
	case <-k.ctx.Done():
		return httpError(fiber.StatusServiceUnavailable, "http.busy", k.ctx.Err())
	}
	k.trace.Detail = "audit-" + format
	if err := k.leave(); err != nil { // before anything is read
		<-s.exports
		return err
	}
	k.attach("sporing-"+k.now.UTC().Format("20060102")+"."+format, kind)
	id, lang := k.id, k.lang
	k.c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer func() { <-s.exports }()
		ctx, cancel := context.WithTimeout(s.life, 30*time.Second)
		defer cancel()
		if err := WriteTraces(ctx, w, s.cfg.Site, lang, format, s.trail(), q); err != nil {
			s.cfg.Log.Warn("export of the audit log ended early", "request_id", id, "error", err)
		}
	})
	return nil
}
