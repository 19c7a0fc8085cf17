package server

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"mime"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/unicode/norm"

	"kommunebilde"
)

// Forms work without script. Each carries a token that is bound to the session,
// and answers with 303 to the page it came from.

// maxFields bounds the fields of a form.
const maxFields = 5000

// form reads the request's body as a form, once.
func (k *call) form() (url.Values, error) {
	kind, _, err := mime.ParseMediaType(k.c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEApplicationForm {
		return nil, httpError(fiber.StatusUnsupportedMediaType, "http.415", err)
	}
	body := string(k.body())
	if strings.Count(body, "&") > maxFields {
		return nil, badRequest("form", "http.form", nil)
	}
	f, err := url.ParseQuery(body)
	if err != nil {
		return nil, badRequest("form", "http.form", err)
	}
	for name, values := range f {
		for i, v := range values {
			if !utf8.ValidString(v) || !utf8.ValidString(name) {
				return nil, badRequest("form", "text.utf8", nil)
			}
			// Browsers send line ends as CR LF.
			values[i] = norm.NFC.String(strings.ReplaceAll(v, "\r\n", "\n"))
		}
	}
	return f, nil
}

// inOurForm lets a handler run only for a form of this session's own pages, or
// for a program with a token.
func inOurForm(h func(*call) error) func(*call) error {
	return func(k *call) error {
		f, err := k.form()
		if err != nil {
			return err
		}
		if !k.bearer && !k.handle.CheckFormToken(f.Get("token")) {
			return httpError(fiber.StatusForbidden, "http.form_token", nil)
		}
		return h(k)
	}
}

// submit has a form's command decided and goes back to the page.
func (k *call) submit(f url.Values, cmd kommunebilde.Command, fallback, done string) error {
	req, err := k.formRequest(f)
	if err != nil {
		return err
	}
	if cmd, err = k.s.fromPack(cmd); err != nil {
		return err
	}
	if _, err := k.s.cfg.Clerk.Submit(k.ctx, k.actor, req, cmd); err != nil {
		return err
	}
	k.s.after(k, cmd)
	back := ownPath(f.Get("back"), "")
	if back == "" {
		back = fallback
	}
	if k.s.base != "" {
		back = strings.TrimPrefix(back, k.s.base)
		back = ownPath(back, fallback)
	}
	if done != "" && !strings.Contains(back, "#") {
		back = withQuery(back, "gjort", done)
	}
	return k.see(fiber.StatusSeeOther, back)
}

// formRequest names a form's command. All forms of a page carry the page's
// request id; what was filled in tells them apart. So a form sent twice happens
// once, and two forms of a page are two commands.
func (k *call) formRequest(f url.Values) (kommunebilde.RequestID, error) {
	if err := checkRequestID(kommunebilde.RequestID(f.Get("request"))); err != nil {
		return "", err
	}
	own := maps.Clone(f)
	own.Del("token")
	own.Del("back")
	sum := sha256.Sum256([]byte(k.c.Path() + "?" + own.Encode()))
	return kommunebilde.RequestID(hex.EncodeToString(sum[:16])), nil
}

// withQuery sets a parameter of an own path.
func withQuery(path, key, value string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}

func (k *call) boardPath() string { return "/tavle/" + url.PathEscape(string(k.board)) }

// setForm sets one cell or several: cell="m.c", repeated.
func (s *Server) setForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	cmd := kommunebilde.SetLevels{
		Board: k.board, Meeting: kommunebilde.MeetingID(f.Get("meeting")), ReportedBy: f.Get("reported_by"),
	}
	if v := f.Get("issued"); v != "" {
		ms, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "issued", Msg: "time.wrong"}
		}
		cmd.Issued = time.UnixMilli(ms)
	}
	seen := f["seen"]
	for i, cell := range f["cell"] {
		m, c, ok := strings.Cut(cell, ".")
		if !ok {
			return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "cell", Msg: "cell.wrong"}
		}
		edit := kommunebilde.CellEdit{
			Municipality: kommunebilde.MunicipalityID(m), Column: kommunebilde.ColumnID(c),
			Level: kommunebilde.Level(f.Get("level")), Text: f.Get("text"),
		}
		if i < len(seen) && seen[i] != "" {
			n, err := strconv.ParseUint(seen[i], 10, 64)
			if err != nil {
				return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "seen", Msg: "rev.wrong"}
			}
			edit.Seen = kommunebilde.Revision(n)
		}
		cmd.Cells = append(cmd.Cells, edit)
	}
	return k.submit(f, cmd, k.boardPath(), "sett")
}

