package screens

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/server/edge"
	"kommunebilde/server/wire"
)

func screenKind(id domain.AccountID) string { return "screen:" + string(id) }

// sendTo gives a screen another view and tells it so. One that is sent to another
// board is cut off from where it was, and led on by /skjerm.
func (s *Screens) sendTo(account accounts.Account, board domain.BoardID, view string) error {
	if err := s.cfg.Auth.ShowOn(account.ID, board, view); err != nil {
		return err
	}
	frame := wire.AppendField([]byte(`{"screen":{"id":"`+string(account.ID)+`"`), "path", view)
	frame = append(frame, '}', '}')
	if from, _, err := boardOfView(account.View); err == nil && from != board {
		s.cfg.Clerk.Ephemeral(from, screenKind(account.ID), nil)
	}
	s.cfg.Clerk.Ephemeral(board, screenKind(account.ID), frame)
	return nil
}

// LeaveClosed sends the screens of a board that was closed back to the live
// picture, as they showed the other.
func (s *Screens) LeaveClosed(ctx context.Context, board domain.BoardID) {
	for _, account := range s.cfg.Auth.Screens() {
		on, view, err := boardOfView(account.View)
		if err != nil || on != board {
			continue
		}
		if err := s.sendTo(account, domain.Live, s.elsewhere(view, domain.Live)); err != nil {
			s.cfg.Log.ErrorContext(ctx, "screen not sent back", "account", string(account.ID), "error", err)
		}
	}
}

// elsewhere is a screen's view on another board: rows and columns of the one are
// not the other's, but for a region that both have.
func (s *Screens) elsewhere(view url.Values, board domain.BoardID) string {
	for name := range view {
		if !slices.Contains([]string{"vis", "oppsett", "tommer", "meter", "roter", "region", "fest", autoView}, name) {
			view.Del(name)
		}
	}
	p, err := edge.LookAs(s.cfg.Clerk.State(), domain.System("screens"), s.cfg.Now()).Picture(board)
	if err != nil || p.Catalogue().RegionIndex(domain.RegionID(view.Get("region"))) < 0 {
		view.Del("region")
	}
	return "/tavle/" + url.PathEscape(string(board)) + "?" + view.Encode()
}

// FollowOpen sends the screens that follow what goes on to the board where it
// does, or only one of them. One at a time looks and sends, so that none is sent
// to what was open before.
func (s *Screens) FollowOpen(ctx context.Context, only domain.AccountID) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	open := edge.LookAs(s.cfg.Clerk.State(), domain.Actor{}, s.cfg.Now()).Open()
	var all error
	for _, account := range s.cfg.Auth.Screens() {
		on, view, err := boardOfView(account.View)
		if err != nil || on == open || view.Get(autoView) == "" || only != "" && account.ID != only {
			continue
		}
		all = errors.Join(all, s.sendTo(account, open, s.elsewhere(view, open)))
	}
	return all
}
