package dashboard

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/about"
	"kommunebilde/dashboard/access"
	accountpages "kommunebilde/dashboard/accounts"
	editionpages "kommunebilde/dashboard/editions"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/overview"
	"kommunebilde/dashboard/wall"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/audit"
	"kommunebilde/domain/rollcall"
)

// pages makes every page there is, for one who may do all and one who may
// little, of the small county with its nasty texts.
func pages(t testing.TB, lang string) map[string]string {
	t.Helper()
	w, s := small(t), newSite(t)
	out := map[string]string{}
	put := func(name string) func([]byte, error) {
		return func(body []byte, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(name, err)
			}
			out[name] = string(body)
		}
	}
	ask := func(by domain.Actor, b domain.BoardID, path string) kit.Request {
		r := w.request(by, b, path)
		r.Lang = lang
		r.RightsOn = func(b domain.BoardID) domain.Rights { return domain.RightsOf(w.s, by, b, w.now) }
		return r
	}
	live, edition, public := w.picture(leader, domain.Live), w.picture(reader, "2022"), w.picture(nobody, "2022")
	put("overview lead")(overview.Overview(s, ask(leader, domain.Live, "/tavle/na"), live, kit.Filter{M: "0003", C: "samfunnssikkerhet"}))
	put("overview now")(overview.Overview(s, ask(reader, domain.Live, "/tavle/na"), live, kit.Filter{}))
	put("overview past")(overview.Overview(s, ask(reader, domain.Live, "/tavle/na?at=x"), live, kit.Filter{At: w.now.Add(-10 * time.Minute)}))
	put("overview empty")(overview.Overview(s, ask(reader, domain.Live, "/tavle/na"), live, kit.Filter{Region: "sor", Area: "plan", Levels: []domain.Level{domain.Red}}))
	put("overview edition")(overview.Overview(s, ask(reader, "2022", "/tavle/2022"), edition, kit.Filter{M: "0001", C: "samfunnssikkerhet"}))
	put("overview public")(overview.Overview(s, ask(nobody, "2022", "/utgave/2022"), public, kit.Filter{}))
	put("indicators public")(overview.Overview(s, ask(nobody, "2022", "/utgave/2022"), public, kit.Filter{View: kit.ViewDepth}))
	put("panel")(overview.Panel(s, ask(leader, domain.Live, "/tavle/na"), live, "0003", "samfunnssikkerhet", kit.Filter{}))
	put("municipality")(overview.Municipality(s, ask(reader, "2022", "/kommune/0001"), edition, &live, "0001", time.Time{}, nil))
	put("municipality public")(overview.Municipality(s, ask(nobody, "2022", "/kommune/0002"), public, nil, "0002", time.Time{}, nil))
	put("municipality now")(overview.Municipality(s, ask(reader, domain.Live, "/kommune/0003"), live, &live, "0003", time.Time{}, nil))
	put("area")(overview.Area(s, ask(reader, "2022", "/omrade/helse"), edition, "helse", kit.Filter{}))
	put("region")(overview.Region(s, ask(reader, domain.Live, "/region/nord"), live, "nord", kit.Filter{}))
	put("wall")(wall.Wall(s, ask(reader, domain.Live, "/skjerm"), live, wall.Options{}))
	put("wall edition")(wall.Wall(s, ask(nobody, "2022", "/skjerm"), public, wall.Options{Area: "plan", Inches: 55, Metres: 6}))
	put("meetings")(meetings.Meetings(s, ask(leader, domain.Live, "/moter"), live, "", ""))
	put("meeting")(meetings.Meeting(s, ask(leader, domain.Live, "/mote/m1"), live, "m1", meetings.MeetingOptions{}))
	put("console closed")(meetings.Closed(s, ask(leader, domain.Live, "/konsoll/m1"), live, "m1"))
	report := rollcall.OwnReport{At: w.now, Municipality: "0001", Cells: []domain.CellSet{{Municipality: "0001", Column: "helse", Level: domain.Red, Text: domain.NewText(nasty)}}}
	put("meeting closed")(meetings.Ended(s, ask(leader, domain.Live, "/mote/m1"), "m1", rollcall.ClosedMeeting{
		Kind: domain.KindLive, Catalogue: live.Catalogue(), ClosedAt: w.now.Add(-48 * time.Hour), Reports: []rollcall.OwnReport{report, {At: w.now, Municipality: "0001"}},
	}))
	put("editions")(editionpages.Editions(s, ask(editor, "2022", "/utgaver")))
	put("login")(accountpages.Login(s, ask(nobody, "2022", "/login"), accountpages.LoginForm{User: nasty, Next: "/tavle/na", Err: kit.WrongField("user"), Wait: 3 * time.Second}))
	own := accountpages.Steps{Passkeys: []accounts.Passkey{{Name: nasty, Created: w.now, Used: w.now}}, TOTP: true, Password: true, Fresh: true, Invited: w.now}
	put("step")(accountpages.Step(s, ask(nobody, "2022", "/login/steg"), accountpages.StepForm{Next: "/tavle/na", TOTP: true, Passkeys: true, Err: kit.WrongField("code")}))
	put("confirm")(accountpages.Confirm(s, ask(leader, domain.Live, "/konto/bekreft"), own, accountpages.StepForm{Next: "/konto"}))
	put("totp")(accountpages.TOTP(s, ask(leader, domain.Live, "/konto/app"), "ABCDEFGHIJKLMNOP", "otpauth://totp/x:"+url.PathEscape(nasty)+"?secret=ABCD", nil))
	put("codes")(accountpages.Codes(s, ask(leader, domain.Live, "/konto/koder"), []string{"aaaa-bbbb-cccc-dddd"}))
	put("invite")(accountpages.Invite(s, ask(nobody, "2022", accountpages.InvitePath), nil))
	put("invited")(accountpages.Invited(s, ask(admin, domain.Live, "/kontoer/inviter"), []accountpages.Invitation{{Account: accounts.Account{ID: "a", Name: nasty}, Link: nasty, Ends: w.now}}, live.Catalogue()))
	put("account not fresh")(accountpages.Account(s, ask(admin, domain.Live, "/konto"), nil, accountpages.Steps{Password: true}))
	put("account")(accountpages.Account(s, ask(leader, domain.Live, "/konto"), []accounts.Session{{Token: true, Label: nasty, Created: w.now, Seen: w.now}, {Created: w.now, Seen: w.now}}, own))
	person := accounts.Account{ID: "a", Name: nasty, Grants: leader.Grants, Created: w.now}
	seen := func(domain.AccountID) time.Time { return w.now }
	put("accounts")(accountpages.Accounts(s, ask(admin, domain.Live, "/kontoer"), accountpages.AccountsPage{
		Accounts: []accounts.Account{person}, Seen: seen, Steps: func(domain.AccountID) accountpages.Steps { return own }, Catalogue: live.Catalogue(),
	}))
	put("person")(accountpages.Person(s, ask(admin, domain.Live, "/kontoer/a"), accountpages.PersonPage{
		Account: person, Sessions: []accounts.Session{{Token: true, Label: nasty, Created: w.now, Seen: w.now}}, Seen: w.now, Steps: own, Catalogue: live.Catalogue(), Token: nasty,
	}))
	put("contacts")(accountpages.Contacts(s, ask(admin, domain.Live, "/kontoer/kontakter"), []accountpages.NewContact{{ID: "a", Name: nasty, Municipality: "0001"}}, "2026-12-31", live.Catalogue()))
	put("faults")(accountpages.ContactFaults(s, ask(admin, domain.Live, "/kontoer/kontakter"), []kit.Fault{{Sheet: nasty, Value: nasty, Code: "level.unknown", Near: nasty}}, 2))
	put("audit")(access.Audit(s, ask(admin, domain.Live, "/sporing"), access.AuditPage{
		Who: nasty, From: "2022-11-01", Err: kit.WrongField("fra"), Older: 17, Later: true, Places: live.Catalogue().Municipalities,
		Accounts: []accounts.Account{{ID: "a", Name: nasty}},
		Traces: []access.AuditTrace{
			{Trace: audit.Trace{Seq: 20, At: w.now, What: audit.InternalRead, Who: "a", From: "10.0.0.1", Board: "2022", Municipality: "0001", Count: 3}},
			{Trace: audit.Trace{Seq: 19}, Altered: true},
			{Trace: audit.Trace{Seq: 18, At: w.now, What: audit.Backup, Who: "system:drift"}},
			{Trace: audit.Trace{Seq: 17, At: w.now, What: audit.Pruned, Upto: &audit.End{Seq: 9}, Count: 9}},
		},
	}))
	more := meetingPages(t, s, lang)
	for name := range more {
		out[name] = more[name]
	}
	put("about")(about.About(s, ask(nobody, "2022", "/om")))
	put("error")(about.Error(s, ask(nobody, "2022", "/x"), 422, &domain.Error{Code: domain.Invalid, Msg: "municipality.unknown", Args: []string{nasty}}))
	return out
}

