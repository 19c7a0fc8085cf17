package prose

import (
	"html/template"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
)

// HTML returns a text as paragraphs and lists. It has no element but p, br, ul, ol, li
// and a; what it stands in has the class "prose".
func HTML(s string) template.HTML {
	w := kit.NewBuilder(len(s) + len(s)/8 + 64)
	Write(w, Parse(s))
	return w.HTML()
}

// Write appends what [Parse] read, as [HTML] returns it.
func Write(w *kit.Builder, blocks []Block) {
	for _, b := range blocks {
		switch b.Kind {
		case Bullets:
			w.Raw(`<ul>`)
			items(w, b.Items)
			w.Raw(`</ul>`)
		case Numbers:
			w.Raw(`<ol>`)
			items(w, b.Items)
			w.Raw(`</ol>`)
		default:
			w.Raw(`<p>`)
			lines(w, b.Lines)
			w.Raw(`</p>`)
		}
	}
}

func items(w *kit.Builder, items []Item) {
	for _, item := range items {
		w.Raw(`<li>`)
		lines(w, item.Lines)
		Write(w, item.Under)
		w.Raw(`</li>`)
	}
}

func lines(w *kit.Builder, lines []Line) {
	for i, line := range lines {
		if i > 0 {
			w.Raw(`<br>`)
		}
		for _, p := range line {
			if p.Link {
				w.Raw(`<a`).Attr("href", p.Text).Raw(` rel="noopener nofollow">`).Text(p.Text).Raw(`</a>`)
			} else {
				w.Text(p.Text)
			}
		}
	}
}

// Plain returns a text in one form, for mail and spreadsheets: one empty line between
// paragraphs, the points of lists with "– " or their number, a list in a list two
// blanks further in. It reads as the text that it was made of.
func Plain(s string) string {
	var out strings.Builder
	kind := Paragraph
	for i, b := range Parse(s) {
		switch {
		case i > 0 && kind == Paragraph && b.Kind != Paragraph:
			out.WriteString("\n")
		case i > 0:
			out.WriteString("\n\n")
		}
		plain(&out, b, "")
		kind = b.Kind
	}
	return out.String()
}

func plain(out *strings.Builder, b Block, in string) {
	plainLines(out, b.Lines, in)
	for i, item := range b.Items {
		if i > 0 {
			out.WriteString("\n")
		}
		out.WriteString(in)
		if b.Kind == Numbers {
			out.WriteString(strconv.Itoa(i+1) + ". ")
		} else {
			out.WriteString("– ")
		}
		plainLines(out, item.Lines, in+"  ")
		for _, under := range item.Under {
			out.WriteString("\n")
			plain(out, under, in+"  ")
		}
	}
}

func plainLines(out *strings.Builder, lines []Line, in string) {
	for i, line := range lines {
		if i > 0 {
			out.WriteString("\n" + in)
		}
		for _, p := range line {
			out.WriteString(p.Text)
		}
	}
}
