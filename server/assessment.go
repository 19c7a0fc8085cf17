package server

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	assessmentpages "kommunebilde/dashboard/assessment"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
	"kommunebilde/server/edge"
)

// work is a planned edition as the caller works on it.
func (s *Server) work(k *edge.Call) (signoff.Work, error) {
	w, err := signoff.Of(k.Decision(), k.Board)
	if err != nil {
		return w, edge.UnknownBoard()
	}
	return w, nil
}

// toWorkplace leads to the area that is chosen, else to one of the caller's own.
func (s *Server) toWorkplace(k *edge.Call) error {
	w, err := s.work(k)
	if err != nil {
		return err
	}
	leads := w.Leads()
	to := domain.ColumnID(k.Query("omrade"))
	if to == "" {
		own := slices.IndexFunc(leads, func(c domain.ColumnID) bool { return k.Decision().MayIn(w.Ground, domain.RightSetLevels, c) })
		to = leads[max(own, 0)]
	}
	return k.Redirect(k.Below("/utgave/" + url.PathEscape(string(k.Board)) + "/vurdering/" + url.PathEscape(string(to))))
}

// workplace is one area of a planned edition for all municipalities.
func (s *Server) workplace(k *edge.Call) error {
	o, err := s.filteredWork(k)
	if err != nil {
		return err
	}
	if o.Since, err = since(k); err != nil {
		return err
	}
	return k.Page(assessmentpages.Workplace(s.cfg.Site, s.pages.Request(k), o))
}

// filteredWork is what the workplace shows of an area, by the filter in its address.
func (s *Server) filteredWork(k *edge.Call) (assessmentpages.Options, error) {
	o, err := s.workOptions(k)
	if err != nil {
		return o, err
	}
	q, err := k.QueryValues()
	if err != nil {
		return o, err
	}
	for _, state := range q["status"] {
		if !slices.Contains(signoff.States(), signoff.State(state)) {
			return o, domain.Wrong("status", "filter.status", state)
		}
		o.Filter.States = append(o.Filter.States, signoff.State(state))
	}
	if o.Filter.Region = domain.RegionID(q.Get("region")); o.Filter.Region != "" && o.Picture.Catalogue().RegionIndex(o.Filter.Region) < 0 {
		return o, domain.Wrong("region", "filter.region", q.Get("region"))
	}
	o.Filter.Waiting = q.Has("forslag")
	return o, nil
}

// whole is one municipality with all its areas.
func (s *Server) whole(k *edge.Call) error {
	w, err := s.work(k)
	if err != nil {
		return err
	}
	o := optionsOf(k, w)
	if o.Open = domain.MunicipalityID(k.Param("m")); o.Picture.Row(o.Open) < 0 {
		return &domain.Error{Code: domain.NotFound, Field: "m", Msg: "municipality.unknown"}
	}
	if o.Since, err = since(k); err != nil {
		return err
	}
	k.Trace.Municipality = o.Open
	return k.Page(assessmentpages.Whole(s.cfg.Site, s.pages.Request(k), o))
}

// since is the revision whose rows a page has already, 0 for none.
func since(k *edge.Call) (domain.Revision, error) {
	q := k.Query("endret")
	if q == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(q, 10, 63)
	if err != nil {
		return 0, domain.Wrong("endret", "filter.since", q)
	}
	return domain.Revision(max(n, 1)), nil
}

// judgement is one unit on a page of its own.
func (s *Server) judgement(k *edge.Call) error {
	o, err := s.workOptions(k)
	if err != nil {
		return err
	}
	if o.Open = domain.MunicipalityID(k.Param("m")); o.Picture.Row(o.Open) < 0 {
		return &domain.Error{Code: domain.NotFound, Field: "m", Msg: "municipality.unknown"}
	}
	o.New = evidence.ID(k.Query("ny", ""))
	return k.Page(assessmentpages.Judgement(s.cfg.Site, s.pages.Request(k), o, evidence.Of(k.Decision(), o.Open)))
}

