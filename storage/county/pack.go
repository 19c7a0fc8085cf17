package county

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"kommunebilde/domain"
)

//go:embed innlandet/*.json innlandet/*.csv
var innlandet embed.FS

// Pack is a county as the next board opens with it.
type Pack struct {
	Catalogue domain.Catalogue
	Map       domain.Map
}

// Embedded returns the folder of Innlandet's pack.
func Embedded() fs.FS {
	sub, err := fs.Sub(innlandet, "innlandet")
	if err != nil {
		panic(err) // the name is fixed above
	}
	return sub
}

// Load reads a pack and checks all of it. The error is a Faults: everything
// that is wrong, in the order of files and lines.
func Load(fsys fs.FS) (Pack, error) {
	l := loader{fsys: fsys}
	about := l.about()
	cat := domain.Catalogue{County: about.County, Office: about.Office.words()}
	cat.Regions = l.regions(&cat)
	cat.Municipalities = l.municipalities(&cat)
	cat.Columns = l.columns(&cat, about.means())
	l.tiles(&cat)
	m := l.geography(&cat)
	m.Attribution, m.AttributionURL = about.Map.Attribution, about.Map.URL
	if len(l.faults) == 0 {
		// What Check finds, the rules above should have found, with its place.
		if err := cat.Check(); err != nil {
			l.fault(aboutFile, 1, "", "", "%v", err)
		}
	}
	if len(l.faults) > 0 {
		return Pack{}, l.faults.sorted()
	}
	cat.Map = m.Hash()
	return Pack{Catalogue: cat, Map: m}, nil
}

// maxFile is how large one file of a pack may be: a hundred times Innlandet's.
const maxFile = 4 << 20

// loader gathers faults while the files are read.
type loader struct {
	fsys    fs.FS
	faults  Faults
	regionN map[string]domain.RegionID // id or name
	numbers map[string]string          // where each id of a kind is used
	gone    map[string]bool            // those of them that are no more
	after   []succession
}

func (l *loader) fault(file string, line int, field, value, format string, args ...any) {
	l.faults = append(l.faults, Fault{File: file, Line: line, Field: field, Value: shorten(value), Reason: fmt.Sprintf(format, args...)})
}

// read returns a file's bytes without a byte order mark, nil after a fault.
func (l *loader) read(file string) []byte {
	f, err := l.fsys.Open(file)
	if err != nil {
		reason := "cannot be read"
		if errors.Is(err, fs.ErrNotExist) {
			reason = "file is missing"
		}
		l.fault(file, 0, "", "", "%s", reason)
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		l.fault(file, 0, "", "", "cannot be read")
		return nil
	case len(data) > maxFile:
		l.fault(file, 0, "", "", "file is over %d bytes", maxFile)
		return nil
	}
	data = trimBOM(data)
	if len(trimSpace(data)) == 0 {
		l.fault(file, 0, "", "", "file is empty")
		return nil
	}
	if at := invalidUTF8(data); at >= 0 {
		l.fault(file, lineAt(data, at), "", "", "is not UTF-8")
		return nil
	}
	return data
}

// once remembers an id of a kind and reports one that was there before.
func (l *loader) once(r row, field, kind, id string) bool {
	if id == "" {
		return false
	}
	if l.numbers == nil {
		l.numbers = map[string]string{}
	}
	key := kind + "\x00" + id
	here := fmt.Sprintf("%s line %d", r.file, r.line)
	if before, ok := l.numbers[key]; ok {
		l.fault(r.file, r.line, field, id, "used before, in %s", before)
		return false
	}
	l.numbers[key] = here
	return true
}
