package server

import (
	"net/url"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/views"
	"kommunebilde/server/edge"
)

// saveViewForm keeps the filter of the page it stands on under a name.
func saveViewForm(k *edge.Call, f url.Values) (domain.Command, error) {
	var cmd views.Save
	if err := k.Read(f, &cmd); err != nil {
		return nil, err
	}
	q, err := url.ParseQuery(f.Get("filter"))
	if err != nil {
		return nil, edge.BadRequest("filter", "http.query", err)
	}
	filter, err := kit.ParseFilter(q, k.Shown.Catalogue())
	if err != nil {
		return nil, err
	}
	cmd.Filter, err = filter.Kept()
	return cmd, err
}
