package server

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	pages "kommunebilde/dashboard/evidence"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/server/edge"
	"kommunebilde/storage/sheet"
)

const (
	sourcesPath = "/kunnskap/fil"
	sourcesFile = 220 << 10 // a file of evidence: the form carries it back in four thirds of that
)

// sourcesPage is where evidence is given by file.
func (s *Server) sourcesPage(k *edge.Call) error { return s.showSources(k, pages.Given{}) }

func (s *Server) showSources(k *edge.Call, g pages.Given) error {
	return k.Page(pages.Import(s.cfg.Site, s.pages.Request(k), k.Shown, g))
}

// readSources reads a file of evidence, and shows what it would record. It stores nothing.
func (s *Server) readSources(k *edge.Call) error {
	fields, data, err := k.Upload("file")
	if err != nil {
		return err
	}
	if !k.Bearer && !k.Handle.CheckFormToken(fields.Get("token")) {
		return edge.Error(http.StatusForbidden, "http.form_token", nil)
	}
	given := pages.Given{Kind: fields.Get("innhold"), Year: strings.TrimSpace(fields.Get("ar")), Read: true}
	file, err := s.sourcesIn(k, data, given)
	var faults *sheet.Faults
	if given.Whole = errors.As(err, &faults); given.Whole {
		k.Status(http.StatusUnprocessableEntity)
		given.Count, given.Faults = faults.Count, faultsIn(faults)
		return s.showSources(k, given)
	}
	if err != nil {
		return err
	}
	if given.Plan, err = batch.SourcesOf(k.Decision(), file.List); err != nil {
		return err
	}
	given.Count, given.Faults, given.Unread, given.Skipped = file.Refused.Count, faultsIn(&file.Refused), file.Unread, file.Skipped
	given.Places, given.Hidden = s.placesOf(k, file.Places), s.placesOf(k, file.Hidden)
	given.File, given.Sum = base64.RawURLEncoding.EncodeToString(data), sumOf(given.Plan)
	return s.showSources(k, given)
}

// sourcesIn reads a file of the kind that the form says.
func (s *Server) sourcesIn(k *edge.Call, data []byte, given pages.Given) (sheet.Sources, error) {
	catalogue, today := k.Shown.Catalogue(), k.Now.In(s.cfg.Site.Zone).Format(time.DateOnly)
	switch given.Kind {
	case pages.ImportSupervision:
		return sheet.ReadSupervision(data, catalogue, today)
	case pages.ImportSurvey:
		year := 0
		if given.Year != "" {
			var err error
			if year, err = strconv.Atoi(given.Year); err != nil || year < 2002 || year > 2099 {
				return sheet.Sources{}, edge.Wrong("ar", "survey.year")
			}
		}
		return sheet.ReadSurvey(data, catalogue, today, year)
	}
	return sheet.Sources{}, kit.WrongField("innhold")
}

func faultsIn(f *sheet.Faults) (out []kit.Fault) {
	for _, one := range f.List {
		out = append(out, kit.Fault(one))
	}
	return out
}

// placesOf says where rows are.
func (s *Server) placesOf(k *edge.Call, rows []sheet.Row) (out []string) {
	for _, at := range rows {
		out = append(out, s.cfg.Site.WordsIn(k.Lang).Place(kit.Fault{Sheet: at.Sheet, Row: at.Row}))
	}
	return out
}

// saveSources records what readSources showed: the form carries the file, which is read
// again, and the hash of what it would record. Where that is another by now it is looked at
// once more.
func (s *Server) saveSources(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	data, err := base64.RawURLEncoding.DecodeString(f.Get("fil"))
	if err != nil {
		return edge.BadRequest("form", "http.form", err)
	}
	file, err := s.sourcesIn(k, data, pages.Given{Kind: f.Get("innhold"), Year: f.Get("ar")})
	if errors.As(err, new(*sheet.Faults)) {
		return edge.BadRequest("form", "http.form", err) // it was read a moment ago
	}
	if err != nil {
		return err
	}
	plan, err := batch.SourcesOf(k.Decision(), file.List)
	if err != nil {
		return err
	}
	if len(plan.Import().Records) == 0 {
		return k.See(http.StatusSeeOther, edge.WithQuery(sourcesPath, "gjort", "uendret"))
	}
	if f.Get("sum") != sumOf(plan) {
		return domain.Clash("sources.changed")
	}
	if told, _ := strconv.Atoi(f.Get("deletes")); told != plan.Deletes {
		return domain.Wrong("deletes", "import.deletes", strconv.Itoa(plan.Deletes))
	}
	return s.submit(k, plan.Import(), sourcesPath, "kilder")
}

// sumOf is the hash of all that a file would record.
func sumOf(plan batch.Sources) string {
	h := sha256.New()
	_ = json.NewEncoder(h).Encode(plan.Import()) // of texts and days: it cannot fail
	return hex.EncodeToString(h.Sum(nil))
}
