package accounts

import (
	"log/slog"
	"net/http"
	"slices"
	"time"

	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
	"kommunebilde/server/page"
)

// Config is what a Service needs.
type Config struct {
	Pages page.Pages // with the accounts, and the providers where people sign in as well
	Log   *slog.Logger
	Pack  func() (domain.Catalogue, *domain.Map) // nil: municipalities have no names here
}

// Service answers at the addresses of accounts.
type Service struct {
	pages     page.Pages
	site      *kit.Site
	auth      *auth.Auth
	providers *auth.Providers // nil: people sign in with local accounts only
	log       *slog.Logger
	pack      func() (domain.Catalogue, *domain.Map)
}

// New makes a Service.
func New(cfg Config) *Service {
	return &Service{pages: cfg.Pages, site: cfg.Pages.Site, auth: cfg.Pages.Auth, providers: cfg.Pages.Providers, log: cfg.Log, pack: cfg.Pack}
}

// Sizes of what may be sent.
const (
	loginLimit    = 4 << 10
	tokenLimit    = 16 << 10  // a provider's word that somebody has left
	passkeyLimit  = 16 << 10  // the longest answer of a device
	contactsLimit = 200 << 10 // the longest list of contacts that is read
)

// passwordTime is how long somebody waits for a password to be tried: hundreds
// who sign in at the same moment are hashed two at a time, and none of them is to
// be sent away. It is less than what proxies wait.
const passwordTime = 50 * time.Second

// Routes are the addresses of accounts.
func (s *Service) Routes() []edge.Route { return slices.Concat(s.own(), s.everybodys()) }

// own are the addresses of signing in, and of one's own account.
func (s *Service) own() []edge.Route {
	get, post, open, signedIn, browserOnly := edge.Get, edge.Post, edge.Open(), edge.SignedIn(), edge.BrowserOnly
	const nothing = edge.Nothing
	device := func(path string, a edge.Access, h func(*edge.Call) error) edge.Route {
		return edge.Route{Method: http.MethodPost, Path: path, Access: a, Body: passkeyLimit, Handle: browserOnly(h)}
	}
	return []edge.Route{
		get("/login", open, s.loginPage).Leaves(nothing).Early(),
		{Method: http.MethodPost, Path: "/login", Access: open, Body: loginLimit, Time: passwordTime, Handle: s.login, Trace: audit.Login, Enrols: true},
		get("/login/steg", open, s.stepPage).Leaves(nothing).Early(),
		{Method: http.MethodPost, Path: "/login/steg", Access: open, Body: loginLimit, Handle: s.step, Trace: audit.Login, Enrols: true},
		get(accountpages.InvitePath, open, s.invitePage).Leaves(nothing).Early(),
		{Method: http.MethodPost, Path: accountpages.InvitePath, Access: open, Body: loginLimit, Time: passwordTime, Handle: s.takeInvite, Trace: audit.Login, Enrols: true},
		get("/login/:provider", open, s.providerStart).Leaves(nothing),
		{Method: http.MethodGet, Path: "/login/:provider/svar", Access: open, Time: 25 * time.Second, Handle: s.providerAnswer, Trace: audit.Login},
		get("/login/:provider/velg", open, s.providerChoices).Leaves(nothing),
		{Method: http.MethodPost, Path: "/login/:provider/velg", Access: open, Body: loginLimit, Handle: s.providerChoose, Trace: audit.Login},
		get("/login/:provider/ut", open, s.providerLeave).Leaves(nothing),
		{Method: http.MethodPost, Path: "/login/:provider/utlogging", Access: open, Body: tokenLimit, Time: 25 * time.Second, Signed: true, Handle: s.providerEnded, Trace: audit.Logout},
		post("/logout", signedIn, s.logout).Leaves(audit.Logout).Early().Always(),
		get("/konto", signedIn, s.account).Leaves(nothing).Early(),
		post("/konto/avslutt", signedIn, browserOnly(s.endSession)).Leaves(audit.SessionEnded).Early(),
		post("/konto/avslutt-andre", signedIn, browserOnly(s.endOthers)).Leaves(audit.SessionEnded).Early(),
		get("/konto/bekreft", signedIn, s.confirmPage).Leaves(nothing).Early(),
		{Method: http.MethodPost, Path: "/konto/bekreft", Access: signedIn, Body: loginLimit, Time: passwordTime, Handle: edge.InOurForm(s.confirm), Trace: audit.Login, Enrols: true},
		get("/konto/app", signedIn, s.totpPage).Leaves(nothing).Early(),
		post("/konto/app", signedIn, s.setTOTP).Leaves(audit.SecondStepChanged).Early(),
		post("/konto/app/fjern", signedIn, s.dropTOTP).Leaves(audit.SecondStepChanged).Early(),
		post("/konto/koder", signedIn, s.newCodes).Leaves(audit.SecondStepChanged).Early(),
		post("/konto/passnokkel/navn", signedIn, s.renamePasskey).Leaves(audit.SecondStepChanged).Early(),
		post("/konto/passnokkel/fjern", signedIn, s.dropPasskey).Leaves(audit.SecondStepChanged).Early(),
		device("/passnokkel/inn/start", open, s.startPasskeyLogin).Leaves(nothing).Early(),
		device("/passnokkel/inn", open, s.passkeyLogin).Leaves(audit.Login).Early(),
		device("/passnokkel/bekreft/start", signedIn, s.startConfirm).Leaves(nothing).Early(),
		device("/passnokkel/bekreft", signedIn, s.passkeyConfirm).Leaves(audit.Login).Early(),
		device("/passnokkel/ny/start", signedIn, s.startPasskey).Leaves(nothing).Early(),
		device("/passnokkel/ny", signedIn, s.addPasskey).Leaves(audit.SecondStepChanged).Early(),
		{Method: http.MethodPost, Path: "/konto/passord", Access: signedIn, Body: loginLimit, Time: passwordTime, Handle: edge.InOurForm(s.changePassword), Trace: audit.PasswordChanged, Enrols: true},
	}
}

