package dashboard

import (
	"slices"
	"strconv"

	"kommunebilde"
)

// situationBand appends what tells a situation from all else: its band with
// name, age, how many have reported, and the scale, which is not the edition's.
func (o *overview) situationBand(w *builder) {
	t := o.w.t
	title, lang := o.brd.Title.In(o.w.lang)
	w.raw(`<div class="sband"><b class="spill">`).text(t("situation.word")).raw(`</b><p class="sname"`)
	if l := other(lang, o.w.lang); l != "" {
		w.attr("lang", l)
	}
	w.raw(`>`).text(title).raw(`</p><p id="sband-facts" data-part="live">`)
	if o.brd.Phase == kommunebilde.PhaseClosed {
		w.text(t("situation.closed", o.clock.When(o.brd.ClosedAt)))
	} else {
		w.text(t("situation.opened", o.clock.When(o.brd.OpenedAt)))
	}
	w.raw(` · `).text(t("situation.reported", strconv.Itoa(o.reported()), strconv.Itoa(o.inRegion())))
	if m, ok := openMeeting(o.p); ok && !o.pg.req.Cacheable {
		w.raw(` · <a`).attr("href", o.pg.Link("/mote/"+string(m.ID))).raw(`>`).text(m.Title).raw(`</a>`)
	}
	w.raw(`</p><ul class="sscale"`).attr("aria-label", t("legend.head.situation")).raw(`>`)
	for _, l := range o.kind.Levels() {
		w.raw(`<li>`).chip(l, o.word(l)).raw(`</li>`)
	}
	w.raw(`</ul></div>`)
}

// reported is how many municipalities in scope have a level in any function.
func (o *overview) reported() int {
	n := 0
	for _, r := range o.rows {
		if o.rowIn(r) && slices.ContainsFunc(o.cols, func(c int) bool { return o.p.Level(r, c) != kommunebilde.NotAssessed }) {
			n++
		}
	}
	return n
}

func (o *overview) inRegion() int {
	n := 0
	for _, r := range o.rows {
		if o.rowIn(r) {
			n++
		}
	}
	return n
}

// situationFigures appends the sums over the municipalities in scope.
func (o *overview) situationFigures(w *builder) {
	var of []kommunebilde.MunicipalityID
	for _, r := range o.rows {
		if o.rowIn(r) {
			of = append(of, o.c.Municipalities[r].ID)
		}
	}
	o.pg.sums(w, o.p, of)
}

// situationNote appends what the signs of the table mean besides the scale.
func (o *overview) situationNote(w *builder) {
	w.raw(`<p class="snote"><label class="quiet"><input type="checkbox" id="show-quiet" autocomplete="off"`).flag("checked", o.f.Region != "").raw(`> `).text(o.w.t("situation.quiet")).raw(`</label> <span><i class="stale-sample" aria-hidden="true"></i> `).text(o.w.t("situation.stale_note")).raw(`</span> <span>`).text(o.w.t("situation.figure_note")).raw(`</span> <span>`).text(o.w.t("legend.note.situation")).raw(`</span></p>`)
}
