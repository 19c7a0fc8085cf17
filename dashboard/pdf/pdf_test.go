package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// printed is a document as Chromium prints it: heading, table, list, link, map,
// page number.
var printed = []string{
	`<</Title <FEFF00530068006F00770020D83CDF0D> /Creator (Mozilla/5.0 \(X11\)) /Producer (Skia/PDF m156) /CreationDate (D:20261201035553+00'00') /ModDate (D:20261201035553+00'00')>>`,
	`<</Type /Page /Resources <</Font <</F4 20 0 R>>>> /MediaBox [0 0 594.95996 841.91998] /Annots [4 0 R] /Contents 3 0 R /StructParents 0 /Tabs /S /Parent 5 0 R>>`,
	"<</Length 9999>> stream\n" + `/NonStruct <</MCID 0 >>BDC BT /F4 12 Tf (Lom \) %) Tj ET EMC
q 0 0 10 10 re W n Q
BT <0041> Tj ET
10 10 m 20 20 l -5 .5 l h f
/Span BMC 1 0 0 rg 0 0 5 5 re B* EMC
/Figure <</MCID 1 >>BDC 0 0 1 1 re S EMC` + "\nendstream",
	`<</Type /Annot /Subtype /Link /Rect [0 0 1 1] /A <</Type /Action /S /URI /URI (https://example.no/\(a\))>> /StructParent 1>>`,
	`<</Type /Pages /Count 1 /Kids [2 0 R]>>`,
	`<</Type /StructElem /S /Document /P 17 0 R /K [7 0 R 8 0 R 11 0 R 15 0 R 16 0 R 23 0 R]>>`,
	`<</Type /StructElem /S /H1 /P 6 0 R /Pg 2 0 R /K 0>>`,
	`<</Type /StructElem /S /Table /P 6 0 R /K [9 0 R]>>`,
	`<</Type /StructElem /S /TR /P 8 0 R /K [10 0 R]>>`,
	`<</Type /StructElem /S /TH /P 9 0 R /A [<</O /Table /Scope /Row>>] /ID (node00000912)>>`,
	`<</Type /StructElem /S /L /P 6 0 R /K [12 0 R]>>`,
	`<</Type /StructElem /S /LI /P 11 0 R /K [13 0 R 14 0 R]>>`,
	`<</Type /StructElem /S /Lbl /P 12 0 R>>`,
	`<</Type /StructElem /S /Strong /P 12 0 R>>`,
	`<</Type /StructElem /S /Figure /Alt (Kart) /P 6 0 R /K 1>>`,
	`<</Type /StructElem /S /Link /P 6 0 R /K [<</Type /OBJR /Obj 4 0 R /Pg 2 0 R>>]>>`,
	`<</Type /StructTreeRoot /K 6 0 R /ParentTree 18 0 R /IDTree 22 0 R>>`,
	`<</Nums [0 [7 0 R 15 0 R] 1 16 0 R]>>`,
	`<</Type /Catalog /Pages 5 0 R /MarkInfo <</Marked true>> /StructTreeRoot 17 0 R /ViewerPreferences <</DisplayDocTitle true>> /Lang (nb)>>`,
	`<</Type /Font /FontDescriptor 21 0 R>>`,
	`<</Type /FontDescriptor /FontFile2 3 0 R>>`,
	`<</Names [(node00000912) 10 0 R]>>`,
	`<</Type /StructElem /S /H2 /P 6 0 R>>`,
}

// built puts objects together to a file.
func built(objects []string) []byte {
	f := &file{objects: []*object{nil}, trailer: newDict(name("Root"), ref(19), name("Info"), ref(1), name("ID"), list{text("<00>")})}
	for _, s := range objects {
		l := &lexer{b: []byte(s), refs: true}
		v, err := l.value(0)
		if err != nil {
			panic(err)
		}
		o := &object{value: v}
		if _, stream, ok := strings.Cut(s, " stream\n"); ok {
			o.stream, o.packed = []byte(strings.TrimSuffix(stream, "\nendstream")), true
			v.(*dict).set("Length", number(fmt.Sprint(len(o.stream))))
		}
		f.objects = append(f.objects, o)
	}
	return f.bytes()
}

