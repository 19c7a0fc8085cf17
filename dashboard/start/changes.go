package start

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// change is one thing that happened: who did what, and what it came to.
type change struct {
	at                               time.Time
	Stamp, When, Who, What, Of, Href string
}

// since fills in what changed after the reader's last visit, newest first.
func (v *view) since(pg *kit.Page, boards []domain.Picture, o Options) {
	from := pg.Now.Add(-newcomer)
	v.Since = pg.T("start.changes_week")
	if !o.Before.IsZero() {
		from, v.Since = o.Before, pg.T("start.changes")
	}
	limited := pg.Now.Sub(from) > longest
	if limited {
		from = pg.Now.Add(-longest)
	}
	var all []change
	for _, p := range boards {
		all = append(all, changesOn(pg, p, from)...)
	}
	slices.SortStableFunc(all, func(a, b change) int { return b.at.Compare(a.at) })
	total := len(all)
	most := fewChanges
	if o.All {
		most = mostChanges
	}
	v.Changes = all[:min(total, most)]
	if total > len(v.Changes) {
		v.ChangesOf = pg.T("start.of", strconv.Itoa(len(v.Changes)), strconv.Itoa(total))
		if !o.All {
			v.AllHref = pg.Link("/start?vis=alle")
		}
	}
	switch {
	case total > 0:
	case o.Before.IsZero():
		v.NoChanges = pg.T("start.nothing_week")
	case limited:
		v.NoChanges = pg.T("start.nothing_long")
	default:
		v.NoChanges = pg.T("start.nothing", longDay(pg, o.Before))
	}
}

// changesOn returns what happened on a board: a meeting as one line with what was changed
// in it, levels that one person set on one day in one column as one, and for a
// municipality its own cells one by one.
func changesOn(pg *kit.Page, p domain.Picture, from time.Time) []change {
	l := lines{pg: pg, p: p, board: pg.TitleOf(p.Board()), sets: map[setKey]*change{}, sizes: map[setKey]int{}, changed: map[domain.MeetingID]int{}, todo: map[domain.MeetingID]int{}}
	for _, a := range toDo(p) {
		l.todo[a.Meeting]++
	}
	for _, e := range p.Log(p.RevisionAt(from), 0) {
		l.add(e)
	}
	return l.told()
}

type setKey struct {
	by  domain.AccountID
	col int
	day string
}

// lines gathers a board's log.
type lines struct {
	pg      *kit.Page
	p       domain.Picture
	board   string
	meets   []domain.LogEntry // that were opened, closed or reopened; of each the last
	out     []change
	sets    map[setKey]*change
	sizes   map[setKey]int
	order   []setKey
	changed map[domain.MeetingID]int
	todo    map[domain.MeetingID]int // actions of each that are still to be done
}

func (l *lines) add(e domain.LogEntry) {
	own := l.p.Audience().Municipality
	switch {
	case e.Change != nil && (e.Change.Undoes > 0 || e.Change.From == e.Change.Level || l.p.Undone(e.Revision)):
		// It came to nothing, or was said already.
	case e.Change != nil && own != "":
		if m := l.p.Catalogue().Municipalities[e.Row]; m.ID == own {
			l.own(e, m)
		}
	case e.Change != nil && e.Change.Meeting != "":
		l.changed[e.Change.Meeting]++
	case e.Change != nil:
		l.set(e)
	case e.Meeting != nil:
		l.meets = slices.DeleteFunc(l.meets, func(o domain.LogEntry) bool { return o.Meeting.ID == e.Meeting.ID })
		l.meets = append(l.meets, e)
	default:
		l.other(e)
	}
}

// say makes a line of an event, about what is named.
func (l *lines) say(e domain.LogEntry, href, name string) change {
	who := l.who(e.By)
	return change{at: e.At, Stamp: l.pg.Stamp(e.At), When: shortDay(l.pg, e.At), Who: who, What: l.pg.T(did(who)+e.Kind, name), Href: href}
}

