package edge

import (
	"cmp"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Read reads a form into a command about the board and the meeting of the address,
// and names what it makes.
func (k *Call) Read(f url.Values, to any) error {
	f = maps.Clone(f)
	if k.Board != "" {
		f.Set("board", string(k.Board))
	}
	if id := k.Param("id"); id != "" {
		f.Set("meeting", id)
	}
	if err := readForm(f, reflect.ValueOf(to).Elem()); err != nil {
		return err
	}
	if named, ok := to.(domain.Named); ok {
		request, err := k.FormRequest()
		if err != nil {
			return err
		}
		named.SetID(MadeID(k.Actor.ID, request))
	}
	return nil
}

// readForm reads a form into a struct: each field by the name that its tag "form"
// gives it, else that of its JSON. What the form does not say stays as it is, and what
// the struct does not have is left. A struct or a list of them is not read.
func readForm(f url.Values, to reflect.Value) error {
	for i := range to.NumField() {
		field := to.Type().Field(i)
		name, _, _ := strings.Cut(cmp.Or(field.Tag.Get("form"), field.Tag.Get("json")), ",")
		if name == "" || name == "-" || !f.Has(name) {
			continue
		}
		var err error
		if v := to.Field(i); v.Kind() == reflect.Slice {
			err = readList(name, f[name], v)
		} else {
			err = readValue(name, f.Get(name), v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readList reads values that come one by one, or several in one with commas between
// them; texts have a line each, and one that is written twice counts once.
func readList(name string, values []string, to reflect.Value) error {
	separator := ","
	if to.Type() == reflect.TypeFor[[]typed.Text]() {
		separator = "\n"
	}
	for part := range strings.SplitSeq(strings.Join(values, separator), separator) {
		one := reflect.New(to.Type().Elem()).Elem()
		if err := readValue(name, strings.TrimSpace(part), one); err != nil {
			return err
		}
		texts, _ := to.Interface().([]typed.Text)
		if one.IsZero() || texts != nil && slices.Contains(texts, one.Interface().(typed.Text)) {
			continue
		}
		to.Set(reflect.Append(to, one))
	}
	return nil
}

// readValue reads one value; "" leaves what is there.
func readValue(name, value string, to reflect.Value) (err error) {
	trimmed := strings.TrimSpace(value)
	if trimmed == "" {
		return nil
	}
	switch field := to.Addr().Interface().(type) {
	case *typed.Text:
		*field = typed.Of(value)
		return nil
	case *domain.CellRef:
		*field, err = CellRef(trimmed)
		return err
	case *domain.Moment:
		if field.Time, err = WallTime(trimmed); err != nil {
			return Wrong(name, "time.wrong")
		}
		return nil
	}
	switch to.Kind() {
	case reflect.String:
		to.SetString(trimmed)
	case reflect.Bool:
		to.SetBool(trimmed == "yes")
	case reflect.Uint64: // a revision
		n, err := strconv.ParseUint(trimmed, 10, 64)
		if err != nil {
			return Wrong(name, "rev.wrong")
		}
		to.SetUint(n)
	}
	return nil
}

// CellRef reads "m.c".
func CellRef(value string) (domain.CellRef, error) {
	m, c, ok := strings.Cut(value, ".")
	if !ok {
		return domain.CellRef{}, Wrong("cell", "cell.wrong")
	}
	return domain.CellRef{Municipality: domain.MunicipalityID(m), Column: domain.ColumnID(c)}, nil
}

// WallTime reads a time with its zone, or as the clock on the wall in Norway
// says, which is what a browser's field for a time sends.
func WallTime(v string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return t, nil
	}
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return time.Time{}, err
	}
	if t, err := time.ParseInLocation("2006-01-02T15:04:05", v, zone); err == nil {
		return t, nil
	}
	return time.ParseInLocation("2006-01-02T15:04", v, zone)
}

// RevisionIn reads the revision of a field of a form that is like no command.
func RevisionIn(f url.Values, name string) (domain.Revision, error) {
	return Revision(name, f.Get(name))
}

// Revision reads the revision of a field that has several.
func Revision(name, value string) (r domain.Revision, err error) {
	err = readValue(name, value, reflect.ValueOf(&r).Elem())
	return r, err
}

// TextIn reads a field that people type.
func TextIn(f url.Values, name string) typed.Text { return typed.Of(f.Get(name)) }

// Trimmed reads a field without the space around it.
func Trimmed(f url.Values, name string) string { return strings.TrimSpace(f.Get(name)) }

// Wrong refuses a field (422).
func Wrong(field, msg string) error {
	return &domain.Error{Code: domain.Invalid, Field: field, Msg: msg}
}

// Within reads a number, 0 for one outside of its bounds.
func Within(v string, from, to float64) float64 {
	n, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
	if err != nil || !(n >= from && n <= to) {
		return 0
	}
	return n
}
