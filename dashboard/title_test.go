package dashboard

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"kommunebilde/dashboard/kit"
)

// Pages of different kinds have different titles: in a row of tabs, and read
// aloud, the title is all there is.
func TestTitlesTellPagesApart(t *testing.T) {
	title, kind := regexp.MustCompile(`<title>([^<]*)</title>`), regexp.MustCompile(`<body data-kind="([^"]*)"`)
	for _, lang := range kit.Languages() {
		of := map[string]string{}
		for name, page := range pages(t, lang) {
			k := kind.FindStringSubmatch(page)
			if k == nil {
				continue // a part of a page
			}
			is := k[1]
			if is == "login" || is == "account" { // several pages each
				is, _, _ = strings.Cut(name, " ")
			}
			called := html.UnescapeString(title.FindStringSubmatch(page)[1])
			if strings.HasPrefix(called, "</script>") {
				is = "something with a name" // here they all have the same
			}
			if other, ok := of[called]; ok && other != is {
				t.Errorf("%s: %s and %s are both called %q", lang, is, other, called)
			}
			of[called] = is
		}
	}
}
