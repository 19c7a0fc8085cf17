package server

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/fasthttp/websocket"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// TestEveryRouteHasARule holds the edge's routes against the table: an address
// that is not in it, or that nobody has said who may come to, fails.
func TestEveryRouteHasARule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rules := map[string]edge.Access{}
	for _, r := range w.server.routes {
		if r.Access.Admit == nil || r.Access.Name == "" {
			t.Errorf("%s %s has no rule", r.Method, r.Path)
		}
		rules[r.Method+" "+r.Path] = r.Access
	}
	for _, address := range w.server.edge.Addresses() {
		if _, ok := rules[address]; !ok {
			t.Errorf("%s is not in the table", address)
		}
	}
	// Who may come where. A new address is a new line here, and in a review.
	want := map[string]string{
		"GET /":                                             "open",
		"GET /start":                                        "signed in",
		"GET /tavle":                                        "open",
		"GET /tavle/:board/kalender/:id.ics":                "board see_persons",
		"POST /moter/dato":                                  "signed in + board see",
		"POST /moter/dato/fjern":                            "signed in + board see",
		"GET /utgaver":                                      "open",
		"GET /om":                                           "open",
		"GET /static/:name":                                 "open",
		"GET /login":                                        "open",
		"POST /login":                                       "open",
		"GET /login/:provider":                              "open",
		"GET /login/:provider/svar":                         "open",
		"GET /login/:provider/velg":                         "open",
		"POST /login/:provider/velg":                        "open",
		"GET /login/:provider/ut":                           "open",
		"POST /login/:provider/utlogging":                   "open",
		"GET /api/v1/boards":                                "open",
		"GET /api/v1/openapi.json":                          "open",
		"PUT /api/v1/jottings/:id":                          "signed in",
		"POST /filer":                                       "signed in + board evidence",
		"GET /filer/:id/:name":                              "signed in + board see_persons",
		"DELETE /api/v1/jottings/:id":                       "signed in",
		"GET /api/v1/jottings":                              "signed in + board see_persons",
		"POST /kladder/fjern":                               "signed in + signed in",
		"GET /tavle/:board":                                 "board see",
		"GET /utgave/:board":                                "board see",
		"GET /utgave/:board/:version":                       "board see",
		"GET /kommune/:id.pdf":                              "board see",
		"GET /kommune/:id":                                  "board see",
		"GET /utgave/:board/vurdering":                      "board see_persons",
		"GET /utgave/:board/vurdering/:area":                "board see_persons",
		"GET /utgave/:board/vurdering/:area.csv":            "board + board record",
		"GET /utgave/:board/vurdering/:area.json":           "board + board record",
		"GET /utgave/:board/utgave.csv":                     "board + board record",
		"GET /utgave/:board/utgave.json":                    "board + board record",
		"POST /utgave/:board/vurdering/:area/fil":           "signed in + board set_levels",
		"POST /utgave/:board/vurdering/:area/fil/lagre":     "signed in + board set_levels",
		"GET /api/v1/schema/edition.json":                   "open",
		"GET /utgave/:board/vurdering/:area/:m":             "board see_persons",
		"GET /utgave/:board/kommune/:m":                     "board see_persons",
		"GET /utgave/:board/oppsett":                        "board see_persons",
		"GET /utgave/:board/oppsett/eksport":                "board + board catalogue",
		"GET /utgave/:board/grunnlag":                       "board catalogue",
		"GET /utgaver/ny":                                   "signed in",
		"POST /utgaver/ny":                                  "signed in + signed in",
		"POST /utgave/:board/oppsett/plan":                  "signed in + board see",
		"POST /utgave/:board/oppsett/ansvar":                "signed in + board see",
		"POST /utgave/:board/oppsett/apne":                  "signed in + board see",
		"POST /utgave/:board/oppsett/overta":                "signed in + board see",
		"POST /utgave/:board/oppsett/kolonne":               "signed in + board see",
		"POST /utgave/:board/oppsett/flytt":                 "signed in + board see",
		"POST /utgave/:board/oppsett/avslutt":               "signed in + board see",
		"POST /utgave/:board/oppsett/fil":                   "signed in + board edit",
		"POST /utgave/:board/oppsett/fil/bruk":              "signed in + board see",
		"POST /utgave/:board/vurdering/:area/:m/sammenlign": "signed in + board see_persons",
		"POST /utgave/:board/vurder":                        "signed in + board see",
		"POST /utgave/:board/merknad":                       "signed in + board see",
		"POST /utgave/:board/forslag":                       "signed in + board see",
		"POST /utgave/:board/godkjenn":                      "signed in + board see",
		"POST /utgave/:board/send-tilbake":                  "signed in + board see",
		"GET /kommune/:id/kunnskap":                         "evidence",
		"GET /kommune/:id/kunnskap/eksport":                 "evidence + board record",
		"POST /kommune/:id/kunnskap":                        "signed in + evidence",
		"POST /kommune/:id/kunnskap/trekk":                  "signed in + evidence",
		"POST /kommune/:id/kunnskap/fil":                    "signed in + evidence",
		"POST /kommune/:id/kunnskap/unnta":                  "signed in + evidence",
		"POST /kommune/:id/kunnskap/meld":                   "signed in + evidence",
		"POST /kommune/:id/kunnskap/svar":                   "signed in + evidence",
		"GET /kunnskap/fil":                                 "board evidence",
		"POST /kunnskap/fil":                                "signed in + board evidence",
		"POST /kunnskap/fil/lagre":                          "signed in + board evidence",
		"GET /innfelt/:lang/kommune/:id":                    "board see",
		"GET /innfelt/:lang/omrade/:id":                     "board see",
		"GET /indikator/:id":                                "board see",
		"GET /metode":                                       "board see",
		"GET /omrade/:id":                                   "board see",
		"GET /finn":                                         "board see",
		"GET /region/:id":                                   "board see",
		"GET /skjerm":                                       "board or screen see",
		"GET /skjermer":                                     "signed in + screens lead",
		"POST /skjermer/par":                                "signed in + screens lead",
		"POST /skjermer/vis":                                "signed in + screens lead",
		"POST /skjermer/navn":                               "signed in + screens lead",
		"POST /skjermer/trekk":                              "signed in + screens lead",
		"GET /panel":                                        "board see",
		"GET /eksport":                                      "board record",
		"GET /diagram/:name":                                "board see",
		"GET /diagram/avspilling":                           "board record",
		"GET /api/v1/boards/:board":                         "board see",
		"GET /api/v1/boards/:board/changes":                 "board see",
		"GET /api/v1/boards/:board/cells/:m/:c":             "board see",
		"GET /moter":                                        "board + board record",
		"GET /mote/:id":                                     "meeting see_meetings",
		"GET /mote/:id/avslutt":                             "meeting lead",
		"GET /mote/:id/eksport":                             "meeting + meeting record",
		"GET /referatmal":                                   "board template",
		"POST /referatmal":                                  "signed in + board template",
		"POST /mote/:id/begrunnelser":                       "signed in + meeting see",
		"GET /konsoll/:id":                                  "meeting lead",
		"GET /serie/:id":                                    "meeting see_persons",
		"GET /aktorer":                                      "board see_persons",
		"POST /aktorer":                                     "signed in + board see",
		"POST /aktorer/fjern":                               "signed in + board see",
		"POST /tavle/:board/utvalg":                         "signed in + board see",
		"POST /tavle/:board/utvalg/fjern":                   "signed in + board see",
		"GET /referat/:id":                                  "meeting see_persons",
		"GET /referat/:id.txt":                              "meeting see_persons",
		"GET /hendelser":                                    "signed in",
		"GET /avspilling/:board":                            "board record",
		"GET /forskjeller/:board":                           "board record",
		"GET /forskjeller/:board/eksport":                   "board record",
		"GET /oyeblikksbilde/:board.html":                   "board record",
		"GET /api/v1/boards/:board/playback":                "board record",
		"POST /api/v1/follow":                               "signed in",
		"POST /api/v1/presence":                             "signed in",
		"GET /login/steg":                                   "open",
		"POST /login/steg":                                  "open",
		"GET /invitasjon":                                   "open",
		"POST /invitasjon":                                  "open",
		"POST /passnokkel/inn/start":                        "open",
		"POST /passnokkel/inn":                              "open",
		"POST /passnokkel/bekreft/start":                    "signed in",
		"POST /passnokkel/bekreft":                          "signed in",
		"POST /passnokkel/ny/start":                         "signed in",
		"POST /passnokkel/ny":                               "signed in",
		"POST /konto/avslutt-andre":                         "signed in + signed in",
		"GET /konto/bekreft":                                "signed in",
		"POST /konto/bekreft":                               "signed in",
		"GET /konto/app":                                    "signed in",
		"POST /konto/app":                                   "signed in + signed in",
		"POST /konto/app/fjern":                             "signed in + signed in",
		"POST /konto/koder":                                 "signed in + signed in",
		"POST /konto/passnokkel/navn":                       "signed in + signed in",
		"POST /konto/passnokkel/fjern":                      "signed in + signed in",
		"GET /konto":                                        "signed in",
		"POST /logout":                                      "signed in + signed in",
		"POST /konto/avslutt":                               "signed in + signed in",
		"POST /konto/passord":                               "signed in",
		"GET /kontoer":                                      "accounts accounts",
		"GET /sporing":                                      "audit audit",
		"GET /sporing/eksport":                              "audit audit",
		"POST /kontoer":                                     "signed in + accounts accounts",
		"POST /kontoer/kontakter":                           "signed in + accounts accounts",
		"POST /kontoer/kontakter/opprett":                   "signed in + accounts accounts",
		"GET /kontoer/:id":                                  "accounts accounts",
		"POST /kontoer/:id/navn":                            "signed in + accounts accounts",
		"POST /kontoer/:id/roller":                          "signed in + accounts accounts",
		"POST /kontoer/:id/roller/fjern":                    "signed in + accounts accounts",
		"POST /kontoer/:id/avslutt":                         "signed in + accounts accounts",
		"POST /kontoer/:id/inviter":                         "signed in + accounts accounts",
		"POST /kontoer/:id/nullstill":                       "signed in + accounts accounts",
		"POST /kontoer/:id/token":                           "signed in + accounts accounts",
		"POST /kontoer/sperr":                               "signed in + accounts accounts",
		"POST /api/v1/commands":                             "signed in",
		"POST /tavle/:board/sett":                           "signed in + board see",
		"POST /tavle/:board/angre":                          "signed in + board see",
		"POST /tavle/:board/grunnlag":                       "signed in + board see",
		"POST /tavle/:board/unnta":                          "signed in + board see",
		"POST /tavle/:board/opphev":                         "signed in + board see",
		"GET /tavle/:board/unntak":                          "board see_persons",
		"GET /tilgang":                                      "accounts accounts",
		"POST /moter":                                       "signed in + board see",
		"POST /mote/:id/avslutt":                            "signed in + meeting see",
		"POST /mote/:id/gjenapne":                           "signed in + meeting see",
		"POST /mote/:id/ingen-endring":                      "signed in + meeting see",
		"POST /mote/:id/meld":                               "signed in + meeting see",
		"POST /mote/:id/forslag":                            "signed in + meeting see",
		"POST /mote/:id/hendelse":                           "signed in + meeting see",
		"POST /mote/:id/hendelse/trekk":                     "signed in + meeting see",
		"POST /mote/:id/tiltak":                             "signed in + meeting see",
		"POST /mote/:id/foresla":                            "signed in + meeting see",
		"POST /mote/:id/tall":                               "signed in + meeting see",
		"POST /mote/:id/bistand":                            "signed in + meeting see",
		"POST /tavle/:board/tiltak":                         "signed in + board see",
		"POST /tavle/:board/bistand":                        "signed in + board see",
		"POST /hendelser":                                   "signed in + signed in",
		"POST /tavle/:board/avslutt":                        "signed in + board see",
		"POST /utgave/:board/publiser":                      "signed in + board see",
		"POST /utgave/:board/rettelse":                      "signed in + board see",
		"GET /live":                                         "signed in + board see",
		"GET /utgave/:board/samkjoring/:area":               "board see_persons",
		"POST /utgave/:board/samkjort":                      "signed in + board see",
		"GET /utgave/:board/fremdrift":                      "board see_persons",
		"POST /utgave/:board/godkjenn-utgaven":              "signed in + board see",
	}
	for address, a := range rules {
		if got := strings.TrimSpace(a.Name + " " + string(a.Right)); got != want[address] {
			t.Errorf("%s: rule %q, the list says %q", address, got, want[address])
		}
		delete(want, address)
	}
	for address := range want {
		t.Errorf("%s is in the list only", address)
	}
}

