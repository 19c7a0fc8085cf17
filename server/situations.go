package server

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
	"kommunebilde/domain/figures"
	"kommunebilde/server/edge"
)

// situations lists the situations and exercises that the caller sees.
func (s *Server) situations(k *edge.Call) error {
	k.May = k.Rights(domain.Live) // who leads there opens situations
	return k.Page(situations.Situations(s.cfg.Site, s.pages.Request(k), k.Boards(), k.Beside(domain.Live)))
}

// openBoardForm opens a situation, or an exercise on a copy of a board.
func openBoardForm(k *edge.Call, f url.Values) (domain.Command, error) {
	if f.Get("from") != "" {
		return formOf[domain.OpenExercise](k, f)
	}
	return formOf[domain.OpenSituation](k, f)
}

// openBoard opens what the form asks for, and says whether that is an exercise.
func (s *Server) openBoard(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	done := "tavle-apnet"
	if f.Get("from") != "" || f.Get("exercise") != "" {
		done = "ovelse-apnet"
	}
	return s.onForm(done, toMade("/tavle/"), openBoardForm)(k)
}

// figureForm tells one figure. People write 12 000.
func figureForm(k *edge.Call, f url.Values) (domain.Command, error) {
	var cmd figures.Tell
	var figure figures.Edit
	if err := errors.Join(k.Read(f, &cmd), k.Read(f, &figure)); err != nil {
		return nil, err
	}
	value, err := strconv.ParseInt(strings.ReplaceAll(edge.Trimmed(f, "value"), " ", ""), 10, 64)
	if err != nil {
		return nil, edge.Wrong("value", "figure.value")
	}
	figure.Value = value
	cmd.Figures = []figures.Edit{figure}
	return cmd, nil
}
