package server

import (
	"net/url"

	"kommunebilde"
	"kommunebilde/dashboard"
)

// Forms and pages of what meetings are arranged with: the office's list of
// regional actors, saved views, series.

func (s *Server) actors(k *call) error { return k.page(s.cfg.Site.Actors(k.request(), k.shown)) }

func (s *Server) series(k *call) error {
	return k.page(s.cfg.Site.Series(k.request(), k.shown, kommunebilde.MeetingID(k.c.Params("id"))))
}

// actorForm puts an actor on the list, or renames the one it names.
func (s *Server) actorForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	req, err := k.formRequest(f)
	if err != nil {
		return err
	}
	id := actorID(kommunebilde.RegionalActorID(f.Get("actor")), k.actor.ID, req)
	return k.submit(f, kommunebilde.ListActor{ID: id, Name: trimmed(f, "name")}, "/aktorer", "aktor")
}

func (s *Server) unlistForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	return k.submit(f, kommunebilde.UnlistActor{ID: kommunebilde.RegionalActorID(f.Get("actor"))}, "/aktorer", "aktor-fjernet")
}

// saveViewForm keeps the filter of the page it stands on under a name.
func (s *Server) saveViewForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	made, err := k.made(f)
	if err != nil {
		return err
	}
	q, err := url.ParseQuery(f.Get("filter"))
	if err != nil {
		return badRequest("filter", "http.query", err)
	}
	filter, err := dashboard.ParseFilter(q, k.shown.Catalogue())
	if err != nil {
		return err
	}
	kept, err := filter.Kept()
	if err != nil {
		return err
	}
	cmd := kommunebilde.SaveView{Board: k.board, ID: kommunebilde.ViewID(made), Name: trimmed(f, "name"), Filter: kept}
	return k.submit(f, cmd, k.boardPath(), "utvalg")
}

func (s *Server) removeViewForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	return k.submit(f, kommunebilde.RemoveView{Board: k.board, ID: kommunebilde.ViewID(f.Get("view"))}, k.boardPath(), "utvalg-fjernet")
}
