package server

import (
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/playback"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// span is a board between two times.
type span struct {
	from, to   time.Time
	start, end domain.Picture
}

// played returns the span that an address asks for. Boards are played by time
// only to those who may see them at any time: an edition, to staff. A span begins
// after the board's rows and columns were last replaced in it: what was before
// is another board's picture. Nor does it begin before who asks may look back.
func played(k *edge.Call, from, to time.Time) (span, error) {
	if k.Shown.Board().Kind == domain.KindEdition && (k.Shown.Audience().Kind != domain.AudienceStaff || k.Shown.ShownVersion() > 0) {
		return span{}, edge.UnknownBoard()
	}
	if to.IsZero() || to.After(k.Now) {
		to = k.Now
	}
	if from.IsZero() {
		from = lastMeeting(k, to)
	}
	if begins, _ := k.Shown.Begins(); from.Before(begins) {
		from = begins
	}
	if !to.After(from) {
		return span{}, edge.Wrong("til", "time.wrong")
	}
	out := span{from, to, k.Shown.At(from), k.Shown.At(to)}
	if out.start.Catalogue() != out.end.Catalogue() {
		for _, e := range out.end.Log(k.Shown.RevisionAt(from), 0) {
			if e.Kind == "catalogue_replaced" {
				out.from, out.start = e.At, k.Shown.At(e.At)
			}
		}
	}
	return out, nil
}

// lastMeeting returns when the last meeting before a time began, a day before it
// where there was none.
func lastMeeting(k *edge.Call, t time.Time) time.Time {
	for _, m := range k.Shown.Meetings() {
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
	t, err := edge.WallTime(v)
	if err != nil {
		return t, edge.Wrong(field, "time.wrong")
	}
	return t, nil
}

func spanIn(k *edge.Call, fromField, toField string) (span, error) {
	from, err := timeIn(fromField, k.Query(fromField))
	if err != nil {
		return span{}, err
	}
	to, err := timeIn(toField, k.Query(toField))
	if err != nil {
		return span{}, err
	}
	return played(k, from, to)
}

// momentsIn reads some times of a span, with commas between.
func momentsIn(v string, p span) ([]time.Time, error) {
	if v == "" {
		return nil, nil
	}
	var out []time.Time
	for one := range strings.SplitSeq(v, ",") {
		t, err := timeIn("tider", one)
		if err != nil || t.Before(p.from) || t.After(p.to) || len(out) == playback.MostMoments {
			return nil, edge.Wrong("tider", "time.wrong")
		}
		out = append(out, t)
	}
	return out, nil
}
