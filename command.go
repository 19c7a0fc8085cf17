package kommunebilde

import "time"

// Command is what somebody wants. [Decide] turns it into events or refuses it.
type Command interface{ isCommand() }

// The commands. Texts are as typed, in Unicode's NFC (the edge sees to that).
type (
	// DeclareDemo marks an empty journal as made up.
	DeclareDemo struct{}

	// OpenLive begins the live picture, on the pack's catalogue, until it gets
	// an edition as its base.
	OpenLive struct {
		Catalogue Catalogue
		Map       *Map
	}

	// OpenEdition begins a draft.
	OpenEdition struct {
		Board     BoardID
		Title     Words
		Catalogue Catalogue
		Map       *Map
	}

	// ImportEdition sets an edition's cells from a spreadsheet, in one record:
	// it opens a draft if there is no such edition, a correction (Reason) if it
	// is published.
	ImportEdition struct {
		Board     BoardID
		Title     Words
		Catalogue Catalogue // for a new draft
		Map       *Map
		Reason    string
		Cells     []CellEdit
	}

	// SetLevels sets cells of a board. In an edition each cell carries the
	// revision the author saw; in the live picture the last one wins.
	SetLevels struct {
		Board      BoardID
		Meeting    MeetingID // live: an open meeting
		Cells      []CellEdit
		ReportedBy string
		EventAt    time.Time // zero: now; at most 7 days back, 5 minutes ahead
		Issued     time.Time // live: when it was clicked, by the server's clock; older than 15 s is refused
	}

	// Undo writes the values before Revision, if its cells still stand there.
	// Revision 0 is the actor's own last change, at most 30 s old.
	Undo struct {
		Board    BoardID
		Revision Revision
	}

	// OpenMeeting begins a meeting. ID is chosen by whoever asks (random).
	OpenMeeting struct {
		ID      MeetingID
		Board   BoardID
		Kind    MeetingKind
		Title   string
		Case    string
		Region  RegionID
		Invited []MunicipalityID
		Series  string     // meetings that belong together have the same
		Agenda  []RegionID // the order regions are called in; nil: the catalogue's
		Actors  []string   // regional actors that take part
		Reports bool       // contacts of invited municipalities may report

		InSeries MeetingID         // instead of Series: the first meeting of the series it continues
		View     ViewID            // instead of Region: the saved view it opens with
		Listed   []RegionalActorID // who of the office's list takes part
	}

	// ListActor puts a regional actor on the office's list, or renames one that is
	// there. ID is chosen by whoever asks (random).
	ListActor struct {
		ID   RegionalActorID
		Name string
	}

	// UnlistActor takes it off.
	UnlistActor struct{ ID RegionalActorID }

	// SaveView keeps a filter of a board under a name. ID is chosen by whoever asks
	// (random).
	SaveView struct {
		Board  BoardID
		ID     ViewID
		Name   string
		Filter ViewFilter
	}

	// RemoveView ends that.
	RemoveView struct {
		Board BoardID
		ID    ViewID
	}

	// CloseMeeting ends a meeting. It is refused while changes lack a reason, with
	// the cells in the refusal, unless Unexplained says that they may.
	CloseMeeting struct {
		Meeting     MeetingID
		Unexplained bool
	}

	// GiveReasons writes the reasons of levels that were set without one. The
	// levels stay; each is named by the revision the author saw.
	GiveReasons struct {
		Meeting MeetingID
		Reasons []ReasonGiven
	}

	// SetReportTemplate gives the office's minutes their sections, in order. None
	// at all: the standard template.
	SetReportTemplate struct {
		Sections []ReportPart
		Seen     Revision // of the template that the author saw
	}

	// ReportNoChange: a municipality is there, and nothing has changed. The lead
	// says it for any, a contact for its own.
	ReportNoChange struct {
		Meeting        MeetingID
		Municipalities []MunicipalityID
		ReportedBy     string
	}

	// ProposeLevels is a contact's report for its own municipality.
	ProposeLevels struct {
		Meeting    MeetingID
		Cells      []CellEdit
		ReportedBy string
	}

	// DecideProposal takes a contact's report into the picture, or not.
	DecideProposal struct {
		Meeting  MeetingID
		Proposal Revision
		Take     bool
	}

	// WriteNote puts a significant event on every screen. ID is chosen by
	// whoever asks (random).
	WriteNote struct {
		Meeting MeetingID
		ID      NoteID
		Text    string
		About   Revision
	}

	// WithdrawNote takes it off again.
	WithdrawNote struct {
		Meeting MeetingID
		ID      NoteID
		Reason  string
	}

	// AddAction is something to be done about a municipality, or one cell.
	AddAction struct {
		Meeting      MeetingID
		ID           ActionID
		Municipality MunicipalityID
		Column       ColumnID // "" the municipality as a whole
		Text         string
		Owner        string
		Due          string // 2006-01-02, "" none
	}

	// EndAction: done, or it will not be (Note says why).
	EndAction struct {
		Board BoardID
		ID    ActionID
		Done  bool
		Note  string
	}

	// OpenSituation begins a situation (hendelse) on the functions of a pack.
	OpenSituation struct {
		Board     BoardID
		Title     string
		Exercise  bool
		Catalogue Catalogue
		Map       *Map
	}

	// OpenExercise begins a copy of a board to exercise on: same rows, columns
	// and levels, a history and screens of its own.
	OpenExercise struct {
		Board BoardID
		Title string
		From  BoardID
	}

	// CloseBoard ends a situation or an exercise.
	CloseBoard struct{ Board BoardID }

	// SetFigures tells numbers beside a situation's levels.
	SetFigures struct {
		Meeting MeetingID
		Figures []FigureEdit
	}

	// AskAssistance and MoveAssistance keep a request for assistance. ID is
	// chosen by whoever asks (random).
	AskAssistance struct {
		Meeting      MeetingID
		ID           AssistanceID
		Municipality MunicipalityID
		Of, What     string
	}
	MoveAssistance struct {
		Board BoardID
		ID    AssistanceID
		State AssistanceState
		Note  string
	}

	// MarkCells withholds fields of cells from all but the office and the
	// cells' own municipalities. Cells that are marked get this marking instead.
	MarkCells struct {
		Board  BoardID
		Cells  []CellRef
		Fields []Field
		Basis  Basis
		Reason string
	}

	// LiftMarking shows again what was marked.
	LiftMarking struct {
		Board  BoardID
		Cells  []CellRef
		Reason string
	}

	// SuggestForEdition makes a task for an area's assessor, nothing more.
	SuggestForEdition struct {
		Meeting      MeetingID
		Municipality MunicipalityID
		Column       ColumnID
		Text         string
	}

	// NoteHearing tells of a hearing held outside the product.
	NoteHearing struct {
		Board   BoardID
		Hearing Hearing
	}

	// Publish makes a draft or a correction the edition's newest version. Note
	// tells what a correction corrected; version 1 has none.
	Publish struct {
		Board BoardID
		Note  string
	}

	// OpenCorrection lets a published edition be worked on again.
	OpenCorrection struct {
		Board  BoardID
		Reason string
	}

	// ChangeBase gives the live picture the columns of another edition. It is
	// refused while a meeting on the live picture is open.
	ChangeBase struct{ Edition BoardID }

	// ApplyPack takes a newer county pack over into the live picture.
	ApplyPack struct {
		Catalogue Catalogue
		Map       *Map
	}

	// Redact takes texts out of store, state and screens.
	Redact struct {
		Texts  []TextID
		Reason string
	}
)