// who is the person who did something, as the reader may know them: "" for the machine.
func (l *lines) who(id domain.AccountID) string {
	if strings.HasPrefix(string(id), "system:") {
		return ""
	}
	return l.pg.Who(id)
}

// did begins the key of words for what somebody did, or for what was done by nobody that
// the reader may know.
func did(who string) string {
	if who == "" {
		return "start.was."
	}
	return "start.did."
}

// own is a change of the reader's own municipality.
func (l *lines) own(e domain.LogEntry, m domain.Municipality) {
	c := e.Change
	was, is := l.pg.Words.LevelOn(l.p.Board().Kind, c.From), l.pg.Words.LevelOn(l.p.Board().Kind, c.Level)
	l.out = append(l.out, change{
		at: e.At, Stamp: l.pg.Stamp(e.At), When: shortDay(l.pg, e.At), What: m.Name + " · " + l.column(e.Col) + ": " + was + " → " + is,
		Of: l.board, Href: l.pg.Place("/kommune/"+string(m.ID), l.p.Board().ID),
	})
}

// set counts a level that was set outside meetings.
func (l *lines) set(e domain.LogEntry) {
	key := setKey{e.By, e.Col, l.pg.Local(e.At).Format(time.DateOnly)}
	c := l.sets[key]
	if c == nil {
		c = &change{Of: l.board + " · " + l.column(e.Col), Href: l.pg.Place("/omrade/"+string(l.p.Catalogue().Columns[e.Col].ID), l.p.Board().ID)}
		l.sets[key] = c
		l.order = append(l.order, key)
	}
	l.sizes[key]++
	c.at, c.Stamp, c.When, c.Who = e.At, l.pg.Stamp(e.At), shortDay(l.pg, e.At), l.who(e.By)
}

func (l *lines) column(col int) string {
	name, _ := l.p.Catalogue().Columns[col].Name.In(l.pg.Lang)
	return name
}

// other is what happened to the board itself. What else its log tells belongs to a
// meeting.
func (l *lines) other(e domain.LogEntry) {
	// Of a meeting that the reader does not see, the line does not have it.
	if _, ok := l.pg.Words.Has("start.did." + e.Kind); ok && !strings.HasPrefix(e.Kind, "meeting_") {
		l.out = append(l.out, l.say(e, l.pg.Link(kit.BoardPath(l.p.Board(), 0)), l.board))
	}
}

func (l *lines) told() []change {
	for _, e := range l.meets {
		m := *e.Meeting
		c := l.say(e, l.pg.Link("/mote/"+string(m.ID)), cmp.Or(m.Title, l.pg.T("start.untitled")))
		var came []string
		if n := l.changed[m.ID]; n > 0 {
			came = append(came, l.pg.N("n.changes", n))
		}
		if n := l.todo[m.ID]; n > 0 {
			came = append(came, l.pg.N("start.actions_open", n))
		}
		if l.p.Board().ID != domain.Live {
			came = append(came, l.board)
		}
		c.Of = strings.Join(came, " · ")
		l.out = append(l.out, c)
		delete(l.changed, m.ID)
	}
	l.goingOn()
	for _, key := range l.order {
		c, n := l.sets[key], l.sizes[key]
		c.What = l.pg.N(did(c.Who)+"levels_set", n)
		l.out = append(l.out, *c)
	}
	return l.out
}

// goingOn adds the changes of meetings that were open before.
func (l *lines) goingOn() {
	for _, m := range l.p.OpenMeetings() {
		if n := l.changed[m.ID]; n > 0 {
			changes := l.p.ChangesIn(m)
			at := changes[len(changes)-1].At
			l.out = append(l.out, change{
				at: at, Stamp: l.pg.Stamp(at), When: shortDay(l.pg, at), What: l.pg.T("start.goes_on", m.Title), Of: l.pg.N("n.changes", n), Href: l.pg.Link("/mote/" + string(m.ID)),
			})
		}
	}
}
