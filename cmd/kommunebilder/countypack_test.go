package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// otherPack writes a county pack that is Innlandet's but for what is replaced, as
// "3434", "9934", in all its files.
func otherPack(t *testing.T, replace ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pakke")
	must(t, os.CopyFS(dir, os.DirFS("../../storage/county/innlandet")))
	change(t, dir, replace...)
	return dir
}

// TestFolderKnowsItsPack: what is written while no server runs is written with the
// pack of the folder, or not at all.
func TestFolderKnowsItsPack(t *testing.T) {
	pack := otherPack(t, "3434", "9934", "Klima,Klima,Climate", "Klimaet,Klimaet,Climate")
	f := newFolder(t, "-county", pack)
	file := f.file("Kommune,Fagområde,Nivå", "Lom,miljo,rød")
	account := []string{"account", "add", "lom", "--name", "Lom", "--role", "kommune", "--municipality"}
	for _, words := range [][]string{
		{"import", "statuses", file, "--edition", "2026"}, append(account, "3434"), append(account, "9934"),
	} {
		f.refused("works with the county pack of Innlandet, in "+pack, words...)
		f.refused("give --county "+pack+" (KB_COUNTY)", words...)
	}
	for _, words := range [][]string{{"verify"}, {"account", "list"}, {"account", "add", "ola", "--name", "Ola", "--role", "leser"}, {"pack", "check", pack}} {
		f.must(words...)
	}
	f.env["KB_COUNTY"] = pack
	f.must("import", "statuses", file, "--edition", "2026")
	f.must(append(account, "9934")...)
	f.refused(`not "3434"`, append(account[:2:2], append([]string{"lom2"}, append(account[3:], "3434")...)...)...)
	f.must("publish", "--edition", "2026")
	f.env["KB_COUNTY"] = ""
	f.refused("give --county "+pack+" (KB_COUNTY)", "base", "--edition", "2026")

	// It is remembered in a backup, too.
	archive := filepath.Join(t.TempDir(), "kopi")
	f.must("backup", archive)
	again := &dataFolder{t: t, data: filepath.Join(t.TempDir(), "ny"), env: map[string]string{}}
	again.must("restore", archive)
	again.refused("give --county "+pack, "import", "statuses", file, "--edition", "2027")

	// A copy of the pack is the same pack.
	again.must("import", "statuses", file, "--edition", "2027", "--county", otherPack(t, "3434", "9934", "Klima,Klima,Climate", "Klimaet,Klimaet,Climate"))
}

// change replaces in the files of a pack.
func change(t *testing.T, dir string, replace ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.*"))
	must(t, err)
	for _, path := range files {
		b, err := os.ReadFile(path)
		must(t, err)
		must(t, os.WriteFile(path, []byte(strings.NewReplacer(replace...).Replace(string(b))), 0o600))
	}
}

// TestChangedPackIsRefused: nothing is written with a pack that the server would not
// start with, and what is told to do does it.
func TestChangedPackIsRefused(t *testing.T) {
	pack := otherPack(t)
	f := newFolder(t, "-county", pack)
	f.env["KB_COUNTY"] = pack
	file := f.file("Kommune,Fagområde,Nivå", "Hamar,miljo,rød")
	f.must("import", "statuses", file, "--edition", "2026")
	f.must("publish", "--edition", "2026")
	change(t, pack, "3434", "9934")
	serve := []string{"serve", "-data", f.data, "-addr", "127.0.0.1:0", "-ops-addr", "127.0.0.1:0"}
	for _, words := range [][]string{
		{"import", "statuses", file, "--edition", "2027"}, {"base", "--edition", "2026"}, serve,
		{"account", "add", "lom", "--name", "Lom", "--role", "kommune", "--municipality", "9934"},
	} {
		f.refused("municipality 3434 (Lom)", words...)
		f.refused("The pack in "+pack+" has changed since the folder worked with it", words...)
	}
	change(t, pack, "9934", "3434")
	f.must("import", "statuses", file, "--edition", "2027")
	f.must("base", "--edition", "2026")
	f.serve().stop()
}