// sees is who sees what, as DESIGN section 4 says it, and not as the policy's
// table has it.
func sees(role domain.Role, board domain.BoardID, meeting bool) bool {
	staff := slices.Contains([]domain.Role{
		domain.RoleReader, domain.RoleAssessor, domain.RoleApprover, domain.RoleLead, domain.RoleEditor, domain.RoleAdmin,
	}, role)
	switch board {
	case edition:
		return true
	case draft:
		return staff
	case domain.Live:
		return staff || role == domain.RoleScreen || role == domain.RoleMunicipality && meeting
	}
	return false
}

// TestWhoSeesWhat asks for every board as every role, with and without an open
// meeting, by page, part, export, chart, API and socket. What may not be seen
// answers byte for byte as what is not there.
func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, role := range domain.Roles() {
		w.as(string(role))
	}
	reads := []string{
		"/tavle/%s", "/kommune/9901?board=%s", "/omrade/beredskap?board=%s", "/region/nord?board=%s", "/skjerm?board=%s",
		"/panel?board=%s&m=9901&c=beredskap", "/eksport?board=%s&format=csv", "/eksport?board=%s&format=json", "/diagram/fordeling?board=%s", "/oyeblikksbilde/%s.html",
		"/api/v1/boards/%s", "/api/v1/boards/%s/changes", "/api/v1/boards/%s/cells/9901/beredskap",
	}
	for _, meeting := range []bool{false, true} {
		if meeting {
			w.openMeeting()
		}
		for _, role := range domain.Roles() {
			for _, board := range []domain.BoardID{edition, draft, domain.Live} {
				see := sees(role, board, meeting)
				for _, pattern := range reads {
					path := fmt.Sprintf(pattern, board)
					res := w.get(string(role), path)
					want := 200
					if role == domain.RoleScreen && board == domain.Live && (strings.HasPrefix(path, "/eksport") || strings.HasPrefix(path, "/oyeblikksbilde")) {
						want = 403 // a screen shows it, and takes nothing away
					}
					if see && res.status != want {
						t.Errorf("%s, meeting %v: %s answers %d, want %d", role, meeting, path, res.status, want)
					}
					if see {
						continue
					}
					unknown := w.get(string(role), fmt.Sprintf(pattern, "finnesikke"))
					if res.status != 404 || res.body != unknown.body || res.status != unknown.status {
						t.Errorf("%s, meeting %v: %s answers %d, an unknown board %d, equal %v", role, meeting, path, res.status, unknown.status, res.body == unknown.body)
					}
				}
				if list := w.get(string(role), "/api/v1/boards").body; strings.Contains(list, `"id":"`+string(board)+`"`) != see {
					t.Errorf("%s, meeting %v: list of boards has %s: %v", role, meeting, board, !see)
				}
				w.checkSocket(role, board, see)
			}
		}
	}
}

