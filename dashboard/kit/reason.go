package kit

// LastReason appends the reason that was last given for a cell, when and by whom,
// and the choice to give it again: it is never taken for that of a new level. beside:
// the text itself stands beside the form already.
func (b *Board) LastReason(w *Builder, pg *Page, row, col int, beside bool) {
	cell := b.Picture.Cell(row, col)
	w.Raw(`<div id="was" class="was"`).Attr("data-cell", string(cell.Municipality)+"."+string(cell.Column)).Num("data-rev", int64(cell.Revision)).Flag(`data-stands="yes"`, cell.Text != "").Raw(`>`)
	if said, ok := b.Picture.Reason(row, col); ok {
		w.Raw(`<p class="meta">`).Text(b.Words.T("reason.before")).Raw(` `).Time(said.At, b.Clock.Zone, b.Clock.When(said.At))
		if said.ReportedBy != "" {
			w.Raw(` · `).Text(b.Words.T("panel.reported", said.ReportedBy))
		} else if who := pg.Who(said.By); who != "" {
			w.Raw(` · `).Text(b.Words.T("panel.entered", who))
		}
		w.Raw(`</p>`)
		if !beside {
			w.Raw(`<p class="txt">`).Text(said.Text).Raw(`</p>`)
		}
		w.Raw(`<label class="check"><input type="checkbox" name="same" value="yes"> `).Text(b.Words.T("reason.same")).Raw(` <kbd>S</kbd></label>`)
	}
	w.Raw(`</div>`)
}
