package assessment

import (
	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
)

// Events are the kinds of this subject.
func Events() []domain.Event {
	return []domain.Event{&evidenceLinked{}, &unchangedConfirmed{}, &cellNoted{}}
}

// Part is what pages draw of it: whatever is noted may change any row.
func Part() domain.Part {
	return domain.Part{Story: story, Of: func(p domain.Picture) any {
		var last domain.Revision
		for told := range p.Story(story) {
			last = told.Entry.Revision
		}
		return last
	}}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	sets := []domain.Right{domain.RightSetLevels}
	text := typed.Of("Én av to lister står uten fast lege.")
	return []domain.CommandKind{
		{Name: "assess", Doc: "Writes cells of a planned edition, in one record: level, text and evidence; what is left out stays. Each cell carries the revision its author saw (409, cell.stale). Nothing is written where nothing is another (409, save.nothing).",
			Needs: sets, Example: Save{Board: "2024", Cells: []Edit{{Municipality: "0003", Column: "helse", Level: domain.Green, Text: &text, Evidence: &[]evidence.Ref{}}}}},
		{Name: "carry_over", Doc: "Begins an edition with the texts of the one that it follows.",
			Needs: []domain.Right{domain.RightEdit}, Example: CarryOver{Board: "2024"}},
		{Name: "confirm_unchanged", Doc: "Says that an area of a municipality with its indicators, or the municipality's summary, is as it was in the edition before.",
			Needs: sets, Example: ConfirmUnchanged{Board: "2024", Municipality: "0001", Column: "helse"}},
		{Name: "write_cell_note", Doc: "Puts a note beside a cell. It never leaves the office.",
			Needs: []domain.Right{domain.RightNote}, Example: WriteNote{Board: "2024", Municipality: "0001", Column: "helse", Text: "Ring kommuneoverlegen"}},
	}
}