var (
	styled  = regexp.MustCompile(`(?i)<[^>]*\sstyle\s*=|<style`)
	handler = regexp.MustCompile(`(?i)<[a-z][^>"]*("[^"]*"[^>"]*)*\son[a-z]+\s*=`)
	script  = regexp.MustCompile(`(?i)<script([^>]*)>`)
	foreign = regexp.MustCompile(`(?i)<(?:script|img|iframe|link|object|embed|source|video|audio)[^>]*(?:src|href)="(?:https?:)?//`)
)

// Content-Security-Policy allows no inline style or script, and nothing comes
// from another host.
func TestPagesKeepTheContentPolicy(t *testing.T) {
	for name, page := range pages(t, "nb") {
		if m := styled.FindString(page); m != "" {
			t.Errorf("%s: inline style: %.80s", name, m)
		}
		if m := handler.FindString(page); m != "" {
			t.Errorf("%s: inline handler: %.120s", name, m)
		}
		for _, m := range script.FindAllStringSubmatch(page, -1) {
			if !strings.Contains(m[1], ` src="/static/`) && !strings.Contains(m[1], `type="application/json"`) {
				t.Errorf("%s: inline script: %s", name, m[0])
			}
		}
		if m := foreign.FindString(page); m != "" {
			t.Errorf("%s: loads from elsewhere: %s", name, m)
		}
	}
}

