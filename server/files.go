package server

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
	"kommunebilde/storage/filetype"
)

// Files keeps what people send, each under the SHA-256 of its bytes.
type Files interface {
	// Take takes a file in and keeps it if judge has nothing against it. It is on disk
	// when Take returns.
	Take(r io.Reader, judge func(file io.ReaderAt, size int64) error) (sum domain.Hash, size int64, err error)
	Open(sum domain.Hash) (*os.File, error)
	Renew(sum domain.Hash) error // so that a file that is about to be named stays
	Used() (used, all int64, soon bool)
}

// storedIn tells of a file that is kept how long it is, and by its bytes what. Who asks is
// about to name it.
func storedIn(files Files) func(domain.Hash) (size int64, kind string, ok bool) {
	return func(sum domain.Hash) (int64, string, bool) {
		if err := files.Renew(sum); err != nil {
			return 0, "", false
		}
		file, err := files.Open(sum)
		if err != nil {
			return 0, "", false
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return 0, "", false
		}
		kind, err := filetype.MediaOf(file, info.Size())
		return info.Size(), kind, err == nil
	}
}

// What one form may bring.
const (
	fileFormExtra = 1 << 20 // beside the longest file
	filesAtOnce   = 10
	fileFieldMost = 4 << 10 // of a field that is no file
)

// sentFile is a file that was taken in, as whoever sent it is told.
type sentFile struct {
	Sum  domain.Hash `json:"sum"`
	Size int64       `json:"size"`
	Type string      `json:"type"`
	Name string      `json:"name"`

	Unchecked bool `json:"unchecked,omitempty"` // nobody could look for viruses in it now
}

// takeFiles takes files in as they come. They belong to nothing yet: a command names them
// by their sums. The form's token must come before the first of them.
func (s *Server) takeFiles(k *edge.Call) error {
	fields := url.Values{}
	var files []sentFile
	err := k.ReadParts(func(p edge.Part) error {
		if p.File == "" {
			return readField(fields, p)
		}
		if !k.Bearer && !k.Handle.CheckFormToken(fields.Get("token")) {
			return edge.Error(http.StatusForbidden, "http.form_token", nil)
		}
		if len(files) == filesAtOnce {
			return domain.Wrong("file", "file.many", "10")
		}
		one, err := s.takeFile(p)
		files = append(files, one)
		return err
	})
	if err == nil && len(files) == 0 {
		err = domain.Wrong("file", "file.none")
	}
	if err != nil {
		return err
	}
	used, all, soon := s.cfg.Files.Used()
	if soon {
		s.cfg.Log.Warn("the room for files comes to its end", "used", used, "of", all)
	}
	if k.WantsJSON() {
		b, err := json.Marshal(map[string]any{"files": files})
		if err != nil {
			return err
		}
		return k.Send(edge.JSON, b)
	}
	to := k.BackIn(fields, "/start")
	for _, one := range files {
		to = edge.WithMore(to, "fil", one.Sum.String())
	}
	return k.See(http.StatusSeeOther, to)
}

func readField(fields url.Values, p edge.Part) error {
	value, err := io.ReadAll(io.LimitReader(p, fileFieldMost+1))
	if err == nil && len(value) > fileFieldMost {
		err = edge.BadRequest("form", "http.form", nil)
	}
	fields.Add(p.Name, string(value))
	return err
}

func (s *Server) takeFile(p edge.Part) (sentFile, error) {
	name, err := filetype.Name(p.File)
	if err != nil {
		return sentFile{}, err
	}
	out := sentFile{Name: name}
	out.Sum, out.Size, err = s.cfg.Files.Take(p, func(file io.ReaderAt, size int64) error {
		kind, err := filetype.Check(name, file, size)
		if err != nil || s.cfg.Scan == nil {
			out.Type = kind.Media
			return err
		}
		checked, err := s.cfg.Scan(io.NewSectionReader(file, 0, size))
		out.Type, out.Unchecked = kind.Media, !checked
		return err
	})
	return out, err
}

// giveFile answers with a file, to be kept and not shown: the name in the address is one
// that we made, the type is what the bytes say, and nothing in it may run.
func (s *Server) giveFile(k *edge.Call) error {
	var sum domain.Hash
	if err := sum.UnmarshalText([]byte(k.Param("id"))); err != nil {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	name, err := url.PathUnescape(k.Param("name"))
	if err == nil {
		name, err = filetype.Name(name)
	}
	if err != nil {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	file, err := s.cfg.Files.Open(sum)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close()
		return err
	}
	media, err := filetype.MediaOf(file, info.Size())
	if err != nil {
		_ = file.Close()
		return err
	}
	if !filetype.Shown(media) {
		media = "application/octet-stream"
	}
	k.SetHeader("Content-Type", media)
	k.SetHeader("Content-Disposition", attachment(name))
	k.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
	return k.GiveFile(file, info.Size())
}

// attachment has a name in two forms: in ASCII for those who know no other, and whole.
func attachment(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_. ", r) {
			return r
		}
		return '_'
	}, name)
	whole := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	if ascii == name {
		return whole
	}
	return `attachment; filename="` + ascii + `"` + strings.TrimPrefix(whole, "attachment")
}
