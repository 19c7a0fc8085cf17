package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	assessmentpages "kommunebilde/dashboard/assessment"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/batch"
	"kommunebilde/server/edge"
	"kommunebilde/storage/sheet"
)

const (
	sheetLimit = 300 << 10 // a file, and what it changes: an area's table; more goes in by the command line
	sheetExtra = 16 << 10  // what a form has beside it
)

// readJudgements reads a table that was taken away and edited, and shows what it would
// change. It stores nothing.
func (s *Server) readJudgements(k *edge.Call) error {
	fields, data, err := k.Upload("file")
	if err != nil {
		return err
	}
	if !k.Bearer && !k.Handle.CheckFormToken(fields.Get("token")) {
		return edge.Error(http.StatusForbidden, "http.form_token", nil)
	}
	o, err := s.workOptions(k)
	if err != nil {
		return err
	}
	file, err := sheet.ReadJudgements("", data, o.Picture.Catalogue(), k.Board)
	var faults *sheet.Faults
	if errors.As(err, &faults) {
		given := assessmentpages.File{Count: faults.Count}
		for _, f := range faults.List {
			given.Faults = append(given.Faults, kit.Fault(f))
		}
		k.Status(http.StatusUnprocessableEntity)
		return k.Page(assessmentpages.Given(s.cfg.Site, s.pages.Request(k), o, given))
	}
	if err != nil {
		return err
	}
	given := assessmentpages.File{}
	if given.Plan, err = batch.PlanOf(k.Decision(), k.Board, file.Rows); err != nil {
		return err
	}
	for _, at := range file.Places {
		given.Places = append(given.Places, s.cfg.Site.WordsIn(k.Lang).Place(kit.Fault{Sheet: at.Sheet, Row: at.Row}))
	}
	if len(given.Plan.Refused) > 0 {
		k.Status(http.StatusUnprocessableEntity)
	}
	save, err := json.Marshal(given.Plan.Save(k.Board))
	if err != nil {
		return err
	}
	if given.Save = string(save); len(url.QueryEscape(given.Save)) > sheetLimit {
		given.Save = ""
	}
	return k.Page(assessmentpages.Given(s.cfg.Site, s.pages.Request(k), o, given))
}

// saveJudgements saves what readJudgements showed, in one record: the form carries it, and
// each cell has the revision that was shown.
func (s *Server) saveJudgements(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	save := assessment.Save{}
	read := json.NewDecoder(bytes.NewReader([]byte(f.Get("save"))))
	read.DisallowUnknownFields()
	if err := read.Decode(&save); err != nil || save.Board != k.Board {
		return edge.BadRequest("form", "http.form", err)
	}
	deletes, err := batch.Deletes(k.Decision(), save)
	if err != nil {
		return err
	}
	if told, _ := strconv.Atoi(f.Get("deletes")); told != deletes {
		return domain.Wrong("deletes", "import.deletes", strconv.Itoa(deletes))
	}
	to := "/utgave/" + url.PathEscape(string(k.Board)) + "/vurdering/" + url.PathEscape(k.Param("area"))
	err = s.submit(k, save, to, "lagret")
	if isNothing(err) {
		return k.See(http.StatusSeeOther, edge.WithQuery(to, "gjort", "uendret"))
	}
	return err
}