// What a person wrote comes out as text.
func TestTextsStayTexts(t *testing.T) {
	for _, lang := range kit.Languages() {
		for name, page := range pages(t, lang) {
			for _, bad := range []string{"<img src=x", "onerror=alert(1)>\"", "</script><img", "ZgotmplZ", "<no value>"} {
				if strings.Contains(page, bad) {
					i := strings.Index(page, bad)
					t.Errorf("%s, %s: %q in the markup: …%s…", name, lang, bad, page[max(0, i-60):min(len(page), i+60)])
				}
			}
			if strings.Contains(name, "lead") && !strings.Contains(page, "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&#34;&#39;&amp;`{{.}} 🚒") {
				t.Errorf("%s: the text is not there as text", name)
			}
		}
	}
}

// Pages are balanced: every element that is opened is closed, in order.
func TestPagesAreWellFormed(t *testing.T) {
	void := regexp.MustCompile(`<(meta|link|input|br)\b((?:[^>"]|"[^"]*")*)>`)
	flag := regexp.MustCompile(` (hidden|selected|required|defer|data-out|data-map|data-selected|data-part|data-off|data-solo|data-here|data-done|data-last|data-stale|data-must|data-zero|data-exercise|data-withdrawn|checked|disabled|readonly)([ />])`)
	for name, page := range pages(t, "nb") {
		page = strings.Replace(page, "<!doctype html>", "", 1)
		page = regexp.MustCompile(`(?s)<script type="application/json".*?</script>`).ReplaceAllString(page, "")
		page = void.ReplaceAllString(page, "<$1$2/>")
		for range 3 {
			page = flag.ReplaceAllString(page, ` $1=""$2`)
		}
		page = strings.ReplaceAll(page, "&nbsp;", " ")
		d := xml.NewDecoder(strings.NewReader(page))
		ids := map[string]bool{}
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				at := int(d.InputOffset())
				t.Errorf("%s: %v near …%s", name, err, page[max(0, at-200):min(len(page), at)])
				break
			}
			if e, ok := token.(xml.StartElement); ok {
				for _, a := range e.Attr {
					if a.Name.Local == "id" {
						if ids[a.Value] {
							t.Errorf("%s: id %q twice", name, a.Value)
						}
						ids[a.Value] = true
					}
				}
			}
		}
	}
}

