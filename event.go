package kommunebilde

import "time"

// Event is something that happened. Its JSON carries a kind; a kind that was
// once written is read for ever, with the meaning it had.
type Event interface {
	kind() string
	texts() []*Text // the free texts, in a fixed order, nil ones left out
}

// The kinds of events.
type (
	// DemoDeclared says that everything in this journal is made up.
	DemoDeclared struct{}

	// MapAdded brings a map that catalogues name by its hash.
	MapAdded struct {
		Hash Hash `json:"hash"`
		Map  Map  `json:"map"`
	}

	// BoardOpened begins a board. Base is for the live picture only. An edition
	// has a Title in all languages; what people call a situation or an exercise
	// is a Name, which can be redacted.
	BoardOpened struct {
		Board     BoardID   `json:"board"`
		Kind      BoardKind `json:"board_kind"`
		Title     Words     `json:"title,omitzero"`
		Name      *Text     `json:"name,omitempty"`
		Base      BoardID   `json:"base,omitempty"`
		Exercise  bool      `json:"exercise,omitempty"`
		Catalogue Catalogue `json:"catalogue"`
	}

	// BoardClosed ends a situation or an exercise: nothing is set in it any more.
	BoardClosed struct {
		Board BoardID `json:"board"`
	}

	// CatalogueReplaced gives the live picture another catalogue: that of
	// another edition (Base changed) or of a newer county pack (Changes).
	// Closed lists the live levels whose row or column is gone.
	CatalogueReplaced struct {
		Board     BoardID           `json:"board"`
		Base      BoardID           `json:"base,omitempty"`
		Catalogue Catalogue         `json:"catalogue"`
		Changes   []CatalogueChange `json:"changes,omitempty"`
		Closed    []ClosedLevel     `json:"closed,omitempty"`
	}

	// LevelsSet sets one or several cells of one board at once.
	LevelsSet struct {
		Board      BoardID    `json:"board"`
		Meeting    MeetingID  `json:"meeting,omitempty"`
		ReportedBy *Text      `json:"reported_by,omitempty"`
		EventAt    *time.Time `json:"event_at,omitempty"` // when it came to be so, if not now
		Undoes     Revision   `json:"undoes,omitempty"`
		Source     string     `json:"source,omitempty"` // "import" for a spreadsheet
		Cells      []CellSet  `json:"cells"`
	}

	// MeetingOpened begins a meeting.
	MeetingOpened struct {
		Meeting MeetingID        `json:"meeting"`
		Board   BoardID          `json:"board"`
		Type    MeetingKind      `json:"type"`
		Title   *Text            `json:"title"`
		Case    *Text            `json:"case,omitempty"`
		Region  RegionID         `json:"region,omitempty"`
		Invited []MunicipalityID `json:"invited,omitempty"`
		Series  *Text            `json:"series,omitempty"`
		Agenda  []RegionID       `json:"agenda,omitempty"`
		Actors  []*Text          `json:"actors,omitempty"`
		Reports bool             `json:"reports,omitempty"` // contacts may report for their own

		InSeries MeetingID         `json:"in_series,omitempty"` // the first meeting of the series it continues
		View     ViewID            `json:"view,omitempty"`      // the saved view it opens with, instead of Region
		Listed   []RegionalActorID `json:"listed,omitempty"`    // who of the office's list takes part
	}

	// MeetingClosed ends a meeting.
	MeetingClosed struct {
		Meeting MeetingID `json:"meeting"`
	}

	// MunicipalityReported: a municipality says in a meeting that nothing has
	// changed. (What has changed, LevelsSet tells.)
	MunicipalityReported struct {
		Meeting      MeetingID      `json:"meeting"`
		Municipality MunicipalityID `json:"m"`
		ReportedBy   *Text          `json:"reported_by,omitempty"`
	}

	// LevelsProposed: a municipality's own contact reports levels, which the
	// meeting lead takes or not. The proposal is named by its record.
	LevelsProposed struct {
		Meeting    MeetingID `json:"meeting"`
		ReportedBy *Text     `json:"reported_by,omitempty"`
		Cells      []CellSet `json:"cells"`
	}

	// ProposalDecided: taken (a LevelsSet in the same record) or not.
	ProposalDecided struct {
		Meeting  MeetingID `json:"meeting"`
		Proposal Revision  `json:"proposal"`
		Taken    bool      `json:"taken"`
	}

	// NoteWritten is a significant event (viktig hendelse), shown on every
	// screen. About is the change it was promoted from, 0 for one written anew.
	NoteWritten struct {
		Meeting MeetingID `json:"meeting"`
		Note    NoteID    `json:"note"`
		Text    *Text     `json:"text"`
		About   Revision  `json:"about,omitempty"`
	}

	// NoteWithdrawn takes a significant event off the screens; it stays in the
	// minutes, as withdrawn.
	NoteWithdrawn struct {
		Meeting MeetingID `json:"meeting"`
		Note    NoteID    `json:"note"`
		Reason  *Text     `json:"reason,omitempty"`
	}

	// ActionAdded is something to be done (tiltak) about a cell.
	ActionAdded struct {
		Meeting      MeetingID      `json:"meeting"`
		Action       ActionID       `json:"action"`
		Municipality MunicipalityID `json:"m"`
		Column       ColumnID       `json:"c,omitempty"`
		Text         *Text          `json:"text"`
		Owner        *Text          `json:"owner,omitempty"`
		Due          string         `json:"due,omitempty"` // 2006-01-02
	}

	// ActionEnded: it was done, or will not be.
	ActionEnded struct {
		Board  BoardID  `json:"board"`
		Action ActionID `json:"action"`
		Done   bool     `json:"done"`
		Note   *Text    `json:"note,omitempty"`
	}

	// FiguresSet tells numbers beside a situation's levels.
	FiguresSet struct {
		Board   BoardID     `json:"board"`
		Meeting MeetingID   `json:"meeting"`
		Figures []FigureSet `json:"figures"`
	}

	// AssistanceAsked is a request for assistance (bistandsanmodning).
	AssistanceAsked struct {
		Meeting      MeetingID      `json:"meeting"`
		Request      AssistanceID   `json:"request"`
		Municipality MunicipalityID `json:"m"`    // who asks
		Of           *Text          `json:"of"`   // of whom
		What         *Text          `json:"what"` // what for
	}

	// AssistanceMoved tells how far a request has come.
	AssistanceMoved struct {
		Board   BoardID         `json:"board"`
		Request AssistanceID    `json:"request"`
		State   AssistanceState `json:"state"`
		Note    *Text           `json:"note,omitempty"`
	}

	// CellsMarked withholds fields of cells, on a legal basis.
	CellsMarked struct {
		Board  BoardID   `json:"board"`
		Cells  []CellRef `json:"cells"`
		Fields []Field   `json:"fields"`
		Basis  Basis     `json:"basis"`
		Reason *Text     `json:"reason"`
	}

	// MarkingLifted takes the markings of cells away.
	MarkingLifted struct {
		Board  BoardID   `json:"board"`
		Cells  []CellRef `json:"cells"`
		Reason *Text     `json:"reason"`
	}

	// EditionSuggested asks an area's assessor to look at something in the next
	// edition (foreslått til utgave). It changes no edition.
	EditionSuggested struct {
		Meeting      MeetingID      `json:"meeting"`
		Municipality MunicipalityID `json:"m"`
		Column       ColumnID       `json:"c"`
		Text         *Text          `json:"text"`
	}

	// ActorListed puts a regional actor on the office's list, or gives one that is
	// there another name.
	ActorListed struct {
		Actor RegionalActorID `json:"actor"`
		Name  *Text           `json:"name"`
	}

	// ActorUnlisted takes it off the list.
	ActorUnlisted struct {
		Actor RegionalActorID `json:"actor"`
	}

	// ViewSaved keeps a filter of a board under a name.
	ViewSaved struct {
		Board  BoardID    `json:"board"`
		View   ViewID     `json:"view"`
		Name   *Text      `json:"name"`
		Filter ViewFilter `json:"filter"`
	}

	// ViewRemoved ends that; meetings that opened with it still do.
	ViewRemoved struct {
		Board BoardID `json:"board"`
		View  ViewID  `json:"view"`
	}

	// HearingHeld tells of a hearing that was held outside the product.
	HearingHeld struct {
		Board   BoardID `json:"board"`
		Hearing Hearing `json:"hearing"`
	}

	// EditionPublished makes the board as it now is the next version.
	EditionPublished struct {
		Board   BoardID `json:"board"`
		Version int     `json:"version"`
		Note    *Text   `json:"note,omitempty"`
	}

	// CorrectionOpened lets a published edition be worked on again; what is
	// published stays as it is.
	CorrectionOpened struct {
		Board  BoardID `json:"board"`
		Reason *Text   `json:"reason"`
	}

	// ReportTemplateSet gives the office's minutes their sections, in order; none
	// at all is the standard template.
	ReportTemplateSet struct {
		Sections []ReportSection `json:"sections"`
	}

	// TextRedacted tells that texts were taken out, and why.
	TextRedacted struct {
		Texts  []TextID `json:"texts"`
		Reason *Text    `json:"reason"`
	}
)

