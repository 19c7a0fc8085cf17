package meetings

import (
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/actors"
)

// Actors is the page of the office's list of regional actors, edited by whoever may.
func Actors(s *kit.Site, r kit.Request, p domain.Picture) ([]byte, error) {
	pg := s.NewPage(r, "actors", "")
	pg.Title, pg.Nav = pg.T("actors.title"), "meetings"
	pg.OnBoard(p)
	pg.Body.Live = ""
	may := r.Rights[domain.RightArrange]
	return s.Frame(pg, func(w *kit.Builder) {
		t := pg.T
		w.Raw(`<main id="main" class="page slim"><nav`).Attr("aria-label", t("nav.path")).Raw(`><ol class="crumbs"><li><a`).Attr("href", pg.Link("/moter")).Raw(`>`).Text(t("meetings.title")).Raw(`</a></li><li aria-current="page">`).Text(pg.Title).Raw(`</li></ol></nav>`)
		w.Raw(`<h1>`).Text(pg.Title).Raw(`</h1><p class="read">`).Text(t("actors.about")).Raw(`</p>`)
		list := actors.Of(p)
		if len(list) == 0 {
			w.Raw(`<p>`).Text(t("actors.none")).Raw(`</p>`)
		}
		w.Raw(`<ul class="arrange">`)
		for _, a := range list {
			w.Raw(`<li>`)
			if may {
				actorForms(&pg, w, a)
			} else {
				w.Text(a.Name)
			}
			w.Raw(`</li>`)
		}
		w.Raw(`</ul>`)
		if may {
			w.Raw(`<form class="arrange-new" method="post"`).Attr("action", pg.Link("/aktorer")).Raw(`>`)
			pg.Hidden(w)
			w.Raw(`<label class="fld"><span>`).Text(t("actors.new")).Raw(`</span><input name="name" required autocomplete="off"`).Num("maxlength", domain.MaxName).Raw(`></label><button class="btn go" type="submit">`).Text(t("actors.add")).Raw(`</button></form>`)
		}
		w.Raw(`</main>`)
	})
}

// actorForms appends one actor, to be renamed or taken off the list.
func actorForms(p *kit.Page, w *kit.Builder, a actors.Actor) {
	w.Raw(`<form method="post"`).Attr("action", p.Link("/aktorer")).Raw(`>`)
	p.Hidden(w)
	w.Raw(`<input type="hidden" name="actor"`).Attr("value", string(a.ID)).Raw(`><input name="name" required autocomplete="off"`).Attr("value", a.Name).Attr("aria-label", p.T("actors.name")+": "+a.Name).Num("maxlength", domain.MaxName)
	w.Raw(`><button class="btn sm" type="submit"`).Attr("aria-label", p.T("actors.rename")+": "+a.Name).Raw(`>`).Text(p.T("actors.rename")).Raw(`</button></form>`)
	w.Raw(`<form method="post"`).Attr("action", p.Link("/aktorer/fjern")).Raw(`>`)
	p.Hidden(w)
	w.Raw(`<input type="hidden" name="actor"`).Attr("value", string(a.ID)).Raw(`><button class="btn sm quiet" type="submit"`).Attr("aria-label", p.T("actors.remove")+": "+a.Name).Raw(`>`).Text(p.T("actors.remove")).Raw(`</button></form>`)
}
