//go:build e2e

package e2e

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// BenchmarkParts: what one change of a level, and one significant event, costs the line
// of one screen that asks for the parts of its page: body bytes, brotli, beside the
// whole page.
func BenchmarkParts(b *testing.B) {
	p := demo(b)
	api := p.client("moteleder")
	meeting := api.openMeetings("na")[0]
	for _, page := range []struct {
		name, account, path string
		also                []string // what the page's script asks for beside
	}{
		{"overview", "leser", "/tavle/na", nil},
		{"wall", "leser", "/tavle/na?vis=skjerm&oppsett=b", nil},
		{"meeting", "leser", "/mote/" + meeting, nil},
		{"municipality", "leser", "/kommune/3434?board=na", nil},
		{"console", "moteleder", "/konsoll/" + meeting, []string{"cell"}},
	} {
		b.Run(page.name, func(b *testing.B) {
			session := p.session(page.account)
			whole := fetched(b, session, p.url(page.path), "", "")
			cells, note := drawnFrom(whole, "cells", page.also), drawnFrom(whole, "notes", page.also)
			var change, event, all int
			for b.Loop() {
				all = len(fetched(b, session, p.url(page.path), "", "br"))
				change = len(fetched(b, session, p.url(page.path), cells, "br"))
				event = len(fetched(b, session, p.url(page.path), note, "br"))
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(change)/1000, "change-kB")
			b.ReportMetric(float64(event)/1000, "event-kB")
			b.ReportMetric(float64(all)/1000, "page-kB")
		})
	}
}

var part = regexp.MustCompile(`<[a-z]+ [^>]*data-part="[^"]*"[^>]*>`)

// drawnFrom returns the parts of a page that are drawn from a name, as its script asks
// for them.
func drawnFrom(page, name string, also []string) string {
	ids := slices.Clone(also)
	for _, tag := range part.FindAllString(page, -1) {
		if slices.Contains(strings.Fields(attribute(tag, "data-part")), name) {
			ids = append(ids, attribute(tag, "id"))
		}
	}
	if len(ids) == 0 {
		return "-"
	}
	return strings.Join(ids, ",")
}

func attribute(tag, name string) string {
	_, rest, _ := strings.Cut(tag, " "+name+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// fetched returns a page's body, or that of its parts, in a coding.
func fetched(b *testing.B, session *http.Client, url, parts, coding string) string {
	b.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", coding)
	if parts != "" {
		req.Header.Set("Kb-Parts", parts)
	}
	resp, err := session.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatal(resp.Status, err)
	}
	return string(body)
}
