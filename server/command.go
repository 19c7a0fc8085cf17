package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kommunebilde"
)

// maxDepth bounds how deep JSON may be nested.
const maxDepth = 32

// decodeStrict reads one JSON value and nothing else: valid UTF-8, no unknown
// and no repeated fields, no more than maxDepth levels, nothing after it.
func decodeStrict(data []byte, to any) error {
	if !utf8.Valid(data) {
		return badRequest("", "text.utf8", nil)
	}
	if err := checkShape(data); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err := d.Decode(to)
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return badRequest(fieldName(kind.Field), "json.type", err)
	case err != nil:
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return badRequest(strings.Trim(name, `"`), "json.unknown", nil)
		}
		return badRequest("", "json.wrong", err)
	}
	return nil
}

// fieldName takes our own names of embedded parts out of a field's path.
func fieldName(path string) string {
	parts := strings.Split(path, ".")
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool {
		return p == "setJSON" || p == "cellJSON" || p == "commandHead" || p == "meetingHead" || p == "boardHead"
	}), ".")
}

// checkShape walks through the tokens once.
func checkShape(data []byte) error {
	type level struct {
		object bool
		key    bool // the next token is a key
		seen   map[string]bool
	}
	var stack []level
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		t, err := d.Token()
		if err == io.EOF && len(stack) == 0 {
			return badRequest("", "json.wrong", err)
		}
		if err != nil {
			return badRequest("", "json.wrong", err)
		}
		value := true
		switch t := t.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				if len(stack) >= maxDepth {
					return badRequest("", "json.deep", nil)
				}
				stack = append(stack, level{object: t == '{', key: t == '{', seen: map[string]bool{}})
				value = false
			} else {
				stack = stack[:len(stack)-1]
			}
		case string:
			if top := len(stack) - 1; top >= 0 && stack[top].object && stack[top].key {
				if stack[top].seen[strings.ToLower(t)] {
					return badRequest(t, "json.twice", nil)
				}
				stack[top].seen[strings.ToLower(t)] = true
				stack[top].key, value = false, false
			}
		}
		if value && len(stack) > 0 && stack[len(stack)-1].object {
			stack[len(stack)-1].key = true
		}
		if len(stack) == 0 {
			break
		}
	}
	if _, err := d.Token(); err != io.EOF {
		return badRequest("", "json.trailing", nil)
	}
	return nil
}

// moment is a time on the wire: milliseconds since 1970, or RFC 3339.
type moment struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (m *moment) UnmarshalJSON(b []byte) error {
	var ms int64
	if json.Unmarshal(b, &ms) == nil {
		m.Time = time.UnixMilli(ms).UTC()
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339, s)
	m.Time = t
	return err
}

// text is free text from outside, in Unicode's NFC.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*t = text(norm.NFC.String(s))
	return nil
}

// commandHead is what every command has.
type commandHead struct {
	Request kommunebilde.RequestID `json:"request"`
	Type    string                 `json:"type"`
}

type cellJSON struct {
	M    kommunebilde.MunicipalityID `json:"m"`
	C    kommunebilde.ColumnID       `json:"c"`
	Lvl  kommunebilde.Level          `json:"level"`
	Text text                        `json:"text"`
	Seen kommunebilde.Revision       `json:"seen"`
}

func (c cellJSON) edit() kommunebilde.CellEdit {
	return kommunebilde.CellEdit{Municipality: c.M, Column: c.C, Level: c.Lvl, Text: string(c.Text), Seen: c.Seen}
}

// setJSON is what set_level and set_levels share.
type setJSON struct {
	commandHead
	Board      kommunebilde.BoardID   `json:"board"`
	Meeting    kommunebilde.MeetingID `json:"meeting"`
	ReportedBy text                   `json:"reported_by"`
	EventAt    moment                 `json:"event_at"`
	Issued     moment                 `json:"issued"`
}

func (s setJSON) command(cells ...cellJSON) kommunebilde.Command {
	cmd := kommunebilde.SetLevels{
		Board: s.Board, Meeting: s.Meeting, ReportedBy: string(s.ReportedBy), EventAt: s.EventAt.Time, Issued: s.Issued.Time,
	}
	for _, c := range cells {
		cmd.Cells = append(cmd.Cells, c.edit())
	}
	return cmd
}

// parseCommand reads a command as the API takes it.
func parseCommand(data []byte, by kommunebilde.AccountID) (kommunebilde.RequestID, kommunebilde.Command, error) {
	var head commandHead
	if !utf8.Valid(data) {
		return "", nil, badRequest("", "text.utf8", nil)
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return "", nil, decodeStrict(data, &head) // says what is wrong
	}
	if err := checkRequestID(head.Request); err != nil {
		return "", nil, err
	}
	cmd, err := parseKind(head, data, by)
	return head.Request, cmd, err
}