// CellSet is what one cell becomes.
type CellSet struct {
	Municipality MunicipalityID `json:"m"`
	Column       ColumnID       `json:"c"`
	Level        Level          `json:"level"`
	Text         *Text          `json:"text,omitempty"`
	Same         *TextID        `json:"same_text,omitempty"` // an earlier text that stands again, after an undo
	Author       *Text          `json:"author,omitempty"`    // who judged, in an edition, as the source names them
	SameAuthor   *TextID        `json:"same_author,omitempty"`
	Date         string         `json:"date,omitempty"` // the day of the judgement, 2006-01-02
	Over         *Overwritten   `json:"over,omitempty"`
}

// ReportSection is a section of the minutes.
type ReportSection struct {
	Key     ReportKey `json:"key"`
	Hidden  bool      `json:"hidden,omitempty"`
	Heading *Text     `json:"heading,omitempty"`
	Text    *Text     `json:"text,omitempty"`
}

// FigureSet is one number from one source.
type FigureSet struct {
	Municipality MunicipalityID `json:"m"`
	Column       ColumnID       `json:"c"`
	Figure       FigureKind     `json:"figure"`
	Value        int64          `json:"value"`
	Source       *Text          `json:"source"`
	AsOf         time.Time      `json:"as_of"`
	Certainty    Certainty      `json:"certainty"`
}

