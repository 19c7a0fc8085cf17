package dashboard

import (
	"bytes"
	"slices"

	"kommunebilde/dashboard/kit"
)

// figureCells is the part that has a situation's cells with a number: they have no
// ids of their own.
const figureCells = "cell-figures"

// partAttributes are what a page's parts say of the page itself. Nothing of them is
// the reader's own.
var partAttributes = []string{"data-kind", "data-room", "data-epoch", "data-rev", "data-rights", "data-meeting", "data-previous"}

// Parts cuts elements out of a page by their ids: a page of their own, with the body's
// attributes that a script needs to know whether it still is the same page. An
// id that the page does not have is left out; the others come in the page's order. The page must have been made by the
// kit: in it a "<" begins a tag, and every value stands in quotes.
func Parts(page []byte, ids []string) []byte {
	out := []byte("<!doctype html><html><body")
	body := tagAt(page, bytes.Index(page, []byte("<body ")))
	for _, name := range partAttributes {
		if at := bytes.Index(body, []byte(" "+name+`="`)); at >= 0 {
			end := at + len(name) + 3
			end += bytes.IndexByte(body[end:], '"') + 1
			out = append(out, body[at:end]...)
		}
	}
	out = append(out, '>')
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[kit.Escape(id)] = true
	}
	if wanted[figureCells] {
		out = appendFigures(out, page)
	}
	// One walk over the page, however many are asked for.
	for at := 0; ; {
		i := bytes.Index(page[at:], []byte(` id="`))
		if i < 0 {
			break
		}
		tag := bytes.LastIndexByte(page[:at+i], '<')
		at += i + len(` id="`)
		end := bytes.IndexByte(page[at:], '"')
		if wanted[string(page[at:at+end])] {
			out = append(out, elementAt(page, tag)...)
		}
		at += end
	}
	return append(out, "</body></html>"...)
}

// appendFigures appends the cells that show a number, in a table.
func appendFigures(out, page []byte) []byte {
	out = append(out, `<table id="cell-figures"><tbody><tr>`...)
	for from := 0; ; {
		i := bytes.Index(page[from:], []byte(`<b class="fig">`))
		if i < 0 {
			return append(out, "</tr></tbody></table>"...)
		}
		at := bytes.LastIndex(page[:from+i], []byte("<td "))
		cell := elementAt(page, at)
		out = append(out, cell...)
		from = max(from+i+1, at+len(cell))
	}
}

// tagAt returns the tag that begins at a place, nil where none does.
func tagAt(page []byte, at int) []byte {
	if at < 0 {
		return nil
	}
	return page[at : at+bytes.IndexByte(page[at:], '>')+1]
}

// elementAt returns the element whose tag begins at a place, with all that is in it.
func elementAt(page []byte, at int) []byte {
	name := tagAt(page, at)
	if name == nil {
		return nil
	}
	name = name[1:bytes.IndexAny(name, " >")]
	begins, ends := slices.Concat([]byte("<"), name), slices.Concat([]byte("</"), name, []byte(">"))
	for i, depth := at, 0; ; {
		rest := page[i:]
		switch {
		case bytes.HasPrefix(rest, ends):
			if depth--; depth == 0 {
				return page[at : i+len(ends)]
			}
		case bytes.HasPrefix(rest, begins) && (rest[len(begins)] == ' ' || rest[len(begins)] == '>'):
			depth++
		}
		next := bytes.IndexByte(rest[1:], '<')
		if next < 0 {
			return nil
		}
		i += 1 + next
	}
}