func (w *world) checkSocket(role domain.Role, board domain.BoardID, see bool) {
	w.t.Helper()
	p, err := edge.LookAs(w.clerk.State(), domain.System("test"), w.server.cfg.Now()).Picture(board)
	must(w.t, err)
	c, res, err := w.dial(string(role), fmt.Sprintf("board=%s&epoch=%s&rev=%d", board, p.Epoch(), p.Board().Revision))
	if err == nil {
		defer c.Close()
	}
	switch {
	case role == domain.RolePublic:
		if err != websocket.ErrBadHandshake || res.StatusCode != 401 {
			w.t.Errorf("nobody: socket on %s: %v", board, err)
		}
	case see && err != nil:
		w.t.Errorf("%s: no socket on %s: %v", role, board, err)
	case !see && (err != websocket.ErrBadHandshake || res.StatusCode != 404):
		w.t.Errorf("%s: socket on %s: %v", role, board, err)
	}
}

// TestWhoMayChangeWhat sends each form and command as each role: 401 for nobody,
// 404 for anyone who does not see the board, 403 for anyone who sees and may not.
func TestWhoMayChangeWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting, closed := w.openMeeting(), "m-lukket"
	w.meet(domain.Live, domain.MeetingID(closed))
	w.submit(domain.CloseMeeting{Meeting: domain.MeetingID(closed)})
	roles := domain.Roles()
	may := func(allowed ...domain.Role) func(domain.Role) bool {
		return func(r domain.Role) bool { return slices.Contains(allowed, r) }
	}
	lead, editor := may(domain.RoleLead), may(domain.RoleEditor)
	cases := []struct {
		name  string
		board domain.BoardID
		may   func(domain.Role) bool
		path  string
		form  url.Values
		cmd   map[string]any
	}{
		{"set live", domain.Live, lead, "/tavle/na/sett", url.Values{"cell": {"9901.beredskap"}, "level": {"red"}, "meeting": {string(meeting)}},
			map[string]any{"type": "set_level", "board": "na", "m": "9901", "c": "beredskap", "level": "red", "meeting": string(meeting)}},
		{"close meeting", domain.Live, may(), "/mote/ukjent/avslutt", url.Values{}, map[string]any{"type": "close_meeting", "meeting": "ukjent"}},
		{"reopen", domain.Live, may(domain.RoleLead, domain.RoleAdmin), "/mote/" + closed + "/gjenapne", url.Values{"reason": {"ved en feil"}},
			map[string]any{"type": "reopen_meeting", "meeting": closed, "reason": "ved en feil"}},
		{"template", domain.Live, may(domain.RoleEditor, domain.RoleAdmin), "/referatmal", url.Values{"do": {"lagre"}, "key-0": {"who"}, "show-0": {"yes"}, "seen": {"0"}},
			map[string]any{"type": "set_report_template", "sections": []map[string]any{{"key": "who"}}, "seen": 0}},
		{"correct", edition, editor, "/utgave/2022/rettelse", url.Values{"reason": {"feil"}}, map[string]any{"type": "open_correction", "board": "2022", "reason": "feil"}},
		{"publish", draft, editor, "/utgave/2023/publiser", url.Values{}, map[string]any{"type": "publish", "board": "2023"}},
	}
	for _, c := range cases {
		for _, role := range roles {
			if c.may(role) {
				continue // what may be done is done last, since it changes the board
			}
			form, cmd := w.form(string(role), c.path, c.form).status, w.command(string(role), c.cmd).status
			want := 403
			switch {
			case role == domain.RolePublic:
				want = 401
			case c.name == "close meeting", c.name == "reopen" && role == domain.RoleMunicipality, !sees(role, c.board, true):
				want = 404
			}
			if form != want || cmd != want {
				t.Errorf("%s as %s: form %d, command %d, want %d", c.name, role, form, cmd, want)
			}
		}
	}
	for _, c := range cases {
		for _, role := range roles {
			if c.may(role) {
				want := 303
				if role == domain.RoleAdmin {
					want = 409 // the editor's template, which this one has not seen; the meeting is open
				}
				if res := w.form(string(role), c.path, c.form); res.status != want {
					t.Errorf("%s as %s: %d %s", c.name, role, res.status, res.body)
				}
			}
		}
	}
}

