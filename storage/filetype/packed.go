package filetype

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"slices"
	"strings"
)

// What a document that is a zip file may hold. Only its directory is read, and two small
// parts of it; nothing else is unpacked.
const (
	mostParts     = 5_000
	mostDirectory = 1 << 20   // bytes
	mostUnpacked  = 200 << 20 // bytes that its parts say they have together
	mostManifest  = 1 << 20
	mostRatio     = 100 // of a part that says it has more than ratioFrom
	ratioFrom     = 4 << 20
)

// packing judges the parts of a document of one type. Their names are in lower case.
type packing func(z *zip.Reader, names []string, t Type) error

func checkPacked(r io.ReaderAt, size int64, t Type) error {
	if !directoryFits(r, size) {
		return refuse("file.packed")
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return refuse("file.damaged")
	}
	if len(z.File) > mostParts {
		return refuse("file.packed")
	}
	var names []string
	unpacked := uint64(0)
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return refuse("file.password")
		}
		if f.UncompressedSize64 > mostUnpacked || f.UncompressedSize64 > ratioFrom && f.UncompressedSize64 > mostRatio*f.CompressedSize64 {
			return refuse("file.packed")
		}
		if unpacked += f.UncompressedSize64; unpacked > mostUnpacked {
			return refuse("file.packed")
		}
		names = append(names, path.Clean(strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))))
	}
	return t.packed(z, names, t)
}

// directoryFits reports whether the directory of a zip file is one that may be read into
// memory: archive/zip reads as many entries as there are.
func directoryFits(r io.ReaderAt, size int64) bool {
	const endSize = 22
	tail := make([]byte, min(size, endSize+1<<16))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return false
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < endSize {
		return true // no zip file; archive/zip says so
	}
	end := tail[at:]
	if binary.LittleEndian.Uint16(end[10:]) > mostParts {
		return false // also zip64
	}
	return binary.LittleEndian.Uint32(end[12:]) <= mostDirectory
}

// officeWith judges a document of Office by its main part.
func officeWith(main string) packing {
	return func(_ *zip.Reader, names []string, t Type) error {
		has := func(part string) bool {
			return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, part) })
		}
		switch {
		case has("vbaproject") || has("macrosheets/"):
			return refuse("file.macros", t.ending)
		case has("embeddings/") || has("activex/"):
			return refuse("file.embedded")
		case has("externallinks/"):
			return refuse("file.linked")
		case !slices.Contains(names, "[content_types].xml") || !slices.Contains(names, main):
			return refuse("file.ending", t.ending)
		}
		return nil
	}
}

// openDocument judges a document of OpenDocument, which says itself what it is.
func openDocument(z *zip.Reader, names []string, t Type) error {
	within := func(folder string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, folder) })
	}
	if within("basic/") || within("scripts/") {
		return refuse("file.macros", t.ending)
	}
	kind, err := part(z, "mimetype", 200)
	if err != nil || string(kind) != t.Media {
		return refuse("file.ending", t.ending)
	}
	manifest, err := part(z, "META-INF/manifest.xml", mostManifest)
	if err != nil {
		return refuse("file.damaged")
	}
	if bytes.Contains(manifest, []byte("encryption-data")) {
		return refuse("file.password")
	}
	return nil
}

// part unpacks one part, which must be no longer than most.
func part(z *zip.Reader, name string, most int64) ([]byte, error) {
	f, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = zip.ErrFormat
	}
	return b, err
}
