package evidence_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
)

// office is a journal in the making.
type office struct {
	t    testing.TB
	s    *domain.State
	now  time.Time
	recs []domain.Record
	salt byte
}

var (
	editor   = actor(domain.Grant{Role: domain.RoleEditor})
	assessor = actor(domain.Grant{Role: domain.RoleAssessor, Areas: []domain.ColumnID{"helse"}})
	approver = actor(domain.Grant{Role: domain.RoleApprover, Areas: []domain.ColumnID{"helse"}})
	reader   = actor(domain.Grant{Role: domain.RoleReader})
	admin    = actor(domain.Grant{Role: domain.RoleAdmin})
	lead     = actor(domain.Grant{Role: domain.RoleLead})
	screen   = actor(domain.Grant{Role: domain.RoleScreen})
	contact  = actor(domain.Grant{Role: domain.RoleMunicipality, Municipality: "0002"})
	other    = actor(domain.Grant{Role: domain.RoleMunicipality, Municipality: "0003"})
	nobody   = domain.Actor{}
	both     = domain.Actor{ID: "both", Grants: append(contact.Grants, reader.Grants...)}
)

func actor(g domain.Grant) domain.Actor {
	return domain.Actor{ID: domain.AccountID(string(g.Role) + string(g.Municipality)), Grants: []domain.Grant{g}}
}

// round opens rows of an edition for judgement: what the plan of an edition will do.
type round struct {
	Board domain.BoardID
	Rows  []domain.MunicipalityID
}

func (round) Kind() string                                     { return "round_in_test" }
func (round) Texts() []*domain.Text                            { return nil }
func (r round) Decide(domain.Decision) ([]domain.Event, error) { return []domain.Event{r}, nil }
func (r round) Apply(a *domain.Applying) error {
	if err := a.Plan(r.Board, "2023-09-01", r); err != nil {
		return err
	}
	return a.OpenRound(r.Board, r.Rows, r)
}

// edition begins a draft.
type edition struct {
	Board domain.BoardID
}

func (e edition) Decide(d domain.Decision) ([]domain.Event, error) {
	c := catalogue()
	_, events, err := d.OpenBoard(e.Board, domain.KindEdition, domain.Words{NB: "Kommunebilde"}, &c, nil)
	return events, err
}

func catalogue() domain.Catalogue {
	column := func(id domain.ColumnID) domain.Column {
		return domain.Column{ID: id, Kind: domain.ColumnArea, Version: 1, Name: domain.Words{NB: string(id)}, Short: domain.Words{NB: string(id)}}
	}
	return domain.Catalogue{
		County: "Prøve", Office: domain.Words{NB: "Statsforvalteren i Prøve"},
		Regions:        []domain.Region{{ID: "sor", Name: "Sør", Short: "Sør"}},
		Municipalities: []domain.Municipality{{ID: "0001", Name: "Alvdal", Region: "sor"}, {ID: "0002", Name: "Bø", Region: "sor"}, {ID: "0003", Name: "Ås", Region: "sor"}},
		Columns:        []domain.Column{column("helse"), column("plan")},
	}
}

// open is an office with the live picture and an edition that nobody judges yet.
func open(t testing.TB) *office {
	o := &office{t: t, s: domain.NewState("epoke"), now: time.Date(2023, 9, 6, 8, 0, 0, 0, time.UTC)}
	o.do(editor, domain.OpenLive{Catalogue: catalogue()})
	o.do(editor, edition{"2023"})
	return o
}

func (o *office) try(by domain.Actor, cmd domain.Command) error {
	o.t.Helper()
	events, err := domain.Decide(o.s, by, cmd, o.now)
	if err != nil {
		return err
	}
	r, err := domain.Seal(o.s.Head(), o.now, by.ID, domain.RequestID(fmt.Sprint("r", len(o.recs))), events, func() domain.Salt { o.salt++; return domain.Salt{o.salt} })
	if err != nil {
		o.t.Fatalf("%T: seal: %v", cmd, err)
	}
	next, err := o.s.Apply(r)
	if err != nil {
		o.t.Fatalf("%T: apply: %v", cmd, err)
	}
	o.s, o.recs, o.now = next, append(o.recs, r), o.now.Add(time.Second)
	return nil
}

func (o *office) do(by domain.Actor, cmd domain.Command) domain.Revision {
	o.t.Helper()
	if err := o.try(by, cmd); err != nil {
		o.t.Fatalf("%T by %s: %v", cmd, by.ID, err)
	}
	return o.s.Head().Revision
}

func (o *office) as(by domain.Actor) domain.Decision { return domain.Judge(o.s, by, o.now) }

// plan is a piece of evidence that needs no more.
func plan(id evidence.ID, v int) evidence.Record {
	return evidence.Record{ID: id, Version: v, Type: evidence.ROS, Municipalities: []domain.MunicipalityID{"0002"}, Columns: []domain.ColumnID{"helse"},
		Title: "Helhetlig ROS", Effective: "2021-11-12", Retrieved: "2022-01-10"}
}

// words are all texts that a value reaches, however deep.
func words(v any) map[string]bool {
	out := map[string]bool{}
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if v.IsNil() {
				return
			}
			if v.Type() == reflect.TypeFor[*domain.Text]() {
				out[reflect.NewAt(v.Type().Elem(), v.UnsafePointer()).Interface().(*domain.Text).String()] = true
				return
			}
			walk(v.Elem())
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(v))
	delete(out, "")
	return out
}
