package server

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
)

func TestAuditPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, role := range []string{"", "leser", "redaktor", "moteleder", "kommune", "fagansvarlig"} {
		for _, path := range []string{"/sporing", "/sporing/eksport"} {
			if got, unknown := w.get(role, path), w.get(role, "/finnes-ikke"); got.status != 404 || got.body != unknown.body {
				t.Errorf("%s %s: %d", role, path, got.status)
			}
		}
	}
	if got := w.get("leser", "/kommune/9901?board=2023"); got.status != 200 {
		t.Fatal(got.status)
	}
	w.get("moteleder", "/eksport?board=2022")
	w.traces(0, 13) // ten refusals, the draft and what it is now, the export
	all := w.get("admin", "/sporing")
	for _, word := range []string{"Upublisert utgave lest", "Utgave 2023", "Aby", "Navn leser", "127.0.0.1", "Eksportert", "/sporing/eksport?format=csv"} {
		if !strings.Contains(all.body, word) {
			t.Errorf("the page lacks %q", word)
		}
	}
	one := w.get("admin", "/sporing?hva=export&hvem=moteleder&tavle=2022")
	if n := strings.Count(one.body, `<th scope="row">`); n != 1 || !strings.Contains(one.body, "CSV") {
		t.Errorf("%d lines", n)
	}
	for path, status := range map[string]int{
		"/sporing?hva=finnes-ikke": 422, "/sporing?fra=i+g%C3%A5r": 422, "/sporing?fra=2026-02-01&til=2026-01-01": 422, "/sporing?eldre=x": 422,
		"/sporing?fra=2020-01-01&til=2020-01-02": 200, "/sporing?hvem=%3Cscript%3E": 200, "/sporing/eksport?format=xml": 422,
	} {
		if got := w.get("admin", path); got.status != status || strings.Contains(got.body, "<script>") {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := w.get("admin", "/sporing?fra=2020-01-01&til=2020-01-02&lang=nn"); !strings.Contains(got.body, "Ingen oppføringar.") {
		t.Error("a day without any")
	}
	if got := w.traces(0, 14); !slices.ContainsFunc(got, func(one audit.Trace) bool {
		return one.What == audit.AuditRead && one.Who == "admin"
	}) {
		t.Error("reading it leaves nothing")
	}
}

// TestAuditExportCanBeChecked: whoever has the file recomputes the chain.
func TestAuditExportCanBeChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 5 {
		w.get("moteleder", "/eksport?board=2022")
	}
	got := w.get("admin", "/sporing/eksport?format=jsonl")
	if got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment; filename=\"sporing-") {
		t.Fatal(got.status, got.header)
	}
	lines := strings.Split(strings.TrimSpace(got.body), "\n")
	slices.Reverse(lines)
	var prev domain.Hash
	for i, line := range lines {
		var l struct {
			Seq        int
			Prev, Hash domain.Hash
			Trace      json.RawMessage
		}
		must(t, json.Unmarshal([]byte(line), &l))
		if l.Seq != i+1 || l.Prev != prev || domain.ChainHash(prev, l.Trace) != l.Hash {
			t.Errorf("line %d: %s", i, line)
		}
		prev = l.Hash
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, `"audit-jsonl"`) {
		t.Errorf("the export is not in it: %s", last)
	}
	csv := w.get("admin", "/sporing/eksport?hva=export")
	if rows := strings.Count(csv.body, "\r\n"); rows != 1+5+2 || !strings.HasPrefix(csv.body, "\ufeffNr.;Tid;Hva;") {
		t.Errorf("%d rows: %.200s", rows, csv.body)
	}
}

