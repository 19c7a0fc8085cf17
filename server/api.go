package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
	"kommunebilde/server/page"
	"kommunebilde/server/wire"
)

func (s *Server) apiBoards(k *edge.Call) error {
	b := append([]byte(nil), `{"boards":[`...)
	for i, board := range k.Boards() {
		b = wire.Comma(b, i)
		b = wire.AppendBoard(b, board)
	}
	return k.JSON(append(b, ']', '}'))
}

// apiBoard is the snapshot. Its ETag is made of what it depends on, so that a
// 304 costs no encoding.
func (s *Server) apiBoard(k *edge.Call) error {
	if err := atTime(k); err != nil {
		return err
	}
	board := k.Shown.Board()
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d %v", k.Shown.Epoch(), board.ID, board.Revision, k.Shown.ShownVersion(), k.Shown.Audience()))
	tag := hex.EncodeToString(sum[:12])
	return k.JSONTagged(tag, func() []byte { return wire.AppendSnapshot(nil, s.cfg.Auth.Name, k.Shown, page.Resting(k)...) })
}

func (s *Server) apiCell(k *edge.Call) error {
	if err := atTime(k); err != nil {
		return err
	}
	before, err := strconv.ParseUint(k.Query("before", "0"), 10, 64)
	if err != nil {
		return edge.Wrong("before", "rev.wrong")
	}
	row := k.Shown.Row(domain.MunicipalityID(k.Param("m")))
	col := k.Shown.Col(domain.ColumnID(k.Param("c")))
	if row < 0 {
		return &domain.Error{Code: domain.NotFound, Field: "m", Msg: "municipality.unknown"}
	}
	if col < 0 {
		return &domain.Error{Code: domain.NotFound, Field: "c", Msg: "column.unknown"}
	}
	b := append([]byte(nil), `{"epoch":`...)
	b = wire.AppendString(b, string(k.Shown.Epoch()))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(k.Shown.Board().Revision), 10)
	b = append(b, `,"cell":`...)
	b = wire.AppendCell(b, s.cfg.Auth.Name, k.Shown.Cell(row, col), "")
	return k.JSON(appendHistory(b, s.cfg.Auth.Name, k.Shown.History(row, col), domain.Revision(before)))
}

// appendHistory writes what a cell has been before a revision, oldest first: the
// newest of it, as much as one answer has.
func appendHistory(b []byte, names wire.Names, history []domain.Change, before domain.Revision) []byte {
	var list [][]byte
	size, more := len(b)+listTail, false
	for _, c := range slices.Backward(history) {
		if before > 0 && c.Revision >= before {
			continue
		}
		one := wire.AppendCell(nil, names, c.Cell, c.From)
		if size += len(one) + 1; size > edge.AnswerMost && len(list) > 0 {
			more = true
			break
		}
		list, before = append(list, one), c.Revision
	}
	slices.Reverse(list)
	b = append(b, `,"history":[`...)
	b = append(b, bytes.Join(list, []byte{','})...)
	b = append(b, `],"more":`...)
	b = strconv.AppendBool(b, more)
	if more {
		b = append(b, `,"before":`...)
		b = strconv.AppendUint(b, uint64(before), 10)
	}
	return append(b, '}')
}

func (s *Server) apiDescription(k *edge.Call) error { return k.JSON(s.description) }
