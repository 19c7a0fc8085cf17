package server

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/dashboard"
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
	signed bool // the body proves who sent it: it comes from no page of ours, and counts without a cookie
	handle func(*call) error
	trace  kommunebilde.TraceKind // what it leaves in the audit log: see trace.go
	enrols bool                   // also for who must set up a second step first
}

func (r route) limit() time.Duration {
	if r.time > 0 {
		return r.time
	}
	return 10 * time.Second
}

// early lets those in who must set up a second step first, see
// MustEnrol of server/auth: to what they need for it, and nowhere else.
func (r route) early() route {
	r.enrols = true
	return r
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

// audits lets in who may see the audit log. For anybody else there is no such
// address.
func audits() access {
	return access{name: "audit", right: kommunebilde.RightAudit, admit: func(k *call) error {
		if !k.actor.Audits(k.now) {
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
		k.aim = id
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
	tokenLimit   = 16 << 10
)

// passwordTime is how long somebody waits for a password to be tried: hundreds
// who sign in at the same moment are hashed two at a time, and none of them is to
// be sent away. It is less than what proxies wait.
const passwordTime = 50 * time.Second

// table is every address there is.
func (s *Server) table() []route {
	see := kommunebilde.RightSee
	get := func(path string, a access, h func(*call) error) route {
		return route{method: fiber.MethodGet, path: path, access: a, handle: h}
	}
	post := func(path string, a access, h func(*call) error) route {
		return route{method: fiber.MethodPost, path: path, access: both(signedIn(), a), body: formLimit, handle: inOurForm(h)}
	}
	device := func(path string, a access, h func(*call) error) route {
		return route{method: fiber.MethodPost, path: path, access: a, body: passkeyLimit, handle: browserOnly(h)}
	}
	inMeeting := func(path, done string, command func(*call, url.Values, kommunebilde.MeetingID) (kommunebilde.Command, error)) route {
		return post("/mote/:id"+path, onMeeting(see), inMeeting(done, command))
	}
	return []route{
		get("/", open(), s.home).leaves(nothing),
		get("/tavle/:board", onBoard(see, inPath("board")), s.overview).leaves(kommunebilde.TraceInternalRead),
		get("/utgave/:board", onBoard(see, inPath("board")), s.edition).leaves(kommunebilde.TraceInternalRead),
		get("/utgave/:board/:version", onBoard(see, inPath("board")), s.version).leaves(kommunebilde.TraceInternalRead),
		get("/kommune/:id", onBoard(see, inQuery(look.edition)), s.municipality).leaves(kommunebilde.TraceInternalRead),
		get("/omrade/:id", onBoard(see, inQuery(look.edition)), s.area).leaves(kommunebilde.TraceInternalRead),
		get("/region/:id", onBoard(see, inQuery(look.home)), s.region).leaves(kommunebilde.TraceInternalRead),
		get("/moter", onBoard(kommunebilde.RightSeeMeetings, inQuery(liveBoard)), s.meetings).leaves(nothing),
		get("/mote/:id", onMeeting(kommunebilde.RightSeeMeetings), s.meetingPage).leaves(nothing),
		get("/serie/:id", onMeeting(kommunebilde.RightSeePersons), s.series).leaves(nothing),
		get("/aktorer", onBoard(kommunebilde.RightSeePersons, onLive), s.actors).leaves(nothing),
		get("/mote/:id/avslutt", onMeeting(kommunebilde.RightLead), s.closing).leaves(nothing),
		get("/konsoll/:id", onMeeting(kommunebilde.RightLead), s.console).leaves(nothing),
		get("/referat/:id.txt", onMeeting(kommunebilde.RightSeePersons), s.minutesText).leaves(kommunebilde.TraceMinutesRead),
		get("/referat/:id", onMeeting(kommunebilde.RightSeePersons), s.minutes).leaves(kommunebilde.TraceMinutesRead),
		get("/referatmal", onBoard(kommunebilde.RightTemplate, onLive), s.reportTemplate).leaves(kommunebilde.TraceMinutesRead),
		get("/hendelser", signedIn(), s.situations).leaves(nothing),
		get("/forskjeller/:board", onBoard(see, inPath("board")), s.differences).leaves(kommunebilde.TraceInternalRead),
		get("/avspilling/:board", onBoard(see, inPath("board")), s.playback).leaves(kommunebilde.TraceInternalRead),
		get("/oyeblikksbilde/:board.html", onBoard(see, inPath("board")), s.snapshot).leaves(kommunebilde.TraceSnapshot),
		get("/utgaver", open(), s.editions).leaves(nothing),
		get("/skjerm", wallOrPairing(), s.wallOrPair).leaves(nothing),
		get("/skjermer", both(signedIn(), screens()), s.screensPage).leaves(nothing),
		get("/om", open(), s.about).leaves(nothing).early(),
		get("/panel", onBoard(see, inQuery(look.home)), s.panel).leaves(kommunebilde.TraceInternalRead),
		get("/eksport", onBoard(see, inQuery(look.home)), s.export).leaves(kommunebilde.TraceExport),
		get("/diagram/:name", onBoard(see, inQuery(look.home)), s.diagram).leaves(kommunebilde.TraceInternalRead),
		get("/static/:name", open(), s.static).leaves(nothing).early(),

		get("/login", open(), s.loginPage).leaves(nothing).early(),
		{method: fiber.MethodPost, path: "/login", access: open(), body: loginLimit, time: passwordTime, handle: s.login, trace: kommunebilde.TraceLogin, enrols: true},
		get("/login/steg", open(), s.stepPage).leaves(nothing).early(),
		{method: fiber.MethodPost, path: "/login/steg", access: open(), body: loginLimit, handle: s.step, trace: kommunebilde.TraceLogin, enrols: true},
		get(dashboard.InvitePath, open(), s.invitePage).leaves(nothing).early(),
		{method: fiber.MethodPost, path: dashboard.InvitePath, access: open(), body: loginLimit, time: passwordTime, handle: s.takeInvite, trace: kommunebilde.TraceLogin, enrols: true},
		get("/login/:provider", open(), s.providerStart).leaves(nothing),
		{method: fiber.MethodGet, path: "/login/:provider/svar", access: open(), time: 25 * time.Second, handle: s.providerAnswer, trace: kommunebilde.TraceLogin},
		get("/login/:provider/velg", open(), s.providerChoices).leaves(nothing),
		{method: fiber.MethodPost, path: "/login/:provider/velg", access: open(), body: loginLimit, handle: s.providerChoose, trace: kommunebilde.TraceLogin},
		get("/login/:provider/ut", open(), s.providerLeave).leaves(nothing),
		{method: fiber.MethodPost, path: "/login/:provider/utlogging", access: open(), body: tokenLimit, time: 25 * time.Second, signed: true, handle: s.providerEnded, trace: kommunebilde.TraceLogout},
		post("/logout", signedIn(), s.logout).leaves(kommunebilde.TraceLogout).early(),
		get("/konto", signedIn(), s.account).leaves(nothing).early(),
		post("/konto/avslutt", signedIn(), s.endSession).leaves(kommunebilde.TraceSessionEnded).early(),
		post("/konto/avslutt-andre", signedIn(), s.endOthers).leaves(kommunebilde.TraceSessionEnded).early(),
		get("/konto/bekreft", signedIn(), s.confirmPage).leaves(nothing).early(),
		{method: fiber.MethodPost, path: "/konto/bekreft", access: signedIn(), body: loginLimit, time: passwordTime, handle: inOurForm(s.confirm), trace: kommunebilde.TraceLogin, enrols: true},
		get("/konto/app", signedIn(), s.totpPage).leaves(nothing).early(),
		post("/konto/app", signedIn(), s.setTOTP).leaves(kommunebilde.TraceSecondStepChanged).early(),
		post("/konto/app/fjern", signedIn(), s.dropTOTP).leaves(kommunebilde.TraceSecondStepChanged).early(),
		post("/konto/koder", signedIn(), s.newCodes).leaves(kommunebilde.TraceSecondStepChanged).early(),
		post("/konto/passnokkel/navn", signedIn(), s.renamePasskey).leaves(kommunebilde.TraceSecondStepChanged).early(),
		post("/konto/passnokkel/fjern", signedIn(), s.dropPasskey).leaves(kommunebilde.TraceSecondStepChanged).early(),
		device("/passnokkel/inn/start", open(), s.startPasskeyLogin).leaves(nothing).early(),
		device("/passnokkel/inn", open(), s.passkeyLogin).leaves(kommunebilde.TraceLogin).early(),
		device("/passnokkel/bekreft/start", signedIn(), s.startConfirm).leaves(nothing).early(),
		device("/passnokkel/bekreft", signedIn(), s.passkeyConfirm).leaves(kommunebilde.TraceLogin).early(),
		device("/passnokkel/ny/start", signedIn(), s.startPasskey).leaves(nothing).early(),
		device("/passnokkel/ny", signedIn(), s.addPasskey).leaves(kommunebilde.TraceSecondStepChanged).early(),
		{method: fiber.MethodPost, path: "/konto/passord", access: signedIn(), body: loginLimit, time: passwordTime, handle: inOurForm(s.changePassword), trace: kommunebilde.TracePasswordChanged, enrols: true},
		get("/sporing", audits(), s.audit).leaves(kommunebilde.TraceAuditRead),
		route{method: fiber.MethodGet, path: "/sporing/eksport", access: audits(), time: 30 * time.Second, handle: s.auditExport}.leaves(kommunebilde.TraceExport),
		get("/tilgang", accounts(), s.rules).leaves(nothing),
		get("/tavle/:board/unntak", onBoard(kommunebilde.RightSeePersons, inPath("board")), s.markings).leaves(kommunebilde.TraceInternalRead),
		get("/kontoer", accounts(), s.accounts).leaves(nothing),
		post("/kontoer", accounts(), fresh("/kontoer", s.addAccount)).leaves(kommunebilde.TraceAccountAdded),
		post("/kontoer/sperr", accounts(), s.disable).leaves(kommunebilde.TraceAccountDisabled),
		{method: fiber.MethodPost, path: "/kontoer/kontakter", access: both(signedIn(), accounts()), body: contactsLimit, handle: s.readContacts, trace: nothing},
		post("/kontoer/kontakter/opprett", accounts(), fresh("/kontoer", s.makeContacts)).leaves(kommunebilde.TraceAccountAdded),
		get("/kontoer/:id", accounts(), s.personPage).leaves(nothing),
		post("/kontoer/:id/navn", accounts(), onPerson("konto-navn", renamePerson)).leaves(kommunebilde.TraceAccountChanged),
		post("/kontoer/:id/roller", accounts(), freshOnPerson(onPerson("konto-rolle", addGrant))).leaves(kommunebilde.TraceGrantsChanged),
		post("/kontoer/:id/roller/fjern", accounts(), onPerson("konto-rolle", removeGrant)).leaves(kommunebilde.TraceGrantsChanged),
		post("/kontoer/:id/avslutt", accounts(), onPerson("konto-avsluttet", endSessions)).leaves(kommunebilde.TraceSessionEnded),
		post("/kontoer/:id/inviter", accounts(), freshOnPerson(s.inviteAgain)).leaves(kommunebilde.TraceInvited),
		post("/kontoer/:id/nullstill", accounts(), freshOnPerson(onPerson("konto", resetSecond))).leaves(kommunebilde.TraceSecondStepChanged),
		post("/kontoer/:id/token", accounts(), freshOnPerson(s.addToken)).leaves(kommunebilde.TraceTokenAdded),

		post("/tavle/:board/sett", onBoard(kommunebilde.RightSee, inPath("board")), s.setForm).leaves(inJournal),
		post("/tavle/:board/angre", onBoard(kommunebilde.RightSee, inPath("board")), s.undoForm).leaves(inJournal),
		post("/tavle/:board/unnta", onBoard(kommunebilde.RightSee, inPath("board")), s.markForm).leaves(inJournal),
		post("/tavle/:board/opphev", onBoard(kommunebilde.RightSee, inPath("board")), s.liftForm).leaves(inJournal),
		post("/tavle/:board/grunnlag", onBoard(kommunebilde.RightSee, inPath("board")), s.baseForm).leaves(inJournal),
		post("/aktorer", onBoard(see, onLive), s.actorForm).leaves(inJournal),
		post("/aktorer/fjern", onBoard(see, onLive), s.unlistForm).leaves(inJournal),
		post("/tavle/:board/utvalg", onBoard(see, inPath("board")), s.saveViewForm).leaves(inJournal),
		post("/tavle/:board/utvalg/fjern", onBoard(see, inPath("board")), s.removeViewForm).leaves(inJournal),
		post("/moter", onBoard(kommunebilde.RightSee, inForm), s.openMeetingForm).leaves(inJournal),
		post("/mote/:id/avslutt", onMeeting(kommunebilde.RightSee), s.closeMeetingForm).leaves(inJournal),
		inMeeting("/ingen-endring", "ingen-endring", noChangeForm).leaves(inJournal),
		inMeeting("/meld", "meldt", proposeForm).leaves(inJournal),
		inMeeting("/forslag", "avgjort", decideForm).leaves(inJournal),
		inMeeting("/begrunnelser", "lagret", reasonsForm).leaves(inJournal),
		inMeeting("/hendelse", "hendelse", noteForm).leaves(inJournal),
		inMeeting("/hendelse/trekk", "hendelse-trukket", withdrawForm).leaves(inJournal),
		inMeeting("/tiltak", "tiltak", actionForm).leaves(inJournal),
		inMeeting("/foresla", "foreslatt", suggestForm).leaves(inJournal),
		inMeeting("/tall", "tall", figureForm).leaves(inJournal),
		inMeeting("/bistand", "bistand", askForm).leaves(inJournal),
		{method: fiber.MethodPost, path: "/referatmal", access: both(signedIn(), onBoard(kommunebilde.RightTemplate, onLive)), body: bodyLimit, handle: inOurForm(s.reportTemplateForm), trace: inJournal},
		post("/tavle/:board/tiltak", onBoard(see, inPath("board")), s.endActionForm).leaves(inJournal),
		post("/tavle/:board/bistand", onBoard(see, inPath("board")), s.moveForm).leaves(inJournal),
		post("/skjermer/par", screens(), s.pairForm).leaves(kommunebilde.TraceScreenPaired),
		post("/skjermer/vis", screens(), s.onScreen("skjerm-vis", s.viewScreen)).leaves(kommunebilde.TraceScreenChanged),
		post("/skjermer/navn", screens(), s.onScreen("skjerm-navn", s.renameScreen)).leaves(kommunebilde.TraceScreenChanged),
		post("/skjermer/trekk", screens(), s.onScreen("skjerm-trukket", s.revokeScreen)).leaves(kommunebilde.TraceScreenRevoked),
		post("/hendelser", signedIn(), s.openBoardForm).leaves(inJournal),
		post("/tavle/:board/avslutt", onBoard(see, inPath("board")), s.closeBoardForm).leaves(inJournal),
		post("/utgave/:board/publiser", onBoard(kommunebilde.RightSee, inPath("board")), s.publishForm).leaves(inJournal),
		post("/utgave/:board/rettelse", onBoard(kommunebilde.RightSee, inPath("board")), s.correctionForm).leaves(inJournal),

		get("/api/v1/boards", open(), s.apiBoards).leaves(nothing),
		get("/api/v1/boards/:board", onBoard(see, inPath("board")), s.apiBoard).leaves(kommunebilde.TraceInternalRead),
		get("/api/v1/boards/:board/changes", onBoard(see, inPath("board")), s.apiChanges).leaves(kommunebilde.TraceInternalRead),
		get("/api/v1/boards/:board/cells/:m/:c", onBoard(see, inPath("board")), s.apiCell).leaves(kommunebilde.TraceInternalRead),
		{method: fiber.MethodPost, path: "/api/v1/commands", access: signedIn(), body: commandLimit, handle: s.apiCommand, trace: inJournal},
		{method: fiber.MethodPost, path: "/api/v1/follow", access: signedIn(), body: loginLimit, handle: s.apiFollow, trace: nothing},
		{method: fiber.MethodPost, path: "/api/v1/presence", access: signedIn(), body: loginLimit, handle: s.apiPresence, trace: nothing},
		get("/api/v1/boards/:board/playback", onBoard(see, inPath("board")), s.apiPlayback).leaves(kommunebilde.TraceInternalRead),
		get("/api/v1/openapi.json", open(), s.apiDescription).leaves(nothing),
		{method: fiber.MethodGet, path: "/live", access: both(signedIn(), onBoard(see, inQuery(liveBoard))), socket: true, handle: s.live(), trace: kommunebilde.TraceInternalRead},
	}
}

func liveBoard(look) (kommunebilde.BoardID, error) { return kommunebilde.Live, nil }

// onLive is for what is the office's and on no board: who sees the live picture
// sees it, by their rights there.
func onLive(*call) (kommunebilde.BoardID, error) { return kommunebilde.Live, nil }
