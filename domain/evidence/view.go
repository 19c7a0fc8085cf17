package evidence

import (
	"slices"
	"time"

	"kommunebilde/domain"
)

// Item is a version of evidence as it was, shown to who asks. What they may not see of it
// is not there. It must not be changed.
type Item struct {
	Ref
	content
	Revision  domain.Revision  // of the record that it came with
	At        time.Time        // and when; zero where it is a citation
	By        domain.AccountID // and by whom, as At
	Newer     bool             // a newer version stands
	Withdrawn *said            // nil while it stands; of a citation it says no more than that
	Cited     bool             // it is a citation: type, title, source, period and dates alone
}

// Complete reports whether it has what a judgement needs of it: type, source, period,
// and the days it holds from and was retrieved.
func (i Item) Complete() bool {
	return i.Type != "" && i.Source.String() != "" && i.Period != nil && i.Effective != "" && i.Retrieved != ""
}

// OpenDeviations returns how many deviations of a supervision are not closed.
func (i Item) OpenDeviations() (n int) {
	if i.Supervision != nil {
		for _, d := range i.Supervision.Deviations {
			if d.State == "open" {
				n++
			}
		}
	}
	return n
}

// Newest returns the number of the newest version of evidence, whether it is withdrawn,
// and whether it is known to who asks.
func Newest(d domain.Decision, id ID) (version int, withdrawn, known bool) {
	it := kept.In(d).of(id)
	if _, ok := see(d, Ref{id, it.newest()}, it); !ok {
		return 0, false, false
	}
	return it.newest(), it.withdrawn != nil, true
}

// One returns a version of evidence, and whether there is one to see. Staff sees all of
// it. A contact sees the citation of what is about its own municipality, while that is
// being judged, if both this version and the newest let it. Nobody else sees any.
func One(d domain.Decision, ref Ref) (Item, bool) {
	return see(d, ref, kept.In(d).of(ref.ID))
}

// Of returns the newest versions of what is about a municipality, by the same rules. What
// holds from the latest day is first. Withdrawn evidence is there for staff.
func Of(d domain.Decision, m domain.MunicipalityID) []Item {
	l := kept.In(d)
	if l == nil || !d.Staff() && !heard(d, m) {
		return nil
	}
	var out []Item
	for _, key := range []domain.MunicipalityID{m, everyone} {
		for _, id := range l.about[key] {
			it := l.items.At(id.Value)
			found := Item{}
			switch ref := (Ref{id.Value, it.newest()}); {
			case !it.last().isAbout(m), (key == everyone) != (len(it.last().Municipalities) == 0):
				continue // an earlier version was about it: it is found by what it is about now
			case d.Staff():
				found = l.whole(ref, it)
			case it.withdrawn == nil && it.cited(it.last(), m):
				found = cite(ref, it, m)
			default:
				continue
			}
			out = append(out, found)
		}
	}
	slices.SortFunc(out, byAge)
	return out
}

func see(d domain.Decision, ref Ref, it item) (Item, bool) {
	if ref.Version < 1 || ref.Version > it.newest() {
		return Item{}, false
	}
	if d.Staff() {
		return kept.In(d).whole(ref, it), true
	}
	c := it.versions[ref.Version-1].Value
	about := c.Municipalities
	if len(about) == 0 {
		if g, ok := d.Lookup(domain.Live); ok {
			for _, m := range g.Catalogue().Municipalities {
				about = append(about, m.ID)
			}
		}
	}
	for _, m := range about {
		if heard(d, m) && it.cited(c, m) {
			return cite(ref, it, m), true
		}
	}
	return Item{}, false
}

// heard reports whether the actor is a contact of a municipality that is being judged.
func heard(d domain.Decision, m domain.MunicipalityID) bool {
	if !d.Contact(m) {
		return false
	}
	for range d.Rounds(m) {
		return true
	}
	return false
}

// cited reports whether a version is cited to a municipality. The newest must let it, too:
// what was closed since is closed.
func (it item) cited(c *content, m domain.MunicipalityID) bool {
	return narrower(c.Access, it.last().Access) != Office && c.isAbout(m) && it.last().isAbout(m)
}

func (c *content) isAbout(m domain.MunicipalityID) bool {
	return len(c.Municipalities) == 0 || slices.Contains(c.Municipalities, m)
}

// whole returns all of a version. What is exempt now is exempt in every version.
func (l *ledger) whole(ref Ref, it item) Item {
	at := it.versions[ref.Version-1]
	out := Item{Ref: ref, content: at.Value.clone(), Revision: at.Revision, At: at.Time(), By: at.By, Newer: ref.Version < it.newest(), Withdrawn: it.withdrawn}
	out.Exempt = it.last().Exempt
	for i := range out.Files {
		out.Files[i].Removed = l.removed[out.Files[i].Sum]
	}
	return out
}

// cite returns what a municipality is told of a version about it.
func cite(ref Ref, it item, m domain.MunicipalityID) Item {
	at := it.versions[ref.Version-1]
	c := at.Value
	out := Item{Ref: ref, Revision: at.Revision, Newer: ref.Version < it.newest(), Cited: true, content: content{
		Type: c.Type, Municipalities: []domain.MunicipalityID{m}, Title: c.Title, Source: c.Source, Period: c.Period, Effective: c.Effective, Retrieved: c.Retrieved,
	}}
	if it.withdrawn != nil {
		out.Withdrawn = &said{}
	}
	return out
}
