package screens

import (
	"net/http"
	"strings"
	"time"

	screenpages "kommunebilde/dashboard/screens"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/server/edge"
)

// pairCookie is what binds a code to the browser that shows it.
const pairCookie = "kb_pair"

// screenLasts is how long a browser keeps a screen's cookie; each start of the
// screen renews it.
const screenLasts = 365 * 24 * time.Hour

// wallOrPairing lets everybody in who asks for no board and is nobody, or is a
// paired screen: they are shown a code or sent to the screen's view.
func wallOrPairing() edge.Access {
	wall := edge.OnBoard(domain.RightSee, edge.InQuery(edge.Look.Home))
	return edge.Access{Name: "board or screen", Right: domain.RightSee, Admit: func(k *edge.Call) error {
		if atPairing(k) {
			return nil
		}
		return wall.Admit(k)
	}}
}

// atPairing reports whether a request to /skjerm is a screen's own.
func atPairing(k *edge.Call) bool {
	if k.Query("board") != "" {
		return false
	}
	_, screen := k.OwnScreen()
	return k.Handle == nil || screen
}

// wallOrPair is GET /skjerm: a wall, or the way of a screen to its wall.
func (s *Screens) wallOrPair(k *edge.Call) error {
	if !atPairing(k) {
		return s.cfg.Wall(k)
	}
	k.SetHeader("Cache-Control", "no-store")
	if account, ok := k.OwnScreen(); ok {
		return s.toView(k, account)
	}
	code, secret, screen := s.pairings.begin(k.Cookie(pairCookie), k.From())
	if screen != "" {
		session, h, err := s.cfg.Auth.OpenScreen(screen)
		if err != nil {
			return err
		}
		s.pairings.done(secret)
		keepPairing(k, "")
		setScreen(k, session)
		k.SignedIn(h, "screen")
		k.Handle = h
		k.Actor, _ = h.Actor()
		account, _ := s.cfg.Auth.Account(screen)
		return s.toView(k, account)
	}
	if secret != "" {
		keepPairing(k, secret)
	}
	return k.Page(screenpages.Pairing(s.cfg.Pages.Site, s.cfg.Pages.Request(k), code, keptAt(k)))
}

// toView sends a screen to what it shows. Where that is not to be seen any more
// it waits, and asks again.
func (s *Screens) toView(k *edge.Call, account accounts.Account) error {
	if err := s.FollowOpen(k.Context(), account.ID); err != nil {
		return err
	}
	account, _ = s.cfg.Auth.Account(account.ID)
	k.Actor, _ = k.Handle.Actor()
	board, _, err := boardOfView(account.View)
	if err != nil {
		return err
	}
	if _, err := k.Picture(board); err != nil {
		return k.Page(screenpages.Pairing(s.cfg.Pages.Site, s.cfg.Pages.Request(k), "", keptAt(k)))
	}
	if secret := k.Cookie(edge.SessionCookie); secret != "" && !k.Bearer {
		setScreen(k, secret)
	}
	return k.See(http.StatusSeeOther, account.View)
}

// setScreen gives the browser a screen's secret, for a year.
func setScreen(k *edge.Call, secret string) {
	k.SetCookie(edge.Cookie{Name: edge.SessionCookie, Value: secret, Lasts: screenLasts})
}

// keepPairing gives the browser the secret its code is bound to; "" takes it
// away.
func keepPairing(k *edge.Call, secret string) {
	k.SetCookie(edge.Cookie{Name: pairCookie, Value: secret, Lasts: pairingLasts})
}

// keptAt is the address where screens are kept, as people type it.
func keptAt(k *edge.Call) string {
	_, at, _ := strings.Cut(k.URL("/skjermer"), "://")
	return at
}
