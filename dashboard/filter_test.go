package dashboard

import (
	"errors"
	"net/url"
	"reflect"
	"testing"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

func TestFilterAndAddressAreTheSame(t *testing.T) {
	c := small(t).picture(reader, domain.Live).Catalogue()
	for _, query := range []string{
		"", "region=nord", "area=helse&level=red&level=none", "since=10m", "since=mote", "since=2022-10-31", "kart=plan&vis=ruter",
		"region=sor&valgt=0003.samfunnssikkerhet", "romslig=1", "vis=skjerm", "age=7d&level=red", "at=2022-11-14T09%3A00%3A00Z",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		f, err := kit.ParseFilter(q, c)
		if err != nil {
			t.Fatalf("%q: %v", query, err)
		}
		back, err := url.ParseQuery(f.Query())
		if err != nil {
			t.Fatal(err)
		}
		again, err := kit.ParseFilter(back, c)
		if err != nil || !reflect.DeepEqual(f, again) {
			t.Errorf("%q became %q: %+v, %v", query, f.Query(), again, err)
		}
	}
}

func TestFilterRefusesWhatIsNot(t *testing.T) {
	c := small(t).picture(reader, domain.Live).Catalogue()
	for _, query := range []string{
		"region=atlantis", "area=x", "kart=x", "valgt=9999.plan", "valgt=0001", "level=orange", "since=igår", "since=-5m",
		"since=m", "at=nå", "vis=hopp", "age=gammel", "age=d", "age=mote", "since=99999999999h",
	} {
		q, _ := url.ParseQuery(query)
		_, err := kit.ParseFilter(q, c)
		var e *domain.Error
		if !errors.As(err, &e) || e.Code != domain.Invalid {
			t.Errorf("%q: %v", query, err)
		}
	}
}

func FuzzFilter(f *testing.F) {
	f.Add("region=nord&level=red&since=10m&valgt=0001.plan")
	f.Add("since=2022-10-31T10:00&at=&vis=ruter")
	c := domain.Catalogue{Regions: []domain.Region{{ID: "nord"}}, Municipalities: []domain.Municipality{{ID: "0001", Region: "nord"}}, Columns: []domain.Column{{ID: "plan"}}}
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		got, err := kit.ParseFilter(q, &c)
		if err != nil {
			return
		}
		back, err := url.ParseQuery(got.Query())
		if err != nil {
			t.Fatalf("%q makes the address %q: %v", query, got.Query(), err)
		}
		if again, err := kit.ParseFilter(back, &c); err != nil || again.Query() != got.Query() {
			t.Fatalf("%q, then %q, then %q: %v", query, got.Query(), again.Query(), err)
		}
	})
}
