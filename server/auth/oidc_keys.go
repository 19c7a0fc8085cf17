package auth

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// signatures are the only ways of signing that are believed.
var signatures = []jose.SignatureAlgorithm{jose.RS256, jose.ES256}

const (
	keysLast  = time.Hour       // then they are fetched again: one that was taken back must go
	keysPause = 5 * time.Second // between two fetches, whoever sends us keys that are unknown
	maxKeys   = 100
)

// keySet is the keys of one issuer. A key that is not known yet makes it fetch
// them again. (The one of go-oidc fetches for each token that does not fit, at
// the pace of whoever sends them, and never forgets.)
type keySet struct {
	url    string
	client *http.Client
	clock  func() time.Duration

	turn    chan struct{} // holds one: whoever has it reads and fetches
	keys    []jose.JSONWebKey
	fetched time.Duration
	tried   time.Duration
	have    bool
	asked   bool
}

func newKeySet(url string, client *http.Client, clock func() time.Duration) *keySet {
	return &keySet{url: url, client: client, clock: clock, turn: make(chan struct{}, 1)}
}

// VerifySignature implements oidc.KeySet.
func (k *keySet) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	jws, err := jose.ParseSigned(jwt, signatures)
	if err != nil {
		return nil, err
	}
	if len(jws.Signatures) != 1 {
		return nil, errors.New("not one signature")
	}
	if err := k.take(ctx); err != nil {
		return nil, err
	}
	defer k.give()
	payload := k.match(jws)
	if payload == nil && k.clock()-k.tried >= keysPause {
		if err := k.fetch(ctx); err != nil {
			return nil, err
		}
		payload = k.match(jws)
	}
	if payload == nil {
		return nil, errors.New("no key of the issuer fits the signature")
	}
	return payload, nil
}

// ready fetches the keys if there are none, or old ones. A token is checked
// after it: that a provider does not answer is not the token's fault.
func (k *keySet) ready(ctx context.Context) error {
	if err := k.take(ctx); err != nil {
		return err
	}
	defer k.give()
	if k.have && k.clock()-k.fetched < keysLast {
		return nil
	}
	return k.fetch(ctx)
}

func (k *keySet) take(ctx context.Context) error {
	select {
	case k.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (k *keySet) give() { <-k.turn }

// match returns what is signed, nil if no key that the token may mean fits.
func (k *keySet) match(jws *jose.JSONWebSignature) []byte {
	id := jws.Signatures[0].Header.KeyID
	for i := range k.keys {
		if id != "" && k.keys[i].KeyID != id {
			continue
		}
		if payload, err := jws.Verify(&k.keys[i]); err == nil {
			return payload
		}
	}
	return nil
}

func (k *keySet) fetch(ctx context.Context) error {
	if k.asked && k.clock()-k.tried < time.Second {
		return errors.New("the keys were asked for a moment ago, without an answer")
	}
	k.tried, k.asked = k.clock(), true
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return err
	}
	res, err := k.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("keys: %s", res.Status)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(res.Body).Decode(&set); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys[:min(len(set.Keys), maxKeys)] {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(raw) == nil && usable(key) { // kinds we do not know are left out
			keys = append(keys, key)
		}
	}
	k.keys, k.fetched, k.have = keys, k.clock(), true
	return nil
}

// usable reports whether a key is public, strong enough and for signatures.
func usable(key jose.JSONWebKey) bool {
	if r, ok := key.Key.(*rsa.PublicKey); ok && r.N.BitLen() < 2048 {
		return false
	}
	return key.Valid() && key.IsPublic() && (key.Use == "" || key.Use == "sig")
}
