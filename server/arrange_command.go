package server

import "kommunebilde"

// Commands about what meetings are arranged with: the office's list of regional
// actors, and saved views.

// filterJSON is a view's filter on the wire.
type filterJSON struct {
	Region       kommunebilde.RegionID        `json:"region"`
	Area         kommunebilde.ColumnID        `json:"area"`
	Levels       []kommunebilde.Level         `json:"levels"`
	Minutes      int                          `json:"minutes"`
	SinceMeeting bool                         `json:"since_meeting"`
	Actor        kommunebilde.RegionalActorID `json:"actor"`
	Map          kommunebilde.ColumnID        `json:"map"`
}

// parseArrangeKind reads such a command; nil for another kind.
func parseArrangeKind(head commandHead, data []byte, by kommunebilde.AccountID) (kommunebilde.Command, error) {
	switch head.Type {
	case "list_actor":
		var j struct {
			commandHead
			Actor kommunebilde.RegionalActorID `json:"actor"`
			Name  text                         `json:"name"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.ListActor{ID: actorID(j.Actor, by, head.Request), Name: string(j.Name)}, err
	case "unlist_actor":
		var j struct {
			commandHead
			Actor kommunebilde.RegionalActorID `json:"actor"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.UnlistActor{ID: j.Actor}, err
	case "save_view":
		var j struct {
			boardHead
			Name   text       `json:"name"`
			Filter filterJSON `json:"filter"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.SaveView{
			Board: j.Board, ID: kommunebilde.ViewID(meetingID(by, head.Request)), Name: string(j.Name), Filter: kommunebilde.ViewFilter(j.Filter),
		}, err
	case "remove_view":
		var j struct {
			boardHead
			View kommunebilde.ViewID `json:"view"`
		}
		err := decodeStrict(data, &j)
		return kommunebilde.RemoveView{Board: j.Board, ID: j.View}, err
	}
	return nil, nil
}

// actorID names a regional actor: as it was told, else after the request.
func actorID(told kommunebilde.RegionalActorID, by kommunebilde.AccountID, req kommunebilde.RequestID) kommunebilde.RegionalActorID {
	if told != "" {
		return told
	}
	return kommunebilde.RegionalActorID(meetingID(by, req))
}
