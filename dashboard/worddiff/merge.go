package worddiff

// Merge puts two changes of one text together. Where both touch the same words, or
// words with no more than a blank between them, nobody can tell unseen what should
// stand ("ikke" beside another's word turns its sense): touched is then true and the
// text is theirs. What both did alike is done once.
func Merge(base, mine, theirs string) (text string, touched bool) {
	switch {
	case mine == theirs || mine == base:
		return theirs, false
	case theirs == base:
		return mine, false
	}
	a, b := edits(Words(base, mine)), edits(Words(base, theirs))
	var out []byte
	at := 0
	for len(a) > 0 || len(b) > 0 {
		var next edit
		switch {
		case len(a) > 0 && len(b) > 0 && a[0] == b[0]:
			next, a, b = a[0], a[1:], b[1:]
		case len(b) == 0 || len(a) > 0 && a[0].before(b[0], base):
			next, a = a[0], a[1:]
		case len(a) == 0 || b[0].before(a[0], base):
			next, b = b[0], b[1:]
		default:
			return theirs, true
		}
		out = append(append(out, base[at:next.from]...), next.text...)
		at = next.to
	}
	return string(append(out, base[at:]...)), false
}

// edit puts text in the place of base[from:to].
type edit struct {
	from, to int
	text     string
}

// before reports whether an edit is over before another begins, with more than blanks
// between them.
func (e edit) before(other edit, base string) bool {
	return e.to < other.from && !blank(base[e.to:other.from])
}

func edits(spans []Span) (out []edit) {
	at, changed := 0, false
	for _, s := range spans {
		if s.Kind == Same {
			at += len(s.Text)
			changed = false
			continue
		}
		if !changed {
			out, changed = append(out, edit{from: at, to: at}), true
		}
		e := &out[len(out)-1]
		if s.Kind == Removed {
			at += len(s.Text)
			e.to = at
		} else {
			e.text = s.Text
		}
	}
	return out
}
