package kommunebilde

import (
	"slices"
	"time"
)

// Role is what a grant makes somebody. See the table in this file.
type Role string

const (
	RoleReader       Role = "leser"
	RoleAssessor     Role = "fagansvarlig" // for its areas
	RoleApprover     Role = "godkjenner"   // for its areas
	RoleLead         Role = "moteleder"
	RoleEditor       Role = "redaktor"
	RoleMunicipality Role = "kommune" // for one municipality
	RoleScreen       Role = "skjerm"  // a device
	RoleAdmin        Role = "admin"
	RolePublic       Role = "offentlig" // nobody signed in
)

// Roles returns all roles, in the order they are offered.
func Roles() []Role {
	return []Role{RoleReader, RoleAssessor, RoleApprover, RoleLead, RoleEditor, RoleMunicipality, RoleScreen, RoleAdmin, RolePublic}
}

// Grant gives a role, within areas (fagansvarlig and godkjenner: only those
// named), for a municipality, until a time (zero: for good). Scope is the board a screen shows ("" all it may).
type Grant struct {
	Role         Role           `json:"role"`
	Areas        []ColumnID     `json:"areas,omitempty"`
	Municipality MunicipalityID `json:"municipality,omitempty"`
	Scope        BoardID        `json:"scope,omitempty"`
	Until        time.Time      `json:"until,omitzero"`
}

// Same tells whether two grants give the same.
func (g Grant) Same(o Grant) bool {
	return g.Role == o.Role && g.Municipality == o.Municipality && g.Scope == o.Scope &&
		g.Until.Equal(o.Until) && slices.Equal(g.Areas, o.Areas)
}

// Actor is who asks. Without grants it is the public.
type Actor struct {
	ID     AccountID
	Grants []Grant
}

// System is the actor of somebody who works on the machine itself.
func System(osUser string) Actor {
	return Actor{ID: AccountID("system:" + osUser), Grants: []Grant{{Role: RoleEditor}, {Role: RoleLead}, {Role: RoleAdmin}}}
}

// AudienceKind is who looks, as far as it decides what they see.
type AudienceKind string

const (
	AudiencePublic       AudienceKind = "public"
	AudienceMunicipality AudienceKind = "municipality"
	AudienceScreen       AudienceKind = "screen"
	AudienceStaff        AudienceKind = "staff"
)

// Audience is a set of people who see a board alike. It is comparable: frames
// are encoded once for each. The zero Audience sees nothing.
type Audience struct {
	Kind         AudienceKind
	Municipality MunicipalityID
	Scope        BoardID
}

// Right is something one may do to a board.
type Right string

const (
	RightSee         Right = "see"          // read the board
	RightSetLevels   Right = "set_levels"   // set levels now
	RightLead        Right = "lead"         // open and close meetings
	RightEdit        Right = "edit"         // open drafts, import, note a hearing
	RightPublish     Right = "publish"      // publish, open a correction
	RightBase        Right = "base"         // change the live picture's base, apply a pack
	RightRedact      Right = "redact"       // take texts out
	RightAccounts    Right = "accounts"     // manage accounts
	RightUndoOthers  Right = "undo_others"  // undo what another did
	RightSeePersons  Right = "see_persons"  // who entered, who reported
	RightSeeTexts    Right = "see_texts"    // reasons and assessments
	RightSeeMeetings Right = "see_meetings" // titles, cases, who is invited, who has reported
	RightAudit       Right = "audit"        // see who saw and did what
	RightReport      Right = "report"       // report for one's own municipality
	RightTemplate    Right = "template"     // the template of the minutes, one for the office
	RightArrange     Right = "arrange"      // save views, keep the list of regional actors
	RightMark        Right = "mark"         // mark fields as exempt from disclosure, and lift it
)

// Rights is what an actor may do to one board at one time.
type Rights map[Right]bool

// Reading returns those of the rights that are to see something: all that holds
// for what was.
func (r Rights) Reading() Rights {
	out := Rights{}
	for _, see := range []Right{RightSee, RightSeePersons, RightSeeTexts, RightSeeMeetings} {
		if r[see] {
			out[see] = true
		}
	}
	return out
}

