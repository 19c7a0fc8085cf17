package domain

// DeclareDemo marks an empty journal as made up.
type DeclareDemo struct{}

func (DeclareDemo) Decide(d Decision) ([]Event, error) {
	if !d.by.has(RoleAdmin, d.now) {
		return nil, Denied("forbidden.demo")
	}
	if d.s.head.Revision != 0 {
		return nil, Clash("demo.not_empty")
	}
	return []Event{&demoDeclared{}}, nil
}

// demoDeclared says that everything in this journal is made up.
type demoDeclared struct{}

func (*demoDeclared) Kind() string   { return "demo_declared" }
func (*demoDeclared) Texts() []*Text { return nil }
func (*demoDeclared) Boardless()     {}

func (*demoDeclared) Apply(b *Applying) error {
	b.s.demo = true
	return nil
}
