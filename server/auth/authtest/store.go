package authtest

import (
	"context"
	"crypto/rsa"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// store is the storage of the library's example, with our people's claims, keys
// that change and a client that may come back after a logout.
type store struct {
	*storage.Storage
	client op.Client
	users  *users

	keyMu sync.Mutex
	key   *key
}

// key is a signing key and its public half.
type key struct {
	id      string
	alg     jose.SignatureAlgorithm
	private *rsa.PrivateKey
}

func (k *key) ID() string                                  { return k.id }
func (k *key) SignatureAlgorithm() jose.SignatureAlgorithm { return k.alg }
func (k *key) Key() any                                    { return k.private }

type publicKey struct{ *key }

func (k publicKey) Algorithm() jose.SignatureAlgorithm { return k.alg }
func (k publicKey) Use() string                        { return "sig" }
func (k publicKey) Key() any                           { return &k.private.PublicKey }

// SigningKey implements op.Storage.
func (s *store) SigningKey(context.Context) (op.SigningKey, error) {
	s.keyMu.Lock()
	defer s.keyMu.Unlock()
	return s.key, nil
}

// KeySet implements op.Storage.
func (s *store) KeySet(context.Context) ([]op.Key, error) {
	s.keyMu.Lock()
	defer s.keyMu.Unlock()
	return []op.Key{publicKey{s.key}}, nil
}

// webClient may come back after a logout.
type webClient struct {
	*storage.Client
	after []string
}

// PostLogoutRedirectURIs implements op.Client.
func (c *webClient) PostLogoutRedirectURIs() []string { return c.after }

// GetClientByClientID implements op.Storage.
func (s *store) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	if id == s.client.GetID() {
		return s.client, nil
	}
	return s.Storage.GetClientByClientID(ctx, id)
}

// SetUserinfoFromRequest gives a token what its person has.
func (s *store) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, token op.IDTokenRequest, _ []string) error {
	s.users.mu.Lock()
	defer s.users.mu.Unlock()
	for _, one := range s.users.people {
		if one.Subject == token.GetSubject() {
			info.Subject = one.Subject
			info.AppendClaims("name", one.Name)
			if one.ACR != "" {
				info.AppendClaims("acr", one.ACR)
			}
			for k, v := range one.Claims {
				info.AppendClaims(k, v)
			}
		}
	}
	return nil
}