// TestChangesAndExportsLeaveExactlyOne walks the table: each address that leaves
// a trace nobody may miss is tried, and leaves that one.
func TestChangesAndExportsLeaveExactlyOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.planned()
	w.as("admin")
	w.as("leser")
	meeting := w.openMeeting()
	screen, err := w.auth.AddScreen(t.Context(), "admin", "Foaje", domain.Live, "/tavle/na?vis=skjerm")
	must(t, err)
	token := w.token("moteleder")
	session := func(account string) string { return w.auth.Sessions(domain.AccountID(account))[0].Key.String() }
	type try struct {
		do   func() answer
		want audit.Trace
	}
	get := func(path string) func() answer { return func() answer { return w.get("admin", path) } }
	form := func(by, path string, f url.Values) func() answer {
		return func() answer { return w.form(by, path, f) }
	}
	given := func(path, format string) try {
		return try{get("/utgave/arbeid/" + path + "." + format), audit.Trace{What: "export", Who: "admin", Board: "arbeid", Detail: format}}
	}
	tries := map[string]try{
		"GET /utgave/:board/utgave.csv": given("utgave", "csv"), "GET /utgave/:board/utgave.json": given("utgave", "json"),
		"GET /utgave/:board/vurdering/:area.csv": given("vurdering/beredskap", "csv"), "GET /utgave/:board/vurdering/:area.json": given("vurdering/beredskap", "json"),
		"GET /kommune/:id/kunnskap/eksport":  {get("/kommune/9901/kunnskap/eksport?format=json"), audit.Trace{What: "export", Who: "admin", Board: "na", Municipality: "9901", Detail: "json"}},
		"GET /eksport":                       {get("/eksport?board=2023&format=json"), audit.Trace{What: "export", Who: "admin", Board: "2023", Detail: "json"}},
		"GET /kommune/:id.pdf":               {get("/kommune/9901.pdf?board=2023"), audit.Trace{What: "export", Who: "admin", Board: "2023", Municipality: "9901", Detail: "pdf"}},
		"GET /mote/:id/eksport":              {get("/mote/" + string(meeting) + "/eksport?format=json"), audit.Trace{What: "export", Who: "admin", Board: "na", Detail: "json"}},
		"GET /forskjeller/:board/eksport":    {get("/forskjeller/na/eksport"), audit.Trace{What: "export", Who: "admin", Board: "na", Detail: "csv"}},
		"GET /oyeblikksbilde/:board.html":    {get("/oyeblikksbilde/na.html"), audit.Trace{What: "snapshot", Who: "admin", Board: "na"}},
		"GET /sporing/eksport":               {get("/sporing/eksport"), audit.Trace{What: "export", Who: "admin", Detail: "audit-csv"}},
		"GET /utgave/:board/oppsett/eksport": {get("/utgave/planlagt/oppsett/eksport?format=json"), audit.Trace{What: "export", Who: "admin", Board: "planlagt", Detail: "json"}},
		"POST /login": {func() answer {
			return w.do("POST", "/login", url.Values{"user": {" Leser "}, "password": {testPassword}}.Encode(), "Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
		}, audit.Trace{What: "login", Who: "leser", Detail: "password"}},
		"POST /kontoer/sperr": {form("admin", "/kontoer/sperr", url.Values{"account": {"offentlig-2"}, "disabled": {"yes"}}), audit.Trace{What: "account_disabled", Who: "admin", Whom: "offentlig-2"}},
		"POST /skjermer/vis":  {form("admin", "/skjermer/vis", url.Values{"screen": {string(screen)}, "board": {"na"}}), audit.Trace{What: "screen_changed", Who: "admin", Whom: screen, Board: "na"}},
		"POST /skjermer/navn": {form("admin", "/skjermer/navn", url.Values{"screen": {string(screen)}, "name": {"Inngangen"}}), audit.Trace{What: "screen_changed", Who: "admin", Whom: screen}},
		"POST /skjermer/par": {func() answer {
			code := w.newWall().code()
			return w.form("admin", "/skjermer/par", url.Values{"code": {code}, "name": {"Ny"}, "board": {"na"}})
		}, audit.Trace{What: "screen_paired", Who: "admin", Board: "na"}},
		"POST /konto/avslutt": {func() answer {
			return w.form("leser", "/konto/avslutt", url.Values{"session": {session("leser")}})
		}, audit.Trace{What: "session_ended", Who: "leser", Whom: "leser"}},
	}
	var app string // the secret of somebody's app
	w.as("redaktor")
	person := func(path, detail string, what audit.Kind, f url.Values) try {
		return try{form("admin", "/kontoer/leser"+path, f), audit.Trace{What: what, Who: "admin", Whom: "leser", Detail: detail}}
	}
	for address, one := range map[string]try{
		"POST /kontoer": {form("admin", "/kontoer", url.Values{"account": {"ny"}, "name": {"Ny Person"}, "role": {"leser"}}), audit.Trace{What: "account_added", Who: "admin", Whom: "ny"}},
		"POST /kontoer/kontakter/opprett": {form("admin", "/kontoer/kontakter/opprett", url.Values{"account": {"aby"}, "name": {"Kontakt Person"}, "m": {"9901"}}),
			audit.Trace{What: "account_added", Who: "admin", Whom: "aby"}},
		"POST /kontoer/:id/navn":         person("/navn", "", "account_renamed", url.Values{"name": {"Nytt Navn"}}),
		"POST /kontoer/:id/roller":       person("/roller", "given:kommune", "grants_changed", url.Values{"role": {"kommune"}, "municipality": {"9902"}}),
		"POST /kontoer/:id/roller/fjern": person("/roller/fjern", "taken:kommune", "grants_changed", url.Values{"role": {"kommune"}, "municipality": {"9902"}}),
		"POST /kontoer/:id/avslutt":      person("/avslutt", "all", "session_ended", url.Values{}),
		"POST /kontoer/:id/inviter":      person("/inviter", "", "invited", url.Values{}),
		"POST /kontoer/:id/nullstill":    person("/nullstill", "", "second_step_changed", url.Values{}),
		"POST /kontoer/:id/token":        person("/token", "", "token_added", url.Values{"label": {"prøve"}}),
		"POST /konto/app": {func() answer {
			m := codePattern.FindStringSubmatch(w.get("redaktor", "/konto/app").body)
			if m == nil {
				t.Fatal("no secret for the app")
			}
			app = m[1]
			return w.form("redaktor", "/konto/app", url.Values{"code": {appCode(t, app, -1)}})
		}, audit.Trace{What: "second_step_changed", Who: "redaktor"}},
		"POST /konto/koder":         {form("redaktor", "/konto/koder", url.Values{}), audit.Trace{What: "second_step_changed", Who: "redaktor"}},
		"POST /konto/avslutt-andre": {form("redaktor", "/konto/avslutt-andre", url.Values{}), audit.Trace{What: "session_ended", Who: "redaktor", Whom: "redaktor"}},
		"POST /invitasjon": {func() answer {
			secret, _, err := w.auth.Invite("kommune")
			must(t, err)
			return w.post("/invitasjon", "", url.Values{"code": {secret}, "password": {"et helt annet passord"}})
		}, audit.Trace{What: "login", Who: "kommune", Detail: "invitation"}},
	} {
		tries[address] = one
	}
	last := []string{"POST /skjermer/trekk", "POST /konto/passord", "POST /logout", "POST /login/steg", "POST /konto/bekreft", "POST /konto/app/fjern"} // they end or need what others use
	tries[last[0]] = try{form("admin", "/skjermer/trekk", url.Values{"screen": {string(screen)}}), audit.Trace{What: "screen_revoked", Who: "admin", Whom: screen}}
	tries[last[1]] = try{form("moteleder", "/konto/passord", url.Values{"old": {testPassword}, "password": {"et helt annet passord"}}), audit.Trace{What: "password_changed", Who: "moteleder"}}
	tries[last[2]] = try{form("admin", "/logout", url.Values{}), audit.Trace{What: "logout", Who: "admin"}}
	tries[last[3]] = try{func() answer {
		step := cookiesOf(w.login("redaktor", testPassword))["kb-step"]
		return w.post("/login/steg", "kb-step="+step.Value, url.Values{"code": {appCode(t, app, 0)}})
	}, audit.Trace{What: "login", Who: "redaktor", Detail: "second-step"}}
	tries[last[4]] = try{func() answer {
		res := w.form("redaktor", "/konto/bekreft", url.Values{"password": {testPassword}, "code": {appCode(t, app, 1)}})
		w.cookies["redaktor"] = "kb=" + cookiesOf(res)["kb"].Value
		return res
	}, audit.Trace{What: "login", Who: "redaktor", Detail: "confirmed"}}
	tries[last[5]] = try{form("redaktor", "/konto/app/fjern", url.Values{}), audit.Trace{What: "second_step_changed", Who: "redaktor"}}
	// Those that need a provider or a device, and their tests.
	elsewhere := []string{
		"GET /login/:provider/svar", "POST /login/:provider/velg", "POST /login/:provider/utlogging", // login_oidc_test.go
		"POST /passnokkel/inn", "POST /passnokkel/bekreft", "POST /passnokkel/ny", "POST /konto/passnokkel/navn", "POST /konto/passnokkel/fjern", // e2e/passkey_test.go
	}
	must(t, w.auth.AddAccount(t.Context(), accounts.Account{ID: "offentlig-2", Name: "X", Grants: []domain.Grant{{Role: domain.RoleReader}}}, ""))
	w.as("moteleder")

	var order []string
	for _, r := range w.server.routes {
		if r.LeavesOne() {
			if address := r.Method + " " + r.Path; !slices.Contains(last, address) && !slices.Contains(elsewhere, address) {
				order = append(order, address)
			}
		}
	}
	for _, address := range append(order, last...) {
		one, ok := tries[address]
		if !ok {
			t.Errorf("%s leaves a trace, and nobody tries it", address)
			continue
		}
		before := w.written()
		got := one.do()
		left := w.traces(before, 1)
		if got.status >= 400 || len(left) != 1 {
			t.Errorf("%s: %d, %d traces", address, got.status, len(left))
			continue
		}
		l, want := left[0], one.want
		if l.From != "127.0.0.1" || l.Session == "" {
			t.Errorf("%s: from %q, session %q", address, l.From, l.Session)
		}
		if want.Whom == "" && l.What == audit.ScreenPaired {
			want.Whom = l.Whom
		}
		if l.What != want.What || l.Who != want.Who || l.Whom != want.Whom || l.Board != want.Board || l.Detail != want.Detail || l.Count != 0 {
			t.Errorf("%s left %s", address, l.Body)
		}
	}
	w.noSecrets(token)
}

