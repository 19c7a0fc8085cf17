package kit

// SinceToggle appends the one toggle of what changed since the previous meeting.
// key names the key for it, as HTML.
func (p *Page) SinceToggle(w *Builder, on bool, href, key string) {
	w.Raw(`<a class="tog since"`).Flag("data-on", on).Attr("href", href).Raw(`><svg class="cm" aria-hidden="true"><use href="#corner"/></svg><span>`).Text(p.T("since.mote")).Raw(`</span>`)
	if on {
		w.Raw(` <b aria-hidden="true">✓</b>`)
	}
	w.Raw(`<span class="vh">, `)
	if on {
		w.Text(p.T("toggle.off"))
	} else {
		w.Text(p.T("toggle.on"))
	}
	w.Raw(`</span>`, key, `</a>`)
}
