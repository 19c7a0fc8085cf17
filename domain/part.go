package domain

import (
	"reflect"
	"slices"
)

// Part is one noun's share of what pages draw of a board. Story is the story that
// it is drawn from, and the part's name on the wire. Of returns all of it that an
// audience is shown, so that two pictures can be compared.
type Part struct {
	Story string
	Of    func(Picture) any
}

// partBoard names all that pages draw of a board: which meetings go on decides what may
// be done on it, and so what every part offers.
const partBoard = "board"

// InMeetings returns what is shown in each meeting that is open, for [Part.Of].
func InMeetings[T any](p Picture, of func(Picture, MeetingID) T) map[MeetingID]T {
	out := map[MeetingID]T{}
	for _, m := range p.OpenMeetings() {
		out[m.ID] = of(p, m.ID)
	}
	return out
}

// Changed names the parts that are another for the picture's audience than they were
// at a revision, in the order given, and then the board where a meeting or the board
// itself was noted to be another. A part without a new line is not compared. What the
// audience is not shown changes nothing.
func (p Picture) Changed(parts []Part, after Revision) []string {
	var out []string
	var before Picture
	for _, part := range parts {
		if len(p.story(part.Story, after)) == 0 {
			continue
		}
		if before.state == nil {
			before = p.AtRevision(after)
		}
		if !reflect.DeepEqual(part.Of(before), part.Of(p)) {
			out = append(out, part.Story)
		}
	}
	if slices.ContainsFunc(p.lines(after), func(l logEntry) bool { return l.line != nil && (l.line.Story == "" || l.line.Turns) }) {
		out = append(out, partBoard)
	}
	return out
}
