package server

import (
	"maps"
	"net/url"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// Forms that are not read as they are: those that name several cells, and those
// where one thing said means another. The others are in the table of routes.

// formReader reads a form into the command that it asks for.
type formReader func(k *edge.Call, f url.Values) (domain.Command, error)

// formOf reads the form of a command that has nothing special.
func formOf[C domain.Command](k *edge.Call, f url.Values) (domain.Command, error) {
	var cmd C
	err := k.Read(f, &cmd)
	return cmd, err
}

// onForm makes the handler of a form: what it asks for is decided, and it leads on
// to a page that says what was done.
func (s *Server) onForm(done string, to func(*edge.Call, domain.Command) string, read formReader) func(*edge.Call) error {
	return func(k *edge.Call) error {
		f, err := k.Form()
		if err != nil {
			return err
		}
		cmd, err := read(k, f)
		if err != nil {
			return err
		}
		return s.submit(k, cmd, to(k, cmd), done)
	}
}

// Where forms lead: back to where they stood, else to the page that is named here.
func toBoard(k *edge.Call, _ domain.Command) string { return k.Back(boardPath(k)) }
func toMeeting(k *edge.Call, _ domain.Command) string {
	return k.Back("/mote/" + url.PathEscape(k.Param("id")))
}
func toEdition(k *edge.Call, _ domain.Command) string {
	return k.Back("/utgave/" + url.PathEscape(string(k.Board)))
}

func toPage(path string) func(*edge.Call, domain.Command) string {
	return func(k *edge.Call, _ domain.Command) string { return k.Back(path) }
}

// toMade leads to what was made, wherever the form stood.
func toMade(path string) func(*edge.Call, domain.Command) string {
	return func(_ *edge.Call, cmd domain.Command) string {
		_, id := cmd.(domain.Maker).Made()
		return path + url.PathEscape(id)
	}
}

// with returns a form where a field says something else.
func with(f url.Values, name, value string) url.Values {
	f = maps.Clone(f)
	f.Set(name, value)
	return f
}

// aboutCell reads a form that says cell="m.c", or m and c.
func aboutCell(read formReader) formReader {
	return func(k *edge.Call, f url.Values) (domain.Command, error) {
		if cell := f.Get("cell"); cell != "" {
			ref, err := edge.CellRef(cell)
			if err != nil {
				return nil, err
			}
			f = with(with(f, "m", string(ref.Municipality)), "c", string(ref.Column))
		}
		return read(k, f)
	}
}

// explained is formOf, for a form without a text where the reason that stands is
// meant.
func explained[C domain.Command](k *edge.Call, f url.Values) (domain.Command, error) {
	if edge.TextIn(f, "text") == "" {
		f = with(f, "text", f.Get("said"))
	}
	return formOf[C](k, f)
}
