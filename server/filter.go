package server

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// pageNames are what the address of a page has beside its filter: its board and
// version, how it is read, what was just done, and how a wall is drawn.
var pageNames = []string{"board", "v", "lang", "theme", "gjort", "oppsett", "tommer", "meter", "roter", "fest", "apent", "tavle", "egen"}

// filter reads the query of a page.
func filter(k *edge.Call, more ...string) (kit.Filter, error) {
	q, err := k.QueryValues()
	if err != nil {
		return kit.Filter{}, err
	}
	return filterOf(k, kit.WithoutForeign(q), append(more, pageNames...))
}

// filterOf reads a query that may have these names beside its filter's.
func filterOf(k *edge.Call, q url.Values, more []string) (kit.Filter, error) {
	if err := kit.CheckNames(q, more...); err != nil {
		return kit.Filter{}, err
	}
	if at := q.Get("at"); at != "" && k.Shown.Board().Kind != domain.KindEdition {
		past, err := kit.ParseFilter(url.Values{"at": {at}}, k.Shown.Catalogue())
		if err != nil {
			return past, err
		}
		if k.Shown, err = k.At(k.Shown, past.At); err != nil { // the rows and columns of then
			return past, err
		}
	}
	f, err := kit.ParseFilter(q, k.Shown.Catalogue())
	if err != nil {
		return f, err
	}
	if err := f.Check(k.Shown); err != nil {
		return f, err
	}
	return f, pin(k, &f)
}

// pin settles a time in the address for those who may not go by time: they see the
// version that was out then, whole.
func pin(k *edge.Call, f *kit.Filter) error {
	if f.At.IsZero() {
		return nil
	}
	p, err := k.At(k.Shown, f.At)
	if err != nil {
		return err
	}
	if p.ShownVersion() > 0 {
		k.Shown, f.At = p, time.Time{}
	}
	return nil
}

// asked applies ?at= and ?version= to the board.
func atTime(k *edge.Call) error {
	if v := k.Query("version"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			return &domain.Error{Code: domain.Invalid, Field: "version", Msg: "version.wrong"}
		}
		p, ok := k.Shown.Version(n)
		if !ok || k.Shown.Board().Kind != domain.KindEdition {
			return &domain.Error{Code: domain.NotFound, Field: "version", Msg: "version.unknown"}
		}
		k.Shown = p
	}
	if v := k.Query("at"); v != "" {
		t, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return &domain.Error{Code: domain.Invalid, Field: "at", Msg: "time.wrong"}
		}
		p, err := k.At(k.Shown, t)
		if err != nil {
			return err
		}
		k.Shown = p
	}
	return nil
}

// versioned applies ?v=, or the version that the page behind shows: a panel
// must not show another version than the page it opens in.
func versioned(k *edge.Call) error { return versionOf(k, k.Query("v")) }

func versionOf(k *edge.Call, v string) error {
	if v == "" {
		path, _, _ := strings.Cut(pageBehind(k), "?")
		rest, ok := strings.CutPrefix(path, "/utgave/"+string(k.Board))
		if !ok {
			return nil
		}
		if rest == "" {
			k.Shown = k.Shown.Published()
			return nil
		}
		v = strings.TrimPrefix(rest, "/v")
	}
	n, err := strconv.Atoi(v)
	p, ok := k.Shown.Version(n)
	if err != nil || !ok || k.Shown.Board().Kind != domain.KindEdition {
		return edge.UnknownBoard()
	}
	k.Shown = p
	return nil
}

// pageBehind returns the page of ours that a part of a page was asked for from,
// so that its links and forms lead back there; the board's page if the browser
// does not tell.
func pageBehind(k *edge.Call) string { return k.PageBehind(boardPath(k)) }
