package evidence

import (
	"fmt"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Limits of one version.
const (
	maxSummary    = 5000 // in runes
	maxFiles      = 20
	maxDeviations = 100
	maxColumns    = 100
	firstDay      = "1900-01-01" // an earlier day is a slip of the hand
)

// Record records evidence, or its next version: Version is one more than the newest. It
// needs the right to keep evidence, and an assessor's must be of one of its areas.
type Record struct {
	ID             ID                      `json:"evidence,omitempty" doc:"Chosen by who asks, random; none: one is given."`
	Version        int                     `json:"v" doc:"1, or one more than the newest version."`
	Type           Type                    `json:"kind"`
	Municipalities []domain.MunicipalityID `json:"m,omitempty" doc:"Whom it is about; none: all of them."`
	Columns        []domain.ColumnID       `json:"c,omitempty" doc:"The areas and indicators that it is about."`
	Title          typed.Text              `json:"title" limit:"maxLength=200"`
	Source         typed.Text              `json:"source,omitempty" limit:"maxLength=2000" doc:"Whom it is from."`
	Summary        typed.Text              `json:"summary,omitempty" limit:"maxLength=5000"`
	Link           typed.Text              `json:"link,omitempty" limit:"maxLength=2000"`
	Period         period                  `json:"period,omitzero" doc:"What time it tells of."`
	Effective      string                  `json:"effective" doc:"The day it holds from: its age counts from there."`
	Retrieved      string                  `json:"retrieved" doc:"The day the office got it."`
	Files          []File                  `json:"files,omitempty"`
	Meeting        domain.MeetingID        `json:"of_meeting,omitempty" doc:"The meeting that it is, for that kind."`
	Figures        figures                 `json:"figures,omitzero" doc:"Numbers that were taken over from statistics."`
	Supervision    supervisionSent         `json:"supervision,omitzero"`
	ROBEK          robek                   `json:"robek,omitzero"`
	Funds          funds                   `json:"funds,omitzero"`
	Access         Access                  `json:"access,omitempty" doc:"Who outside the office may see it; none: nobody."`
	Exempt         exemptionSent           `json:"exempt,omitzero" doc:"That its contents are exempt from disclosure."`

	Stored []File `json:"-"` // what the server keeps of the files that it names
}

// File is a file of a version. Its bytes are stored before it is named.
type File struct {
	Sum  domain.Hash `json:"sum"`
	Size int64       `json:"size,omitempty" doc:"As it is stored, whatever is sent."`
	Type string      `json:"type,omitempty" doc:"As it is stored, whatever is sent."`
	Name typed.Text  `json:"name" limit:"maxLength=200"`
}

// Deviation is a deviation from the law that a supervision found (avvik).
type Deviation struct {
	ID     string     `json:"id" doc:"Chosen by who asks, the same in later versions."`
	Text   typed.Text `json:"text" limit:"maxLength=2000"`
	State  deviance   `json:"state"`
	Due    string     `json:"due,omitempty" doc:"The day it must be mended by."`
	Closed string     `json:"closed,omitempty" doc:"The day it was closed."`
}

type (
	period struct {
		From string `json:"from,omitempty"`
		To   string `json:"to,omitempty"`
	}
	figures struct {
		Revision domain.Revision `json:"rev"`
		Column   domain.ColumnID `json:"c"`
	}
	robek struct {
		In      string   `json:"in"`
		Out     string   `json:"out,omitempty"`
		Letters []letter `json:"letters,omitempty"`
	}
	funds struct {
		Year    int    `json:"year"`
		Applied int64  `json:"applied" doc:"In kroner."`
		Granted *int64 `json:"granted,omitempty" doc:"In kroner; none: not decided."`
	}
	supervisionSent struct {
		State      inspection  `json:"state"`
		Body       typed.Text  `json:"body" limit:"maxLength=200" doc:"Who held it."`
		Day        string      `json:"day"`
		Basis      typed.Text  `json:"basis" limit:"maxLength=2000" doc:"The law and its section."`
		Deviations []Deviation `json:"deviations,omitempty"`
	}
	exemptionSent struct {
		Basis  domain.Basis `json:"basis"`
		Reason typed.Text   `json:"reason" limit:"maxLength=2000"`
	}

	inspection string // how far a supervision has come
	deviance   string // whether a deviation is closed
	letter     string // of kommuneloven § 28-1: why a municipality is in ROBEK
)

// OneOf implements [domain.OneOf].
func (inspection) OneOf() []string { return []string{"planned", "held", "closed"} }

// OneOf implements [domain.OneOf].
func (deviance) OneOf() []string { return []string{"open", "closed"} }

// OneOf implements [domain.OneOf].
func (letter) OneOf() []string { return strings.Split("abcdefgh", "") }

// SetID names evidence, unless it has a name.
func (cmd *Record) SetID(id string) {
	if cmd.ID == "" {
		cmd.ID = ID(id)
	}
}

// Made implements [domain.Maker].
func (cmd Record) Made() (string, string) { return "evidence", string(cmd.ID) }

// Complete brings what is stored of the files.
func (cmd Record) Complete(f domain.Facts) (domain.Command, error) {
	cmd.Stored = stored(f, cmd.Files...)
	return cmd, nil
}

func stored(f domain.Facts, files ...File) (out []File) {
	for _, file := range files {
		if size, kind, ok := f.Stored(file.Sum); ok {
			out = append(out, File{Sum: file.Sum, Size: size, Type: kind})
		}
	}
	return out
}

func (cmd Record) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := keeper(d, domain.RightMark)
	if err != nil {
		return nil, err
	}
	was := kept.In(d).of(cmd.ID)
	switch newest := was.newest(); {
	case !domain.IsID(string(cmd.ID)):
		return nil, domain.Wrong("evidence", "id.wrong", string(cmd.ID))
	case was.withdrawn != nil:
		return nil, domain.Clash("evidence.withdrawn")
	case cmd.Version != newest+1:
		return nil, &domain.Error{Code: domain.Conflict, Field: "v", Msg: "evidence.stale", Args: []string{fmt.Sprint(newest)}}
	}
	if err := cmd.check(d, g); err != nil {
		return nil, err
	}
	e, err := cmd.event(kept.In(d))
	if err != nil {
		return nil, err
	}
	full := e.shorten(was)
	if err := full.complete(); err != nil {
		return nil, err
	}
	if err := full.allowed(d, g, was); err != nil {
		return nil, err
	}
	return []domain.Event{e}, nil
}

// keeper returns the live picture, if the actor may keep evidence or has another right to
// it.
func keeper(d domain.Decision, or ...domain.Right) (domain.Ground, error) {
	for _, right := range or {
		if d.May(domain.Live, right) {
			return d.Board(domain.Live, right)
		}
	}
	return d.Board(domain.Live, domain.RightEvidence)
}
