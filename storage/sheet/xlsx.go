package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// workbook is an XLSX file's parts, unpacked and within the limits.
type workbook struct {
	parts   map[string][]byte
	strings []string // shared by all sheets
	date04  bool
	cells   int // read so far, in all sheets
}

// readXLSX reads the visible sheets of an XLSX file, and names the others.
func readXLSX(data []byte) (out []*grid, skipped []string, faults *Faults) {
	parts, faults := unpack(data)
	if faults != nil {
		return nil, nil, faults
	}
	w := &workbook{parts: parts}
	sheets, err := w.sheets()
	if err != nil {
		return nil, nil, damaged("", "", err.Error())
	}
	if len(sheets) > maxSheets {
		return nil, nil, fileFault("", "", "file.sheets", maxSheets)
	}
	if err := w.readStrings(); err != nil {
		return nil, nil, damaged("", "", err.Error())
	}
	for _, s := range sheets {
		if s.hidden {
			skipped = append(skipped, s.name)
			continue // nobody sees what is there, so nobody means it to be read
		}
		part, ok := w.parts[s.part]
		if !ok {
			return nil, nil, damaged(s.name, s.part, "the sheet's part is missing")
		}
		g, faults := w.readSheet(s.name, part)
		if faults != nil {
			return nil, nil, faults
		}
		if g != nil {
			out = append(out, g)
		}
	}
	return out, skipped, nil
}

