package kit

import (
	"html/template"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"kommunebilde/domain"
)

// Download is the way to take along what the page shows; "" for a reader who may not.
func (p *Page) Download() template.HTML {
	var w Builder
	if p.Body.HasBoard && p.Request.Rights[domain.RightRecord] {
		w.Raw(`<p class="exports"><span>`).Text(p.T("export.name")).Raw(`:</span> <a`).Attr("href", p.Export("csv")).Raw(`>CSV</a> · <a`).Attr("href", p.Export("json")).Raw(`>JSON</a> · <a`).Attr("href", p.Export("geojson")).Raw(`>GeoJSON</a></p>`)
	}
	w.Raw(string(p.EditionFiles()))
	return w.HTML()
}

// EditionFiles is where all judgements of a planned edition are taken away, to be edited and
// given back; "" for any other board, and for who is not of the office.
func (p *Page) EditionFiles() template.HTML {
	var w Builder
	if p.judged {
		at := "/utgave/" + p.Body.Board + "/utgave."
		w.Raw(`<p class="exports"><span>`).Text(p.T("export.judgements")).Raw(`:</span> <a`).Attr("href", p.Link(at+"csv")).Raw(`>CSV</a> · <a`).Attr("href", p.Link(at+"json")).Raw(`>JSON</a></p>`)
	}
	return w.HTML()
}

// Export returns where what the page shows is downloaded in a format: its board and
// version, its place, and what its filter lets through.
func (p *Page) Export(format string) string {
	q := url.Values{"board": {p.Body.Board}, "format": {format}}
	_, own, _ := strings.Cut(p.Request.Path, "?")
	asked, _ := url.ParseQuery(own) // the page would not be shown if it were wrong
	names := []string{"at", "region", "area", "level", "since", "age", "aktor"}
	if p.Body.Municipality != "" {
		names = names[:1] // its page shows all of it
	}
	for _, name := range names {
		for _, v := range asked[name] {
			if v != "" {
				q.Add(name, v)
			}
		}
	}
	if p.Body.Version > 0 {
		q.Set("version", strconv.Itoa(p.Body.Version))
		q.Del("at") // it chose the version
	}
	maps.Copy(q, p.Taken)
	return p.Link("/eksport?" + q.Encode())
}
