package screens

import (
	"net/url"
	"slices"
	"strings"

	"kommunebilde/dashboard/kit"
	screenpages "kommunebilde/dashboard/screens"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// autoView is set in the view of a screen that follows what goes on: it is sent
// to the board of the newest open meeting of a situation, and back to the live
// picture when there is none. Exercises are left out. The screen still sees only
// the board it is on.
const autoView = "apent"

// viewIn reads what a screen shall show: an own path, or its parts.
func (s *Screens) viewIn(k *edge.Call, f url.Values) (domain.BoardID, string, error) {
	path := f.Get("path")
	if path == "" {
		q := url.Values{"vis": {"skjerm"}}
		for field, name := range map[string]string{"layout": "oppsett", "inches": "tommer", "metres": "meter", "roter": "roter", "region": "region", "area": "area", "fest": "fest"} {
			if v := edge.Trimmed(f, field); v != "" && v != "0" {
				q.Set(name, strings.Replace(v, ",", ".", 1))
			}
		}
		board := domain.BoardID(f.Get("board"))
		if board == screenpages.AutoBoard {
			board = k.Open()
			q.Set(autoView, "1")
		}
		path = "/tavle/" + url.PathEscape(string(board)) + "?" + q.Encode()
	}
	board, q, err := boardOfView(path)
	if err != nil {
		return "", "", err
	}
	p, err := k.Picture(board)
	if err != nil {
		return "", "", err
	}
	if _, err := kit.ParseFilter(q, p.Catalogue()); err != nil {
		return "", "", err
	}
	for name, bounds := range map[string][2]float64{"tommer": {20, 300}, "meter": {0.5, 50}, "roter": {5, 3600}} {
		if v := q.Get(name); v != "" && edge.Within(v, bounds[0], bounds[1]) == 0 {
			return "", "", edge.Wrong(name, "screen.view")
		}
	}
	if layout := q.Get("oppsett"); !slices.Contains([]string{"", "a", "b", "c"}, layout) {
		return "", "", edge.Wrong("layout", "screen.view")
	}
	q.Set("vis", "skjerm")
	return board, "/tavle/" + url.PathEscape(string(board)) + "?" + q.Encode(), nil
}

// boardOfView takes a screen's path apart.
func boardOfView(path string) (domain.BoardID, url.Values, error) {
	u, err := url.Parse(edge.OwnPath(path, "?"))
	if err != nil {
		return "", nil, edge.Wrong("path", "screen.view")
	}
	board, ok := strings.CutPrefix(u.Path, "/tavle/")
	q, err := url.ParseQuery(u.RawQuery)
	if !ok || err != nil || board == "" || strings.Contains(board, "/") || len(path) > 500 {
		return "", nil, edge.Wrong("path", "screen.view")
	}
	return domain.BoardID(board), q, nil
}
