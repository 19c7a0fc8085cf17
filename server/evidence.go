package server

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	pages "kommunebilde/dashboard/evidence"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
	"kommunebilde/server/edge"
	"kommunebilde/storage/filetype"
)

// knowsOf lets in the office, and a contact of the municipality in the address while it is
// being judged. For anybody else there is no such address.
func knowsOf() edge.Access {
	return edge.Access{Name: "evidence", Admit: func(k *edge.Call) error {
		if _, _, ok := known(k); !ok {
			return edge.Error(http.StatusNotFound, "http.404", nil)
		}
		if k.Decision().Staff() {
			k.Board, k.May = domain.Live, k.Rights(domain.Live)
			p, err := k.Picture(domain.Live)
			k.Shown = p
			return err
		}
		return nil
	}}
}

// knownTo are the municipalities whose contact the caller is and whose sources are shown
// to it now. The office finds them where it is.
func knownTo(k *edge.Call) (out []domain.Municipality) {
	if k.Decision().Staff() {
		return nil
	}
	for _, g := range k.Actor.Grants {
		if m, _, ok := knownOf(k.Decision(), g.Municipality); ok && !slices.ContainsFunc(out, func(o domain.Municipality) bool { return o.ID == m.ID }) {
			out = append(out, m)
		}
	}
	return out
}

// known returns the municipality in the address and the catalogue that has it, and
// whether the caller may know what is known of it.
func known(k *edge.Call) (m domain.Municipality, c *domain.Catalogue, ok bool) {
	return knownOf(k.Decision(), domain.MunicipalityID(k.Param("id")))
}

func knownOf(d domain.Decision, id domain.MunicipalityID) (m domain.Municipality, c *domain.Catalogue, ok bool) {
	if d.Staff() {
		if g, has := d.Lookup(domain.Live); has {
			c = g.Catalogue()
		}
	} else if d.Contact(id) {
		for g := range d.Rounds(id) {
			c = g.Catalogue() // of the newest
		}
	}
	if c == nil {
		return m, nil, false
	}
	i := slices.IndexFunc(c.Municipalities, func(m domain.Municipality) bool { return m.ID == id })
	if i < 0 {
		return m, nil, false
	}
	return c.Municipalities[i], c, true
}

// evidenceOf reads what is shown of it.
func evidenceOf(k *edge.Call) (f pages.Filter, err error) {
	q, err := k.QueryValues()
	if err != nil {
		return f, err
	}
	f = pages.Filter{
		Type: evidence.Type(q.Get("type")), Area: domain.ColumnID(q.Get("omrade")), Old: q.Get("gammel") == "1", Unused: q.Get("ubrukt") == "1", Withdrawn: q.Get("trukket") == "1",
		Chosen: evidence.ID(q.Get("valgt")), Act: q.Get("skjema"), For: pages.CellOf(q.Get("for")),
	}
	if f.Type != "" && !slices.Contains(f.Type.OneOf(), string(f.Type)) {
		return f, kit.UnknownField("type")
	}
	if v := q.Get("v"); v != "" {
		if f.Version, err = strconv.Atoi(v); err != nil {
			return f, kit.WrongField("v")
		}
	}
	return f, nil
}

// evidencePage is everything known about a municipality.
func (s *Server) evidencePage(k *edge.Call) error {
	f, err := evidenceOf(k)
	if err != nil {
		return err
	}
	return s.showEvidence(k, f, nil)
}

func (s *Server) showEvidence(k *edge.Call, f pages.Filter, form *pages.Form) error {
	m, c, _ := known(k)
	k.Trace.Municipality = m.ID
	o := pages.Options{Municipality: m, Catalogue: c, Decision: k.Decision(), Filter: f, Form: form, Endings: filetype.Endings(), Megabytes: int(s.cfg.FileSize >> 20)}
	if k.Decision().Staff() {
		o.Office, o.Sent = &k.Shown, s.sentFiles(k)
		if f.Chosen != "" {
			if i, ok := evidence.One(o.Decision, evidence.Ref{ID: f.Chosen, Version: max(1, f.Version)}); !ok || len(i.Municipalities) > 0 && !slices.ContainsFunc(evidence.Of(o.Decision, m.ID), func(i evidence.Item) bool { return i.ID == f.Chosen }) {
				return edge.Error(http.StatusNotFound, "evidence.unknown", nil)
			}
		}
	}
	return k.Page(pages.Page(s.cfg.Site, s.pages.Request(k), o))
}

