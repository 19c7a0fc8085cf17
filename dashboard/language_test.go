package dashboard

import (
	"strings"
	"testing"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// TestLanguageKeepsWhatIsShown: another language is the same board, filter and time, and
// takes along nothing that was of one visit.
func TestLanguageKeepsWhatIsShown(t *testing.T) {
	t.Parallel()
	w, s := small(t), newSite(t)
	for path, want := range map[string]string{
		"/kommune/0003?board=na":                         "/kommune/0003?board=na&lang=nn",
		"/tavle/2022?region=nord&level=red&valgt=0003.x": "/tavle/2022?lang=nn&level=red&region=nord&valgt=0003.x",
		"/moter?gjort=dato":                              "/moter?lang=nn",
		"/login?feil=late&nr=1":                          "/login?lang=nn",
		"":                                               "/?lang=nn",
	} {
		r := w.request(reader, domain.Live, path)
		pg := s.NewPage(r, "om", "")
		var got kit.Layer
		for _, l := range pg.Languages() {
			if l.Lang == "nn" {
				got = l
			}
		}
		if strings.TrimSpace(got.Href) != want {
			t.Errorf("%q in nynorsk is %q, want %q", path, got.Href, want)
		}
	}
}
