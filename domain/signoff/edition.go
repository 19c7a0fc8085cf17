package signoff

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Moderate notes that the judgements of one area were compared with each other
// (samkjøring): who took part, and what they saw. An approver does it in the own areas, an
// editor everywhere.
type Moderate struct {
	Board domain.BoardID     `json:"board"`
	Area  domain.ColumnID    `json:"c"`
	Took  []domain.AccountID `json:"took_part" limit:"minItems=1"`
	Note  typed.Text         `json:"note,omitempty" limit:"maxLength=2000"`

	Known map[domain.AccountID]string `json:"-"`
}

// Complete takes the accounts that there are.
func (cmd Moderate) Complete(f domain.Facts) (domain.Command, error) {
	cmd.Known = f.Names()
	return cmd, nil
}

func (cmd Moderate) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightApprove)
	if err != nil {
		return nil, err
	}
	w, err := Of(d, cmd.Board)
	if err != nil {
		return nil, err
	}
	i := g.Catalogue().ColumnIndex(cmd.Area)
	switch {
	case i < 0 || g.Catalogue().Columns[i].Kind != domain.ColumnArea:
		return nil, domain.Wrong("c", "column.unknown", string(cmd.Area))
	case !d.MayIn(g, domain.RightApprove, cmd.Area):
		return nil, &domain.Error{Code: domain.Forbidden, Field: "c", Msg: "forbidden.area"}
	case len(cmd.Took) == 0:
		return nil, domain.Wrong("took_part", "moderate.nobody")
	}
	for j, id := range cmd.Took {
		if _, known := cmd.Known[id]; !known || slices.Contains(cmd.Took[:j], id) {
			return nil, domain.Wrong(fmt.Sprintf("took_part[%d]", j), "account.unknown", string(id))
		}
	}
	if err := domain.CheckText("note", cmd.Note, domain.MaxReason); err != nil {
		return nil, err
	}
	e := &areaModerated{Board: g.ID(), Area: cmd.Area, Took: slices.Clone(cmd.Took), Note: domain.NewText(cmd.Note)}
	for _, m := range g.Catalogue().Municipalities {
		if u := w.Unit(m.ID, cmd.Area); u.Cells[0].Level != domain.NotAssessed {
			e.Seen = append(e.Seen, seenRow{m.ID, u.Revision})
		}
	}
	if len(e.Seen) == 0 {
		return nil, domain.Clash("moderate.empty")
	}
	return []domain.Event{e}, nil
}

// seenRow is a municipality's unit at a revision of its content.
type seenRow struct {
	Municipality domain.MunicipalityID `json:"m"`
	Revision     domain.Revision       `json:"rev"`
}

// areaModerated tells that an area's judgements were compared.
type areaModerated struct {
	Board domain.BoardID     `json:"board"`
	Area  domain.ColumnID    `json:"c"`
	Took  []domain.AccountID `json:"took_part"`
	Seen  []seenRow          `json:"seen"`
	Note  *domain.Text       `json:"note,omitempty"`
}

func (*areaModerated) Kind() string            { return "area_moderated" }
func (e *areaModerated) Texts() []*domain.Text { return domain.Present(e.Note) }

