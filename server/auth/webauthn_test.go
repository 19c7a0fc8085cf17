package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

const origin = "https://bilder.example.no"

// device is an authenticator in software: one passkey, and what it is told to
// do wrong.
type device struct {
	key     *ecdsa.PrivateKey
	id      []byte
	user    []byte
	origin  string
	rpID    string
	counter uint32
	flags   byte
}

const present, verified, attested = 1, 4, 64

func newDevice(t *testing.T) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	u, err := url.Parse(origin)
	must(t, err)
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return &device{key: key, id: id, origin: origin, rpID: u.Hostname(), flags: present | verified}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (d *device) clientData(t *testing.T, kind string, options []byte) []byte {
	t.Helper()
	var asked struct{ Challenge string }
	must(t, json.Unmarshal(options, &asked))
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": asked.Challenge, "origin": d.origin, "crossOrigin": false})
	must(t, err)
	return b
}

func (d *device) data(flags byte) []byte {
	sum := sha256.Sum256([]byte(d.rpID))
	out := append(sum[:], flags)
	return binary.BigEndian.AppendUint32(out, d.counter)
}

// create answers a request for a new passkey.
func (d *device) create(t *testing.T, options []byte) []byte {
	t.Helper()
	var asked struct{ User struct{ ID string } }
	must(t, json.Unmarshal(options, &asked))
	var err error
	d.user, err = base64.RawURLEncoding.DecodeString(asked.User.ID)
	must(t, err)
	data := d.data(d.flags | attested)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(d.id)))
	data = append(data, d.id...)
	point, err := d.key.PublicKey.Bytes() // 4, x, y
	must(t, err)
	data = append(data, 0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32)
	data = append(data, point[1:33]...)
	data = append(data, 0x22, 0x58, 32)
	data = append(data, point[33:]...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"), byte(len(data)>>8), byte(len(data)))
	object = append(object, data...)
	return d.envelope(t, map[string]any{"clientDataJSON": b64(d.clientData(t, "webauthn.create", options)), "attestationObject": b64(object)})
}

// get answers a request to show a passkey.
func (d *device) get(t *testing.T, options []byte) []byte {
	t.Helper()
	client := d.clientData(t, "webauthn.get", options)
	data := d.data(d.flags)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(bytes.Clone(data), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, digest[:])
	must(t, err)
	return d.envelope(t, map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(d.user),
	})
}

func (d *device) envelope(t *testing.T, response map[string]any) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	must(t, err)
	return b
}

// addPasskey gives kari a passkey, by a session that is fresh.
func (d *desk) addPasskey(t *testing.T, h *Handle, name string) *device {
	t.Helper()
	phone := newDevice(t)
	options, state, err := d.StartPasskey(h, origin)
	must(t, err)
	must(t, d.AddPasskey(h, origin, state, name, phone.create(t, options)))
	return phone
}

func TestPasskeySignsInAlone(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	phone := d.addPasskey(t, h, "  Telefonen ")
	if got := d.Steps("kari"); len(got.Passkeys) != 1 || got.Passkeys[0].Name != "Telefonen" || got.Passkeys[0].Record != nil || !got.Set() {
		t.Fatalf("%+v", got)
	}
	second := d.addPasskey(t, h, "Nøkkelen")
	if !bytes.Equal(phone.user, second.user) || strings.Contains(string(phone.user), "kari") {
		t.Errorf("handles %x and %x", phone.user, second.user)
	}
	for _, key := range []*device{phone, second, phone} {
		options, state, err := d.StartPasskeyLogin(origin)
		must(t, err)
		secret, got, err := d.LoginPasskey(origin, state, key.get(t, options), "b")
		must(t, err)
		if got.Account() != "kari" || d.Session(secret) == nil || got.s.Proof != accounts.ProofPasskey {
			t.Errorf("signs in as %s by %s", got.Account(), got.s.Proof)
		}
	}
	if _, _, err := d.Login(t.Context(), "kari", password, "b"); !isSecond(err) {
		t.Errorf("the password alone: %v", err)
	}
	d.settle(t)
	again := open(t, &disk{accounts: d.disk.accounts, sessions: mapsClone(d.disk.sessions)}, d.clocks)
	options, state, err := again.StartPasskeyLogin(origin)
	must(t, err)
	if _, _, err := again.LoginPasskey(origin, state, phone.get(t, options), "b"); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}