// unpack checks the directory of the archive, then unpacks its XML parts, each
// to at most what the directory says.
func unpack(data []byte) (map[string][]byte, *Faults) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged("", "", "no archive")
	}
	if len(z.File) > maxParts {
		return nil, fileFault("", "", "file.parts", maxParts)
	}
	var total uint64
	seen := map[string]bool{}
	for _, f := range z.File {
		total += f.UncompressedSize64
		name := strings.ToLower(f.Name)
		switch {
		case total > maxUnpacked || f.UncompressedSize64 > maxUnpacked:
			return nil, fileFault("", f.Name, "file.unpacked", maxUnpacked>>20)
		case f.Flags&1 != 0:
			return nil, fileFault("", f.Name, "file.password")
		case f.Method != zip.Store && f.Method != zip.Deflate:
			return nil, damaged("", f.Name, "packed in an unusual way")
		case seen[name] || strings.Contains(f.Name, `\`) || strings.Contains("/"+f.Name+"/", "/../") || strings.HasPrefix(f.Name, "/"):
			return nil, damaged("", f.Name, "a part's name")
		case name == "mimetype":
			return nil, fileFault("", "", "file.kind")
		}
		seen[name] = true
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		if ext := path.Ext(strings.ToLower(f.Name)); ext != ".xml" && ext != ".rels" {
			continue // pictures, settings of a printer, macros: never looked at
		}
		if f.UncompressedSize64 > maxPart {
			return nil, fileFault("", f.Name, "file.part", maxPart>>20)
		}
		body, err := unpackPart(f)
		if err != nil {
			return nil, damaged("", f.Name, "a part cannot be unpacked")
		}
		if reason := badXML(body); reason != "" {
			return nil, damaged("", f.Name, reason)
		}
		parts[f.Name] = body
	}
	return parts, nil
}

func unpackPart(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	body, err := io.ReadAll(io.LimitReader(r, int64(f.UncompressedSize64)+1))
	if err != nil {
		return nil, err
	}
	if uint64(len(body)) > f.UncompressedSize64 {
		return nil, zip.ErrFormat
	}
	return body, nil
}

// badXML says what a part holds that no spreadsheet writes: another encoding
// than UTF-8, or declarations (DOCTYPE, ENTITY).
func badXML(body []byte) string {
	if bytes.IndexByte(body, 0) >= 0 || notUTF8(body) < len(body) {
		return "not UTF-8"
	}
	for rest := body; ; {
		i := bytes.Index(rest, []byte("<!"))
		if i < 0 {
			return ""
		}
		rest = rest[i+2:]
		if !bytes.HasPrefix(rest, []byte("--")) && !bytes.HasPrefix(rest, []byte("[CDATA[")) {
			return "a DOCTYPE"
		}
	}
}

// sheetPart is a sheet of the workbook and the part that holds it.
type sheetPart struct {
	name, part string
	hidden     bool
}

type relationships struct {
	Relationship []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
		Mode   string `xml:"TargetMode,attr"`
	}
}

func (w *workbook) relations(of string) (relationships, error) {
	var out relationships
	dir, file := path.Split(of)
	body, ok := w.parts[dir+"_rels/"+file+".rels"]
	if !ok {
		return out, fmt.Errorf("%s_rels/%s.rels is missing", dir, file)
	}
	if err := decodeXML(body, &out); err != nil {
		return out, fmt.Errorf("the XML of %s_rels/%s.rels", dir, file)
	}
	return out, nil
}

// target resolves where a relation of a part leads.
func target(of, to string) string {
	if strings.HasPrefix(to, "/") {
		return strings.TrimPrefix(path.Clean(to), "/")
	}
	return path.Join(path.Dir(of), to)
}

// sheets reads the list of sheets, and where shared strings lie.
func (w *workbook) sheets() ([]sheetPart, error) {
	top, err := w.relations("")
	if err != nil {
		return nil, err
	}
	book := ""
	for _, r := range top.Relationship {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			book = target("", r.Target)
		}
	}
	body, ok := w.parts[book]
	if !ok {
		return nil, errors.New("no workbook")
	}
	var list struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := decodeXML(body, &list); err != nil {
		return nil, fmt.Errorf("the XML of %s", book)
	}
	w.date04 = list.Properties.Date1904 == "1" || list.Properties.Date1904 == "true"
	rels, err := w.relations(book)
	if err != nil {
		return nil, err
	}
	parts := map[string]string{}
	for _, r := range rels.Relationship {
		if r.Mode == "External" {
			continue
		}
		switch {
		case strings.HasSuffix(r.Type, "/worksheet"):
			parts[r.ID] = target(book, r.Target)
		case strings.HasSuffix(r.Type, "/sharedStrings"):
			w.parts[stringsPart] = w.parts[target(book, r.Target)]
		}
	}
	var out []sheetPart
	for _, s := range list.Sheets {
		for _, a := range s.Attrs {
			part, ok := parts[a.Value]
			if a.Name.Local == "id" && ok { // others are charts, dialogs and macros
				out = append(out, sheetPart{name: clean(s.Name), part: part, hidden: s.State == "hidden" || s.State == "veryHidden"})
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no sheets")
	}
	return out, nil
}

// stringsPart is the name under which the shared strings are kept; no part of
// a file can have it.
const stringsPart = "\x00strings"

func decodeXML(body []byte, v any) error {
	return xml.NewTokenDecoder(newXML(body)).Decode(v)
}

// xmlReader reads XML that is not nested deeper than spreadsheets do.
type xmlReader struct {
	d     *xml.Decoder
	depth int
}

func newXML(body []byte) *xmlReader {
	return &xmlReader{d: xml.NewDecoder(bytes.NewReader(body))}
}

// Token returns the next token, valid until the one after it is read.
func (r *xmlReader) Token() (xml.Token, error) {
	t, err := r.d.Token()
	switch t.(type) {
	case xml.StartElement:
		if r.depth++; r.depth > maxDepth {
			return nil, fmt.Errorf("nested deeper than %d", maxDepth)
		}
	case xml.EndElement:
		r.depth--
	}
	return t, err
}

// skip reads on to the end of the element that was just begun.
func (r *xmlReader) skip() error {
	for end := r.depth - 1; r.depth > end; {
		if _, err := r.Token(); err != nil {
			return err
		}
	}
	return nil
}

// readStrings reads the strings that all sheets share.
func (w *workbook) readStrings() error {
	body := w.parts[stringsPart]
	if body == nil {
		return nil
	}
	d := newXML(body)
	for {
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return errors.New("the XML of the shared strings")
		}
		if start, ok := t.(xml.StartElement); ok && start.Name.Local == "si" {
			s, err := richText(d)
			if err != nil {
				return errors.New("the XML of the shared strings")
			}
			if len(s) > maxValue {
				return errors.New("a shared string is too long")
			}
			w.strings = append(w.strings, clean(s))
		}
	}
}

// richText reads the text of an element that was just begun, up to its end:
// plain or in runs, without the readings of phonetic script.
func richText(d *xmlReader) (string, error) {
	var b strings.Builder
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "rPh":
				if err := d.skip(); err != nil {
					return "", err
				}
			case "t":
				s, err := charData(d)
				if err != nil {
					return "", err
				}
				b.WriteString(s)
			default:
				depth++
			}
		case xml.EndElement:
			depth--
		}
	}
	return unescape(b.String()), nil
}

// charData reads the text of an element that was just begun, up to its end.
func charData(d *xmlReader) (string, error) {
	var b []byte
	for {
		t, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			b = append(b, t...)
		case xml.StartElement:
			if err := d.skip(); err != nil {
				return "", err
			}
		case xml.EndElement:
			return string(b), nil
		}
	}
}

// unescape turns _x000D_ and its kin into the characters they stand for.
func unescape(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || len(s) < i+7 {
			return b.String() + s
		}
		code, err := strconv.ParseUint(s[i+2:i+6], 16, 16)
		if err != nil || s[i+6] != '_' {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteRune(rune(code))
		s = s[i+7:]
	}
}