// FigureEdit is one number from one source.
type FigureEdit struct {
	Municipality MunicipalityID
	Column       ColumnID
	Figure       FigureKind
	Value        int64
	Source       string
	AsOf         time.Time // zero: now
	Certainty    Certainty
}

// CellRef names a cell.
type CellRef struct {
	Municipality MunicipalityID `json:"m"`
	Column       ColumnID       `json:"c"`
}

// ReasonGiven is the reason for a level that stands.
type ReasonGiven struct {
	Municipality MunicipalityID
	Column       ColumnID
	Seen         Revision // the cell's revision that the author saw
	Text         string
}

// CellEdit is what one cell shall become.
type CellEdit struct {
	Municipality MunicipalityID
	Column       ColumnID
	Level        Level
	Text         string
	Author       string   // edition: who judged, if another than the actor
	Date         string   // edition: the day of the judgement, 2006-01-02
	Seen         Revision // edition: the cell's revision that the author saw
}

func (DeclareDemo) isCommand()       {}
func (OpenLive) isCommand()          {}
func (OpenEdition) isCommand()       {}
func (ImportEdition) isCommand()     {}
func (SetLevels) isCommand()         {}
func (Undo) isCommand()              {}
func (OpenMeeting) isCommand()       {}
func (CloseMeeting) isCommand()      {}
func (GiveReasons) isCommand()       {}
func (SetReportTemplate) isCommand() {}
func (OpenSituation) isCommand()     {}
func (OpenExercise) isCommand()      {}
func (CloseBoard) isCommand()        {}
func (SetFigures) isCommand()        {}
func (AskAssistance) isCommand()     {}
func (MoveAssistance) isCommand()    {}
func (MarkCells) isCommand()         {}
func (LiftMarking) isCommand()       {}
func (SuggestForEdition) isCommand() {}
func (ReportNoChange) isCommand()    {}
func (ProposeLevels) isCommand()     {}
func (DecideProposal) isCommand()    {}
func (WriteNote) isCommand()         {}
func (WithdrawNote) isCommand()      {}
func (AddAction) isCommand()         {}
func (EndAction) isCommand()         {}
func (NoteHearing) isCommand()       {}
func (Publish) isCommand()           {}
func (OpenCorrection) isCommand()    {}
func (ChangeBase) isCommand()        {}
func (ApplyPack) isCommand()         {}
func (Redact) isCommand()            {}
func (ListActor) isCommand()         {}
func (UnlistActor) isCommand()       {}
func (SaveView) isCommand()          {}
func (RemoveView) isCommand()        {}
