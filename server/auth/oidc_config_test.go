package auth

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
)

const goodProviders = `{"providers": [
 {"id": "entra", "kind": "entra", "name": {"nb": "Entra ID"}, "issuer": "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0",
  "client_id": "a", "client_secret_file": "entra", "tenants": ["11111111-2222-3333-4444-555555555555"],
  "roles": {"KB.Leder": [{"role": "moteleder"}], "KB.Vern": [{"role": "fagansvarlig", "areas": ["barnevern"]}]}},
 {"id": "porten", "kind": "ansattporten", "name": {"nb": "Ansattporten"}, "issuer": "https://ansattporten.no", "client_id": "b", "client_secret_file": "porten",
  "acr": ["high"], "authorization_details": [{"type": "ansattporten:altinn:resource", "resource": "urn:altinn:resource:kb"}], "organisations": {"974760673": "3401"}}
]}`

func readGood(text string) ([]ProviderConfig, error) {
	c := &domain.Catalogue{
		Municipalities: []domain.Municipality{{ID: "3401"}},
		Columns:        []domain.Column{{ID: "barnevern", Kind: domain.ColumnArea}, {ID: "norm", Kind: domain.ColumnIndicator}},
	}
	return ReadProviders([]byte(text), c, func(name string) (string, error) {
		switch name {
		case "mangler":
			return "", errors.New("there is no such file")
		case "tom":
			return "\n", nil
		}
		return "hemmelig " + name + "\n", nil
	})
}

func TestReadProviders(t *testing.T) {
	list, err := readGood(goodProviders)
	if err != nil || len(list) != 2 || list[0].secret != "hemmelig entra" || strings.Join(list[1].Scopes, " ") != "openid profile" {
		t.Fatalf("%+v, %v", list, err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown field":          {`"kind": "entra"`, `"kind": "entra", "client_secret": "x"`, "client_secret"},
		"more after it":          {"\n]}", "\n]} {}", "follows"},
		"not JSON":               {`{"providers"`, `providers`, "byte"},
		"no kind":                {`"kind": "entra"`, `"kind": "saml"`, "providers[0].kind"},
		"id":                     {`"id": "entra"`, `"id": "En/tra"`, "providers[0].id"},
		"id twice":               {`"id": "porten"`, `"id": "entra"`, "providers[1].id"},
		"no name":                {`{"nb": "Entra ID"}`, `{"nn": "Entra ID"}`, "providers[0].name"},
		"plain http":             {`https://ansattporten.no`, `http://ansattporten.no`, "providers[1].issuer"},
		"no client":              {`"client_id": "b"`, `"client_id": ""`, "providers[1].client_id"},
		"no secret":              {`"client_secret_file": "porten",`, ``, "providers[1].client_secret_file"},
		"secret missing":         {`"client_secret_file": "porten"`, `"client_secret_file": "mangler"`, "no such file"},
		"secret empty":           {`"client_secret_file": "porten"`, `"client_secret_file": "tom"`, "is empty"},
		"scopes":                 {`"acr"`, `"scopes": ["profile"], "acr"`, "providers[1].scopes"},
		"all tenants":            {`microsoftonline.com/11111111-2222-3333-4444-555555555555`, `microsoftonline.com/common`, "providers[0].issuer"},
		"no tenant":              {`"tenants": ["11111111-2222-3333-4444-555555555555"]`, `"tenants": []`, "providers[0].tenants"},
		"a domain as tenant":     {`["11111111-2222-3333-4444-555555555555"]`, `["example.no"]`, "providers[0].tenants"},
		"no role":                {`"moteleder"`, `"sjef"`, "providers[0].roles.KB.Leder"},
		"municipality's role":    {`{"role": "moteleder"}`, `{"role": "kommune", "municipality": "3401"}`, "ansattporten"},
		"role without areas":     {`, "areas": ["barnevern"]`, ``, "providers[0].roles.KB.Vern"},
		"areas not ours":         {`["barnevern"]`, `["kunst"]`, "kunst"},
		"an indicator":           {`["barnevern"]`, `["norm"]`, "norm"},
		"lead with areas":        {`{"role": "moteleder"}`, `{"role": "moteleder", "areas": ["barnevern"]}`, "providers[0].roles.KB.Leder"},
		"no acr":                 {`"acr": ["high"],`, ``, "providers[1].acr"},
		"no resource":            {`, "resource": "urn:altinn:resource:kb"`, ``, "authorization_details[0]"},
		"organisation number":    {`974760673`, `974760674`, "974760674"},
		"municipality":           {`"3401"`, `"9999"`, "9999"},
		"roles elsewhere":        {`"acr"`, `"roles": {"x": [{"role": "admin"}]}, "acr"`, "providers[1].roles"},
		"organisations in entra": {`"tenants"`, `"organisations": {"974760673": "3401"}, "tenants"`, "providers[0].organisations"},
		"none at all":            {goodProviders, `{"providers": []}`, "providers"},
	} {
		text := strings.Replace(goodProviders, c.old, c.new, 1)
		if _, err := readGood(text); err == nil || !strings.Contains(err.Error(), c.want) || text == goodProviders {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = readGood(strings.NewReplacer(`"moteleder"`, `"sjef"`, `"client_id": "b"`, `"client_id": ""`, `974760673`, `1`).Replace(goodProviders))
	for _, want := range []string{"roles.KB.Leder", "client_id", "organisations"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not told with the rest: %v", want, err)
		}
	}
	if _, err := NewProviders(nil, list, ""); err == nil {
		t.Error("without an address to come back to")
	}
}

func TestTickets(t *testing.T) {
	now := time.Duration(0)
	k := newTickets[int](func() time.Duration { return now })
	k.put("a", "x", 1)
	if v, ok := k.peek("a"); !ok || v != 1 {
		t.Error("not there")
	}
	k.put("a", "x", 2)
	if v, ok := k.take("a"); !ok || v != 2 {
		t.Error("not replaced")
	}
	if _, ok := k.take("a"); ok {
		t.Error("taken twice")
	}
	k.put("eldst", "y", 1)
	for i := range ticketsAddress + 1 {
		k.put(fmt.Sprint(i), "x", i)
	}
	if _, ok := k.peek("0"); ok || k.addrs["x"] != ticketsAddress {
		t.Errorf("one address has %d", k.addrs["x"])
	}
	if _, ok := k.peek("eldst"); !ok {
		t.Error("it took another's place")
	}
	for i := range ticketsInAll {
		k.put(fmt.Sprint("n", i), fmt.Sprint(i), i)
	}
	if len(k.byKey) != ticketsInAll || k.order.Len() != ticketsInAll {
		t.Errorf("%d in all", len(k.byKey))
	}
	k.put("offer", "192.0.2.1", 1)
	for i := range 2 * ticketsInAll { // 40 addresses of one network
		k.put(fmt.Sprint("flom", i), fmt.Sprintf("2001:db8:0:%x::", i%40), i)
	}
	if _, ok := k.peek("offer"); !ok {
		t.Error("who fills the places takes one of another network")
	}
	for i, want := range map[int]bool{0: false, 2*ticketsInAll - 3: false, 2*ticketsInAll - 2: true, 2*ticketsInAll - 1: true} {
		if _, ok := k.peek(fmt.Sprint("flom", i)); ok != want {
			t.Errorf("ticket %d of the network that has most is there: %v", i, ok)
		}
	}
	now = ticketLasts
	if _, ok := k.peek("n1"); ok || len(k.byKey)+len(k.addrs)+len(k.nets)+len(k.sizes)+k.order.Len()+k.most != 0 {
		t.Errorf("%d after their time", len(k.byKey))
	}
}
