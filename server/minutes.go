package server

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
)

// console is the lead's screen of a meeting that goes on; of one that is over
// there are the minutes.
func (s *Server) console(k *call) error {
	id := kommunebilde.MeetingID(k.c.Params("id"))
	if m, ok := k.shown.Meeting(id); ok && !m.Open() {
		minutes := "/referat/" + url.PathEscape(string(id))
		if done := k.c.Query("gjort"); notice(done) != "" {
			minutes = withQuery(minutes, "gjort", done)
		}
		return k.see(fiber.StatusSeeOther, minutes)
	}
	q, err := k.query()
	if err != nil {
		return err
	}
	selected, _, _ := strings.Cut(q.Get("valgt"), ".")
	return k.page(s.cfg.Site.Console(k.request(), k.shown, id, kommunebilde.MunicipalityID(selected)))
}

func (s *Server) minutes(k *call) error {
	k.trace.Meeting = kommunebilde.MeetingID(k.c.Params("id"))
	return k.page(s.cfg.Site.Minutes(k.request(), k.shown, kommunebilde.MeetingID(k.c.Params("id"))))
}

func (s *Server) minutesText(k *call) error {
	k.trace.Meeting, k.trace.Detail = kommunebilde.MeetingID(k.c.Params("id")), "txt"
	text, err := s.cfg.Site.MinutesText(k.request(), k.shown, kommunebilde.MeetingID(k.c.Params("id")))
	if err != nil {
		return err
	}
	k.c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return k.c.Send(text)
}

// closing is where a meeting is closed; of one that is over there are the
// minutes.
func (s *Server) closing(k *call) error {
	id := kommunebilde.MeetingID(k.c.Params("id"))
	if m, ok := k.shown.Meeting(id); ok && !m.Open() {
		return k.see(fiber.StatusSeeOther, "/referat/"+url.PathEscape(string(id)))
	}
	return k.page(s.cfg.Site.Closing(k.request(), k.shown, id))
}

// situations lists the situations and exercises that the caller sees.
func (s *Server) situations(k *call) error {
	var list []kommunebilde.Board
	for _, b := range k.boards() {
		if b.Kind == kommunebilde.KindSituation || b.Exercise {
			list = append(list, b)
		}
	}
	k.may = k.rights(kommunebilde.Live) // who leads there opens situations
	return k.page(s.cfg.Site.Situations(k.request(), list))
}

// snapshot is a board in one file, to be mailed and kept.
func (s *Server) snapshot(k *call) error {
	f, err := k.filter()
	if err != nil {
		return err
	}
	if k.shown, err = k.at(k.shown, f.At); err != nil {
		return err
	}
	select {
	case s.exports <- struct{}{}:
		defer func() { <-s.exports }()
	case <-k.ctx.Done():
		return httpError(fiber.StatusServiceUnavailable, "http.busy", k.ctx.Err())
	}
	file, err := s.cfg.Site.Snapshot(k.request(), k.shown)
	if err != nil {
		return err
	}
	s.cfg.Log.Info("export", "board", string(k.board), "format", "html", "request_id", k.id)
	k.attach(exportName(k.shown, k.now)+".html", fiber.MIMETextHTMLCharsetUTF8)
	return k.give(file)
}
