package edge

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"unicode/utf8"
)

// Upload reads a form with one file in it.
func (k *Call) Upload(name string) (url.Values, []byte, error) {
	kind, params, err := mime.ParseMediaType(k.Header("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, nil, Error(http.StatusUnsupportedMediaType, "http.415", err)
	}
	fields := url.Values{}
	var file []byte
	parts := multipart.NewReader(bytes.NewReader(k.Body()), params["boundary"])
	for range 20 {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return fields, file, nil
		}
		if err != nil {
			return nil, nil, BadRequest("form", "http.form", err)
		}
		data, err := io.ReadAll(part) // no longer than the body, which is bounded
		if err != nil {
			return nil, nil, BadRequest("form", "http.form", err)
		}
		switch {
		case part.FormName() == name:
			file = data
		case !utf8.Valid(data):
			return nil, nil, BadRequest("form", "text.utf8", nil)
		default:
			fields.Add(part.FormName(), string(data))
		}
	}
	return nil, nil, BadRequest("form", "http.form", nil)
}
