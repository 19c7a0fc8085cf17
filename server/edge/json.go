package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// ReadJSON reads a request's body strictly.
func (k *Call) ReadJSON(to any) error {
	kind, _, err := mime.ParseMediaType(k.Header("Content-Type"))
	if err != nil || kind != "application/json" {
		return Error(http.StatusUnsupportedMediaType, "http.415", err)
	}
	return decodeStrict(k.Body(), to)
}

// maxDepth bounds how deep JSON may be nested.
const maxDepth = 32

// decodeStrict reads one JSON value and nothing else: valid UTF-8, no unknown
// and no repeated fields, no more than maxDepth levels, nothing after it.
func decodeStrict(data []byte, to any) error {
	if !utf8.Valid(data) {
		return BadRequest("", "text.utf8", nil)
	}
	if _, err := fieldsIn(data); err != nil {
		return err
	}
	return decodeFields(data, to)
}

// decodeFields reads JSON that was checked, without unknown fields.
func decodeFields(data []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return notJSON(d.Decode(to))
}

// notJSON says what is wrong in JSON that a decoder refused; nil where it did not.
func notJSON(err error) error {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return BadRequest(fieldName(kind.Field), "json.type", err)
	case err != nil:
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return BadRequest(strings.Trim(name, `"`), "json.unknown", nil)
		}
		return BadRequest("", "json.wrong", err)
	}
	return nil
}

// fieldName takes the name of an embedded Go type out of a field's path.
func fieldName(path string) string { return strings.TrimPrefix(path, "CellEdit.") }

// field is one of a JSON object, with its name and the comma before it.
type field struct {
	name string
	json []byte
}

// fieldsIn walks through the tokens once: it refuses what decodeStrict refuses, but for
// unknown fields, and returns the fields of the outermost object.
func fieldsIn(data []byte) (fields []field, err error) {
	type level struct {
		object bool
		key    bool // the next token is a key
		seen   map[string]bool
	}
	var stack []level
	begins, name := 0, ""
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		t, err := d.Token()
		if err == io.EOF && len(stack) == 0 {
			return nil, BadRequest("", "json.wrong", err)
		}
		if err != nil {
			return nil, BadRequest("", "json.wrong", err)
		}
		value := true
		switch t := t.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				if len(stack) >= maxDepth {
					return nil, BadRequest("", "json.deep", nil)
				}
				stack = append(stack, level{object: t == '{', key: t == '{', seen: map[string]bool{}})
				value = false
				if len(stack) == 1 {
					begins = int(d.InputOffset())
				}
			} else {
				stack = stack[:len(stack)-1]
			}
		case string:
			if top := len(stack) - 1; top >= 0 && stack[top].object && stack[top].key {
				if stack[top].seen[strings.ToLower(t)] {
					return nil, BadRequest(t, "json.twice", nil)
				}
				stack[top].seen[strings.ToLower(t)] = true
				stack[top].key, value = false, false
				if top == 0 {
					name = t
				}
			}
		}
		if value && len(stack) > 0 && stack[len(stack)-1].object {
			stack[len(stack)-1].key = true
			if len(stack) == 1 {
				ends := int(d.InputOffset())
				fields = append(fields, field{name, data[begins:ends]})
				begins = ends
			}
		}
		if len(stack) == 0 {
			break
		}
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, BadRequest("", "json.trailing", nil)
	}
	return fields, nil
}
