package domain

import (
	"maps"
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

// Same reports whether two grants give the same.
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
	RightReopen      Right = "reopen"       // take the closing of a meeting back
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
	RightCatalogue   Right = "catalogue"    // read what an edition in the making judges, and by what
	RightApprove     Right = "approve"      // send judgements back, compare and approve them
	RightQuestion    Right = "question"     // tell what is wrong with the evidence on one's own municipality
	RightNote        Right = "note"         // write notes beside judgements that never leave the office
	RightEvidence    Right = "evidence"     // keep the evidence that judgements rest on
	RightRecord      Right = "record"       // look back at what was, and take it away: playback, lists, exports
)

// Rights is what an actor may do to one board at one time.
type Rights map[Right]bool

// Reading returns those of the rights that are to see something: all that holds
// for what was.
func (r Rights) Reading() Rights {
	out := Rights{}
	for _, see := range []Right{RightSee, RightSeePersons, RightSeeTexts, RightSeeMeetings, RightRecord} {
		if r[see] {
			out[see] = true
		}
	}
	return out
}

// allowance gives roles rights to boards of some kinds, in some phases.
type allowance struct {
	who   []Role
	kinds []BoardKind
	when  []Phase
	may   []Right
}

// Who, which boards and when, as the policy names them.
var (
	office    = []Role{RoleReader, RoleAssessor, RoleApprover, RoleLead, RoleEditor, RoleAdmin}
	everybody = []Role{RolePublic, RoleMunicipality, RoleScreen}

	editions = []BoardKind{KindEdition}
	live     = []BoardKind{KindLive}
	ongoing  = []BoardKind{KindLive, KindSituation}

	always    = []Phase{PhaseDraft, PhasePlanned, PhaseDrafting, PhasePublished, PhaseCorrection, PhaseIdle, PhaseMeeting, PhaseClosed}
	working   = []Phase{PhaseDraft, PhaseDrafting, PhaseCorrection} // of an edition
	published = []Phase{PhasePublished, PhaseCorrection}            // of an edition
	drafting  = []Phase{PhaseDrafting}                              // of a planned edition
	idle      = []Phase{PhaseIdle}
	meeting   = []Phase{PhaseMeeting}
	open      = []Phase{PhaseIdle, PhaseMeeting} // not a closed situation or exercise
)

// policy is who may do what. What is not here is denied. Grants bound it further:
// an assessor and an approver change only what is in their areas, a municipality
// sees only the meetings that invite it, a screen only its board.
var policy = []allowance{
	// The office reads all that is the office's.
	{office, []BoardKind{KindEdition, KindLive, KindSituation}, always, []Right{RightSee, RightSeeTexts, RightSeePersons, RightSeeMeetings, RightRecord}},
	{office, editions, always, []Right{RightCatalogue}},

	// What is published is for everybody, with its texts and what was published
	// before; never who judged.
	{everybody, editions, published, []Right{RightSee, RightSeeTexts, RightRecord}},

	// A municipality sees the live picture and situations while a meeting that
	// invites it is open, and since that was opened; its contact reports. What its
	// contact reported it sees afterwards, too: see ClosedMeetingOf.
	{[]Role{RoleMunicipality}, ongoing, meeting, []Right{RightSee, RightSeeTexts, RightSeeMeetings, RightRecord, RightReport}},

	// A paired screen sees what is now.
	{[]Role{RoleScreen}, ongoing, open, []Right{RightSee, RightSeeTexts, RightSeeMeetings}},

	// Editions are judged by assessors, and edited and published by editors.
	{[]Role{RoleAssessor}, editions, working, []Right{RightSetLevels}},
	{[]Role{RoleEditor}, editions, working, []Right{RightSetLevels, RightUndoOthers}},
	{[]Role{RoleEditor}, editions, always, []Right{RightEdit, RightPublish}},

	// A planned edition is approved by others than those who wrote it. What it judges,
	// and by what, the municipalities may read from the day it is judged.
	{[]Role{RoleApprover, RoleEditor}, editions, drafting, []Right{RightApprove}},
	{[]Role{RoleMunicipality}, editions, drafting, []Right{RightCatalogue, RightQuestion}},
	{office, editions, drafting, []Right{RightNote}},

	// What judgements rest on is the office's, whatever the edition.
	{[]Role{RoleAssessor, RoleEditor}, live, open, []Right{RightEvidence}},

	// A meeting is led by leads, who alone set levels while it is open.
	{[]Role{RoleLead}, ongoing, open, []Right{RightLead, RightReopen}},
	{[]Role{RoleLead}, ongoing, meeting, []Right{RightSetLevels, RightUndoOthers}},
	{[]Role{RoleAdmin}, ongoing, open, []Right{RightReopen}},

	// Views, and the list of regional actors.
	{[]Role{RoleLead, RoleEditor}, editions, always, []Right{RightArrange}},
	{[]Role{RoleLead, RoleEditor}, ongoing, open, []Right{RightArrange}},

	// What the live picture rests on changes while no meeting is open.
	{[]Role{RoleEditor, RoleAdmin}, live, idle, []Right{RightBase}},

	// The template of the minutes is one for the office.
	{[]Role{RoleEditor, RoleAdmin}, ongoing, always, []Right{RightTemplate}},

	// What is exempt from disclosure: approvers in their areas, leads in a meeting.
	{[]Role{RoleApprover, RoleEditor, RoleAdmin}, editions, always, []Right{RightMark}},
	{[]Role{RoleApprover}, live, open, []Right{RightMark}},
	{[]Role{RoleEditor, RoleAdmin}, ongoing, open, []Right{RightMark}},
	{[]Role{RoleLead}, ongoing, meeting, []Right{RightMark}},

	// Accounts, the audit log, and what must be taken out.
	{[]Role{RoleAdmin}, []BoardKind{KindEdition, KindLive, KindSituation}, always, []Right{RightRedact, RightAccounts, RightAudit}},
}

