package evidence

import (
	"kommunebilde/domain"
)

// ID names evidence. It is chosen by whoever records it (random).
type ID string

// Ref is one version of evidence.
type Ref struct {
	ID      ID  `json:"e"`
	Version int `json:"v"`
}

// Type is what kind of evidence it is.
type Type string

const (
	Supervision Type = "supervision" // tilsyn
	Exercise    Type = "exercise"
	Guidance    Type = "guidance"
	Meeting     Type = "meeting"
	Kostra      Type = "kostra"
	Statistics  Type = "statistics"
	Economy     Type = "economy" // with entry in ROBEK and exit
	Dialogue    Type = "dialogue"
	ROS         Type = "ros"
	Complaint   Type = "complaint"
	Funds       Type = "funds" // discretionary funds
	Other       Type = "other"
)

// OneOf implements [domain.OneOf].
func (Type) OneOf() []string {
	return domain.Names(Supervision, Exercise, Guidance, Meeting, Kostra, Statistics, Economy, Dialogue, ROS, Complaint, Funds, Other)
}

// Access is who outside the office may see evidence, where nothing exempts it.
type Access string

const (
	Office Access = "office" // nobody
	Own    Access = "own"    // the municipality that it is about
	Public Access = "public"
)

// OneOf implements [domain.OneOf].
func (Access) OneOf() []string { return domain.Names(Office, Own, Public) }

// narrower returns the one of two that lets fewer see it.
func narrower(a, b Access) Access {
	switch {
	case a == Public:
		return b
	case a == Own && b == Public:
		return a
	case a == Own && b == Own:
		return a
	}
	return Office
}

// Events are the kinds of this subject.
func Events() []domain.Event {
	return []domain.Event{&recorded{}, &withdrawn{}, &fileRemoved{}, &questioned{}, &questionClosed{}}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	keeps := []domain.Right{domain.RightEvidence}
	return []domain.CommandKind{
		{Name: "record_evidence", Doc: "Records evidence, or its next version. An assessor does it in own areas, and an editor. To set or lift an exemption one must be an approver, editor or administrator; these may record a version that differs in that and in a narrower access alone.",
			Needs: append(keeps, domain.RightMark), Example: example},
		{Name: "import_evidence", Doc: "Records many versions in one record, all or none: what an import of a file does. Each is refused as it would be by itself.",
			Needs: keeps, Example: Import{Records: []Record{example}}},
		{Name: "withdraw_evidence", Doc: "Withdraws evidence that should not be used. What was judged by it goes on naming it, as withdrawn.",
			Needs: keeps, Example: Withdraw{ID: "k1", Reason: "Ført på feil kommune"}},
		{Name: "remove_file", Doc: "Removes a file for ever, whatever names it. An administrator does it.",
			Needs: []domain.Right{domain.RightRedact}, Example: RemoveFile{Sum: domain.Hash{1}, Reason: "Navn på en pasient"}},
		{Name: "question_evidence", Doc: "A municipality's contact marks evidence on it as outdated or not about it, or tells what is missing, while it is being judged.",
			Needs: []domain.Right{domain.RightQuestion}, Example: Ask{Board: "2024", Municipality: "0002", Mark: missing, Text: "Ny helhetlig ROS ble vedtatt i juni"}},
		{Name: "close_evidence_question", Doc: "Answers what a municipality said of evidence on it.",
			Needs: keeps, Example: Close{Question: 7, Outcome: corrected}},
	}
}

var example = Record{
	ID: "k9", Version: 1, Type: Supervision, Municipalities: []domain.MunicipalityID{"0002"}, Columns: []domain.ColumnID{"helse"},
	Title: "Legevakt, rapport 2022/12", Source: "Statsforvalteren", Effective: "2022-05-14", Retrieved: "2022-06-02", Access: Own,
	Supervision: supervisionSent{
		State: "held", Body: "Statsforvalteren", Day: "2022-05-14", Basis: "helsetilsynsloven § 4",
		Deviations: []Deviation{{ID: "a1", Text: "Kompetansekrav er ikke oppfylt i ferier", State: "open", Due: "2022-11-01"}},
	},
}
