//go:build shots

package dashboard

import (
	"testing"
	"time"

	"kommunebilde"
)

func meetingShots(t *testing.T, put func(string, []byte, error)) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(leader, kommunebilde.Live)
	body, err := s.Console(w.request(leader, kommunebilde.Live, "/konsoll/m2?valgt=3433&c=samfunnssikkerhet"), p, "m2", "3433")
	put("console", body, err)
	body, err = s.Meeting(w.request(leader, kommunebilde.Live, "/mote/m2"), p, "m2", 0)
	put("meeting2", body, err)
	body, err = s.Minutes(w.request(leader, kommunebilde.Live, "/referat/m2"), p, "m2")
	put("minutes", body, err)
	body, err = s.Playback(w.request(leader, kommunebilde.Live, "/avspilling/na"), p, Played{From: w.now.Add(-2 * time.Hour), To: w.now})
	put("playback", body, err)
	body, err = s.Snapshot(w.request(leader, kommunebilde.Live, "/oyeblikksbilde/na.html"), p)
	put("snapshot", body, err)
	body, err = s.Situations(w.request(leader, kommunebilde.Live, "/hendelser"), kommunebilde.BoardsOf(w.s, leader, w.now))
	put("situations", body, err)
	body, err = s.Screens(w.request(leader, kommunebilde.Live, "/skjermer"), []Screen{{ID: "s1", Name: "Beredskapsrommet", Board: kommunebilde.Live, Layout: "b", View: "roter=20", Inches: 65, Metres: 5, Seen: w.now}})
	put("screens", body, err)
	body, err = s.Pairing(w.request(nobody, kommunebilde.Live, "/skjerm"), "482913")
	put("pairing", body, err)

	body, err = s.Overview(w.request(vang, kommunebilde.Live, "/tavle/na"), w.picture(vang, kommunebilde.Live), Filter{})
	put("contact", body, err)
	body, err = s.Meeting(w.request(vang, kommunebilde.Live, "/mote/m2"), w.picture(vang, kommunebilde.Live), "m2", 0)
	put("contactmeeting", body, err)
	sit := w.picture(leader, "flom")
	body, err = s.Overview(w.request(leader, "flom", "/tavle/flom?valgt=3433.vei-bane"), sit, Filter{M: "3433", C: "vei-bane"})
	put("situation", body, err)
	body, err = s.Console(w.request(leader, "flom", "/konsoll/f1?valgt=3433&c=vei-bane"), sit, "f1", "3433")
	put("sitconsole", body, err)
	body, err = s.Minutes(w.request(leader, "flom", "/referat/f1"), sit, "f1")
	put("sitminutes", body, err)
	for _, o := range []WallOptions{{}, {Layout: "b", Region: "nord-gudbrandsdal"}, {Layout: "c"}} {
		name := "wall-" + layoutOf(o.Layout)
		body, err = s.Wall(w.request(reader, kommunebilde.Live, "/skjerm"), w.picture(reader, kommunebilde.Live), o)
		put(name, body, err)
		body, err = s.Wall(w.request(reader, "flom", "/skjerm"), w.picture(reader, "flom"), o)
		put("sit"+name, body, err)
	}
	ex := w.picture(leader, "ovelse")
	body, err = s.Overview(w.request(leader, "ovelse", "/tavle/ovelse"), ex, Filter{})
	put("exercise", body, err)
	body, err = s.Wall(w.request(reader, "ovelse", "/skjerm"), w.picture(reader, "ovelse"), WallOptions{})
	put("exwall", body, err)
}