// left holds the newest trace against what somebody should have left.
func (w *world) left(want audit.Trace) {
	w.t.Helper()
	all := w.traces(0, 1)
	got := all[len(all)-1]
	if got.What != want.What || got.Who != want.Who || got.Whom != want.Whom || got.Detail != want.Detail {
		w.t.Errorf("left %s", got.Body)
	}
}

// noSecrets looks for what must never be in the audit log.
func (w *world) noSecrets(more ...string) {
	w.t.Helper()
	canaries := append(more, testPassword, "et helt annet passord", "mangler plan", "Navn ", "Inngangen", "Foaje", "prøve", "Ny Person", "Nytt Navn", "Kontakt Person")
	for _, cookie := range w.cookies {
		_, secret, _ := strings.Cut(cookie, "=")
		canaries = append(canaries, secret)
	}
	for _, one := range w.traces(0, 1) {
		for _, c := range canaries {
			if strings.Contains(string(one.Body), c) {
				w.t.Errorf("%q is in %s", c, one.Body)
			}
		}
	}
}

// TestReadsAreCounted: a page that is asked for again leaves no second trace
// until five minutes are over; what was published leaves none.
func TestReadsAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 4 {
		w.get("leser", "/tavle/2023")
		w.get("leser", "/tavle/2022")
		w.get("", "/tavle/2022")
	}
	w.get("leser", "/kommune/9902?board=2023")
	w.get("leser", "/panel?board=2023&m=9901&c=skole")
	got := slices.DeleteFunc(w.traces(0, 4), func(one audit.Trace) bool { return one.What == audit.LiveRead }) // the page shows what it is now, too
	if len(got) != 3 || got[0].Board != "2023" || got[0].Municipality != "" || got[1].Municipality != "9902" || got[2].Municipality != "9901" {
		t.Fatalf("%d traces: %+v", len(got), got)
	}
	// At the end the count is written, too.
	ctx := t.Context()
	must(t, w.auth.Close(ctx))
	got = w.traces(4, 1)
	if len(got) != 1 || got[0].Count != 3 || got[0].Board != "2023" {
		t.Errorf("%+v", got)
	}
}

