package server

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/typed"
)

// By form: closing with changes that lack a reason leads to where they are
// listed, each with a field; from there with the reasons, or even so.
func TestClosingByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	id := string(w.openMeeting())
	w.set(domain.MeetingID(id), "9901", domain.Red)
	w.set(domain.MeetingID(id), "9902", domain.Yellow)
	w.set(domain.MeetingID(id), "9903", domain.Yellow)
	open := func() bool { return w.board("na").Meetings()[0].Open() }
	page := "/mote/" + id + "/avslutt"
	if res := w.form("moteleder", page, url.Values{}); res.status != 303 || res.header.Get("Location") != page || !open() {
		t.Fatalf("closing: %d to %s, open %v", res.status, res.header.Get("Location"), open())
	}
	for account, want := range map[string]int{"moteleder": 200, "leser": 403, "kommune": 403, "": 404} {
		if res := w.get(account, page); res.status != want {
			t.Errorf("%q: %d, want %d", account, res.status, want)
		}
	}
	submit := func(action string, more url.Values) answer {
		t.Helper()
		to, fields := w.formOf(w.get("moteleder", page).body, action)
		for name, v := range more {
			fields[name] = v
		}
		return w.do("POST", to, fields.Encode(), "Cookie: "+w.as("moteleder"), "Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
	}
	reasons := "/mote/" + id + "/begrunnelser"
	if res := submit(reasons, nil); res.status != 422 {
		t.Errorf("no reason: %d", res.status)
	}
	if res := submit(reasons, url.Values{"text-9901.beredskap": {"Bru er borte"}}); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), page) {
		t.Errorf("a reason: %d to %s", res.status, res.header.Get("Location"))
	}
	p := w.board("na")
	if c := p.Cell(p.Row("9901"), p.Col("beredskap")); c.Level != domain.Red || c.Text != "Bru er borte" {
		t.Errorf("the cell: %+v", c)
	}
	if body := w.get("moteleder", page).body; strings.Contains(body, "text-9901.beredskap") || !strings.Contains(body, "text-9902.beredskap") || !strings.Contains(body, "Avslutt likevel") {
		t.Error("the page does not list the one that is left")
	}
	// The button that closes is of the same form: what is typed is stored with it,
	// and where it cannot be, nothing is closed.
	// The page comes again with all that was typed, and says what has changed: of one
	// that has no field any more, too.
	shown := w.get("moteleder", page).body
	w.set(domain.MeetingID(id), "9902", domain.Red)
	w.set(domain.MeetingID(id), "9903", domain.Green)
	to, fields := w.formOf(shown, page)
	fields.Set("text-9902.beredskap", "Skolen er stengt")
	fields.Set("text-9903.beredskap", "Broen er borte")
	res := w.do("POST", to, fields.Encode(), "Cookie: "+w.as("moteleder"), "Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
	if res.status != 409 || !open() {
		t.Errorf("a reason for what is no more: %d, open %v", res.status, open())
	}
	for _, want := range []string{"er endret mens du skrev", "\nSkolen er stengt</textarea>", "Du skrev: «Broen er borte»", "Avslutt likevel"} {
		if !strings.Contains(res.body, want) {
			t.Errorf("the page that comes again lacks %q:\n%s", want, res.body)
		}
	}
	w.set(domain.MeetingID(id), "9903", domain.Yellow)
	if res := submit(page, url.Values{"text-9902.beredskap": {"Skolen er stengt"}}); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/referat/"+id) || open() {
		t.Errorf("all the same: %d to %s, open %v", res.status, res.header.Get("Location"), open())
	}
	p = w.board("na")
	if c := p.Cell(p.Row("9902"), p.Col("beredskap")); c.Text != "Skolen er stengt" {
		t.Errorf("what was typed is not stored with the closing: %+v", c)
	}
	if res := w.get("moteleder", page); res.status != 303 || res.header.Get("Location") != "/referat/"+id {
		t.Errorf("afterwards: %d to %s", res.status, res.header.Get("Location"))
	}
	text := w.get("leser", "/referat/"+id+".txt").body
	_, lacking, _ := strings.Cut(text, "5. Endringer uten begrunnelse")
	lacking, _, _ = strings.Cut(lacking, "6. ")
	if strings.Count(lacking, "\n- ") != 1 {
		t.Errorf("the minutes list %q", lacking)
	}
	m := w.board("na").Meetings()[0]
	if want := fmt.Sprintf("\n%d:%s\n", m.Closed, m.ClosedHash); !strings.Contains(text, want) {
		t.Errorf("the minutes lack the record that closed the meeting, %s", want)
	}
}

