package kit

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"
)

// Asset is a bundled file under a name that changes with its content: it may
// be kept for ever.
type Asset struct {
	Body, Brotli, Gzip []byte // Brotli nil where the build made none
	Type, ETag         string
}

// assets is the fixed table of bundled files: no path from a request ever
// reaches a file system.
type assets struct {
	byName map[string]Asset
	hashed map[string]string // "app.css" → "app.x7Jk….css"
}

func loadAssets(fsys fs.FS) (*assets, error) {
	a := &assets{byName: map[string]Asset{}, hashed: map[string]string{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		ext := path.Ext(name)
		if err != nil || d.IsDir() || ext == ".md" || ext == ".br" || ext == ".gz" {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		brotli, err := fs.ReadFile(fsys, name+".br")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		sum := sha256.Sum256(body)
		hash := shortHash(sum[:])
		base := strings.TrimSuffix(path.Base(name), ext)
		if ext == fontExt { // it is packed, and a style has named it: the build gave it its hash
			plain, _, _ := strings.Cut(base, "-")
			a.byName[base+ext] = Asset{Body: body, Type: "font/woff2", ETag: `"` + hash + `"`}
			a.hashed[plain+ext] = base + ext
			return nil
		}
		packed, err := gzipped(body)
		if err != nil {
			return err
		}
		public := base + "." + hash + ext
		a.byName[public] = Asset{Body: body, Brotli: brotli, Gzip: packed, Type: mediaType(ext), ETag: `"` + hash + `"`}
		a.hashed[path.Base(name)] = public
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read assets: %w", err)
	}
	return a, nil
}

const fontExt = ".woff2"

// Inline returns a bundled stylesheet for a file that stands alone: the typeface is in
// it.
func (s *Site) Inline(name string) []byte {
	css := s.Body(name)
	for plain, public := range s.assets.hashed {
		if path.Ext(plain) == fontExt {
			font := "data:font/woff2;base64," + base64.StdEncoding.EncodeToString(s.Body(plain))
			css = bytes.ReplaceAll(css, []byte("./"+public), []byte(font))
		}
	}
	return css
}

func gzipped(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// mediaType does not ask the machine's own tables: they differ.
func mediaType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}
