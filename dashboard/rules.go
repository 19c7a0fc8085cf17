package dashboard

import (
	"strings"

	"kommunebilde"
)

// rulesView is who sees what and may do what, for who gives out roles.
type rulesView struct {
	page
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
func (s *Site) Rules(r Request) ([]byte, error) {
	pg := s.newPage(r, "rules", "")
	pg.Title, pg.Nav = pg.T("rules.title"), "account"
	v := rulesView{page: pg}
	for _, c := range kommunebilde.Classes() {
		v.Classes = append(v.Classes, ruleClass{pg.T("class." + string(c)), pg.T("class.what." + string(c))})
	}
	for _, role := range kommunebilde.Roles() {
		one := ruleRole{ID: string(role), Name: upperFirst(pg.T("role." + string(role))), Bounds: pg.T("rules.bounds." + string(role))}
		for _, kind := range kommunebilde.BoardKinds() {
			for _, phase := range kind.Phases() {
				one.Rows = append(one.Rows, pg.w.rule(kommunebilde.RuleOf(role, kind, phase)))
			}
		}
		v.Roles = append(v.Roles, one)
	}
	return s.render(v.Lang, "rules", &v)
}

// rule says one rule of the policy: what is seen, grouped by how much of it, and
// what may be done.
func (w *words) rule(rule kommunebilde.Rule) ruleRow {
	row := ruleRow{Board: w.t("board_kind." + string(rule.Kind)), Phase: w.t("phase." + string(rule.Phase))}
	for _, extent := range []kommunebilde.Extent{kommunebilde.SeesAll, kommunebilde.SeesOpen, kommunebilde.SeesOwn, kommunebilde.SeesInvite} {
		var names []string
		for _, c := range kommunebilde.Classes() {
			if rule.Sees[c] == extent {
				names = append(names, w.t("class."+string(c)))
			}
		}
		if len(names) > 0 {
			bound := ""
			if extent != kommunebilde.SeesAll {
				bound = w.t("extent." + string(extent))
			}
			row.Sees = append(row.Sees, upperFirst(strings.Join(names, ", "))+bound)
		}
	}
	for _, right := range rule.Rights {
		row.May = append(row.May, w.t("right."+string(right)))
	}
	return row
}
