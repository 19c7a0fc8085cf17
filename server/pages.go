package server

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/dashboard"
)

// request is what the dashboard is told of who asks.
func (k *call) request() dashboard.Request {
	r := dashboard.Request{
		Lang:      k.lang,
		Path:      k.c.OriginalURL(),
		Theme:     k.s.theme(k.c),
		Rights:    k.may,
		Boards:    k.boards(),
		RightsOn:  k.rights,
		RequestID: k.id,
		Now:       k.now,
	}
	if !strings.HasPrefix(r.Path, "/") {
		r.Path = "/" // an address in absolute form
	}
	if k.handle != nil {
		account, _ := k.s.cfg.Auth.Account(k.handle.Account())
		r.User = &dashboard.User{
			Name: account.Name, ID: account.ID, Staff: k.actor.Staff(k.now), Admin: k.actor.Accounts(k.now), Session: k.handle.Key(), By: k.s.providerName(account.Provider, k.lang),
		}
		r.Names = k.s.cfg.Auth.Name
		r.Token = k.handle.FormToken()
		r.Notice = notice(k.c.Query("gjort"))
		switch {
		case k.s.cfg.Clerk.Failed() != nil:
			r.Storage = "failed"
		case k.s.cfg.Clerk.Full() != nil:
			r.Storage = "full"
		}
	}
	return r
}

// notice returns the key of a sentence about what was just done. Only those
// that we send ourselves are taken from an address.
func notice(key string) string {
	switch key {
	case "sett", "angret", "ingen-endring", "meldt", "avgjort", "hendelse", "hendelse-trukket", "tiltak", "tiltak-slutt",
		"foreslatt", "tall", "bistand", "bistand-status", "tavle-apnet", "tavle-lukket", "grunnlag", "rettelse", "passord",
		"lagret", "aktor", "aktor-fjernet", "utvalg", "utvalg-fjernet", "skjerm", "skjerm-vis", "skjerm-navn", "skjerm-trukket":
		return "notice." + key
	case "apnet":
		return "notice.opened"
	case "lukket":
		return "notice.closed"
	case "publisert":
		return "notice.published"
	case "avsluttet":
		return "notice.ended"
	case "konto":
		return "notice.account"
	case "app":
		return "notice.totp"
	case "passnokkel":
		return "notice.passkey"
	case "fjernet":
		return "notice.removed"
	case "andre":
		return "notice.others"
	case "velkommen":
		return "notice.welcome"
	}
	return ""
}

// filter reads the query of a page.
func (k *call) filter() (dashboard.Filter, error) {
	q, err := k.query()
	if err != nil {
		return dashboard.Filter{}, err
	}
	if at := q.Get("at"); at != "" && k.shown.Board().Kind != kommunebilde.KindEdition {
		past, err := dashboard.ParseFilter(url.Values{"at": {at}}, k.shown.Catalogue())
		if err != nil {
			return past, err
		}
		if k.shown, err = k.at(k.shown, past.At); err != nil { // the rows and columns of then
			return past, err
		}
	}
	f, err := dashboard.ParseFilter(q, k.shown.Catalogue())
	if err != nil {
		return f, err
	}
	if err := f.Check(k.shown); err != nil {
		return f, err
	}
	return f, k.pin(&f)
}

// query reads the address's query strictly: what cannot be read is refused.
func (k *call) query() (url.Values, error) {
	q, err := url.ParseQuery(string(k.c.Context().QueryArgs().QueryString()))
	if err != nil || len(q) > 50 {
		return nil, badRequest("query", "http.query", err)
	}
	for _, values := range q {
		for _, v := range values {
			if !utf8.ValidString(v) {
				return nil, badRequest("query", "text.utf8", nil)
			}
		}
	}
	return q, nil
}

// pin settles a time in the address for who may not go by time: they see the
// version that was out then, whole.
func (k *call) pin(f *dashboard.Filter) error {
	if f.At.IsZero() {
		return nil
	}
	p, err := k.at(k.shown, f.At)
	if err != nil {
		return err
	}
	if p.ShownVersion() > 0 {
		k.shown, f.At = p, time.Time{}
	}
	return nil
}

// page answers with a page.
func (k *call) page(html []byte, err error) error {
	if err != nil {
		return err
	}
	k.c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	body, coding := k.squeeze(html)
	if coding != "" {
		k.c.Set(fiber.HeaderContentEncoding, coding)
	}
	k.c.Vary(fiber.HeaderAcceptEncoding)
	k.c.Response().SetBodyRaw(body)
	return nil
}

