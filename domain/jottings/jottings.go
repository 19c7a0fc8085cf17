package jottings

import (
	"slices"
	"time"
	"unicode/utf8"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// What is kept. A text may be longer than one that can be saved: what was typed is not
// lost for being too long.
const (
	Longest      = 20_000 // runes of a text
	MostEvidence = 100    // references of one jotting
	Most         = 200    // of one account
	Lasts        = 90 * 24 * time.Hour
)

const longestReference = 200 // bytes

// ID names a jotting among its author's. The tab that it is typed in makes it by chance.
type ID string

// Jotting is what stands in one tab about one cell.
type Jotting struct {
	ID           ID                    `json:"id"`
	Author       domain.AccountID      `json:"author"`
	Board        domain.BoardID        `json:"board"`
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Text         typed.Text            `json:"text"`
	Evidence     []string              `json:"evidence,omitempty"` // chosen and not saved, as the page refers to it
	Seen         domain.Revision       `json:"seen"`               // of the cell, when it was opened
	Revision     uint64                `json:"rev"`                // the tab counts its changes, from 1
	At           time.Time             `json:"at"`                 // when it was last changed
}

// Check refuses what is not kept.
func (j *Jotting) Check() error {
	switch {
	case !j.ID.wellFormed():
		return wrong("id", "jotting.id")
	case j.Board == "":
		return wrong("board", "board.unknown")
	case j.Municipality == "":
		return wrong("m", "municipality.unknown")
	case j.Column == "":
		return wrong("c", "column.unknown")
	case j.Revision == 0:
		return wrong("rev", "rev.wrong")
	case utf8.RuneCountInString(string(j.Text)) > Longest:
		return wrong("text", "jotting.long")
	case len(j.Evidence) > MostEvidence || slices.ContainsFunc(j.Evidence, tooLong):
		return wrong("evidence", "jotting.evidence")
	}
	return nil
}

func tooLong(reference string) bool {
	return reference == "" || len(reference) > longestReference
}

// wellFormed reports whether an id is 16 to 64 small letters and digits.
func (id ID) wellFormed() bool {
	if len(id) < 16 || len(id) > 64 {
		return false
	}
	for _, r := range id {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}

// After judges a jotting that takes the place of what is kept under its id: the last
// revision wins. The same once more, as after a lost answer, is no change. An older one,
// or another of the same revision, is refused, and so is one about another cell.
func (j *Jotting) After(kept *Jotting) (changed bool, err error) {
	if !j.sameCell(kept) {
		return false, wrong("id", "jotting.cell")
	}
	if j.Revision == kept.Revision && j.sameContent(kept) {
		return false, nil
	}
	if j.Revision <= kept.Revision {
		return false, &domain.Error{Code: domain.Conflict, Field: "rev", Msg: "jotting.stale"}
	}
	return true, nil
}

func (j *Jotting) sameCell(o *Jotting) bool {
	return j.Board == o.Board && j.Municipality == o.Municipality && j.Column == o.Column
}

func (j *Jotting) sameContent(o *Jotting) bool {
	return j.Text == o.Text && j.Seen == o.Seen && slices.Equal(j.Evidence, o.Evidence)
}

// Gone reports whether a jotting's time is over.
func (j *Jotting) Gone(now time.Time) bool { return now.Sub(j.At) >= Lasts }

func wrong(field, msg string) error {
	return &domain.Error{Code: domain.Invalid, Field: field, Msg: msg}
}
