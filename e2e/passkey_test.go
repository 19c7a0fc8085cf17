//go:build e2e

package e2e

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	bytesof "encoding/binary"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// device gives the tab's browser an authenticator that checks who holds it.
func (w *tab) device() {
	w.t.Helper()
	if _, err := chromedp.Call(w.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		w.t.Fatal(err)
	}
	if _, err := chromedp.Call(w.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}}); err != nil {
		w.t.Fatal(err)
	}
}

// code is what an app shows for a secret, a number of half minutes from now.
func code(t *testing.T, secret string, off int64) string {
	t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, raw)
	mac.Write(bytesof.BigEndian.AppendUint64(nil, uint64(time.Now().Unix()/30+off)))
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", bytesof.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1_000_000)
}

// seen has axe look at the page, at phone and desk width and in both themes; where
// `make shots` says so it takes pictures, too.
func (w *tab) seen(name string) {
	w.t.Helper()
	for _, size := range [][2]int64{{390, 844}, {1280, 900}} {
		for _, dark := range []bool{false, true} {
			w.do(chromedp.EmulateViewport(size[0], size[1]))
			w.dark(dark)
			name := fmt.Sprintf("%s-%d-%v", name, size[0], map[bool]string{true: "dark", false: "light"}[dark])
			w.axe(name)
			if over := eval[float64](w, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				w.t.Errorf("%s scrolls %v px sideways", name, over)
			}
			if dir := os.Getenv("KB_SHOTS"); dir != "" {
				w.shot(filepath.Join(dir, name+".png"))
			}
		}
	}
	w.dark(false)
}

// TestSignInWithPasskeyAndApp: somebody is invited by a link, adds a passkey and
// an app, signs in by the passkey alone and by password and code, and with the
// passkey shows who they are again.
func TestSignInWithPasskeyAndApp(t *testing.T) {
	t.Parallel()
	addr := freePort(t)
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	p := demoAt(t, addr, "http://localhost:"+port) // passkeys are bound to a name
	w := sharedChromium(t).tab("vakt", 1280, 900)
	w.device()

	p.account("vakt", "Vakt Vaktesen", "moteleder,admin")
	invited := p.must("account", "invite", "vakt")
	link := regexp.MustCompile(`http://\S+/invitasjon#\S+`).FindString(invited)
	if !strings.HasPrefix(link, p.url("/invitasjon#")) {
		t.Fatalf("invite: %s", invited)
	}
	w.open(link)
	w.until("the code is taken out of the address", `location.hash === "" && document.querySelector("input[name=code]").value.length === 43`, 5*time.Second)
	w.seen("invitasjon")
	const password = "et ganske langt passord"
	w.write("input[name=password]", password+"\r")
	w.until("signed in by the invitation", `location.pathname === "/konto" && document.querySelector(".user")?.textContent.includes("Vakt")`, 20*time.Second)
	w.seen("konto-uten")

	w.write("form[data-passkey] input[name=name]", "Kontormaskinen\r")
	w.until("the passkey is there", `document.querySelector(".ways li b")?.textContent === "Kontormaskinen"`, 20*time.Second)

	w.open(p.url("/konto/app"))
	w.seen("app")
	secret := eval[string](w, `document.querySelector("code").textContent`)
	w.write("input[name=code]", code(t, secret, -1)+"\r")
	w.until("ten recovery codes", `document.querySelectorAll(".codes code").length === 10`, 20*time.Second)
	w.seen("koder")
	recovery := eval[string](w, `document.querySelector(".codes code").textContent`)
	w.open(p.url("/konto"))
	w.seen("konto-med")
	w.open(p.url("/konto?lang=nn"))
	w.seen("konto-nn")
	w.open(p.url("/konto?lang=nb"))

	logout := func() {
		w.open(p.url("/konto"))
		w.click(`form[action$="/logout"] button`)
		w.until("signed out", `document.querySelector("a.user[data-login]")`, 20*time.Second)
	}
	logout()
	w.open(p.url("/login?next=/konto"))
	w.seen("login")
	w.click(".keyed button")
	w.until("signed in by the passkey alone", `location.pathname === "/konto" && document.querySelector(".ways li time + time, .ways li")`, 20*time.Second)

	logout()
	w.open(p.url("/login?next=/moter"))
	w.write("input[name=user]", "vakt")
	w.write("input[name=password]", password+"\r")
	w.until("the second step", `location.pathname === "/login/steg"`, 20*time.Second)
	w.seen("steg")
	w.open(p.url("/login/steg?next=/moter&lang=nn"))
	w.seen("steg-nn")
	w.open(p.url("/login/steg?next=/moter&lang=nb"))
	w.write("input[name=code]", code(t, secret, 0)+"\r")
	w.until("signed in by password and code", `location.pathname === "/moter"`, 20*time.Second)

	w.open(p.url("/konto/bekreft"))
	w.seen("bekreft")
	w.click(".keyed button")
	w.until("confirmed by the passkey", `location.pathname === "/konto"`, 20*time.Second)
	w.allows("status of 422 (Unprocessable Entity) " + p.url("/konto/bekreft"))
	w.open(p.url("/konto/bekreft"))
	w.write("input[name=password]", password)
	w.write("input[name=code]", "000000\r")
	w.until("the password alone confirms nothing", `document.querySelector("input[name=code][aria-invalid=true]") && document.querySelector("#confirm-err").textContent !== ""`, 20*time.Second)
	w.seen("bekreft-feil")
	w.write("input[name=password]", password)
	w.write("input[name=code]", recovery+"\r")
	w.until("confirmed by password and recovery code", `location.pathname === "/konto"`, 20*time.Second)
	w.open(p.url("/kontoer"))
	w.seen("kontoer")

	if out := p.must("account", "reset-second", "vakt"); !strings.Contains(out, "taken away") {
		t.Errorf("reset: %s", out)
	}
	w.open(p.url("/konto"))
	w.until("the session has ended", `location.pathname === "/login"`, 20*time.Second)
	if log := p.log.String(); strings.Contains(log, strings.ReplaceAll(secret, " ", "")) || strings.Contains(log, link[strings.Index(link, "#")+1:]) || strings.Contains(log, password) {
		t.Error("the log has secrets")
	}
}
