package domain

// ViewID names a saved view.
type ViewID string

// ViewFilter is what a view shows of its board; the zero ViewFilter is all of
// it.
type ViewFilter struct {
	Region       RegionID        `json:"region,omitempty"`
	Area         ColumnID        `json:"area,omitempty"`
	Levels       []Level         `json:"levels,omitempty" doc:"None: all. not_assessed stands for all that say nothing about good or bad."`
	Minutes      int             `json:"minutes,omitempty" limit:"minimum=0" doc:"Changed within so many minutes."`
	Older        int             `json:"older,omitempty" limit:"minimum=0" doc:"Said more than so many minutes ago."`
	SinceMeeting bool            `json:"since_meeting,omitempty" doc:"Changed since the previous meeting."`
	Actor        RegionalActorID `json:"actor,omitempty" doc:"Reported by this regional actor."`
	Map          ColumnID        `json:"map,omitempty" doc:"The area on the map."`
}

// Empty reports whether nothing is left out.
func (f ViewFilter) Empty() bool {
	return f.Region == "" && f.Area == "" && len(f.Levels) == 0 && f.Minutes == 0 && f.Older == 0 && !f.SinceMeeting && f.Actor == "" && f.Map == ""
}

// RegionalActorID names a regional actor, whatever it is called.
type RegionalActorID string
