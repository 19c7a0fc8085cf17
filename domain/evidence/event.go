package evidence

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"

	"kommunebilde/domain"
)

// content is what a version says.
type content struct {
	Type           Type                    `json:"type"`
	Municipalities []domain.MunicipalityID `json:"m,omitempty"` // none: all
	Columns        []domain.ColumnID       `json:"c,omitempty"`
	Title          *domain.Text            `json:"title,omitempty"`
	Source         *domain.Text            `json:"source,omitempty"`
	Summary        *domain.Text            `json:"summary,omitempty"`
	Link           *domain.Text            `json:"link,omitempty"`
	Period         *period                 `json:"period,omitempty"`
	Effective      string                  `json:"effective"`
	Retrieved      string                  `json:"retrieved"`
	Files          []file                  `json:"files,omitempty"`
	Meeting        domain.MeetingID        `json:"meeting,omitempty"`
	Figures        *figures                `json:"figures,omitempty"`
	Supervision    *supervision            `json:"supervision,omitempty"`
	ROBEK          *robek                  `json:"robek,omitempty"`
	Funds          *funds                  `json:"funds,omitempty"`
	Access         Access                  `json:"access"`
	Exempt         *exemption              `json:"exempt,omitempty"`
}

type (
	file struct {
		Sum  domain.Hash  `json:"sum"`
		Size int64        `json:"size"`
		Type string       `json:"type"`
		Name *domain.Text `json:"name,omitempty"`

		Removed *said `json:"-"` // as it is shown: nil while the file is there
	}
	supervision struct {
		State      inspection   `json:"state"`
		Body       *domain.Text `json:"body,omitempty"`
		Day        string       `json:"day"`
		Basis      *domain.Text `json:"basis,omitempty"`
		Deviations []deviation  `json:"deviations,omitempty"`
	}
	deviation struct {
		ID     string       `json:"id"`
		Text   *domain.Text `json:"text,omitempty"`
		State  deviance     `json:"state"`
		Due    string       `json:"due,omitempty"`
		Closed string       `json:"closed,omitempty"`
	}
	exemption struct {
		Basis  domain.Basis `json:"basis"`
		Reason *domain.Text `json:"reason,omitempty"`
	}
)

// texts yields the places of texts, in the order of the event's, each by a name that it
// has in every version.
func (c *content) texts() iter.Seq2[string, **domain.Text] {
	return func(yield func(string, **domain.Text) bool) {
		ok := yield("title", &c.Title) && yield("source", &c.Source) && yield("summary", &c.Summary) && yield("link", &c.Link)
		for i := range c.Files {
			ok = ok && yield("files."+c.Files[i].Sum.String(), &c.Files[i].Name)
		}
		if s := c.Supervision; s != nil {
			ok = ok && yield("supervision.body", &s.Body) && yield("supervision.basis", &s.Basis)
			for i := range s.Deviations {
				ok = ok && yield("deviations."+s.Deviations[i].ID, &s.Deviations[i].Text)
			}
		}
		if ok && c.Exempt != nil {
			yield("exempt.reason", &c.Exempt.Reason)
		}
	}
}

// clone copies what holds texts, so that these may be put in place.
func (c content) clone() content {
	c.Files = slices.Clone(c.Files)
	if c.Supervision != nil {
		s := *c.Supervision
		s.Deviations = slices.Clone(s.Deviations)
		c.Supervision = &s
	}
	if c.Exempt != nil {
		e := *c.Exempt
		c.Exempt = &e
	}
	return c
}

// recorded is a version of evidence. Texts that an earlier version has are named in Same,
// by the place that they have here, and not written again.
type recorded struct {
	Evidence ID  `json:"evidence"`
	Version  int `json:"v"`
	content
	Same map[string]domain.TextID `json:"same,omitempty"`
}

func (*recorded) Kind() string { return "evidence_recorded" }
func (*recorded) Boardless()   {}

// NamesFiles returns the files of the version: who keeps the bytes looks whether they are
// there.
func (e *recorded) NamesFiles() (list []domain.Hash) {
	for _, f := range e.Files {
		list = append(list, f.Sum)
	}
	return list
}

func (e *recorded) Texts() (out []*domain.Text) {
	for _, at := range e.texts() {
		if *at != nil {
			out = append(out, *at)
		}
	}
	return out
}

func (e *recorded) Apply(a *domain.Applying) error {
	l := own(a)
	it := l.items.At(e.Evidence)
	full, err := e.full(it)
	if err != nil {
		return err
	}
	if e.Version != it.newest()+1 || it.withdrawn != nil {
		return fmt.Errorf("version %d of %s after %d: %w", e.Version, e.Evidence, it.newest(), domain.ErrCorrupt)
	}
	if it.versions == nil {
		l.order = l.order.Add(a, e.Evidence)
	}
	it.versions = it.versions.Add(a, full)
	l.items = l.items.Put(a, e.Evidence, it)
	about := full.Municipalities
	if len(about) == 0 {
		about = []domain.MunicipalityID{everyone}
	}
	for _, m := range about {
		if !slices.ContainsFunc(l.about[m], func(d domain.Dated[ID]) bool { return d.Value == e.Evidence }) {
			l.about[m] = l.about[m].Add(a, e.Evidence)
		}
	}
	return nil
}

