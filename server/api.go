package server

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/server/live"
)

//go:embed openapi.json
var description []byte

// json answers with JSON that everybody who may see it sees alike: with an ETag
// over its bytes.
func (k *call) json(b []byte) error {
	k.c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	sum := sha256.Sum256(b)
	return k.send(variants{plain: b, etag: hex.EncodeToString(sum[:12])})
}

func (s *Server) apiBoards(k *call) error {
	b := append([]byte(nil), `{"boards":[`...)
	for i, board := range k.boards() {
		b = comma(b, i)
		b = appendBoard(b, board)
	}
	return k.json(append(b, ']', '}'))
}

// asked applies ?at= and ?version= to the board.
func (k *call) asked() error {
	if v := k.c.Query("version"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "version", Msg: "version.wrong"}
		}
		p, ok := k.shown.Version(n)
		if !ok || k.shown.Board().Kind != kommunebilde.KindEdition {
			return &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "version", Msg: "version.unknown"}
		}
		k.shown = p
	}
	if v := k.c.Query("at"); v != "" {
		t, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "at", Msg: "time.wrong"}
		}
		p, err := k.at(k.shown, t)
		if err != nil {
			return err
		}
		k.shown = p
	}
	return nil
}

// names returns account names for who may see persons; ids stay ids elsewhere.
func (k *call) names() Names { return k.s.cfg.Auth.Name }

// apiBoard is the snapshot. Its ETag is made of what it depends on, so that a
// 304 costs no encoding.
func (s *Server) apiBoard(k *call) error {
	if err := k.asked(); err != nil {
		return err
	}
	board := k.shown.Board()
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d %v", k.shown.Epoch(), board.ID, board.Revision, k.shown.ShownVersion(), k.shown.Audience()))
	tag := hex.EncodeToString(sum[:12])
	if k.current(tag) {
		return nil
	}
	k.c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return k.send(variants{plain: appendSnapshot(nil, k.names(), k.shown), etag: tag})
}

// Sizes of a page of the log.
const (
	changesDefault = 200
	changesMost    = 1000
)

// apiChanges is the log after a revision, oldest first. A record is never cut in
// two: "next" is where to go on.
func (s *Server) apiChanges(k *call) error {
	after, err := strconv.ParseUint(k.c.Query("after", "0"), 10, 64)
	if err != nil {
		return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "after", Msg: "rev.wrong"}
	}
	limit, err := strconv.Atoi(k.c.Query("limit", strconv.Itoa(changesDefault)))
	if err != nil || limit < 1 || limit > changesMost {
		return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "limit", Msg: "limit.wrong", Args: []string{strconv.Itoa(changesMost)}}
	}
	log, more := pageOf(k.shown, kommunebilde.Revision(after), limit)
	next := after
	if len(log) > 0 {
		next = uint64(log[len(log)-1].Revision)
	}
	b := append([]byte(nil), `{"epoch":`...)
	b = appendString(b, string(k.shown.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(k.shown.Board().Revision), 10)
	b = append(b, `,"next":`...)
	b = strconv.AppendUint(b, next, 10)
	b = append(b, `,"more":`...)
	b = strconv.AppendBool(b, more)
	b = append(b, `,"changes":`...)
	b = appendLog(b, k.names(), log)
	return k.json(append(b, '}'))
}

// pageOf returns whole records of the log: about limit lines, all of the first
// record at least.
func pageOf(p kommunebilde.Picture, after kommunebilde.Revision, limit int) (log []kommunebilde.LogEntry, more bool) {
	log = p.Log(after, limit+1)
	if len(log) <= limit {
		return log, false
	}
	cut := log[limit].Revision
	n := limit
	for n > 0 && log[n-1].Revision == cut {
		n--
	}
	if n > 0 {
		return log[:n], true
	}
	log = p.Log(after, limit+kommunebilde.MaxCells+1)
	for n = 0; n < len(log) && log[n].Revision == cut; n++ {
	}
	return log[:n], n < len(log)
}

