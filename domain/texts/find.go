package texts

import (
	"reflect"
	"strings"
	"time"
	"unicode"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Find returns the texts that have words in them, whatever their case and
// however their lines break; those that were taken out have none. It is for anyone who may
// take texts out.
func Find(s *domain.State, by domain.Actor, words typed.Text, now time.Time) ([]domain.TextID, error) {
	d := domain.Judge(s, by, now)
	if !d.Holds(domain.RoleAdmin) {
		return nil, domain.Denied("forbidden.redact")
	}
	var out []domain.TextID
	want := asRead(string(words))
	for t := range d.Texts() {
		if strings.Contains(asRead(t.String()), want) {
			out = append(out, t.ID())
		}
	}
	return out, nil
}

// asRead returns words as somebody reads them: in one case, with one space for all
// white space, without what is not seen (soft hyphens, joiners), and with one sign
// for hyphens that break a line and those that do not.
func asRead(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u2010' || r == '\u2011':
			return '-'
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

// Placed is a text with where it stands.
type Placed struct {
	Text         *domain.Text
	Event        string // the kind of its event
	Field        string // what it is there, as "author"
	Board        domain.BoardID
	Municipality domain.MunicipalityID
	Column       domain.ColumnID
	Meeting      domain.MeetingID
}

// PlacedIn returns the texts of a record, in the order it names them.
func PlacedIn(r domain.Record) []Placed {
	var out []Placed
	for _, e := range r.Events {
		found := map[*domain.Text]Placed{}
		placeTexts(reflect.ValueOf(e), Placed{Event: e.Kind()}, found)
		for _, t := range e.Texts() {
			at := found[t]
			at.Text = t
			out = append(out, at)
		}
	}
	return out
}

// placeTexts walks through an event, and notes what lies round each of its texts: a
// new kind of event needs no line here.
func placeTexts(v reflect.Value, at Placed, found map[*domain.Text]Placed) {
	switch v.Kind() {
	case reflect.Pointer:
		if t, ok := v.Interface().(*domain.Text); ok {
			found[t] = at
		} else if !v.IsNil() {
			placeTexts(v.Elem(), at, found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			placeTexts(v.Index(i), at, found)
		}
	case reflect.Struct:
		for i := v.NumField() - 1; i >= 0; i-- { // the first of a kind counts: the board, not its base
			if v.Type().Field(i).IsExported() {
				at.note(v.Field(i).Interface())
			}
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() || f.Anonymous {
				at := at
				if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
					at.Field = name
				}
				placeTexts(v.Field(i), at, found)
			}
		}
	}
}

// note takes a field that tells where its event is.
func (p *Placed) note(field any) {
	switch id := field.(type) {
	case domain.BoardID:
		p.Board = id
	case domain.MunicipalityID:
		p.Municipality = id
	case domain.ColumnID:
		p.Column = id
	case domain.MeetingID:
		p.Meeting = id
	}
}
