package main

import (
	"fmt"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/plan"
	"kommunebilde/server/admin"
)

// plannedOffice has the edition 2026 with a plan, open for judgement.
func plannedOffice(t *testing.T) *folder {
	t.Helper()
	o := newOpener(t).open(t)
	pack, err := o.county.get()
	must(t, err)
	cat := pack.Catalogue
	for _, cmd := range []domain.Command{
		plan.Make{Board: "2026", Title: "Kommunebilde 2026", Mode: plan.Yearly, Hearing: plan.Heard, Judged: "2026-09-01", Catalogue: &cat, Map: &pack.Map},
		plan.OpenRound{Board: "2026"},
	} {
		_, err := o.submit(t.Context(), admin.SystemUser(), cmd)
		must(t, err)
	}
	return o
}

// ownSheet is a table as the workplace gives it away.
func ownSheet(t *testing.T, seen domain.Revision, level, text string) []byte {
	t.Helper()
	return asCSV(t, [][]string{
		{"Utgave-id", "Kommunenummer", "Kommune", "Kolonne-id", "Fagområde eller indikator", "Kolonneversjon", "Status-id", "Status", "Tekst", "Kilder", "Revisjon", "Hentet"},
		{"2026", "3434", "Lom", "klima", "Klima", "1", "", level, text, "", fmt.Sprint(seen), "nå"},
	})
}

// TestImportIntoAPlannedEdition: it is Save in bulk, with its preview; what others changed
// since stays.
func TestImportIntoAPlannedEdition(t *testing.T) {
	o := plannedOffice(t)
	const hard = "=1+1; \"sitat\",\n-linje"
	try := func(file []byte, flags, says, refused string) {
		t.Helper()
		words := strings.Fields("import statuses fil --edition 2026 " + flags)
		head := o.clerk.State().Head()
		dry, err := o.ask(t, file, append(words[:len(words):len(words)], "--dry-run")...)
		if o.clerk.State().Head() != head {
			t.Fatal("what was only tried changed something")
		}
		if refused == "" && err != nil || !strings.HasPrefix(dry, says) {
			t.Errorf("tried, it says\n%s%v\nwant\n%s", dry, err, says)
		}
		out, err := o.ask(t, file, words...)
		switch {
		case refused != "" && (err == nil || !strings.HasPrefix(err.Error(), refused) || o.clerk.State().Head() != head):
			t.Errorf("it says\n%s%v\nwant\n%s", out, err, refused)
		case refused == "" && (err != nil || !strings.HasPrefix(out, says) || !strings.Contains(out, fmt.Sprintf("\nLagret som revisjon %d.\n", head.Revision+1))):
			t.Errorf("it says\n%s%v\nwant\n%s", out, err, says)
		}
	}
	plain := asCSV(t, [][]string{{"Kommune", "Fagområde", "Nivå", "Tekst"}, {"Lom", "Klima", "gul", hard}, {"Hamar", "Klima", "ikke vurdert", ""}})
	try(plain, "", "1 ikke vurdert → gul, 1 tekst kommer til, 0 slettes.\n\n1 ikke vurdert → gul:\n  Lom: Klima\n\n1 tekst kommer til:\n  Lom: Klima\n", "")
	if got := o.cellsOf("2026"); got != "Lom|klima|yellow|"+hard {
		t.Errorf("the cells are %s", got)
	}
	try(plain, "", "", "Ingenting var endret.")
	first := o.clerk.State().Head().Revision
	try(ownSheet(t, first, "Gul", hard), "", "", "Ingenting var endret.")
	try(ownSheet(t, first, "Gul", ""), "", "1 slettes.\n\n1 tekst slettes:\n  Lom: Klima\n", "Antall opplysninger som filen sletter: 1. Se over dem, og bekreft antallet. (--delete)")
	try(ownSheet(t, first, "Rød", ""), "--delete 1", "1 gul → rød, 1 slettes.\n\n1 tekst slettes:\n  Lom: Klima\n\n1 gul → rød:\n  Lom: Klima\n", "")
	// The same file as before knows nothing of that.
	try(ownSheet(t, first, "Grønn", hard), "", "0 slettes.\n\n1 felt er endret av andre siden filen ble hentet, og lagres ikke:\n  Lom, Klima\n    I filen: grønn, «=1+1; \"sitat\", -linje»\n    Lagret: rød, «»\n", "Ingenting var endret.")
	try(ownSheet(t, first, "Gul", hard), "", "", "Ingenting var endret.")
	for want, file := range map[string][]byte{
		"fil: 1 feil, ingenting er lest inn.\nrad 2, kolonne A: Filen er av utgaven «2025»":  []byte(strings.Replace(string(ownSheet(t, first, "Gul", "")), "2026;", "2025;", 1)),
		"fil: 1 feil, ingenting er lest inn.\nrad 2, kolonne D: En utgave med plan har ikke": asCSV(t, [][]string{{"Kommune", "Fagområde", "Nivå", "Dato"}, {"Lom", "Klima", "gul", "2026-01-01"}}),
		"fil: 1 feil, ingenting er lest inn.\nrad 2: ":                                       []byte(strings.Replace(string(ownSheet(t, o.clerk.State().Head().Revision, "Gul", "")), ";1;", ";7;", 1)),
	} {
		try(file, "", "", want)
	}
	try(plain, "--title Ny", "", "--title")
}
