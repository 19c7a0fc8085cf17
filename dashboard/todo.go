package dashboard

import "kommunebilde"

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

// LoginForm is what the login page says.
type LoginForm struct {
	User string
	Next string
	Err  error
}

// WallOptions says what a wall screen shows and how big it is.
type WallOptions struct {
	Area   kommunebilde.ColumnID
	Inches float64
	Metres float64
	Filter Filter
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