// A page that is kept for others holds nobody's name, token or request.
func TestCachedPagesHoldNobody(t *testing.T) {
	w, s := small(t), newSite(t)
	r := w.request(leader, domain.Live, "/tavle/na")
	r.User.Name = "Kari Nordmann"
	r.Token, r.RequestID, r.Cacheable, r.Notice = "hemmelig-token", "request-77", true, "sett"
	live, edition := w.picture(leader, domain.Live), w.picture(leader, "2022")
	for name, make := range map[string]func() ([]byte, error){
		"overview": func() ([]byte, error) { return overview.Overview(s, r, live, kit.Filter{}) },
		"selected": func() ([]byte, error) {
			return overview.Overview(s, r, live, kit.Filter{M: "0003", C: "samfunnssikkerhet"})
		},
		"municipality": func() ([]byte, error) { return overview.Municipality(s, r, edition, &live, "0001", time.Time{}, nil) },
		"area":         func() ([]byte, error) { return overview.Area(s, r, live, "helse", kit.Filter{}) },
		"region":       func() ([]byte, error) { return overview.Region(s, r, live, "nord", kit.Filter{}) },
		"editions":     func() ([]byte, error) { return editionpages.Editions(s, r) },
	} {
		page, err := make()
		if err != nil {
			t.Fatal(name, err)
		}
		for _, private := range []string{"Kari Nordmann", "hemmelig-token", "request-77", `data-user="kari"`, "K. Moen", "Statusen er lagret"} {
			if strings.Contains(string(page), private) {
				t.Errorf("%s holds %q", name, private)
			}
		}
		if strings.Contains(string(page), `data-changed="recent"`) {
			t.Errorf("%s depends on the clock", name)
		}
	}
	r.Cacheable = false
	page, err := overview.Overview(s, r, live, kit.Filter{M: "0003", C: "samfunnssikkerhet"})
	if err != nil || !strings.Contains(string(page), "Kari Nordmann") || !strings.Contains(string(page), "hemmelig-token") || !strings.Contains(string(page), `data-changed="recent"`) {
		t.Error("a page of one's own holds neither name nor token")
	}
}

// Who may not set levels gets no keys; who leads without a meeting is told what
// to do first.
func TestKeysAreForWhoMaySet(t *testing.T) {
	w, s := small(t), newSite(t)
	selection := "valgt=0003.samfunnssikkerhet"
	if page := overviewOf(t, s, w, leader, domain.Live, selection); !strings.Contains(page, `action="/tavle/na/sett"`) ||
		!strings.Contains(page, `name="cell" value="0003.samfunnssikkerhet"`) || !strings.Contains(page, `data-key="3"`) || !strings.Contains(page, `name="meeting" value="m1"`) {
		t.Error("a lead in a meeting has no keys")
	}
	for _, c := range []struct {
		by    domain.Actor
		board domain.BoardID
		query string
	}{{reader, domain.Live, selection}, {leader, domain.Live, selection + "&at=2022-11-14T10:41:00"}, {leader, "2022", selection}, {nobody, "2022", selection}} {
		if page := overviewOf(t, s, w, c.by, c.board, c.query); strings.Contains(page, `<form id="set"`) || strings.Contains(page, "/angre") {
			t.Errorf("%s has keys on %s?%s", c.by.ID, c.board, c.query)
		}
	}
	w.do(leader, domain.CloseMeeting{Meeting: "m1", Unexplained: true})
	page := overviewOf(t, s, w, leader, domain.Live, selection)
	if strings.Contains(page, `<form id="set"`) || !strings.Contains(page, "Åpne et møte for å sette status") {
		t.Error("without a meeting a lead is not told to open one")
	}
}

