package access

import (
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/policy"
)

// rulesView is who sees what and may do what, for anyone who gives out roles.
type rulesView struct {
	kit.Page
	Classes []ruleClass
	Roles   []ruleRole
}

// ruleClass tells what a class of information is.
type ruleClass struct{ Name, What string }

// ruleRole is one role: what bounds it, and what it has on each board.
type ruleRole struct {
	ID, Name, Bounds string
	Rows             []ruleRow
}

type ruleRow struct {
	Board, Phase string
	Sees, May    []string
}

// Rules is the policy in words. Every line is asked of the policy itself.
func Rules(s *kit.Site, r kit.Request) ([]byte, error) {
	pg := s.NewPage(r, "rules", "")
	pg.Title, pg.Nav = pg.T("rules.title"), "account"
	v := rulesView{Page: pg}
	for _, c := range policy.Classes() {
		v.Classes = append(v.Classes, ruleClass{pg.T("class." + string(c)), pg.T("class.what." + string(c))})
	}
	for _, role := range domain.Roles() {
		one := ruleRole{ID: string(role), Name: upperFirst(pg.T("role." + string(role))), Bounds: pg.T("rules.bounds." + string(role))}
		for _, kind := range domain.BoardKinds() {
			for _, phase := range kind.Phases() {
				one.Rows = append(one.Rows, rule(pg.Words, policy.Of(role, kind, phase)))
			}
		}
		v.Roles = append(v.Roles, one)
	}
	return s.Render(v.Lang, "rules", &v)
}

// rule says one rule of the policy: what is seen, grouped by how much of it, and
// what may be done.
func rule(w *kit.Words, rule policy.Rule) ruleRow {
	row := ruleRow{Board: w.T("board_kind." + string(rule.Kind)), Phase: w.T("phase." + string(rule.Phase))}
	for _, extent := range []policy.Extent{policy.SeesAll, policy.SeesOpen, policy.SeesOwn, policy.SeesInvite, policy.SeesRecent, policy.SeesTheirs, policy.SeesCited} {
		var names []string
		for _, c := range policy.Classes() {
			if rule.Sees[c] == extent {
				names = append(names, w.T("class."+string(c)))
			}
		}
		if len(names) > 0 {
			bound := ""
			if extent != policy.SeesAll {
				bound = w.T("extent." + string(extent))
			}
			row.Sees = append(row.Sees, upperFirst(strings.Join(names, ", "))+bound)
		}
	}
	for _, right := range rule.Rights {
		row.May = append(row.May, w.T("right."+string(right)))
	}
	return row
}