// recordEvidence records what the form says. A form that is refused is shown again with
// what was typed in it.
func (s *Server) recordEvidence(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	cmd, err := evidenceForm(k, f)
	if err != nil {
		return err
	}
	to := "/kommune/" + url.PathEscape(k.Param("id")) + "/kunnskap?valgt=" + url.QueryEscape(string(cmd.ID))
	cell := pages.CellOf(f.Get("for"))
	if cell.Board != "" {
		to = edge.WithQuery(cell.Path(domain.MunicipalityID(k.Param("id"))), "ny", string(cmd.ID))
	}
	err = s.submit(k, cmd, to, "kilde")
	form, mends := pages.Refused(cmd, err)
	if !mends || k.WantsJSON() {
		return err
	}
	k.Refresh() // newer than what the request began with
	k.Cause = err
	k.Status(edge.StatusOf(err))
	return s.showEvidence(k, pages.Filter{For: cell}, form)
}

// evidenceForm reads the form of a version: what is below the command's own fields has
// names of its own.
func evidenceForm(k *edge.Call, f url.Values) (cmd evidence.Record, err error) {
	if err := k.Read(f, &cmd); err != nil {
		return cmd, err
	}
	number := func(name string) (n int64) {
		if v := strings.Join(strings.Fields(edge.Trimmed(f, name)), ""); v != "" && err == nil {
			if n, err = strconv.ParseInt(v, 10, 64); err != nil {
				err = edge.Wrong(name, "number.wrong")
			}
		}
		return n
	}
	cmd.Version = int(number("v"))
	cmd.Period.From, cmd.Period.To = edge.Trimmed(f, "period_from"), edge.Trimmed(f, "period_to")
	cmd.Exempt.Basis, cmd.Exempt.Reason = domain.Basis(f.Get("exempt_basis")), edge.TextIn(f, "exempt_reason")
	if cmd.Exempt.Basis == "" {
		cmd.Exempt.Reason = ""
	}
	cmd.Figures.Revision, cmd.Figures.Column = domain.Revision(number("figures_rev")), domain.ColumnID(f.Get("figures_c"))
	switch cmd.Type {
	case evidence.Supervision:
		supervisionForm(f, &cmd)
	case evidence.Economy:
		cmd.ROBEK.In, cmd.ROBEK.Out = edge.Trimmed(f, "robek_in"), edge.Trimmed(f, "robek_out")
		if cmd.ROBEK.In != "" {
			err = k.Read(f, &cmd.ROBEK)
		}
	case evidence.Funds:
		cmd.Funds.Year, cmd.Funds.Applied = int(number("funds_year")), number("applied")
		if granted := number("granted"); edge.Trimmed(f, "granted") != "" {
			cmd.Funds.Granted = &granted
		}
	}
	return cmd, filesForm(f, &cmd, err)
}

// supervisionForm reads a supervision, with its deviations in rows; an empty row is none.
func supervisionForm(f url.Values, cmd *evidence.Record) {
	s := &cmd.Supervision
	readWord(f, "state", &s.State)
	s.Body, s.Basis, s.Day = edge.TextIn(f, "body"), edge.TextIn(f, "basis"), edge.Trimmed(f, "day")
	for i, id := range f["dev_id"] {
		row := url.Values{}
		for _, name := range []string{"dev_text", "dev_state", "dev_due", "dev_closed"} {
			if i < len(f[name]) {
				row.Set(name, f[name][i])
			}
		}
		dev := evidence.Deviation{ID: id, Text: edge.TextIn(row, "dev_text"), Due: edge.Trimmed(row, "dev_due"), Closed: edge.Trimmed(row, "dev_closed")}
		readWord(row, "dev_state", &dev.State)
		if dev.Text != "" || dev.Due != "" || dev.Closed != "" {
			s.Deviations = append(s.Deviations, dev)
		}
	}
}

// readWord reads one of a list's words.
func readWord[T ~string](f url.Values, name string, to *T) { *to = T(edge.Trimmed(f, name)) }

// sentFiles are those that somebody sent without script, as the address names them. Their
// names are not in it: what people call their files may name somebody.
func (s *Server) sentFiles(k *edge.Call) (out []evidence.File) {
	q, err := k.QueryValues()
	if err != nil {
		return nil
	}
	for i, v := range q["fil"] {
		var sum domain.Hash
		if i == filesAtOnce || sum.UnmarshalText([]byte(v)) != nil {
			break
		}
		if _, kind, ok := s.cfg.Stored(sum); ok {
			name := s.cfg.Site.Word(k.Lang, "evidence.file.unnamed") + " " + strconv.Itoa(i+1) + filetype.Ending(kind)
			out = append(out, evidence.File{Sum: sum, Name: typed.Of(name)})
		}
	}
	return out
}

// filesForm reads the files that the version goes on having.
func filesForm(f url.Values, cmd *evidence.Record, err error) error {
	for i, v := range f["file_sum"] {
		var sum domain.Hash
		if bad := sum.UnmarshalText([]byte(v)); bad != nil || i >= len(f["file_name"]) {
			return edge.Wrong("file", "file.unknown")
		}
		if slices.Contains(f["file_gone"], v) {
			continue
		}
		cmd.Files = append(cmd.Files, evidence.File{Sum: sum, Name: edge.TextIn(url.Values{"name": {f["file_name"][i]}}, "name")})
	}
	return err
}