// The public sees no person, and no live layer.
func TestPublicPagesShowNoPersons(t *testing.T) {
	for name, page := range pages(t, "nb") {
		if !strings.Contains(name, "public") {
			continue
		}
		for _, private := range []string{"I. Berg", "K. Moen", "redaktor", `data-live="/live"`, "/moter", "/tavle/na"} {
			if strings.Contains(page, private) {
				t.Errorf("%s shows %q", name, private)
			}
		}
	}
}

// Demo data says so on every page, in the title too.
func TestDemoSaysSo(t *testing.T) {
	for name, page := range pages(t, "nb") {
		if name == "panel" {
			continue
		}
		title, _, _ := strings.Cut(page, "</title>")
		if !strings.HasSuffix(title, "Demodata") || !strings.Contains(page, "Demodata – ikke Statsforvalterens vurdering") {
			t.Errorf("%s does not say that it is demo data", name)
		}
	}
}

// Names that the pack has not translated are marked as what they are.
func TestUntranslatedNamesSayTheirLanguage(t *testing.T) {
	page := pages(t, "en")["overview now"]
	for _, want := range []string{`<html lang="en"`, `<option value="plan" lang="nb">Plan</option>`, `<option value="helse">Health</option>`} {
		if !strings.Contains(page, want) {
			t.Errorf("missing %s", want)
		}
	}
}

func TestErrorsTellUsersOnlyWhatIsForThem(t *testing.T) {
	s := newSite(t)
	page, err := about.Error(s, kit.Request{RequestID: "abc"}, 500, errors.New("open /var/data: secret"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(page), "secret") || !strings.Contains(string(page), "Noe gikk galt hos oss") || !strings.Contains(string(page), "Referanse: abc") {
		t.Error("an internal error is told wrongly")
	}
	if got := s.Say("nn", &domain.Error{Code: domain.Conflict, Msg: "no.such.word", Err: errors.New("secret")}); got != "Nokon andre var først ute." {
		t.Errorf("an unknown refusal says %q", got)
	}
}

// A wall's letters are at least 16 arc-minutes for every size and distance.
func TestWallLettersAreReadable(t *testing.T) {
	if got := (wall.Options{}).Class(); got != "wall k100" {
		t.Errorf("65 inches at 5 m: %s", got)
	}
	css, err := os.ReadFile("wall/wall.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, inches := range []float64{43, 55, 65, 75, 86, 98} {
		for _, metres := range []float64{2, 3, 4, 5, 6, 8} {
			o := wall.Options{Inches: inches, Metres: metres}
			class := strings.TrimPrefix(o.Class(), "wall ")
			m := regexp.MustCompile(`\.` + class + ` \{ --k: ([0-9.]+); \}`).FindStringSubmatch(string(css))
			if m == nil {
				t.Fatalf("%s has no style", class)
			}
			var k float64
			if _, err := fmt.Sscan(m[1], &k); err != nil {
				t.Fatal(err)
			}
			// 44 px of type at 1920 × 1080; a capital is 0.72 of it.
			mm := k * 44 * 0.72 * inches * 25.4 * 16 / 18.3576 / 1920
			minutes := mm / (metres * 1000) * 180 / 3.14159265 * 60
			if minutes < 16 && k < 1.6 {
				t.Errorf("%v inches at %v m: %.1f arc-minutes", inches, metres, minutes)
			}
		}
	}
}
