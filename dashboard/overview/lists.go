package overview

import (
	"kommunebilde/dashboard/kit"
)

// editLine appends, under the panel so that nothing above moves, undo, the place
// where the lead's script says what became of a change, and its switch for the
// keys.
func editLine(p *kit.Page, w *kit.Builder) {
	if p.Edits {
		w.Raw(`<p id="undo" class="undo" hidden><span class="text"></span> <span class="left"></span> <button type="button" class="btn sm">`).Text(p.T("undo.button")).Raw(` <kbd>Z</kbd></button></p>`)
		w.Raw(`<p class="edit-line"><span id="edit-status" class="meta" role="status"></span> <button type="button" id="keys-switch" class="btn sm"></button></p>`)
	}
}

// strips appends the line that tells of a change out of view.
func strips(p *kit.Page, w *kit.Builder) {
	w.Raw(`<p id="outside" class="strip" hidden><svg class="cm" aria-hidden="true"><use href="#corner"/></svg> <span class="text"></span> <a href="#grid">`).Text(p.T("outside.go")).Raw(`</a></p>`)
}

// lists appends "Røde nå" and "Endret siste 15 min", for phones.
func lists(b *kit.Board, w *kit.Builder, most int) {
	areas := kit.Judged(b.Catalogue, b.Kind)
	reds := b.Reds(areas)
	now, lost := b.WorstWords()
	w.Raw(`<h2 id="reds-head"`).Attr("data-live-text", now).Attr("data-text", lost).Raw(`>`).Text(now).Raw(`</h2>`)
	b.Lines(w, "reds", reds, most, false, b.SinceWhen)
	if b.Clock.Full {
		w.Raw(`<ol id="recent" class="lines"`).Num("data-max", int64(most)).Raw(`></ol>`)
		return
	}
	w.Raw(`<h2 id="recent-head"`).Attr("data-live-text", b.Words.T("recent.head")).Attr("data-text", b.Words.T("recent.lost")).Raw(`>`).Text(b.Words.T("recent.head")).Raw(`</h2>`)
	b.Lines(w, "recent", b.Since(b.Clock.Now.Add(-kit.ChangedLately), areas), most, false, b.ChangedWhen)
}