// exemptForm exempts a source or lets fewer see it, and leaves all else as it is.
func exemptForm(k *edge.Call, f url.Values) (domain.Command, error) {
	v, err := strconv.Atoi(f.Get("v"))
	if err != nil {
		return nil, edge.Wrong("v", "number.wrong")
	}
	i, ok := evidence.One(k.Decision(), evidence.Ref{ID: evidence.ID(f.Get("evidence")), Version: v - 1})
	if !ok {
		return nil, domain.Unknown("evidence", "evidence.unknown")
	}
	cmd := i.Again()
	cmd.Access = evidence.Access(f.Get("access"))
	cmd.Exempt.Basis, cmd.Exempt.Reason = domain.Basis(f.Get("exempt_basis")), edge.TextIn(f, "exempt_reason")
	if cmd.Exempt.Basis == "" {
		cmd.Exempt.Reason = ""
	}
	return cmd, nil
}

// askForm marks a source, or tells of one that is missing, in the edition in which the
// municipality is being judged.
func askForm(k *edge.Call, f url.Values) (domain.Command, error) {
	var cmd evidence.Ask
	if err := k.Read(f, &cmd); err != nil {
		return nil, err
	}
	cmd.Municipality = domain.MunicipalityID(k.Param("id"))
	for g := range k.Decision().Rounds(cmd.Municipality) {
		cmd.Board = g.ID() // the newest
	}
	if v := f.Get("v"); v != "" {
		var err error
		if cmd.Version, err = strconv.Atoi(v); err != nil {
			return nil, edge.Wrong("v", "number.wrong")
		}
	}
	return cmd, nil
}

// removeFileForm removes a file.
func removeFileForm(k *edge.Call, f url.Values) (domain.Command, error) {
	cmd := evidence.RemoveFile{Reason: edge.TextIn(f, "reason")}
	if err := cmd.Sum.UnmarshalText([]byte(f.Get("file"))); err != nil {
		return nil, edge.Wrong("file", "file.unknown")
	}
	return cmd, nil
}

// toEvidence leads back to what is known about the municipality in the address.
func toEvidence(k *edge.Call, _ domain.Command) string {
	return k.Back("/kommune/" + url.PathEscape(k.Param("id")) + "/kunnskap")
}

// evidenceExport gives away what the page shows to the office.
func (s *Server) evidenceExport(k *edge.Call) error {
	f, err := evidenceOf(k)
	if err != nil {
		return err
	}
	format, err := fileFormat(k)
	if err != nil {
		return err
	}
	m, _, _ := known(k)
	k.Trace.Municipality = m.ID
	uses := assessment.Counts(k.Decision())
	items := f.Of(evidence.Of(k.Decision(), m.ID), uses, k.Now)
	return s.giveTable(k, tableFile{
		Name: strings.Join([]string{"kunnskap", string(m.ID), k.Now.Format(time.DateOnly)}, "-"),
		Of:   map[string]any{"municipality": m.ID, "filter": f.Query().Encode()}, List: "evidence",
		Words: "evidence.export.", Columns: evidenceColumns, Rows: s.evidenceRows(k, m, items, uses),
	}, format)
}

// evidenceColumns are what an export has of each piece of evidence, in JSON by these names.
var evidenceColumns = []string{"id", "version", "municipality", "type", "title", "source", "effective", "retrieved", "from", "to", "areas", "basis", "open", "deviations", "access", "exempt", "withdrawn", "uses", "link", "summary"}

func (s *Server) evidenceRows(k *edge.Call, m domain.Municipality, items []evidence.Item, uses map[evidence.ID]int) (rows [][]string) {
	for _, i := range items {
		var from, to, basis, exempt, withdrawn string
		if i.Period != nil {
			from, to = i.Period.From, i.Period.To
		}
		deviations := 0
		if i.Supervision != nil {
			basis, deviations = i.Supervision.Basis.String(), len(i.Supervision.Deviations)
		}
		if i.Exempt != nil {
			exempt = s.cfg.Site.Word(k.Lang, "basis."+string(i.Exempt.Basis))
		}
		if i.Withdrawn != nil {
			withdrawn = i.Withdrawn.At.UTC().Format(time.DateOnly)
		}
		var areas []string
		for _, c := range i.Columns {
			areas = append(areas, string(c))
		}
		rows = append(rows, []string{
			string(i.ID), strconv.Itoa(i.Version), string(m.ID), string(i.Type), i.Title.String(), i.Source.String(), i.Effective, i.Retrieved, from, to,
			strings.Join(areas, " "), basis, strconv.Itoa(i.OpenDeviations()), strconv.Itoa(deviations), string(i.Access), exempt, withdrawn, strconv.Itoa(uses[i.ID]), i.Link.String(), i.Summary.String(),
		})
	}
	return rows
}
