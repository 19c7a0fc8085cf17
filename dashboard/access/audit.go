package access

import (
	"net/url"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/audit"
)

// AuditPage is what the page of the audit log shows: what was asked, as it was
// typed, and what was found.
type AuditPage struct {
	Who, What, Board, Municipality, From, To string

	Err      error // what cannot be searched for, nil if it can
	Traces   []AuditTrace
	Older    audit.Seq // where older ones begin, 0 for none
	Later    bool      // this is not the newest of it
	Accounts []accounts.Account
	Places   []domain.Municipality
}

// AuditTrace is a line of the audit log. Of one that is altered nothing is shown
// but its number.
type AuditTrace struct {
	audit.Trace
	Altered bool
}

type auditView struct {
	kit.Page
	AuditPage
	Why                string
	Kinds              []kit.Choice
	People             []kit.Choice
	BoardChoices       []kit.Choice
	PlaceChoices       []kit.Choice
	Rows               []auditRow
	CSV, JSONL, OlderA string
	Newest             string
}

type auditRow struct {
	Seq, When, Stamp, Who, ID, From, What, About, Detail string
	Altered                                              bool
}

// Audit is the page of the audit log, for anyone who may see it.
func Audit(s *kit.Site, r kit.Request, a AuditPage) ([]byte, error) {
	pg := s.NewPage(r, "audit", "")
	pg.Title, pg.Nav = pg.T("audit.title"), "account"
	v := auditView{Page: pg, AuditPage: a}
	if a.Err != nil {
		v.Why = pg.Words.Refusal(a.Err)
	}
	for _, k := range audit.Kinds() {
		v.Kinds = append(v.Kinds, kit.Choice{Value: string(k), Name: pg.T("audit.kind." + string(k))})
	}
	for _, one := range a.Accounts {
		v.People = append(v.People, kit.Choice{Value: string(one.ID), Name: one.Name})
	}
	for _, b := range r.Boards {
		v.BoardChoices = append(v.BoardChoices, kit.Choice{Value: string(b.ID), Name: pg.TitleOf(b)})
	}
	places := map[domain.MunicipalityID]string{}
	for _, m := range a.Places {
		places[m.ID] = m.Name
		v.PlaceChoices = append(v.PlaceChoices, kit.Choice{Value: string(m.ID), Name: m.Name})
	}
	for _, t := range a.Traces {
		v.Rows = append(v.Rows, newAuditRow(&pg, t, places))
	}
	q := a.query()
	v.Newest = pg.Link("/sporing" + asked(q))
	if a.Older > 0 {
		older := a.query()
		older.Set("eldre", strconv.FormatUint(uint64(a.Older), 10))
		v.OlderA = pg.Link("/sporing" + asked(older))
	}
	q.Set("format", "csv")
	v.CSV = pg.Link("/sporing/eksport" + asked(q))
	q.Set("format", "jsonl")
	v.JSONL = pg.Link("/sporing/eksport" + asked(q))
	return s.Render(v.Lang, "audit", &v)
}

func asked(q url.Values) string {
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// query is what was asked, as an address has it.
func (a AuditPage) query() url.Values {
	q := url.Values{}
	for name, v := range map[string]string{"hvem": a.Who, "hva": a.What, "tavle": a.Board, "kommune": a.Municipality, "fra": a.From, "til": a.To} {
		if v != "" {
			q.Set(name, v)
		}
	}
	return q
}

func newAuditRow(p *kit.Page, t AuditTrace, places map[domain.MunicipalityID]string) auditRow {
	row := auditRow{Seq: strconv.FormatUint(uint64(t.Seq), 10), Altered: t.Altered}
	if t.Altered {
		row.What = p.T("audit.altered")
		return row
	}
	row.When, row.Stamp = p.Day(t.At)+" "+p.Second(t.At), p.Stamp(t.At)
	row.What, row.From = p.T("audit.kind."+string(t.What)), t.From
	if row.ID = string(t.Who); row.ID != "" {
		row.Who = p.Who(t.Who)
	}
	if row.ID == row.Who {
		row.ID = ""
	}
	if t.From == "" && strings.HasPrefix(string(t.Who), "system:") {
		row.From = p.T("audit.machine")
	}
	var about []string
	if t.Whom != "" && (t.Whom != t.Who) {
		about = append(about, p.Who(t.Whom))
	}
	if t.Board != "" {
		about = append(about, p.BoardName(t.Board))
	}
	if t.Municipality != "" {
		name := places[t.Municipality]
		if name == "" {
			name = string(t.Municipality)
		}
		about = append(about, name)
	}
	if t.Meeting != "" {
		about = append(about, p.T("audit.meeting", string(t.Meeting)))
	}
	if t.Upto != nil {
		about = append(about, p.T("audit.upto", strconv.FormatUint(uint64(t.Upto.Seq), 10)))
	}
	row.About = strings.Join(about, " · ")
	row.Detail = t.Detail
	if days, ok := strings.CutPrefix(t.Detail, "audit-keep:"); ok {
		row.Detail = p.T("audit.keep", days)
	} else if word, ok := p.Words.Has("audit.detail." + t.Detail); ok {
		row.Detail = word
	}
	if len(t.Names) == 2 {
		row.Detail = p.T("audit.renamed", t.Names[0].String(), t.Names[1].String())
		if t.Names[0].Redacted() {
			row.Detail = p.T("audit.names_erased")
		}
	}
	if t.Count > 0 && t.What != audit.Pruned {
		row.Detail = strings.TrimSpace(row.Detail + " " + p.T("audit.again", strconv.Itoa(t.Count)))
	}
	return row
}
