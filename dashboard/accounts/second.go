package accounts

import (
	"errors"
	"html/template"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// InvitePath is where an invitation is taken.
const InvitePath = "/invitasjon"

// Steps is how an account signs in: what may be shown of it.
type Steps struct {
	Passkeys  []accounts.Passkey
	TOTP      bool
	Codes     int // recovery codes left
	Password  bool
	Invited   time.Time // until when, zero if not
	Fresh     bool      // its owner has just shown who they are
	MustEnrol bool      // nothing else may be done before a second step is set up
}

// Set reports whether a password alone is not enough.
func (s Steps) Set() bool { return s.TOTP || len(s.Passkeys) > 0 }

// Answers reports whether there is anything to type for the second step, or none
// is asked for.
func (s Steps) Answers() bool { return !s.Set() || s.TOTP || s.Codes > 0 }

// hint is the key of what a code may be.
func (s Steps) hint() string {
	if s.TOTP {
		return "step.code_app"
	}
	return "step.code_recovery"
}

// StepForm is what the page of a second step, or of a confirmation, says.
type StepForm struct {
	Next         string // own path to go to
	TOTP         bool   // an app's codes are taken
	Passkeys     bool   // there is a passkey
	Provider     string // that let them in, "" if that was here
	ProviderName string
	Err          error
	Wait         time.Duration
}

type stepView struct {
	kit.Page
	Next, Err, Hint          string
	HasTOTP, HasKey, HasPass bool
	AsksCode                 bool // besides the password
	Wrong                    string
	Provider, ProviderName   string
}

// Step is the second step of a log-in.
func Step(s *kit.Site, r kit.Request, f StepForm) ([]byte, error) {
	pg := s.NewPage(r, "login", "")
	pg.Title, pg.Passkeys = pg.T("step.title"), f.Passkeys
	v := stepView{Page: pg, Next: f.Next, Err: why(&pg, f.Err, f.Wait), HasTOTP: f.TOTP, HasKey: f.Passkeys, Hint: pg.T(Steps{TOTP: f.TOTP}.hint())}
	return s.Render(v.Lang, "step", &v)
}

// Confirm asks who is signed in to show who they are, by all that their account
// asks for.
func Confirm(s *kit.Site, r kit.Request, own Steps, f StepForm) ([]byte, error) {
	pg := s.NewPage(r, "login", "")
	pg.Title, pg.Nav, pg.Passkeys = pg.T("confirm.title"), "account", len(own.Passkeys) > 0
	v := stepView{
		Page: pg, Next: f.Next, Err: why(&pg, f.Err, f.Wait), HasKey: len(own.Passkeys) > 0, HasPass: own.Password && own.Answers(),
		AsksCode: own.Set(), Hint: pg.T(own.hint()), Provider: f.Provider, ProviderName: f.ProviderName,
	}
	if e := (*domain.Error)(nil); errors.As(f.Err, &e) {
		v.Wrong = e.Field
	}
	return s.Render(pg.Lang, "confirm", &v)
}

type totpView struct {
	kit.Page
	Secret, Err string
	URI         template.URL // otpauth: is for apps; ours, of a secret we made
	QR          qrCode
}

// TOTP is where an app takes over its secret. wrong is why a code was refused.
func TOTP(s *kit.Site, r kit.Request, secret, uri string, wrong error) ([]byte, error) {
	pg := s.NewPage(r, "account", "")
	pg.Title, pg.Nav = pg.T("totp.title"), "account"
	code, err := newQR(uri)
	if err != nil {
		return nil, err
	}
	var groups []string
	for part := range strings.SplitSeq(secret, "") {
		if n := len(groups); n == 0 || len(groups[n-1]) == 4 {
			groups = append(groups, part)
		} else {
			groups[n-1] += part
		}
	}
	return s.Render(pg.Lang, "totp", &totpView{Page: pg, Secret: strings.Join(groups, " "), URI: template.URL(uri), Err: why(&pg, wrong, 0), QR: code})
}

type codesView struct {
	kit.Page
	Codes []string
	For   string
}

// Codes shows recovery codes, the only time.
func Codes(s *kit.Site, r kit.Request, codes []string) ([]byte, error) {
	pg := s.NewPage(r, "account", "")
	pg.Title, pg.Nav = pg.T("codes.title"), "account"
	v := codesView{Page: pg, Codes: codes}
	if r.User != nil {
		v.For = pg.T("codes.for", string(r.User.ID), pg.Day(r.Now))
	}
	return s.Render(pg.Lang, "codes", &v)
}

type inviteView struct {
	kit.Page
	Err string
}

// Invite is where an invitation is taken.
func Invite(s *kit.Site, r kit.Request, err error) ([]byte, error) {
	pg := s.NewPage(r, "login", "")
	pg.Title, pg.Passkeys = pg.T("invite.title"), true
	return s.Render(pg.Lang, "invite", &inviteView{Page: pg, Err: why(&pg, err, 0)})
}

// ownSteps is how the user signs in, as the page has it.
type ownSteps struct {
	Steps
	Rows            []passkeyRow
	Warn, CodesLeft string
}

type passkeyRow struct {
	Key, Name, Created, CreatedStamp, Used, UsedStamp string
}

func ownStepsOf(p *kit.Page, own Steps) ownSteps {
	v := ownSteps{Steps: own, CodesLeft: p.N("account.codes_left", own.Codes)}
	switch {
	case own.MustEnrol:
		v.Warn = p.T("account.enrol")
	case p.Admin && own.Password && !own.Set():
		v.Warn = p.T("account.must")
	case own.Set() && own.Codes == 0:
		v.Warn = p.T("account.nocodes")
	}
	for _, k := range own.Passkeys {
		row := passkeyRow{Key: k.Key.String(), Name: k.Name, Created: p.Day(k.Created), CreatedStamp: p.Stamp(k.Created)}
		if !k.Used.IsZero() {
			row.Used, row.UsedStamp = p.Day(k.Used)+" "+p.Minute(k.Used), p.Stamp(k.Used)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// stepWords says an account's ways beside its password; one that has a password
// and nothing else lacks them.
func stepWords(p *kit.Page, own Steps) string {
	var out []string
	if len(own.Passkeys) > 0 {
		out = append(out, p.T("accounts.step_passkey"))
	}
	if own.TOTP {
		out = append(out, p.T("accounts.step_app"))
	}
	if len(out) == 0 && own.Password {
		return p.T("accounts.step_missing")
	}
	return strings.Join(out, ", ")
}