// A program gets the cells with the refusal, and may say that it closes all the
// same.
func TestClosingByCommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	id := string(w.openMeeting())
	rev := w.set(domain.MeetingID(id), "9901", domain.Red)
	w.set(domain.MeetingID(id), "9902", domain.Red)
	res := w.command("moteleder", map[string]any{"type": "close_meeting", "meeting": id})
	var refusal struct {
		Reason string
		Cells  []struct{ M, C string }
	}
	must(t, json.Unmarshal([]byte(res.body), &refusal))
	if res.status != 409 || refusal.Reason != "close.unexplained" || len(refusal.Cells) != 2 || refusal.Cells[0].M != "9901" || refusal.Cells[0].C != "beredskap" {
		t.Errorf("%d %s", res.status, res.body)
	}
	reason := func(rev any) map[string]any {
		return map[string]any{"type": "give_reasons", "meeting": id, "reasons": []map[string]any{{"m": "9901", "c": "beredskap", "rev": rev, "text": "x"}}}
	}
	if res := w.command("moteleder", reason(uint64(rev)-1)); res.status != 409 {
		t.Errorf("a reason for what is new: %d %s", res.status, res.body)
	}
	w.made("moteleder", "rev", reason(rev))
	w.made("moteleder", "rev", map[string]any{"type": "close_meeting", "meeting": id, "unexplained": true})
}

// A meeting's page stays small however much was said, and all of it can be
// reached.
func TestMeetingPageIsPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	id := w.openMeeting()
	by := domain.System("test")
	long := strings.Repeat(`"&<åøæ>`, domain.MaxReason/8)
	for i := range 1100 {
		level := []domain.Level{domain.Red, domain.Yellow}[i%2]
		_, err := w.clerk.Submit(t.Context(), by, "", domain.SetLevels{Board: domain.Live, Meeting: id, Cells: []domain.CellEdit{
			{Municipality: "9901", Column: "beredskap", Level: level, Text: typed.Of(fmt.Sprintf("nr%04d. %s", i, long))}}})
		must(t, err)
		if i%5 == 0 {
			_, err = w.clerk.Submit(t.Context(), by, "", notes.Write{Meeting: id, ID: notes.ID(fmt.Sprintf("h%d", i)), Text: typed.Of(long)})
			must(t, err)
		}
	}
	seen := map[string]bool{}
	path, pages := "/mote/"+string(id), 0
	for path != "" {
		res := w.get("leser", path)
		if res.status != 200 || len(res.body) > 4<<20 {
			t.Fatalf("%s: %d with %d bytes", path, res.status, len(res.body))
		}
		for _, part := range strings.Split(res.body, "<td>nr")[1:] {
			seen[part[:4]] = true
		}
		pages++
		path = ""
		for _, link := range strings.Split(res.body, `href="`)[1:] {
			link, text, _ := strings.Cut(link, `"`)
			if strings.HasPrefix(text, ">Eldre endringer") {
				path, _, _ = strings.Cut(link, "#")
			}
		}
	}
	if len(seen) != 1100 || pages != 11 {
		t.Errorf("%d of 1100 changes on %d pages", len(seen), pages)
	}
	for _, wrong := range []string{"0", "-1", "x"} {
		if res := w.get("leser", "/mote/"+string(id)+"?til="+wrong); res.status != 422 {
			t.Errorf("?til=%s: %d", wrong, res.status)
		}
	}
	if res := w.get("leser", "/mote/"+string(id)+"?til=99999"); res.status != 200 {
		t.Errorf("beyond the end: %d", res.status)
	}
}
