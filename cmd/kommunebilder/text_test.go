package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var textID = regexp.MustCompile(`(?m)^(\d+\.\d+)  `)

// TestRedactShowsFirst: the id comes from a search for the words, nothing goes that
// was not shown, and nothing without a word of it.
func TestRedactShowsFirst(t *testing.T) {
	f := newFolder(t)
	f.must("import", "statuses", f.file("Kommune,Fagområde,Nivå,Tekst,Vurdert av",
		"Lom,Klima,rød,Pasient Petter Hemmelig venter,Kari Moen", "Hamar,Klima,gul,Noe annet,Kari Moen"), "--edition", "2026")
	f.must("publish", "--edition", "2026")
	for _, name := range []string{"offline", "served"} {
		if name == "served" {
			f.serve()
		}
		said := f.must("texts", "--find", "petter HEMMELIG")
		ids := textID.FindAllStringSubmatch(said, -1)
		if len(ids) != 1 || !strings.Contains(said, "text (levels set), 2026, 3434 Lom, Klima") || !strings.Contains(said, "\n    Pasient Petter Hemmelig venter\n") {
			t.Fatalf("%s: found %s", name, said)
		}
		shown, code := f.run("redact", ids[0][1], "--reason", "Personopplysning")
		if code == 0 || !strings.Contains(shown, "    Pasient Petter Hemmelig venter\n") || !strings.Contains(shown, "give the same with --yes") {
			t.Errorf("%s: redact without --yes: %d %s", name, code, shown)
		}
		if again := f.must("texts", "--find", "Hemmelig"); !strings.Contains(again, "Pasient") {
			t.Fatalf("%s: it is gone without --yes: %s", name, again)
		}
		if log := f.must("audit", "--what", "export"); strings.Count(log, ";texts;") < 3 || strings.Contains(log, "Hemmelig") {
			t.Errorf("%s: the audit log of it: %s", name, log)
		}
		if name == "offline" {
			continue
		}
		f.refused("There is no text 2.99.", "redact", ids[0][1], "2.99", "--reason", "Personopplysning")
		f.refused("Text "+ids[0][1]+" is given twice.", "redact", ids[0][1], ids[0][1], "--reason", "Personopplysning")
		if said := f.must("redact", ids[0][1], "--reason", "Personopplysning", "--yes"); !strings.Contains(said, "1 text is gone") {
			t.Errorf("redact: %s", said)
		}
		if said := f.must("texts", "--find", "Hemmelig"); !strings.Contains(said, "No text has these words") {
			t.Errorf("still there: %s", said)
		}
		f.refused("Text "+ids[0][1]+" has already been taken out.", "redact", ids[0][1], "--reason", "Personopplysning")
		f.refused("as kommunebilder texts --find WORDS lists it", "redact", "12", "--reason", "x")
	}
}

// TestFindsWhatIsRead: words are found however the cell they were pasted from broke
// them.
func TestFindsWhatIsRead(t *testing.T) {
	f := newFolder(t)
	f.must("import", "statuses", f.file("Kommune,Fagområde,Nivå,Tekst",
		"Lom,Klima,rød,\"Pasienten Per\nHansen, f\u00adødt 1950\"", "Hamar,Klima,gul,Per\u00a0Hansen er  f\u00adødt 1950 av Anne\u2011Marie"), "--edition", "2026")
	for words, n := range map[string]int{
		"per hansen": 2, "Per\u00a0Hansen": 2, "Per  Hansen": 2, "FØDT 1950": 2, "fø\u00addt 1950": 2, "er født": 1, "Anne-Marie": 1, "PerHansen": 0,
	} {
		if said := f.must("texts", "--find", words); len(textID.FindAllString(said, -1)) != n {
			t.Errorf("%q: want %d in %s", words, n, said)
		}
	}
}

// TestEraseTellsWhatItDoesNotReach: a name that others typed stays, and can be found.
func TestEraseTellsWhatItDoesNotReach(t *testing.T) {
	f := newFolder(t)
	f.must("account", "add", "kari", "--name", "Kari Moen", "--role", "leser")
	f.must("import", "statuses", f.file("Kommune,Fagområde,Nivå,Vurdert av", "Lom,Klima,rød,Kari Moen", "Hamar,Klima,gul,K. Moen"), "--edition", "2026")
	said := f.must("account", "erase", "kari")
	if !strings.Contains(said, `"Kari Moen" stands in 1 text`) || !strings.Contains(said, `texts --find "Kari Moen"`) {
		t.Errorf("erase: %s", said)
	}
	said = f.must("texts", "--find", "Kari Moen")
	ids := textID.FindAllStringSubmatch(said, -1)
	if len(ids) != 1 || !strings.Contains(said, "author (levels set), 2026, 3434 Lom, Klima") {
		t.Fatalf("found %s", said)
	}
	f.must("redact", ids[0][1], "--reason", "Kontoen er slettet", "--yes")
	if said := f.must("texts", "--find", "Moen"); !strings.Contains(said, "K. Moen") || strings.Contains(said, "Kari") {
		t.Errorf("afterwards: %s", said)
	}
}

// TestNothingIsVerifiedWhereNothingIs: a folder whose disk is not mounted is no
// folder with nothing in it, and stays empty for a restore.
func TestNothingIsVerifiedWhereNothingIs(t *testing.T) {
	full := newFolder(t)
	archive := filepath.Join(t.TempDir(), "kopi")
	full.must("backup", archive)
	f := &dataFolder{t: t, data: t.TempDir()}
	for _, words := range [][]string{{"verify"}, {"backup", filepath.Join(t.TempDir(), "tom")}, {"account", "list"}} {
		f.refused("there is no data in the folder "+f.data, words...)
	}
	if left, err := os.ReadDir(f.data); err != nil || len(left) > 0 {
		t.Errorf("made in the folder: %v %v", left, err)
	}
	f.must("restore", archive)
	f.must("verify")
	f.refused("give one that is new or empty (--data DIR)", "restore", archive)

	// The root of a new file system has a folder of its own.
	mounted := &dataFolder{t: t, data: t.TempDir()}
	must(t, os.Mkdir(filepath.Join(mounted.data, "lost+found"), 0o700))
	mounted.must("restore", archive)
	mounted.must("verify")
	mounted.serve().stop()
}