// TestPasskeysThatAreNotTaken: what an attacker may bring instead of a passkey.
func TestPasskeysThatAreNotTaken(t *testing.T) {
	d := newDesk(t)
	must(t, d.AddAccount(t.Context(), accounts.Account{ID: "ola", Name: "Ola"}, password))
	_, h := d.login(t)
	phone := d.addPasskey(t, h, "Telefonen")
	_, hOla, err := d.Login(t.Context(), "ola", password, "o")
	must(t, err)
	olas := d.addPasskey(t, hOla, "Olas")

	options, state, err := d.StartPasskeyLogin(origin)
	must(t, err)
	taken := phone.get(t, options)
	if _, _, err := d.LoginPasskey(origin, state, taken, "a"); err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]func() ([]byte, string){
		"the same answer again": func() ([]byte, string) { return taken, state },
		"another answer to the same challenge": func() ([]byte, string) {
			return phone.get(t, options), state
		},
		"an old answer to a new challenge": func() ([]byte, string) {
			_, state, err := d.StartPasskeyLogin(origin)
			must(t, err)
			return taken, state
		},
		"another page's origin": func() ([]byte, string) {
			evil := *phone
			evil.origin = "https://bi1der.example.no"
			options, state, err := d.StartPasskeyLogin(origin)
			must(t, err)
			return evil.get(t, options), state
		},
		"bound to another name": func() ([]byte, string) {
			evil := *phone
			evil.rpID = "example.no"
			options, state, err := d.StartPasskeyLogin(origin)
			must(t, err)
			return evil.get(t, options), state
		},
		"nobody was checked": func() ([]byte, string) {
			lying := *phone
			lying.flags = present
			options, state, err := d.StartPasskeyLogin(origin)
			must(t, err)
			return lying.get(t, options), state
		},
		"Kari's name with Ola's key": func() ([]byte, string) {
			evil := *olas
			evil.user = phone.user
			options, state, err := d.StartPasskeyLogin(origin)
			must(t, err)
			return evil.get(t, options), state
		},
		"Kari's name and id with another key": func() ([]byte, string) {
			evil := *newDevice(t)
			evil.user, evil.id = phone.user, phone.id
			options, state, err := d.StartPasskeyLogin(origin)
			must(t, err)
			return evil.get(t, options), state
		},
		"a challenge for something else": func() ([]byte, string) {
			options, state, err := d.StartConfirm(h, origin)
			must(t, err)
			return phone.get(t, options), state
		},
		"a challenge of another server": func() ([]byte, string) {
			options, state, err := newDesk(t).StartPasskeyLogin(origin)
			must(t, err)
			return phone.get(t, options), state
		},
		"a challenge of one's own": func() ([]byte, string) {
			options, _, err := d.StartPasskeyLogin(origin)
			must(t, err)
			return phone.get(t, options), b64(make([]byte, 72))
		},
		"too late": func() ([]byte, string) {
			options, state, err := d.StartPasskeyLogin(origin)
			must(t, err)
			d.clocks.pass(challengeTime)
			return phone.get(t, options), state
		},
		"nothing": func() ([]byte, string) { return []byte("{}"), "" },
	} {
		answer, state := answer()
		if secret, _, err := d.LoginPasskey(origin, state, answer, "a"); err != errPasskey || secret != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	before := d.Steps("kari").Passkeys[0].Key.String()
	if log := d.log.String(); strings.Contains(log, state) || strings.Contains(log, string(taken)) || strings.Contains(log, before) {
		t.Errorf("the log has what was shown: %s", log)
	}
	phone.counter = 7
	options, state, err = d.StartPasskeyLogin(origin)
	must(t, err)
	_, fresh, err := d.LoginPasskey(origin, state, phone.get(t, options), "a")
	must(t, err)
	copied := *phone
	copied.counter = 6
	options, state, err = d.StartPasskeyLogin(origin)
	must(t, err)
	if _, _, err := d.LoginPasskey(origin, state, copied.get(t, options), "a"); err != errPasskey {
		t.Errorf("a copy of the key: %v", err)
	}
	must(t, d.Disable("ola", true))
	options, state, err = d.StartPasskeyLogin(origin)
	must(t, err)
	if _, _, err := d.LoginPasskey(origin, state, olas.get(t, options), "a"); err != errPasskey {
		t.Errorf("a closed account: %v", err)
	}
	must(t, d.DropPasskey(fresh, before))
	options, state, err = d.StartPasskeyLogin(origin)
	must(t, err)
	if _, _, err := d.LoginPasskey(origin, state, phone.get(t, options), "a"); err != errPasskey {
		t.Errorf("a passkey that was removed: %v", err)
	}
}