func (s *Server) undoForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	cmd := kommunebilde.Undo{Board: k.board}
	if v := f.Get("revision"); v != "" {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "revision", Msg: "rev.wrong"}
		}
		cmd.Revision = kommunebilde.Revision(n)
	}
	return k.submit(f, cmd, k.boardPath(), "angret")
}

// baseForm gives the live picture another edition's columns.
func (s *Server) baseForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	if k.board != kommunebilde.Live {
		return unknownBoard()
	}
	return k.submit(f, kommunebilde.ChangeBase{Edition: kommunebilde.BoardID(f.Get("edition"))}, k.boardPath(), "grunnlag")
}

func (s *Server) openMeetingForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	req, err := k.formRequest(f)
	if err != nil {
		return err
	}
	cmd := kommunebilde.OpenMeeting{
		ID: meetingID(k.actor.ID, req), Board: k.board, Kind: kommunebilde.MeetingKind(f.Get("kind")),
		Title: strings.TrimSpace(f.Get("title")), Case: strings.TrimSpace(f.Get("case")), Region: kommunebilde.RegionID(f.Get("region")),
	}
	for _, m := range f["invited"] {
		cmd.Invited = append(cmd.Invited, kommunebilde.MunicipalityID(m))
	}
	for _, region := range f["agenda"] {
		if region != "" {
			cmd.Agenda = append(cmd.Agenda, kommunebilde.RegionID(region))
		}
	}
	cmd.Series, cmd.Actors, cmd.Reports = strings.TrimSpace(f.Get("series")), namesOf(f["actors"]), f.Get("reports") == "yes"
	cmd.InSeries = kommunebilde.MeetingID(f.Get("in_series"))
	for _, id := range f["listed"] {
		cmd.Listed = append(cmd.Listed, kommunebilde.RegionalActorID(id))
	}
	switch what, id, _ := strings.Cut(f.Get("opens"), "/"); what {
	case "region":
		cmd.Region = kommunebilde.RegionID(id)
	case "view":
		cmd.View = kommunebilde.ViewID(id)
	}
	f.Del("back") // who opens a meeting leads it
	return k.submit(f, cmd, "/konsoll/"+url.PathEscape(string(cmd.ID)), "apnet")
}

func (s *Server) closeMeetingForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	id := k.c.Params("id")
	f.Del("back") // its minutes are what is wanted now
	err = k.submit(f, kommunebilde.CloseMeeting{Meeting: kommunebilde.MeetingID(id), Unexplained: f.Get("unexplained") == "yes"}, "/referat/"+url.PathEscape(id), "lukket")
	if e := new(kommunebilde.Error); errors.As(err, &e) && e.Msg == "close.unexplained" {
		return k.see(fiber.StatusSeeOther, "/mote/"+url.PathEscape(id)+"/avslutt")
	}
	return err
}

func (s *Server) publishForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	return k.submit(f, kommunebilde.Publish{Board: k.board, Note: strings.TrimSpace(f.Get("note"))}, "/utgave/"+url.PathEscape(string(k.board)), "publisert")
}

func (s *Server) correctionForm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	return k.submit(f, kommunebilde.OpenCorrection{Board: k.board, Reason: strings.TrimSpace(f.Get("reason"))}, k.boardPath(), "rettelse")
}
