package overview

import (
	"slices"
	"strconv"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
)

// situationBand appends what tells a situation from all else: its band with
// name, age, how many have reported, and the scale, which is not the edition's.
func (o *overview) situationBand(w *kit.Builder) {
	t := o.Words.T
	title, lang := o.brd.Title.In(o.Words.Lang)
	w.Raw(`<div class="sband"><b class="spill">`).Text(t("situation.word")).Raw(`</b><p class="sname"`)
	if l := kit.OtherLang(lang, o.Words.Lang); l != "" {
		w.Attr("lang", l)
	}
	w.Raw(`>`).Text(title).Raw(`</p><p id="sband-facts" data-part="cells">`)
	if o.brd.Phase == domain.PhaseClosed {
		w.Text(t("situation.closed", o.Clock.When(o.brd.ClosedAt)))
	} else {
		w.Text(t("situation.opened", o.Clock.When(o.brd.OpenedAt)))
	}
	w.Raw(` · `).Text(t("situation.reported", strconv.Itoa(o.reported()), strconv.Itoa(o.inRegion())))
	if m, ok := kit.OpenMeeting(o.Picture); ok && !o.pg.Request.Cacheable {
		w.Raw(` · <a`).Attr("href", o.pg.Link("/mote/"+string(m.ID))).Raw(`>`).Text(m.Title).Raw(`</a>`)
	}
	w.Raw(`</p><ul class="sscale"`).Attr("aria-label", t("legend.head.situation")).Raw(`>`)
	for _, l := range o.Kind.Levels() {
		w.Raw(`<li>`).Chip(l, o.Word(l)).Raw(`</li>`)
	}
	w.Raw(`</ul></div>`)
}

// reported is how many municipalities in scope have a level in any function.
func (o *overview) reported() int {
	n := 0
	for _, r := range o.Rows {
		if o.RowIn(r) && slices.ContainsFunc(o.Cols, func(c int) bool { return o.Picture.Level(r, c) != domain.NotAssessed }) {
			n++
		}
	}
	return n
}

func (o *overview) inRegion() int {
	n := 0
	for _, r := range o.Rows {
		if o.RowIn(r) {
			n++
		}
	}
	return n
}

// situationFigures appends the sums over the municipalities in scope.
func (o *overview) situationFigures(w *kit.Builder) {
	var of []domain.MunicipalityID
	for _, r := range o.Rows {
		if o.RowIn(r) {
			of = append(of, o.Catalogue.Municipalities[r].ID)
		}
	}
	situations.Sums(&o.pg, w, o.Picture, of)
}

// situationNote appends what the signs of the table mean besides the scale.
func (o *overview) situationNote(w *kit.Builder) {
	w.Raw(`<p class="snote"><label class="quiet"><input type="checkbox" id="show-quiet" autocomplete="off"`).Flag("checked", o.Filter.Region != "").Raw(`> `).Text(o.Words.T("situation.quiet")).Raw(`</label> <span><i class="stale-sample" data-level="strained" aria-hidden="true"></i> `).Text(o.Words.T("situation.stale_note")).Raw(`</span> <span>`).Text(o.Words.T("situation.figure_note")).Raw(`</span> <span>`).Text(o.Words.T("legend.note.situation")).Raw(`</span></p>`)
}
