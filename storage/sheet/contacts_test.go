package sheet_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"kommunebilde/storage/sheet"
)

func contactLines(list []sheet.Contact) string {
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s %s %s", c.Municipality, c.User, c.Name))
	}
	return strings.Join(out, "\n")
}

func TestContacts(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"by name, semicolon":        {"Kommune;Navn\nLom;Kari Moen\nØyer;Åse Bjørnæs-Dahl\n", "3434 lom.kari.moen Kari Moen\n3440 oyer.ase.bjornaes.dahl Åse Bjørnæs-Dahl"},
		"by number, user given":     {"kommunenr,namn,brukarnamn,e-post,telefon\n3434,Kari Moen,KariM,kari@example.no,12\n", "3434 karim Kari Moen"},
		"two of one municipality":   {"Kommune;Kontaktperson\nLom;Kari Moen\nLom;Ola Moen\n", "3434 lom.kari.moen Kari Moen\n3434 lom.ola.moen Ola Moen"},
		"a title above, blank rows": {"Kontakter 2026\n\nKommune;Navn\n\nLom;Kari Moen\n;\n", "3434 lom.kari.moen Kari Moen"},
	} {
		got, err := sheet.ReadContacts([]byte(c.file), innlandet(t))
		if err != nil || contactLines(got) != c.want {
			t.Errorf("%s:\n%s (%v)\nwant\n%s", name, contactLines(got), err, c.want)
		}
	}
}

// TestContactsAreRefusedWhole: one wrong row, and nobody is read; each fault has
// its place.
func TestContactsAreRefusedWhole(t *testing.T) {
	for name, c := range map[string]struct {
		file, place string
		code        string
	}{
		"no header":            {"Lom;Kari\n", "0", "header.contacts"},
		"no rows":              {"Kommune;Navn\n", "0", "file.nobody"},
		"unknown municipality": {"Kommune;Navn\nLom;Kari\nLåm;Ola\n", "3A", "municipality.unknown"},
		"no name":              {"Kommune;Navn\nLom;\n", "2B", "name.missing"},
		"a name that hides":    {"Kommune;Navn\nLom;Kari\u202eMoen\n", "2B", "text.control"},
		"a bad user name":      {"Kommune;Navn;Bruker\nLom;Kari;kari moen\n", "2C", "user.wrong"},
		"a user name twice":    {"Kommune;Navn\nLom;Kari Moen\nLom;Kari Moen\n", "3B", "user.twice"},
		"only foreign letters": {"Kommune;Navn;Bruker\nLom;Kari;Кари\n", "2C", "user.wrong"},
		"a column unknown":     {"Kommune;Navn;Passord\nLom;Kari;hemmelig\n", "1C", "column.unknown"},
	} {
		got, err := sheet.ReadContacts([]byte(c.file), innlandet(t))
		if err == nil || got != nil {
			t.Errorf("%s: read as\n%s", name, contactLines(got))
			continue
		}
		f := faultsOf(t, err).List[0]
		if at := fmt.Sprint(f.Row) + f.Column; at != c.place || f.Code != c.code {
			t.Errorf("%s: told as %s %s: %s", name, at, f.Code, f)
		}
	}
}

// FuzzContacts: whatever the file, an answer is whole and could be accounts.
func FuzzContacts(f *testing.F) {
	f.Add([]byte("Kommune;Navn\nLom;Kari Moen\n"))
	f.Add([]byte("kommunenr,namn,brukarnamn\n3434,Kari Moen,kari\n"))
	f.Add([]byte("PK\x03\x04"))
	user := regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
	cat := innlandet(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := sheet.ReadContacts(data, cat)
		if (err == nil) != (len(list) > 0) {
			t.Fatalf("%d contacts, %v", len(list), err)
		}
		seen := map[string]bool{}
		for _, c := range list {
			if cat.MunicipalityIndex(c.Municipality) < 0 || c.Name == "" || !user.MatchString(string(c.User)) || seen[string(c.User)] {
				t.Fatalf("%+v", c)
			}
			seen[string(c.User)] = true
		}
	})
}
