package batch

import (
	"cmp"
	"fmt"
	"slices"

	"kommunebilde/domain/evidence"
)

// deviations returns those that a file has, by the ids that are known: of the one with the
// same number, else of the one with the same words. The known come first, in their order,
// so that a file that is sorted anew says nothing new. One whose text was taken out stands
// for a text that is not known.
func deviations(was evidence.Item, file []evidence.Deviation) []evidence.Deviation {
	var known []evidence.Deviation
	gone := map[string]bool{}
	if was.Supervision != nil {
		known = was.Again().Supervision.Deviations
		for _, d := range was.Supervision.Deviations {
			gone[d.ID] = d.Text.Redacted()
		}
	}
	of := make([]int, len(file)) // in the file, of each the known one
	taken := map[int]bool{}
	match := func(is func(said, known evidence.Deviation) bool) {
		for i, said := range file {
			if of[i] == 0 {
				for at, k := range known {
					if !taken[at] && is(said, k) {
						of[i], taken[at] = at+1, true
						break
					}
				}
			}
		}
	}
	match(func(said, known evidence.Deviation) bool { return said.ID != "" && said.ID == known.ID })
	match(func(said, known evidence.Deviation) bool {
		return said.ID == "" && said.Text == known.Text && !gone[known.ID]
	})
	for at, k := range known {
		if i := slices.Index(of, 0); gone[k.ID] && !taken[at] && i >= 0 && file[i].ID == "" {
			of[i], taken[at] = at+1, true
		}
	}
	var out []evidence.Deviation
	for at, k := range known {
		if i := slices.Index(of, at+1); i >= 0 {
			out = append(out, mended(k, file[i], gone[k.ID]))
		}
	}
	for i, said := range file {
		if of[i] == 0 {
			said.State = cmp.Or(said.State, "open")
			out = append(out, said)
		}
	}
	return named(out, known)
}

// mended is a known deviation with what a file says of it.
func mended(known, said evidence.Deviation, gone bool) evidence.Deviation {
	if said.Text != "" && !gone {
		known.Text = said.Text
	}
	known.Due = cmp.Or(said.Due, known.Due)
	if known.State = cmp.Or(said.State, known.State); known.State == "open" {
		known.Closed = ""
	} else {
		known.Closed = cmp.Or(said.Closed, known.Closed)
	}
	return known
}

// named gives those without an id one that no other has or had.
func named(list, known []evidence.Deviation) []evidence.Deviation {
	n := 0
	for i := range list {
		for list[i].ID == "" {
			n++
			id := fmt.Sprint("a", n)
			has := func(d evidence.Deviation) bool { return d.ID == id }
			if !slices.ContainsFunc(list, has) && !slices.ContainsFunc(known, has) {
				list[i].ID = id
			}
		}
	}
	return list
}

// dropped names the deviations that are known and that a version no longer has.
func dropped(was evidence.Item, is evidence.Record) (out []string) {
	if was.Supervision == nil {
		return nil
	}
	for _, d := range was.Supervision.Deviations {
		if !slices.ContainsFunc(is.Supervision.Deviations, func(o evidence.Deviation) bool { return o.ID == d.ID }) {
			out = append(out, d.Text.String())
		}
	}
	return out
}
