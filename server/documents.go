package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"kommunebilde/dashboard/document"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// Why there is no PDF of a document.
var (
	ErrNoPrinter     = errors.New("nothing here makes PDFs")
	ErrTooLargeToPDF = errors.New("the document is too large to be made a PDF")
)

// printTime is how long a PDF may take, with those before it.
const printTime = 60 * time.Second

// municipalityPDF is what an edition says of a municipality, as a file for paper.
func (s *Server) municipalityPDF(k *edge.Call) error {
	f, err := filter(k)
	if err != nil {
		return err
	}
	if k.Shown, err = k.At(k.Shown, f.At); err != nil {
		return err
	}
	id := domain.MunicipalityID(k.Param("id"))
	if k.Shown.Row(id) < 0 || k.Shown.Board().Kind != domain.KindEdition {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	k.Trace.Municipality, k.Trace.Detail = id, "pdf"
	html, err := document.Municipality(s.cfg.Site, s.pages.Request(k), k.Shown, id)
	if err != nil {
		return err
	}
	return s.givePDF(k, html, string(id))
}

// givePDF answers with the PDF of a document. A few wait at once; the rest are told to
// come again.
func (s *Server) givePDF(k *edge.Call, html []byte, of string) error {
	if s.cfg.Print == nil {
		return edge.Error(http.StatusServiceUnavailable, "http.no_pdf", ErrNoPrinter)
	}
	select {
	case s.prints <- struct{}{}:
		defer func() { <-s.prints }()
	case <-k.Context().Done():
		return edge.Error(http.StatusServiceUnavailable, "http.busy", k.Context().Err())
	}
	file, err := s.cfg.Print(k.Context(), html)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return edge.Error(http.StatusServiceUnavailable, "http.busy", err)
	case errors.Is(err, ErrTooLargeToPDF):
		return edge.Error(http.StatusRequestEntityTooLarge, "http.pdf_large", err)
	case err != nil:
		return edge.Error(http.StatusServiceUnavailable, "http.no_pdf", err)
	}
	s.cfg.Log.Info("export", "board", string(k.Board), "format", "pdf", "request_id", k.ID)
	k.Attach(exportName(k, of)+".pdf", "application/pdf")
	return k.Give(file)
}
