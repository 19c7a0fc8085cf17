package server

import (
	"slices"
	"time"

	ics "github.com/arran4/golang-ical"

	"kommunebilde/dashboard/start"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
	"kommunebilde/server/edge"
)

// start is the first page of somebody who is signed in.
func (s *Server) start(k *edge.Call) error {
	account, _ := s.cfg.Auth.Account(k.Handle.Account())
	o := start.Options{Now: k.Beside(domain.Live), Before: account.Before, All: k.Query("vis") == "alle", Setup: s.setup(k)}
	var err error
	if o.Jottings, err = s.cfg.Jottings.Of(k.Actor.ID); err != nil {
		return err
	}
	for _, b := range k.Boards() {
		if b.ID == domain.Live || b.Exercise {
			continue
		}
		if p := k.Beside(b.ID); p != nil {
			o.Others = append(o.Others, *p)
		}
	}
	o.Editions = workedOn(k, o.Others)
	o.Known = knownTo(k)
	o.Catalogues = cataloguesTo(k, o.Known)
	k.May = k.Rights(domain.Live)
	return k.Page(start.Page(s.cfg.Site, s.pages.Request(k), o))
}

// workedOn are the planned editions that the office is working on, of those that the
// caller sees.
func workedOn(k *edge.Call, boards []domain.Picture) (out []start.Edition) {
	for _, p := range boards {
		b := p.Board()
		if b.Kind != domain.KindEdition || b.Phase == domain.PhasePlanned || p.ShownVersion() > 0 || p.Audience().Kind != domain.AudienceStaff {
			continue
		}
		w, err := signoff.Of(k.Decision(), b.ID)
		if err != nil { // it has no plan
			continue
		}
		of, _ := plan.Of(w.Ground)
		out = append(out, start.Edition{Picture: p, Work: w, Plan: of, Waiting: suggestion.Waiting(k.Decision(), w.Ground)})
	}
	return out
}

// cataloguesTo are the editions in the making of which a contact may read what is judged.
func cataloguesTo(k *edge.Call, own []domain.Municipality) (out []start.Catalogue) {
	d := k.Decision()
	for _, m := range own {
		for g := range d.Rounds(m.ID) {
			one := start.Catalogue{ID: g.ID(), Title: g.Title()}
			if d.May(g.ID(), domain.RightCatalogue) && !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
	}
	return out
}

// setup is how far the installation has come, for whoever manages it: whether there is
// something, never what.
func (s *Server) setup(k *edge.Call) *start.Setup {
	if !k.Actor.Accounts(k.Now) {
		return nil
	}
	var out start.Setup
	holds := func(r domain.Role) bool {
		return slices.ContainsFunc(s.cfg.Auth.Accounts(), func(a accounts.Account) bool {
			return !a.Disabled && slices.ContainsFunc(a.Grants, func(g domain.Grant) bool { return g.Role == r })
		})
	}
	out.Accounts = holds(domain.RoleEditor) && holds(domain.RoleLead)
	all := edge.LookAs(k.State(), domain.System("server"), k.Now)
	for _, b := range all.Boards() {
		out.Edition = out.Edition || b.Kind == domain.KindEdition
		out.Base = out.Base || b.ID == domain.Live && b.Base != ""
		if p, err := all.Picture(b.ID); err == nil && !out.Meeting {
			out.Meeting = len(p.Meetings()) > 0
		}
	}
	return &out
}

// meetingLasts is how long a meeting stands in a calendar: nobody says when it ends.
const meetingLasts = time.Hour

// calendar is a meeting that is to come as a file for a calendar (RFC 5545).
func (s *Server) calendar(k *edge.Call) error {
	list := calendar.Of(k.Shown)
	i := slices.IndexFunc(list, func(m calendar.Meeting) bool { return string(m.ID) == k.Param("id") })
	if i < 0 {
		return &domain.Error{Code: domain.NotFound, Field: "scheduled", Msg: "scheduled.unknown"}
	}
	c := ics.NewCalendarFor("kommunebilder")
	c.SetMethod(ics.MethodPublish)
	e := c.AddEvent(string(list[i].ID) + "@kommunebilder")
	e.SetDtStampTime(k.Now)
	e.SetStartAt(list[i].At)
	e.SetEndAt(list[i].At.Add(meetingLasts))
	e.SetSummary(list[i].Title)
	k.Attach("mote-"+list[i].At.Format(time.DateOnly)+".ics", "text/calendar; charset=utf-8")
	return k.Give([]byte(c.Serialize(ics.WithNewLineWindows)))
}
