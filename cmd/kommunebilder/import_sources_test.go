package main

import (
	"strings"
	"testing"
)

// TestImportSources: supervision and DSB's survey by the command line, tried and carried
// out; the same file again writes nothing.
func TestImportSources(t *testing.T) {
	o := plannedOffice(t)
	must(t, o.openLive(t.Context()))
	rows := [][]string{
		{"Kommune", "Saksnummer", "Tema", "Tilsynsorgan", "Dato", "Hjemmel", "Avvik", "Status", "Saksbehandler"},
		{"Lom", "2023/12", "Legevakt", "Statsforvalteren", "14.05.2023", "helsetilsynsloven § 4", "Rutine mangler", "åpent", "IB"},
		{"Lom", "2023/12", "Legevakt", "Statsforvalteren", "14.05.2023", "helsetilsynsloven § 4", "Opplæring mangler", "åpent", "IB"},
		{"Lomm", "2023/13", "Legevakt", "Statsforvalteren", "14.05.2023", "helsetilsynsloven § 4", "", "", ""},
	}
	try := func(file []byte, words string, writes bool, want ...string) {
		t.Helper()
		head := o.clerk.State().Head()
		out, err := o.ask(t, file, strings.Fields("import "+words)...)
		if err != nil {
			out += "\n" + err.Error()
		}
		for _, one := range want {
			if !strings.Contains(out, one) {
				t.Errorf("%s lacks %q:\n%s", words, one, out)
			}
		}
		if wrote := o.clerk.State().Head() != head; wrote != writes {
			t.Errorf("%s wrote: %v", words, wrote)
		}
	}
	const says = "Nye: 1. Ny versjon: 0. Uendret: 0. Leses ikke inn: 1.\n\nNye:\n  Lom, 2023-05-14: Legevakt, sak 2023/12\n\nLeses ikke inn:\n  rad 4, kolonne A: «Lomm» er ikke en kommune i fylket."
	try(asCSV(t, rows), "supervision fil --dry-run", false, says, "Kolonner som ikke leses: Saksbehandler", "Ingenting er endret (--dry-run).")
	try(asXLSX(t, rows), "supervision fil", true, strings.Replace(says, "  rad 4", "  ark «Sheet1», rad 4", 1), "Lagret som revisjon")
	try(asCSV(t, rows), "supervision fil", false, "Uendret: 1", "Filen sier ikke noe nytt.")
	shorter := asCSV(t, rows[:2])
	try(shorter, "supervision fil", false, "Ny versjon: 1", "  Lom, 2023-05-14: Legevakt, sak 2023/12: Opplæring mangler", "(--delete)")
	try(shorter, "supervision fil --delete 1", true, "Lagret som revisjon")
	try([]byte("Kommune;Nivå\nLom;gul\n"), "supervision fil", false, "1 feil, ingenting er lest inn", "overskriftsrad")
	try([]byte("Kommune;ROS-analyse, år;Øvd?\nLom;2021;Ja\n"), "survey fil --year 2023", true, "Lom, 2021-01-01: Helhetlig ROS, etter DSBs kommuneundersøkelse 2023", "Lagret")
	try([]byte("Kommune;ROS-analyse, år;Øvd?\nLom;2021;Ja\n"), "survey fil", false, "Skriv hvilket år undersøkelsen er fra")
	try(asCSV(t, rows), "supervision fil --year 2023", false, "--year is of a survey")
	try(asCSV(t, rows), "tilsyn fil", false, "first one of the words")
}