// compare shows what somebody has typed in a cell beside what another stored since. It
// stores nothing.
func (s *Server) compare(k *edge.Call) error {
	o, err := s.workOptions(k)
	if err != nil {
		return err
	}
	f, err := k.Form()
	if err != nil {
		return err
	}
	clash := assessmentpages.Clash{Column: domain.ColumnID(f.Get("c")), Text: edge.TextIn(f, "text"), Level: domain.Level(f.Get("level"))}
	if o.Open = domain.MunicipalityID(k.Param("m")); o.Picture.Row(o.Open) < 0 {
		return domain.Unknown("m", "municipality.unknown", string(o.Open))
	}
	if !slices.Contains(o.Work.Covers(o.Area), clash.Column) {
		return domain.Wrong("c", "column.unknown", string(clash.Column))
	}
	if clash.Level != "" && !slices.Contains(domain.KindEdition.Levels(), clash.Level) {
		return domain.Wrong("level", "level.unknown", string(clash.Level))
	}
	seen, err := strconv.ParseUint(f.Get("seen"), 10, 63)
	if err != nil {
		return domain.Wrong("seen", "revision.wrong", f.Get("seen"))
	}
	clash.Seen = domain.Revision(seen)
	return k.Page(assessmentpages.Conflict(s.cfg.Site, s.pages.Request(k), o, clash))
}

func (s *Server) workOptions(k *edge.Call) (assessmentpages.Options, error) {
	w, err := s.work(k)
	if err != nil {
		return assessmentpages.Options{}, err
	}
	area := domain.ColumnID(k.Param("area"))
	if lead, known := w.Lead(area); !known || lead != area {
		return assessmentpages.Options{}, &domain.Error{Code: domain.NotFound, Field: "c", Msg: "column.unknown"}
	}
	out := optionsOf(k, w)
	out.Area = area
	return out, nil
}

// optionsOf is what all pages of the workplace are made of.
func optionsOf(k *edge.Call, w signoff.Work) assessmentpages.Options {
	d := k.Decision()
	out := assessmentpages.Options{Picture: k.Shown, Work: w, Waiting: suggestion.Waiting(d, w.Ground)}
	out.Plan, _ = plan.Of(w.Ground)
	out.May = func(c domain.ColumnID, r domain.Right) bool { return d.MayIn(w.Ground, r, c) }
	return out
}

// judge takes the form of a unit: what was written is saved in one record, and submitted
// where that was pressed. What stands as it was is no reason to refuse it.
func (s *Server) judge(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	m, c := domain.MunicipalityID(f.Get("m")), domain.ColumnID(f.Get("c"))
	to := k.Back("/utgave/" + url.PathEscape(string(k.Board)) + "/vurdering/" + url.PathEscape(string(c)) + "/" + url.PathEscape(string(m)))
	save, err := saveForm(k.Board, f)
	if err != nil {
		return err
	}
	seen := seenIn(save)
	switch f.Get("do") {
	case "unchanged":
		return s.submit(k, assessment.ConfirmUnchanged{Board: k.Board, Municipality: m, Column: c, Seen: seen}, to, "lagret")
	case "submit":
		written, err := s.decideFirst(k, save)
		if err != nil {
			return err
		}
		return s.submit(k, signoff.Submit{Board: k.Board, Units: []signoff.Seen{{Municipality: m, Column: c, Revision: max(seen, written)}}}, to, "innsendt")
	}
	err = s.submit(k, save, to, "lagret")
	if isNothing(err) {
		return k.See(303, edge.WithQuery(to, "gjort", "uendret"))
	}
	return err
}

// seenIn is the revision of a unit by those of its cells that its form showed.
func seenIn(save assessment.Save) (out domain.Revision) {
	for _, c := range save.Cells {
		out = max(out, c.Seen)
	}
	return out
}

// decideFirst has a command decided before the one that the form is about, under a name
// of its own, and returns its record; one that changes nothing is no fault.
func (s *Server) decideFirst(k *edge.Call, cmd domain.Command) (domain.Revision, error) {
	req, err := k.FormRequest()
	if err != nil {
		return 0, err
	}
	issued, err := k.Issued()
	if err != nil {
		return 0, err
	}
	if req != "" {
		req += "-1"
	}
	result, err := s.cfg.Clerk.SubmitIssued(k.Context(), k.Actor, req, cmd, issued)
	if isNothing(err) {
		return 0, nil
	}
	return result.Revision, err
}

