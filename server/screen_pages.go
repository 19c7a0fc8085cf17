package server

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/server/auth"
)

// pairCookie is what binds a code to the browser that shows it.
const pairCookie = "kb_pair"

// screenLasts is how long a browser keeps a screen's cookie; each start of the
// screen renews it.
const screenLasts = 365 * 24 * time.Hour

// screens lets in who looks after wall screens: who leads the live picture, or
// manages accounts. For anybody else there is no such address.
func screens() access {
	return access{name: "screens", right: kommunebilde.RightLead, admit: func(k *call) error {
		if !k.actor.Accounts(k.now) && !k.rights(kommunebilde.Live)[kommunebilde.RightLead] {
			return httpError(fiber.StatusNotFound, "http.404", nil)
		}
		return nil
	}}
}

// wallOrPairing lets everybody in who asks for no board and is nobody, or is a
// paired screen: they are shown a code or sent to the screen's view.
func wallOrPairing() access {
	wall := onBoard(kommunebilde.RightSee, inQuery(look.home))
	return access{name: "board or screen", right: kommunebilde.RightSee, admit: func(k *call) error {
		if k.atPairing() {
			return nil
		}
		return wall.admit(k)
	}}
}

// atPairing tells whether a request to /skjerm is a screen's own.
func (k *call) atPairing() bool {
	if k.c.Query("board") != "" {
		return false
	}
	_, screen := k.ownScreen()
	return k.handle == nil || screen
}

// ownScreen returns the account of a paired screen that asks.
func (k *call) ownScreen() (kommunebilde.Account, bool) {
	if k.handle == nil {
		return kommunebilde.Account{}, false
	}
	account, ok := k.s.cfg.Auth.Account(k.handle.Account())
	return account, ok && account.View != "" && auth.IsScreen(account)
}

// wallOrPair is GET /skjerm: a wall, or the way of a screen to its wall.
func (s *Server) wallOrPair(k *call) error {
	if !k.atPairing() {
		return s.wall(k)
	}
	k.c.Set(fiber.HeaderCacheControl, "no-store")
	if account, ok := k.ownScreen(); ok {
		return s.toView(k, account)
	}
	code, secret, screen := s.pairings.begin(k.c.Cookies(s.ownName(pairCookie)), fold(k.addr))
	if screen != "" {
		session, h, err := s.cfg.Auth.OpenScreen(screen)
		if err != nil {
			return err
		}
		s.pairings.done(secret)
		s.keepPairing(k.c, "")
		s.setScreen(k.c, session)
		k.hasSignedIn(h, "screen")
		k.handle = h
		k.actor, _ = h.Actor()
		account, _ := s.cfg.Auth.Account(screen)
		return s.toView(k, account)
	}
	if secret != "" {
		s.keepPairing(k.c, secret)
	}
	return k.page(s.cfg.Site.Pairing(k.request(), code))
}

// toView sends a screen to what it shows. Where that is not to be seen any more
// it waits, and asks again.
func (s *Server) toView(k *call, account kommunebilde.Account) error {
	if err := s.followOpen(k.ctx, account.ID); err != nil {
		return err
	}
	account, _ = s.cfg.Auth.Account(account.ID)
	k.actor, _ = k.handle.Actor()
	board, _, err := boardOfView(account.View)
	if err != nil {
		return err
	}
	if _, err := k.picture(board); err != nil {
		return k.page(s.cfg.Site.Pairing(k.request(), ""))
	}
	if secret := k.c.Cookies(s.cookieName()); secret != "" && !k.bearer {
		s.setScreen(k.c, secret)
	}
	return k.see(fiber.StatusSeeOther, account.View)
}

// setScreen gives the browser a screen's secret, for a year.
func (s *Server) setScreen(c *fiber.Ctx, secret string) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookieName(), Value: secret, Path: "/", MaxAge: int(screenLasts.Seconds()),
		HTTPOnly: true, Secure: s.secure(), SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// keepPairing gives the browser the secret its code is bound to; "" takes it
// away.
func (s *Server) keepPairing(c *fiber.Ctx, secret string) {
	cookie := &fiber.Cookie{
		Name: s.ownName(pairCookie), Value: secret, Path: "/", MaxAge: int(pairingLasts.Seconds()),
		HTTPOnly: true, Secure: s.secure(), SameSite: fiber.CookieSameSiteLaxMode,
	}
	if secret == "" {
		cookie.MaxAge, cookie.Expires = 0, time.Unix(1, 0)
	}
	c.Cookie(cookie)
}

