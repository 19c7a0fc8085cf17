//go:build shots

package dashboard

import (
	"errors"
	"testing"

	"kommunebilde"
)

func more(t *testing.T, w *world, s *Site, put func(string, []byte, error)) {
	live, edition := w.picture(reader, kommunebilde.Live), w.picture(reader, "2022").Published()
	page := func(name string, body []byte, err error) { t.Helper(); put(name, body, err) }
	body, err := s.Municipality(w.request(reader, "2022", "/kommune/3434?board=2022"), edition, &live, "3434")
	page("municipality", body, err)
	body, err = s.Overview(w.request(nobody, "2022", "/utgave/2022?vis=indikatorer"), edition, Filter{View: ViewDepth})
	page("indicators", body, err)
	body, err = s.Area(w.request(reader, "2022", "/omrade/fastlege?board=2022"), edition, "fastlege", Filter{})
	page("area", body, err)
	body, err = s.Region(w.request(reader, kommunebilde.Live, "/region/valdres?board=na"), live, "valdres", Filter{})
	page("region", body, err)
	body, err = s.Wall(w.request(reader, kommunebilde.Live, "/skjerm"), live, WallOptions{})
	page("wall", body, err)
	body, err = s.Wall(w.request(reader, kommunebilde.Live, "/skjerm"), live, WallOptions{Inches: 55})
	page("wall55", body, err)
	body, err = s.Meetings(w.request(leader, kommunebilde.Live, "/moter"), w.picture(leader, kommunebilde.Live), "")
	page("meetings", body, err)
	body, err = s.Meeting(w.request(leader, kommunebilde.Live, "/mote/m1"), w.picture(leader, kommunebilde.Live), "m1", 0)
	page("meeting", body, err)
	r := w.request(editor, "2022", "/utgaver")
	r.RightsOn = func(b kommunebilde.BoardID) kommunebilde.Rights { return kommunebilde.RightsOf(w.s, editor, b, w.now) }
	body, err = s.Editions(r)
	page("editions", body, err)
	out := w.request(nobody, "2022", "/login")
	body, err = s.Login(out, LoginForm{User: "vakt", Err: &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "login.wrong"}})
	page("login", body, err)
	body, err = s.Account(w.request(leader, kommunebilde.Live, "/konto"), []kommunebilde.Session{{Created: w.now, Seen: w.now}, {Token: true, Label: "varsling", Created: w.now, Seen: w.now}})
	page("account", body, err)
	body, err = s.Accounts(w.request(admin, kommunebilde.Live, "/kontoer"), []kommunebilde.Account{{ID: "aa", Name: "Åse Lie", Grants: admin.Grants, Created: w.now}, {ID: "kari", Name: "Kari Moen", Grants: leader.Grants, Created: w.now, Disabled: true}})
	page("accounts", body, err)
	body, err = s.About(out)
	page("about", body, err)
	body, err = s.Error(out, 404, &kommunebilde.Error{Code: kommunebilde.NotFound, Msg: "http.404"})
	page("error", body, err)
	body, err = s.Error(out, 500, errors.New("pq: secret"))
	page("error500", body, err)
}
