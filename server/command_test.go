package server

import (
	"encoding/json"
	"errors"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// TestExamplesAreReadStrictly: of every command there is, the example is read with a
// head before it, and with one field too many or one of another type is refused with
// that field's name.
func TestExamplesAreReadStrictly(t *testing.T) {
	t.Parallel()
	refusal := func(fields map[string]any) (domain.Command, *domain.Error) {
		body, err := json.Marshal(fields)
		must(t, err)
		_, cmd, err := edge.ReadCommand(commands, body, "noen")
		var e *domain.Error
		errors.As(err, &e)
		return cmd, e
	}
	for _, k := range commands {
		body, err := json.Marshal(k.Example)
		must(t, err)
		fields := map[string]any{}
		must(t, json.Unmarshal(body, &fields))
		own := len(fields)
		fields["request"], fields["type"], fields["issued"] = "12345678", k.Name, 1
		cmd, e := refusal(fields)
		if e != nil || cmd == nil {
			t.Errorf("%s: %v", k.Name, e)
			continue
		}
		if made, ok := cmd.(domain.Maker); ok {
			if _, id := made.Made(); id == "" {
				t.Errorf("%s makes something without a name", k.Name)
			}
		}
		fields["names"] = "x"
		if _, e := refusal(fields); e == nil || e.Field != "names" || e.Msg != "json.unknown" {
			t.Errorf("%s with a field too many: %v", k.Name, e)
		}
		delete(fields, "names")
		for name, was := range fields {
			fields[name] = map[string]any{"": 1}
			if _, object := was.(map[string]any); object {
				fields[name] = 7
			}
			if _, e := refusal(fields); e == nil || e.Field != name || e.Msg != "json.type" {
				t.Errorf("%s with another type of %s: %v", k.Name, name, e)
			}
			fields[name] = was
		}
		if own == 0 {
			t.Errorf("%s: its example says nothing", k.Name)
		}
	}
}
