package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"kommunebilde/domain"
)

// EndedThere takes a provider's word that somebody has signed out there, and
// ends their sessions here. Each token counts once. It returns whose sessions
// ended.
func (p *Providers) EndedThere(ctx context.Context, id, token string) ([]domain.AccountID, error) {
	one := p.find(id)
	if one == nil {
		return nil, &Refusal{RefusedAnswer, id, errors.New("no such provider")}
	}
	offer, _ := one.now(ctx, 0)
	if offer == nil {
		return nil, one.refuse(RefusedDown, nil)
	}
	if err := offer.keys.ready(ctx); err != nil {
		return nil, one.refuse(RefusedDown, err)
	}
	t, err := one.verifier(offer).VerifyLogout(ctx, token)
	if err != nil {
		return nil, one.refuse(RefusedAnswer, err)
	}
	if err := one.issuedNow(t.IssuedAt); err != nil {
		return nil, one.refuse(RefusedAnswer, err)
	}
	// A token is too old after as long as its name is remembered.
	sum := sha256.Sum256([]byte(id + "\n" + t.TokenID))
	name := hex.EncodeToString(sum[:])
	if _, used := p.spent.peek(name); used {
		return nil, one.refuse(RefusedAnswer, errors.New("the token was used before"))
	}
	p.spent.put(name, id, struct{}{})
	var ended []domain.AccountID
	err = p.auth.endWhere(func(s *session) bool {
		hit := s.Provider == id && (t.SessionID == "" || s.SID == t.SessionID) && (t.Subject == "" || s.Subject == t.Subject)
		if hit {
			ended = append(ended, s.Account)
		}
		return hit
	})
	p.auth.o.Log.Info("logout by provider", "provider", id, "sessions", len(ended))
	return ended, err
}
