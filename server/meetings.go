package server

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/console"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/domain"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/views"
	"kommunebilde/server/edge"
)

func (s *Server) meetings(k *edge.Call) error {
	return k.Page(meetings.Meetings(s.cfg.Site, s.pages.Request(k), k.Shown, domain.MeetingID(k.Query("serie")), calendar.ID(k.Query("dato"))))
}

// toldOfMeeting is [edge.OnMeeting], and lets in anyone who is told only that the
// meeting was closed: they have no picture, and no right on its board.
func toldOfMeeting() edge.Access {
	a := edge.OnMeeting(domain.RightSeeMeetings)
	see := a.Admit
	a.Admit = func(k *edge.Call) error {
		err := see(k)
		if edge.StatusOf(err) != http.StatusNotFound {
			return err
		}
		if _, ended := toldOfEnd(k); ended {
			return nil
		}
		return err
	}
	return a
}

// toldOfEnd returns what the caller is told of the closed meeting in the address, which
// they were in as a municipality's contact, and whether they were.
func toldOfEnd(k *edge.Call) (rollcall.ClosedMeeting, bool) {
	return rollcall.Closed(k.State(), k.Actor, domain.MeetingID(k.Param("id")), k.Now)
}

// meetingPage is a meeting; ?at= as it was at a time since it was opened, ?til=
// is where the page of its changes ends.
func (s *Server) meetingPage(k *edge.Call) error {
	if told, ended := toldOfEnd(k); k.Board == "" && ended {
		return k.Page(meetings.Ended(s.cfg.Site, s.pages.Request(k), domain.MeetingID(k.Param("id")), told))
	}
	var o meetings.MeetingOptions
	if v := k.Query("til"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return &domain.Error{Code: domain.Invalid, Field: "til", Msg: "rev.wrong"}
		}
		o.Until = n
	}
	var err error
	if o.At, err = meetingAt(k); err != nil {
		return err
	}
	return k.Page(meetings.Meeting(s.cfg.Site, s.pages.Request(k), k.Shown, domain.MeetingID(k.Param("id")), o))
}

// meetingAt is the time that a meeting is shown as of, zero for now, and has k.Shown be
// as it was then.
func meetingAt(k *edge.Call) (time.Time, error) {
	at, err := timeIn("at", k.Query("at"))
	if err != nil || !at.Before(k.Now) { // what is to come is as it is now
		return time.Time{}, err
	}
	k.Shown, err = k.At(k.Shown, at)
	return at, err
}

func (s *Server) series(k *edge.Call) error {
	return k.Page(meetings.Series(s.cfg.Site, s.pages.Request(k), k.Shown, domain.MeetingID(k.Param("id"))))
}

// console is the lead's screen of a meeting that goes on; of one that is over
// there are the minutes.
func (s *Server) console(k *edge.Call) error {
	id := domain.MeetingID(k.Param("id"))
	if m, ok := k.Shown.Meeting(id); ok && !m.Open() {
		return k.Page(meetings.Closed(s.cfg.Site, s.pages.Request(k), k.Shown, id))
	}
	q, err := k.QueryValues()
	if err != nil {
		return err
	}
	selected, _, _ := strings.Cut(q.Get("valgt"), ".")
	return k.Page(console.Console(s.cfg.Site, s.pages.Request(k), k.Shown, id, domain.MunicipalityID(selected)))
}

// openMeetingForm opens a meeting with a region or with a saved view.
func openMeetingForm(k *edge.Call, f url.Values) (domain.Command, error) {
	if what, id, _ := strings.Cut(f.Get("opens"), "/"); what == "region" || what == "view" {
		f = with(f, what, id)
	}
	var cmd domain.OpenMeeting
	if err := k.Read(f, &cmd); err != nil {
		return nil, err
	}
	var err error
	cmd.Invited, err = invitedBy(k, f.Get("invites"), cmd)
	return cmd, err
}

// invitedBy returns whom a meeting invites: all, those it opens with, or those that were
// ticked.
func invitedBy(k *edge.Call, invites string, cmd domain.OpenMeeting) ([]domain.MunicipalityID, error) {
	region := cmd.Region
	switch invites {
	case "", "chosen":
		return cmd.Invited, nil
	case "opens":
		for _, v := range views.Of(k.Shown) {
			if v.ID == cmd.View && cmd.View != "" {
				region = v.Filter.Region
			}
		}
	case "all":
		region = ""
	default:
		return nil, edge.Wrong("invites", "http.form")
	}
	var all []domain.MunicipalityID
	for _, m := range k.Shown.Catalogue().Municipalities {
		if region == "" || m.Region == region {
			all = append(all, m.ID)
		}
	}
	return all, nil
}

// toReopened leads who leads to the console.
func toReopened(k *edge.Call, _ domain.Command) string {
	if k.May[domain.RightLead] {
		return "/konsoll/" + url.PathEscape(k.Param("id"))
	}
	return "/mote/" + url.PathEscape(k.Param("id"))
}

// noChangeForm names municipalities, or stands where a cell is set.
func noChangeForm(k *edge.Call, f url.Values) (domain.Command, error) {
	if f.Has("m") {
		return formOf[rollcall.ReportNoChange](k, f)
	}
	return aboutCell(formOf[rollcall.ReportNoChange])(k, f)
}