// see answers with another address of ours, below the public path.
func (k *call) see(status int, path string) error {
	k.c.Set(fiber.HeaderLocation, k.s.base+path)
	k.c.Status(status)
	return nil
}

func (s *Server) home(k *call) error {
	if _, ok := k.ownScreen(); ok {
		return k.see(fiber.StatusFound, "/skjerm")
	}
	id, err := k.look.home()
	if err != nil {
		if k.handle == nil {
			return k.see(fiber.StatusFound, "/login")
		}
		return err
	}
	return k.see(fiber.StatusFound, "/tavle/"+url.PathEscape(string(id))+k.ownRegion(id))
}

// ownRegion is the query with which a municipality's contact begins: their own
// region, the others one choice away. Everybody else begins with the county.
func (k *call) ownRegion(b kommunebilde.BoardID) string {
	m := k.look.audience(b).Municipality
	if m == "" {
		return ""
	}
	p, err := k.look.picture(b)
	if err != nil || p.Row(m) < 0 {
		return ""
	}
	return "?" + url.Values{"region": {string(p.Catalogue().Municipalities[p.Row(m)].Region)}}.Encode()
}

func (s *Server) overview(k *call) error {
	f, err := k.filter()
	if err != nil {
		return err
	}
	if f.View == dashboard.ViewWall {
		return k.page(s.cfg.Site.Wall(k.request(), k.shown, wallOptions(k, f)))
	}
	return k.cached(func(r dashboard.Request) ([]byte, error) { return s.cfg.Site.Overview(r, k.shown, f) })
}

func (s *Server) edition(k *call) error {
	if k.shown.Board().Kind != kommunebilde.KindEdition {
		return unknownBoard()
	}
	k.shown = k.shown.Published()
	return s.overview(k)
}

// version is one published version, for ever: "/utgave/2022/v1".
func (s *Server) version(k *call) error {
	digits, ok := strings.CutPrefix(k.c.Params("version"), "v")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || digits != strconv.Itoa(n) || k.shown.Board().Kind != kommunebilde.KindEdition {
		return unknownBoard()
	}
	p, ok := k.shown.Version(n)
	if !ok {
		return unknownBoard()
	}
	k.shown = p
	return s.overview(k)
}

func (s *Server) municipality(k *call) error {
	f, err := k.filter()
	if err != nil {
		return err
	}
	if k.shown, err = k.at(k.shown, f.At); err != nil {
		return err
	}
	id := kommunebilde.MunicipalityID(k.c.Params("id"))
	if k.shown.Row(id) < 0 {
		return httpError(fiber.StatusNotFound, "http.404", nil)
	}
	k.trace.Municipality = id
	var now *kommunebilde.Picture
	if p, err := k.picture(kommunebilde.Live); err == nil {
		now = &p
	}
	return k.cached(func(r dashboard.Request) ([]byte, error) { return s.cfg.Site.Municipality(r, k.shown, now, id) })
}

func (s *Server) area(k *call) error {
	f, err := k.filter()
	if err != nil {
		return err
	}
	id := kommunebilde.ColumnID(k.c.Params("id"))
	col := k.shown.Col(id)
	if col < 0 || k.shown.Catalogue().Columns[col].Kind != kommunebilde.ColumnArea {
		return httpError(fiber.StatusNotFound, "http.404", nil)
	}
	return k.cached(func(r dashboard.Request) ([]byte, error) { return s.cfg.Site.Area(r, k.shown, id, f) })
}

func (s *Server) region(k *call) error {
	f, err := k.filter()
	if err != nil {
		return err
	}
	id := kommunebilde.RegionID(k.c.Params("id"))
	if k.shown.Catalogue().RegionIndex(id) < 0 {
		return httpError(fiber.StatusNotFound, "http.404", nil)
	}
	return k.cached(func(r dashboard.Request) ([]byte, error) { return s.cfg.Site.Region(r, k.shown, id, f) })
}

func (s *Server) meetings(k *call) error {
	return k.page(s.cfg.Site.Meetings(k.request(), k.shown, kommunebilde.MeetingID(k.c.Query("serie"))))
}

