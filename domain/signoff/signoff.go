package signoff

import "kommunebilde/domain"

// Events are the kinds of this subject.
func Events() []domain.Event {
	return []domain.Event{&unitsSubmitted{}, &unitsReturned{}, &unitsApproved{}, &areaModerated{}, &editionApproved{}}
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
	seen := Seen{Municipality: "0002", Column: "helse", Revision: 7}
	approves := []domain.Right{domain.RightApprove}
	return []domain.CommandKind{
		{Name: "submit", Doc: "Hands units over to be approved: an area of a municipality with its indicators, or its summary. All that they lack is in the refusal (409, submit.missing).",
			Needs: []domain.Right{domain.RightSetLevels}, Example: Submit{Board: "2024", Units: []Seen{seen}}},
		{Name: "return", Doc: "Sends units back to those who wrote them.",
			Needs: approves, Example: Return{Board: "2024", Units: []Seen{seen}, Reason: "Mangler kilde"}},
		{Name: "approve", Doc: "Approves units that others wrote, by the sum of what was read.",
			Needs: approves, Example: Approve{Board: "2024", Units: []SeenSum{{Seen: seen}}}},
		{Name: "moderate_area", Doc: "Notes that the judgements of one area were compared with each other.",
			Needs: approves, Example: Moderate{Board: "2024", Area: "helse", Took: []domain.AccountID{"redaktor"}}},
		{Name: "approve_edition", Doc: "Approves all rows of an edition, or those named.",
			Needs: []domain.Right{domain.RightEdit}, Example: ApproveEdition{Board: "2024", Unassessed: true}},
	}
}
