package pdf

import (
	"bytes"
	"strconv"
)

// A value is a name, number, text, ref, list, *dict, or operator. Numbers and texts
// keep the bytes they were written with.
type value any

type (
	name     string
	number   string
	text     []byte // with its brackets, as written
	ref      int    // to the object of this number
	list     []value
	operator string // also true, false, null
)

// dict keeps its entries in the order they were written.
type dict struct {
	keys []name
	of   map[name]value
}

func newDict(pairs ...value) *dict {
	d := &dict{of: map[name]value{}}
	for i := 0; i < len(pairs); i += 2 {
		d.set(pairs[i].(name), pairs[i+1])
	}
	return d
}

func (d *dict) set(k name, v value) {
	if _, there := d.of[k]; !there {
		d.keys = append(d.keys, k)
	}
	d.of[k] = v
}

// is reports whether an entry is this name.
func (d *dict) is(k, v name) bool {
	have, _ := d.of[k].(name)
	return have == v
}

func (d *dict) has(k name) bool { return d.of[k] != nil }

// object is a value that others refer to, with its stream if it has one.
type object struct {
	value  value
	stream []byte
	packed bool // it has a stream
}

func write(w *bytes.Buffer, v value) {
	switch v := v.(type) {
	case name:
		w.WriteByte('/')
		w.WriteString(string(v))
	case number:
		w.WriteString(string(v))
	case text:
		w.Write(v)
	case operator:
		w.WriteString(string(v))
	case ref:
		w.WriteString(strconv.Itoa(int(v)))
		w.WriteString(" 0 R")
	case list:
		w.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				w.WriteByte(' ')
			}
			write(w, e)
		}
		w.WriteByte(']')
	case *dict:
		w.WriteString("<<")
		for i, k := range v.keys {
			if i > 0 {
				w.WriteByte('\n')
			}
			write(w, k)
			w.WriteByte(' ')
			write(w, v.of[k])
		}
		w.WriteString(">>")
	}
}
