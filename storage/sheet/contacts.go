package sheet

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kommunebilde/domain"
)

// Contact is a municipality's own person, who answers and reports for it.
type Contact struct {
	Municipality domain.MunicipalityID
	Name         string
	User         domain.AccountID // what they sign in with
}

// Columns of a list of contacts.
const (
	contactName field = -1 - iota
	contactUser
)

func contactField(word string) field {
	switch word {
	case "navn", "namn", "kontakt", "kontaktperson", "name", "contact", "contact person":
		return contactName
	case "bruker", "brukar", "brukernavn", "brukarnamn", "user", "user name", "username", "account":
		return contactUser
	case "e-post", "epost", "e-mail", "email", "telefon", "tlf", "mobil", "phone", "mobile", "stilling", "rolle", "funksjon", "position", "role":
		return fieldIgnored
	}
	switch f := fieldOf(word); f {
	case fieldMunicipality, fieldNumber, fieldIgnored:
		return f
	}
	return fieldUnknown
}

var userName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// ReadContacts reads a list of municipalities' contacts from XLSX or CSV: a row
// each with municipality (name or number) and name, and a user name where the
// office has chosen one; else it is made of both. Known columns with addresses
// and the like are left alone. The error is a *Faults, as of [ReadStatuses]; there
// are then no contacts.
func ReadContacts(data []byte, cat *domain.Catalogue) ([]Contact, error) {
	n := namesOf(cat)
	grids, _, faults := readGrids(data, func(value string) bool {
		return value != "" && len(value) <= longName && contactField(fold(value)) != fieldUnknown
	})
	if faults != nil {
		return nil, faults
	}
	var out []Contact
	faults = &Faults{}
	r := contactReader{cat: cat, names: n, faults: faults, rows: map[domain.AccountID]int{}}
	found := false
	for _, g := range grids {
		if l, ok := contactLayout(g); ok {
			found = true
			out = append(out, r.sheet(g, l)...)
		}
	}
	switch {
	case !found:
		return nil, fileFault("", "", "header.contacts", headerRows)
	case faults.Count > 0:
		return nil, faults
	case len(out) == 0:
		return nil, fileFault("", "", "file.nobody")
	}
	return out, nil
}

// contactLayout finds the header: the first row that names municipality and
// name.
func contactLayout(g *grid) (layout, bool) {
	for row := 1; row <= min(headerRows, len(g.rows)); row++ {
		l := layout{row: row, fields: map[field]int{}}
		for col, c := range g.rows[row-1] {
			if c.value == "" || len(c.value) > longName {
				continue
			}
			f := contactField(fold(c.value))
			if _, taken := l.fields[f]; !taken {
				l.fields[f] = col
			}
			if f == fieldUnknown {
				l.unknown = append(l.unknown, col)
			}
		}
		_, name := l.fields[contactName]
		_, who := l.fields[fieldMunicipality]
		_, number := l.fields[fieldNumber]
		if name && (who || number) {
			return l, true
		}
	}
	return layout{}, false
}

// contactReader reads the sheets of one file.
type contactReader struct {
	cat    *domain.Catalogue
	names  *names
	faults *Faults
	rows   map[domain.AccountID]int // where each user name stands
}

func (r *contactReader) sheet(g *grid, l layout) []Contact {
	var out []Contact
	header := g.rows[l.row-1]
	l.strangeHeads(g, r.faults)
	for row := l.row + 1; row <= len(g.rows); row++ {
		if cells := g.rows[row-1]; blank(cells) || slices.Equal(cells, header) {
			continue
		}
		s := rowReader{reader: &reader{names: r.names, faults: r.faults}, g: g, l: &l, row: row}
		before := r.faults.Count
		s.strays()
		c := Contact{Municipality: s.municipality()}
		name := s.get(contactName)
		if c.Name = s.text(name, domain.MaxName); c.Name == "" && s.faults.Count == before {
			s.fault(name.col, "", "name.missing")
		}
		user := s.get(contactUser)
		c.User = domain.AccountID(strings.ToLower(user.value))
		if user.value == "" && s.faults.Count == before {
			m := r.cat.Municipalities[r.cat.MunicipalityIndex(c.Municipality)]
			c.User, user.col = domain.AccountID(plain(m.Short+" "+c.Name)), name.col
		}
		switch first := r.rows[c.User]; {
		case s.faults.Count > before:
		case !userName.MatchString(string(c.User)):
			s.fault(user.col, string(c.User), "user.wrong")
		case first > 0:
			s.fault(user.col, string(c.User), "user.twice", first)
		}
		if s.faults.Count == before {
			r.rows[c.User] = row
			out = append(out, c)
		}
	}
	return out
}

// plain makes a user name of names: lom.kari.moen.
func plain(s string) string {
	s = strings.NewReplacer("æ", "ae", "ø", "o", "ß", "ss", "đ", "d", "ł", "l", "þ", "th").Replace(fold(s))
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r == ' ' || r == '-' || r == '/':
			return ' '
		}
		return -1 // the ring of an å, the acute of an é
	}, norm.NFD.String(s))
	s = strings.Join(strings.Fields(s), ".")
	return strings.TrimRight(s[:min(len(s), 64)], ".")
}