// TestEarlierTimesShowNoDrafts: who sees published editions only does not see,
// by asking for a time, what the draft was then.
func TestEarlierTimesShowNoDrafts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, err := edge.LookAs(w.clerk.State(), domain.System("test"), w.server.cfg.Now()).Picture(edition)
	must(t, err)
	before := p.Board().Publications[0].At.Add(-1).UTC().Format("2006-01-02T15:04:05.999999999Z")
	for _, role := range []string{"", "kommune", "skjerm"} {
		for _, path := range []string{"/tavle/2022?at=", "/api/v1/boards/2022?at=", "/eksport?board=2022&at=", "/kommune/9901?at=", "/panel?board=2022&m=9901&c=beredskap&at=",
			"/api/v1/boards/2022/cells/9901/beredskap?at=", "/skjerm?board=2022&at=", "/omrade/beredskap?at="} {
			if res := w.get(role, path+before); res.status != 404 || strings.Contains(res.body, "mangler plan") {
				t.Errorf("%q gets %d at %s", role, res.status, path+before)
			}
		}
		if res := w.get(role, "/api/v1/boards/2022?at="+w.server.cfg.Now().UTC().Format("2006-01-02T15:04:05Z07:00")); res.status != 404 && res.status != 200 {
			t.Errorf("%q gets %d now", role, res.status)
		}
	}
}

