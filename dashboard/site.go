package dashboard

import (
	"net/url"
	"time"

	"kommunebilde/dashboard/about"
	"kommunebilde/dashboard/access"
	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/dashboard/chart"
	"kommunebilde/dashboard/console"
	"kommunebilde/dashboard/editions"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/minutes"
	"kommunebilde/dashboard/overview"
	"kommunebilde/dashboard/playback"
	"kommunebilde/dashboard/screens"
	"kommunebilde/dashboard/situations"
	"kommunebilde/dashboard/wall"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/rollcall"
)

// What the server calls: each is a noun's or the kit's, and nothing is decided here.

// ViewWall is [kit.ViewWall].
const ViewWall = kit.ViewWall

// Asset is [kit.Asset].
type Asset = kit.Asset

// Filter is [kit.Filter].
type Filter = kit.Filter

// Options is [kit.Options].
type Options = kit.Options

// Request is [kit.Request].
type Request = kit.Request

// User is [kit.User].
type User = kit.User

// ParseFilter is [kit.ParseFilter].
func ParseFilter(q url.Values, c *domain.Catalogue) (Filter, error) { return kit.ParseFilter(q, c) }

// AutoBoard is the noun's.
const AutoBoard = screens.AutoBoard

// InvitePath is the noun's.
const InvitePath = accountpages.InvitePath

// MostMoments is the noun's.
const MostMoments = playback.MostMoments

// AccountsPage is the noun's.
type AccountsPage = accountpages.AccountsPage

// Audit is the noun's.
type Audit = access.AuditPage

// AuditTrace is the noun's.
type AuditTrace = access.AuditTrace

// Invitation is the noun's.
type Invitation = accountpages.Invitation

// LoginChoice is the noun's.
type LoginChoice = accountpages.LoginChoice

// LoginForm is the noun's.
type LoginForm = accountpages.LoginForm

// LoginProvider is the noun's.
type LoginProvider = accountpages.LoginProvider

// MeetingOptions is the noun's.
type MeetingOptions = meetings.MeetingOptions

// NewContact is the noun's.
type NewContact = accountpages.NewContact

// PersonPage is the noun's.
type PersonPage = accountpages.PersonPage

// Played is the noun's.
type Played = playback.Played

// Screen is the noun's.
type Screen = screens.Screen

// StepForm is the noun's.
type StepForm = accountpages.StepForm

// Steps is the noun's.
type Steps = accountpages.Steps

// TemplateOptions is the noun's.
type TemplateOptions = minutes.TemplateOptions

// WallOptions is the noun's.
type WallOptions = wall.Options

// About is [about.About].
func (s *Site) About(r kit.Request) ([]byte, error) {
	return about.About(s.Site, r)
}

// Error is [about.Error].
func (s *Site) Error(r kit.Request, status int, err error) ([]byte, error) {
	return about.Error(s.Site, r, status, err)
}

// Login is [accountpages.Login].
func (s *Site) Login(r kit.Request, f accountpages.LoginForm) ([]byte, error) {
	return accountpages.Login(s.Site, r, f)
}

// Account is [accountpages.Account].
func (s *Site) Account(r kit.Request, sessions []accounts.Session, own accountpages.Steps) ([]byte, error) {
	return accountpages.Account(s.Site, r, sessions, own)
}

// Accounts is [accountpages.Accounts].
func (s *Site) Accounts(r kit.Request, a accountpages.AccountsPage) ([]byte, error) {
	return accountpages.Accounts(s.Site, r, a)
}

// Person is [accountpages.Person].
func (s *Site) Person(r kit.Request, a accountpages.PersonPage) ([]byte, error) {
	return accountpages.Person(s.Site, r, a)
}

// Invited is [accountpages.Invited].
func (s *Site) Invited(r kit.Request, list []accountpages.Invitation, cat *domain.Catalogue) ([]byte, error) {
	return accountpages.Invited(s.Site, r, list, cat)
}

// Contacts is [accountpages.Contacts].
func (s *Site) Contacts(r kit.Request, list []accountpages.NewContact, until string, cat *domain.Catalogue) ([]byte, error) {
	return accountpages.Contacts(s.Site, r, list, until, cat)
}

