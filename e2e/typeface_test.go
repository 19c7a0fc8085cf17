//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestTypeface: where Inter does not come, the large pages and the walls cut nothing
// with the machine's own letters either; and Inter has every character of the product's
// words and of the county's names. (TestAxe looks at the other widths with Inter.)
func TestTypeface(t *testing.T) {
	t.Parallel()
	p := demo(t)
	for _, c := range []struct {
		letters      string
		blocked      []*network.BlockPattern
		desks, walls [][2]int64
	}{
		{"Inter", nil, [][2]int64{{1440, 900}}, nil},
		{"Like Inter", []*network.BlockPattern{{URLPattern: "http://*:*/*.woff2", Block: true}}, [][2]int64{{1280, 800}, {1440, 900}, {1920, 1080}}, [][2]int64{{1920, 1080}}},
	} {
		w := sharedChromium(t).tab(c.letters, 1280, 800)
		w.allows("net::ERR_BLOCKED_BY_CLIENT")
		if _, err := chromedp.Call(w.ctx, network.Enable, network.EnableParams{}); err != nil {
			t.Fatal(err)
		}
		if _, err := chromedp.Call(w.ctx, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: c.blocked}); err != nil {
			t.Fatal(err)
		}
		w.login(p, "moteleder")
		for _, v := range views {
			sizes := c.desks
			if v.wall() {
				sizes = c.walls
			}
			for _, size := range sizes {
				if v.wide {
					w.lettered(p, v, size, c.letters)
				}
			}
		}
		used := w.fontsOf(p, written(t))
		if inter := []string{"Inter Variable"}; slices.Equal(used, inter) != (c.blocked == nil) {
			t.Errorf("with %s, what is written is set in %q", c.letters, used)
		}
	}
}

// lettered looks whether a view has room for its letters.
func (w *tab) lettered(p *program, v view, size [2]int64, letters string) {
	w.t.Helper()
	w.do(chromedp.EmulateViewport(size[0], size[1]))
	w.open(p.url(v.in("nb")))
	w.until("the letters are there", `document.fonts.status === "loaded"`, 10*time.Second)
	name := fmt.Sprintf("%s %d with %s", v.name, size[0], letters)
	if v.wall() {
		w.fits(name)
	} else {
		w.readable(name)
	}
}

// written returns every character of the product's words and of the county's names.
func written(t *testing.T) string {
	t.Helper()
	var all []rune
	for _, pattern := range []string{"../dashboard/*/words.*.json", "../storage/county/innlandet/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, []rune(string(text))...)
		}
	}
	slices.Sort(all)
	all = slices.DeleteFunc(slices.Compact(all), unicode.IsSpace)
	return string(all)
}

// fontsOf returns the fonts that the browser sets a text in, on a page of ours.
func (w *tab) fontsOf(p *program, text string) (names []string) {
	w.t.Helper()
	w.open(p.url("/om"))
	eval[bool](w, fmt.Sprintf(`(document.querySelector("h1").textContent = %q, true)`, text))
	w.until("the letters are there", `document.fonts.status === "loaded"`, 10*time.Second)
	w.painted()
	document, err := chromedp.Call(w.ctx, dom.GetDocument, dom.GetDocumentParams{})
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := chromedp.Call(w.ctx, css.Enable, cdp.Empty{}); err != nil {
		w.t.Fatal(err)
	}
	head, err := chromedp.Call(w.ctx, dom.QuerySelector, dom.QuerySelectorParams{NodeID: document.Root.NodeID, Selector: "h1"})
	if err != nil {
		w.t.Fatal(err)
	}
	fonts, err := chromedp.Call(w.ctx, css.GetPlatformFontsForNode, css.GetPlatformFontsForNodeParams{NodeID: head.NodeID})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range fonts.Fonts {
		names = append(names, f.FamilyName)
	}
	return names
}
