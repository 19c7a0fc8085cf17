package pdf

import "bytes"

// painting are the operators that put something on the page.
var painting = map[operator]bool{
	"Tj": true, "TJ": true, "'": true, `"`: true, "Do": true, "sh": true,
	"f": true, "F": true, "f*": true, "S": true, "s": true, "B": true, "B*": true, "b": true, "b*": true,
}

// loose finds what a page paints outside of its structure and outside of what is said
// to be decoration: from where its path or operands begin to where it ends.
func loose(content []byte, found func(from, to int)) error {
	l := &lexer{b: content}
	var marked []bool // for each part that is open: does it, or what it is in, count?
	path, begin := -1, -1
	var operands list
	for {
		l.skip()
		at := l.i
		v, err := l.value(0)
		if err != nil || v == nil {
			return err
		}
		if begin < 0 {
			begin = at
		}
		op, ok := v.(operator)
		if !ok || op == "true" || op == "false" || op == "null" {
			operands = append(operands, v)
			continue
		}
		in := len(marked) > 0 && marked[len(marked)-1]
		switch {
		case op == "BMC" || op == "BDC":
			marked = append(marked, in || counts(operands))
			if len(marked) > deepest {
				return foreign("too deep")
			}
		case op == "EMC":
			if len(marked) == 0 {
				return foreign("a part that ends before it begins")
			}
			marked = marked[:len(marked)-1]
		case op == "BI":
			return foreign("an image within content")
		case (op == "m" || op == "re") && path < 0:
			path = begin
		case op == "n":
			path = -1
		case painting[op]:
			if path >= 0 {
				begin = path
			}
			if !in {
				found(begin, l.i)
			}
			path = -1
		}
		begin, operands = -1, operands[:0]
	}
}

// counts reports whether marked content is in the structure, or said to be decoration.
func counts(operands list) bool {
	if len(operands) == 0 {
		return false
	}
	if tag, _ := operands[0].(name); tag == "Artifact" {
		return true
	}
	d, _ := operands[len(operands)-1].(*dict)
	return d != nil && d.has("MCID")
}

// decorated says of all that is loose that it is decoration.
func decorated(content []byte) ([]byte, error) {
	var out bytes.Buffer
	last := 0
	err := loose(content, func(from, to int) {
		out.Write(content[last:from])
		out.WriteString("/Artifact BMC\n")
		out.Write(content[from:to])
		out.WriteString("\nEMC")
		last = to
	})
	out.Write(content[last:])
	return out.Bytes(), err
}
