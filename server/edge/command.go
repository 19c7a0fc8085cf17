package edge

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"kommunebilde/domain"
	"kommunebilde/server/wire"
)

// CommandHead is what every command has, whatever its kind.
type CommandHead struct {
	Request domain.RequestID `json:"request"`
	Type    string           `json:"type"`
	Issued  domain.Moment    `json:"issued"`
}

// ReadCommand reads a command of one of some kinds, as the API takes it: first its head,
// then the other fields into what its kind has. What it makes is named by the account and
// the request.
func ReadCommand(commands []domain.CommandKind, data []byte, by domain.AccountID) (CommandHead, domain.Command, error) {
	var head CommandHead
	if !utf8.Valid(data) {
		return head, nil, BadRequest("", "text.utf8", nil)
	}
	if err := json.Unmarshal(data, &head); err != nil {
		_, wrong := fieldsIn(data)
		return head, nil, cmp.Or(wrong, notJSON(err))
	}
	if err := checkRequestID(head.Request); err != nil {
		return head, nil, err
	}
	kind := slices.IndexFunc(commands, func(k domain.CommandKind) bool { return k.Name == head.Type })
	if kind < 0 {
		return head, nil, Wrong("type", "command.unknown")
	}
	fields, err := fieldsIn(data)
	if err != nil {
		return head, nil, err
	}
	read := commands[kind].New()
	if err := decodeFields(withoutHead(fields), read); err != nil {
		return head, nil, err
	}
	if named, ok := read.(domain.Named); ok {
		named.SetID(MadeID(by, head.Request))
	}
	return head, commands[kind].Command(read), nil
}

// withoutHead returns a command's JSON without the head's fields.
func withoutHead(fields []field) []byte {
	out := []byte{'{'}
	for _, f := range fields {
		if strings.EqualFold(f.name, "request") || strings.EqualFold(f.name, "type") || strings.EqualFold(f.name, "issued") {
			continue
		}
		out = append(wire.Comma(out, len(out)-1), bytes.TrimLeft(f.json, ", \t\r\n")...)
	}
	return append(out, '}')
}

// checkRequestID holds a client's request id to what the journal keeps for ever.
func checkRequestID(id domain.RequestID) error {
	ok := len(id) >= 8 && len(id) <= 64
	for _, r := range id {
		ok = ok && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	}
	if !ok {
		return &domain.Error{Code: domain.Invalid, Field: "request", Msg: "request.wrong"}
	}
	return nil
}

// MadeID names what a request makes after it, so that the same request sent twice
// makes one.
func MadeID(by domain.AccountID, req domain.RequestID) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", len(by), by, req))
	return hex.EncodeToString(sum[:8])
}
