package server

import (
	"net/url"
	"strings"
	"testing"

	"kommunebilde/domain"
)

// TestMeetingPages: the console while the meeting goes on, the minutes then and
// after, for anyone who may see them.
func TestMeetingPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	id := string(w.openMeeting())
	w.set(domain.MeetingID(id), "9901", domain.Red)
	for _, role := range domain.Roles() {
		console, minutes := 403, 200
		switch role {
		case domain.RoleLead:
			console = 200
		case domain.RolePublic:
			console, minutes = 404, 404
		case domain.RoleMunicipality, domain.RoleScreen:
			minutes = 403 // they name persons
		}
		for path, want := range map[string]int{"/konsoll/" + id: console, "/referat/" + id: minutes, "/referat/" + id + ".txt": minutes, "/konsoll/nei": 404, "/referat/nei.txt": 404} {
			if res := w.get(string(role), path); res.status != want {
				t.Errorf("%s: %s answers %d, want %d", role, path, res.status, want)
			}
		}
	}
	page := w.get("moteleder", "/konsoll/"+id+"?valgt=9902.skole")
	if !strings.Contains(page.body, `data-kind="console"`) || !strings.Contains(page.body, `data-m="9902"`) {
		t.Errorf("the console: %.500s", page.body)
	}
	text := w.get("leser", "/referat/"+id+".txt")
	if text.header.Get("Content-Type") != "text/plain; charset=utf-8" || !strings.Contains(text.body, "Flom") || strings.Contains(text.body, "<html") {
		t.Errorf("text: %s %.300s", text.header.Get("Content-Type"), text.body)
	}
	w.form("moteleder", "/mote/"+id+"/avslutt", url.Values{"unexplained": {"yes"}})
	if res := w.get("moteleder", "/konsoll/"+id); res.status != 200 || !strings.Contains(res.body, `href="/referat/`+id+`"`) || strings.Contains(res.body, `method="post"`) {
		t.Errorf("the console of a meeting that is over: %d %s", res.status, res.body)
	}
	if res := w.get("leser", "/referat/"+id); res.status != 200 || !strings.Contains(res.body, w.clerk.State().Head().Hash.String()) {
		t.Errorf("minutes: %d, without the journal's head", res.status)
	}
}

// TestSituationsPage: the situations that somebody sees, and no others.
func TestSituationsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	w.made("moteleder", "board", map[string]any{"type": "open_situation", "title": "Flom i Gausa", "board": "flom"})
	meeting := w.made("moteleder", "meeting", map[string]any{"type": "open_meeting", "board": "flom", "kind": "preparedness", "title": "Skred", "invited": []string{"9902"}})
	for account, want := range map[string]bool{"leser": true, "moteleder": true, "kommune": false} {
		if res := w.get(account, "/hendelser"); res.status != 200 || strings.Contains(res.body, "Flom i Gausa") != want {
			t.Errorf("%s: %d, sees the situation %v, want %v", account, res.status, !want, want)
		}
	}
	if res := w.get("", "/hendelser"); res.status != 303 {
		t.Errorf("nobody: %d", res.status)
	}
	if res := w.get("leser", "/tavle/flom"); res.status != 200 {
		t.Errorf("the situation's board: %d", res.status)
	}
	w.made("moteleder", "rev", map[string]any{"type": "close_meeting", "meeting": meeting})
	w.made("moteleder", "rev", map[string]any{"type": "close_board", "board": "flom"})
	if res := w.get("leser", "/tavle/flom"); res.status != 200 {
		t.Errorf("the archived situation: %d", res.status)
	}
}

// TestSnapshot: one file, for anyone who sees the board; of an exercise it says so.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	w.made("moteleder", "board", map[string]any{"type": "open_exercise", "title": "Øving", "from": "na", "board": "ovelse"})
	for path, want := range map[string]int{
		"/oyeblikksbilde/2022.html": 200, "/oyeblikksbilde/2023.html": 404, "/oyeblikksbilde/na.html": 404, "/oyeblikksbilde/2022": 404, "/oyeblikksbilde/nei.html": 404,
	} {
		if res := w.get("", path); res.status != want {
			t.Errorf("%s for nobody: %d, want %d", path, res.status, want)
		}
	}
	res := w.get("leser", "/oyeblikksbilde/ovelse.html")
	if res.status != 200 || !strings.HasPrefix(res.header.Get("Content-Disposition"), `attachment; filename="kommunebilde-ovelse-`) {
		t.Errorf("%d %s", res.status, res.header.Get("Content-Disposition"))
	}
	if !strings.Contains(res.body, "ØVELSE") || strings.Contains(res.body, "<script") || strings.Contains(res.body, `src="/`) || strings.Contains(res.body, `href="/`) {
		t.Error("the snapshot of an exercise does not say so, or leads somewhere")
	}
	past := w.get("leser", "/oyeblikksbilde/na.html?at=2001-01-01")
	if past.status != 200 {
		t.Errorf("an earlier time: %d", past.status)
	}
}
