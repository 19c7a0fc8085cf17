package county

import (
	"strings"

	"kommunebilde/domain"
)

// takeEnded notes a row about something that is no more in the catalogue's list
// and reports whether it was one.
func (l *loader) takeEnded(cat *domain.Catalogue, r row, kind, id, name string) bool {
	if !r.ended() {
		if r.get("successors") != "" {
			l.fault(r.file, r.line, "successors", r.get("successors"), "is given, but ended is empty")
		}
		return false
	}
	successors := strings.FieldsFunc(r.get("successors"), func(c rune) bool { return c == ' ' || c == ';' || c == ',' })
	for _, s := range successors {
		l.after = append(l.after, succession{row: r, kind: kind, id: s})
	}
	cat.Ended = append(cat.Ended, domain.Ended{ID: id, Name: name, Successors: successors})
	l.isEnded(kind, id)
	return true
}

// succession is a successor that must turn out to exist.
type succession struct {
	row      row
	kind, id string
}

func (l *loader) isEnded(kind, id string) {
	if l.gone == nil {
		l.gone = map[string]bool{}
	}
	l.gone[kind+"\x00"+id] = true
}

// checkSuccessors reports successors in a file that are not there, or no more.
func (l *loader) checkSuccessors(file, kind string) {
	for _, s := range l.after {
		if s.row.file != file || s.kind != kind {
			continue
		}
		key := kind + "\x00" + s.id
		if _, known := l.numbers[key]; !known || l.gone[key] {
			l.fault(file, s.row.line, "successors", s.id, "is not a %s that exists", kind)
		}
	}
}