// TestFolderThatKnowsNoPack: one of an earlier program remembers none, and its live
// picture tells which pack it is.
func TestFolderThatKnowsNoPack(t *testing.T) {
	pack := otherPack(t, "3434", "9934")
	f := newFolder(t, "-county", pack)
	db, err := bolt.Open(filepath.Join(f.data, "journal.db"), 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Delete([]byte("county")) }))
	must(t, db.Close())
	file := f.file("Kommune,Fagområde,Nivå", "Lom,miljo,rød")
	f.refused("Give the pack that the data were made with (--county DIR", "import", "statuses", file, "--edition", "2026")
	f.must("import", "statuses", file, "--edition", "2026", "--county", pack)
}

// TestServeTellsOfAnotherPack: a server that starts with another pack than the
// folder's says so every time, to whoever started it and in its log, and to whoever has it
// write with it.
func TestServeTellsOfAnotherPack(t *testing.T) {
	f := newFolder(t)
	pack := otherPack(t, "Klima,Klima,Climate", "Klimaet,Klimaet,Climate")
	if said := f.must("pack", "apply", pack, "--dry-run"); !strings.Contains(said, "renamed column klima Klima → Klimaet") {
		t.Errorf("dry run: %s", said)
	}
	f.serve("-county", pack).stop()
	f.must("import", "statuses", f.file("Kommune,Klima", "Lom,rød"), "--edition", "2025") // nothing was applied

	s := f.serve()
	if said := f.must("pack", "apply", pack); !strings.Contains(said, "Start the server with it from now on: -county "+pack) {
		t.Errorf("apply: %s", said)
	}
	file := f.file("Kommune,Klimaet", "Lom,rød")
	if said := f.must("import", "statuses", file, "--edition", "2026"); strings.Contains(said, "Note:") {
		t.Errorf("import after apply: %s", said)
	}
	s.stop()
	f.refused("give --county "+pack, "import", "statuses", file, "--edition", "2027")
	for range 2 {
		s = f.serve()
		said, _ := f.run("import", "statuses", file, "--edition", "2027")
		if !strings.Contains(said, "Note: the folder") {
			t.Errorf("import: %s", said)
		}
		s.stop() // the log is written
		if said := s.said.String(); !strings.Contains(said, "Note: the folder") || !strings.Contains(said, `"why":"the folder`) || !strings.Contains(said, "give --county "+pack) {
			t.Errorf("served with another pack: %s", said)
		}
	}
	s = f.serve("-county", pack)
	if said := s.said.String(); strings.Contains(said, "Note:") || strings.Contains(said, "another county pack") {
		t.Errorf("served with its own: %s", said)
	}
}

// TestServeNamesThePackThatFits: a pack that lacks what is there is refused, with
// what to do.
func TestServeNamesThePackThatFits(t *testing.T) {
	pack := otherPack(t, "3434", "9934")
	f := newFolder(t, "-county", pack)
	f.refused("The folder works with the county pack of Innlandet, in "+pack+" (", "serve", "-data", f.data, "-addr", "127.0.0.1:0", "-ops-addr", "127.0.0.1:0")
}

// TestPackApplyTakesWhateverDiffers: also a pack that has nothing but another name
// of the county, or another limit.
func TestPackApplyTakesWhateverDiffers(t *testing.T) {
	f := newFolder(t)
	for _, c := range [][3]string{
		{`"county": "Innlandet"`, `"county": "Oppland"`, "renamed county Innlandet → Oppland"},
		{`Statsforvalteren i Innlandet`, `Statsforvalteren`, "renamed office Statsforvalteren i Innlandet → Statsforvalteren"},
		{"Klima,Klima,Climate,themes", "Klima,Klima,Climate,whole", "texts, short names, order or the map"},
	} {
		pack := otherPack(t, c[0], c[1])
		if said := f.must("pack", "apply", pack, "--dry-run"); !strings.Contains(said, c[2]) {
			t.Errorf("%s: %s", c[1], said)
		}
	}
	f.refused("The county pack is the same", "pack", "apply", otherPack(t))
	f.refused("there is no such folder", "pack", "check", filepath.Join(t.TempDir(), "none"))
	f.refused("pack check DIR", "pack", "tull", otherPack(t))
}
