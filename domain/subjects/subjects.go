// Package subjects is the list of what the office does, a package each. Whoever
// reads a journal reads it with these kinds.
package subjects

import (
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/outline"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/views"
)

// subject is what one package has: a line below makes it part of the program.
type subject struct {
	commands []domain.CommandKind
	events   []domain.Event
	part     domain.Part // what pages draw of its story, zero for a subject without one
}

func list() []subject {
	return []subject{
		{actions.Commands(), actions.Events(), actions.Part()},
		{actors.Commands(), actors.Events(), domain.Part{}},
		{assistance.Commands(), assistance.Events(), assistance.Part()},
		{calendar.Commands(), calendar.Events(), calendar.Part()},
		{editions.Commands(), editions.Events(), domain.Part{}},
		{evidence.Commands(), evidence.Events(), domain.Part{}},
		{figures.Commands(), figures.Events(), figures.Part()},
		{notes.Commands(), notes.Events(), notes.Part()},
		{outline.Commands(), outline.Events(), domain.Part{}},
		{rollcall.Commands(), rollcall.Events(), rollcall.Part()},
		{suggestion.Commands(), suggestion.Events(), suggestion.Part()},
		{assessment.Commands(), assessment.Events(), assessment.Part()},
		{plan.Commands(), plan.Events(), plan.Part()},
		{signoff.Commands(), signoff.Events(), signoff.Part()},
		{texts.Commands(), nil, domain.Part{}},
		{views.Commands(), views.Events(), domain.Part{}},
	}
}

// Commands returns the kinds of commands that programs send, of the kernel and of
// every subject.
func Commands() []domain.CommandKind {
	var all [][]domain.CommandKind
	for _, s := range list() {
		all = append(all, s.commands)
	}
	return domain.CommandsOf(all...)
}

// Kinds returns the kinds of events of the kernel and of every subject.
func Kinds() domain.Kinds {
	var all [][]domain.Event
	for _, s := range list() {
		all = append(all, s.events)
	}
	return domain.KindsOf(all...)
}

// Parts returns what pages draw of the subjects, for [domain.Picture.Changed].
func Parts() []domain.Part {
	var all []domain.Part
	for _, s := range list() {
		if s.part.Story != "" {
			all = append(all, s.part)
		}
	}
	return all
}