func (e *areaModerated) Apply(a *domain.Applying) error {
	kept := write(a, e.Board)
	kept.moderated[e.Area] = kept.moderated[e.Area].Add(a, e)
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

// Moderation is the last comparison of an area.
type Moderation struct {
	By    domain.AccountID
	At    int64 // milliseconds since 1970
	Took  []domain.AccountID
	Note  string
	Since []domain.MunicipalityID // whose judgement was not seen, or is another since
}

// Moderated returns the last comparison of an area, and whether there was one.
func (w Work) Moderated(area domain.ColumnID) (Moderation, bool) {
	last, ok := w.ledger.moderated[area].Last()
	if !ok {
		return Moderation{}, false
	}
	out := Moderation{By: last.By, At: last.At, Took: last.Value.Took, Note: last.Value.Note.String()}
	for _, m := range w.Ground.Catalogue().Municipalities {
		i := slices.IndexFunc(last.Value.Seen, func(s seenRow) bool { return s.Municipality == m.ID })
		u := w.Unit(m.ID, area)
		if i < 0 && u.Cells[0].Level != domain.NotAssessed || i >= 0 && last.Value.Seen[i].Revision != u.Revision {
			out.Since = append(out.Since, m.ID)
		}
	}
	return out, true
}

// ApproveEdition approves rows of an edition, or all, once every unit of theirs is
// approved. An editor does it who did not write all of it alone.
type ApproveEdition struct {
	Board          domain.BoardID          `json:"board"`
	Municipalities []domain.MunicipalityID `json:"m,omitempty"`
	Sum            domain.Hash             `json:"sum" doc:"Of what was read."`
	Unassessed     bool                    `json:"unassessed,omitempty" doc:"What nobody has written anything in goes out as not assessed."`
}

func (cmd ApproveEdition) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightEdit)
	if err != nil {
		return nil, err
	}
	w, err := Of(d, cmd.Board)
	if err != nil {
		return nil, err
	}
	if !g.Phase().Working() {
		return nil, domain.Clash("plan.published")
	}
	for i, m := range cmd.Municipalities {
		if !g.Has(m) || slices.Contains(cmd.Municipalities[:i], m) {
			return nil, domain.Wrong(fmt.Sprintf("m[%d]", i), "municipality.unknown", string(m))
		}
	}
	rows := w.rows(cmd.Municipalities)
	var open []string
	mine, others := false, false
	for _, m := range rows {
		for _, c := range w.Leads() {
			u := w.Unit(m, c)
			if u.State != Approved && !(u.State == Missing && cmd.Unassessed) {
				open = append(open, string(m)+"."+string(c))
			}
			all := w.Authors(u.Unit, w.Ground.Round(m), w.Ground.Revision())
			mine = mine || slices.Contains(all, d.By())
			others = others || slices.ContainsFunc(all, func(id domain.AccountID) bool { return id != d.By() })
		}
	}
	switch {
	case len(open) > 0:
		return nil, &domain.Error{Code: domain.Conflict, Field: "m", Msg: "approve.cells", Args: open}
	case mine && !others:
		return nil, &domain.Error{Code: domain.Forbidden, Msg: "approve.alone"}
	case cmd.Sum != w.Sum(cmd.Municipalities):
		return nil, &domain.Error{Code: domain.Conflict, Field: "sum", Msg: "approve.changed"}
	}
	return []domain.Event{&editionApproved{Board: g.ID(), Municipalities: slices.Clone(cmd.Municipalities), Sum: cmd.Sum}}, nil
}

func (w Work) rows(named []domain.MunicipalityID) []domain.MunicipalityID {
	if len(named) > 0 {
		return named
	}
	var out []domain.MunicipalityID
	for _, m := range w.Ground.Catalogue().Municipalities {
		out = append(out, m.ID)
	}
	return out
}

// Sum is the content of rows, or of all, in 32 bytes: the sums of their units in the
// order of the catalogue, and the catalogue itself.
func (w Work) Sum(named []domain.MunicipalityID) domain.Hash {
	h := sha256.New()
	io.WriteString(h, "kb-rows-1\n"+w.Ground.Catalogue().Hash().String()+"\n")
	for _, m := range w.rows(named) {
		for _, c := range w.Leads() {
			io.WriteString(h, w.Unit(m, c).Sum.String()+"\n")
		}
	}
	return domain.Hash(h.Sum(nil))
}

// editionApproved approves rows of an edition; none named: all.
type editionApproved struct {
	Board          domain.BoardID          `json:"board"`
	Municipalities []domain.MunicipalityID `json:"m,omitempty"`
	Sum            domain.Hash             `json:"sum"`
}

func (*editionApproved) Kind() string          { return "edition_approved" }
func (*editionApproved) Texts() []*domain.Text { return nil }

func (e *editionApproved) Apply(a *domain.Applying) error {
	kept := write(a, e.Board)
	kept.approved = kept.approved.Add(a, e)
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

// ApprovedEdition returns the last approval of the whole edition, and whether it is of
// what is there now.
func (w Work) ApprovedEdition() (a Approval, stands bool) {
	for _, e := range slices.Backward(w.ledger.approved) {
		if len(e.Value.Municipalities) == 0 {
			return Approval{By: e.By, At: e.At, Revision: e.Revision, Sum: e.Value.Sum}, e.Value.Sum == w.Sum(nil)
		}
	}
	return Approval{}, false
}