func isNothing(err error) bool {
	var e *domain.Error
	return errors.As(err, &e) && e.Msg == "save.nothing"
}

// saveForm reads the form of a unit: seen.C of each cell, and beside it level.C and text.C;
// evidence is of the first one.
func saveForm(board domain.BoardID, f url.Values) (assessment.Save, error) {
	out := assessment.Save{Board: board}
	m, first := domain.MunicipalityID(f.Get("m")), domain.ColumnID(f.Get("c"))
	var columns []string
	for name := range f {
		if c, ok := strings.CutPrefix(name, "seen."); ok {
			columns = append(columns, c)
		}
	}
	slices.SortFunc(columns, func(a, b string) int { // the one that names the unit first
		return cmp.Or(cmp.Compare(b2i(domain.ColumnID(b) == first), b2i(domain.ColumnID(a) == first)), cmp.Compare(a, b))
	})
	for _, c := range columns {
		seen, err := strconv.ParseUint(f.Get("seen."+c), 10, 63)
		if err != nil {
			return out, domain.Wrong("seen", "revision.wrong", f.Get("seen."+c))
		}
		edit := assessment.Edit{Municipality: m, Column: domain.ColumnID(c), Seen: domain.Revision(seen), Level: domain.Level(f.Get("level." + c))}
		if f.Has("text." + c) {
			text := typed.Of(f.Get("text." + c))
			edit.Text = &text
		}
		if domain.ColumnID(c) == first && f.Has("sources") {
			refs := []evidence.Ref{}
			for _, ref := range f["evidence"] {
				id, version, _ := strings.Cut(ref, "@")
				n, err := strconv.Atoi(version)
				if err != nil {
					return out, domain.Wrong("evidence", "evidence.unknown", ref)
				}
				refs = append(refs, evidence.Ref{ID: evidence.ID(id), Version: n})
			}
			edit.Evidence = &refs
		}
		out.Cells = append(out.Cells, edit)
	}
	return out, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// units reads the units that a form names: "m.c.rev.sum" of each.
func units(f url.Values) ([]signoff.SeenSum, error) {
	var out []signoff.SeenSum
	for _, unit := range f["unit"] {
		part := strings.Split(unit, ".")
		if len(part) < 3 {
			return nil, domain.Wrong("unit", "unit.wrong", unit)
		}
		rev, err := strconv.ParseUint(part[2], 10, 63)
		if err != nil {
			return nil, domain.Wrong("unit", "unit.wrong", unit)
		}
		one := signoff.SeenSum{Seen: signoff.Seen{Municipality: domain.MunicipalityID(part[0]), Column: domain.ColumnID(part[1]), Revision: domain.Revision(rev)}}
		if len(part) > 3 {
			if err := one.Sum.UnmarshalText([]byte(part[3])); err != nil {
				return nil, domain.Wrong("unit", "unit.wrong", unit)
			}
		}
		out = append(out, one)
	}
	return out, nil
}

func approveForm(k *edge.Call, f url.Values) (domain.Command, error) {
	all, err := units(f)
	return signoff.Approve{Board: k.Board, Units: all}, err
}

func returnForm(k *edge.Call, f url.Values) (domain.Command, error) {
	all, err := units(f)
	cmd := signoff.Return{Board: k.Board, Reason: edge.TextIn(f, "reason")}
	for _, u := range all {
		cmd.Units = append(cmd.Units, u.Seen)
	}
	return cmd, err
}

func answerForm(k *edge.Call, f url.Values) (domain.Command, error) {
	rev, err := strconv.ParseUint(f.Get("suggestion"), 10, 63)
	if err != nil {
		return nil, domain.Wrong("suggestion", "suggestion.unknown", f.Get("suggestion"))
	}
	return suggestion.Answer{Board: k.Board, Suggestion: domain.Revision(rev), Outcome: suggestion.Outcome(f.Get("outcome")), Note: edge.TextIn(f, "note")}, nil
}
