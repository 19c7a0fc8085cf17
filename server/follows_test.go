package server

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/notes"
	"kommunebilde/server/edge"
)

// ofATime are the pages that need not follow: they say of which time they are,
// and stay true.
var ofATime = []string{"/referat/:id", "/referatmal", "/forskjeller/:board", "/avspilling/:board", "/oyeblikksbilde/:board.html", "/sporing"}

// TestWhatShowsNowFollowsIt: a page that reads otherwise after something was said
// in a meeting shows something of now. Each such page follows the board where it
// was said, so that it changes, and says when it cannot. The pages are those of
// the routes: a new one is among them.
func TestWhatShowsNowFollowsIt(t *testing.T) {
	t.Parallel()
	w, stages := staged(t)
	w.meet(domain.Live, "m-na2")
	must(t, w.auth.AddAccount(t.Context(), accounts.Account{ID: "alle", Name: "alle", Grants: []domain.Grant{
		{Role: domain.RoleLead}, {Role: domain.RoleEditor}, {Role: domain.RoleAdmin},
	}}, ""))
	stages = append(stages, stage{domain.Live, domain.KindLive, domain.PhaseMeeting, "m-na2", 0})
	addresses := w.pageAddresses(stages)
	before := map[string]string{}
	for path := range addresses {
		first, second := steady(w.get("alle", path).body), steady(w.get("alle", path).body)
		if first != second && !slices.Contains(ofATime, addresses[path]) {
			t.Errorf("%s differs by itself: %s", path, differs(first, second))
		}
		before[path] = second
	}
	w.speak()
	follows := 0
	for path, html := range before {
		page := w.get("alle", path)
		if page.status != http.StatusOK || steady(page.body) == html || slices.Contains(ofATime, addresses[path]) {
			continue
		}
		follows++
		if board := followedBy(page.body); !slices.Contains([]string{"na", "storm", "stille"}, board) {
			t.Errorf("%s shows something of now and follows %q: %s", path, board, differs(html, steady(page.body)))
		}
	}
	if follows < 12 {
		t.Errorf("%d pages show something of now", follows)
	}
}

// pageAddresses returns the addresses of pages on each stage, with their routes.
func (w *world) pageAddresses(stages []stage) map[string]string {
	out := map[string]string{}
	for _, r := range w.server.routes {
		if r.Method != http.MethodGet || r.Socket || strings.HasPrefix(r.Path, "/api/") || strings.HasPrefix(r.Path, "/login") {
			continue
		}
		for _, s := range stages {
			path := w.onStage(strings.Replace(r.Path, "/kontoer/:id", "/kontoer/alle", 1), s)
			if path == "" {
				continue
			}
			if res := w.get("alle", path); res.status == http.StatusOK && strings.Contains(res.body, "<body data-kind=") {
				out[path] = r.Path
			}
		}
	}
	return out
}

// speak says something on each board where a meeting goes on, and begins one more.
func (w *world) speak() {
	w.t.Helper()
	for _, s := range []struct {
		board   domain.BoardID
		meeting domain.MeetingID
		column  domain.ColumnID
		level   domain.Level
	}{{domain.Live, "m-na2", "skole", domain.Yellow}, {"storm", "m-storm", "strom", domain.Strained}} {
		w.submit(domain.SetLevels{Board: s.board, Meeting: s.meeting, Cells: []domain.CellEdit{{Municipality: "9903", Column: s.column, Level: s.level, Text: "nå"}}})
		w.submit(notes.Write{Meeting: s.meeting, ID: notes.ID(edge.NewID(4)), Text: "nå"})
	}
	w.meet("stille", "m-stille2")
}

var (
	bodyMark = regexp.MustCompile(`<body [^>]*>`)
	head     = regexp.MustCompile(`(?s)<head>.*</head>|<span id="nav-lead".*?</span>`) // and a way, which is no picture
	attrMark = regexp.MustCompile(` data-(live|board|follows)="([^"]*)"`)
	passing  = regexp.MustCompile(`(name="(?:token|request)" value|data-(?:now|rev|at|note)|datetime)="[^"]*"|\d{1,2}:\d\d(:\d\d)?|\d+ min`)
)

// steady is a page without what differs each time it is made.
func steady(html string) string {
	html = bodyMark.ReplaceAllString(head.ReplaceAllString(html, ""), "")
	return passing.ReplaceAllString(html, "")
}

// followedBy is the board that a page follows, and tells its reader of; "" none.
func followedBy(html string) string {
	if !strings.Contains(html, `id="live-clock"`) || !strings.Contains(html, `id="disconnected"`) {
		return ""
	}
	attrs := map[string]string{}
	for _, m := range attrMark.FindAllStringSubmatch(bodyMark.FindString(html), -1) {
		attrs[m[1]] = m[2]
	}
	if attrs["live"] == "" {
		return ""
	}
	if attrs["follows"] != "" {
		return attrs["follows"]
	}
	return attrs["board"]
}

// differs shows where two texts begin to differ.
func differs(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-120)
	return fmt.Sprintf("…%.240s… and …%.240s…", a[from:], b[from:])
}