// everybodys are the addresses of those who manage accounts.
func (s *Service) everybodys() []edge.Route {
	get, post, manages, browserOnly := edge.Get, edge.Post, edge.Accounts(), edge.BrowserOnly
	return []edge.Route{
		get("/kontoer", manages, s.accounts).Leaves(audit.AccountsRead),
		post("/kontoer", manages, fresh("/kontoer", s.addAccount)).Leaves(audit.AccountAdded),
		post("/kontoer/sperr", manages, browserOnly(s.disable)).Leaves(audit.AccountDisabled),
		{Method: http.MethodPost, Path: "/kontoer/kontakter", Access: edge.Both(edge.SignedIn(), manages), Body: contactsLimit, Handle: s.readContacts, Trace: edge.Nothing},
		post("/kontoer/kontakter/opprett", manages, fresh("/kontoer", s.makeContacts)).Leaves(audit.AccountAdded),
		get("/kontoer/:id", manages, s.personPage).Leaves(audit.AccountsRead),
		post("/kontoer/:id/navn", manages, browserOnly(s.onPerson("konto-navn", s.renamePerson))).Leaves(audit.AccountRenamed),
		post("/kontoer/:id/roller", manages, s.freshOnPerson(s.onPerson("konto-rolle", s.addGrant))).Leaves(audit.GrantsChanged),
		post("/kontoer/:id/roller/fjern", manages, browserOnly(s.onPerson("konto-rolle", s.removeGrant))).Leaves(audit.GrantsChanged),
		post("/kontoer/:id/avslutt", manages, browserOnly(s.onPerson("konto-avsluttet", s.endSessions))).Leaves(audit.SessionEnded),
		post("/kontoer/:id/inviter", manages, s.freshOnPerson(s.inviteAgain)).Leaves(audit.Invited),
		post("/kontoer/:id/nullstill", manages, s.freshOnPerson(s.onPerson("konto", s.resetSecond))).Leaves(audit.SecondStepChanged),
		post("/kontoer/:id/token", manages, s.freshOnPerson(s.addToken)).Leaves(audit.TokenAdded),
	}
}
