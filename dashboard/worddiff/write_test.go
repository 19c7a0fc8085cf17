package worddiff_test

import (
	"testing"

	"kommunebilde/dashboard"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/worddiff"
)

func TestHTML(t *testing.T) {
	site, err := dashboard.New(kit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const over = `<span class="vh"> slutt på endringen. </span>`
	const gone, come, only = `<span class="vh"> fjernet: </span>`, `<span class="vh"> lagt til: </span>`, `<span class="vh"> står bare her: </span>`
	type writer func(*kit.Builder, *kit.Words, []worddiff.Span)
	for name, e := range map[string]struct {
		write               writer
		before, after, want string
	}{
		"together":     {worddiff.Together, "har <ikke> lege", "har en lege", "har <del>" + gone + "&lt;ikke&gt;</del><ins>" + come + "en</ins>" + over + " lege"},
		"struck":       {worddiff.Together, "har ikke lege.", "har lege.", "har <del>" + gone + "ikke </del>" + over + "lege."},
		"before":       {worddiff.Before, "siden 2021.", "siden 2022.", "siden <del>" + gone + "2021</del>" + over + "."},
		"after":        {worddiff.After, "siden 2021.", "siden 2022.", "siden <ins>" + come + "2022</ins>" + over + "."},
		"left":         {worddiff.Left, "siden 2021.", "siden 2022.", "siden <mark>" + only + "2021</mark>" + over + "."},
		"right":        {worddiff.Right, "siden 2021.", "siden 2022.", "siden <mark>" + only + "2022</mark>" + over + "."},
		"left's alone": {worddiff.Right, "har ikke lege", "har lege", "har lege"},
		"line break":   {worddiff.Together, "a b", "a\nb", "a<del>" + gone + " </del><ins>" + come + "¶\n</ins>" + over + "b"},
		"the same":     {worddiff.Together, "a & b", "a & b", "a &amp; b"},
	} {
		w := kit.NewBuilder(0)
		e.write(w, site.WordsIn("nb"), worddiff.Words(e.before, e.after))
		if got := string(w.HTML()); got != e.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, e.want)
		}
	}
}