var day = time.Date(2022, 11, 11, 11, 0, 0, 0, time.UTC)

func finished(t *testing.T) []byte {
	t.Helper()
	out, err := Finish(built(printed), day)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFinish(t *testing.T) {
	before, err := Check(built(printed))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []Rule{Loose, NoProperties, NoStandard, NoTitle, OddElement, ListNesting, NoLinkName} {
		if before[r] == 0 {
			t.Errorf("as printed, %q counts nothing", r)
		}
	}
	out := finished(t)
	after, err := Check(out)
	if err != nil || len(after) > 0 {
		t.Fatalf("finished: %v, %v", after, err)
	}
	for _, want := range []string{"%PDF-1.7\n", "Show 🌍</rdf:li>", "/Contents (Lenke: https://example.no/\\(a\\))", "/Creator (kommunebilder)", "/CreationDate (D:20221111110000+00'00')", "/ID (node00000001)", "[(node00000001) 10 0 R]"} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("no %q", want)
		}
	}
	for _, never := range []string{"Mozilla", "20261201", "node00000912", "/ID [<00>]"} {
		if bytes.Contains(out, []byte(never)) {
			t.Errorf("%q is still there", never)
		}
	}
}

// What is printed later differs in dates and ids, and is the same document.
func TestFinishIsTheSameBytes(t *testing.T) {
	later := strings.NewReplacer("20261201", "20270102", "node00000912", "node00004711")
	var again []string
	for _, s := range printed {
		again = append(again, later.Replace(s))
	}
	out, err := Finish(built(again), day)
	if err != nil || !bytes.Equal(out, finished(t)) {
		t.Errorf("other bytes, %v", err)
	}
}

// Decoration begins with its path, and what was marked stays as it was.
func TestDecoration(t *testing.T) {
	for in, want := range map[string]string{
		"0 0 m 1 1 l 2 2 re f":                        "/Artifact BMC\n0 0 m 1 1 l 2 2 re f\nEMC",
		"0 0 5 5 re W n\n(a) Tj":                      "0 0 5 5 re W n\n/Artifact BMC\n(a) Tj\nEMC",
		"/P <</MCID 3>> BDC (a\\)) Tj EMC [(b) 1] TJ": "/P <</MCID 3>> BDC (a\\)) Tj EMC /Artifact BMC\n[(b) 1] TJ\nEMC",
		"/Artifact BMC /Span BMC /X1 Do EMC EMC":      "/Artifact BMC /Span BMC /X1 Do EMC EMC",
		"/Artifact <</Type /Page>> BDC /X1 Do EMC":    "/Artifact <</Type /Page>> BDC /X1 Do EMC",
	} {
		if got, err := decorated([]byte(in)); string(got) != want || err != nil {
			t.Errorf("%s: %q, %v", in, got, err)
		}
	}
}