// TestLiveSeesNoInternals: a municipality in a meeting sees the board, not who
// entered what, nor the meeting.
func TestMunicipalitySeesNoPersons(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.set(w.openMeeting(), "9901", domain.Red)
	for role, want := range map[string]bool{"leser": true, "kommune": false, "skjerm": false} {
		res := w.get(role, "/api/v1/boards/na")
		if res.status != 200 || strings.Contains(res.body, "system:test") != want {
			t.Errorf("%s: %d, persons %v, want %v", role, res.status, !want, want)
		}
	}
}

func TestAdminPagesAreNotThereForOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, role := range domain.Roles() {
		res := w.get(string(role), "/kontoer")
		unknown := w.get(string(role), "/finnesikke")
		if role == domain.RoleAdmin {
			if res.status != 200 {
				t.Errorf("admin: %d", res.status)
			}
		} else if res.status != 404 || res.body != unknown.body {
			t.Errorf("%s: %d", role, res.status)
		}
	}
	if res := w.form("admin", "/kontoer/sperr", url.Values{"account": {"leser"}, "disabled": {"yes"}}); res.status != 303 {
		t.Fatalf("disable: %d %s", res.status, res.body)
	}
	if res := w.get("leser", "/tavle/na"); res.status != 404 {
		t.Errorf("a disabled account still sees: %d", res.status)
	}
	if res := w.form("admin", "/kontoer/sperr", url.Values{"account": {"admin"}, "disabled": {"yes"}}); res.status != 409 {
		t.Errorf("admin disables itself: %d", res.status)
	}
}
