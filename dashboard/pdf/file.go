package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"strconv"
)

const (
	// Largest is how large a file may be.
	Largest     = 64 << 20
	mostObjects = 1 << 20
	mostContent = 256 << 20 // of all pages, unpacked
)

// file is a PDF, taken apart.
type file struct {
	objects []*object // by number; nil where there is none
	trailer *dict
	left    int64 // of content that may yet be unpacked
}

// parse reads a file. Each object has its own place: none is read twice.
func parse(b []byte) (*file, error) {
	if len(b) > Largest {
		return nil, foreign("too large")
	}
	at := bytes.LastIndex(b, []byte("startxref"))
	if at < 0 || !bytes.HasPrefix(b, []byte("%PDF-1.")) {
		return nil, foreign("no table of objects")
	}
	l := &lexer{b: b, i: at + len("startxref"), refs: true}
	from, err := l.int()
	if err != nil || from >= at {
		return nil, foreign("no table of objects")
	}
	l.i = from
	places, err := l.table()
	if err != nil {
		return nil, err
	}
	f := &file{objects: make([]*object, len(places)), left: mostContent}
	v, err := l.value(0)
	if err != nil {
		return nil, err
	}
	var ok bool
	if f.trailer, ok = v.(*dict); !ok || f.trailer.has("Prev") || f.trailer.has("Encrypt") {
		return nil, foreign("no trailer, or one of several")
	}
	read := 0
	for n, place := range places {
		if place == 0 {
			continue
		}
		var end int
		if f.objects[n], end, err = objectAt(b, place, n); err != nil {
			return nil, err
		}
		if read += end - place; read > len(b) {
			return nil, foreign("objects within each other")
		}
	}
	return f, nil
}

func (l *lexer) int() (int, error) {
	l.skip()
	if w := l.word(); digits(w) && len(w) <= 10 {
		return whole(w), nil
	}
	return 0, foreign("a number is missing")
}

// table reads where each object begins, 0 for none, and the word trailer.
func (l *lexer) table() ([]int, error) {
	l.skip()
	if string(l.word()) != "xref" {
		return nil, foreign("no classic table of objects")
	}
	first, err := l.int()
	size, err2 := l.int()
	if err != nil || err2 != nil || first != 0 || size > mostObjects || size*20 > len(l.b) {
		return nil, foreign("the table of objects")
	}
	places := make([]int, size)
	for n := range places {
		place, err := l.int()
		if _, err2 := l.int(); err != nil || err2 != nil || place >= len(l.b) {
			return nil, foreign("the table of objects")
		}
		if l.skip(); string(l.word()) == "n" {
			places[n] = place
		}
	}
	if l.skip(); string(l.word()) != "trailer" {
		return nil, foreign("no trailer")
	}
	return places, nil
}

// objectAt reads an object, and tells where it ends.
func objectAt(b []byte, place, n int) (o *object, end int, err error) {
	l := &lexer{b: b, i: place, refs: true}
	if !l.starts(strconv.Itoa(n) + " 0 obj") {
		return nil, 0, foreign("an object that is elsewhere")
	}
	l.i += len(strconv.Itoa(n) + " 0 obj")
	v, err := l.value(0)
	if err != nil {
		return nil, 0, err
	}
	o = &object{value: v}
	l.skip()
	if l.starts("stream") {
		d, _ := v.(*dict)
		if d == nil {
			return nil, 0, foreign("a stream without a dictionary")
		}
		length, _ := d.of["Length"].(number)
		if l.i += len("stream"); l.starts("\r") {
			l.i++
		}
		l.i++
		if !digits([]byte(length)) || len(length) > 9 || l.i+whole([]byte(length)) > len(b) {
			return nil, 0, foreign("the length of a stream")
		}
		o.stream, o.packed = b[l.i:l.i+whole([]byte(length))], true
		l.i += len(o.stream)
		if l.skip(); !l.starts("endstream") {
			return nil, 0, foreign("a stream without an end")
		}
		l.i += len("endstream")
		l.skip()
	}
	if !l.starts("endobj") {
		return nil, 0, foreign("an object without an end")
	}
	return o, l.i, nil
}

// add appends an object.
func (f *file) add(o *object) ref {
	f.objects = append(f.objects, o)
	return ref(len(f.objects) - 1)
}

// dict follows v to a dictionary, nil where there is none.
func (f *file) dict(v value) *dict {
	d, _ := f.follow(v).(*dict)
	return d
}

// follow returns what v refers to; a reference to a reference is nothing.
func (f *file) follow(v value) value {
	if r, ok := v.(ref); ok {
		if o := f.object(r); o != nil {
			return o.value
		}
		return nil
	}
	return v
}

func (f *file) object(r ref) *object {
	if int(r) < len(f.objects) {
		return f.objects[r]
	}
	return nil
}

func (f *file) root() *dict { return f.dict(f.trailer.of["Root"]) }

// content unpacks a page's content.
func (f *file) content(o *object) ([]byte, error) {
	d, _ := o.value.(*dict)
	if d == nil || !o.packed || d.has("DecodeParms") {
		return nil, foreign("content that is no stream")
	}
	if !d.has("Filter") {
		return o.stream, nil
	}
	if !d.is("Filter", "FlateDecode") {
		return nil, foreign("content that is packed otherwise")
	}
	z, err := zlib.NewReader(bytes.NewReader(o.stream))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	out, err := io.ReadAll(io.LimitReader(z, f.left+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	if f.left -= int64(len(out)); f.left < 0 {
		return nil, foreign("too much content")
	}
	return out, nil
}

// bytes writes the file as PDF 1.7.
func (f *file) bytes() []byte {
	var w bytes.Buffer
	w.WriteString("%PDF-1.7\n%\xd3\xeb\xe9\xe1\n")
	places := make([]int, len(f.objects))
	for n, o := range f.objects {
		if o == nil {
			continue
		}
		places[n] = w.Len()
		fmt.Fprintf(&w, "%d 0 obj\n", n)
		write(&w, o.value)
		if o.packed {
			w.WriteString(" stream\n")
			w.Write(o.stream)
			w.WriteString("\nendstream")
		}
		w.WriteString("\nendobj\n")
	}
	table := w.Len()
	fmt.Fprintf(&w, "xref\n0 %d\n", len(places))
	for _, place := range places {
		if place == 0 {
			w.WriteString("0000000000 65535 f \n")
		} else {
			fmt.Fprintf(&w, "%010d 00000 n \n", place)
		}
	}
	f.trailer.set("Size", number(strconv.Itoa(len(places))))
	w.WriteString("trailer\n")
	write(&w, f.trailer)
	fmt.Fprintf(&w, "\nstartxref\n%d\n%%%%EOF\n", table)
	return w.Bytes()
}
