package edge

import (
	"net/http"

	"kommunebilde/domain"
)

// Access is a rule: who may come to a route. The zero Access is no rule, and a
// route without one does not start.
type Access struct {
	Name  string       // for the table of rules that the tests print and hold
	Right domain.Right // that it asks for, "" for none
	Admit func(*Call) error
}

// Open lets everybody in: what is shown does not depend on a board.
func Open() Access {
	return Access{Name: "open", Admit: func(*Call) error { return nil }}
}

// SignedIn lets in whoever has a session or a token.
func SignedIn() Access {
	return Access{Name: "signed in", Admit: func(k *Call) error {
		if k.Handle == nil {
			return Error(http.StatusUnauthorized, "http.401", nil)
		}
		return nil
	}}
}

// Accounts lets in whoever manages accounts. For anybody else there is no such
// address.
func Accounts() Access {
	return Access{Name: "accounts", Right: domain.RightAccounts, Admit: func(k *Call) error {
		if !k.Actor.Accounts(k.Now) {
			return Error(http.StatusNotFound, "http.404", nil)
		}
		return nil
	}}
}

// Audits lets in anyone who may see the audit log. For anybody else there is no such
// address.
func Audits() Access {
	return Access{Name: "audit", Right: domain.RightAudit, Admit: func(k *Call) error {
		if !k.Actor.Audits(k.Now) {
			return Error(http.StatusNotFound, "http.404", nil)
		}
		return nil
	}}
}

// OnBoard lets in anyone who sees a board and has a right on it: 404 for those who do not
// see it, 403 for those who see it and may not. The handler finds the picture in the
// call.
func OnBoard(right domain.Right, which func(*Call) (domain.BoardID, error)) Access {
	return Access{Name: "board", Right: right, Admit: func(k *Call) error {
		id, err := which(k)
		if err != nil {
			return err
		}
		k.aim = id
		if k.Shown, err = k.Picture(id); err != nil {
			return err
		}
		k.Board, k.May = id, k.Rights(id)
		if !k.May[right] {
			if k.Handle == nil {
				return Error(http.StatusUnauthorized, "http.401", nil)
			}
			return &domain.Error{Code: domain.Forbidden, Msg: "forbidden." + string(right)}
		}
		return nil
	}}
}

// OnCatalogue lets in anyone who may read what the edition in the path judges, and by
// what, also those who may see no picture of it. For anybody else there is no such board.
func OnCatalogue(which func(*Call) (domain.BoardID, error)) Access {
	return Access{Name: "board", Right: domain.RightCatalogue, Admit: func(k *Call) error {
		id, err := which(k)
		if err != nil {
			return err
		}
		k.aim = id
		if _, err := k.Decision().Board(id, domain.RightCatalogue); err != nil {
			return UnknownBoard()
		}
		k.Board, k.May = id, k.Rights(id)
		return nil
	}}
}

// OnMeeting is OnBoard for the board that the meeting in the address is on, for
// anyone who may know of it.
func OnMeeting(right domain.Right) Access {
	a := OnBoard(right, func(k *Call) (domain.BoardID, error) {
		p, _, err := k.Meeting(domain.MeetingID(k.Param("id")))
		if err != nil {
			return "", err
		}
		return p.Board().ID, nil
	})
	a.Name = "meeting"
	return a
}

// Both asks one rule after the other.
func Both(first, second Access) Access {
	return Access{Name: first.Name + " + " + second.Name, Right: second.Right, Admit: func(k *Call) error {
		if err := first.Admit(k); err != nil {
			return err
		}
		return second.Admit(k)
	}}
}

// InPath takes the board from a parameter of the path.
func InPath(name string) func(*Call) (domain.BoardID, error) {
	return func(k *Call) (domain.BoardID, error) { return domain.BoardID(k.Param(name)), nil }
}

// InQuery takes the board from ?board=, or where it is not told from orElse.
func InQuery(orElse func(Look) (domain.BoardID, error)) func(*Call) (domain.BoardID, error) {
	return func(k *Call) (domain.BoardID, error) {
		if b := k.Query("board"); b != "" {
			return domain.BoardID(b), nil
		}
		return orElse(k.Look)
	}
}

// InForm takes the board from a field of the form.
func InForm(k *Call) (domain.BoardID, error) {
	f, err := k.Form()
	if err != nil {
		return "", err
	}
	return domain.BoardID(f.Get("board")), nil
}

// LiveBoard is the board of anything that is about the live picture unless it says
// otherwise.
func LiveBoard(Look) (domain.BoardID, error) { return domain.Live, nil }

// OnLive is for what is the office's and on no board: whoever sees the live picture
// sees it, by their rights there.
func OnLive(*Call) (domain.BoardID, error) { return domain.Live, nil }

// Allowed asks for a right on a board that the request's body names: 404 for those who
// do not see it, 403 for those who may not.
func (k *Call) Allowed(board domain.BoardID, right domain.Right) error {
	if _, err := k.Picture(board); err != nil {
		return err
	}
	if !k.Rights(board)[right] {
		return &domain.Error{Code: domain.Forbidden, Msg: "forbidden." + string(right)}
	}
	return nil
}
