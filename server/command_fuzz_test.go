package server

import (
	"encoding/json"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// FuzzCommand: no bytes make the reader of commands panic, and what it refuses
// it refuses with an error that says so.
func FuzzCommand(f *testing.F) {
	f.Add([]byte(`{"request":"12345678","type":"set_level","board":"na","m":"3434","c":"skole","level":"red"}`))
	f.Add([]byte(`{"request":"12345678","type":"redact","texts":[{"rev":1,"n":0}],"reason":"x"}`))
	f.Add([]byte(`{"request":"12345678","type":"set_levels","cells":[{"m":"3434"}],"event_at":"2022-01-01T00:00:00Z","issued":1}`))
	f.Add([]byte(`{"request":"12345678","type":"set_figures","meeting":"m","figures":[{"m":"3434","value":-1,"as_of":1}]}`))
	f.Add([]byte(`{"request":"12345678","type":"open_situation","title":"\u00e6\ud800"}`))
	f.Add([]byte(`[[[[`))
	for _, k := range commands {
		body, err := json.Marshal(k.Example)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(append([]byte(`{"request":"12345678","type":"`+k.Name+`",`), body[1:]...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, cmd, err := edge.ReadCommand(commands, b, "noen")
		if err == nil && cmd == nil {
			t.Error("neither a command nor an error")
		}
		if err != nil && domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%v", err)
		}
	})
}
