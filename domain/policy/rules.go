package policy

import "kommunebilde/domain"

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
	ClassReport  Class = "report"  // what a municipality's contact reported to the lead of a meeting
	ClassDraft   Class = "draft"   // what is not published yet

	ClassCatalogue Class = "catalogue" // what an edition judges, and what its colours mean
	ClassEvidence  Class = "evidence"  // what judgements rest on
)

// Classes returns all, in order.
func Classes() []Class {
	return []Class{ClassLevel, ClassText, ClassFigure, ClassPerson, ClassMeeting, ClassNote, ClassMarking, ClassReport, ClassDraft, ClassCatalogue, ClassEvidence}
}

// Extent is how much of a class somebody sees.
type Extent string

const (
	SeesNone   Extent = ""       // nothing
	SeesAll    Extent = "all"    // all of it
	SeesOpen   Extent = "open"   // all but what is marked as exempt
	SeesOwn    Extent = "own"    // all but what is marked of others: a municipality
	SeesInvite Extent = "invite" // of the open meetings that invite it
	SeesRecent Extent = "recent" // of open meetings, and of those closed not long ago
	SeesCited  Extent = "cited"  // what there is on itself, where the office has chosen so, without what it says
	SeesTheirs Extent = "theirs" // each their own, of meetings that were closed too: see [rollcall.Closed]
)

// Rule is what a role sees and may do on a board of a kind in a phase.
type Rule struct {
	Role   domain.Role
	Kind   domain.BoardKind
	Phase  domain.Phase
	Sees   map[Class]Extent
	Rights []domain.Right // to do something; what one may see, Sees tells
}

// doing are the rights to do something, in the order they are told.
var doing = []domain.Right{
	domain.RightRecord, domain.RightRedact, domain.RightAccounts, domain.RightAudit, domain.RightBase, domain.RightLead, domain.RightSetLevels, domain.RightEdit, domain.RightPublish,
	domain.RightUndoOthers, domain.RightArrange, domain.RightMark, domain.RightTemplate, domain.RightReopen, domain.RightReport, domain.RightApprove, domain.RightNote, domain.RightEvidence, domain.RightQuestion,
}

// Of returns what the policy gives a role. Grants bound it further: to
// areas, to one municipality, to a screen's board, to a time.
func Of(role domain.Role, kind domain.BoardKind, phase domain.Phase) Rule {
	out := Rule{Role: role, Kind: kind, Phase: phase, Sees: map[Class]Extent{}}
	rights := role.Rights(kind, phase)
	for _, right := range doing {
		if rights[right] {
			out.Rights = append(out.Rights, right)
		}
	}
	if role == domain.RoleMunicipality && kind != domain.KindEdition {
		out.Sees[ClassReport] = SeesTheirs
	}
	if rights[domain.RightCatalogue] {
		out.Sees[ClassCatalogue] = SeesAll
		if out.Sees[ClassEvidence] = SeesAll; !role.Staff() {
			out.Sees[ClassEvidence] = SeesCited
		}
	}
	if !rights[domain.RightSee] {
		return out
	}
	field, meeting := SeesOpen, SeesAll
	switch {
	case role.Staff():
		field = SeesAll
		out.Sees[ClassMarking] = SeesAll
		if kind == domain.KindEdition {
			out.Sees[ClassDraft] = SeesAll
		} else {
			out.Sees[ClassReport] = SeesAll
		}
	case role == domain.RoleMunicipality:
		field, meeting = SeesOwn, SeesInvite
	case role == domain.RoleScreen:
		meeting = SeesRecent
	}
	out.Sees[ClassLevel] = field
	if kind == domain.KindSituation {
		out.Sees[ClassFigure] = field
	}
	if rights[domain.RightSeeTexts] {
		out.Sees[ClassText] = field
	}
	if rights[domain.RightSeePersons] {
		out.Sees[ClassPerson] = SeesAll
	}
	if rights[domain.RightSeeMeetings] && kind != domain.KindEdition {
		out.Sees[ClassMeeting], out.Sees[ClassNote] = meeting, meeting
	}
	return out
}