// Each rule counts on a document that breaks it.
func TestEachRuleCounts(t *testing.T) {
	without := func(n int, k name) func(*file) { return func(f *file) { f.dict(ref(n)).set(k, operator("null")) } }
	with := func(n int, k name, v value) func(*file) { return func(f *file) { f.dict(ref(n)).set(k, v) } }
	xmp := func(old, new string) func(*file) {
		return func(f *file) {
			o := f.object(f.root().of["Metadata"].(ref))
			o.stream = bytes.ReplaceAll(o.stream, []byte(old), []byte(new))
			f.dict(f.root().of["Metadata"]).set("Length", number(fmt.Sprint(len(o.stream))))
		}
	}
	wrong := map[Rule]func(*file){
		NoStructure:  without(19, "StructTreeRoot"),
		Unmarked:     with(19, "MarkInfo", newDict(name("Marked"), operator("false"))),
		TitleUnshown: without(19, "ViewerPreferences"),
		NoLanguage:   with(19, "Lang", text("()")),
		NoProperties: without(19, "Metadata"),
		NoStandard:   xmp("pdfuaid:part=", "pdfuaid:whole="),
		NoTitle:      xmp("Show 🌍", ""),
		OddElement:   with(7, "S", name("Dl")),
		TableNesting: with(10, "S", name("P")),
		ListNesting:  with(13, "S", name("P")),
		NoAlt:        with(15, "Alt", text("()")),
		FirstHeading: with(7, "S", name("H2")),
		SkipsLevel:   with(23, "S", name("H3")),
		NoScope:      without(10, "A"),
		LinkApart: func(f *file) {
			delete(f.dict(ref(4)).of, "StructParent")
			f.dict(ref(4)).keys = f.dict(ref(4)).keys[:4]
		},
		TabOrder:   without(2, "Tabs"),
		NoLinkName: with(4, "Contents", text("()")),
		FontApart:  func(f *file) { f.objects[21].value = newDict(name("Type"), name("FontDescriptor")) },
		Loose: func(f *file) {
			f.objects[3] = &object{value: newDict(name("Length"), number("6")), stream: []byte("(a) Tj"), packed: true}
		},
	}
	for _, r := range Rules() {
		f, err := parse(finished(t))
		if err != nil {
			t.Fatal(err)
		}
		if wrong[r] == nil {
			t.Errorf("%q: no document is wrong so", r)
			continue
		}
		wrong[r](f)
		if faults, err := Check(f.bytes()); err != nil || faults[r] == 0 {
			t.Errorf("%q counts nothing: %v, %v", r, faults, err)
		}
	}
}

// What Chromium does not write is refused: in words, never in a panic.
func TestForeign(t *testing.T) {
	whole := built(printed)
	for what, b := range map[string][]byte{
		"nothing":           nil,
		"no PDF":            []byte("<html>"),
		"the first half":    whole[:len(whole)/2],
		"encrypted":         bytes.Replace(whole, []byte("/Size"), []byte("/Encrypt 1 0 R /Size"), 1),
		"written to twice":  bytes.Replace(whole, []byte("/Size"), []byte("/Prev 1 /Size"), 1),
		"deep":              bytes.Replace(whole, []byte("[0 0 594.95996 841.91998]"), []byte(strings.Repeat("[", 100)), 1),
		"an image within":   bytes.Replace(whole, []byte("(Lom \\) %) Tj"), []byte("BI /W 1 ID x"), 1),
		"a length too long": bytes.Replace(whole, []byte("/Length 2"), []byte("/Length 999992"), 1),
		"ends unbegun":      bytes.Replace(whole, []byte("/NonStruct <</MCID 0 >>BDC"), []byte("                        EMC"), 1),
	} {
		if bytes.Equal(b, whole) {
			t.Errorf("%s: nothing was changed", what)
		}
		if _, err := Finish(b, day); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzFinish(f *testing.F) {
	f.Add(built(printed))
	f.Add([]byte("%PDF-1.4\nxref\n0 1\n0 0 f\ntrailer<</Root 0 0 R>>startxref\n9\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = Check(b)
		out, err := Finish(b, day)
		if err != nil {
			if !errors.Is(err, ErrForeign) {
				t.Fatal(err)
			}
			return
		}
		faults, err := Check(out)
		if err != nil {
			t.Fatalf("what was finished cannot be read: %v", err)
		}
		if faults[Loose] > 0 || faults[NoStandard] > 0 {
			t.Fatal(faults)
		}
	})
}

func BenchmarkFinish(b *testing.B) {
	in := built(printed)
	for b.Loop() {
		if _, err := Finish(in, day); err != nil {
			b.Fatal(err)
		}
	}
}
