package server

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"kommunebilde"
)

// By form: closing with changes that lack a reason leads to where they are
// listed, each with a field; from there with the reasons, or all the same.
func TestClosingByForm(t *testing.T) {
	w := newWorld(t, withPack)
	id := string(w.openMeeting())
	w.set(kommunebilde.MeetingID(id), "9901", kommunebilde.Red)
	w.set(kommunebilde.MeetingID(id), "9902", kommunebilde.Yellow)
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
	if c := p.Cell(p.Row("9901"), p.Col("beredskap")); c.Level != kommunebilde.Red || c.Text != "Bru er borte" {
		t.Errorf("the cell: %+v", c)
	}
	if body := w.get("moteleder", page).body; strings.Contains(body, "text-9901.beredskap") || !strings.Contains(body, "text-9902.beredskap") || !strings.Contains(body, "Avslutt likevel") {
		t.Error("the page does not list the one that is left")
	}
	if res := submit(page, nil); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/referat/"+id) || open() {
		t.Errorf("all the same: %d to %s, open %v", res.status, res.header.Get("Location"), open())
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
	w := newWorld(t, withPack)
	id := string(w.openMeeting())
	rev := w.set(kommunebilde.MeetingID(id), "9901", kommunebilde.Red)
	w.set(kommunebilde.MeetingID(id), "9902", kommunebilde.Red)
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
	w := newWorld(t, withPack)
	id := w.openMeeting()
	by := kommunebilde.System("test")
	long := strings.Repeat(`"&<åøæ>`, kommunebilde.MaxReason/8)
	for i := range 1100 {
		level := []kommunebilde.Level{kommunebilde.Red, kommunebilde.Yellow}[i%2]
		_, err := w.clerk.Submit(t.Context(), by, "", kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: id, Cells: []kommunebilde.CellEdit{
			{Municipality: "9901", Column: "beredskap", Level: level, Text: fmt.Sprintf("nr%04d. %s", i, long)}}})
		must(t, err)
		if i%5 == 0 {
			_, err = w.clerk.Submit(t.Context(), by, "", kommunebilde.WriteNote{Meeting: id, ID: kommunebilde.NoteID(fmt.Sprintf("h%d", i)), Text: long})
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
