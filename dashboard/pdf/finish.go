package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Creator is who made the document, as its properties name it.
const Creator = "kommunebilder"

// Finish makes of what Chromium printed a document for everybody: its title, language
// and standard in its properties; decoration marked as such; list items with a body;
// links with a name. when is the day it says it was made, so that equal input is equal
// bytes. Its error is [ErrForeign].
func Finish(printed []byte, when time.Time) ([]byte, error) {
	f, err := parse(printed)
	if err != nil {
		return nil, err
	}
	root, info := f.root(), f.dict(f.trailer.of["Info"])
	if root == nil || info == nil || f.dict(root.of["StructTreeRoot"]) == nil {
		return nil, foreign("no structure")
	}
	lang := plainText(root.of["Lang"])
	f.describe(root, plainText(info.of["Title"]), lang)
	f.dict(root.of["StructTreeRoot"]).set("RoleMap", newDict(name("Strong"), name("Span"), name("Em"), name("Span")))
	for n := range len(f.objects) {
		d := f.dict(ref(n))
		switch {
		case d == nil:
		case d.is("Type", "Page"):
			err = f.markDecoration(d)
		case d.is("Type", "Annot") && d.is("Subtype", "Link") && !d.has("Contents"):
			d.set("Contents", textOf(linkName(f, d, lang)))
		case d.is("Type", "StructElem") && d.is("S", "LI"):
			f.addBody(ref(n), d)
		}
		if err != nil {
			return nil, err
		}
	}
	date := textOf("D:" + when.UTC().Format("20060102150405") + "+00'00'")
	info.set("Creator", textOf(Creator))
	info.set("CreationDate", date)
	info.set("ModDate", date)
	delete(f.trailer.of, "ID")
	f.trailer.keys = slices.DeleteFunc(f.trailer.keys, func(k name) bool { return k == "ID" })
	f.renumber()
	return f.bytes(), nil
}

// describe adds the properties as XMP.
func (f *file) describe(root *dict, title, lang string) {
	var x bytes.Buffer
	x.WriteString("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" pdfuaid:part=\"1\"><dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">")
	_ = xml.EscapeText(&x, []byte(title)) // a buffer takes it all
	x.WriteString("</rdf:li></rdf:Alt></dc:title><dc:language><rdf:Bag><rdf:li>")
	_ = xml.EscapeText(&x, []byte(lang))
	x.WriteString("</rdf:li></rdf:Bag></dc:language></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>")
	o := &object{value: newDict(name("Type"), name("Metadata"), name("Subtype"), name("XML"), name("Length"), number(strconv.Itoa(x.Len()))), stream: x.Bytes(), packed: true}
	root.set("Metadata", f.add(o))
}

func (f *file) markDecoration(page *dict) error {
	r, ok := page.of["Contents"].(ref)
	if !ok || f.object(r) == nil {
		return foreign("a page without content")
	}
	o := f.object(r)
	content, err := f.content(o)
	if err != nil {
		return err
	}
	if content, err = decorated(content); err != nil {
		return err
	}
	var z bytes.Buffer
	w, _ := zlib.NewWriterLevel(&z, zlib.BestCompression) // the level is known
	_, _ = w.Write(content)                               // a buffer takes it all
	_ = w.Close()
	o.stream = z.Bytes()
	o.value = newDict(name("Filter"), name("FlateDecode"), name("Length"), number(strconv.Itoa(z.Len())))
	return nil
}

// addBody puts what a list item has beside its label into a body.
func (f *file) addBody(item ref, li *dict) {
	var labels, rest list
	for _, k := range kids(li) {
		d := f.dict(k)
		switch {
		case d != nil && d.is("S", "LBody"):
			return
		case d != nil && d.is("S", "Lbl"):
			labels = append(labels, k)
		default:
			rest = append(rest, k)
		}
	}
	if len(rest) == 0 {
		return
	}
	e := newDict(name("Type"), name("StructElem"), name("S"), name("LBody"), name("P"), item, name("K"), rest)
	if pg, ok := li.of["Pg"]; ok {
		e.set("Pg", pg)
	}
	body := f.add(&object{value: e})
	for _, k := range rest {
		if d := f.dict(k); d != nil && d.is("Type", "StructElem") {
			d.set("P", body)
		}
	}
	li.set("K", append(labels, body))
}

func kids(e *dict) list {
	switch k := e.of["K"].(type) {
	case nil:
		return nil
	case list:
		return k
	default:
		return list{k}
	}
}

var linkWords = map[string]string{"nb": "Lenke", "nn": "Lenkje", "en": "Link"}

// linkName is what a link is called: where it leads, if that is outside.
func linkName(f *file, link *dict, lang string) string {
	word := linkWords[lang]
	if word == "" {
		word = linkWords["nb"]
	}
	if a := f.dict(link.of["A"]); a != nil && a.has("URI") {
		return word + ": " + plainText(a.of["URI"])
	}
	return word
}

var numbered = regexp.MustCompile(`^\(node\d{8}\)$`)

// renumber gives the structure's ids new numbers in the order of the old, so that
// they do not tell what else the browser printed before.
func (f *file) renumber() {
	var ids []string
	f.eachText(func(t text) text {
		if numbered.Match(t) {
			ids = append(ids, string(t))
		}
		return t
	})
	slices.Sort(ids)
	ids = slices.Compact(ids)
	next := make(map[string]text, len(ids))
	for i, id := range ids {
		s := strconv.Itoa(i + 1)
		next[id] = text("(node" + strings.Repeat("0", max(0, 8-len(s))) + s + ")")
	}
	f.eachText(func(t text) text {
		if n, ok := next[string(t)]; ok {
			return n
		}
		return t
	})
}

// eachText puts what change returns in the place of each text.
func (f *file) eachText(change func(text) text) {
	for _, o := range f.objects {
		if o != nil {
			o.value = changed(o.value, change)
		}
	}
}

func changed(v value, change func(text) text) value {
	switch v := v.(type) {
	case text:
		return change(v)
	case list:
		for i := range v {
			v[i] = changed(v[i], change)
		}
	case *dict:
		for _, k := range v.keys {
			v.of[k] = changed(v.of[k], change)
		}
	}
	return v
}

// textOf writes a string as a text: in ASCII as it is, else in UTF-16.
func textOf(s string) text {
	for _, r := range s {
		if r < ' ' || r > '~' {
			out := []byte("<FEFF")
			for _, u := range utf16.Encode([]rune(s)) {
				const hex = "0123456789ABCDEF"
				out = append(out, hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
			}
			return append(out, '>')
		}
	}
	return text("(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s) + ")")
}
