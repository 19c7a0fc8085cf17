package accounts

import (
	"encoding/json"
	"net/http"

	"kommunebilde/domain/typed"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
)

// Passkeys need the browser's script: it asks here what to show to the device,
// and brings back what the device answered. Everything is JSON, from our own
// pages only; the challenge goes with the browser, in a cookie.

// broughtBack is what the script brings back.
type broughtBack struct {
	Name       typed.Text      `json:"name"`
	Next       string          `json:"next"`
	Credential json.RawMessage `json:"credential"`
}

// challenge answers with what the device is asked.
func challenge(k *edge.Call) func(options []byte, state string, err error) error {
	return func(options []byte, state string, err error) error {
		if err != nil {
			return err
		}
		brief(k, keyCookie, state)
		return k.JSON(options)
	}
}

// answer reads what the device answered and the challenge it is to. The browser
// gives the challenge up, whatever comes of it.
func answer(k *edge.Call) (a broughtBack, state string, err error) {
	state = k.Cookie(keyCookie)
	brief(k, keyCookie, "")
	return a, state, k.ReadJSON(&a)
}

// leads answers with where the page goes.
func (s *Service) leads(k *edge.Call, path string) error {
	b, err := json.Marshal(map[string]string{"next": k.Below(path)})
	if err != nil {
		return err
	}
	return k.JSON(b)
}

func (s *Service) startPasskeyLogin(k *edge.Call) error {
	return challenge(k)(s.auth.StartPasskeyLogin(k.PlainOrigin()))
}

func (s *Service) passkeyLogin(k *edge.Call) error {
	a, state, err := answer(k)
	if err != nil {
		k.Trace.What = edge.Nothing
		return err
	}
	secret, h, err := s.auth.LoginPasskey(k.PlainOrigin(), state, a.Credential, k.From().String())
	if err != nil {
		return s.passkeyRefused(k, err)
	}
	if err := s.begin(k, secret, h, "passkey"); err != nil {
		return err
	}
	return s.leads(k, orRoot(edge.OwnPath(a.Next, "")))
}

// passkeyRefused notes it where an answer that is refused leaves no trace of its
// own.
func (s *Service) passkeyRefused(k *edge.Call, err error) error {
	s.loginRefused(k, "", err)
	k.Trace.Detail = "passkey"
	s.auth.Trail().Note(k.Trace)
	return err
}

func (s *Service) startConfirm(k *edge.Call) error {
	return challenge(k)(s.auth.StartConfirm(k.Handle, k.PlainOrigin()))
}

func (s *Service) passkeyConfirm(k *edge.Call) error {
	a, state, err := answer(k)
	if err != nil {
		return err
	}
	var secret string
	var h *auth.Handle
	if secret, h, err = s.auth.ConfirmPasskey(k.Handle, k.PlainOrigin(), state, a.Credential, k.From().String()); err != nil {
		return s.passkeyRefused(k, err)
	}
	k.SignedIn(h, "confirmed")
	k.SetSession(secret)
	return s.leads(k, edge.OwnPath(a.Next, "/konto"))
}

func (s *Service) startPasskey(k *edge.Call) error {
	return challenge(k)(s.auth.StartPasskey(k.Handle, k.PlainOrigin()))
}

func (s *Service) addPasskey(k *edge.Call) error {
	a, state, err := answer(k)
	if err != nil {
		return err
	}
	if err := s.auth.AddPasskey(k.Handle, k.PlainOrigin(), state, string(a.Name), a.Credential); err != nil {
		return err
	}
	return s.leads(k, "/konto?gjort=passnokkel")
}

func (s *Service) renamePasskey(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	if err := s.auth.RenamePasskey(k.Handle, f.Get("passkey"), f.Get("name")); err != nil {
		return asksAgain(k, err, "/konto")
	}
	return k.See(http.StatusSeeOther, "/konto?gjort=lagret")
}

func (s *Service) dropPasskey(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	if err := s.auth.DropPasskey(k.Handle, f.Get("passkey")); err != nil {
		return asksAgain(k, err, "/konto")
	}
	return k.See(http.StatusSeeOther, "/konto?gjort=fjernet")
}
