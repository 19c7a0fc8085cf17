package server

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde"
)

var (
	formPattern   = regexp.MustCompile(`(?s)<form[^>]*>.*?</form>`)
	fieldPattern  = regexp.MustCompile(`(?s)<(input|button|textarea|select)[^>]*>`)
	listPattern   = regexp.MustCompile(`(?s)<select[^>]*>.*?</select>`)
	optionPattern = regexp.MustCompile(`<option[^>]*>`)
	attrPattern   = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
)

// formOf finds a page's form by the end of its action and returns action, hidden
// fields and what its lists stand at, as a browser without script would send them.
func (w *world) formOf(page, action string) (string, url.Values) {
	w.t.Helper()
	for _, form := range formPattern.FindAllString(page, -1) {
		head := attributes(form[:strings.Index(form, ">")])
		if !strings.HasSuffix(head["action"], action) || head["method"] != "post" {
			continue
		}
		fields := url.Values{}
		for _, f := range fieldPattern.FindAllString(form, -1) {
			if a := attributes(f); a["type"] == "hidden" {
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
	w := newWorld(t)
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
	live := func() kommunebilde.Picture {
		t.Helper()
		p, err := look{w.clerk.State(), kommunebilde.System("x"), time.Now()}.picture(kommunebilde.Live)
		must(t, err)
		return p
	}
	level := func(m kommunebilde.MunicipalityID) kommunebilde.Level {
		p := live()
		return p.Level(p.Row(m), p.Col("beredskap"))
	}

	submit("/moter", "/moter", url.Values{"title": {"Flom"}, "kind": {"preparedness"}, "invited": {"9901"}})
	meeting := live().Meetings()[0]
	if !meeting.Open() || meeting.Title != "Flom" {
		t.Fatalf("meeting %+v", meeting)
	}
	page := "/tavle/na?region=nord&valgt=9901.beredskap"
	res := submit(page, "/tavle/na/sett", url.Values{"level": {"red"}, "text": {"bru\r\nstengt"}, "reported_by": {"ordfører"}})
	if level("9901") != kommunebilde.Red || live().Cell(0, 0).Text != "bru\nstengt" || live().Cell(0, 0).ReportedBy != "ordfører" {
		t.Errorf("set: %+v", live().Cell(0, 0))
	}
	back, err := url.Parse(res.header.Get("X-Page"))
	must(t, err)
	if q := back.Query(); back.Path != "/tavle/na" || q.Get("region") != "nord" || q.Get("valgt") != "9901.beredskap" || q.Get("gjort") != "sett" {
		t.Errorf("leads to %s", back)
	}
	submit(page, "/tavle/na/angre", nil)
	if level("9901") != kommunebilde.NotAssessed {
		t.Errorf("undo: %s", level("9901"))
	}

	// The panel that the script fetches has the same form, and leads back to the
	// page it was opened on.
	res = w.get(account, "/panel?board=na&m=9902&c=beredskap", "Referer: "+w.url+page)
	to, fields := w.formOf(res.body, "/tavle/na/sett")
	fields.Set("level", "yellow")
	res = w.do("POST", to, fields.Encode(), "Cookie: "+w.as(account), "Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
	if res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/tavle/na?") || level("9902") != kommunebilde.Yellow {
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
	submit("/utgaver", "/utgave/2023/publiser", nil)
	submit("/utgaver", "/utgave/2022/rettelse", url.Values{"reason": {"feil i tall"}})
	submit("/utgaver", "/tavle/na/grunnlag", nil)

	account = "leser"
	submit("/konto", "/konto/passord", url.Values{"old": {testPassword}, "password": {"enda en lang setning"}})
}

// TestStrangeForms: fields by the thousand, other encodings, bytes that
// are no text.
func TestStrangeForms(t *testing.T) {
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
		"too long":    {strings.Repeat("a", loginLimit+1), "application/x-www-form-urlencoded", 413},
		"empty":       {"", "application/x-www-form-urlencoded", 401},
		"fields[0]=x": {"user[0]=moteleder&password[99999999]=" + url.QueryEscape(testPassword), "application/x-www-form-urlencoded", 401},
	} {
		if got := post(c.body, c.kind); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