// TestRefusalsAreNoted: of what is there, for anyone who is signed in.
func TestRefusalsAreNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get("kommune", "/tavle/2023") // a draft: 404 for them, and there
	w.get("kommune", "/tavle/hemmelig-passord")
	w.get("", "/tavle/2023")
	w.get("leser", "/kontoer")
	w.form("leser", "/kontoer/sperr", url.Values{"account": {"admin"}, "disabled": {"yes"}})
	got := w.traces(0, 3)
	if len(got) != 3 || got[0].Board != "2023" || got[0].Who != "kommune" || got[0].Detail != "/tavle/:board" || got[1].Detail != "/kontoer" || got[2].Detail != "/kontoer/sperr" {
		t.Errorf("%+v", got)
	}
}

func TestLogThatIsAltered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		w.get("moteleder", "/eksport?board=2022")
	}
	w.store.Alter(2)
	got := w.get("admin", "/sporing")
	if got.status != 200 || !strings.Contains(got.body, "Endret etter at den ble skrevet") || strings.Count(got.body, "Eksportert</th>") != 2 {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := w.get("admin", "/sporing/eksport?format=jsonl"); !strings.Contains(got.body, `"altered":true`) {
		t.Error(got.body)
	}
}

func TestUnsealableTraceIsRefusedAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	trail := w.auth.Trail()
	if err := trail.Leave(t.Context(), audit.Trace{What: audit.Export, Detail: "Ikke et ord"}); err == nil {
		t.Error("written")
	}
	must(t, trail.Leave(t.Context(), audit.Trace{What: audit.Export}))
	if trail.Failed() != nil {
		t.Error(trail.Failed())
	}
	found, _, err := trail.Search(t.Context(), auth.TraceQuery{From: time.Now().Add(-time.Hour)})
	must(t, err)
	if len(found) != 1 {
		t.Errorf("%+v", found)
	}
}
