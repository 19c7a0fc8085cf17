package server

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// The API's description, OpenAPI 3.1. Addresses and who may come there are the table
// of routes', commands are the domain's: fields by their tags json, limit (in JSON
// Schema's words) and doc. What neither knows is in api.json: what addresses are for,
// what may be asked of them, and what they answer.

//go:embed api.json
var apiCatalogue []byte

// object is a JSON object that is being made.
type object = map[string]any

// apiText is what api.json says.
type apiText struct {
	Info, SecuritySchemes json.RawMessage
	Parameters            map[string]string // those of paths
	Operations            map[string]struct {
		OperationID, Summary, Description string
		Query                             []object
		Answers                           map[string]struct {
			Description string
			Schema      any
		}
	}
	Schemas object
}

var pathParameter = regexp.MustCompile(`:(\w+)`)

// describe makes the description of the API that a table of routes has.
func describe(table []edge.Route) ([]byte, error) {
	var text apiText
	if err := json.Unmarshal(apiCatalogue, &text); err != nil {
		return nil, err
	}
	paths := map[string]object{}
	for _, r := range table {
		if !strings.HasPrefix(r.Path, "/api/") {
			continue
		}
		path := pathParameter.ReplaceAllString(r.Path, "{$1}")
		if paths[path] == nil {
			paths[path] = object{}
		}
		operation, err := text.operation(r, path)
		if err != nil {
			return nil, err
		}
		paths[path][strings.ToLower(r.Method)] = operation
		delete(text.Operations, r.Method+" "+path)
	}
	for address := range text.Operations {
		return nil, fmt.Errorf("api.json describes %s, which is not there", address)
	}
	return json.MarshalIndent(object{
		"openapi": "3.1.0", "info": text.Info, "paths": paths,
		"components": object{"securitySchemes": text.SecuritySchemes, "schemas": withCommands(text.Schemas)},
	}, "", " ")
}

// operation describes one route.
func (t *apiText) operation(r edge.Route, path string) (object, error) {
	said, ok := t.Operations[r.Method+" "+path]
	if !ok {
		return nil, fmt.Errorf("api.json does not say what %s %s is for", r.Method, path)
	}
	parameters := []object{}
	for _, name := range pathParameter.FindAllStringSubmatch(r.Path, -1) {
		parameters = append(parameters, object{"name": name[1], "in": "path", "required": true, "description": t.Parameters[name[1]], "schema": object{"type": "string"}})
	}
	for _, q := range said.Query {
		q["in"], q["required"] = "query", false
		parameters = append(parameters, q)
	}
	answers := object{}
	for status, a := range said.Answers {
		answer := object{"description": a.Description}
		if a.Schema == nil && status >= "400" {
			a.Schema = reference("Error")
		}
		if a.Schema != nil {
			answer["content"] = inJSON(a.Schema)
		}
		answers[status] = answer
	}
	security := []object{{"token": []string{}}, {"session": []string{}}}
	if r.Access.Name != "signed in" {
		security = append([]object{{}}, security...)
	}
	out := object{
		"operationId": said.OperationID, "summary": said.Summary, "description": said.Description,
		"security": security, "parameters": parameters, "responses": answers,
	}
	if r.Method == http.MethodPost || r.Reads != nil {
		body := reference("Command")
		if r.Reads != nil {
			body = schemaOf(reflect.TypeOf(r.Reads), t.Schemas)
		}
		out["requestBody"] = object{"required": true, "content": inJSON(body)}
	}
	return out, nil
}

func inJSON(schema any) object { return object{"application/json": object{"schema": schema}} }

func reference(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// withCommands adds a schema for each kind of command, and Command for any of them.
func withCommands(schemas object) object {
	var all []object
	kinds := object{}
	for _, k := range commands {
		name := schemaName(k.Name)
		of := schemaOf(reflect.TypeOf(k.Example), schemas)
		of["description"] = k.Doc
		of["required"] = append([]string{"request", "type"}, of["required"].([]string)...)
		properties := of["properties"].(object)
		properties["request"], properties["issued"], properties["type"] = reference("Request"), reference("Issued"), object{"const": k.Name}
		schemas[name] = of
		all = append(all, reference(name))
		kinds[k.Name] = reference(name)["$ref"]
	}
	schemas["Command"] = object{"oneOf": all, "discriminator": object{"propertyName": "type", "mapping": kinds}}
	return schemas
}

// schemaName makes SetLevel of set_level.
func schemaName(kind string) string {
	out := ""
	for part := range strings.SplitSeq(kind, "_") {
		out += strings.ToUpper(part[:1]) + part[1:]
	}
	return out
}

// schemaOf describes what a type is read from. A level and a view's filter, which
// answers have too, have schemas of their own in api.json.
func schemaOf(t reflect.Type, schemas object) object {
	switch t {
	case reflect.TypeFor[domain.Moment]():
		return object{"oneOf": []object{{"type": "integer", "description": "ms since 1970"}, {"type": "string", "format": "date-time"}}}
	case reflect.TypeFor[domain.Hash]():
		return object{"type": "string", "pattern": "^[0-9a-f]{64}$"}
	case reflect.TypeFor[domain.Level]():
		return reference("Level")
	case reflect.TypeFor[domain.ViewFilter]():
		maps.Copy(schemas["ViewFilter"].(object), fieldsOf(t, schemas))
		return reference("ViewFilter")
	}
	switch t.Kind() {
	case reflect.Struct:
		return fieldsOf(t, schemas)
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(t.Elem(), schemas)}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.String:
		out := object{"type": "string"}
		if one, ok := reflect.Zero(t).Interface().(domain.OneOf); ok {
			out["enum"] = one.OneOf()
		}
		return out
	}
	return object{"type": "integer"}
}

// fieldsOf describes a struct's fields. One that may be left out has a JSON tag that
// leaves it out.
func fieldsOf(t reflect.Type, schemas object) object {
	properties, required := object{}, []string{}
	for _, field := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		of := schemaOf(field.Type, schemas)
		limit(of, field.Tag.Get("limit"))
		if doc := field.Tag.Get("doc"); doc != "" {
			of["description"] = doc
		}
		properties[name] = of
		if options == "" {
			required = append(required, name)
		}
	}
	return object{"type": "object", "additionalProperties": false, "properties": properties, "required": required}
}

// limit adds limits such as "maxLength=200 minLength=1". Those of a text in a list are
// the text's.
func limit(schema object, limits string) {
	for word := range strings.FieldsSeq(limits) {
		name, value, _ := strings.Cut(word, "=")
		to := schema
		if items, ok := schema["items"].(object); ok && !strings.HasSuffix(name, "Items") {
			to = items
		}
		to[name] = value
		if n, err := strconv.Atoi(value); err == nil {
			to[name] = n
		}
	}
}
