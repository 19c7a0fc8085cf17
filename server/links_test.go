package server

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

var (
	placeLink = regexp.MustCompile(`href="(/(?:kommune/[^/"#]*|(?:omrade|region)/[^"#]*))"`) // what is below a municipality is of no board
	boardOf   = regexp.MustCompile(` data-board="([^"]*)"`)
)

// linksTo returns the places that a page leads to, as addresses, and its board.
func linksTo(page string) (places []string, board string) {
	main, _, _ := strings.Cut(page, "<footer")
	_, main, _ = strings.Cut(main, "</header>") // its switch leads to other boards
	for _, m := range placeLink.FindAllStringSubmatch(main, -1) {
		if link := html.UnescapeString(m[1]); !strings.Contains(link, ".pdf") { // a file leads nowhere
			places = append(places, link)
		}
	}
	if m := boardOf.FindStringSubmatch(page); m != nil {
		board = m[1]
	}
	return places, board
}

// TestLinksStayOnTheirBoard: whoever follows a link to a municipality, an area or a
// region comes to the board the link stands on, also where it does not name it.
func TestLinksStayOnTheirBoard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, account := range []string{"", "leser", "redaktor", "kommune"} {
		for _, path := range []string{
			"/tavle/2022", "/tavle/2023", "/tavle/na", "/utgave/2022?valgt=9901.skole", "/kommune/9901", "/kommune/9901?board=na", "/kommune/9901?board=2023",
			"/omrade/skole", "/omrade/skole?board=na", "/region/nord", "/region/nord?board=2022", "/region/nord?board=2023",
		} {
			page := w.get(account, path)
			if page.status == 404 {
				continue // not for them
			}
			links, board := linksTo(page.body)
			if page.status != 200 || len(links) == 0 || board == "" {
				t.Fatalf("%s, %s: %d, board %q, %d links", account, path, page.status, board, len(links))
			}
			for _, link := range links {
				to := w.get(account, link)
				if _, there := linksTo(to.body); to.status != 200 || there != board {
					t.Errorf("%s, %s of %s leads to %s: %d, of %q", account, path, board, link, to.status, there)
				}
			}
		}
	}
}

// TestPublicLinksMeetTheKeptPages: on the day of publication everybody follows links,
// and is answered with pages that are made once.
func TestPublicLinksMeetTheKeptPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen, next := map[string]bool{}, []string{"/tavle/2022", "/omrade/skole"}
	for len(next) > 0 {
		path := next[0]
		next = next[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		page := w.do("GET", path, "")
		w.idle()
		w.do("GET", path, "")
		n := w.onShelf()
		again := w.do("GET", path, "")
		if page.status != 200 || again.body != page.body || again.header.Get("ETag") == "" || n == 0 || w.onShelf() != n {
			t.Errorf("%s: %d, tag %q, the same: %v, %d on the shelf", path, page.status, again.header.Get("ETag"), again.body == page.body, n)
		}
		links, _ := linksTo(page.body)
		next = append(next, links...)
	}
	if !seen["/kommune/9903"] || !seen["/region/nord"] {
		t.Errorf("only %v were met", seen)
	}
}

// TestAPlaceIsFoundByItsName: without script the form leads to the place, or to those it
// may be; and nobody learns of a board that is not theirs.
func TestAPlaceIsFoundByItsName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		account, query string
		status         int
		says           string // where to, or what the page has
	}{
		{"", "q=aby", 302, "/kommune/9901"},
		{"", "q=ABY&board=2022", 302, "/kommune/9901"},
		{"", "q=nord", 302, "/region/nord"},
		{"leser", "q=aby&board=na", 302, "/kommune/9901?board=na"},
		{"leser", "q=nord", 302, "/region/nord?board=2022"},
		{"", "q=b", 200, `<li data-m="9901"><a href="/kommune/9901">Aby</a>`},
		{"", "", 200, `<li data-region="nord"><a href="/region/nord">`},
		{"", "q=%3Cb%3E", 200, "Ingen kommune eller region heter det."},
		{"", "q=aby&board=na", 404, ""},
		{"", "q=aby&navn=aby", 422, "navn"},
	} {
		res := w.get(c.account, "/finn?"+c.query)
		said := res.body
		if res.status == 302 {
			said = res.header.Get("Location")
		}
		if res.status != c.status || !strings.Contains(said, c.says) || res.status == 302 && said != c.says {
			t.Errorf("%s, %s: %d, %.300s", c.account, c.query, res.status, said)
		}
	}
}
