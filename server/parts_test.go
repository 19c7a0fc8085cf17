package server

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/subjects"
	"kommunebilde/server/wire"
)

// TestPartsAreTheAudiences: parts hold no name, token or request id of the reader,
// so that two readers of one audience have the same bytes; they are kept nowhere, have
// what the page has, and pass the page's policy.
func TestPartsAreTheAudiences(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := string(w.openMeeting())
	w.command("moteleder", map[string]any{"type": "write_note", "meeting": meeting, "text": "Broen er stengt"})
	at := "/mote/" + meeting
	parts := func(account, path, ids string) answer { return w.get(account, path, "Kb-Parts: "+ids) }

	whole := w.get("moteleder", at).body
	res := parts("moteleder", at, "notes,roll-missing,nothing-such")
	if res.status != 200 || res.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", res.status, res.header)
	}
	for _, want := range []string{`<div id="notes"`, `id="roll-missing"`, "Broen er stengt", `data-kind="meeting"`, ` data-rev="`, `name="token" value=""`, `name="request" value=""`} {
		if !strings.Contains(res.body, want) {
			t.Errorf("the parts lack %s: %s", want, res.body)
		}
	}
	for _, never := range []string{"data-user", "<main", `id="meeting-log"`, "nothing-such", "<script", "moteleder"} {
		if strings.Contains(res.body, never) {
			t.Errorf("the parts hold %s: %s", never, res.body)
		}
	}
	if len(res.body) > len(whole)/4 {
		t.Errorf("parts are %d bytes of %d", len(res.body), len(whole))
	}
	must(t, w.auth.AddAccount(t.Context(), accounts.Account{ID: "ola", Name: "Ola", Grants: []domain.Grant{{Role: domain.RoleLead}}}, ""))
	if again := parts("ola", at, "roll-missing,notes"); again.body != res.body {
		t.Errorf("another lead's parts are\n%s\nnot\n%s", again.body, res.body)
	}
	if again := parts("moteleder", at, "notes,roll-missing"); again.body != res.body {
		t.Errorf("a second time the parts are\n%s\nnot\n%s", again.body, res.body)
	}
	if res := parts("", at, "notes"); strings.Contains(res.body, "Broen") {
		t.Errorf("signed out: %d %s", res.status, res.body)
	}

	// A page that is kept for everybody is not kept as its parts, nor the parts as the page.
	page := w.get("", "/utgave/2022").body
	if got := parts("", "/utgave/2022", "panel").body; got == page || !strings.Contains(got, `data-kind="overview"`) || strings.Contains(got, "<main") {
		t.Errorf("parts of a public page: %.300s", got)
	}
	if w.get("", "/utgave/2022").body != page {
		t.Error("the kept page became its parts")
	}
}

// TestFramesNameNoPartToWhomNothingChanged: what an audience is not shown makes no
// frame for it, and its parts stay to the byte what they were; who sees it is told.
func TestFramesNameNoPartToWhomNothingChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := string(w.openMeeting())
	head := func(kind domain.AudienceKind, m domain.MunicipalityID) (domain.Picture, domain.Revision) {
		t.Helper()
		p, ok := domain.PictureOf(w.clerk.State(), domain.Audience{Kind: kind, Municipality: m}, domain.Live, w.server.cfg.Now())
		if !ok {
			t.Fatalf("%s does not see the board", kind)
		}
		return p, p.Board().Revision
	}
	audiences := []struct {
		kind  domain.AudienceKind
		m     domain.MunicipalityID
		names []string // after each of the records below, joined
	}{
		{domain.AudienceStaff, "", []string{"suggestions", "actions", "reports"}},
		{domain.AudienceScreen, "", []string{"", "actions", "reports"}},
		{domain.AudienceMunicipality, "9901", []string{"", "", "reports"}},
	}
	records := []map[string]any{
		{"type": "suggest_for_edition", "meeting": meeting, "m": "9902", "c": "skole", "text": "Se på skolene"},
		{"type": "add_action", "meeting": meeting, "m": "9902", "text": "Ring skolen"},
		{"type": "report_no_change", "meeting": meeting, "municipalities": []string{"9901"}},
	}
	for i, record := range records {
		var before []domain.Revision
		for _, a := range audiences {
			_, rev := head(a.kind, a.m)
			before = append(before, rev)
		}
		if res := w.command("moteleder", record); res.status != 200 {
			t.Fatalf("%v: %d %s", record, res.status, res.body)
		}
		for j, a := range audiences {
			p, rev := head(a.kind, a.m)
			got := strings.Join(p.Changed(subjects.Parts(), before[j]), " ")
			if got != a.names[i] {
				t.Errorf("%s: after %s a frame names %q, want %q", a.kind, record["type"], got, a.names[i])
			}
			frame := wire.Encoder(nil)(p, before[j])
			if named := bytes.Contains(frame, []byte(`"parts":`)); named != (a.names[i] != "") {
				t.Errorf("%s: the frame after %s is %s", a.kind, record["type"], frame)
			}
			if slices.Contains([]string{"suggest_for_edition"}, record["type"].(string)) && a.kind != domain.AudienceStaff && rev != before[j] {
				t.Errorf("%s has a frame of what is for staff: %s", a.kind, frame)
			}
		}
	}
}
