package server

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
)

// route is one line of the table: address, who may come there, how much they
// may send, and what then happens.
type route struct {
	method string
	path   string
	access access
	body   int           // longest request body; 0: none
	time   time.Duration // 0: ten seconds
	socket bool
	handle func(*call) error
}

func (r route) limit() time.Duration {
	if r.time > 0 {
		return r.time
	}
	return 10 * time.Second
}

// access is a rule: who may come to a route. The zero access is no rule, and a
// route without one does not start.
type access struct {
	name  string // for the table of rules that the tests print and hold
	right kommunebilde.Right
	admit func(*call) error
}

// open lets everybody in: what is shown does not depend on a board.
func open() access {
	return access{name: "open", admit: func(*call) error { return nil }}
}

// signedIn lets in whoever has a session or a token.
func signedIn() access {
	return access{name: "signed in", admit: func(k *call) error {
		if k.handle == nil {
			return httpError(fiber.StatusUnauthorized, "http.401", nil)
		}
		return nil
	}}
}

// accounts lets in who manages accounts. For anybody else there is no such
// address.
func accounts() access {
	return access{name: "accounts", right: kommunebilde.RightAccounts, admit: func(k *call) error {
		if !k.actor.Accounts(k.now) {
			return httpError(fiber.StatusNotFound, "http.404", nil)
		}
		return nil
	}}
}

// onBoard lets in who sees a board and has a right on it: 404 for who does not
// see it, 403 for who sees it and may not. The handler finds the picture in the
// call.
func onBoard(right kommunebilde.Right, which func(*call) (kommunebilde.BoardID, error)) access {
	return access{name: "board", right: right, admit: func(k *call) error {
		id, err := which(k)
		if err != nil {
			return err
		}
		if k.shown, err = k.picture(id); err != nil {
			return err
		}
		k.board, k.may = id, k.rights(id)
		if !k.may[right] {
			if k.handle == nil {
				return httpError(fiber.StatusUnauthorized, "http.401", nil)
			}
			return &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden." + string(right)}
		}
		return nil
	}}
}

// onMeeting is onBoard for the board that the meeting in the address is on, for
// who may know of it.
func onMeeting(right kommunebilde.Right) access {
	a := onBoard(right, func(k *call) (kommunebilde.BoardID, error) {
		p, _, err := k.meeting(kommunebilde.MeetingID(k.c.Params("id")))
		if err != nil {
			return "", err
		}
		return p.Board().ID, nil
	})
	a.name = "meeting"
	return a
}

// both asks one rule after the other.
func both(first, second access) access {
	return access{name: first.name + " + " + second.name, right: second.right, admit: func(k *call) error {
		if err := first.admit(k); err != nil {
			return err
		}
		return second.admit(k)
	}}
}

// inPath takes the board from a parameter of the path.
func inPath(name string) func(*call) (kommunebilde.BoardID, error) {
	return func(k *call) (kommunebilde.BoardID, error) { return kommunebilde.BoardID(k.c.Params(name)), nil }
}

// inQuery takes the board from ?board=, or where it is not told from orElse.
func inQuery(orElse func(look) (kommunebilde.BoardID, error)) func(*call) (kommunebilde.BoardID, error) {
	return func(k *call) (kommunebilde.BoardID, error) {
		if b := k.c.Query("board"); b != "" {
			return kommunebilde.BoardID(b), nil
		}
		return orElse(k.look)
	}
}

// inForm takes the board from a field of the form.
func inForm(k *call) (kommunebilde.BoardID, error) {
	f, err := k.form()
	if err != nil {
		return "", err
	}
	return kommunebilde.BoardID(f.Get("board")), nil
}

const (
	formLimit    = 64 << 10
	commandLimit = 64 << 10
	loginLimit   = 4 << 10
)

