package server

import (
	"strings"
	"testing"
)

// TestHowItIsJudgedIsPublic: what an edition that is out judges, of which scope and by what,
// is read by everybody; an indicator has its own page. Of one that is not out nobody outside
// reads either.
func TestHowItIsJudgedIsPublic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	method := w.get("", "/metode?lang=nb")
	for _, word := range []string{"Slik vurderer vi", "2022", "versjon 1, publisert", "Beredskap", "Skole", "ROS-analyse", "hele området", "Kan ikke brukes til rangering"} {
		if method.status != 200 || !strings.Contains(method.body, word) {
			t.Errorf("the method lacks %q (%d)", word, method.status)
		}
	}
	indicator := w.get("", "/indikator/ros?lang=nb")
	for _, word := range []string{"ROS-analyse", `href="/omrade/beredskap"`, `href="/metode"`, "Aby", "publisert"} {
		if indicator.status != 200 || !strings.Contains(indicator.body, word) {
			t.Errorf("the indicator's page lacks %q (%d)", word, indicator.status)
		}
	}
	for _, path := range []string{"/metode?board=2023", "/indikator/ros?board=2023", "/indikator/beredskap", "/indikator/finnes-ikke", "/metode?board=finnes-ikke"} {
		if res := w.get("", path); res.status != 404 {
			t.Errorf("%s: %d", path, res.status)
		}
	}
	for _, path := range []string{"/metode?board=na", "/indikator/ros?board=na"} {
		if res := w.get("leser", path); res.status != 404 {
			t.Errorf("%s of the live picture: %d", path, res.status)
		}
	}
	if res := w.get("", "/metode?tull=1"); res.status != 422 {
		t.Errorf("a name that is unknown: %d", res.status)
	}
}
