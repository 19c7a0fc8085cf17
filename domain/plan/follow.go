package plan

import "kommunebilde/domain"

// Before is the edition that one follows, as it was published: what its judgements are
// compared with, and carried from. The zero Before is no edition.
type Before struct {
	Ground domain.Ground
	Known  bool

	now  *domain.Catalogue
	same map[domain.ColumnID]domain.ColumnID // columns that judge the same
}

// Followed returns what an edition follows.
func Followed(d domain.Decision, g domain.Ground) Before {
	out := Before{now: g.Catalogue()}
	plan, _ := Of(g)
	if plan.Follows == nil {
		return out
	}
	if followed, there := d.Lookup(plan.Follows.Board); there {
		out.Ground, out.Known = followed.Version(plan.Follows.Version)
	}
	if out.Known {
		out.same = make(map[domain.ColumnID]domain.ColumnID, len(out.now.Columns))
		for i := range out.now.Columns {
			if id, equal := out.equal(i); equal {
				out.same[out.now.Columns[i].ID] = id
			}
		}
	}
	return out
}

// Column returns the column of the edition before that judges the same as one of this
// edition, and whether there is one: the same id and version, or the one it is said to
// follow. There is none where the reason not to compare is told.
func (b Before) Column(c domain.ColumnID) (domain.ColumnID, bool) {
	id, equal := b.same[c]
	return id, equal
}

// equal is Column of the column at a place of this edition.
func (b Before) equal(at int) (domain.ColumnID, bool) {
	col, before := &b.now.Columns[at], b.Ground.Catalogue().Columns
	if col.NotComparable.NB != "" {
		return "", false
	}
	id, version := col.ID, col.Version
	if f := col.Follows; f != nil {
		if f.Board != b.Ground.ID() {
			return "", false
		}
		id, version = f.Column, f.Version
	}
	j := at // most stand where they stood
	if j >= len(before) || before[j].ID != id {
		j = b.Ground.Catalogue().ColumnIndex(id)
	}
	if j < 0 || before[j].Version != version {
		return "", false
	}
	return id, true
}

// Redefined reports whether the edition before has the column, with another meaning.
func (b Before) Redefined(c domain.ColumnID) bool {
	_, equal := b.Column(c)
	return b.Known && !equal && b.Ground.Catalogue().ColumnIndex(c) >= 0
}

// Resting returns the areas that rest.
func (b Before) Resting() (out []domain.ColumnID) {
	for _, i := range b.now.Areas() {
		if c := b.now.Columns[i].ID; b.now.Columns[i].Every == 2 && b.Rests(c) {
			out = append(out, c)
		}
	}
	return out
}

// Rests reports whether an area, or the area of an indicator, is not judged this time: it
// is judged every second year, and the edition before judged it.
func (b Before) Rests(c domain.ColumnID) bool {
	i := b.now.ColumnIndex(c)
	if i < 0 {
		return false
	}
	if area := b.now.Columns[i].Area; area != "" {
		return b.Rests(area)
	}
	before, equal := b.Column(c)
	if b.now.Columns[i].Every != 2 || !equal {
		return false
	}
	for _, m := range b.Ground.Catalogue().Municipalities {
		if level, _, _, _ := b.Ground.Stands(m.ID, before); level != domain.NotAssessed {
			return true
		}
	}
	return false
}
