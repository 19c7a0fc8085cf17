package printer

import "errors"

// Why there is no PDF.
var (
	ErrNoBrowser = errors.New("nothing here makes PDFs")
	ErrTooLarge  = errors.New("the document is too large to be made a PDF")
	errCrashed   = errors.New("the browser ended while it printed")
)