// Overwritten is another's change, under 30 seconds old, that a click won over.
type Overwritten struct {
	By       AccountID `json:"by"`
	Revision Revision  `json:"rev"`
	Level    Level     `json:"level"`
}

// ClosedLevel is a live level that lost its row or column.
type ClosedLevel struct {
	Municipality MunicipalityID `json:"m"`
	Column       ColumnID       `json:"c"`
	Level        Level          `json:"level"`
}

func (*DemoDeclared) kind() string         { return "demo_declared" }
func (*MapAdded) kind() string             { return "map_added" }
func (*BoardOpened) kind() string          { return "board_opened" }
func (*CatalogueReplaced) kind() string    { return "catalogue_replaced" }
func (*LevelsSet) kind() string            { return "levels_set" }
func (*MeetingOpened) kind() string        { return "meeting_opened" }
func (*MeetingClosed) kind() string        { return "meeting_closed" }
func (*HearingHeld) kind() string          { return "hearing_held" }
func (*MunicipalityReported) kind() string { return "municipality_reported" }
func (*LevelsProposed) kind() string       { return "levels_proposed" }
func (*ProposalDecided) kind() string      { return "proposal_decided" }
func (*NoteWritten) kind() string          { return "note_written" }
func (*NoteWithdrawn) kind() string        { return "note_withdrawn" }
func (*ActionAdded) kind() string          { return "action_added" }
func (*BoardClosed) kind() string          { return "board_closed" }
func (*FiguresSet) kind() string           { return "figures_set" }
func (*AssistanceAsked) kind() string      { return "assistance_asked" }
func (*AssistanceMoved) kind() string      { return "assistance_moved" }
func (*EditionSuggested) kind() string     { return "edition_suggested" }
func (*CellsMarked) kind() string          { return "cells_marked" }
func (*MarkingLifted) kind() string        { return "marking_lifted" }
func (*ActionEnded) kind() string          { return "action_ended" }
func (*EditionPublished) kind() string     { return "edition_published" }
func (*CorrectionOpened) kind() string     { return "correction_opened" }
func (*ReportTemplateSet) kind() string    { return "report_template_set" }
func (*TextRedacted) kind() string         { return "text_redacted" }
func (*ActorListed) kind() string          { return "actor_listed" }
func (*ActorUnlisted) kind() string        { return "actor_unlisted" }
func (*ViewSaved) kind() string            { return "view_saved" }
func (*ViewRemoved) kind() string          { return "view_removed" }