// ContactFaults is [accountpages.ContactFaults].
func (s *Site) ContactFaults(r kit.Request, faults []string, count int) ([]byte, error) {
	return accountpages.ContactFaults(s.Site, r, faults, count)
}

// Actors is [meetings.Actors].
func (s *Site) Actors(r kit.Request, p domain.Picture) ([]byte, error) {
	return meetings.Actors(s.Site, r, p)
}

// Area is [overview.Area].
func (s *Site) Area(r kit.Request, p domain.Picture, id domain.ColumnID, f kit.Filter) ([]byte, error) {
	return overview.Area(s.Site, r, p, id, f)
}

// Region is [overview.Region].
func (s *Site) Region(r kit.Request, p domain.Picture, id domain.RegionID, f kit.Filter) ([]byte, error) {
	return overview.Region(s.Site, r, p, id, f)
}

// Audit is [access.Audit].
func (s *Site) Audit(r kit.Request, a access.AuditPage) ([]byte, error) {
	return access.Audit(s.Site, r, a)
}

// Chart is [chart.Chart].
func (s *Site) Chart(r kit.Request, p domain.Picture, name string, q url.Values) ([]byte, error) {
	return chart.Chart(s.Site, r, p, name, q)
}

// PlaybackChart is [chart.PlaybackChart].
func (s *Site) PlaybackChart(r kit.Request, p domain.Picture, from time.Time, to time.Time, theme string) ([]byte, error) {
	return chart.PlaybackChart(s.Site, r, p, from, to, theme)
}

// Closing is [console.Closing].
func (s *Site) Closing(r kit.Request, p domain.Picture, id domain.MeetingID, typed []domain.ReasonGiven) ([]byte, error) {
	return console.Closing(s.Site, r, p, id, typed)
}

// Console is [console.Console].
func (s *Site) Console(r kit.Request, p domain.Picture, id domain.MeetingID, selected domain.MunicipalityID) ([]byte, error) {
	return console.Console(s.Site, r, p, id, selected)
}

// Differences is [playback.Differences].
func (s *Site) Differences(r kit.Request, before domain.Picture, after domain.Picture, from time.Time, to time.Time, side int) ([]byte, error) {
	return playback.Differences(s.Site, r, before, after, from, to, side)
}

// Editions is [editions.Editions].
func (s *Site) Editions(r kit.Request) ([]byte, error) {
	return editions.Editions(s.Site, r)
}

// Ended is [meetings.Ended].
func (s *Site) Ended(r kit.Request, id domain.MeetingID, e rollcall.ClosedMeeting) ([]byte, error) {
	return meetings.Ended(s.Site, r, id, e)
}

// Closed is [meetings.Closed].
func (s *Site) Closed(r kit.Request, p domain.Picture, id domain.MeetingID) ([]byte, error) {
	return meetings.Closed(s.Site, r, p, id)
}

// LoginChoices is [accountpages.LoginChoices].
func (s *Site) LoginChoices(r kit.Request, provider string, name domain.Words, list []accountpages.LoginChoice) ([]byte, error) {
	return accountpages.LoginChoices(s.Site, r, provider, name, list)
}

// LoginLeave is [accountpages.LoginLeave].
func (s *Site) LoginLeave(r kit.Request, name domain.Words, to string) ([]byte, error) {
	return accountpages.LoginLeave(s.Site, r, name, to)
}

// Marking is [access.Marking].
func (s *Site) Marking(lang string, m *domain.Marking) string {
	return access.Marking(s.Site, lang, m)
}

// Markings is [access.Markings].
func (s *Site) Markings(r kit.Request, p domain.Picture) ([]byte, error) {
	return access.Markings(s.Site, r, p)
}

// Meetings is [meetings.Meetings].
func (s *Site) Meetings(r kit.Request, p domain.Picture, next domain.MeetingID) ([]byte, error) {
	return meetings.Meetings(s.Site, r, p, next)
}

// Meeting is [meetings.Meeting].
func (s *Site) Meeting(r kit.Request, p domain.Picture, id domain.MeetingID, o meetings.MeetingOptions) ([]byte, error) {
	return meetings.Meeting(s.Site, r, p, id, o)
}