func parseKind(head commandHead, data []byte, by kommunebilde.AccountID) (kommunebilde.Command, error) {
	switch head.Type {
	case "set_level":
		var j struct {
			setJSON
			cellJSON
		}
		err := decodeStrict(data, &j)
		return j.command(j.cellJSON), err
	case "set_levels":
		var j struct {
			setJSON
			Cells []cellJSON `json:"cells"`
		}
		err := decodeStrict(data, &j)
		return j.command(j.Cells...), err
	case "undo":
		var j struct {
			commandHead
			Board    kommunebilde.BoardID  `json:"board"`
			Revision kommunebilde.Revision `json:"revision"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.Undo{Board: j.Board, Revision: j.Revision}, err
	case "open_meeting":
		var j struct {
			commandHead
			Board   kommunebilde.BoardID          `json:"board"`
			Kind    kommunebilde.MeetingKind      `json:"kind"`
			Title   text                          `json:"title"`
			Case    text                          `json:"case"`
			Region  kommunebilde.RegionID         `json:"region"`
			Invited []kommunebilde.MunicipalityID `json:"invited"`
			Series  text                          `json:"series"`
			Agenda  []kommunebilde.RegionID       `json:"agenda"`
			Actors  []text                        `json:"actors"`
			Reports bool                          `json:"reports"`

			InSeries kommunebilde.MeetingID         `json:"in_series"`
			View     kommunebilde.ViewID            `json:"view"`
			Listed   []kommunebilde.RegionalActorID `json:"listed"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.OpenMeeting{
			ID: meetingID(by, j.Request), Board: j.Board, Kind: j.Kind, Title: string(j.Title),
			Case: string(j.Case), Region: j.Region, Invited: j.Invited,
			Series: string(j.Series), Agenda: j.Agenda, Actors: textsOf(j.Actors), Reports: j.Reports,
			InSeries: j.InSeries, View: j.View, Listed: j.Listed,
		}, err
	case "close_meeting":
		var j struct {
			commandHead
			Meeting     kommunebilde.MeetingID `json:"meeting"`
			Unexplained bool                   `json:"unexplained"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.CloseMeeting{Meeting: j.Meeting, Unexplained: j.Unexplained}, err
	case "set_report_template":
		var j struct {
			commandHead
			Sections []sectionJSON         `json:"sections"`
			Seen     kommunebilde.Revision `json:"seen"`
		}
		err := decodeStrict(data, &j)
		cmd := kommunebilde.SetReportTemplate{Seen: j.Seen}
		for _, s := range j.Sections {
			cmd.Sections = append(cmd.Sections, kommunebilde.ReportPart{Key: s.Key, Hidden: s.Hidden, Heading: string(s.Heading), Text: string(s.Text)})
		}
		return cmd, err
	case "note_hearing":
		var j struct {
			commandHead
			Board   kommunebilde.BoardID `json:"board"`
			Hearing kommunebilde.Hearing `json:"hearing"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.NoteHearing{Board: j.Board, Hearing: j.Hearing}, err
	case "publish":
		var j struct {
			commandHead
			Board kommunebilde.BoardID `json:"board"`
			Note  text                 `json:"note"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.Publish{Board: j.Board, Note: string(j.Note)}, err
	case "open_correction":
		var j struct {
			commandHead
			Board  kommunebilde.BoardID `json:"board"`
			Reason text                 `json:"reason"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.OpenCorrection{Board: j.Board, Reason: string(j.Reason)}, err
	case "change_base":
		var j struct {
			commandHead
			Edition kommunebilde.BoardID `json:"edition"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.ChangeBase{Edition: j.Edition}, err
	case "redact":
		var j struct {
			commandHead
			Texts  []kommunebilde.TextID `json:"texts"`
			Reason text                  `json:"reason"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.Redact{Texts: j.Texts, Reason: string(j.Reason)}, err
	}
	for _, parse := range []func(commandHead, []byte, kommunebilde.AccountID) (kommunebilde.Command, error){parseMeetingKind, parseArrangeKind, parseMarking} {
		if cmd, err := parse(head, data, by); cmd != nil || err != nil {
			return cmd, err
		}
	}
	return nil, &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "type", Msg: "command.unknown"}
}

// checkRequestID holds a client's request id to what the journal keeps for ever.
func checkRequestID(id kommunebilde.RequestID) error {
	ok := len(id) >= 8 && len(id) <= 64
	for _, r := range id {
		ok = ok && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	}
	if !ok {
		return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "request", Msg: "request.wrong"}
	}
	return nil
}

// meetingID names a meeting after the request that opens it, so that the same
// request sent twice opens one.
func meetingID(by kommunebilde.AccountID, req kommunebilde.RequestID) kommunebilde.MeetingID {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", len(by), by, req))
	return kommunebilde.MeetingID(hex.EncodeToString(sum[:8]))
}