// allowed are the rights that the policy gives, by role, kind of board and phase.
var allowed = policyOf(policy)

type stand struct {
	role  Role
	kind  BoardKind
	phase Phase
}

func policyOf(rows []allowance) map[stand]Rights {
	out := map[stand]Rights{}
	for _, row := range rows {
		for _, role := range row.who {
			for _, kind := range row.kinds {
				for _, phase := range row.when {
					if !slices.Contains(kind.Phases(), phase) {
						continue
					}
					at := stand{role, kind, phase}
					if out[at] == nil {
						out[at] = Rights{}
					}
					for _, right := range row.may {
						out[at][right] = true
					}
				}
			}
		}
	}
	return out
}

// Rights returns what the policy gives a role on boards of a kind in a phase. Grants
// bound it further.
func (r Role) Rights(kind BoardKind, phase Phase) Rights {
	return maps.Clone(allowed[stand{r, kind, phase}])
}

// Staff reports whether a role works for the office.
func (r Role) Staff() bool { return slices.Contains(office, r) }

// RightsOf returns what an actor may do to a board now. An unknown board gives
// none: whoever may not see it, cannot tell it from one that is not there.
func RightsOf(s *State, by Actor, b BoardID, now time.Time) Rights {
	out := Rights{}
	board := s.boards[b]
	if board == nil {
		return out
	}
	for _, g := range s.grantsFor(by, board, now) {
		maps.Copy(out, allowed[stand{g.Role, board.kind, board.phase()}])
	}
	return out
}

// Accounts reports whether an actor manages accounts.
func (a Actor) Accounts(now time.Time) bool { return a.has(RoleAdmin, now) }

// Audits reports whether an actor may see the audit log.
func (a Actor) Audits(now time.Time) bool { return a.has(RoleAdmin, now) }

// Leads reports whether an actor may lead meetings, whatever is open.
func (a Actor) Leads(now time.Time) bool { return a.has(RoleLead, now) }

// Staff reports whether an actor works for the office.
func (a Actor) Staff(now time.Time) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role.Staff() && g.holds(now) })
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
// that sees most. It is the zero Audience for anyone who may not see it.
func AudienceOf(s *State, by Actor, b BoardID, now time.Time) Audience {
	board := s.boards[b]
	if board == nil {
		return Audience{}
	}
	phase := board.phase()
	best, most := Audience{}, 0
	consider := func(g Grant) {
		if !allowed[stand{g.Role, board.kind, phase}][RightSee] {
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

// counts reports whether a grant holds on a board now.
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

// may reports whether the actor has a right to a column of this board now: an
// assessor and an approver only in their own areas.
func (s *State) may(by Actor, b *board, right Right, area ColumnID, now time.Time) bool {
	for _, g := range s.grantsFor(by, b, now) {
		if allowed[stand{g.Role, b.kind, b.phase()}][right] && (!g.Role.byArea() || slices.Contains(g.Areas, area)) {
			return true
		}
	}
	return false
}

// Allows reports whether an actor has a right to a column of a board now. An unknown
// board allows nothing.
func (s *State) Allows(by Actor, b BoardID, right Right, area ColumnID, now time.Time) bool {
	board := s.boards[b]
	return board != nil && s.may(by, board, right, area, now)
}

// byArea reports whether a role's rights to change hold in its areas only.
func (r Role) byArea() bool { return r == RoleAssessor || r == RoleApprover }
