package filetype

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kommunebilde/domain"
)

// packedOf makes a zip file of names and contents, in order.
func packedOf(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i], Method: map[bool]uint16{true: zip.Store, false: zip.Deflate}[parts[i] == "mimetype"]})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func docx(t testing.TB, more ...string) []byte {
	return packedOf(t, append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml", "<w:document/>"}, more...)...)
}

func xlsx(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	f := excelize.NewFile()
	defer f.Close()
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func odt(t testing.TB, more ...string) []byte {
	return packedOf(t, append([]string{"mimetype", odf + "text", "content.xml", "<office/>", "META-INF/manifest.xml", "<manifest/>"}, more...)...)
}

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"

func TestWhatIsTakenIn(t *testing.T) {
	for name, content := range map[string][]byte{
		"a.pdf": []byte("%PDF-1.7\n1 0 obj"), "a.docx": docx(t), "a.XLSX": xlsx(t), "a.odt": odt(t),
		"a.ods": packedOf(t, "mimetype", odf+"spreadsheet", "META-INF/manifest.xml", "<m/>"),
		"a.png": []byte(png), "a.jpg": []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), "a.jpeg": []byte("\xff\xd8\xff\xe0\x00\x10JFIF"),
		"Årsmelding.txt": []byte("Planen er fra 2019."), "a.csv": []byte("kommune;tall\nLom;3\n"), "komma.csv": []byte("a,b\n1,2\n3,4\n"),
		"win.csv": []byte("kommune;tall\nV\xe5ler;3\n"), "utf16.txt": []byte("\xff\xfeP\x00l\x00a\x00n\x00"),
		"a.en.to.pdf": []byte("%PDF-1.4"),
	} {
		media, err := Check(name, bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := MediaOf(bytes.NewReader(content), int64(len(content)))
		if text := strings.HasPrefix(media.Media, "text/"); err != nil || again != media.Media && !text {
			t.Errorf("%s is %s, by its bytes %s (%v)", name, media.Media, again, err)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	zeros := strings.Repeat("\x00", 5<<20)
	var many []string
	for i := range mostParts {
		many = append(many, fmt.Sprintf("word/%d.xml", i), "")
	}
	long := docx(t)
	crypted := bytes.Clone(docx(t))
	for at := range crypted { // the flag of encryption, in each entry of the directory
		if bytes.HasPrefix(crypted[at:], []byte("PK\x01\x02")) {
			crypted[at+8] |= 1
		}
	}
	for name, one := range map[string]struct {
		file    string
		content []byte
		msg     string
	}{
		"nothing":                    {"a.txt", nil, "file.empty"},
		"a program":                  {"a.exe", []byte("MZ\x90\x00"), "file.type"},
		"a program by another name":  {"a.pdf", []byte("MZ\x90\x00"), "file.ending"},
		"no ending":                  {"LESMEG", []byte("tekst"), "file.type"},
		"a page":                     {"a.html", []byte("<!DOCTYPE html><script>"), "file.type"},
		"a page as text":             {"a.txt", []byte("<!DOCTYPE html><script>alert(1)</script>"), "file.ending"},
		"a drawing":                  {"a.svg", []byte("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), "file.type"},
		"a drawing as a picture":     {"a.png", []byte("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), "file.ending"},
		"a picture as another":       {"a.jpg", []byte(png), "file.ending"},
		"a PDF behind something":     {"a.pdf", []byte("<script>alert(1)</script>\n%PDF-1.7"), "file.ending"},
		"a zip file":                 {"a.zip", packedOf(t, "a", "b"), "file.type"},
		"a zip file as a document":   {"a.docx", packedOf(t, "a", "b"), "file.ending"},
		"a sheet as a document":      {"a.docx", xlsx(t), "file.ending"},
		"a document as a sheet":      {"a.ods", odt(t), "file.ending"},
		"an old document":            {"a.doc", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), "file.ole"},
		"a new one with a password":  {"a.docx", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), "file.ole"},
		"macros by their ending":     {"Tall 2023.xlsm", xlsx(t), "file.macros"},
		"docm as docx":               {"a.docx", docx(t, "word/vbaProject.bin", "x"), "file.macros"},
		"macros in other letters":    {"a.docx", docx(t, `word\VBAPROJECT.BIN`, "x"), "file.macros"},
		"macros of OpenDocument":     {"a.odt", odt(t, "Basic/Standard/Module1.xml", "x"), "file.macros"},
		"a file within":              {"a.docx", docx(t, "word/embeddings/oleObject1.bin", "x"), "file.embedded"},
		"figures from elsewhere":     {"a.xlsx", packedOf(t, "[Content_Types].xml", "", "xl/workbook.xml", "", "xl/externalLinks/externalLink1.xml", ""), "file.linked"},
		"OpenDocument with password": {"a.odt", packedOf(t, "mimetype", odf+"text", "META-INF/manifest.xml", "<manifest:encryption-data/>"), "file.password"},
		"a zip with a password":      {"a.docx", crypted, "file.password"},
		"a bomb":                     {"a.docx", docx(t, "word/media/a.bin", zeros), "file.packed"},
		"a bomb of many":             {"a.docx", docx(t, many...), "file.packed"},
		"cut off":                    {"a.docx", long[:len(long)-10], "file.damaged"},
	} {
		_, err := Check(one.file, bytes.NewReader(one.content), int64(len(one.content)))
		var e *domain.Error
		if !errors.As(err, &e) || e.Msg != one.msg || e.Code != domain.Invalid {
			t.Errorf("%s: %v, want %s", name, err, one.msg)
		}
	}
}

func TestName(t *testing.T) {
	for sent, want := range map[string]string{
		"Avtale Skjåk–Lom.pdf": "Avtale Skjåk–Lom.pdf", "Skja\u030ak.pdf": "Skjåk.pdf",
		`C:\Users\kari\Svar.docx`: "Svar.docx", "/etc/passwd.txt": "passwd.txt", "../../x.csv": "x.csv", " a.pdf ": "a.pdf",
		"": "", "..": "", "mappe/": "", "a\x00.pdf": "", "a\nb.pdf": "", "fdp\u202etxt.exe": "", "\xff.pdf": "", strings.Repeat("a", 201): "",
		"\u200b": "",
	} {
		got, err := Name(sent)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v", sent, got, err)
		}
	}
}

// FuzzCheck: whatever comes, it ends, and only a type of the list is let in.
func FuzzCheck(f *testing.F) {
	f.Add("a.docx", docx(f))
	f.Add("a.odt", odt(f))
	f.Add("a.pdf", []byte("%PDF-1.7"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		got, err := Check(name, bytes.NewReader(content), int64(len(content)))
		if err == nil && got.Media == "" {
			t.Error("nothing was let in")
		}
	})
}
