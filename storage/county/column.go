package county

import (
	"slices"

	"kommunebilde/domain"
)

const (
	areasFile      = "areas.csv"
	indicatorsFile = "indicators.csv"
	functionsFile  = "situation-functions.csv"
)

// ordered is a column and where in its group it stands.
type ordered struct {
	domain.Column
	order int
}

// columns returns each area followed by its indicators, then the functions.
func (l *loader) columns(cat *domain.Catalogue, means domain.Means) []domain.Column {
	areas := l.areas(cat, means)
	indicators := l.indicators(cat, areas)
	functions := l.functions(cat)
	for _, file := range []string{areasFile, indicatorsFile, functionsFile} {
		l.checkSuccessors(file, "column")
	}
	var out []domain.Column
	for _, a := range areas {
		out = append(out, a.Column)
		for _, i := range indicators {
			if i.Area == a.ID {
				out = append(out, i.Column)
			}
		}
	}
	for _, f := range functions {
		out = append(out, f.Column)
	}
	return out
}

var wordColumns = [...]string{"green", "yellow", "red", "basis"}

func (l *loader) areas(cat *domain.Catalogue, means domain.Means) []ordered {
	required := []string{"id", "order", "name_nb", "name_nn", "name_en", "short_nb", "short_nn", "short_en", "scope"}
	optional := []string{"supervises", "stale_after_hours", "version", "ended", "successors"}
	for _, stem := range wordColumns {
		optional = append(optional, stem+"_nb", stem+"_nn", stem+"_en")
	}
	var out []ordered
	for _, r := range l.table(areasFile, required, optional) {
		col, ok := l.column(cat, r, domain.ColumnArea, "area", "nb", "nn", "en")
		if !ok {
			continue
		}
		if r.get("short_nb") == "" {
			l.fault(r.file, r.line, "short_nb", "", "is missing")
		}
		col.Themes = l.oneOf(r, "scope", "themes", "whole") == "themes"
		col.Means = domain.Means{Green: l.words(r, "green"), Yellow: l.words(r, "yellow"), Red: l.words(r, "red")}
		if col.Means == (domain.Means{}) {
			col.Means = means
		}
		col.Basis = l.words(r, "basis")
		col.Supervises = l.oneOf(r, "supervises", "", "yes", "no")
		if col.StaleAfter = domain.StaleAfterUntold; r.get("stale_after_hours") != "" {
			col.StaleAfter = l.number(r, "stale_after_hours", 0, 24*365, true)
		}
		out = append(out, col)
	}
	return inOrder(out)
}

func (l *loader) indicators(cat *domain.Catalogue, areas []ordered) []ordered {
	required := []string{"id", "area_id", "order", "name_nb", "evidence_type", "ssb_table", "ssb_code", "status"}
	optional := []string{"name_nn", "name_en", "short_nb", "short_nn", "short_en", "version", "ended", "successors"}
	var out []ordered
	for _, r := range l.table(indicatorsFile, required, optional) {
		area := domain.ColumnID(r.get("area_id"))
		col, ok := l.column(cat, r, domain.ColumnIndicator, "indicator of "+string(area), "nb")
		if !ok {
			continue
		}
		if !slices.ContainsFunc(areas, func(a ordered) bool { return a.ID == area }) {
			l.fault(r.file, r.line, "area_id", string(area), "is not an area in %s", areasFile)
		}
		col.Area = area
		col.Evidence = l.slug(r, "evidence_type")
		col.SSBTable, col.SSBCode = l.name(r, "ssb_table", false), l.name(r, "ssb_code", false)
		col.Proposed = l.oneOf(r, "status", "", "forslag") == "forslag"
		out = append(out, col)
	}
	return inOrder(out)
}

func (l *loader) functions(cat *domain.Catalogue) []ordered {
	required := []string{"id", "order", "name_nb", "name_nn", "name_en", "stale_after_hours"}
	optional := []string{"short_nb", "short_nn", "short_en", "version", "ended", "successors"}
	var out []ordered
	for _, r := range l.table(functionsFile, required, optional) {
		col, ok := l.column(cat, r, domain.ColumnFunction, "function", "nb", "nn", "en")
		if !ok {
			continue
		}
		col.StaleAfter = l.number(r, "stale_after_hours", 0, 24*365, true)
		out = append(out, col)
	}
	return inOrder(out)
}

// column reads what all kinds of columns have. ok is false for one that is no
// more or whose id cannot be used.
func (l *loader) column(cat *domain.Catalogue, r row, kind domain.ColumnKind, group string, languages ...string) (col ordered, ok bool) {
	id := l.slug(r, "id")
	name := l.words(r, "name", languages...)
	if !l.once(r, "id", "column", id) || l.takeEnded(cat, r, "column", id, name.NB) {
		return ordered{}, false
	}
	col.ID, col.Kind, col.Name = domain.ColumnID(id), kind, name
	if col.Short = l.words(r, "short"); col.Short.NB == "" {
		col.Short = name
	}
	col.Version = max(1, l.number(r, "version", 1, 9999, false))
	col.order = l.number(r, "order", 1, 9999, true)
	l.once(r, "order", "order of "+group, r.get("order"))
	return col, true
}

func inOrder(cols []ordered) []ordered {
	slices.SortStableFunc(cols, func(a, b ordered) int { return a.order - b.order })
	return cols
}