// policy is who may do what: role, kind of board, phase. What is not here is
// denied. Words: s see, t texts, p persons, m meetings, w set levels, l lead,
// e edit, P publish, b base, u undo others', r redact, a accounts, A audit,
// c report, o arrange, k mark (godkjenner: in its areas), T template of the
// minutes.
//
// Working editions are for staff; the live picture and situations for staff and
// paired screens, and for a municipality while a meeting that invites it is
// open; published editions for everybody.
var policy = map[Role]map[BoardKind]map[Phase]string{
	RoleReader: staffReads(),
	RoleAssessor: {
		KindEdition:   {PhaseDraft: "stpmw", PhasePublished: "stpm", PhaseCorrection: "stpmw"},
		KindLive:      {PhaseIdle: "stpm", PhaseMeeting: "stpm", PhaseClosed: "stpm"},
		KindSituation: {PhaseIdle: "stpm", PhaseMeeting: "stpm", PhaseClosed: "stpm"},
	},
	RoleApprover: {
		KindEdition:   {PhaseDraft: "stpmk", PhasePublished: "stpmk", PhaseCorrection: "stpmk"},
		KindLive:      {PhaseIdle: "stpmk", PhaseMeeting: "stpmk", PhaseClosed: "stpm"},
		KindSituation: {PhaseIdle: "stpm", PhaseMeeting: "stpm", PhaseClosed: "stpm"},
	},
	RoleLead: {
		KindEdition:   {PhaseDraft: "stpmo", PhasePublished: "stpmo", PhaseCorrection: "stpmo"},
		KindLive:      {PhaseIdle: "stpmlo", PhaseMeeting: "stpmlwuok", PhaseClosed: "stpm"},
		KindSituation: {PhaseIdle: "stpmlo", PhaseMeeting: "stpmlwuok", PhaseClosed: "stpm"},
	},
	RoleEditor: {
		KindEdition:   {PhaseDraft: "stpmwePuok", PhasePublished: "stpmePok", PhaseCorrection: "stpmwePuok"},
		KindLive:      {PhaseIdle: "stpmbokT", PhaseMeeting: "stpmokT", PhaseClosed: "stpmT"},
		KindSituation: {PhaseIdle: "stpmokT", PhaseMeeting: "stpmokT", PhaseClosed: "stpmT"},
	},
	RoleAdmin: {
		KindEdition:   {PhaseDraft: "stpmraAk", PhasePublished: "stpmraAk", PhaseCorrection: "stpmraAk"},
		KindLive:      {PhaseIdle: "stpmraAbkT", PhaseMeeting: "stpmraAkT", PhaseClosed: "stpmraAT"},
		KindSituation: {PhaseIdle: "stpmraAkT", PhaseMeeting: "stpmraAkT", PhaseClosed: "stpmraAT"},
	},
	RoleMunicipality: {
		KindEdition:   {PhasePublished: "st", PhaseCorrection: "st"},
		KindLive:      {PhaseMeeting: "stmc"}, // only if invited, and of that meeting: see counts, meeting
		KindSituation: {PhaseMeeting: "stmc"},
	},
	RoleScreen: {
		KindEdition:   {PhasePublished: "st", PhaseCorrection: "st"},
		KindLive:      {PhaseIdle: "stm", PhaseMeeting: "stm"},
		KindSituation: {PhaseIdle: "stm", PhaseMeeting: "stm"},
	},
	RolePublic: {
		KindEdition: {PhasePublished: "st", PhaseCorrection: "st"},
	},
}

var rightLetters = map[rune]Right{
	's': RightSee, 't': RightSeeTexts, 'p': RightSeePersons, 'm': RightSeeMeetings,
	'w': RightSetLevels, 'l': RightLead, 'e': RightEdit, 'P': RightPublish, 'b': RightBase,
	'u': RightUndoOthers, 'r': RightRedact, 'a': RightAccounts, 'A': RightAudit, 'c': RightReport,
	'o': RightArrange, 'k': RightMark, 'T': RightTemplate,
}

func staffReads() map[BoardKind]map[Phase]string {
	return map[BoardKind]map[Phase]string{
		KindEdition:   {PhaseDraft: "stpm", PhasePublished: "stpm", PhaseCorrection: "stpm"},
		KindLive:      {PhaseIdle: "stpm", PhaseMeeting: "stpm", PhaseClosed: "stpm"},
		KindSituation: {PhaseIdle: "stpm", PhaseMeeting: "stpm", PhaseClosed: "stpm"},
	}
}

