package dashboard

import "kommunebilde"

// Actors is the page of the office's list of regional actors, edited by who may.
func (s *Site) Actors(r Request, p kommunebilde.Picture) ([]byte, error) {
	pg := s.newPage(r, "actors", "")
	pg.Title, pg.Nav = pg.T("actors.title"), "meetings"
	pg.onBoard(p)
	pg.Body.Live = ""
	may := r.Rights[kommunebilde.RightArrange]
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, func(w *builder) {
		t := pg.T
		w.raw(`<main id="main" class="page slim"><nav`).attr("aria-label", t("nav.path")).raw(`><ol class="crumbs"><li><a`).attr("href", pg.Link("/moter")).raw(`>`).text(t("meetings.title")).raw(`</a></li><li aria-current="page">`).text(pg.Title).raw(`</li></ol></nav>`)
		w.raw(`<h1>`).text(pg.Title).raw(`</h1><p class="read">`).text(t("actors.about")).raw(`</p>`)
		list := p.RegionalActors()
		if len(list) == 0 {
			w.raw(`<p>`).text(t("actors.none")).raw(`</p>`)
		}
		w.raw(`<ul class="arrange">`)
		for _, a := range list {
			w.raw(`<li>`)
			if may {
				pg.actorForms(w, a)
			} else {
				w.text(a.Name)
			}
			w.raw(`</li>`)
		}
		w.raw(`</ul>`)
		if may {
			w.raw(`<form class="arrange-new" method="post"`).attr("action", pg.Link("/aktorer")).raw(`>`)
			pg.hidden(w)
			w.raw(`<label class="fld"><span>`).text(t("actors.new")).raw(`</span><input name="name" required autocomplete="off"`).num("maxlength", kommunebilde.MaxName).raw(`></label><button class="btn go" type="submit">`).text(t("actors.add")).raw(`</button></form>`)
		}
		w.raw(`</main>`)
	})
}

// actorForms appends one actor, to be renamed or taken off the list.
func (p *page) actorForms(w *builder, a kommunebilde.RegionalActor) {
	w.raw(`<form method="post"`).attr("action", p.Link("/aktorer")).raw(`>`)
	p.hidden(w)
	w.raw(`<input type="hidden" name="actor"`).attr("value", string(a.ID)).raw(`><input name="name" required autocomplete="off"`).attr("value", a.Name).attr("aria-label", p.T("actors.name")+": "+a.Name).num("maxlength", kommunebilde.MaxName)
	w.raw(`><button class="btn sm" type="submit"`).attr("aria-label", p.T("actors.rename")+": "+a.Name).raw(`>`).text(p.T("actors.rename")).raw(`</button></form>`)
	w.raw(`<form method="post"`).attr("action", p.Link("/aktorer/fjern")).raw(`>`)
	p.hidden(w)
	w.raw(`<input type="hidden" name="actor"`).attr("value", string(a.ID)).raw(`><button class="btn sm quiet" type="submit"`).attr("aria-label", p.T("actors.remove")+": "+a.Name).raw(`>`).text(p.T("actors.remove")).raw(`</button></form>`)
}

// actorOptions appends names to suggest where somebody writes who reported or
// who is asked: those in the meeting first, then the office's list, each once.
func actorOptions(w *builder, p kommunebilde.Picture, inMeeting []string) {
	seen := map[string]bool{"": true}
	offer := func(name string) {
		if !seen[name] {
			seen[name] = true
			w.raw(`<option data-actor=""`).attr("value", name).raw(`></option>`)
		}
	}
	for _, name := range inMeeting {
		offer(name)
	}
	for _, a := range p.RegionalActors() {
		offer(a.Name)
	}
}