func (s *Server) apiCell(k *call) error {
	if err := k.asked(); err != nil {
		return err
	}
	row := k.shown.Row(kommunebilde.MunicipalityID(k.c.Params("m")))
	col := k.shown.Col(kommunebilde.ColumnID(k.c.Params("c")))
	if row < 0 {
		return &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "m", Msg: "municipality.unknown"}
	}
	if col < 0 {
		return &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "c", Msg: "column.unknown"}
	}
	b := append([]byte(nil), `{"epoch":`...)
	b = appendString(b, string(k.shown.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(k.shown.Board().Revision), 10)
	b = append(b, `,"cell":`...)
	b = appendCell(b, k.names(), k.shown.Cell(row, col), "")
	b = append(b, `,"history":[`...)
	for i, c := range k.shown.History(row, col) {
		b = comma(b, i)
		b = appendCell(b, k.names(), c.Cell, c.From)
	}
	return k.json(append(b, ']', '}'))
}

func (s *Server) apiDescription(k *call) error { return k.json(description) }

// apiCommand takes one command and answers when it is durable.
func (s *Server) apiCommand(k *call) error {
	kind, _, err := mime.ParseMediaType(k.c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEApplicationJSON {
		return httpError(fiber.StatusUnsupportedMediaType, "http.415", err)
	}
	req, cmd, err := parseCommand(k.body(), k.actor.ID)
	if err != nil {
		return err
	}
	if cmd, err = s.fromPack(cmd); err != nil {
		return err
	}
	result, err := s.cfg.Clerk.Submit(k.ctx, k.actor, req, cmd)
	if err != nil {
		return k.withBoth(cmd, err)
	}
	s.after(k, cmd)
	rev := result.BoardRevision
	if rev == 0 {
		rev = result.Revision
	}
	b := append([]byte(nil), `{"rev":`...)
	b = strconv.AppendUint(b, uint64(rev), 10)
	b = appendMade(b, cmd)
	b = k.appendOvers(b, result.Over)
	k.c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return k.c.Send(append(b, '}'))
}

func (k *call) appendOvers(b []byte, over []live.Over) []byte {
	if len(over) == 0 {
		return b
	}
	b = append(b, `,"over":[`...)
	for i, o := range over {
		b = comma(b, i)
		b = append(b, `{"m":`...)
		b = appendString(b, string(o.Municipality))
		b = appendField(b, "c", string(o.Column))
		b = appendField(b, "level", string(o.Level))
		b = appendBy(b, k.names(), o.By)
		b = append(b, '}')
	}
	return append(b, ']')
}

// withBoth adds to a conflict over a cell what its author wanted and what
// stands there now.
func (k *call) withBoth(cmd kommunebilde.Command, err error) error {
	var e *kommunebilde.Error
	set, ok := cmd.(kommunebilde.SetLevels)
	if !ok || !errors.As(err, &e) || e.Code != kommunebilde.Conflict {
		return err
	}
	index, ok := strings.CutPrefix(e.Field, "cells[")
	if !ok {
		return err
	}
	i, aerr := strconv.Atoi(strings.TrimSuffix(index, "]"))
	if aerr != nil || i < 0 || i >= len(set.Cells) {
		return err
	}
	k.state = k.s.cfg.Clerk.State() // newer than what the request began with
	p, perr := k.picture(set.Board)
	if perr != nil {
		return err
	}
	edit := set.Cells[i]
	row, col := p.Row(edit.Municipality), p.Col(edit.Column)
	if row < 0 || col < 0 {
		return err
	}
	yours := appendString([]byte(`{"m":`), string(edit.Municipality))
	yours = appendField(yours, "c", string(edit.Column))
	yours = appendField(yours, "level", string(edit.Level))
	yours = appendField(yours, "text", edit.Text)
	yours = append(yours, `,"seen":`...)
	yours = append(strconv.AppendUint(yours, uint64(edit.Seen), 10), '}')
	return &conflictError{err, yours, appendCell(nil, k.names(), p.Cell(row, col), "")}
}
