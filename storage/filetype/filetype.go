package filetype

import (
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/text/unicode/norm"

	"kommunebilde/domain"
)

// Type is a kind of file that is taken in.
type Type struct {
	Media   string // as it is given to a browser
	ending  string
	others  []string // endings beside ending
	sniffed []string // what mimetype may call it
	packed  packing  // nil: not a zip file
}

const (
	ooxml = "application/vnd.openxmlformats-officedocument."
	odf   = "application/vnd.oasis.opendocument."
	zipt  = "application/zip" // what a document is called whose first parts say little
)

// types are all there are. A text is sniffed as one or as a table, whatever its ending.
var types = []Type{
	{Media: "application/pdf", ending: ".pdf", sniffed: []string{"application/pdf"}},
	{Media: ooxml + "wordprocessingml.document", ending: ".docx", sniffed: []string{ooxml + "wordprocessingml.document", zipt}, packed: officeWith("word/document.xml")},
	{Media: ooxml + "spreadsheetml.sheet", ending: ".xlsx", sniffed: []string{ooxml + "spreadsheetml.sheet", zipt}, packed: officeWith("xl/workbook.xml")},
	{Media: odf + "text", ending: ".odt", sniffed: []string{odf + "text"}, packed: openDocument},
	{Media: odf + "spreadsheet", ending: ".ods", sniffed: []string{odf + "spreadsheet"}, packed: openDocument},
	{Media: "image/png", ending: ".png", sniffed: []string{"image/png"}},
	{Media: "image/jpeg", ending: ".jpg", others: []string{".jpeg"}, sniffed: []string{"image/jpeg"}},
	{Media: "text/plain", ending: ".txt", sniffed: texts},
	{Media: "text/csv", ending: ".csv", sniffed: texts},
}

var texts = []string{"text/plain", "text/csv", "text/tab-separated-values"}

// headSize is how much is sniffed: what mimetype looks at.
const headSize = 3072

// Shown reports whether a browser may be told what a file is, and show it in itself: the
// others are bytes to be kept.
func Shown(media string) bool {
	return media == "application/pdf" || strings.HasPrefix(media, "image/")
}

// Endings are those that are taken in, as a file field wants them.
func Endings() (list []string) {
	for _, t := range types {
		list = append(append(list, t.ending), t.others...)
	}
	return list
}

// Ending is that of a media type, "" where there is none.
func Ending(media string) string {
	for _, t := range types {
		if t.Media == media {
			return t.ending
		}
	}
	return ""
}

// Check refuses a file that is not taken in. name is as [Name] leaves it.
func Check(name string, r io.ReaderAt, size int64) (Type, error) {
	head := make([]byte, min(size, headSize))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return Type{}, err
	}
	ending := strings.ToLower(path.Ext(name))
	if err := refusedAtOnce(head, ending); err != nil {
		return Type{}, err
	}
	i := slices.IndexFunc(types, func(t Type) bool { return t.ending == ending || slices.Contains(t.others, ending) })
	if i < 0 {
		return Type{}, refuse("file.type")
	}
	t := types[i]
	if !t.is(head) {
		return Type{}, refuse("file.ending", ending)
	}
	if t.packed != nil {
		if err := checkPacked(r, size, t); err != nil {
			return Type{}, err
		}
	}
	return t, nil
}

// oleMagic begins a compound file: an old Office format, or a new one with a password.
var oleMagic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

func refusedAtOnce(head []byte, ending string) error {
	switch {
	case len(head) == 0:
		return refuse("file.empty")
	case bytes.HasPrefix(head, oleMagic):
		return refuse("file.ole")
	case slices.Contains([]string{".docm", ".dotm"}, ending):
		return refuse("file.macros", ".docx")
	case slices.Contains([]string{".xlsm", ".xltm", ".xlsb"}, ending):
		return refuse("file.macros", ".xlsx")
	}
	return nil
}

// is reports whether a file begins as one of the type does.
func (t Type) is(head []byte) bool {
	if t.Media == "application/pdf" && !bytes.HasPrefix(head, []byte("%PDF-")) { // it may stand behind anything
		return false
	}
	sniffed, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	return slices.Contains(t.sniffed, sniffed)
}

// MediaOf returns what a file that was taken in is, by its bytes alone.
func MediaOf(r io.ReaderAt, size int64) (string, error) {
	head := make([]byte, min(size, headSize))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	for _, t := range types {
		if t.is(head) && (t.packed == nil || checkPacked(r, size, t) == nil) {
			return t.Media, nil
		}
	}
	return "application/octet-stream", nil
}

const longestName = 200 // bytes

// Name makes a file's name of what a browser sent: without folders, in NFC. One that
// nobody could read, or that shows itself as another, is refused.
func Name(sent string) (string, error) {
	if !utf8.ValidString(sent) {
		return "", refuse("file.name")
	}
	name := sent[strings.LastIndexAny(sent, `/\`)+1:]
	name = strings.TrimSpace(norm.NFC.String(name))
	hidden := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError }
	if name == "" || strings.Trim(name, ".") == "" || len(name) > longestName || strings.ContainsFunc(name, hidden) {
		return "", refuse("file.name")
	}
	return name, nil
}

func refuse(msg string, args ...string) error {
	return &domain.Error{Code: domain.Invalid, Field: "file", Msg: msg, Args: args}
}