// screensPage lists the paired screens.
func (s *Server) screensPage(k *call) error {
	var list []dashboard.Screen
	for _, account := range s.cfg.Auth.Screens() {
		board, view, err := boardOfView(account.View)
		if err != nil {
			continue
		}
		screen := dashboard.Screen{
			ID: string(account.ID), Name: account.Name, Board: board, Layout: view.Get("oppsett"),
			Auto: view.Get(autoView) != "", Pinned: view.Get("fest") == "1",
			By: account.By, Paired: account.Created, On: s.sockets.on(account.ID),
		}
		screen.Inches, screen.Metres = within(view.Get("tommer"), 20, 300), within(view.Get("meter"), 0.5, 50)
		for _, session := range s.cfg.Auth.Sessions(account.ID) {
			screen.Seen = session.Seen
		}
		for _, name := range []string{"vis", "oppsett", "tommer", "meter", "fest", autoView} {
			view.Del(name)
		}
		screen.View = view.Encode()
		list = append(list, screen)
	}
	k.may = k.rights(kommunebilde.Live)
	var regions []kommunebilde.Region
	if p, err := k.picture(kommunebilde.Live); err == nil {
		regions = p.Catalogue().Regions
	}
	return k.page(s.cfg.Site.Screens(k.request(), list, regions))
}

// autoView is set in the view of a screen that follows what goes on: it is sent
// to the board of the newest open meeting of a situation, and back to the live
// picture when there is none. Exercises are left out. The screen still sees only
// the board it is on.
const autoView = "apent"

// viewIn reads what a screen shall show: an own path, or its parts.
func (s *Server) viewIn(k *call, f url.Values) (kommunebilde.BoardID, string, error) {
	path := f.Get("path")
	if path == "" {
		q := url.Values{"vis": {"skjerm"}}
		for field, name := range map[string]string{"layout": "oppsett", "inches": "tommer", "metres": "meter", "roter": "roter", "region": "region", "area": "area", "fest": "fest"} {
			if v := trimmed(f, field); v != "" && v != "0" {
				q.Set(name, strings.Replace(v, ",", ".", 1))
			}
		}
		board := kommunebilde.BoardID(f.Get("board"))
		if board == dashboard.AutoBoard {
			board = k.open()
			q.Set(autoView, "1")
		}
		path = "/tavle/" + url.PathEscape(string(board)) + "?" + q.Encode()
	}
	board, q, err := boardOfView(path)
	if err != nil {
		return "", "", err
	}
	p, err := k.picture(board)
	if err != nil {
		return "", "", err
	}
	if _, err := dashboard.ParseFilter(q, p.Catalogue()); err != nil {
		return "", "", err
	}
	for name, bounds := range map[string][2]float64{"tommer": {20, 300}, "meter": {0.5, 50}, "roter": {5, 3600}} {
		if v := q.Get(name); v != "" && within(v, bounds[0], bounds[1]) == 0 {
			return "", "", wrongField(name, "screen.view")
		}
	}
	if layout := q.Get("oppsett"); !slices.Contains([]string{"", "a", "b", "c"}, layout) {
		return "", "", wrongField("layout", "screen.view")
	}
	q.Set("vis", "skjerm")
	return board, "/tavle/" + url.PathEscape(string(board)) + "?" + q.Encode(), nil
}

// boardOfView takes a screen's path apart.
func boardOfView(path string) (kommunebilde.BoardID, url.Values, error) {
	u, err := url.Parse(ownPath(path, "?"))
	if err != nil {
		return "", nil, wrongField("path", "screen.view")
	}
	board, ok := strings.CutPrefix(u.Path, "/tavle/")
	q, err := url.ParseQuery(u.RawQuery)
	if !ok || err != nil || board == "" || strings.Contains(board, "/") || len(path) > 500 {
		return "", nil, wrongField("path", "screen.view")
	}
	return kommunebilde.BoardID(board), q, nil
}

// within reads a number, 0 for one outside of its bounds.
func within(v string, from, to float64) float64 {
	n, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
	if err != nil || !(n >= from && n <= to) {
		return 0
	}
	return n
}

func (s *Server) pairForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	board, view, err := s.viewIn(k, f)
	if err != nil {
		return err
	}
	code := strings.ReplaceAll(f.Get("code"), " ", "")
	k.trace.Board = board
	err = s.pairings.claim(code, k.actor.ID, func() (kommunebilde.AccountID, error) {
		id, err := s.cfg.Auth.AddScreen(k.ctx, k.actor.ID, f.Get("name"), board, view)
		k.trace.Whom = id
		return id, err
	})
	if err != nil {
		return err
	}
	return k.see(fiber.StatusSeeOther, "/skjermer?gjort=skjerm")
}

// screenIn returns the screen that a form is about.
func (s *Server) screenIn(f url.Values) (kommunebilde.Account, error) {
	for _, account := range s.cfg.Auth.Screens() {
		if string(account.ID) == f.Get("screen") {
			return account, nil
		}
	}
	return kommunebilde.Account{}, &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "screen", Msg: "screen.unknown"}
}