// full returns what the event says with the texts of earlier versions in their places.
func (e *recorded) full(it item) (*content, error) {
	full, placed := e.clone(), 0
	for name, at := range full.texts() {
		id, same := e.Same[name]
		if !same {
			continue
		}
		placed++
		if *at = it.text(id); *at == nil {
			return nil, fmt.Errorf("%s has no text %s: %w", e.Evidence, id, domain.ErrCorrupt)
		}
	}
	if placed != len(e.Same) {
		return nil, fmt.Errorf("texts of %s without a place: %w", e.Evidence, domain.ErrCorrupt)
	}
	return &full, nil
}

// shorten names texts that an earlier version has, and returns what the event then says.
// A text that was taken out stays where it was if nothing is said there now.
func (e *recorded) shorten(was item) *content {
	last := was.texts()
	for name, at := range e.texts() {
		same := last[name]
		if *at == nil && !same.Redacted() {
			continue
		}
		if *at != nil && same.String() != (*at).String() {
			same = was.saying((*at).String())
		}
		if same != nil {
			if e.Same == nil {
				e.Same = map[string]domain.TextID{}
			}
			e.Same[name], *at = same.ID(), nil
		}
	}
	full, err := e.full(was)
	if err != nil {
		panic(err) // it names what was found a moment ago
	}
	return full
}

// says reports whether two versions say the same.
func (c *content) says(o *content) bool { return o != nil && reflect.DeepEqual(c, o) }

// kept is the office's evidence.
var kept = domain.NewSlot[*ledger]()

// everyone is the key of what is about all municipalities.
const everyone domain.MunicipalityID = ""

// ledger is all evidence. Its maps are copied by whoever changes them: they are small.
type ledger struct {
	items   domain.Table[ID, item]
	order   domain.History[ID]                           // as it was first recorded
	about   map[domain.MunicipalityID]domain.History[ID] // that any version is about
	removed map[domain.Hash]*said

	questions map[domain.Revision]Question // by the record that asked
}

// item is one piece of evidence with all its versions.
type item struct {
	versions  domain.History[*content]
	withdrawn *said
}

// of returns evidence, an empty item if there is none.
func (l *ledger) of(id ID) item {
	if l == nil {
		return item{}
	}
	return l.items.At(id)
}

// newest returns the number of the newest version, 0 for none.
func (it item) newest() int { return len(it.versions) }

// last returns the newest version, nil for none.
func (it item) last() *content {
	d, _ := it.versions.Last()
	return d.Value
}

// texts returns those of the newest version, by their places.
func (it item) texts() map[string]*domain.Text {
	out := map[string]*domain.Text{}
	if c := it.last(); c != nil {
		for name, at := range c.texts() {
			out[name] = *at
		}
	}
	return out
}

// text returns a text of any version, nil if there is none.
func (it item) text(id domain.TextID) *domain.Text {
	return it.find(func(t *domain.Text) bool { return t.ID() == id })
}

// saying returns a text of any version with these words, nil if there is none.
func (it item) saying(words string) *domain.Text {
	return it.find(func(t *domain.Text) bool { return t.String() == words })
}

func (it item) find(is func(*domain.Text) bool) *domain.Text {
	for _, d := range slices.Backward(it.versions) {
		for _, at := range d.Value.texts() {
			if *at != nil && is(*at) {
				return *at
			}
		}
	}
	return nil
}

// ledgerKey is what a state's ledger is owned by: see [domain.Applying.Owns].
type ledgerKey struct{}

// own returns the ledger of the state that is being made, for writing.
func own(a *domain.Applying) *ledger {
	now := kept.Now(a)
	if a.Owns(ledgerKey{}) {
		return now
	}
	out := ledger{}
	if now != nil {
		out = *now
	}
	out.about, out.removed, out.questions = writable(out.about), writable(out.removed), writable(out.questions)
	kept.Put(a, &out)
	return &out
}

func writable[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

// file returns what is said of a file in the newest version that has it, nil for none.
func (it item) file(sum domain.Hash) *file {
	for _, d := range slices.Backward(it.versions) {
		for i := range d.Value.Files {
			if d.Value.Files[i].Sum == sum {
				return &d.Value.Files[i]
			}
		}
	}
	return nil
}

// byAge orders evidence: that which holds from the latest day first, and of one day that
// which came last.
func byAge(a, b Item) int {
	return cmp.Or(cmp.Compare(b.Effective, a.Effective), cmp.Compare(b.Revision, a.Revision), cmp.Compare(a.ID, b.ID))
}
