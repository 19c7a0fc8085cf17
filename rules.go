package kommunebilde

// The policy as somebody reads it who answers for it: role by role, board by
// board. Everything here is asked of the policy itself, so that it cannot say
// something else than what holds.

// Class is a kind of information about a board.
type Class string

// Classes of information, in the order they are told.
const (
	ClassLevel   Class = "level"   // levels, when they were set
	ClassText    Class = "text"    // reasons and assessments
	ClassFigure  Class = "figure"  // numbers of a situation
	ClassPerson  Class = "person"  // who entered, judged, reported
	ClassMeeting Class = "meeting" // titles, cases, who is invited, the roll-call
	ClassNote    Class = "note"    // significant events, actions, requests for assistance
	ClassMarking Class = "marking" // why something is exempt, and who marked it
	ClassDraft   Class = "draft"   // what is not published yet
)

// Classes returns all, in order.
func Classes() []Class {
	return []Class{ClassLevel, ClassText, ClassFigure, ClassPerson, ClassMeeting, ClassNote, ClassMarking, ClassDraft}
}

// Extent is how much of a class somebody sees.
type Extent string

const (
	SeesNone   Extent = ""       // nothing
	SeesAll    Extent = "all"    // all of it
	SeesOpen   Extent = "open"   // all but what is marked as exempt
	SeesOwn    Extent = "own"    // all but what is marked of others: a municipality
	SeesInvite Extent = "invite" // of the open meetings that invite it
)

// Rule is what a role sees and may do on a board of a kind in a phase.
type Rule struct {
	Role   Role
	Kind   BoardKind
	Phase  Phase
	Sees   map[Class]Extent
	Rights []Right // to do something; what one may see, Sees tells
}

// BoardKinds returns the kinds of boards.
func BoardKinds() []BoardKind { return []BoardKind{KindEdition, KindLive, KindSituation} }

// Phases returns the phases a kind of board can be in, in order.
func (k BoardKind) Phases() []Phase {
	if k == KindEdition {
		return []Phase{PhaseDraft, PhasePublished, PhaseCorrection}
	}
	return []Phase{PhaseIdle, PhaseMeeting, PhaseClosed}
}

// RuleOf returns what the policy gives a role. Grants bound it further: to
// areas, to one municipality, to a screen's board, to a time.
func RuleOf(role Role, kind BoardKind, phase Phase) Rule {
	out := Rule{Role: role, Kind: kind, Phase: phase, Sees: map[Class]Extent{}}
	rights := map[Right]bool{}
	for _, letter := range policy[role][kind][phase] {
		right := rightLetters[letter]
		rights[right] = true
		switch right {
		case RightSee, RightSeeTexts, RightSeePersons, RightSeeMeetings:
		default:
			out.Rights = append(out.Rights, right)
		}
	}
	if !rights[RightSee] {
		return out
	}
	field, meeting := SeesOpen, SeesAll
	switch {
	case role.staff():
		field = SeesAll
		out.Sees[ClassMarking] = SeesAll
		if kind == KindEdition {
			out.Sees[ClassDraft] = SeesAll
		}
	case role == RoleMunicipality:
		field, meeting = SeesOwn, SeesInvite
	}
	out.Sees[ClassLevel] = field
	if kind == KindSituation {
		out.Sees[ClassFigure] = field
	}
	if rights[RightSeeTexts] {
		out.Sees[ClassText] = field
	}
	if rights[RightSeePersons] {
		out.Sees[ClassPerson] = SeesAll
	}
	if rights[RightSeeMeetings] && kind != KindEdition {
		out.Sees[ClassMeeting], out.Sees[ClassNote] = meeting, meeting
	}
	return out
}

func (r Role) staff() bool {
	switch r {
	case RoleReader, RoleAssessor, RoleApprover, RoleLead, RoleEditor, RoleAdmin:
		return true
	}
	return false
}
