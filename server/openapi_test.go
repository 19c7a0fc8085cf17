package server

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"kommunebilde/server/edge"
)

// TestDescriptionHoldsTheRoutes: each address below /api is described with its
// methods, and nothing is described that is not there; every kind of command
// too, and every answer's fields.
func TestDescriptionHoldsTheRoutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var doc struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct {
			Schemas map[string]struct {
				Properties map[string]json.RawMessage
				Required   []string
				OneOf      []map[string]string
			}
		}
	}
	res := w.get("", "/api/v1/openapi.json")
	must(t, json.Unmarshal([]byte(res.body), &doc))
	param := regexp.MustCompile(`:(\w+)`)
	described := map[string]bool{}
	for path, methods := range doc.Paths {
		for method := range methods {
			described[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, r := range w.server.routes {
		if !strings.HasPrefix(r.Path, "/api/") {
			continue
		}
		address := r.Method + " " + param.ReplaceAllString(r.Path, "{$1}")
		if !described[address] {
			t.Errorf("%s is not described", address)
		}
		delete(described, address)
	}
	for address := range described {
		t.Errorf("%s is described and not there", address)
	}

	// Every command that is described is read with all its fields, and is known.
	for _, one := range doc.Components.Schemas["Command"].OneOf {
		name := strings.TrimPrefix(one["$ref"], "#/components/schemas/")
		schema := doc.Components.Schemas[name]
		var kind struct{ Const string }
		must(t, json.Unmarshal(schema.Properties["type"], &kind))
		body := map[string]any{"request": "12345678", "type": kind.Const}
		for field := range schema.Properties {
			if _, ok := body[field]; !ok {
				body[field] = nil
			}
		}
		b, err := json.Marshal(body)
		must(t, err)
		if _, _, err := edge.ReadCommand(commands, b, "noen"); err != nil {
			t.Errorf("%s is described and not read: %v", kind.Const, err)
		}
	}

	// Answers have no member that is not described, and all that are promised.
	meeting := w.openMeeting()
	w.command("moteleder", map[string]any{"type": "set_level", "board": "na", "meeting": string(meeting), "m": "9901", "c": "skole", "level": "red", "text": "x", "reported_by": "y"})
	check := func(schema string, b json.RawMessage) {
		t.Helper()
		var got map[string]json.RawMessage
		must(t, json.Unmarshal(b, &got))
		for name := range got {
			if _, ok := doc.Components.Schemas[schema].Properties[name]; !ok {
				t.Errorf("%s has %q, which is not described", schema, name)
			}
		}
		for _, name := range doc.Components.Schemas[schema].Required {
			if _, ok := got[name]; !ok {
				t.Errorf("%s lacks %q: %s", schema, name, b)
			}
		}
	}
	snapshot := json.RawMessage(w.get("leser", "/api/v1/boards/na").body)
	check("Snapshot", snapshot)
	var parts struct {
		Board json.RawMessage
		Cells []json.RawMessage
	}
	must(t, json.Unmarshal(snapshot, &parts))
	check("Board", parts.Board)
	check("Cell", parts.Cells[0])
	var log struct{ Changes []json.RawMessage }
	must(t, json.Unmarshal([]byte(w.get("leser", "/api/v1/boards/na/changes").body), &log))
	for _, l := range log.Changes {
		check("LogLine", l)
	}
	check("Error", json.RawMessage(w.get("leser", "/api/v1/boards/nei").body))
}
