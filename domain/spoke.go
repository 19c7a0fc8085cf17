package domain

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kommunebilde/domain/typed"
)

// Whose word a change is. One who is reported about has not answered: somebody
// still has to reach them.

// Spoke is whose word a change of levels is: one of those below, "" where nobody
// said, or the id of a regional actor.
type Spoke string

// Whose word it is, if no regional actor's.
const (
	SpokeMunicipality Spoke = "municipality" // its own
	SpokeGuest        Spoke = "guest"        // another's, who is not on the office's list
	SpokeNobody       Spoke = "nobody"       // a reason was written, nothing was reported
)

// voice is what a change says in a roll-call. It is kept with each change, and
// small.
type voice uint8

const (
	ownVoice    voice = iota // the municipality's, or nobody said whose
	othersVoice              // about the municipality
	noVoice
)

// voice tells whose the word is. One report for several municipalities is about
// them, whoever made it.
func (e *LevelsSet) voice() voice {
	several := slices.ContainsFunc(e.Cells, func(c CellSet) bool { return c.Municipality != e.Cells[0].Municipality })
	switch {
	case e.Spoke == SpokeNobody:
		return noVoice
	case several, e.Spoke != "" && e.Spoke != SpokeMunicipality:
		return othersVoice
	}
	return ownVoice
}

// spokenBy is who said a change: where it confirms a level, not who had given it.
func (c *change) spokenBy() *Text {
	if c.confirms {
		return c.confirmedBy
	}
	return c.reportedBy
}

// spoke says whose word a change in a meeting is, and who reported it. It is as
// the command says, or as the name of whoever reported tells; where the two differ, or the
// command names one who is not there, it is refused.
func (d Decision) spoke(m *Meeting, cmd SetLevels) (Spoke, typed.Text, error) {
	named := d.s.speaker(m, string(cmd.ReportedBy))
	id := RegionalActorID(cmd.Spoke)
	name := d.s.actorName(id)
	switch {
	case cmd.Spoke == "" && cmd.ReportedBy == "" && !slices.ContainsFunc(cmd.Cells, func(c CellEdit) bool { return c.Level != "" }):
		return SpokeNobody, "", nil
	case cmd.Spoke == "":
		return named, cmd.ReportedBy, nil
	case cmd.Spoke == named, named == "" && (cmd.Spoke == SpokeMunicipality || cmd.Spoke == SpokeNobody || cmd.Spoke == SpokeGuest && cmd.ReportedBy != ""):
		return cmd.Spoke, cmd.ReportedBy, nil
	case named != "":
		return "", "", Wrong("spoke", "spoke.reporter")
	case name == nil, !d.s.listed(id) && !slices.Contains(m.Listed, id):
		return "", "", Wrong("spoke", "actor.unknown")
	case cmd.ReportedBy == "":
		return cmd.Spoke, typed.Of(name.String()), nil
	}
	return cmd.Spoke, cmd.ReportedBy, nil
}

// speaker finds who reported among the actors of a meeting and of the office's
// list, by what they are or were called, and among the meeting's guests; "" for
// nobody of them.
func (s *State) speaker(m *Meeting, by string) Spoke {
	if r, ok := ask[roster](s); ok {
		if id := r.Speaker(by, m.Listed); id != "" {
			return Spoke(id)
		}
	}
	for _, guest := range m.texts.actors[len(m.Listed):] {
		if SpeaksFor(by, guest.String()) {
			return SpokeGuest
		}
	}
	return ""
}

// SpeaksFor reports whether who reports is called by a body's name first, whatever
// follows: "Politiet", "Politiet v/operasjonsleder", "politiet, vakta". The
// script's rule is held to the same vectors, testdata/speaks-for.json.
func SpeaksFor(by, name string) bool {
	by = strings.TrimSpace(by)
	if name == "" || len(by) < len(name) || !strings.EqualFold(by[:len(name)], name) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(by[len(name):])
	return !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '-'
}

// Body returns the body for which somebody reports: what stands before " v/".
func Body(by string) string {
	body, _, _ := strings.Cut(by, " v/")
	return strings.TrimSpace(body)
}
