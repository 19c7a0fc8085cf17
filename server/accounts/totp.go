package accounts

import (
	"net/http"

	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/server/edge"
)

func (s *Service) totpPage(k *edge.Call) error { return s.showTOTP(k, nil) }

func (s *Service) showTOTP(k *edge.Call, wrong error) error {
	secret, uri, err := s.auth.OfferTOTP(k.Handle, s.site.Word(k.Lang, "product"))
	if err != nil {
		return asksAgain(k, err, "/konto/app")
	}
	if wrong != nil {
		k.Cause = wrong
		k.Status(edge.StatusOf(wrong))
	}
	return k.Page(accountpages.TOTP(s.site, s.pages.Request(k), secret, uri, wrong))
}

func (s *Service) setTOTP(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	err = s.auth.SetTOTP(k.Handle, f.Get("code"))
	switch {
	case err == nil && s.auth.Steps(k.Handle.Account()).Codes == 0:
		return s.newCodes(k) // nobody should have an app and no way in without it
	case err == nil:
		return k.See(http.StatusSeeOther, "/konto?gjort=app")
	case edge.Told(err, edge.StatusOf(err)).Msg == "code.wrong":
		k.Trace.What = edge.Nothing
		return s.showTOTP(k, err)
	}
	return asksAgain(k, err, "/konto/app")
}

func (s *Service) dropTOTP(k *edge.Call) error {
	if err := s.auth.DropTOTP(k.Handle); err != nil {
		return asksAgain(k, err, "/konto")
	}
	return k.See(http.StatusSeeOther, "/konto?gjort=fjernet")
}

// newCodes answers with the codes themselves: they are shown this once.
func (s *Service) newCodes(k *edge.Call) error {
	codes, err := s.auth.NewCodes(k.Handle)
	if err != nil {
		return asksAgain(k, err, "/konto")
	}
	return k.Page(accountpages.Codes(s.site, s.pages.Request(k), codes))
}
