package server

import (
	"strconv"
	"strings"
	"time"

	"kommunebilde"
	"kommunebilde/dashboard"
)

// playbackMost is how many changes one answer has.
const playbackMost = 20_000

// span is a board between two times.
type span struct {
	from, to   time.Time
	start, end kommunebilde.Picture
}

// played returns the span that an address asks for. Boards are played by time
// only to who may see them at any time: an edition, to staff. A span begins
// after the board's rows and columns were last replaced in it: what was before
// is another board's picture. Nor does it begin before who asks may look back.
func (k *call) played(from, to time.Time) (span, error) {
	if k.shown.Board().Kind == kommunebilde.KindEdition && (k.shown.Audience().Kind != kommunebilde.AudienceStaff || k.shown.ShownVersion() > 0) {
		return span{}, unknownBoard()
	}
	if to.IsZero() || to.After(k.now) {
		to = k.now
	}
	if from.IsZero() {
		from = k.lastMeeting(to)
	}
	if begins, _ := k.shown.Begins(); from.Before(begins) {
		from = begins
	}
	if !to.After(from) {
		return span{}, wrongField("til", "time.wrong")
	}
	out := span{from, to, k.shown.At(from), k.shown.At(to)}
	if out.start.Catalogue() != out.end.Catalogue() {
		for _, e := range out.end.Log(k.shown.RevisionAt(from), 0) {
			if e.Kind == "catalogue_replaced" {
				out.from, out.start = e.At, k.shown.At(e.At)
			}
		}
	}
	return out, nil
}

// lastMeeting returns when the last meeting before a time began, a day before it
// where there was none.
func (k *call) lastMeeting(t time.Time) time.Time {
	for _, m := range k.shown.Meetings() {
		if m.OpenedAt.Before(t) {
			return m.OpenedAt.Add(-time.Second)
		}
	}
	return t.Add(-24 * time.Hour)
}

// timeIn reads a time of a query: with its zone, as milliseconds, or as the
// clock on the wall says.
func timeIn(field, v string) (time.Time, error) {
	if v == "" {
		return time.Time{}, nil
	}
	if ms, err := strconv.ParseInt(v, 10, 64); err == nil && len(v) > 4 {
		return time.UnixMilli(ms), nil
	}
	t, err := wallTime(v)
	if err != nil {
		return t, wrongField(field, "time.wrong")
	}
	return t, nil
}

func (k *call) spanIn(fromField, toField string) (span, error) {
	from, err := timeIn(fromField, k.c.Query(fromField))
	if err != nil {
		return span{}, err
	}
	to, err := timeIn(toField, k.c.Query(toField))
	if err != nil {
		return span{}, err
	}
	return k.played(from, to)
}

// playback is the page that replays a board: ?fra=&til=, else the last meeting;
// ?at= is what it begins with, ?tider= the times of its small maps, ?side= the
// page of its changes.
func (s *Server) playback(k *call) error {
	p, err := k.spanIn("fra", "til")
	if err != nil {
		return err
	}
	o := dashboard.Played{From: p.from, To: p.to, Page: int(within(k.c.Query("side"), 1, 1e6))}
	q, err := k.query()
	if err != nil {
		return err
	}
	at, err := timeIn("at", q.Get("at"))
	if err != nil {
		return err
	}
	q.Del("at")
	if o.Filter, err = dashboard.ParseFilter(q, p.start.Catalogue()); err != nil {
		return err
	}
	o.Filter.At = at
	if o.Times, err = momentsIn(q.Get("tider"), p); err != nil {
		return err
	}
	return k.page(s.cfg.Site.Playback(k.request(), k.shown, o))
}

// momentsIn reads some times of a span, with commas between.
func momentsIn(v string, p span) ([]time.Time, error) {
	if v == "" {
		return nil, nil
	}
	var out []time.Time
	for one := range strings.SplitSeq(v, ",") {
		t, err := timeIn("tider", one)
		if err != nil || t.Before(p.from) || t.After(p.to) || len(out) == dashboard.MostMoments {
			return nil, wrongField("tider", "time.wrong")
		}
		out = append(out, t)
	}
	return out, nil
}

// playbackChart is the option of the chart over a playback's slider.
func (s *Server) playbackChart(k *call) error {
	p, err := k.spanIn("fra", "til")
	if err != nil {
		return err
	}
	b, err := s.cfg.Site.PlaybackChart(k.request(), k.shown, p.from, p.to, k.c.Query("palett"))
	if err != nil {
		return err
	}
	return k.json(b)
}

// apiPlayback is a board at a time and its changes until another, oldest first.
// A record is never cut in two: "next" is where to go on.
func (s *Server) apiPlayback(k *call) error {
	p, err := k.spanIn("from", "to")
	if err != nil {
		return err
	}
	after, begins := k.shown.RevisionAt(p.from), true
	if v := k.c.Query("after"); v != "" {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			return wrongField("after", "rev.wrong")
		}
		begins = false
		after = max(after, kommunebilde.Revision(n))
	}
	log, more := pageOf(p.end, after, playbackMost)
	b := append([]byte(nil), `{"epoch":`...)
	b = appendString(b, string(k.shown.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(p.start.Board().Revision), 10)
	b = append(b, `,"from":`...)
	b = strconv.AppendInt(b, p.from.UnixMilli(), 10)
	b = append(b, `,"to":`...)
	b = strconv.AppendInt(b, p.to.UnixMilli(), 10)
	next := uint64(after)
	if len(log) > 0 {
		next = uint64(log[len(log)-1].Revision)
	}
	if k.c.Query("dense") == "1" {
		b = appendDense(b, p, log, begins)
	} else {
		b = append(b, `,"start":[`...)
		if begins {
			b = appendStart(b, p.start)
		}
		b = append(b, `],"changes":[`...)
		b = appendSteps(b, log)
		b = append(b, ']')
	}
	b = append(b, `,"more":`...)
	b = strconv.AppendBool(b, more)
	b = append(b, `,"next":`...)
	b = strconv.AppendUint(b, next, 10)
	return k.json(append(b, '}'))
}

// appendSteps writes the changes among log lines.
func appendSteps(b []byte, log []kommunebilde.LogEntry) []byte {
	n := 0
	for _, l := range log {
		if l.Change == nil {
			continue
		}
		b = comma(b, n)
		n++
		b = append(b, `{"rev":`...)
		b = strconv.AppendUint(b, uint64(l.Revision), 10)
		b = append(b, `,"at":`...)
		b = strconv.AppendInt(b, l.At.UnixMilli(), 10)
		b = appendField(b, "m", string(l.Change.Municipality))
		b = appendField(b, "c", string(l.Change.Column))
		b = appendField(b, "level", string(l.Change.Level))
		b = append(b, '}')
	}
	return b
}

// appendStart writes the cells that had a level.
func appendStart(b []byte, p kommunebilde.Picture) []byte {
	n := 0
	for row := range p.Catalogue().Municipalities {
		for col := range p.Catalogue().Columns {
			c := p.Cell(row, col)
			if c.Revision == 0 {
				continue
			}
			b = comma(b, n)
			n++
			b = appendString(append(b, `{"m":`...), string(c.Municipality))
			b = appendField(b, "c", string(c.Column))
			b = appendField(b, "level", string(c.Level))
			b = append(b, `,"changed_rev":`...)
			b = strconv.AppendUint(b, uint64(c.Revision), 10)
			b = append(b, `,"at":`...)
			b = strconv.AppendInt(b, c.At.UnixMilli(), 10)
			b = append(b, '}')
		}
	}
	return b
}