// table is every address there is.
func (s *Server) table() []route {
	see := kommunebilde.RightSee
	get := func(path string, a access, h func(*call) error) route {
		return route{method: fiber.MethodGet, path: path, access: a, handle: h}
	}
	post := func(path string, a access, h func(*call) error) route {
		return route{method: fiber.MethodPost, path: path, access: both(signedIn(), a), body: formLimit, handle: inOurForm(h)}
	}
	inMeeting := func(path, done string, command func(*call, url.Values, kommunebilde.MeetingID) (kommunebilde.Command, error)) route {
		return post("/mote/:id"+path, onMeeting(see), inMeeting(done, command))
	}
	return []route{
		get("/", open(), s.home),
		get("/tavle/:board", onBoard(see, inPath("board")), s.overview),
		get("/utgave/:board", onBoard(see, inPath("board")), s.edition),
		get("/utgave/:board/:version", onBoard(see, inPath("board")), s.version),
		get("/kommune/:id", onBoard(see, inQuery(look.edition)), s.municipality),
		get("/omrade/:id", onBoard(see, inQuery(look.edition)), s.area),
		get("/region/:id", onBoard(see, inQuery(look.home)), s.region),
		get("/moter", onBoard(kommunebilde.RightSeeMeetings, inQuery(liveBoard)), s.meetings),
		get("/mote/:id", onMeeting(kommunebilde.RightSeeMeetings), s.meetingPage),
		get("/konsoll/:id", onMeeting(kommunebilde.RightLead), s.console),
		get("/referat/:id.txt", onMeeting(kommunebilde.RightSeePersons), s.minutesText),
		get("/referat/:id", onMeeting(kommunebilde.RightSeePersons), s.minutes),
		get("/hendelser", signedIn(), s.situations),
		get("/avspilling/:board", onBoard(see, inPath("board")), s.playback),
		get("/oyeblikksbilde/:board.html", onBoard(see, inPath("board")), s.snapshot),
		get("/utgaver", open(), s.editions),
		get("/skjerm", wallOrPairing(), s.wallOrPair),
		get("/skjermer", both(signedIn(), screens()), s.screensPage),
		get("/om", open(), s.about),
		get("/panel", onBoard(see, inQuery(look.home)), s.panel),
		get("/eksport", onBoard(see, inQuery(look.home)), s.export),
		get("/diagram/:name", onBoard(see, inQuery(look.home)), s.diagram),
		get("/static/:name", open(), s.static),

		get("/login", open(), s.loginPage),
		{method: fiber.MethodPost, path: "/login", access: open(), body: loginLimit, time: 25 * time.Second, handle: s.login},
		post("/logout", signedIn(), s.logout),
		get("/konto", signedIn(), s.account),
		post("/konto/avslutt", signedIn(), s.endSession),
		{method: fiber.MethodPost, path: "/konto/passord", access: signedIn(), body: loginLimit, time: 25 * time.Second, handle: inOurForm(s.changePassword)},
		get("/kontoer", accounts(), s.accounts),
		post("/kontoer/sperr", accounts(), s.disable),

		post("/tavle/:board/sett", onBoard(kommunebilde.RightSee, inPath("board")), s.setForm),
		post("/tavle/:board/angre", onBoard(kommunebilde.RightSee, inPath("board")), s.undoForm),
		post("/tavle/:board/grunnlag", onBoard(kommunebilde.RightSee, inPath("board")), s.baseForm),
		post("/moter", onBoard(kommunebilde.RightSee, inForm), s.openMeetingForm),
		post("/mote/:id/avslutt", onMeeting(kommunebilde.RightSee), s.closeMeetingForm),
		inMeeting("/ingen-endring", "ingen-endring", noChangeForm),
		inMeeting("/meld", "meldt", proposeForm),
		inMeeting("/forslag", "avgjort", decideForm),
		inMeeting("/hendelse", "hendelse", noteForm),
		inMeeting("/hendelse/trekk", "hendelse-trukket", withdrawForm),
		inMeeting("/tiltak", "tiltak", actionForm),
		inMeeting("/foresla", "foreslatt", suggestForm),
		inMeeting("/tall", "tall", figureForm),
		inMeeting("/bistand", "bistand", askForm),
		post("/tavle/:board/tiltak", onBoard(see, inPath("board")), s.endActionForm),
		post("/tavle/:board/bistand", onBoard(see, inPath("board")), s.moveForm),
		post("/skjermer/par", screens(), s.pairForm),
		post("/skjermer/vis", screens(), s.viewForm),
		post("/skjermer/navn", screens(), s.renameScreenForm),
		post("/skjermer/trekk", screens(), s.revokeScreenForm),
		post("/hendelser", signedIn(), s.openBoardForm),
		post("/tavle/:board/avslutt", onBoard(see, inPath("board")), s.closeBoardForm),
		post("/utgave/:board/publiser", onBoard(kommunebilde.RightSee, inPath("board")), s.publishForm),
		post("/utgave/:board/rettelse", onBoard(kommunebilde.RightSee, inPath("board")), s.correctionForm),

		get("/api/v1/boards", open(), s.apiBoards),
		get("/api/v1/boards/:board", onBoard(see, inPath("board")), s.apiBoard),
		get("/api/v1/boards/:board/changes", onBoard(see, inPath("board")), s.apiChanges),
		get("/api/v1/boards/:board/cells/:m/:c", onBoard(see, inPath("board")), s.apiCell),
		{method: fiber.MethodPost, path: "/api/v1/commands", access: signedIn(), body: commandLimit, handle: s.apiCommand},
		{method: fiber.MethodPost, path: "/api/v1/follow", access: signedIn(), body: loginLimit, handle: s.apiFollow},
		{method: fiber.MethodPost, path: "/api/v1/presence", access: signedIn(), body: loginLimit, handle: s.apiPresence},
		get("/api/v1/boards/:board/playback", onBoard(see, inPath("board")), s.apiPlayback),
		get("/api/v1/openapi.json", open(), s.apiDescription),
		{method: fiber.MethodGet, path: "/live", access: both(signedIn(), onBoard(see, inQuery(liveBoard))), socket: true, handle: s.live()},
	}
}

func liveBoard(look) (kommunebilde.BoardID, error) { return kommunebilde.Live, nil }
