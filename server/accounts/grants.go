package accounts

import (
	"net/url"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/server/edge"
)

func (s *Service) addGrant(k *edge.Call, f url.Values, account accounts.Account) error {
	cat, err := catalogue(k)
	if err != nil {
		return err
	}
	grant, err := grantIn(f, cat, k.Now)
	if err != nil {
		return err
	}
	k.Trace.Detail = "given:" + string(grant.Role)
	return s.auth.EditGrants(account.ID, func(held []domain.Grant) ([]domain.Grant, error) {
		if slices.ContainsFunc(held, grant.Same) {
			return nil, &domain.Error{Code: domain.Conflict, Field: "role", Msg: "role.held"}
		}
		return append(held, grant), nil
	})
}

// removeGrant takes one grant away. An admin keeps an own one, so that an office
// is not left without.
func (s *Service) removeGrant(k *edge.Call, f url.Values, account accounts.Account) error {
	var gone domain.Grant
	gone.Role, gone.Municipality = domain.Role(f.Get("role")), domain.MunicipalityID(f.Get("municipality"))
	for _, a := range f["areas"] {
		gone.Areas = append(gone.Areas, domain.ColumnID(a))
	}
	if v := f.Get("until"); v != "" {
		t, err := time.Parse(time.RFC3339Nano, v)
		if err != nil {
			return edge.Wrong("until", "time.wrong")
		}
		gone.Until = t
	}
	if gone.Role == domain.RoleAdmin && account.ID == k.Handle.Account() {
		return &domain.Error{Code: domain.Conflict, Field: "role", Msg: "account.own_admin"}
	}
	k.Trace.Detail = "taken:" + string(gone.Role)
	return s.auth.EditGrants(account.ID, func(held []domain.Grant) ([]domain.Grant, error) {
		kept := slices.DeleteFunc(slices.Clone(held), gone.Same)
		if len(kept) == len(held) {
			return nil, &domain.Error{Code: domain.NotFound, Field: "role", Msg: "role.gone"}
		}
		return kept, nil
	})
}

// grantIn reads a role and what it is given with.
func grantIn(f url.Values, cat *domain.Catalogue, now time.Time) (domain.Grant, error) {
	g := domain.Grant{Role: domain.Role(f.Get("role"))}
	switch g.Role {
	case domain.RoleAssessor, domain.RoleApprover:
		for _, id := range f["areas"] {
			i := cat.ColumnIndex(domain.ColumnID(id))
			if i < 0 || cat.Columns[i].Kind != domain.ColumnArea {
				return g, &domain.Error{Code: domain.Invalid, Field: "areas", Msg: "column.unknown", Args: []string{id}}
			}
			g.Areas = append(g.Areas, cat.Columns[i].ID)
		}
		if len(g.Areas) == 0 {
			return g, edge.Wrong("areas", "role.areas")
		}
	case domain.RoleMunicipality:
		g.Municipality = domain.MunicipalityID(f.Get("municipality"))
		if cat.MunicipalityIndex(g.Municipality) < 0 {
			return g, edge.Wrong("municipality", "role.municipality")
		}
	case domain.RoleScreen, domain.RolePublic, "":
		return g, &domain.Error{Code: domain.Invalid, Field: "role", Msg: "role.unknown", Args: []string{string(g.Role)}}
	}
	var err error
	g.Until, err = endOfDay(f.Get("until"), now)
	return g, err
}

// endOfDay returns the midnight that ends a day (2006-01-02) in Norway, zero for
// "". A day before after is refused.
func endOfDay(day string, after time.Time) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return time.Time{}, edge.Wrong("until", "time.wrong")
	}
	end := t.AddDate(0, 0, 1).UTC()
	if !end.After(after) {
		return time.Time{}, edge.Wrong("until", "until.past")
	}
	return end, nil
}
