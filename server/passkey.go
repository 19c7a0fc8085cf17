package server

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/server/auth"
)

// Passkeys need the browser's script: it asks here what to show to the device,
// and brings back what the device answered. Everything is JSON, from our own
// pages only; the challenge goes with the browser, in a cookie.

// passkeyLimit holds the longest answer of a device.
const passkeyLimit = 16 << 10

// broughtBack is what the script brings back.
type broughtBack struct {
	Name       text            `json:"name"`
	Next       string          `json:"next"`
	Credential json.RawMessage `json:"credential"`
}

// challenge answers with what the device is asked.
func (k *call) challenge(options []byte, state string, err error) error {
	if err != nil {
		return err
	}
	k.s.brief(k.c, keyCookie, state)
	return k.json(options)
}

// answer reads what the device answered and the challenge it is to. The browser
// gives the challenge up, whatever comes of it.
func (k *call) answer() (a broughtBack, state string, err error) {
	state = k.brought(keyCookie)
	k.s.brief(k.c, keyCookie, "")
	return a, state, k.jsonBody(&a)
}

// leads answers with where the page goes.
func (k *call) leads(path string) error {
	b, err := json.Marshal(map[string]string{"next": k.s.base + path})
	if err != nil {
		return err
	}
	return k.json(b)
}

func (s *Server) startPasskeyLogin(k *call) error {
	return k.challenge(s.cfg.Auth.StartPasskeyLogin(s.ownOrigin(k.c)))
}

func (s *Server) passkeyLogin(k *call) error {
	a, state, err := k.answer()
	if err != nil {
		k.trace.What = nothing
		return err
	}
	secret, h, err := s.cfg.Auth.LoginPasskey(s.ownOrigin(k.c), state, a.Credential, k.from())
	if err != nil {
		return k.passkeyRefused(err)
	}
	if err := k.begin(secret, h, "passkey"); err != nil {
		return err
	}
	return k.leads(orRoot(ownPath(a.Next, "")))
}

// passkeyRefused notes it where an answer that is refused leaves no trace of its
// own.
func (k *call) passkeyRefused(err error) error {
	k.loginRefused("", err)
	k.trace.Detail = "passkey"
	k.s.trail().Note(k.trace)
	return err
}

func (s *Server) startConfirm(k *call) error {
	return k.challenge(s.cfg.Auth.StartConfirm(k.handle, s.ownOrigin(k.c)))
}

func (s *Server) passkeyConfirm(k *call) error {
	a, state, err := k.answer()
	if err != nil {
		return err
	}
	var secret string
	var h *auth.Handle
	if secret, h, err = s.cfg.Auth.ConfirmPasskey(k.handle, s.ownOrigin(k.c), state, a.Credential, k.from()); err != nil {
		return k.passkeyRefused(err)
	}
	k.hasSignedIn(h, "confirmed")
	s.setSession(k.c, secret)
	return k.leads(ownPath(a.Next, "/konto"))
}

func (s *Server) startPasskey(k *call) error {
	return k.challenge(s.cfg.Auth.StartPasskey(k.handle, s.ownOrigin(k.c)))
}

func (s *Server) addPasskey(k *call) error {
	a, state, err := k.answer()
	if err != nil {
		return err
	}
	if err := s.cfg.Auth.AddPasskey(k.handle, s.ownOrigin(k.c), state, string(a.Name), a.Credential); err != nil {
		return err
	}
	return k.leads("/konto?gjort=passnokkel")
}

// browserOnly refuses programs with a token: they have no device to ask.
func browserOnly(h func(*call) error) func(*call) error {
	return func(k *call) error {
		if k.bearer {
			return &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden.token"}
		}
		return h(k)
	}
}

// ownOrigin is the address that passkeys are bound to, as browsers write it.
func (s *Server) ownOrigin(c *fiber.Ctx) string { return plainOrigin(s.expectedOrigin(c)) }
