package server

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
	"kommunebilde/server/servertest"
)

var (
	formPattern   = regexp.MustCompile(`(?s)<form[^>]*>.*?</form>`)
	fieldPattern  = regexp.MustCompile(`(?s)<(input|button|textarea|select)[^>]*>`)
	listPattern   = regexp.MustCompile(`(?s)<select[^>]*>.*?</select>`)
	optionPattern = regexp.MustCompile(`<option[^>]*>`)
	attrPattern   = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
)

// formOf finds a page's form by the end of its action and returns action, hidden
// fields, ticked boxes and what its lists stand at, as a browser without script
// would send them.
func (w *world) formOf(page, action string) (string, url.Values) {
	w.t.Helper()
	for _, tag := range fieldPattern.FindAllString(page, -1) { // a button that sends another form elsewhere
		a := attributes(tag)
		if a["form"] == "" || !strings.HasSuffix(a["formaction"], action) || a["formaction"] == "" {
			continue
		}
		for _, form := range formPattern.FindAllString(page, -1) {
			if head := attributes(form[:strings.Index(form, ">")]); head["id"] == a["form"] {
				_, fields := w.formOf(form, head["action"])
				fields.Set(a["name"], a["value"])
				return a["formaction"], fields
			}
		}
	}
	for _, form := range formPattern.FindAllString(page, -1) {
		head := attributes(form[:strings.Index(form, ">")])
		if !strings.HasSuffix(head["action"], action) || head["method"] != "post" {
			continue
		}
		fields := url.Values{}
		for _, f := range fieldPattern.FindAllString(form, -1) {
			if a := attributes(f); a["type"] == "hidden" || a["type"] == "checkbox" && strings.Contains(f, " checked") {
				fields.Add(a["name"], a["value"])
			}
		}
		for _, list := range listPattern.FindAllString(form, -1) {
			if options := optionPattern.FindAllString(list, -1); len(options) > 0 {
				chosen := options[max(0, slices.IndexFunc(options, func(o string) bool { return strings.Contains(o, " selected") }))]
				fields.Add(attributes(list[:strings.Index(list, ">")])["name"], attributes(chosen)["value"])
			}
		}
		return head["action"], fields
	}
	w.t.Fatalf("no form to %s on the page:\n%.3000s", action, page)
	return "", nil
}

func attributes(tag string) map[string]string {
	out := map[string]string{}
	for _, m := range attrPattern.FindAllStringSubmatch(tag, -1) {
		out[m[1]] = html.UnescapeString(m[2])
	}
	return out
}