// onScreen makes the handler of a form about a paired screen.
func (s *Server) onScreen(done string, do func(k *call, f url.Values, screen kommunebilde.Account) error) func(*call) error {
	return func(k *call) error {
		f, err := k.form()
		if err != nil {
			return err
		}
		screen, err := s.screenIn(f)
		if err != nil {
			return err
		}
		k.trace.Whom = screen.ID
		if err := do(k, f, screen); err != nil {
			return err
		}
		return k.see(fiber.StatusSeeOther, "/skjermer?gjort="+done)
	}
}

func (s *Server) viewScreen(k *call, f url.Values, screen kommunebilde.Account) error {
	board, view, err := s.viewIn(k, f)
	if err != nil {
		return err
	}
	k.trace.Board = board
	return s.sendTo(screen, board, view)
}

func (s *Server) renameScreen(_ *call, f url.Values, screen kommunebilde.Account) error {
	if trimmed(f, "name") == "" {
		return wrongField("name", "name.missing")
	}
	return s.cfg.Auth.Rename(screen.ID, f.Get("name"))
}

func (s *Server) revokeScreen(k *call, _ url.Values, screen kommunebilde.Account) error {
	if err := s.cfg.Auth.Disable(screen.ID, true); err != nil {
		return err
	}
	for _, b := range k.boards() {
		s.cfg.Clerk.Ephemeral(b.ID, screenKind(screen.ID), nil)
	}
	return nil
}

func screenKind(id kommunebilde.AccountID) string { return "screen:" + string(id) }

// sendTo gives a screen another view and tells it so: on the board that it
// shows, and on the one it comes to, where it may have been told of yet another.
func (s *Server) sendTo(account kommunebilde.Account, board kommunebilde.BoardID, view string) error {
	if err := s.cfg.Auth.ShowOn(account.ID, board, view); err != nil {
		return err
	}
	frame := appendField([]byte(`{"screen":{"id":"`+string(account.ID)+`"`), "path", view)
	frame = append(frame, '}', '}')
	from, _, err := boardOfView(account.View)
	if err != nil {
		return err
	}
	for _, b := range []kommunebilde.BoardID{from, board} {
		s.cfg.Clerk.Ephemeral(b, screenKind(account.ID), frame)
	}
	return nil
}

// after does what follows from a command outside of the journal.
func (s *Server) after(k *call, cmd kommunebilde.Command) {
	switch cmd := cmd.(type) {
	case kommunebilde.CloseBoard:
		s.leaveClosed(k.ctx, cmd.Board)
	case kommunebilde.Redact:
		k.trace.What, k.trace.Count = kommunebilde.TraceRedacted, len(cmd.Texts)
		return
	case kommunebilde.OpenMeeting, kommunebilde.CloseMeeting:
	default:
		return
	}
	if err := s.followOpen(k.ctx, ""); err != nil {
		s.cfg.Log.ErrorContext(k.ctx, "screens not sent to what is open", "error", err)
	}
}

// leaveClosed sends the screens of a board that was closed back to the live
// picture, as they showed the other.
func (s *Server) leaveClosed(ctx context.Context, board kommunebilde.BoardID) {
	for _, account := range s.cfg.Auth.Screens() {
		on, view, err := boardOfView(account.View)
		if err != nil || on != board {
			continue
		}
		if err := s.sendTo(account, kommunebilde.Live, s.elsewhere(view, kommunebilde.Live)); err != nil {
			s.cfg.Log.ErrorContext(ctx, "screen not sent back", "account", string(account.ID), "error", err)
		}
	}
}

// elsewhere is a screen's view on another board: rows and columns of the one are
// not the other's, but for a region that both have.
func (s *Server) elsewhere(view url.Values, board kommunebilde.BoardID) string {
	for name := range view {
		if !slices.Contains([]string{"vis", "oppsett", "tommer", "meter", "roter", "region", "fest", autoView}, name) {
			view.Del(name)
		}
	}
	p, err := look{s.cfg.Clerk.State(), kommunebilde.System("screens"), s.cfg.Now()}.picture(board)
	if err != nil || p.Catalogue().RegionIndex(kommunebilde.RegionID(view.Get("region"))) < 0 {
		view.Del("region")
	}
	return "/tavle/" + url.PathEscape(string(board)) + "?" + view.Encode()
}

// followOpen sends the screens that follow what goes on to the board where it
// does, or only one of them. One at a time looks and sends, so that none is sent
// to what was open before.
func (s *Server) followOpen(ctx context.Context, only kommunebilde.AccountID) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	open := look{state: s.cfg.Clerk.State()}.open()
	var all error
	for _, account := range s.cfg.Auth.Screens() {
		on, view, err := boardOfView(account.View)
		if err != nil || on == open || view.Get(autoView) == "" || only != "" && account.ID != only {
			continue
		}
		all = errors.Join(all, s.sendTo(account, open, s.elsewhere(view, open)))
	}
	return all
}
