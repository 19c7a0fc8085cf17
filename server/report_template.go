package server

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kommunebilde"
	"kommunebilde/dashboard"
)

// The template of the minutes is edited in a form that holds all of it: each
// button sends it whole, and only one of them saves. Until then nothing is
// written down.

// previewMeetings is how many meetings one may look at a template with.
const previewMeetings = 20

// meetingsToShow returns the meetings of all boards, newest first, and which one
// a template is shown with.
func (k *call) meetingsToShow(chosen kommunebilde.MeetingID, o *dashboard.TemplateOptions) {
	boards := map[kommunebilde.MeetingID]kommunebilde.Picture{}
	for _, b := range k.boards() {
		p, err := k.picture(b.ID)
		if err != nil {
			continue
		}
		for _, m := range p.Meetings() {
			boards[m.ID] = p
			o.Meetings = append(o.Meetings, m)
		}
	}
	slices.SortFunc(o.Meetings, func(a, b kommunebilde.Meeting) int { return b.OpenedAt.Compare(a.OpenedAt) })
	at := slices.IndexFunc(o.Meetings, func(m kommunebilde.Meeting) bool { return m.ID == chosen })
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
func (k *call) previewed(o dashboard.TemplateOptions) {
	k.trace.What = nothing
	if o.Preview != "" {
		k.trace.What, k.trace.Meeting, k.trace.Board = kommunebilde.TraceMinutesRead, o.Preview, o.Of.Board().ID
	}
}

func (s *Server) reportTemplate(k *call) error {
	var o dashboard.TemplateOptions
	k.meetingsToShow(kommunebilde.MeetingID(k.c.Query("mote")), &o)
	k.previewed(o)
	return k.page(s.cfg.Site.ReportTemplate(k.request(), k.shown, o))
}

// reportTemplateForm saves a template, or shows it as it would be with one
// section moved, added or removed.
func (s *Server) reportTemplateForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	o := dashboard.TemplateOptions{Draft: sectionsIn(f)}
	if o.Seen, err = revisionIn(f, "seen"); err != nil {
		return err
	}
	do, of, _ := strings.Cut(f.Get("do"), ".")
	switch do {
	case "lagre", "standard":
		cmd := kommunebilde.SetReportTemplate{Sections: o.Draft, Seen: o.Seen}
		if do == "standard" {
			cmd.Sections = nil
		}
		f.Del("back")
		err := k.submit(f, cmd, "/referatmal?mote="+url.QueryEscape(f.Get("mote")), "lagret")
		if e := new(kommunebilde.Error); !errors.As(err, &e) || e.Code != kommunebilde.Invalid && e.Code != kommunebilde.Conflict {
			return err
		}
		o.Err = err
		k.c.Status(statusOf(err))
	case "opp", "ned", "fjern", "ny", "vis":
		if o.Draft, err = rearranged(o.Draft, do, of); err != nil {
			return err
		}
	default:
		return wrongField("do", "template.action")
	}
	k.meetingsToShow(kommunebilde.MeetingID(f.Get("mote")), &o)
	k.previewed(o)
	r := k.request()
	r.Path = "/referatmal"
	return k.page(s.cfg.Site.ReportTemplate(r, k.shown, o))
}

// sectionsIn reads the sections of a form: key-N, heading-N, text-N, show-N.
func sectionsIn(f url.Values) []kommunebilde.ReportPart {
	out := []kommunebilde.ReportPart{}
	for i := 0; f.Has("key-" + strconv.Itoa(i)); i++ {
		n := strconv.Itoa(i)
		out = append(out, kommunebilde.ReportPart{
			Key: kommunebilde.ReportKey(f.Get("key-" + n)), Hidden: f.Get("show-"+n) != "yes", Heading: trimmed(f, "heading-"+n), Text: trimmed(f, "text-"+n),
		})
	}
	return out
}

// rearranged moves, removes or adds a section.
func rearranged(list []kommunebilde.ReportPart, do, of string) ([]kommunebilde.ReportPart, error) {
	switch do {
	case "vis":
		return list, nil
	case "ny":
		return append(list, kommunebilde.ReportPart{Key: kommunebilde.ReportOwn}), nil
	}
	i, err := strconv.Atoi(of)
	if err != nil || i < 0 || i >= len(list) {
		return nil, wrongField("do", "template.action")
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
