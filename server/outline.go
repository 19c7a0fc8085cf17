package server

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/minutes"
	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/domain/outline"
	"kommunebilde/server/edge"
)

// The template of the minutes is edited in a form that holds all of it: each
// button sends it whole, and only one of them saves. Until then nothing is
// written down.

// previewMeetings is how many meetings one may look at a template with.
const previewMeetings = 20

// meetingsToShow returns the meetings of all boards, newest first, and which one
// a template is shown with.
func meetingsToShow(k *edge.Call, chosen domain.MeetingID, o *minutes.TemplateOptions) {
	boards := map[domain.MeetingID]domain.Picture{}
	for _, b := range k.Boards() {
		p, err := k.Picture(b.ID)
		if err != nil {
			continue
		}
		for _, m := range p.Meetings() {
			boards[m.ID] = p
			o.Meetings = append(o.Meetings, m)
		}
	}
	slices.SortFunc(o.Meetings, func(a, b domain.Meeting) int { return b.OpenedAt.Compare(a.OpenedAt) })
	at := slices.IndexFunc(o.Meetings, func(m domain.Meeting) bool { return m.ID == chosen })
	if at >= previewMeetings {
		o.Meetings[previewMeetings-1], at = o.Meetings[at], previewMeetings-1
	}
	o.Meetings = o.Meetings[:min(len(o.Meetings), previewMeetings)]
	if len(o.Meetings) == 0 {
		return
	}
	o.Preview = o.Meetings[max(at, 0)].ID
	o.Of = boards[o.Preview]
}

// previewed makes the call's trace that of a reading of minutes: a template is
// shown with what was said in a real meeting, saved or not.
func previewed(k *edge.Call, o minutes.TemplateOptions) {
	k.Trace.What = edge.Nothing
	if o.Preview != "" {
		k.Trace.What, k.Trace.Meeting, k.Trace.Board = audit.MinutesRead, o.Preview, o.Of.Board().ID
	}
}

func (s *Server) reportTemplate(k *edge.Call) error {
	var o minutes.TemplateOptions
	meetingsToShow(k, domain.MeetingID(k.Query("mote")), &o)
	previewed(k, o)
	return k.Page(minutes.ReportTemplate(s.cfg.Site, s.pages.Request(k), k.Shown, o))
}

// reportTemplateForm saves a template, or shows it as it would be with one
// section moved, added or removed.
func (s *Server) reportTemplateForm(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	o := minutes.TemplateOptions{Draft: sectionsIn(f)}
	if o.Seen, err = edge.RevisionIn(f, "seen"); err != nil {
		return err
	}
	do, of, _ := strings.Cut(f.Get("do"), ".")
	switch do {
	case "lagre", "standard":
		cmd := outline.Replace{Sections: o.Draft, Seen: o.Seen}
		if do == "standard" {
			cmd.Sections = nil
		}
		err := s.submit(k, cmd, "/referatmal?mote="+url.QueryEscape(f.Get("mote")), "lagret")
		if e := new(domain.Error); !errors.As(err, &e) || e.Code != domain.Invalid && e.Code != domain.Conflict {
			return err
		}
		o.Err = err
		k.Status(edge.StatusOf(err))
	case "opp", "ned", "fjern", "ny", "vis":
		if o.Draft, err = rearranged(o.Draft, do, of); err != nil {
			return err
		}
	default:
		return edge.Wrong("do", "template.action")
	}
	meetingsToShow(k, domain.MeetingID(f.Get("mote")), &o)
	previewed(k, o)
	r := s.pages.Request(k)
	r.Path = "/referatmal"
	return k.Page(minutes.ReportTemplate(s.cfg.Site, r, k.Shown, o))
}

// sectionsIn reads the sections of a form: key-N, heading-N, text-N, show-N.
func sectionsIn(f url.Values) []outline.Edit {
	out := []outline.Edit{}
	for i := 0; f.Has("key-" + strconv.Itoa(i)); i++ {
		n := strconv.Itoa(i)
		out = append(out, outline.Edit{
			Key: outline.Key(f.Get("key-" + n)), Hidden: f.Get("show-"+n) != "yes", Heading: edge.TextIn(f, "heading-"+n), Text: edge.TextIn(f, "text-"+n),
		})
	}
	return out
}

// rearranged moves, removes or adds a section.
func rearranged(list []outline.Edit, do, of string) ([]outline.Edit, error) {
	switch do {
	case "vis":
		return list, nil
	case "ny":
		return append(list, outline.Edit{Key: outline.KeyOwn}), nil
	}
	i, err := strconv.Atoi(of)
	if err != nil || i < 0 || i >= len(list) {
		return nil, edge.Wrong("do", "template.action")
	}
	if do == "fjern" {
		return slices.Delete(list, i, i+1), nil
	}
	to := i - 1
	if do == "ned" {
		to = i + 1
	}
	if to >= 0 && to < len(list) {
		list[i], list[to] = list[to], list[i]
	}
	return list, nil
}
