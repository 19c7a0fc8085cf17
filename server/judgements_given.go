package server

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	assessmentpages "kommunebilde/dashboard/assessment"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/batch"
	"kommunebilde/server/edge"
	"kommunebilde/storage/sheet"
)

const (
	sheetLimit  = 300 << 10 // a file of sources, and what it records
	editionFile = 3 << 20   // a whole edition as a table; a county's is some 1.3 MB
	editionForm = 3 << 20   // what it changes, packed: all that one command may say
	mostSaid    = 8 << 20   // and unpacked
	sheetExtra  = 16 << 10  // what a form has beside it
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
	if given.Save, err = pack(given.Plan.Save(k.Board)); err != nil {
		return err
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
	save, err := unpack(f.Get("save"))
	if err != nil || save.Board != k.Board {
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

// pack is a command as a form carries it: its texts are a third of their size then.
func pack(save assessment.Save) (string, error) {
	var out bytes.Buffer
	to := base64.NewEncoder(base64.RawURLEncoding, &out)
	packed := gzip.NewWriter(to)
	err := errors.Join(json.NewEncoder(packed).Encode(save), packed.Close(), to.Close())
	return out.String(), err
}

// unpack reads it again. What would be more than a command can say is not read.
func unpack(from string) (save assessment.Save, err error) {
	packed, err := gzip.NewReader(base64.NewDecoder(base64.RawURLEncoding, strings.NewReader(from)))
	if err != nil {
		return save, err
	}
	read := json.NewDecoder(io.LimitReader(packed, mostSaid))
	read.DisallowUnknownFields()
	err = read.Decode(&save)
	return save, err
}