// meetingPage is a meeting; ?at= as it was at a time since it was opened, ?til=
// is where the page of its changes ends.
func (s *Server) meetingPage(k *call) error {
	var o dashboard.MeetingOptions
	if v := k.c.Query("til"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "til", Msg: "rev.wrong"}
		}
		o.Until = n
	}
	at, err := timeIn("at", k.c.Query("at"))
	if err != nil {
		return err
	}
	if at.Before(k.now) { // what is to come is as it is now
		if k.shown, err = k.at(k.shown, at); err != nil {
			return err
		}
		o.At = at
	}
	return k.page(s.cfg.Site.Meeting(k.request(), k.shown, kommunebilde.MeetingID(k.c.Params("id")), o))
}

func (s *Server) editions(k *call) error { return k.page(s.cfg.Site.Editions(k.request())) }

func (s *Server) about(k *call) error { return k.page(s.cfg.Site.About(k.request())) }

func (s *Server) wall(k *call) error {
	f, err := k.filter()
	if err != nil {
		return err
	}
	return k.page(s.cfg.Site.Wall(k.request(), k.shown, wallOptions(k, f)))
}

// wallOptions reads how big a wall screen is: inches and metres in the address,
// within what exists.
func wallOptions(k *call, f dashboard.Filter) dashboard.WallOptions {
	o := dashboard.WallOptions{
		Area: f.Area, Inches: within(k.c.Query("tommer"), 20, 300), Metres: within(k.c.Query("meter"), 0.5, 50), Filter: f,
		Region: f.Region, Rotate: int(within(k.c.Query("roter"), 5, 3600)),
	}
	if layout := k.c.Query("oppsett"); layout == "b" || layout == "c" {
		o.Layout = layout
	}
	return o
}

func (s *Server) panel(k *call) error {
	f, err := k.filter()
	if err != nil {
		return err
	}
	m, c := kommunebilde.MunicipalityID(k.c.Query("m")), kommunebilde.ColumnID(k.c.Query("c"))
	if k.shown.Row(m) < 0 || k.shown.Col(c) < 0 {
		return httpError(fiber.StatusNotFound, "http.404", nil)
	}
	k.trace.Municipality = m
	r := k.request()
	if err := k.versioned(); err != nil {
		return err
	}
	r.Path = k.pageBehind()
	return k.page(s.cfg.Site.Panel(r, k.shown, m, c, f))
}

// versioned applies ?v=, or the version that the page behind shows: a panel
// must not show another version than the page it opens in.
func (k *call) versioned() error {
	v := k.c.Query("v")
	if v == "" {
		path, _, _ := strings.Cut(k.pageBehind(), "?")
		rest, ok := strings.CutPrefix(path, "/utgave/"+string(k.board))
		if !ok {
			return nil
		}
		if rest == "" {
			k.shown = k.shown.Published()
			return nil
		}
		v = strings.TrimPrefix(rest, "/v")
	}
	n, err := strconv.Atoi(v)
	p, ok := k.shown.Version(n)
	if err != nil || !ok || k.shown.Board().Kind != kommunebilde.KindEdition {
		return unknownBoard()
	}
	k.shown = p
	return nil
}

// pageBehind returns the page of ours that a part of a page was asked for from,
// so that its links and forms lead back there; the board's page if the browser
// does not tell.
func (k *call) pageBehind() string {
	plain := "/tavle/" + url.PathEscape(string(k.board))
	u, err := url.Parse(k.c.Get(fiber.HeaderReferer))
	if err != nil || !sameOrigin(u.Scheme+"://"+u.Host, k.s.expectedOrigin(k.c)) {
		return plain
	}
	path, ok := strings.CutPrefix(u.RequestURI(), k.s.base)
	if !ok {
		return plain
	}
	return ownPath(path, plain)
}

// diagram is a chart's option, as data.
func (s *Server) diagram(k *call) error {
	if k.c.Params("name") == "avspilling" {
		return s.playbackChart(k)
	}
	q, err := k.query()
	if err != nil {
		return err
	}
	if err := k.versioned(); err != nil {
		return err
	}
	b, err := s.cfg.Site.Chart(k.request(), k.shown, k.c.Params("name"), q)
	if err != nil {
		return err
	}
	return k.json(b)
}

// static serves bundled files by their hashed names, from a fixed table.
func (s *Server) static(k *call) error {
	a, ok := s.cfg.Site.Asset(k.c.Params("name"))
	if !ok {
		return httpError(fiber.StatusNotFound, "http.404", nil)
	}
	k.c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	k.c.Set(fiber.HeaderContentType, a.Type)
	return k.send(variants{plain: a.Body, brotli: a.Brotli, gzip: a.Gzip, etag: strings.Trim(a.ETag, `"`)})
}
