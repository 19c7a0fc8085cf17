package server

import (
	"net/url"
	"slices"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/views"
)

// TestMeetingInvites: everybody, those of the region or the saved view that it opens with,
// or those that are ticked; anything else is refused, and nothing is opened.
func TestMeetingInvites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.board(domain.Live).Catalogue()
	region := c.Municipalities[0].Region
	var all, there []domain.MunicipalityID
	for _, m := range c.Municipalities {
		all = append(all, m.ID)
		if m.Region == region {
			there = append(there, m.ID)
		}
	}
	if len(there) == len(all) {
		t.Fatal("the county has one region")
	}
	w.submit(views.Save{Board: domain.Live, ID: "v1", Name: "Regionen", Filter: domain.ViewFilter{Region: region}})
	for _, test := range []struct {
		invites, opens string
		want           []domain.MunicipalityID
	}{
		{"all", "", all},
		{"all", "region/" + string(region), all},
		{"opens", "region/" + string(region), there},
		{"opens", "view/v1", there},
		{"opens", "", all},
		{"chosen", "region/" + string(region), all[1:2]},
		{"", "", all[1:2]},
	} {
		res := w.form("moteleder", "/moter", url.Values{"board": {"na"}, "kind": {"preparedness"}, "title": {"Flom"}, "invites": {test.invites}, "opens": {test.opens}, "invited": {string(all[1])}})
		open := w.board(domain.Live).OpenMeetings()
		if res.status != 303 || len(open) == 0 || !slices.Equal(open[0].Invited, test.want) {
			t.Errorf("%+v: %d, invited %v", test, res.status, open)
		}
	}
	n := len(w.board(domain.Live).OpenMeetings())
	if res := w.form("moteleder", "/moter", url.Values{"board": {"na"}, "kind": {"preparedness"}, "title": {"Flom"}, "invites": {"noen"}}); res.status != 422 || len(w.board(domain.Live).OpenMeetings()) != n {
		t.Errorf("another word: %d", res.status)
	}
}
