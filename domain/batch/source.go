package batch

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
)

// Source is what a file says of one piece of evidence. What is empty it does not say, and
// that stays as it is known.
type Source struct {
	Key  []string        // what it is known by in every file
	Says evidence.Record // without id and version; Retrieved is today. Deviations that are nil are not told
}

// ID names the evidence, the same whenever it is read: it is made of the key alone.
func (s Source) ID() evidence.ID {
	h := sha256.New()
	for _, word := range s.Key {
		fmt.Fprintf(h, "%d:%s", len(word), word)
	}
	return evidence.ID(hex.EncodeToString(h.Sum(nil)[:12]))
}

// Sources is what a file of evidence would do.
type Sources struct {
	New     []evidence.Record
	Alike   map[evidence.ID][]evidence.Item // of the new, what is known and may be the same
	Changed []SourceChange
	Same    []evidence.Item
	Refused []Refusal
	Deletes int // deviations that are known and that the file no longer has
}

// SourceChange is a new version of evidence that is known.
type SourceChange struct {
	Was     evidence.Item
	Is      evidence.Record
	Deletes []string // the deviations that it takes away
}

// Import is what records them all.
func (s Sources) Import() evidence.Import {
	out := evidence.Import{Records: slices.Clone(s.New)}
	for _, c := range s.Changed {
		out.Records = append(out.Records, c.Is)
	}
	return out
}

// SourcesOf tells what a file of evidence would do, judged by whoever gives it.
func SourcesOf(d domain.Decision, list []Source) (Sources, error) {
	var out Sources
	if _, err := d.Board(domain.Live, domain.RightEvidence); err != nil {
		return out, err
	}
	for i, s := range list {
		was, known := newest(d, s.ID())
		next := s.first()
		if known {
			next = s.over(was)
		}
		set(&next.Supervision.State, stateOf(s, was, next))
		err := alone(d, next)
		if known && err == nil {
			next.Retrieved = s.Says.Retrieved
			err = alone(d, next)
		}
		var refused *domain.Error
		switch {
		case errors.As(err, &refused) && refused.Msg == "evidence.same":
			out.Same = append(out.Same, was)
		case err != nil:
			out.Refused = append(out.Refused, Refusal{i, err})
		case known:
			gone := dropped(was, next)
			out.Changed = append(out.Changed, SourceChange{was, next, gone})
			out.Deletes += len(gone)
		default:
			out.New = append(out.New, next)
		}
	}
	out.Alike = alike(d, out.New, list)
	return out, nil
}

// alike finds, of what would be new, evidence that may be the same, which somebody recorded
// by hand: of the same kind, municipality and day, and not what another row of the file is.
func alike(d domain.Decision, records []evidence.Record, file []Source) map[evidence.ID][]evidence.Item {
	ours, known := map[evidence.ID]bool{}, map[domain.MunicipalityID][]evidence.Item{}
	for _, s := range file {
		ours[s.ID()] = true
	}
	out := map[evidence.ID][]evidence.Item{}
	for _, r := range records {
		for _, m := range r.Municipalities {
			if _, asked := known[m]; !asked {
				known[m] = evidence.Of(d, m)
			}
			for _, i := range known[m] {
				if i.Type == r.Type && i.Effective == r.Effective && i.Withdrawn == nil && !ours[i.ID] && len(i.Municipalities) > 0 {
					out[r.ID] = append(out[r.ID], i)
				}
			}
		}
	}
	return out
}

func newest(d domain.Decision, id evidence.ID) (evidence.Item, bool) {
	version, _, known := evidence.Newest(d, id)
	if !known {
		return evidence.Item{}, false
	}
	return evidence.One(d, evidence.Ref{ID: id, Version: version})
}

// alone asks whether a version could be recorded by itself.
func alone(d domain.Decision, r evidence.Record) error {
	_, err := r.Decide(d)
	return err
}

// first returns the first version of what is not known.
func (s Source) first() evidence.Record {
	out := s.Says
	out.ID, out.Version = s.ID(), 1
	if out.Type == evidence.Supervision {
		out.Supervision.Deviations = deviations(evidence.Item{}, s.Says.Supervision.Deviations)
	}
	return out
}

// over returns the next version of what is known, with what the file says. A text that was
// taken out is not put back.
func (s Source) over(was evidence.Item) evidence.Record {
	out, says := was.Again(), s.Says
	put := func(to *typed.Text, says typed.Text, stands *domain.Text) {
		if says != "" && !stands.Redacted() {
			*to = says
		}
	}
	out.Type = says.Type
	put(&out.Title, says.Title, was.Title)
	put(&out.Source, says.Source, was.Source)
	put(&out.Summary, says.Summary, was.Summary)
	put(&out.Link, says.Link, was.Link)
	out.Effective = cmp.Or(says.Effective, out.Effective)
	out.Access = cmp.Or(says.Access, out.Access)
	if says.Period.From != "" || says.Period.To != "" {
		out.Period = says.Period
	}
	for _, c := range says.Columns {
		if !slices.Contains(out.Columns, c) {
			out.Columns = append(out.Columns, c)
		}
	}
	if out.Type != evidence.Supervision {
		out.Supervision = says.Supervision // none
		return out
	}
	to := &out.Supervision
	if stands := was.Supervision; stands != nil {
		put(&to.Body, says.Supervision.Body, stands.Body)
		put(&to.Basis, says.Supervision.Basis, stands.Basis)
	}
	to.Day = cmp.Or(says.Supervision.Day, to.Day)
	if says.Supervision.Deviations != nil {
		to.Deviations = deviations(was, says.Supervision.Deviations)
	}
	return out
}

// stateOf returns how far a supervision has come: what the file says of it, else what is
// known and still can be so, else what its day says.
func stateOf(s Source, was evidence.Item, next evidence.Record) string {
	told, known := string(s.Says.Supervision.State), ""
	if was.Supervision != nil && was.Supervision.Day == next.Supervision.Day {
		known = string(was.Supervision.State)
	}
	open := slices.ContainsFunc(next.Supervision.Deviations, func(d evidence.Deviation) bool { return d.State == "open" })
	switch {
	case next.Type != evidence.Supervision:
		return ""
	case told != "":
		return told
	case known == "planned" && len(next.Supervision.Deviations) > 0, known == "closed" && open:
		return "held"
	case known != "":
		return known
	case next.Supervision.Day > s.Says.Retrieved:
		return "planned"
	}
	return "held"
}

// set sets a word of a kind that only its noun can name.
func set[T ~string](to *T, word string) { *to = T(word) }
