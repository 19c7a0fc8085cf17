//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"kommunebilde/server/auth/authtest"
)

// withLogins starts the program with the first n of three login providers, all
// of them one real provider on loopback.
func withLogins(t *testing.T, n int) (*program, *authtest.Provider) {
	t.Helper()
	addr := freePort(t)
	public := "http://" + addr
	const tenant = "11111111-2222-3333-4444-555555555555"
	at, err := authtest.Start(
		authtest.Client{
			ID: "kb", Secret: "hemmelig", AfterLogout: []string{public + "/login"},
			Redirects: []string{public + "/login/entra/svar", public + "/login/ansattporten/svar", public + "/login/annen/svar"},
		},
		authtest.Person{Name: "Kari Moen", Password: "k", Subject: "sub-kari", ACR: "high", Claims: map[string]any{
			"tid": tenant, "oid": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "roles": []string{"KB.Leder"},
			"authorization_details": []any{map[string]any{"type": "t", "resource": "r", "reportees": []any{
				map[string]any{"ID": "0192:974760673"}, map[string]any{"ID": "0192:889640782"}}}},
		}},
		authtest.Person{Name: "Ola Berg", Password: "o", Subject: "sub-ola", ACR: "high", Claims: map[string]any{
			"tid": tenant, "oid": "aaaaaaaa-bbbb-cccc-dddd-ffffffffffff"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(at.Stop)
	all := []map[string]any{
		{"id": "entra", "kind": "entra", "name": map[string]string{"nb": "Entra ID"}, "button": map[string]string{"nb": "Logg inn som ansatt", "nn": "Logg inn som tilsett"},
			"hint":    map[string]string{"nb": "Statsforvalterens konto (Entra ID)", "nn": "Kontoen hos Statsforvaltaren (Entra ID)"},
			"tenants": []string{tenant}, "roles": map[string]any{"KB.Leder": []any{map[string]string{"role": "moteleder"}}}},
		{"id": "ansattporten", "kind": "ansattporten", "name": map[string]string{"nb": "Ansattporten"}, "button": map[string]string{"nb": "Logg inn som kommune"},
			"hint": map[string]string{"nb": "Ansattporten, gir tilgang til egen kommune", "nn": "Ansattporten, gir tilgang til eigen kommune"},
			"acr":  []string{"high"}, "authorization_details": []any{map[string]string{"type": "t", "resource": "r"}},
			"organisations": map[string]string{"974760673": "3434", "889640782": "3433"}},
		{"id": "annen", "kind": "generic", "name": map[string]string{"nb": "Helsenett"}},
	}
	dir := t.TempDir()
	for _, one := range all {
		one["issuer"], one["client_id"], one["client_secret_file"] = at.Issuer, "kb", "hemmelig"
	}
	text, err := json.Marshal(map[string]any{"providers": all[:n]})
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{"oidc.json": string(text), "hemmelig": "hemmelig\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return demoAt(t, addr, public, "-oidc", filepath.Join(dir, "oidc.json")), at
}

// throughProvider follows a button of the login page and signs in where it leads.
func (w *tab) throughProvider(button, name string) {
	w.t.Helper()
	w.click(fmt.Sprintf("a[href^='/login/%s']", button))
	w.until("the provider asks who it is", `document.title === "Prøveporten"`, 20*time.Second)
	w.write("input[name=username]", name)
	w.write("input[name=password]", strings.ToLower(name[:1])+"\r")
}

// TestLoginByProvider: a person signs in at a provider, comes where they wanted,
// signs out here and there; who has no access is told; who may come for two
// municipalities chooses; and a provider that is gone keeps nobody out.
func TestLoginByProvider(t *testing.T) {
	t.Parallel()
	p, at := withLogins(t, 3)
	c := sharedChromium(t)
	w := c.tab("kari", 1280, 900)
	w.allows("favicon.ico") // the provider has none
	w.open(p.url("/konto"))
	w.until("the login page", `document.querySelector("a[href='/login/entra?next=%2Fkonto']")`, 20*time.Second)
	w.throughProvider("entra", "Kari Moen")
	w.until("signed in where she wanted to go", `location.pathname === "/konto" && document.querySelector(".top .user").textContent.includes("Kari")`, 20*time.Second)
	if got := eval[string](w, `document.querySelector(".top .user").textContent.trim()`); got != "Kari Moen" {
		t.Errorf("the page calls her %q", got)
	}
	if got := eval[string](w, `document.cookie`); got != "" {
		t.Errorf("a script reads the cookies %q", got)
	}
	if page := eval[string](w, `document.querySelector("main").innerText`); !strings.Contains(page, "Du logger inn hos Entra ID") || strings.Contains(page, "Bytt passord") {
		t.Errorf("her account: %s", page)
	}
	w.axe("one's account")
	w.click("form[action='/logout'] button")
	w.until("signed out, and back from the provider", `location.pathname === "/login" && document.querySelector("a[href='/login/entra']")`, 20*time.Second)
	if eval[bool](w, `!!document.body.dataset.user`) {
		t.Error("still signed in")
	}

	w.throughProvider("entra", "Ola Berg")
	w.until("it says that he has no access", `document.querySelector("[role=alert]")?.innerText.includes("har ingen tilgang her")`, 20*time.Second)
	if at := eval[string](w, `location.href`); strings.Contains(at, "code=") || strings.Contains(at, "state=") {
		t.Errorf("the code stays in the address: %s", at)
	}
	w.axe("refused")

	w.open(p.url("/login"))
	w.throughProvider("ansattporten", "Kari Moen")
	w.until("which municipality", `document.querySelectorAll("main button").length === 2`, 20*time.Second)
	w.axe("choose a municipality")
	w.click("button[value='3434']")
	w.until("signed in for Lom", `document.body.dataset.user`, 20*time.Second)
	w.open(p.url("/konto"))
	w.click("form[action='/logout'] button")
	w.until("signed out", `location.pathname === "/login" && !document.body.dataset.user`, 20*time.Second)

	at.Stop()
	p.wait("the page says that the provider is gone", 30*time.Second, func() bool {
		w.open(p.url("/login"))
		return eval[bool](w, `document.querySelector("main").innerText.match(/Entra ID svarer ikke nå\.[^]*Lokal innlogging virker\./) !== null`)
	})
	w.axe("provider down")
	w.login(p, "leser")
}

// TestLoginByProviderWithoutScript: nothing of it needs any.
func TestLoginByProviderWithoutScript(t *testing.T) {
	t.Parallel()
	p, _ := withLogins(t, 1)
	w := sharedChromium(t).tab("kari", 390, 844)
	w.allows("favicon.ico")
	w.withoutScript()
	w.open(p.url("/login"))
	w.throughProvider("entra", "Kari Moen")
	w.until("signed in", `document.body.dataset.user`, 20*time.Second)
}

// TestLoginPages: the login page with none, one and three providers, at phone
// and desk width, in both themes. KB_SHOTS keeps the pictures.
func TestLoginPages(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("KB_SHOTS")
	c := sharedChromium(t)
	for _, n := range []int{0, 1, 3} {
		var p *program
		var at *authtest.Provider
		if n > 0 {
			p, at = withLogins(t, n)
		} else {
			p = demo(t)
		}
		w := c.tab(fmt.Sprint(n, " providers"), 1280, 900)
		look := func(name, lang string) {
			for _, theme := range []string{"light", "dark"} {
				w.dark(theme == "dark")
				for _, size := range [][2]int64{{390, 844}, {1280, 900}} {
					w.do(chromedp.EmulateViewport(size[0], size[1]))
					w.open(p.url("/login?lang=" + lang))
					full := fmt.Sprintf("login-%d%s-%s-%d-%s", n, name, lang, size[0], theme)
					if theme == "light" {
						w.axe(full)
					} else if size[0] == 390 {
						w.axe(full, ofColours...)
					}
					if over := eval[float64](w, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
						t.Errorf("%s scrolls %v px sideways", full, over)
					}
					if dir != "" {
						w.shot(filepath.Join(dir, full+".png"))
					}
				}
			}
		}
		look("", "nb")
		if n == 3 {
			look("", "nn")
			at.Stop()
			p.wait("the page says so", 30*time.Second, func() bool {
				w.open(p.url("/login"))
				return eval[bool](w, `!!document.querySelector(".way .err")`)
			})
			look("-down", "nb")
		}
	}
}
