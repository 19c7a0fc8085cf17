package server

import (
	"time"

	"kommunebilde"
)

// look is the one way to the state: what one actor may see of it at one time.
// It is the only place of this package that touches a State.
type look struct {
	state *kommunebilde.State
	actor kommunebilde.Actor
	now   time.Time
}

// unknownBoard is the answer for a board that is not there and for one that is
// not to be seen, so that nobody can tell the two apart.
func unknownBoard() error {
	return &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "board", Msg: "board.unknown"}
}

// picture returns a board as the actor sees it.
func (l look) picture(b kommunebilde.BoardID) (kommunebilde.Picture, error) {
	p, ok := kommunebilde.PictureOf(l.state, l.audience(b), b, l.now)
	if !ok {
		return kommunebilde.Picture{}, unknownBoard()
	}
	return p, nil
}

// exists tells whether there is a board, for whoever may see it. It is for the
// audit log alone: no answer may depend on it.
func (l look) exists(b kommunebilde.BoardID) bool {
	return kommunebilde.AudienceOf(l.state, kommunebilde.System("server"), b, l.now) != kommunebilde.Audience{}
}

func (l look) audience(b kommunebilde.BoardID) kommunebilde.Audience {
	return kommunebilde.AudienceOf(l.state, l.actor, b, l.now)
}

func (l look) rights(b kommunebilde.BoardID) kommunebilde.Rights {
	return kommunebilde.RightsOf(l.state, l.actor, b, l.now)
}

func (l look) boards() []kommunebilde.Board {
	return kommunebilde.BoardsOf(l.state, l.actor, l.now)
}

// home returns the board that somebody meets first: the live picture for whom
// it is for, else the newest published edition, else what there is.
func (l look) home() (kommunebilde.BoardID, error) {
	boards := l.boards()
	for _, b := range boards {
		if b.ID == kommunebilde.Live {
			return b.ID, nil
		}
	}
	if newest := kommunebilde.NewestEdition(l.state); newest != "" {
		return newest, nil
	}
	if len(boards) > 0 {
		return boards[0].ID, nil
	}
	return "", unknownBoard()
}

// open returns the board of a screen that follows what goes on.
func (l look) open() kommunebilde.BoardID { return kommunebilde.OpenNow(l.state) }

// edition returns the edition that pages of one municipality or area show
// unless asked for another: the newest published one, else the newest draft.
func (l look) edition() (kommunebilde.BoardID, error) {
	if newest := kommunebilde.NewestEdition(l.state); newest != "" {
		return newest, nil
	}
	for _, b := range l.boards() {
		if b.Kind == kommunebilde.KindEdition {
			return b.ID, nil
		}
	}
	return l.home()
}

// meeting returns the picture of the board that a meeting is on.
func (l look) meeting(id kommunebilde.MeetingID) (kommunebilde.Picture, kommunebilde.Meeting, error) {
	for _, b := range l.boards() {
		p, err := l.picture(b.ID)
		if err != nil {
			continue
		}
		if m, ok := p.Meeting(id); ok {
			return p, m, nil
		}
	}
	return kommunebilde.Picture{}, kommunebilde.Meeting{}, &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "meeting", Msg: "meeting.unknown"}
}

// at returns a picture as it was at a time. Who does not see working editions
// gets the version that was out then: by time alone they would see drafts.
func (l look) at(p kommunebilde.Picture, t time.Time) (kommunebilde.Picture, error) {
	if t.IsZero() {
		return p, nil
	}
	if begins, _ := p.Begins(); t.Before(begins) {
		return p, &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "at", Msg: "at.before"}
	}
	if p.Board().Kind != kommunebilde.KindEdition || p.Audience().Kind == kommunebilde.AudienceStaff && p.ShownVersion() == 0 {
		return p.At(t), nil
	}
	out, found := kommunebilde.Picture{}, false
	for _, v := range p.Board().Publications {
		if !v.At.After(t) {
			out, found = p.Version(v.Version)
		}
	}
	if !found {
		return out, &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "at", Msg: "version.unknown"}
	}
	return out, nil
}

// boundary tells a picture by the clock apart from itself: it changes when the
// board next looks different by the clock alone.
func (l look) boundary(b kommunebilde.BoardID) int64 {
	t := kommunebilde.NextChange(l.state, b, l.now)
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
