package server

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// A meeting has an address at any time since it was opened; before that there is
// none, and a municipality sees it since it was let in.
func TestMeetingAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened := w.openMeeting()
	first := w.set(opened, "9901", domain.Red)
	p := w.board(domain.Live)
	m, _ := p.Meeting(opened)
	at := func(ms int64) string { return "/mote/" + string(opened) + "?at=" + strconv.FormatInt(ms, 10) }
	entries := p.Log(first-1, 0)
	set := entries[0].At.UnixMilli()
	for _, c := range []struct {
		account, path string
		status        int
		has, lacks    string
	}{
		{"leser", at(set), 200, "1 endring<", `method="post" action="/mote`},
		{"moteleder", at(set), 200, "Vis møtet nå", "/avslutt"},
		{"moteleder", at(set + 1e10), 200, "/avslutt", "Vis møtet nå"}, // to come: as it is now
		{"leser", at(m.OpenedAt.UnixMilli() - 1), 422, "Møtet var ikke åpnet da", ""},
		{"kommune", at(m.OpenedAt.UnixMilli() - 1), 404, "", ""},
		{"kommune", at(set), 200, "Vis møtet nå", "ingen-endring"},
		{"leser", "/mote/" + string(opened) + "?at=igår", 422, "", ""},
		{"leser", "/mote/" + string(opened) + "?at=" + url.QueryEscape(m.OpenedAt.Format("2006-01-02T15:04:05.000Z07:00")), 200, "Vis møtet nå", ""},
	} {
		got := w.get(c.account, c.path)
		if got.status != c.status || !strings.Contains(got.body, c.has) || c.lacks != "" && strings.Contains(got.body, c.lacks) {
			t.Errorf("%s %s: %d, want %d with %q and without %q", c.account, c.path, got.status, c.status, c.has, c.lacks)
		}
	}
}

// Looking at the template of the minutes is reading the minutes it is shown with,
// by address and by form; without a meeting nothing is read.
func TestPreviewOfMinutesIsAReading(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	before := w.written()
	empty := w.get("redaktor", "/referatmal").body
	id := w.openMeeting()
	_, fields := w.formOf(empty, "/referatmal")
	for name, v := range templateFields(empty) {
		fields[name] = v
	}
	fields.Set("do", "vis")
	if got := w.form("redaktor", "/referatmal", fields); got.status != 200 {
		t.Fatal(got.status)
	}
	w.await("the form's reading", func() bool { return w.written() > before })
	var read []audit.Trace
	for _, one := range w.traces(before, 1) {
		if one.What == audit.MinutesRead {
			read = append(read, one)
		}
	}
	if len(read) != 1 || read[0].Meeting != id || read[0].Who != "redaktor" || read[0].Board != domain.Live {
		t.Errorf("%+v", read)
	}
}
