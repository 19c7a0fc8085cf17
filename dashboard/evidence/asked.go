package evidence

import (
	"strconv"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
)

// asked is what the municipality said of a source, or of one that is missing.
type asked struct {
	Question     string // its name
	Mark, Of     string
	Href         string // of the source, "" for what is missing and for a contact
	Text, When   string
	Answer       string // "" while it is open
	Reason       string
	Answers, Own bool // the reader may answer; it is the reader's own
}

// questions are those that wait for an answer first, then the newest.
func (v *view) questions() (open, answered []asked) {
	for _, q := range evidence.Questions(v.o.Decision, v.o.Municipality.ID) {
		one := asked{
			Question: strconv.FormatUint(uint64(q.Revision), 10), Mark: v.T("evidence.mark." + string(q.Mark)), Text: v.said(q.Asked.Text), When: v.When(q.Asked.At),
			Answers: !v.Cited && v.o.Decision.May(domain.Live, domain.RightEvidence), Own: v.Cited,
		}
		if i, ok := evidence.One(v.o.Decision, q.Evidence); ok {
			one.Of = v.said(i.Title)
			if !v.Cited {
				one.Href = v.to(func(f *Filter) { f.Chosen, f.Version = i.ID, i.Version }) + "#kilde"
			}
		} else if q.Column != "" {
			one.Of = v.column(q.Column)
		}
		if q.Outcome == "" {
			open = append(open, one)
			continue
		}
		one.Answer, one.Reason = v.T("evidence.outcome."+string(q.Outcome)), v.said(q.Answered.Text)
		answered = append(answered, one)
	}
	return open, answered
}
