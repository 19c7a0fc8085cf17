package dashboard

import "kommunebilde"

// Site makes the pages.
type Site struct{ o Options }

// New parses templates and words.
func New(o Options) (*Site, error) { return &Site{o}, nil }

// Asset is a bundled file.
type Asset struct {
	Body, Brotli, Gzip []byte // Brotli nil where the build made none
	Type, ETag         string
}

// Asset returns a bundled file by its hashed name ("app.1a2b3c4d.css").
func (s *Site) Asset(name string) (Asset, bool) { return Asset{}, false }

// Overview is map and grid of a board. p is the working copy, a version of an
// edition or the live picture; f.At is applied here.
func (s *Site) Overview(r Request, p kommunebilde.Picture, f Filter) ([]byte, error) { return nil, nil }

// Panel is the side panel of one cell, an HTML document with #panel.
func (s *Site) Panel(r Request, p kommunebilde.Picture, m kommunebilde.MunicipalityID, c kommunebilde.ColumnID, f Filter) ([]byte, error) {
	return nil, nil
}

// Municipality is one municipality's areas; live is the live picture where the
// reader may see it, else nil.
func (s *Site) Municipality(r Request, p kommunebilde.Picture, live *kommunebilde.Picture, id kommunebilde.MunicipalityID) ([]byte, error) {
	return nil, nil
}

// Area is one area: map and its indicators.
func (s *Site) Area(r Request, p kommunebilde.Picture, id kommunebilde.ColumnID, f Filter) ([]byte, error) {
	return nil, nil
}

// Region is one region.
func (s *Site) Region(r Request, p kommunebilde.Picture, id kommunebilde.RegionID, f Filter) ([]byte, error) {
	return nil, nil
}

// Wall is layout A for a big screen.
func (s *Site) Wall(r Request, p kommunebilde.Picture, o WallOptions) ([]byte, error) { return nil, nil }

// Meetings lists a board's meetings.
func (s *Site) Meetings(r Request, p kommunebilde.Picture) ([]byte, error) { return nil, nil }

// Meeting is one meeting and its changes.
func (s *Site) Meeting(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID) ([]byte, error) {
	return nil, nil
}

// Editions lists the editions among r.Boards.
func (s *Site) Editions(r Request) ([]byte, error) { return nil, nil }

// Login is the login page.
func (s *Site) Login(r Request, f LoginForm) ([]byte, error) { return nil, nil }

// Account is the user's own sessions.
func (s *Site) Account(r Request, sessions []kommunebilde.Session) ([]byte, error) { return nil, nil }

// Accounts lists all accounts, for an admin.
func (s *Site) Accounts(r Request, accounts []kommunebilde.Account) ([]byte, error) { return nil, nil }

// About is /om.
func (s *Site) About(r Request) ([]byte, error) { return nil, nil }

// Error is the page of an error: what happened, what to do, the request id.
func (s *Site) Error(r Request, status int, err error) ([]byte, error) { return nil, nil }

// Say returns what a user is told of an error, in a language.
func (s *Site) Say(lang string, err error) string { return "" }

// Word returns a word of the product, the key itself if there is none.
func (s *Site) Word(lang, key string, args ...string) string { return key }
