package start

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/jottings"
)

// jotting is what the reader typed somewhere and has not saved.
type jotting struct {
	ID, Where, Words, When, Stamp, Href string
}

const firstWords = 90 // runes

// jotted returns the reader's jottings on boards that they see, the newest first.
func jotted(pg *kit.Page, boards []domain.Picture, list []jottings.Jotting) (out []jotting) {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b jottings.Jotting) int { return b.At.Compare(a.At) })
	for _, j := range list {
		i := slices.IndexFunc(boards, func(p domain.Picture) bool { return p.Board().ID == j.Board })
		if i < 0 {
			continue
		}
		row, col := boards[i].Row(j.Municipality), boards[i].Col(j.Column)
		if row < 0 || col < 0 {
			continue
		}
		c := boards[i].Catalogue()
		area, _ := c.Columns[col].Name.In(pg.Lang)
		out = append(out, jotting{
			ID: string(j.ID), Where: joined(c.Municipalities[row].Name, area, pg.TitleOf(boards[i].Board())),
			Words: beginning(pg, string(j.Text)), When: shortDay(pg, j.At), Stamp: j.At.Format(time.RFC3339),
			Href: pg.Link(whereJotted(boards[i].Board().Kind, j)),
		})
	}
	return out
}

// whereJotted is the page where a jotting goes on.
func whereJotted(kind domain.BoardKind, j jottings.Jotting) string {
	board, m, c := url.PathEscape(string(j.Board)), string(j.Municipality), string(j.Column)
	if kind == domain.KindEdition {
		return "/utgave/" + board + "/vurdering/" + url.PathEscape(c) + "?m=" + url.QueryEscape(m)
	}
	return "/tavle/" + board + "?valgt=" + url.QueryEscape(m+"."+c)
}

// beginning is the first words of a text, on one line.
func beginning(pg *kit.Page, text string) string {
	words := strings.Join(strings.Fields(text), " ")
	if words == "" {
		return pg.T("start.jotting_empty")
	}
	runes := []rune(words)
	if len(runes) <= firstWords {
		return words
	}
	short := string(runes[:firstWords])
	if end := strings.LastIndex(short, " "); end > firstWords/2 {
		short = short[:end]
	}
	return short + "\u00a0…"
}