func (*DemoDeclared) texts() []*Text      { return nil }
func (*MapAdded) texts() []*Text          { return nil }
func (e *BoardOpened) texts() []*Text     { return present(e.Name) }
func (*CatalogueReplaced) texts() []*Text { return nil }
func (*MeetingClosed) texts() []*Text     { return nil }
func (*HearingHeld) texts() []*Text       { return nil }
func (e *MeetingOpened) texts() []*Text {
	return present(append([]*Text{e.Title, e.Case, e.Series}, e.Actors...)...)
}
func (e *MunicipalityReported) texts() []*Text { return present(e.ReportedBy) }
func (e *LevelsProposed) texts() []*Text       { return cellTexts(e.ReportedBy, e.Cells) }
func (*ProposalDecided) texts() []*Text        { return nil }
func (e *NoteWritten) texts() []*Text          { return present(e.Text) }
func (e *NoteWithdrawn) texts() []*Text        { return present(e.Reason) }
func (e *ActionAdded) texts() []*Text          { return present(e.Text, e.Owner) }
func (*BoardClosed) texts() []*Text            { return nil }
func (e *FiguresSet) texts() []*Text {
	var out []*Text
	for i := range e.Figures {
		out = append(out, present(e.Figures[i].Source)...)
	}
	return out
}
func (e *AssistanceAsked) texts() []*Text  { return present(e.Of, e.What) }
func (e *AssistanceMoved) texts() []*Text  { return present(e.Note) }
func (e *EditionSuggested) texts() []*Text { return present(e.Text) }
func (e *CellsMarked) texts() []*Text      { return present(e.Reason) }
func (e *MarkingLifted) texts() []*Text    { return present(e.Reason) }
func (e *ActionEnded) texts() []*Text      { return present(e.Note) }
func (e *EditionPublished) texts() []*Text {
	return present(e.Note)
}
func (e *CorrectionOpened) texts() []*Text { return present(e.Reason) }
func (e *TextRedacted) texts() []*Text     { return present(e.Reason) }
func (e *LevelsSet) texts() []*Text        { return cellTexts(e.ReportedBy, e.Cells) }
func (e *ActorListed) texts() []*Text      { return present(e.Name) }
func (*ActorUnlisted) texts() []*Text      { return nil }
func (e *ViewSaved) texts() []*Text        { return present(e.Name) }
func (*ViewRemoved) texts() []*Text        { return nil }
func (e *ReportTemplateSet) texts() []*Text {
	var out []*Text
	for i := range e.Sections {
		out = append(out, present(e.Sections[i].Heading, e.Sections[i].Text)...)
	}
	return out
}

func cellTexts(reportedBy *Text, cells []CellSet) []*Text {
	out := present(reportedBy)
	for i := range cells {
		out = append(out, present(cells[i].Text, cells[i].Author)...)
	}
	return out
}

func present(texts ...*Text) []*Text {
	var out []*Text
	for _, t := range texts {
		if t != nil {
			out = append(out, t)
		}
	}
	return out
}

// newEvent returns an empty event of a kind, nil for an unknown one.
func newEvent(kind string) Event {
	switch kind {
	case "demo_declared":
		return &DemoDeclared{}
	case "map_added":
		return &MapAdded{}
	case "board_opened":
		return &BoardOpened{}
	case "catalogue_replaced":
		return &CatalogueReplaced{}
	case "levels_set":
		return &LevelsSet{}
	case "meeting_opened":
		return &MeetingOpened{}
	case "meeting_closed":
		return &MeetingClosed{}
	case "municipality_reported":
		return &MunicipalityReported{}
	case "levels_proposed":
		return &LevelsProposed{}
	case "proposal_decided":
		return &ProposalDecided{}
	case "note_written":
		return &NoteWritten{}
	case "note_withdrawn":
		return &NoteWithdrawn{}
	case "action_added":
		return &ActionAdded{}
	case "action_ended":
		return &ActionEnded{}
	case "board_closed":
		return &BoardClosed{}
	case "figures_set":
		return &FiguresSet{}
	case "assistance_asked":
		return &AssistanceAsked{}
	case "assistance_moved":
		return &AssistanceMoved{}
	case "edition_suggested":
		return &EditionSuggested{}
	case "cells_marked":
		return &CellsMarked{}
	case "marking_lifted":
		return &MarkingLifted{}
	case "hearing_held":
		return &HearingHeld{}
	case "edition_published":
		return &EditionPublished{}
	case "correction_opened":
		return &CorrectionOpened{}
	case "report_template_set":
		return &ReportTemplateSet{}
	case "text_redacted":
		return &TextRedacted{}
	case "actor_listed":
		return &ActorListed{}
	case "actor_unlisted":
		return &ActorUnlisted{}
	case "view_saved":
		return &ViewSaved{}
	case "view_removed":
		return &ViewRemoved{}
	}
	return nil
}