// RightsOf returns what an actor may do to a board now. An unknown board gives
// none: whoever may not see it, cannot tell it from one that is not there.
func RightsOf(s *State, by Actor, b BoardID, now time.Time) Rights {
	out := Rights{}
	board := s.boards[b]
	if board == nil {
		return out
	}
	for _, g := range s.grantsFor(by, board, now) {
		for _, letter := range policy[g.Role][board.kind][board.phase()] {
			out[rightLetters[letter]] = true
		}
	}
	return out
}

// Accounts tells whether an actor manages accounts.
func (a Actor) Accounts(now time.Time) bool { return a.has(RoleAdmin, now) }

// Audits tells whether an actor may see the audit log.
func (a Actor) Audits(now time.Time) bool { return a.has(RoleAdmin, now) }

// Staff tells whether an actor works for the office.
func (a Actor) Staff(now time.Time) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role.staff() && g.holds(now) })
}

func (a Actor) has(r Role, now time.Time) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == r && g.holds(now) })
}

func (g Grant) holds(now time.Time) bool { return g.Until.IsZero() || now.Before(g.Until) }

// grantsFor returns the grants that count on a board now; the public's always
// does.
func (s *State) grantsFor(by Actor, b *board, now time.Time) []Grant {
	out := []Grant{{Role: RolePublic}}
	for i := range by.Grants {
		if s.counts(&by.Grants[i], b, now) {
			out = append(out, by.Grants[i])
		}
	}
	return out
}

// AudienceOf returns which audience of a board an actor belongs to: the one
// that sees most. It is the zero Audience for who may not see it.
func AudienceOf(s *State, by Actor, b BoardID, now time.Time) Audience {
	board := s.boards[b]
	if board == nil {
		return Audience{}
	}
	phase := board.phase()
	best, most := Audience{}, 0
	consider := func(g Grant) {
		rights := policy[g.Role][board.kind][phase]
		if len(rights) == 0 || rights[0] != 's' {
			return
		}
		a, rank := Audience{Kind: AudienceStaff}, 4
		switch g.Role {
		case RolePublic:
			a, rank = Audience{Kind: AudiencePublic}, 1
		case RoleMunicipality:
			a, rank = Audience{Kind: AudienceMunicipality, Municipality: g.Municipality}, 2
		case RoleScreen:
			a, rank = Audience{Kind: AudienceScreen, Scope: g.Scope}, 3
		}
		if rank > most {
			best, most = a, rank
		}
	}
	consider(Grant{Role: RolePublic})
	for i := range by.Grants {
		if s.counts(&by.Grants[i], board, now) {
			consider(by.Grants[i])
		}
	}
	return best
}

// counts tells whether a grant holds on a board now.
func (s *State) counts(g *Grant, b *board, now time.Time) bool {
	if !g.holds(now) || g.Role == RolePublic {
		return false
	}
	switch g.Role {
	case RoleMunicipality:
		return b.kind == KindEdition || s.invited(b.id, g.Municipality) != nil
	case RoleScreen:
		return g.Scope == "" || g.Scope == b.id
	}
	return true
}

// role returns the role whose row of the policy decides what an audience sees.
func (a Audience) role() Role {
	switch a.Kind {
	case AudiencePublic:
		return RolePublic
	case AudienceMunicipality:
		return RoleMunicipality
	case AudienceScreen:
		return RoleScreen
	case AudienceStaff:
		return RoleReader
	}
	return ""
}

// may tells whether the actor has a right to a column of this board now: an
// assessor and an approver only in their own areas.
func (s *State) may(by Actor, b *board, right Right, area ColumnID, now time.Time) bool {
	for _, g := range s.grantsFor(by, b, now) {
		for _, letter := range policy[g.Role][b.kind][b.phase()] {
			if rightLetters[letter] == right && (!g.Role.byArea() || slices.Contains(g.Areas, area)) {
				return true
			}
		}
	}
	return false
}

// byArea tells whether a role's rights to change hold in its areas only.
func (r Role) byArea() bool { return r == RoleAssessor || r == RoleApprover }
