package screens

import (
	"net/http"
	"net/url"
	"strings"

	screenpages "kommunebilde/dashboard/screens"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/server/edge"
)

// looksAfter lets in whoever leads the live picture, or manages accounts: they look after
// the wall screens. For anybody else there is no such address.
func looksAfter() edge.Access {
	return edge.Access{Name: "screens", Right: domain.RightLead, Admit: func(k *edge.Call) error {
		if !k.Actor.Accounts(k.Now) && !k.Rights(domain.Live)[domain.RightLead] {
			return edge.Error(http.StatusNotFound, "http.404", nil)
		}
		return nil
	}}
}

// screensPage lists the paired screens.
func (s *Screens) screensPage(k *edge.Call) error {
	var list []screenpages.Screen
	for _, account := range s.cfg.Auth.Screens() {
		board, view, err := boardOfView(account.View)
		if err != nil {
			continue
		}
		screen := screenpages.Screen{
			ID: string(account.ID), Name: account.Name, Board: board, Layout: view.Get("oppsett"),
			Auto: view.Get(autoView) != "", Pinned: view.Get("fest") == "1",
			By: account.By, Paired: account.Created, On: s.sockets.on(account.ID),
		}
		screen.Inches, screen.Metres = edge.Within(view.Get("tommer"), 20, 300), edge.Within(view.Get("meter"), 0.5, 50)
		screen.Seen = s.cfg.Auth.LastSeen(account.ID)
		screen.Ended = !screen.Seen.IsZero() && len(s.cfg.Auth.Sessions(account.ID)) == 0
		for _, name := range []string{"vis", "oppsett", "tommer", "meter", "fest", autoView} {
			view.Del(name)
		}
		screen.View = view.Encode()
		list = append(list, screen)
	}
	k.May = k.Rights(domain.Live)
	return k.Page(screenpages.Screens(s.cfg.Pages.Site, s.cfg.Pages.Request(k), list, k.Beside(domain.Live)))
}

func (s *Screens) pairForm(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	board, view, err := s.viewIn(k, f)
	if err != nil {
		return err
	}
	code := strings.ReplaceAll(f.Get("code"), " ", "")
	k.Trace.Board = board
	err = s.pairings.claim(code, k.Actor.ID, func() (domain.AccountID, error) {
		id, err := s.cfg.Auth.AddScreen(k.Context(), k.Actor.ID, f.Get("name"), board, view)
		k.Trace.Whom = id
		return id, err
	})
	if err != nil {
		return err
	}
	if k.Trace.Whom == "" { // it was paired already
		k.Trace.What = edge.Nothing
	}
	return k.See(http.StatusSeeOther, "/skjermer?gjort=skjerm")
}

// screenIn returns the screen that a form is about.
func (s *Screens) screenIn(f url.Values) (accounts.Account, error) {
	for _, account := range s.cfg.Auth.Screens() {
		if string(account.ID) == f.Get("screen") {
			return account, nil
		}
	}
	return accounts.Account{}, &domain.Error{Code: domain.NotFound, Field: "screen", Msg: "screen.unknown"}
}

// onScreen makes the handler of a form about a paired screen.
func (s *Screens) onScreen(done string, do func(k *edge.Call, f url.Values, screen accounts.Account) error) func(*edge.Call) error {
	return func(k *edge.Call) error {
		f, err := k.Form()
		if err != nil {
			return err
		}
		screen, err := s.screenIn(f)
		if err != nil {
			return err
		}
		k.Trace.Whom = screen.ID
		if err := do(k, f, screen); err != nil {
			return err
		}
		return k.See(http.StatusSeeOther, "/skjermer?gjort="+done)
	}
}

func (s *Screens) viewScreen(k *edge.Call, f url.Values, screen accounts.Account) error {
	board, view, err := s.viewIn(k, f)
	if err != nil {
		return err
	}
	k.Trace.Board = board
	return s.sendTo(screen, board, view)
}

func (s *Screens) renameScreen(_ *edge.Call, f url.Values, screen accounts.Account) error {
	if edge.Trimmed(f, "name") == "" {
		return edge.Wrong("name", "name.missing")
	}
	_, err := s.cfg.Auth.Rename(screen.ID, f.Get("name"))
	return err
}

func (s *Screens) revokeScreen(k *edge.Call, _ url.Values, screen accounts.Account) error {
	if err := s.cfg.Auth.Disable(screen.ID, true); err != nil {
		return err
	}
	for _, b := range k.Boards() {
		s.cfg.Clerk.Ephemeral(b.ID, screenKind(screen.ID), nil)
	}
	return nil
}