// Minutes is [minutes.Minutes].
func (s *Site) Minutes(r kit.Request, p domain.Picture, id domain.MeetingID, edition int) ([]byte, error) {
	return minutes.Minutes(s.Site, r, p, id, edition)
}

// ReportTemplate is [minutes.ReportTemplate].
func (s *Site) ReportTemplate(r kit.Request, p domain.Picture, o minutes.TemplateOptions) ([]byte, error) {
	return minutes.ReportTemplate(s.Site, r, p, o)
}

// MinutesText is [minutes.MinutesText].
func (s *Site) MinutesText(r kit.Request, p domain.Picture, id domain.MeetingID, edition int) ([]byte, error) {
	return minutes.MinutesText(s.Site, r, p, id, edition)
}

// Municipality is [overview.Municipality].
func (s *Site) Municipality(r kit.Request, p domain.Picture, now *domain.Picture, id domain.MunicipalityID, at time.Time) ([]byte, error) {
	return overview.Municipality(s.Site, r, p, now, id, at)
}

// Overview is [overview.Overview].
func (s *Site) Overview(r kit.Request, p domain.Picture, f kit.Filter) ([]byte, error) {
	return overview.Overview(s.Site, r, p, f)
}

// Panel is [overview.Panel].
func (s *Site) Panel(r kit.Request, p domain.Picture, m domain.MunicipalityID, c domain.ColumnID, f kit.Filter) ([]byte, error) {
	return overview.Panel(s.Site, r, p, m, c, f)
}

// Playback is [playback.Playback].
func (s *Site) Playback(r kit.Request, p domain.Picture, o playback.Played) ([]byte, error) {
	return playback.Playback(s.Site, r, p, o)
}

// Rules is [access.Rules].
func (s *Site) Rules(r kit.Request) ([]byte, error) {
	return access.Rules(s.Site, r)
}

// Pairing is [screens.Pairing].
func (s *Site) Pairing(r kit.Request, code string) ([]byte, error) {
	return screens.Pairing(s.Site, r, code)
}

// Screens is [screens.Screens].
func (s *Site) Screens(r kit.Request, list []screens.Screen, now *domain.Picture) ([]byte, error) {
	return screens.Screens(s.Site, r, list, now)
}

// Step is [accountpages.Step].
func (s *Site) Step(r kit.Request, f accountpages.StepForm) ([]byte, error) {
	return accountpages.Step(s.Site, r, f)
}

// Confirm is [accountpages.Confirm].
func (s *Site) Confirm(r kit.Request, own accountpages.Steps, f accountpages.StepForm) ([]byte, error) {
	return accountpages.Confirm(s.Site, r, own, f)
}

// TOTP is [accountpages.TOTP].
func (s *Site) TOTP(r kit.Request, secret string, uri string, wrong error) ([]byte, error) {
	return accountpages.TOTP(s.Site, r, secret, uri, wrong)
}

// Codes is [accountpages.Codes].
func (s *Site) Codes(r kit.Request, codes []string) ([]byte, error) {
	return accountpages.Codes(s.Site, r, codes)
}

// Invite is [accountpages.Invite].
func (s *Site) Invite(r kit.Request, err error) ([]byte, error) {
	return accountpages.Invite(s.Site, r, err)
}

// Series is [meetings.Series].
func (s *Site) Series(r kit.Request, p domain.Picture, id domain.MeetingID) ([]byte, error) {
	return meetings.Series(s.Site, r, p, id)
}

// Situations is [situations.Situations].
func (s *Site) Situations(r kit.Request, boards []domain.Board, now *domain.Picture) ([]byte, error) {
	return situations.Situations(s.Site, r, boards, now)
}

// Snapshot is [overview.Snapshot].
func (s *Site) Snapshot(r kit.Request, p domain.Picture) ([]byte, error) {
	return overview.Snapshot(s.Site, r, p)
}

// Wall is [wall.Wall].
func (s *Site) Wall(r kit.Request, p domain.Picture, o wall.Options) ([]byte, error) {
	return wall.Wall(s.Site, r, p, o)
}
