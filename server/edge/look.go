package edge

import (
	"time"
	"unsafe"

	"kommunebilde/domain"
)

// Look is the one way to the state: what one actor may see of it at one time.
// It is a value: one look sees one state, however much is decided meanwhile.
type Look struct {
	Actor domain.Actor
	Now   time.Time

	state *domain.State
}

// LookAs returns what an actor sees of a state at a time.
func LookAs(state *domain.State, by domain.Actor, now time.Time) Look { return Look{by, now, state} }

// UnknownBoard is the answer for a board that is not there and for one that is
// not to be seen, so that nobody can tell the two apart.
func UnknownBoard() error {
	return &domain.Error{Code: domain.NotFound, Field: "board", Msg: "board.unknown"}
}

// Picture returns a board as the actor sees it.
func (l Look) Picture(b domain.BoardID) (domain.Picture, error) {
	p, ok := domain.PictureOf(l.state, l.Audience(b), b, l.Now)
	if !ok {
		return domain.Picture{}, UnknownBoard()
	}
	return p, nil
}

// exists reports whether there is a board, for whoever may see it. It is for the
// audit log alone: no answer may depend on it.
func (l Look) exists(b domain.BoardID) bool {
	return domain.AudienceOf(l.state, domain.System("server"), b, l.Now) != domain.Audience{}
}

// Audience is what a board knows the actor as.
func (l Look) Audience(b domain.BoardID) domain.Audience {
	return domain.AudienceOf(l.state, l.Actor, b, l.Now)
}

// Decision is what rules judge by for the actor: for views that are not of one board.
func (l Look) Decision() domain.Decision { return domain.Judge(l.state, l.Actor, l.Now) }

// Rights are what the actor may on a board.
func (l Look) Rights(b domain.BoardID) domain.Rights {
	return domain.RightsOf(l.state, l.Actor, b, l.Now)
}

// Boards are those that the actor sees.
func (l Look) Boards() []domain.Board {
	return l.state.BoardsOf(l.Actor, l.Now)
}

// Home returns the board that somebody meets first: the live picture for whom
// it is for, else the newest published edition, else what there is.
func (l Look) Home() (domain.BoardID, error) {
	boards := l.Boards()
	for _, b := range boards {
		if b.ID == domain.Live {
			return b.ID, nil
		}
	}
	if newest := l.state.NewestEdition(); newest != "" {
		return newest, nil
	}
	if len(boards) > 0 {
		return boards[0].ID, nil
	}
	return "", UnknownBoard()
}

// Open returns the board of a screen that follows what goes on.
func (l Look) Open() domain.BoardID { return l.state.OpenNow() }

// Edition returns the edition that pages of one municipality or area show
// unless asked for another: the newest published one, else the newest draft.
func (l Look) Edition() (domain.BoardID, error) {
	if newest := l.state.NewestEdition(); newest != "" {
		return newest, nil
	}
	for _, b := range l.Boards() {
		if b.Kind == domain.KindEdition {
			return b.ID, nil
		}
	}
	return l.Home()
}

// Meeting returns the picture of the board that a meeting is on.
func (l Look) Meeting(id domain.MeetingID) (domain.Picture, domain.Meeting, error) {
	for _, b := range l.Boards() {
		p, err := l.Picture(b.ID)
		if err != nil {
			continue
		}
		if m, ok := p.Meeting(id); ok {
			return p, m, nil
		}
	}
	return domain.Picture{}, domain.Meeting{}, &domain.Error{Code: domain.NotFound, Field: "meeting", Msg: "meeting.unknown"}
}

// State is for a noun that tells of more than boards. Nothing of it gets out but by the
// view that the noun makes for the actor.
func (l Look) State() *domain.State { return l.state }

// At returns a picture as it was at a time. Anyone who does not see working editions
// gets the version that was out then: by time alone they would see drafts.
func (l Look) At(p domain.Picture, t time.Time) (domain.Picture, error) {
	if t.IsZero() {
		return p, nil
	}
	if !p.LooksBack() {
		return p, &domain.Error{Code: domain.Forbidden, Msg: "forbidden.record"}
	}
	if begins, _ := p.Begins(); t.Before(begins) {
		return p, &domain.Error{Code: domain.NotFound, Field: "at", Msg: "at.before"}
	}
	if p.Board().Kind != domain.KindEdition || p.Audience().Kind == domain.AudienceStaff && p.ShownVersion() == 0 {
		return p.At(t), nil
	}
	out, found := domain.Picture{}, false
	for _, v := range p.Board().Publications {
		if !v.At.After(t) {
			out, found = p.Version(v.Version)
		}
	}
	if !found {
		return out, &domain.Error{Code: domain.NotFound, Field: "at", Msg: "version.unknown"}
	}
	return out, nil
}

// boundary tells a picture by the clock apart from itself: it changes when the
// board next looks different by the clock alone.
func (l Look) boundary(b domain.BoardID) int64 {
	t := l.state.NextChange(b, l.Now)
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// AudienceKey is what an audience depends on, beside the board and the clock. Grants are
// never changed in place: the same slice has the same grants.
type AudienceKey struct {
	state  *domain.State
	grants *domain.Grant
	n      int
}

// AudienceKey returns that of a look. Looks with the same key are the same audience of
// every board, at the same time.
func (l Look) AudienceKey() AudienceKey {
	return AudienceKey{l.state, unsafe.SliceData(l.Actor.Grants), len(l.Actor.Grants)}
}