// TestPagesWorkWithoutScript goes through a meeting as a browser without script
// would: by the forms that the pages have, and back to the page each time.
func TestPagesWorkWithoutScript(t *testing.T) {
	t.Parallel()
	pack := servertest.Catalogue()
	pack = pack.Limited(map[domain.ColumnID]int{"beredskap": 6})
	w := newWorld(t, func(cfg *Config) {
		cfg.Pack = func() (domain.Catalogue, *domain.Map) { return pack, nil }
	})
	account := "moteleder"
	submit := func(page, action string, more url.Values) answer {
		t.Helper()
		res := w.get(account, page)
		if res.status != 200 {
			t.Fatalf("%s: %d", page, res.status)
		}
		to, fields := w.formOf(res.body, action)
		for name, values := range more {
			fields[name] = values
		}
		res = w.do("POST", to, fields.Encode(), "Cookie: "+w.as(account), "Origin: "+w.url, "Sec-Fetch-Site: same-origin", "Content-Type: application/x-www-form-urlencoded")
		if res.status != 303 {
			t.Fatalf("%s on %s: %d %s", action, page, res.status, res.body)
		}
		next := res.header.Get("Location")
		if res = w.get(account, next); res.status != 200 && res.status != 302 && res.status != 303 {
			t.Fatalf("%s leads to %s: %d", action, next, res.status)
		}
		res.header.Set("X-Page", next)
		return res
	}
	live := func() domain.Picture {
		t.Helper()
		p, err := edge.LookAs(w.clerk.State(), domain.System("x"), time.Now()).Picture(domain.Live)
		must(t, err)
		return p
	}
	level := func(m domain.MunicipalityID) domain.Level {
		p := live()
		return p.Level(p.Row(m), p.Col("beredskap"))
	}

	submit("/moter", "/moter", url.Values{"title": {"Flom"}, "kind": {"preparedness"}, "invited": {"9901"}})
	meeting := live().Meetings()[0]
	if !meeting.Open() || meeting.Title != "Flom" {
		t.Fatalf("meeting %+v", meeting)
	}
	page := "/tavle/na?region=nord&valgt=9901.beredskap"
	res := submit(page, "/tavle/na/sett", url.Values{"level": {"red"}, "text": {" bru\r\nsta\u030ar "}, "reported_by": {"A\u030asmund"}})
	if level("9901") != domain.Red || live().Cell(0, 0).Text != "bru\nstår" || live().Cell(0, 0).ReportedBy != "Åsmund" {
		t.Errorf("set: %+v", live().Cell(0, 0))
	}
	back, err := url.Parse(res.header.Get("X-Page"))
	must(t, err)
	if q := back.Query(); back.Path != "/tavle/na" || q.Get("region") != "nord" || q.Get("valgt") != "9901.beredskap" || q.Get("gjort") != "sett" {
		t.Errorf("leads to %s", back)
	}
	submit(page, "/tavle/na/angre", nil)
	if level("9901") != domain.NotAssessed {
		t.Errorf("undo: %s", level("9901"))
	}

	// The panel that the script fetches has the same form, and leads back to the
	// page it was opened on.
	res = w.get(account, "/panel?board=na&m=9902&c=beredskap", "Referer: "+w.url+page)
	to, fields := w.formOf(res.body, "/tavle/na/sett")
	fields.Set("level", "yellow")
	res = w.do("POST", to, fields.Encode(), "Cookie: "+w.as(account), "Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
	if res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/tavle/na?") || level("9902") != domain.Yellow {
		t.Errorf("panel's form: %d to %s, %s", res.status, res.header.Get("Location"), level("9902"))
	}
	res = w.get(account, "/panel?board=na&m=9902&c=beredskap", "Referer: https://evil.example/tavle/na?x=1")
	if _, fields := w.formOf(res.body, "/tavle/na/sett"); fields.Get("back") != "/tavle/na" {
		t.Errorf("a foreign page behind the panel: back to %s", fields.Get("back"))
	}

	submit("/mote/"+string(meeting.ID)+"/avslutt", "/avslutt", nil) // the levels above lack a reason
	if live().Meetings()[0].Open() {
		t.Error("the meeting is still open")
	}

	account = "redaktor"
	if res := w.form(account, "/tavle/na/grunnlag", url.Values{"edition": {string(draft)}}); res.status != 409 || live().Board().Base != edition {
		t.Errorf("an edition that is not published: %d, the live picture is on %s", res.status, live().Board().Base)
	}
	submit("/utgaver", "/utgave/2023/publiser", nil)
	submit("/utgaver", "/utgave/2022/rettelse", url.Values{"reason": {"feil i tall"}})
	submit("/utgaver", "/tavle/na/grunnlag", nil)
	_, err = w.clerk.Submit(t.Context(), domain.System("x"), "", domain.ApplyPack{Catalogue: live().Catalogue().Limited(map[domain.ColumnID]int{"beredskap": 0, "skole": 0})})
	must(t, err)
	if !live().Limitless() {
		t.Fatal("the picture has limits")
	}
	submit("/tavle/na", "/tavle/na/grunnlag", nil)
	if got := live().Catalogue().Limits(); got["beredskap"] != 6 {
		t.Errorf("limits of the pack: %v", got)
	}

	account = "leser"
	submit("/konto", "/konto/passord", url.Values{"old": {testPassword}, "password": {"enda en lang setning"}})
}

// TestStrangeForms: fields by the thousand, other encodings, bytes that
// are no text.
func TestStrangeForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	post := func(body, kind string) int {
		return w.do("POST", "/login", body, "Origin: "+w.url, "Content-Type: "+kind).status
	}
	for name, c := range map[string]struct {
		body, kind string
		want       int
	}{
		"multipart":   {"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415},
		"json":        {"{}", "application/json", 415},
		"bad escape":  {"user=%zz", "application/x-www-form-urlencoded", 400},
		"not UTF-8":   {"user=%ff", "application/x-www-form-urlencoded", 400},
		"too long":    {strings.Repeat("a", 4<<10+1), "application/x-www-form-urlencoded", 413},
		"empty":       {"", "application/x-www-form-urlencoded", 401},
		"fields[0]=x": {"user[0]=moteleder&password[99999999]=" + url.QueryEscape(testPassword), "application/x-www-form-urlencoded", 401},
	} {
		if got := post(c.body, c.kind); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