// TestNewPasskeysAreBoundToTheirSession: a challenge of one session makes no
// passkey in another, nor twice, nor without the holder being checked.
func TestNewPasskeysAreBoundToTheirSession(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	_, other := d.login(t)
	options, state, err := d.StartPasskey(h, origin)
	must(t, err)
	phone := newDevice(t)
	made := phone.create(t, options)
	if err := d.AddPasskey(other, origin, state, "x", made); err != errPasskey {
		t.Errorf("in another session: %v", err)
	}
	if err := d.AddPasskey(h, "https://annet.example.no", state, "x", made); err != errPasskey {
		t.Errorf("at another address: %v", err)
	}
	must(t, d.AddPasskey(h, origin, state, "x", made))
	if err := d.AddPasskey(h, origin, state, "x", made); err != errPasskey {
		t.Errorf("twice: %v", err)
	}
	lying := newDevice(t)
	lying.flags = present
	options, state, err = d.StartPasskey(h, origin)
	must(t, err)
	if err := d.AddPasskey(h, origin, state, "x", lying.create(t, options)); err != errPasskey {
		t.Errorf("nobody was checked: %v", err)
	}
	if n := len(d.Steps("kari").Passkeys); n != 1 {
		t.Errorf("%d passkeys", n)
	}
	if _, _, err := d.StartPasskeyLogin("http://127.0.0.1:8080"); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("at an address without a name: %v", err)
	}
}

// TestConfirmWithPasskey: a session that is no longer fresh becomes another that
// is, by a passkey of the same account only.
func TestConfirmWithPasskey(t *testing.T) {
	d := newDesk(t)
	must(t, d.AddAccount(t.Context(), accounts.Account{ID: "ola", Name: "Ola"}, password))
	secret, h := d.login(t)
	phone := d.addPasskey(t, h, "Telefonen")
	_, hOla, err := d.Login(t.Context(), "ola", password, "o")
	must(t, err)
	olas := d.addPasskey(t, hOla, "Olas")
	d.clocks.pass(freshFor)
	if err := d.RenamePasskey(h, d.Steps("kari").Passkeys[0].Key.String(), "Ny"); domain.CodeOf(err) != domain.Forbidden {
		t.Errorf("not fresh: %v", err)
	}
	options, state, err := d.StartConfirm(h, origin)
	must(t, err)
	if _, _, err := d.ConfirmPasskey(h, origin, state, olas.get(t, options), "a"); err != errPasskey {
		t.Errorf("by another's passkey: %v", err)
	}
	options, state, err = d.StartConfirm(h, origin)
	must(t, err)
	next, fresh, err := d.ConfirmPasskey(h, origin, state, phone.get(t, options), "a")
	must(t, err)
	if next == secret || d.Session(secret) != nil || !fresh.Fresh() {
		t.Error("the session is not another")
	}
	must(t, d.RenamePasskey(fresh, d.Steps("kari").Passkeys[0].Key.String(), "Ny"))
	if got := d.Steps("kari").Passkeys[0]; got.Name != "Ny" || got.Used.IsZero() || got.Used.Sub(d.clocks.now()) > time.Second {
		t.Errorf("%+v", got)
	}
}
