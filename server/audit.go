package server

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
	_ "time/tzdata" // days are those of Norway, on any machine

	"kommunebilde/dashboard/access"
	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
)

// auditRows is how many traces one page shows.
const auditRows = 100

// audit is the page of the audit log: a search, whose address says what was
// asked.
func (s *Server) audit(k *edge.Call) error {
	v, q, err := auditQuery(k)
	if err != nil {
		return err
	}
	if v.Err == nil {
		q.Limit = auditRows
		found, next, err := s.cfg.Auth.Trail().Search(k.Context(), q)
		if err != nil {
			return err
		}
		for _, f := range found {
			v.Traces = append(v.Traces, access.AuditTrace(f))
		}
		v.Older, v.Later = next, q.Before > 0
	} else {
		k.Status(http.StatusUnprocessableEntity)
	}
	v.Accounts = s.cfg.Auth.Accounts()
	if live, err := k.Picture(domain.Live); err == nil {
		v.Places = live.Catalogue().Municipalities
	}
	return k.Page(access.Audit(s.cfg.Site, s.pages.Request(k), v))
}

// auditQuery reads what is asked of the audit log.
func auditQuery(k *edge.Call) (access.AuditPage, auth.TraceQuery, error) {
	f, err := k.QueryValues()
	if err != nil {
		return access.AuditPage{}, auth.TraceQuery{}, err
	}
	v := access.AuditPage{
		Who: edge.Trimmed(f, "hvem"), What: f.Get("hva"), Board: f.Get("tavle"), Municipality: f.Get("kommune"), From: f.Get("fra"), To: f.Get("til"),
	}
	q := auth.TraceQuery{
		Who: domain.AccountID(v.Who), Board: domain.BoardID(v.Board), Municipality: domain.MunicipalityID(v.Municipality),
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
		v.Err = edge.Wrong("hva", "audit.what")
	case err1 != nil, err2 != nil, !from.IsZero() && !to.IsZero() && !from.Before(to):
		v.Err = edge.Wrong("fra", "audit.days")
	case err3 != nil:
		v.Err = edge.Wrong("eldre", "audit.older")
	}
	return v, q, nil
}

func seqIn(f url.Values) (audit.Seq, error) {
	if f.Get("eldre") == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(f.Get("eldre"), 10, 63)
	return audit.Seq(n), err
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
func (s *Server) auditExport(k *edge.Call) error {
	v, q, err := auditQuery(k)
	if err != nil {
		return err
	}
	if v.Err != nil {
		return v.Err
	}
	format, kind := k.Query("format", "csv"), "text/csv; charset=utf-8"
	if format == "jsonl" {
		kind = "application/jsonl; charset=utf-8"
	} else if format != "csv" {
		return edge.Wrong("format", "filter.wrong")
	}
	select {
	case s.exports <- struct{}{}:
	case <-k.Context().Done():
		return edge.Error(http.StatusServiceUnavailable, "http.busy", k.Context().Err())
	}
	k.Trace.Detail = "audit-" + format
	if err := k.LeaveTrace(); err != nil { // before anything is read
		<-s.exports
		return err
	}
	k.Attach("sporing-"+k.Now.UTC().Format("20060102")+"."+format, kind)
	id, lang := k.ID, k.Lang
	k.Stream(func(w *bufio.Writer) {
		defer func() { <-s.exports }()
		ctx, cancel := context.WithTimeout(s.life, 30*time.Second)
		defer cancel()
		if err := WriteTraces(ctx, w, s.cfg.Site, lang, format, s.cfg.Auth.Trail(), q); err != nil {
			s.cfg.Log.Warn("export of the audit log ended early", "request_id", id, "error", err)
		}
	})
	return nil
}
